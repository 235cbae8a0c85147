// Package draft keeps what officers have written of an answer and not sent yet.
//
//	typing ──▶ Book.Save ─ seal under the request's key ─▶ Store (the stream DRAFTS, draft.<task>.<person>)
//	opening the form ──▶ Book.Of ──▶ the own draft, and who else has one
//	an answer that is taken ──▶ Book.Drop
//
// A draft is nobody's but its author's: of a colleague's only the times are told, so that two who write at one answer
// know of each other. It is no part of the record: `verify` does not look at it, a backup need not hold it, and with the
// key of its request it becomes unreadable; what erases a request then destroys the bytes too. It may be lost; then an officer writes again.
package draft
