// Package identifier checks the identifiers that a request names and folds the
// names of places and companies so that they can be compared.
//
// Seized goods carry false marks. A check digit that does not fit may itself be
// the lead, so a failed check on a container, vessel, vehicle, document or
// permit only warns and the raw value is kept for ever beside the normalised
// one. Three kinds refuse instead, because nobody can act on a wrong one and
// they are typed, not read off a crate: countries, telephone numbers in E.164,
// IBANs ([Kind.Refuses]).
//
// Every function is pure, total (it never panics, whatever the bytes) and safe
// for concurrent use.
package identifier
