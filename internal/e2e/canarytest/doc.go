// Package canarytest has words of which each stands in one field of a case and nowhere else: in every field that takes a text, from
// the intake to what follows an answer (Words.Into, Words.Open, Words.Secret, Live, Sealed), and of what ends otherwise (Others).
// Whoever looks for them in what is shown or written down (Words.Found) knows what is told of a case, and what is left of one
// that was erased.
package canarytest
