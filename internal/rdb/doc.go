// Package rdb keeps the board in Redis: rows, the sets they are found in, the due set of the sweep, and how far all of
// it follows the record. Everything here may be deleted at any time; a follower of the record makes it again.
//
// What is clear in Redis: request and task ids (which are opaque), ids of notices (a hash of the step, which somebody who
// guesses it can confirm), due times, times of notices, sequences, and counters: how many, how long, how late, also what
// one request adds to them. A row is sealed, in four parts for its four kinds of reader, bound to its id, its part and
// its sequence; the name of every set is a keyed hash. So is that of every cell of the statistics, which holds its own
// name sealed: no counter tells of which month, unit, partner or campaign it is. keys.go has all keys; each script is a
// file under a header with its keys, arguments and result, and is told the time.
//
// A script writes each request at once and only when it is newer, so followers may repeat, overtake each other and die.
// Beside the board it counts what callers were let in (allow.lua), for all gateways together: by a keyed hash of who it is,
// for as long as an allowance takes to be whole again.
//
// All keys of a board live under a generation. A rebuild fills another generation and then turns one pointer; what
// still writes to the old one is told board.ErrBehind. So is a follower whose server lost its memory or fell back to
// an older copy.
package rdb
