package cli

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/durable"
	"verigate/internal/remnant"
)

// The ways in which a search for what is erased does not say that it is gone.
var (
	// ErrRemains says that an erased key is in a file.
	ErrRemains = errors.New("a key that was erased is still there: erasure under way. In a cluster search again in three minutes, and see deploy/README.md, What is erased")
	// ErrCannotTell says that the files do not show what they must show of an erased key.
	ErrCannotTell = errors.New("of a key neither itself nor its tombstone was found: this is not the store of its record, the node is behind, or nats-server encrypts it; nothing is proved")
)

// ErasureList prints both dates of each erasure.
func ErasureList(ctx context.Context, e app.Env, c config.ErasureList) error {
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
		all, err := a.Gone(ctx)
		if err != nil {
			return err
		}
		for _, g := range all {
			fmt.Fprintf(e.Out, "%s: %s\n", g.Called(), told(g))
		}
		return nil
	})
}

// otherCopies says what is not known by itself.
const otherCopies = "copies that verigate backup has not made are told by --keys-backups"

// told is both dates in words.
func told(e admin.Erased) string {
	switch {
	case e.Here.IsZero():
		return "under way: KEYS has a key of it, or no tombstone"
	case e.Backups.IsZero():
		return here(e) + "; no backup of KEYS that may have it is known (" + otherCopies + ")"
	case e.Out:
		return here(e) + "; the last backup of KEYS that has it ran out " + admin.Moment(e.Backups)
	default:
		return here(e) + "; the last backup of KEYS that has it runs out " + admin.Moment(e.Backups)
	}
}

// here is how far it is here.
func here(e admin.Erased) string {
	said := "key destroyed " + admin.Moment(e.Here)
	if len(e.With) > 0 {
		said = "with month " + strings.Join(e.With, " and ") + ", " + said
	}
	if e.Searched.IsZero() {
		return said + ", under way: not every disk was searched since"
	}
	return said + ", on no disk of " + strings.Join(e.Nodes, ", ") + " " + admin.Moment(e.Searched)
}

// ErasureKeys prints what a scan looks for.
func ErasureKeys(ctx context.Context, e app.Env, c config.ErasureKeys) error {
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
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
			fmt.Fprintf(e.Out, "# %s\n%s\n", g.Called(), strings.Join(g.Keys, "\n"))
		}
		if c.Request != "" && !found {
			return fmt.Errorf("the record does not say that request %s is erased", c.Request)
		}
		return nil
	})
}

// ErasureScan looks for erased keys in the files of a node, and says what it found.
func ErasureScan(e app.Env, c config.ErasureScan) error {
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
		return reported(c.Report, admin.SearchReport{Form: admin.ReportForm, Node: c.Node, At: at.UTC(), Files: r.Files, Bytes: r.Bytes, Keys: kids})
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

// reported writes the report of a search that found nothing.
func reported(path string, r admin.SearchReport) error {
	content, err := json.Marshal(r)
	if err != nil {
		return err
	}
	return durable.Create(path, append(content, '\n'))
}

// ErasureNote hands in reports and prints what is erased by them.
func ErasureNote(ctx context.Context, e app.Env, c config.ErasureNote) error {
	request := admin.NoteRequest{By: e.By}
	for _, path := range c.Reports {
		content, err := os.ReadFile(path)
		if err != nil {
			return fmt.Errorf("read a report: %w", err)
		}
		var r admin.SearchReport
		if err := json.Unmarshal(content, &r); err != nil || r.Form != admin.ReportForm || r.Node == "" || r.At.IsZero() {
			return fmt.Errorf("%s is no report of verigate erasure scan --report", path)
		}
		request.Reports = append(request.Reports, r)
	}
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
		noted, err := a.NoteErasures(ctx, request)
		if err != nil {
			return err
		}
		for _, name := range noted.Done {
			fmt.Fprintf(e.Out, "%s: erased here: no key of it on %s\n", name, strings.Join(noted.Nodes, ", "))
		}
		for name, why := range noted.Lacking {
			fmt.Fprintf(e.Out, "%s: under way: %s\n", name, why)
		}
		return nil
	})
}
