// Package evidence is who was shown what and who was refused, where nothing changed: what changes something is in the
// record, and an event is the evidence of its command.
//
//	a call ─▶ Sheet: what it was let at ─▶ Entry ─▶ Writer.Note ─┐ waits: content of L2 and above, every file
//	                                          └──▶ Writer.Tell ─┤ nobody waits: rows, sign-ins, refusals
//	                                                            ▼
//	               what has gathered meanwhile: one sealed message, one write ─▶ Store (the stream EVIDENCE)
//
// And it is where something is not as it was written, in the record or in its ledger (Over): who came upon it, a person or a
// follower of the gateway, what is wrong, and where.
//
// An entry has ids, codes and times: never a number, a name, a word of a case, or anything that was typed. It is sealed
// under keys of its own, whose months end by themselves and not with what was read.
//
// One write at a time is under way; whatever comes meanwhile shares the next one, so that a reader waits for two writes at
// most and never for a timer. A message is bound to its writer (one run of one gateway) and to its number there, counted
// from 1 without a gap. So one that is missing, moved, copied or put into another's place shows, and several gateways
// write without asking each other. A write whose answer was lost is repeated, and may stand there twice: whoever reads
// passes over a number that it has had (Numbers).
//
// What is not as it was written in the evidence itself is a Flaw, with its sequence: whoever reads goes on around it and tells
// it, and from it on the readers of a case are said to be incomplete. Of such a message nothing is believed, its clear
// header neither, so that nobody can pass a message off as the repeat of another.
//
// Readers folds what was written into who read which case, and Log looks back through all of it, newest first.
//
// When the store takes nothing, content is not shown: Note fails within three seconds, and at once while it is known. What
// nobody waits for is kept for a while, and what does not fit is counted and told in the first entry that can be written
// again: a gap is never silent. What a stop leaves unwritten is handed on, and told in the first entry of the next run.
package evidence
