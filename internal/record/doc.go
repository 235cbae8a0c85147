// Package record is what happened: one append-only record of sealed decisions,
// and the only place where a decision becomes bytes and bytes become a
// decision again.
//
//	Decide ──▶ Log.Append ─ codec ─ seal ─▶ Journal.Append ──▶ the record (fsync)
//	fold   ◀── Log.Read   ─ codec ─ open ◀─ Journal.Read   ◀── leader
//	follow ◀── Log.Replay ─ codec ─ open ◀─ Window.Replay ◀─ Journal.Replay ◀── every sequence of every partition
//
// A Journal (package jet, or the fake of recordtest) moves sealed messages
// and guards them; a Vault (package seal) holds the keys; a Codec knows one
// family of decisions; a Window lets all followers share one delivery and one
// opening. The record has some partitions, each with its own sequences: a Place
// names one message, a Position how much of all somebody has taken. One
// decision is one message. One that erases is sealed under a key of its own and
// keeps, without content, what was before it: that is what a Read tells of it
// from then on. A message that cannot be read is an error that
// names its place, never a skip.
package record
