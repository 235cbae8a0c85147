// Package schemas holds the JSON Schemas (2020-12) of every body of the contract, one file
// a thing, and the stories that use them.
package schemas

import "embed"

// FS holds the schema files at its root; a schema's name is its file's without .json.
//
//go:embed *.json
var FS embed.FS

// Examples holds the stories of deploy/data/samples.json as bodies of the contract, in
// examples/<sample>.json, dated as in the sample. A story has the members
//
//	sample, title, partner   the partner's code, absent when the sender is unknown
//	expect                   routed_to, by_rule, status, state and what else the sample says
//	steps[]                  in the order of time
//
// and a step
//
//	at       when
//	by       partner, unit, desk, reviewer, lead or keeper
//	partner  the partner's code, when by is partner
//	unit     the unit's code, when by is unit; "*" is every unit that has a task
//	call     the operationId of api/openapi.yaml
//	schema   the name of the body's schema; a step without one is a GET
//	body     the body
//	fill     what only a run knows: pointer into the body (or path:id) to its source,
//	         package.hash, refusal.hash, person:keeper, consent:<n> or
//	         fact:<unit>:<answer>:<fact>, counted from 1 in the order of the story
//
// Where fill says so the body holds a placeholder that the schema accepts.
//
//go:embed examples/*.json
var Examples embed.FS
