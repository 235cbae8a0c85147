package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/rdb"
)

// The second part of the section "secrecy": what it costs that Redis holds nothing readable. The same rows are written to and
// read from two boards of one redis-server, in turns: the gateway's own, and one whose rows and names are clear.

// legible is what no gateway uses: it hides nothing.
type legible struct{}

func (legible) Seal(_ string, plain []byte) ([]byte, error)  { return plain, nil }
func (legible) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }
func (legible) Blind(_, value string) string                 { return strings.ReplaceAll(value, " ", "_") }

// rowsKept is how many rows each board holds when its last pages are read.
func (s settings) rowsKept() int {
	if s.quick {
		return 1_500
	}
	return 15_000
}

// kind is what was measured of one of the two boards, a result for each round.
type kind struct {
	board   *filled
	written []float64 // rows a second
	pages   []result
	memory  []float64 // bytes of a row and of its places in sets
}

// rowCosts are both.
type rowCosts struct{ sealed, clear kind }

// measureRows measures over a gateway with a redis-server of its own, and prints; then how lists are filtered.
func measureRows(ctx context.Context, s settings, out io.Writer) error {
	err := withRedis(ctx, func(dir, redis string) (err error) {
		data := filepath.Join(dir, "rows")
		w, err := open(ctx, worldOptions{data: data, redis: redis})
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, w.close()) }()
		costs, err := w.rowCosts(ctx, s, redis)
		if err != nil {
			return err
		}
		costs.print(out, s)
		return w.filtering(ctx, s, data, out)
	})
	if errors.Is(err, errNoRedis) {
		fmt.Fprintln(out, "Sealed rows and filtering: not measured, redis-server is not installed: make deps")
		return nil
	}
	return err
}

func (w *world) rowCosts(ctx context.Context, s settings, redis string) (c rowCosts, err error) {
	if err := w.settle(ctx); err != nil { // its board has begun
		return c, err
	}
	open := rdb.Open(rdb.Options{Addrs: []string{redis}, Name: "clear"}, legible{})
	defer func() { err = errors.Join(err, open.Close()) }()
	if _, err := open.Position(ctx); err != nil { // begins it
		return c, err
	}
	c.sealed.board, c.clear.board = &filled{store: w.parts.Store}, &filled{store: open}
	for round := range secrecyRounds {
		both := []*kind{&c.sealed, &c.clear}
		if round%2 == 1 {
			slices.Reverse(both) // neither is always the first
		}
		from, to := s.rowsKept()*round/secrecyRounds, s.rowsKept()*(round+1)/secrecyRounds
		for _, k := range both {
			if err := k.measure(ctx, from, to, s.window, redis); err != nil {
				return c, err
			}
		}
	}
	return c, nil
}

// measure writes some rows more and reads pages.
func (k *kind) measure(ctx context.Context, from, to int, window time.Duration, redis string) error {
	before, err := usedMemory(ctx, redis)
	if err != nil {
		return err
	}
	began := time.Now()
	if err := k.board.put(ctx, from, to); err != nil {
		return err
	}
	took := time.Since(began)
	after, err := usedMemory(ctx, redis)
	if err != nil {
		return err
	}
	read, err := hammer(ctx, []work{k.board.page}, window)
	if err != nil {
		return err
	}
	n := float64(to - from)
	k.written = append(k.written, n/took.Seconds())
	k.memory = append(k.memory, float64(after-before)/n)
	k.pages = append(k.pages, read)
	return nil
}

// page reads the 50 most urgent.
func (b *filled) page(ctx context.Context) error {
	list, err := b.store.Board(ctx, board.Filter{}, board.Page{Limit: 50}, boardtest.Outsiders())
	if err == nil && len(list.Items) != 50 {
		err = fmt.Errorf("a page of %d", len(list.Items))
	}
	return err
}

func (c rowCosts) print(out io.Writer, s settings) {
	fmt.Fprintf(out, "\nSealed rows. The same %d rows on two boards of one redis-server: the gateway's, and one that hides nothing. Written 1,024\n"+
		"at a time, two at once; pages of the 50 most urgent, opened, one after the other. Medians of %d rounds in turns, times in ms.\n\n",
		s.rowsKept(), secrecyRounds)
	fmt.Fprintf(out, "%8s | %9s | %9s | %8s %8s\n", "board", "written/s", "bytes/row", "page p50", "p99")
	for _, k := range []struct {
		name string
		kind
	}{{"sealed", c.sealed}, {"clear", c.clear}} {
		fmt.Fprintf(out, "%8s | %9.0f | %9.0f | %8.2f %8.2f\n", k.name, median(k.written), median(k.memory), quantile(k.pages, .5), quantile(k.pages, .99))
	}
	fmt.Fprintf(out, "%8s | %9.2f | %9.2f | %8.2f %8.2f\n", "ratio", median(c.sealed.written)/median(c.clear.written),
		median(c.sealed.memory)/median(c.clear.memory), quantile(c.sealed.pages, .5)/quantile(c.clear.pages, .5),
		quantile(c.sealed.pages, .99)/quantile(c.clear.pages, .99))
}
