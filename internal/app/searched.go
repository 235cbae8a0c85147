package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/admin"
	"verigate/internal/gateway"
	"verigate/internal/remnant"
	"verigate/internal/verification"
)

// A search of a gateway's own store comes a moment after an erasure, so that several are looked for at once; what is found
// is looked for again after searchAgain; and a search may take a tenth of the time at most.
const (
	searchSoon   = time.Second
	searchAgain  = 3 * time.Minute
	searchBreath = 9
)

// embeddedNode is the only node of a gateway without servers.
const embeddedNode = "embedded"

// destruction says how far the erasure of a request has come.
func (p *Parts) destruction(id verification.RequestID) gateway.Destruction {
	s, done := p.Registry.Custody().Searched(id)
	if !done {
		return gateway.Destruction{}
	}
	return gateway.Destruction{Destroyed: s.Destroyed, Searched: s.At, Backups: p.copies()(s.Destroyed)}
}

// unsearched are the erasures, and the ended months, whose keys are destroyed and of which nobody has said yet that no disk has one.
func (p *Parts) unsearched(ctx context.Context) (all []admin.Erased, err error) {
	gone, err := p.gone(ctx)
	for _, g := range gone {
		if !g.Here.IsZero() && g.Searched.IsZero() {
			all = append(all, g)
		}
	}
	return all, err
}

// search finds out, of the embedded store, which erasures have left its files, and keeps that in the record: at the start
// what an earlier process did not come to, then what is erased, until ctx ends.
func (p *Parts) search(ctx context.Context) error {
	for {
		took, left, err := p.searchOnce(ctx)
		if err != nil && ctx.Err() == nil {
			p.Log.Warn("the own store is not searched for what is erased, and will be", slog.Any("error", err))
			left = true
		}
		again := make(<-chan time.Time)
		if left {
			again = time.After(searchAgain)
		}
		breath := time.After(max(searchSoon, searchBreath*took))
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-p.erasing:
		case <-again:
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-breath:
		}
	}
}

// searchOnce says how long the files were read, and whether a key is left.
func (p *Parts) searchOnce(ctx context.Context) (took time.Duration, left bool, err error) {
	wanted, err := p.unsearched(ctx)
	if err != nil || len(wanted) == 0 {
		return 0, false, err
	}
	var kids []string
	for _, g := range wanted {
		kids = append(kids, g.Keys...)
	}
	at := p.Now()
	found, err := remnant.Scan([]string{filepath.Join(p.Data, natsDir)}, kids)
	if took = p.Now().Sub(at); err != nil {
		return took, true, err
	}
	for _, f := range found.Found {
		delete(found.Tombstones, f.KID)
		p.Log.Error("the key of what is erased is still in a file of the store", slog.String("key", f.KID), slog.String("file", f.Path), slog.Int64("byte", f.Offset))
	}
	note := access.NoteSearch{Nodes: []string{embeddedNode}, At: at}
	for _, g := range wanted {
		if slices.ContainsFunc(g.Keys, func(kid string) bool { return !found.Tombstones[kid] }) {
			left = true
			continue
		}
		addTo(&note, g)
	}
	if len(note.Erasures)+len(note.Months) == 0 {
		return took, left, nil
	}
	return took, left, p.Registry.Keep(ctx, verification.System(), note)
}

// addTo adds to a note that an erasure, or the end of a month, is done.
func addTo(note *access.NoteSearch, g admin.Erased) {
	if g.Month != "" {
		note.Months = append(note.Months, access.SearchedMonth{Month: g.Month, Destroyed: g.Here})
		return
	}
	note.Erasures = append(note.Erasures, access.SearchedErasure{Request: verification.RequestID(g.Request), Destroyed: g.Here})
}

// NoteErasures keeps in the record that the disks of all nodes were searched for what is erased, by whom and when.
func (p *Parts) NoteErasures(ctx context.Context, r admin.NoteRequest) (out admin.Noted, err error) {
	by, err := p.actor(ctx, r.By)
	if err == nil {
		out, err = p.noteErasures(ctx, by, r.Reports)
	}
	p.acted(act{by: by, what: "erasure", kind: admin.ErasureNoted}, err)
	return out, err
}

func (p *Parts) noteErasures(ctx context.Context, by verification.Actor, reports []admin.SearchReport) (out admin.Noted, err error) {
	if p.Server != nil {
		return out, errors.New("the store of this gateway is its own, and it searches that by itself")
	}
	note := access.NoteSearch{}
	for _, report := range reports {
		note.Nodes = append(note.Nodes, report.Node)
		if note.At.IsZero() || report.At.Before(note.At) {
			note.At = report.At
		}
	}
	slices.Sort(note.Nodes)
	note.Nodes = slices.Compact(note.Nodes)
	if out.Nodes = note.Nodes; len(reports) == 0 {
		return out, admin.ErrNoneNoted
	}
	nodes, err := p.Conn.KeyNodes(ctx)
	if err != nil {
		return out, err
	}
	for _, node := range nodes {
		if !slices.Contains(note.Nodes, node) {
			return out, fmt.Errorf("%s: %w", node, admin.ErrNodeMissing)
		}
	}
	wanted, err := p.unsearched(ctx)
	if err != nil {
		return out, err
	}
	out.Lacking = map[string]string{}
	for _, g := range wanted {
		if why := lacking(g, reports); why != "" {
			out.Lacking[g.Called()] = why
			continue
		}
		addTo(&note, g)
		out.Done = append(out.Done, g.Called())
	}
	if len(out.Done) == 0 {
		return out, admin.ErrNoneNoted
	}
	return out, p.Registry.Keep(ctx, by, note)
}

// lacking says why reports do not say that an erasure is done; empty: they do.
func lacking(g admin.Erased, reports []admin.SearchReport) string {
	for _, r := range reports {
		if r.At.Before(g.Here) {
			return r.Node + " was searched before its key was destroyed"
		}
		for _, kid := range g.Keys {
			if !slices.Contains(r.Keys, kid) {
				return r.Node + " was not searched for each of its keys"
			}
		}
	}
	return ""
}
