// Package signin is how people sign in with a local account, prove once more who they are, and look after their
// account: the use cases between the rules of packages account and session and the record.
//
//	name, password, code ─▶ throttle ─▶ one argon2id hash, whoever it is ─▶ code, once ─▶ session, another token
//
// Whoever is refused gets one answer, and it takes one hash: for a name that nobody has, a wrong password, a wrong, missing
// or used code, an account of somebody who left. Only the throttle is told apart, for it says when to come back; it
// counts by account and source together, so that nobody locks the owner out from elsewhere.
//
// A first sign-in is by the two halves of the first password. The session that it opens reaches nothing but the own
// account until the person has chosen a password and enrolled a second factor (Needs).
//
// A one-time code is good once: its step is noted in the stream SESSIONS before it is believed, for as long as it could
// be sent again, so that neither another gateway nor a restart takes it a second time.
package signin
