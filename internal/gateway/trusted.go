package gateway

import (
	"errors"

	"verigate/internal/record"
)

// ErrRevocationsUnknown says that this gateway does not know who may knock: a key may have been revoked, a person disabled
// or a right ended in what it has not read. It lets nobody in rather than somebody who was shut out.
var ErrRevocationsUnknown = errors.New("it is not known what was revoked")

// Trusted is ErrRevocationsUnknown once the registry will never again be what the record says: its follower has stopped. One
// that is behind catches up, and lets in whom it knows: shutting everybody out would make work late just when there is much
// of it. A record that is away says nothing new.
func (r *Registry) Trusted() error {
	if r.lost.Load() {
		return ErrRevocationsUnknown
	}
	return nil
}

// Lost says that Apply will be given nothing any more: its follower cannot go on.
func (r *Registry) Lost() { r.lost.Store(true) }

// SetBehind says whether the record has held more than Apply was given for longer than may be.
func (r *Registry) SetBehind(is bool) { r.behind.Store(is) }

// Behind is what SetBehind said last.
func (r *Registry) Behind() bool { return r.behind.Load() }

// Holds says whether Apply was given everything up to an end of the record that is the registry's: all of it lies in the
// first partition.
func (r *Registry) Holds(end record.Position) bool {
	return r.read.before(record.Position{end[0]}) == nil
}
