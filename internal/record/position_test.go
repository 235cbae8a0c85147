package record_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"verigate/internal/record"
)

func positions() *rapid.Generator[record.Position] {
	return rapid.Custom(func(t *rapid.T) (p record.Position) {
		for i := range p {
			p[i] = rapid.Uint64Range(0, 5).Draw(t, "sequence")
		}
		return p
	})
}

func TestAPositionIsReadAsItWasWritten(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		want := positions().Draw(t, "position")
		if got, err := record.ParsePosition(want.String()); err != nil || got != want {
			t.Fatalf("%v was read as %v, %v", want, got, err)
		}
	})
	for want, p := range map[string]record.Position{"0": {}, "17": {17}, "17.4": {17, 4}, "0.4": {0, 4}} {
		if got := p.String(); got != want {
			t.Errorf("%v was written as %s", [record.Partitions]uint64(p), got)
		}
	}
	if got, err := record.ParsePosition("7"); err != nil || got != (record.Position{7}) {
		t.Errorf("that of one partition was read as %v, %v", got, err)
	}
	for _, bad := range []string{"", "1.2.3", "1.x", "1.-4", "1.18446744073709551616"} {
		if _, err := record.ParsePosition(bad); !errors.Is(err, record.ErrUnreadable) {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func TestPositionsAreALattice(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p, q := positions().Draw(t, "p"), positions().Draw(t, "q")
		at := record.Place{Partition: rapid.IntRange(0, record.Partitions-1).Draw(t, "partition"), Sequence: rapid.Uint64Range(1, 6).Draw(t, "n")}
		with := p.With(at)
		for what, ok := range map[string]bool{
			"both cover what they have in common": p.Covers(p.And(q)) && q.Covers(p.And(q)),
			"what one has covers both":            p.Or(q).Covers(p) && p.Or(q).Covers(q),
			"with a message it has that":          with.Has(at) && with.Covers(p),
			"nothing else was added":              p.Has(at) == (with == p),
			"what covers lacks nothing":           p.Covers(q) == (p.Lacks(q) == 0),
			"what it lacks makes it whole":        p.Count()+p.Lacks(q) == p.Or(q).Count(),
		} {
			if !ok {
				t.Errorf("not so of %v and %v at %v: %s", p, q, at, what)
			}
		}
	})
}

// Where an aggregate lies is for good.
func TestAnAggregateLiesWhereItAlwaysDid(t *testing.T) {
	t.Parallel()
	want := map[string]int{"": 1, "a": 0, "r1": 0, "r2": 1, "01JA2B3C4D5E6F7G8H9J": 0}
	for id, partition := range want {
		if got := record.Request(id).In(record.Partitions); got != partition {
			t.Errorf("request %q lies in %d, not in %d", id, got, partition)
		}
	}
	if got := record.Request("r1").In(1); got != 0 {
		t.Errorf("in a record of one partition it lies in %d", got)
	}
	if got := (record.Subject{Kind: record.KindDirectory, ID: "r1"}).In(4); got != 0 {
		t.Errorf("a change of the directory lies in %d", got)
	}
	counts := [record.Partitions]int{}
	for i := range 4000 {
		counts[record.Request(fmt.Sprintf("r_%d", i)).In(len(counts))]++
	}
	for i, n := range counts {
		if n < 1800 || n > 2200 {
			t.Errorf("partition %d has %d of 4000 requests", i, n)
		}
	}
}
