// Package session holds the sessions of people who signed in: how long one lasts, and the book of those that are open.
//
//	sign-in ──▶ Book.Begin ──▶ Store (the stream SESSIONS) ──▶ every gateway's Book, by reading the stream
//	cookie ───▶ Book.Open ──▶ memory alone: neither Redis nor the stream is asked
//	sign-out ─▶ Book.End ──▶ a tombstone in the store, which outlives whatever it ends
//
// A session's name is the SHA-256 of its token; the token is in the browser alone. What the store holds is sealed and
// bound to that name, so that whoever can write there can end a session and cannot make one.
//
// A session is over 15 minutes after the last call that counts, or 10 hours after it began, or once the rights of its
// person are no longer those that it began with: a grant, a role that ran out, a changed password, a removed identity
// end it at the next question, without any message. A token is drawn anew at each sign-in and each proof, and what a
// browser sends that was not drawn here names nothing.
//
// When somebody signed in last, and from where, is kept beside the sessions, for a year at most, and told at the next
// sign-in (Book.SignIn): whoever sees a time that was not theirs knows that another has their password.
//
// A book that has not heard from the store for four seconds answers nobody: a session that another gateway ended must
// not go on here because the line between them is cut.
package session
