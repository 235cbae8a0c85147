// Package request is staff's view of one request, and the commands that the desk, the lead and a keeper give on it.
//
//	/requests/{id}          the whole request, and the commands that it allows now
//	/requests/{id}/triage   where it may go: candidates with their reasons, twins, routing question by question
//	/requests/{id}/clocks   every clock with its arithmetic
//	/requests/{id}/history  its decisions, without content
//	/requests/{id}/readers  who has read it, and who was refused it
//
// A command is a row of a table (command.go): its address, its fields with the closed list of each, the sentence that says
// what it does and, where it cannot be taken back, the one that is agreed to. One template makes a form of each, one
// handler sends it. Which forms a page shows is the view's list of allowed commands and nothing else.
//
// A form that was refused is shown again where it stood, with what was typed, a flaw beside each field, and, when somebody
// else was quicker, what was done since by whom (changed.go).
package request
