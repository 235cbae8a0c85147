// Package jet is JetStream: the record's journal, the units' queues, the key
// store, what may be used once, the followers' positions, the sessions, the
// drafts, the evidence, the ledger's checkpoints, screens that wait and last
// sign-ins on one connection, and the server inside the process when nobody gives another.
//
//	Embedded ─┐
//	Connect ──┴─▶ Conn ─ EnsureStreams ─▶ Journal (RECORD_0, RECORD_1)  Keys (KEYS)
//	                                      Queue, Positions (QUEUE)           Nonces (NONCES)
//	                                      Sessions (SESSIONS, SIGN_INS)     Drafts (DRAFTS)
//	                                      Pairings (PAIRINGS)
//	                                      Source (a stream as it is stored)  Ledger (LEDGER)
//	                                      Evidence (EVIDENCE)
//	                                      Snapshot, RestoreStream (what backups have, with an operator's credential)
//
// Every write is guarded by the expected last sequence of its subject and
// repeated, byte for byte, until the leader gives a certain answer; the guard
// alone makes a repeat harmless. Nats-Msg-Id is not used: on one replica the
// guard is checked before it, and its window costs memory and start-up time.
// Three writes have no guard: the end of a session and the last sign-in of a
// person, which come last whatever is there, and evidence, whose readers know a
// repeat by its number.
//
// A certain answer is waited for 15 s: an election of three servers takes 4 to
// 9, and a write in it is to be written when it is over, not refused (nats.md,
// section 7). Whoever is told 503 then knows nothing of the write, and repeats
// it under its key. An attempt ends with the connection that it was made on; a
// server that answers no pings is left for another within 6 s; and where no
// server has been reached for 5 s, there is no election, and nobody waits.
//
// A store in the process that could not write, for another reason than space,
// acknowledges nothing of the record any more, in no partition, until it is
// started again. A message that no fsync confirmed may be in the kernel's
// memory alone: nobody reads it or is told that it is there, also before the
// failure is known (syncedTo), and followers are never given it. The next start
// syncs it again (syncAgain).
//
// Reads that decide anything ask the stream's leader. A direct get may come
// from a replica that is behind: it may confirm, never deny.
package jet
