// Package follow makes from the record what people and units work with: the watch and the feed of this gateway, the
// board in Redis, the units' queues in JetStream. And it sweeps: what falls due becomes a command.
//
//	RECORD ─ Reader ─▶ window ─▶ fold ─┬─▶ Watcher: who may see what is sealed, the feed   (memory, from the beginning)
//	         delivered and opened once ├─▶ Boarder: rows, indexes, due times               (Redis, from its own position)
//	                                   └─▶ Queuer:  one message for each task               (QUEUE, from its own position)
//	        by clear headers ─────────▶ Eraser:  keys and drafts of what was erased        (KEYS, from its own position)
//	                             Sweep: what is due by the board's due set ─▶ gateway ─▶ RECORD
//
// Followers that are near the end of the record share what the Reader takes of it; one that is behind reads the record
// for itself until it is near, so that one that is stopped or slow holds up no other. Each promises: nothing is
// skipped; what it writes may be written again; after a crash it goes on from where its product stands. A sequence that
// cannot be read stops it with a *record.SequenceError that names the sequence.
//
// The Eraser also works before a door opens: its position lies with the keys, so that keys which come back from a backup
// are destroyed again. The Teller gives each erasure to a witness on another host, and carries out, before a door opens,
// what the witness knows and a record that was put back does not.
//
// The Registrar feeds the registry and, through it, the rules: a version of the calendars that any gateway decreed. A fold
// that meets a version before the Registrar does waits for it, some seconds at most, and is tried again after that.
//
// The sweep follows nothing. The due set is a hint, as every timer is: sweep.go moves an entry ahead and asks the
// gateway, the record decides, and what the Boarder makes of the decision takes the entry away.
package follow
