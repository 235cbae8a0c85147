// Package ledger proves what the record and the evidence held: for each stream a Merkle log (RFC 6962, C2SP tlog) whose n-th leaf is the
// message of sequence n, signed heads of it, and bundles that prove one request's messages to whoever has no gateway.
//
//	message n ─ Leaf ─▶ leaf n-1 ┐
//	                             ├─ tree ─▶ Checkpoint (origin, size, root) ─ Sign ─▶ note ─▶ LEDGER, witness
//	messages of one subject ─────┴─ inclusion, consistency ─▶ Bundle ─ Seal ─▶ file ─ Check ─▶ Verdict
//
// A stream that is recorded never deletes, so a sequence is an index: what is changed, taken out, put in, moved or cut
// off makes another root, and the sequence at which it begins can be named. Checkpoints are C2SP tlog-checkpoints, signed
// notes under a key whose name is the origin; any tool for those reads them.
//
// All is pure: package notary keeps a ledger, package jet reads the streams.
package ledger
