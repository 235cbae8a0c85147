package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/url"
	"path/filepath"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/demo"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// The third part of the section "secrecy": what it costs that each reader is shown what is theirs to see. An officer of the
// desk reads the first page of lists of the board over HTTP; of some, rows lie in a compartment that the officer is not in.

// hiddenOf is of how many rows how many the reader is not shown.
type hiddenOf struct{ rows, of int }

func (h hiddenOf) String() string {
	if h.rows == 0 {
		return "none"
	}
	return fmt.Sprintf("%d of %d", h.rows, h.of)
}

// lists are those that are read. Each is a campaign of its own.
func lists() []hiddenOf { return []hiddenOf{{0, 1}, {1, 2}, {9, 10}} }

func (h hiddenOf) campaign() string { return fmt.Sprintf("bench-%d-of-%d", h.rows, h.of) }

// change puts the n-th row into its list, and hides it when it is one of those.
func (h hiddenOf) change(n int) func(*board.Rows) {
	return func(r *board.Rows) {
		r.Request.Campaign = h.campaign()
		if n%h.of < h.rows {
			r.Request.Level = marking.L3
			r.Audience.Level, r.Audience.Compartment = marking.L3, "bench"
		}
	}
}

// excludedFrom is from how many requests another officer is excluded, who reads the list of which nothing is hidden.
const excludedFrom = 100

// filtered is one list, as one officer reads it.
type filtered struct {
	readers  int
	hidden   hiddenOf
	excluded int
	rounds   []result
}

// filtering fills the lists and reads them.
func (w *world) filtering(ctx context.Context, s settings, data string, out io.Writer) error {
	if err := w.parts.PrepareDemo(ctx, "http://"+w.addr); err != nil {
		return err
	}
	keys, err := demo.ReadCredentials(filepath.Join(data, "demo-credentials.json"))
	if err != nil {
		return err
	}
	officer, other := keys.Desk[0], keys.Desk[1]
	each := s.rowsKept() / 3
	for i, list := range lists() {
		more := filled{store: w.parts.Store, change: list.change}
		if err := more.put(ctx, s.rowsKept()+i*each, s.rowsKept()+(i+1)*each); err != nil {
			return err
		}
	}
	if err := w.exclude(ctx, officer, other, excludedFrom); err != nil {
		return err
	}
	var all []filtered
	for _, n := range slices.Compact([]int{slices.Min(s.clients), slices.Max(s.clients)}) {
		for _, list := range lists() {
			all = append(all, filtered{readers: n, hidden: list})
		}
		all = append(all, filtered{readers: n, excluded: excludedFrom, hidden: lists()[0]})
	}
	for range secrecyRounds {
		for i := range all {
			reader := officer
			if all[i].excluded > 0 {
				reader = other
			}
			if err := all[i].measure(ctx, w, reader, s.window); err != nil {
				return err
			}
		}
	}
	printFiltered(out, all, each)
	return nil
}

// exclude makes requests, each claimed and routed by an officer so that another is excluded.
func (w *world) exclude(ctx context.Context, officer, other string, n int) error {
	caller, err := w.parts.Registry.Keyring().Identify(access.Proof{Key: other, At: w.parts.Now()})
	if err != nil {
		return err
	}
	c, err := dial(ctx, w)
	if err != nil {
		return err
	}
	defer c.close()
	routing, err := json.Marshal(map[string]any{
		"assignments": []any{map[string]any{"unit": "02", "questions": []int{1, 2}}}, // the rule has chosen another
		"exclude":     map[string]any{"units": []string{}, "persons": []verification.PersonID{caller.Person}},
	})
	if err != nil {
		return err
	}
	for range n {
		if err := c.create(ctx); err != nil {
			return err
		}
		if err := w.post(ctx, officer, c.made+"/claim", []byte("{}")); err != nil {
			return err
		}
		if err := w.post(ctx, officer, c.made+"/routing", routing); err != nil {
			return err
		}
	}
	return w.settle(ctx)
}

func (f *filtered) measure(ctx context.Context, w *world, key string, window time.Duration) error {
	path := "/v1/board?limit=50&campaign=" + url.QueryEscape(f.hidden.campaign())
	read, err := w.read(ctx, key, f.readers, 0, window, path)
	f.rounds = append(f.rounds, read)
	return err
}

func printFiltered(out io.Writer, all []filtered, each int) {
	fmt.Fprintf(out, "\nFiltering. The first page of 50 of lists of %d rows, read over HTTP by an officer of the desk without a pause: rows in a\n"+
		"compartment of which the officer is no member are left out; the last of each block is read by an officer who is excluded from\n"+
		"%d requests, which are in none of the counters. Medians of %d rounds in turns, times in ms, clients included.\n\n",
		each, excludedFrom, secrecyRounds)
	fmt.Fprintf(out, "%8s %8s %9s | %8s %8s %8s | %6s\n", "readers", "hidden", "excluded", "pages/s", "p50", "p99", "ratio")
	var nothing float64 // the rate of the list of which nothing is hidden
	for _, f := range all {
		pages := rate(f.rounds)
		if f.hidden.rows == 0 && f.excluded == 0 {
			nothing = pages
		}
		fmt.Fprintf(out, "%8d %8s %9d | %8.0f %8.2f %8.2f | %6.2f\n",
			f.readers, f.hidden, f.excluded, pages, quantile(f.rounds, .5), quantile(f.rounds, .99), pages/nothing)
	}
}
