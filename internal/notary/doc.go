// Package notary keeps the ledger (package ledger) of the streams that are recorded: it follows each of them, keeps the
// hashes of its tree, signs checkpoints and gives them away, and says loudly when a stream is not what it has signed.
//
//	Source (a stream) ─ Log.Run ─▶ Tree (hashes, a file) ─▶ checkpoint ─ Key ─▶ Book (LEDGER) ─▶ Witness (a directory)
//	                                   │
//	                                   └─▶ Verify: every leaf made again · Bundle: a request with its proofs
//
// A stream that was lost and begun again by people has a log of its own, under another name (Begin): what was signed of the
// lost one stays as it is, and says for good how much there was (Lost).
//
// It works beside the path of a request: nothing waits for it, and it may be behind.
//
// The hashes are a file of each gateway, 64 bytes a message, because a message of their own would be one more fsync for
// each decision. The file is derived: what the last checkpoint in LEDGER confirms is taken as it is, so that a start reads
// some hashes and not the stream; a file that is missing or does not fit is made again. What it holds behind that
// checkpoint is compared with the stream once more. So a start knows a stream that is shorter than its ledger, or ends
// otherwise; what was changed in the middle, Verify finds, which reads everything.
//
// Gateways of one record compute the same trees. Any of them signs; LEDGER takes checkpoints one after another, guarded,
// and each gateway holds every one that it finds there, or at the witness, against its own tree: one that does not fit is
// a *BrokenError, after which nothing more is signed.
//
// What was signed last is also what a receipt commits to (Head), and a bundle shows it when it is asked to (Wanted).
//
// Beside the checkpoints a witness keeps a list of erasures, ids of keys: a record that is put back does not know of them. One that
// is missing in it is named, and takes no other with it. What is taken from the end of either list leaves no gap: each gateway keeps
// in a file what the witness had, and names one that has less.
package notary
