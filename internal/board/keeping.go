package board

import (
	"time"

	"verigate/internal/retention"
	"verigate/internal/verification"
)

// Keeping is what of a request decides how long its content is kept. Nothing of it depends on the rules: a change of those
// changes no row.
type Keeping struct {
	ClosedAt   time.Time             `json:"closed_at,omitzero"` // when it came to its end; zero while it is at none
	HeldAt     time.Time             `json:"held_at,omitzero"`   // zero: under no legal hold
	HeldBy     verification.PersonID `json:"held_by,omitempty"`
	ProposedAt time.Time             `json:"proposed_at,omitzero"` // of its erasure; zero: none waits
	ProposedBy verification.PersonID `json:"proposed_by,omitempty"`
}

// keeping is nil of what is open and not held, and of what is erased.
func keeping(r verification.Request) *Keeping {
	var k Keeping
	if r.State.Ended() {
		k.ClosedAt = r.RoundEndAt.UTC()
	}
	if r.Hold != nil {
		k.HeldAt, k.HeldBy = r.Hold.At.UTC(), r.Hold.By
	}
	if r.Erasure != nil {
		k.ProposedAt, k.ProposedBy = r.Erasure.At.UTC(), r.Erasure.By
	}
	if r.Erased || k == (Keeping{}) {
		return nil
	}
	return &k
}

// Matter is what the rules of retention go by.
func (r Row) Matter() retention.Matter {
	m := retention.Matter{Group: retention.Group{Campaign: r.Campaign, Kind: retention.Kind(r.Kind)}, ReceivedAt: r.ReceivedAt}
	if r.Keeping == nil {
		m.Erased = r.State.Ended()
		return m
	}
	m.ClosedAt, m.Held = r.Keeping.ClosedAt, !r.Keeping.HeldAt.IsZero()
	return m
}

// KeepingList is a list of the register of what is kept. It is part of the contract.
type KeepingList string

// The lists: what is due, held or not; whose erasure waits for another person; what is under legal hold, due or not.
const (
	ListDue      KeepingList = "due"
	ListProposed KeepingList = "proposed"
	ListHeld     KeepingList = "held"
)

// SetClosed holds what came to its end and still has content, of a campaign and a kind, by the time of its end.
func SetClosed(g retention.Group) Set { return Set("closed/" + string(g.Kind) + "/" + g.Campaign) }

// SetProposed holds what is proposed for erasure, by the time of that.
func SetProposed() Set { return "erasure" }

// SetHeld holds what is under legal hold, by the time from which.
func SetHeld() Set { return "held" }

// keep places a row by its keeping.
func (p *placing) keep(r Row) {
	k := r.Keeping
	if !k.ClosedAt.IsZero() {
		p.shared(SetClosed(r.Matter().Group), Score(k.ClosedAt), p.id)
	}
	if !k.HeldAt.IsZero() {
		p.shared(SetHeld(), Score(k.HeldAt), p.id)
	}
	if !k.ProposedAt.IsZero() {
		p.shared(SetProposed(), Score(k.ProposedAt), p.id)
	}
}

// KeepingFilter chooses rows of one list, at a moment and by the rules of that moment.
type KeepingFilter struct {
	List      KeepingList
	Campaigns []string // all that a request may be of, besides none
	Rules     *retention.Rules
	Now       time.Time
}

// Stretch is a piece of a set: all up to a score.
type Stretch struct {
	Set  Set
	Last int64
}

// Stretches are what the filter lists together, the twins of some compartments among them. Of what is due they end where
// nothing can be due any more, so that a store need not look at all that ever closed.
func (f KeepingFilter) Stretches(in []verification.Compartment) []Stretch {
	var out []Stretch
	add := func(set Set, last int64) {
		for _, s := range set.With(in) {
			out = append(out, Stretch{Set: s, Last: last})
		}
	}
	switch f.List {
	case ListHeld:
		add(SetHeld(), NoDue)
		return out
	case ListProposed:
		add(SetProposed(), NoDue)
		return out
	case ListDue:
	}
	for _, campaign := range append([]string{""}, f.Campaigns...) {
		for _, kind := range []retention.Kind{retention.KindRequest, retention.KindInformation} {
			g := retention.Group{Campaign: campaign, Kind: kind}
			before, some := f.Rules.ClosedBefore(g, f.Now)
			if some {
				add(SetClosed(g), Score(before))
			}
		}
	}
	return out
}

// Match says whether the filter chooses the row.
func (f KeepingFilter) Match(r Row) bool {
	switch k := r.Keeping; f.List {
	case ListHeld:
		return k != nil && !k.HeldAt.IsZero()
	case ListProposed:
		return k != nil && !k.ProposedAt.IsZero()
	case ListDue:
		term := f.Rules.Of(r.Matter(), f.Now)
		return !term.DueAt.IsZero() && !f.Now.Before(term.DueAt) // of what is held too: lifted, it goes
	}
	return false
}
