// Package access says who somebody is and what they may do: persons and systems with their keys, and one authoriser.
//
//	key ──▶ Keyring.Lookup ──▶ Caller ─┐
//	path id ─▶ load once ─▶ ObjectOf ──┴─▶ May(caller, operation, object) ──▶ Allowed │ Forbidden (403) │ Hidden (404)
//	row ─────────────────▶ ObjectOf ─────▶ Visible(caller)(object) ──▶ kept or dropped, before anything is counted
//	notice, beside that ─────────────────▶ Hears(caller, rung told) ─▶ listed or not
//
// Everything is denied that is not permitted. A rule has two halves: the roles that an operation is for ([Table]), and
// whether the caller acts in one of them with regard to this very object. The second is written in Cedar, one file for
// each role or idea: policies/*.cedar, readable without Go. An operation is an action in the group of each role of its
// row, so that a policy says "an action of the DESK" and a new row needs none. That one may know of an object is the
// action "know", which is in all groups. Who may not even know gets the answer of an object that does not exist; who
// merely lacks the operation is told so.
//
//	operation.go  the table                        actions.go   the actions that it makes
//	facts.go      callers and objects for Cedar    policies.go  reads, checks and asks the policies
//
// There is no second authority: reads, lists, counts, feeds, exports, queues and the door's own look at a role ([Ever])
// are all answered by the same policies. They are checked at the start ([CheckPolicies]) against the table and against
// policies/schema.cedarschema. What spares time decides nothing: a question passes over policies whose scope cannot
// apply, and [Visible] decides rows that look the same once.
//
// What only the state of a request decides (four eyes, the order of steps) stays with package verification, which
// refuses again whatever gets past here.
//
// Principals and changes of the directory are aggregates of the record: [Decide] and [Entry.Decide] make events,
// [Codec] writes and reads them. Nothing here does I/O or reads a clock.
package access
