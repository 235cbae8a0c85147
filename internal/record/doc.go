// Package record is what happened: one append-only log of sealed decisions,
// and the only place where a decision becomes bytes and bytes become a
// decision again.
//
//	Decide ──▶ Log.Append ─ codec ─ seal ─▶ Journal.Append ──▶ RECORD (fsync)
//	fold   ◀── Log.Read   ─ codec ─ open ◀─ Journal.Read   ◀── leader
//	follow ◀── Log.Replay ─ codec ─ open ◀─ Window.Replay ◀─ Journal.Replay ◀── every sequence
//
// A Journal (package jet, or the fake of recordtest) moves sealed messages
// and guards them; a Vault (package seal) holds the keys; a Codec knows one
// family of decisions; a Window lets all followers share one delivery and one
// opening. One decision is one message. A message that cannot be read is an
// error that names its sequence, never a skip.
package record
