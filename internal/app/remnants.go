package app

import (
	"context"
	"fmt"
	"path/filepath"
	"time"

	"verigate/internal/follow"
	"verigate/internal/remnant"
)

// copies says until when a copy of KEYS may be opened that was made before a time: one that is known, or that was made by
// other means than ours and is kept for --keys-backups. Zero: there is none.
func (p *Parts) copies() func(time.Time) time.Time {
	known := p.Registry.Custody()
	return func(destroyed time.Time) time.Time {
		until := known.Until(destroyed)
		if others := destroyed.Add(p.KeysBackups); p.KeysBackups > 0 && others.After(until) {
			return others
		}
		return until
	}
}

// searchOwn adds to a report until when backups may hold erased keys, and what the files of the embedded store have of
// them. Those of servers it cannot read.
func (p *Parts) searchOwn(ctx context.Context, report *follow.Report) error {
	if report.Erased+report.Months == 0 {
		return nil
	}
	gone, err := p.Gone(ctx)
	if err != nil {
		return err
	}
	of, kids := map[string]string{}, []string{}
	report.Searched = true
	for _, g := range gone {
		report.Searched = report.Searched && !g.Searched.IsZero()
		if g.Backups.After(report.Backups) {
			report.Backups = g.Backups
		}
		if len(g.With) > 0 {
			continue // its months are among them
		}
		for _, kid := range g.Keys {
			of[kid], kids = g.Name(), append(kids, kid)
		}
	}
	if p.Server == nil { // what operators have noted counts
		return nil
	}
	found, err := remnant.Scan([]string{filepath.Join(p.Data, natsDir)}, kids)
	if err != nil {
		return err
	}
	for _, f := range found.Found {
		report.Differences = append(report.Differences, follow.Difference{
			Where: "keys", What: fmt.Sprintf("%s: its erased key %s is in %s at byte %d", of[f.KID], f.KID, f.Path, f.Offset),
		})
	}
	report.Searched = true
	return nil
}
