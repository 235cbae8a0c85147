package app

import (
	"cmp"
	"context"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/month"
	"verigate/internal/verification"
)

// Erased is one request that the record says is erased, or a month that it ends.
type Erased struct {
	follow.Gone // of what went with its months, their keys in place of its own
	// With are the ended months under whose keys all of a request's keys were: whatever is left of these anywhere opens nothing.
	With []string `json:"with,omitempty"`
	// Here is when the last of its keys was destroyed in KEYS, by the store's clock; zero: one is still there, or KEYS has
	// no tombstone of it, as after a restore.
	Here time.Time `json:"here,omitzero"`
	// Searched is when no disk of any node had one of them any more; zero: it is under way.
	Searched time.Time `json:"searched,omitzero"`
	// Nodes are those that were searched.
	Nodes []string `json:"nodes,omitempty"`
	// Backups is until when a backup of KEYS from before may be opened; zero: none is known.
	Backups time.Time `json:"backups,omitzero"`
	// Out says that this time is over, by the gateway's clock; of an erasure that is under way it says nothing.
	Out bool `json:"out"`
}

// called is the id of a request, or "month" and which.
func (e Erased) called() string { return cmp.Or(e.Request, e.Name()) }

// Gone are the requests that the record says are erased and the months that it ends, with the ids of their keys and both dates.
func (p *Parts) Gone(ctx context.Context) (all []Erased, err error) {
	defer func() { p.looked("erasure", err) }()
	return p.gone(ctx)
}

func (p *Parts) gone(ctx context.Context) ([]Erased, error) {
	held, err := p.Conn.Keys().Held(ctx)
	if err != nil {
		return nil, err
	}
	gone, err := follow.AllGone(ctx, p.Journal, held)
	if err != nil {
		return nil, err
	}
	return reckoning{held: held, custody: p.Registry.Custody(), copies: p.copies(), now: p.Now()}.all(gone), nil
}

// reckoning is what tells how far erasures have come.
type reckoning struct {
	held    map[string]follow.Held
	custody access.Custody
	copies  func(destroyed time.Time) (until time.Time)
	now     time.Time
}

func (r reckoning) all(gone []follow.Gone) []Erased {
	ended := map[string]Erased{}
	for _, g := range gone {
		if g.Month != "" {
			s, done := r.custody.SearchedMonth(g.Month)
			ended[g.Month] = r.searched(r.dated(g), s, done)
		}
	}
	all := make([]Erased, len(gone))
	for i, g := range gone {
		if g.Month != "" {
			all[i] = ended[g.Month]
			continue
		}
		s, done := r.custody.Searched(verification.RequestID(g.Request))
		all[i] = r.withMonths(r.searched(r.dated(g), s, done), ended)
	}
	return all
}

// dated tells when an erasure was done here, and when the last backup that has one of its keys runs out.
func (r reckoning) dated(g follow.Gone) Erased {
	var here time.Time
	for _, kid := range g.Keys {
		h := r.held[kid]
		if h.Key || !h.Tombstone {
			return Erased{Gone: g}
		}
		if h.At.After(here) {
			here = h.At.UTC()
		}
	}
	return r.at(Erased{Gone: g}, here)
}

// at dates an erasure. The zero time, of a month of which KEYS has no key at all, is none.
func (r reckoning) at(e Erased, here time.Time) Erased {
	if e.Here = here; here.IsZero() {
		return e
	}
	e.Backups = r.copies(here).UTC()
	e.Out = !e.Backups.IsZero() && !r.now.Before(e.Backups)
	return e
}

// searched adds what the record has of a search, unless keys were destroyed again since. One that was noted with its months is as
// old as they are.
func (r reckoning) searched(e Erased, s access.Searched, done bool) Erased {
	if !done || e.Here.IsZero() || s.Destroyed.Before(e.Here) {
		return e
	}
	e = r.at(e, s.Destroyed.UTC())
	e.Searched, e.Nodes = s.At, s.Nodes
	return e
}

// withMonths looks for the keys of ended months in place of a request's own, where all of these were under them. An erasure that is
// under way is then done when they are.
func (r reckoning) withMonths(e Erased, ended map[string]Erased) Erased {
	var months, keys []string
	here := e.Here
	for _, kid := range e.Keys {
		h := r.held[kid]
		name, is := month.Of(h.Group)
		if m := ended[name]; !is || h.Key || m.Here.IsZero() {
			return e
		} else if m.Here.After(here) {
			here = m.Here
		}
		months = append(months, name)
		keys = append(keys, ended[name].Keys...)
	}
	slices.Sort(months)
	slices.Sort(keys)
	e.With, e.Keys = slices.Compact(months), slices.Compact(keys)
	if e.Searched.IsZero() {
		e = r.at(e, here)
	}
	return e
}
