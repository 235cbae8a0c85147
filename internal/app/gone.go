package app

import (
	"context"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/follow"
	"verigate/internal/month"
	"verigate/internal/verification"
)

// Gone are the requests that the record says are erased and the months that it ends, with the ids of their keys and both dates.
func (p *Parts) Gone(ctx context.Context) (all []admin.Erased, err error) {
	defer func() { p.looked("erasure", err) }()
	return p.gone(ctx)
}

func (p *Parts) gone(ctx context.Context) ([]admin.Erased, error) {
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

func (r reckoning) all(gone []follow.Gone) []admin.Erased {
	ended := map[string]admin.Erased{}
	for _, g := range gone {
		if g.Month != "" {
			s, done := r.custody.SearchedMonth(g.Month)
			ended[g.Month] = r.searched(r.dated(g), s, done)
		}
	}
	all := make([]admin.Erased, len(gone))
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
func (r reckoning) dated(g follow.Gone) admin.Erased {
	var here time.Time
	for _, kid := range g.Keys {
		h := r.held[kid]
		if h.Key || !h.Tombstone {
			return admin.Erased{Gone: g}
		}
		if h.At.After(here) {
			here = h.At.UTC()
		}
	}
	return r.at(admin.Erased{Gone: g}, here)
}

// at dates an erasure. The zero time, of a month of which KEYS has no key at all, is none.
func (r reckoning) at(e admin.Erased, here time.Time) admin.Erased {
	if e.Here = here; here.IsZero() {
		return e
	}
	e.Backups = r.copies(here).UTC()
	e.Out = !e.Backups.IsZero() && !r.now.Before(e.Backups)
	return e
}

// searched adds what the record has of a search, unless keys were destroyed again since. One that was noted with its months is as
// old as they are.
func (r reckoning) searched(e admin.Erased, s access.Searched, done bool) admin.Erased {
	if !done || e.Here.IsZero() || s.Destroyed.Before(e.Here) {
		return e
	}
	e = r.at(e, s.Destroyed.UTC())
	e.Searched, e.Nodes = s.At, s.Nodes
	return e
}

// withMonths looks for the keys of ended months in place of a request's own, where all of these were under them. An erasure that is
// under way is then done when they are.
func (r reckoning) withMonths(e admin.Erased, ended map[string]admin.Erased) admin.Erased {
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
