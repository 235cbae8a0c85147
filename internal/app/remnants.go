package app

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"verigate/internal/config"
	"verigate/internal/follow"
	"verigate/internal/remnant"
)

// The ways in which a search for what is erased does not say that it is gone.
var (
	// ErrRemains says that an erased key is in a file.
	ErrRemains = errors.New("a key that was erased is still there: erasure under way. In a cluster search again in three minutes, and see deploy/README.md, What is erased")
	// ErrCannotTell says that the files do not show what they must show of an erased key.
	ErrCannotTell = errors.New("of a key neither itself nor its tombstone was found: this is not the store of its record, the node is behind, or nats-server encrypts it; nothing is proved")
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

// ErasureList prints both dates of each erasure.
func ErasureList(ctx context.Context, e Env, c config.ErasureList) error {
	return with(ctx, e, c.Stores, func(a Admin) error {
		all, err := a.Gone(ctx)
		if err != nil {
			return err
		}
		for _, g := range all {
			fmt.Fprintf(e.Out, "%s: %s\n", g.called(), g.told())
		}
		return nil
	})
}

// otherCopies says what is not known by itself.
const otherCopies = "copies that verigate backup has not made are told by --keys-backups"

// told is both dates in words.
func (e Erased) told() string {
	switch {
	case e.Here.IsZero():
		return "under way: KEYS has a key of it, or no tombstone"
	case e.Backups.IsZero():
		return e.here() + "; no backup of KEYS that may have it is known (" + otherCopies + ")"
	case e.Out:
		return e.here() + "; the last backup of KEYS that has it ran out " + moment(e.Backups)
	default:
		return e.here() + "; the last backup of KEYS that has it runs out " + moment(e.Backups)
	}
}

// here is how far it is here.
func (e Erased) here() string {
	said := "key destroyed " + moment(e.Here)
	if len(e.With) > 0 {
		said = "with month " + strings.Join(e.With, " and ") + ", " + said
	}
	if e.Searched.IsZero() {
		return said + ", under way: not every disk was searched since"
	}
	return said + ", on no disk of " + strings.Join(e.Nodes, ", ") + " " + moment(e.Searched)
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

// ErasureKeys prints what a scan looks for.
func ErasureKeys(ctx context.Context, e Env, c config.ErasureKeys) error {
	return with(ctx, e, c.Stores, func(a Admin) error {
		gone, err := a.Gone(ctx)
		if err != nil {
			return err
		}
		found := false
		for _, g := range gone {
			if c.Request != "" && c.Request != g.Request || c.Request == "" && len(g.With) > 0 {
				continue
			}
			found = true
			fmt.Fprintf(e.Out, "# %s\n%s\n", g.called(), strings.Join(g.Keys, "\n"))
		}
		if c.Request != "" && !found {
			return fmt.Errorf("the record does not say that request %s is erased", c.Request)
		}
		return nil
	})
}

// ErasureScan looks for erased keys in the files of a node, and says what it found.
func ErasureScan(e Env, c config.ErasureScan) error {
	kids, err := readKeys(c.Keys)
	if err != nil {
		return err
	}
	at := e.Now()
	r, err := remnant.Scan(c.Dirs, kids)
	if err != nil {
		return err
	}
	for _, f := range r.Found {
		fmt.Fprintf(e.Out, "%s: in %s at byte %d\n", f.KID, f.Path, f.Offset)
	}
	unknown := 0
	for _, kid := range kids {
		if !r.Tombstones[kid] {
			unknown++
			fmt.Fprintf(e.Out, "%s: no tombstone\n", kid)
		}
	}
	fmt.Fprintf(e.Out, "%d files, %d bytes: %d keys looked for, %d places found, %d without a tombstone\n", r.Files, r.Bytes, len(kids), len(r.Found), unknown)
	switch {
	case len(r.Found) > 0:
		return ErrRemains
	case unknown > 0:
		return ErrCannotTell
	case c.Report != "":
		return reported(c.Report, SearchReport{Form: reportForm, Node: c.Node, At: at.UTC(), Files: r.Files, Bytes: r.Bytes, Keys: kids})
	}
	return nil
}

// readKeys reads ids of keys, one a line.
func readKeys(path string) (kids []string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("read the ids of the keys: %w", err)
	}
	defer func() { _ = f.Close() }() // read only
	lines := bufio.NewScanner(io.LimitReader(f, 64<<20))
	for lines.Scan() {
		line := strings.TrimSpace(lines.Text())
		switch {
		case line == "" || strings.HasPrefix(line, "#"):
		case len(line) > 64 || strings.Trim(line, "abcdefghijklmnopqrstuvwxyz0123456789.-") != "":
			return nil, fmt.Errorf("%s: a line is no id of a key: make the file with verigate erasure keys", path)
		default:
			kids = append(kids, line)
		}
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("read the ids of the keys: %w", err)
	}
	if len(kids) == 0 {
		return nil, fmt.Errorf("%s: no id of a key is in it: nothing is erased, or it is another file", path)
	}
	return kids, nil
}
