// Package board is what people see when they look at all requests at once: the board of the desk, the queue of a unit,
// the list of a partner, the counters. It is derived from the record and may be deleted at any time.
//
//	decision ─▶ Apply (pure fold, one request) ─▶ Rows ─▶ Store.Apply (newer only) ─▶ pages, notices, counters, due set
//
// On the board is what work goes on on, and what was answered and is owed a corrected answer, for the one it had was recalled.
//
// Rows are everything derived from one request; Rows.Places says in which sets it is found. A Store (package rdb, or
// the fake of boardtest) keeps rows and sets and promises that the same record gives the same content, in whatever
// order and however often its updates arrive.
//
// Beside its rows a request has what it adds to the statistics (package statistics); a store keeps the sums in the same
// write.
//
// What a briefing counts between two moments are Milestones, each in the set of its kind by the time of its recording: a
// number made of that list counts what its reader may see.
//
// What closed is found by when it did (Keeping), whatever the rules of retention say: they are asked at each read, and bound
// how far it looks, so that a new table of rules needs no new board.
//
// Sealed matters (L3 and above, or in a compartment) have sets of their own beside the shared ones, one for each compartment:
// no counter ever reads those, and a page goes through the reader's own alone, row by row past the reader's filter, so that
// what lies in others costs a reader nothing. What is shared and hidden from a single reader is
// counted: numbers are asked for without it, and a store takes away what it is counted as at that moment.
package board
