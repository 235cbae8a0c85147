// Package access says who somebody is and what they may do: persons and systems with their keys, and one authoriser.
//
//	key ──▶ Keyring.Lookup ──▶ Caller ─┐
//	path id ─▶ load once ─▶ ObjectOf ──┴─▶ May(caller, operation, object) ──▶ Allowed │ Forbidden (403) │ Hidden (404)
//	row ─────────────────▶ ObjectOf ─────▶ Visible(caller)(object) ──▶ kept or dropped, before anything is counted
//	notice, beside that ─────────────────▶ Hears(caller, rung told) ─▶ listed or not
//
// Everything is denied that [Table] does not allow. A rule has two halves: the roles that an operation is for, and
// whether the caller acts in one of them with regard to this very object. Who acts in no role there at all gets the
// answer of an object that does not exist; who merely lacks the operation is told so.
//
// What only the state of a request decides (four eyes, the order of steps) stays with package verification, which
// refuses again whatever gets past here.
//
// Principals and changes of the directory are aggregates of the record: [Decide] and [Entry.Decide] make events,
// [Codec] writes and reads them. Nothing here does I/O or reads a clock.
package access
