// Package unit is the pages of a unit: its queue, a task with everything that it needs and may be told, the answer
// question by question with its draft, and what waits for the unit's lead.
//
//	/inbox                 the queue, most urgent first, as cards; accepted from there
//	/tasks/{task}          one task; its commands are forms (command.go), of which the contract says which are allowed
//	/tasks/{task}/answer   the form of the answer (answer.go, form.go) and what is kept of it as it is typed (draft.go)
//	/unit                  holds to confirm, causes to give, who works on what, the unit's numbers
//
// What was typed is in the page and in the gateway, nowhere else on the device. assets/unit.js sends it to the gateway a
// second after typing stops, and sends an answer again and again under one key until it is taken; without scripts a button
// saves, and the same key keeps an answer from being sent twice.
package unit
