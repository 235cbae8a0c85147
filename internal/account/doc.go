// Package account proves persons by what they know and hold: passwords under argon2id, one-time codes of an
// authenticator (RFC 6238), recovery codes, and the two halves of a first password.
//
// What people choose is hashed slowly (Hasher); what is drawn here from at least 80 random bits is hashed fast, for
// there is nothing to guess. Nothing here knows who somebody is or reads a clock.
package account
