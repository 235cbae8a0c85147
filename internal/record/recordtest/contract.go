package recordtest

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verigate/internal/record"
)

// Rig is a fresh, empty journal and the means to hurt it.
type Rig struct {
	Journal record.Journal
	// LoseAcks makes the next n writes happen and their first answer vanish.
	LoseAcks func(n int)
	// Remove takes a stored message away behind the journal's back.
	Remove func(at record.Place)
}

// Run is what every journal promises. open gives a fresh one per test and
// closes it in t.Cleanup.
func Run(t *testing.T, open func(t *testing.T) Rig) {
	t.Helper()
	tests := map[string]func(*testing.T, Rig){
		"one of 32 concurrent creators wins":              oneCreatorWins,
		"a write behind an old end is a conflict":         staleEndConflicts,
		"a lost acknowledgement is found again":           lostAckIsFound,
		"the same command in other bytes is a conflict":   sameCommandOtherBytes,
		"an aggregate of five messages reads in order":    readsInOrder,
		"an aggregate of one message reads":               readsOne,
		"an absent aggregate is not found":                absentIsNotFound,
		"a read names the missing message":                readFindsGap,
		"the end is 0 when empty and counts all subjects": lastCounts,
		"an aggregate lies in one partition":              staysInItsPartition,
		"a replay has every message and then follows":     replayFollows,
		"a bounded replay stops at its last sequence":     replayStops,
		"a replay names the missing sequence":             replayFindsGap,
		"a replay names a missing last sequence":          replayFindsMissingEnd,
		"a replay ends with the error of its reader":      replayReturnsError,
		"a reader that failed is told nothing more":       failedIsToldNothing,
		"an ended context ends calls":                     contextEnds,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// Message is a filled message for tests: the n-th of its subject.
func Message(id string, n uint64) record.Sealed {
	return record.Sealed{
		Subject: record.Request(id),
		Header: record.Header{
			KID: "k1", Command: fmt.Sprintf("c-%s-%d", id, n), Version: n, Kinds: []string{"submitted.v1", "routed.v1"}, Wire: 1,
		},
		Data: fmt.Appendf(nil, "sealed %s %d", id, n),
	}
}

// Fill appends n messages to one aggregate and returns them as stored.
func Fill(t *testing.T, j record.Journal, id string, n uint64) []record.Sealed {
	t.Helper()
	var out []record.Sealed
	var after uint64
	for i := range n {
		m := Message(id, i)
		seq, err := j.Append(t.Context(), m, after)
		if err != nil {
			t.Fatalf("append %d of %s: %v", i, id, err)
		}
		after = seq
		out = append(out, m)
	}
	stored, err := j.Read(t.Context(), record.Request(id))
	if err != nil {
		t.Fatalf("read %s: %v", id, err)
	}
	for i := range out {
		out[i].Place = stored[i].Place
	}
	return out
}

func oneCreatorWins(t *testing.T, rig Rig) {
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			m := Message("r1", 0)
			m.Command = fmt.Sprintf("c-%d", i)
			m.Data = fmt.Appendf(nil, "of creator %d", i)
			switch _, err := rig.Journal.Append(t.Context(), m, 0); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, record.ErrConflict):
				lost.Add(1)
			default:
				t.Errorf("creator %d: %v", i, err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || lost.Load() != 31 {
		t.Fatalf("%d won, %d lost", won.Load(), lost.Load())
	}
	if all, err := rig.Journal.Read(t.Context(), record.Request("r1")); err != nil || len(all) != 1 {
		t.Fatalf("%d messages stored, %v", len(all), err)
	}
}

func staleEndConflicts(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 2)
	late := Message("r1", 1)
	late.Command, late.Data = "another", []byte("another")
	if _, err := rig.Journal.Append(t.Context(), late, stored[0].Sequence); !errors.Is(err, record.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
	if _, err := rig.Journal.Append(t.Context(), late, 0); !errors.Is(err, record.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
}

func lostAckIsFound(t *testing.T, rig Rig) {
	rig.LoseAcks(1)
	first, err := rig.Journal.Append(t.Context(), Message("r1", 0), 0)
	if err != nil {
		t.Fatal(err)
	}
	rig.LoseAcks(1)
	if _, err := rig.Journal.Append(t.Context(), Message("r1", 1), first); err != nil {
		t.Fatal(err)
	}
	// A repeat of the first, when the second is already behind it.
	again, err := rig.Journal.Append(t.Context(), Message("r1", 0), 0)
	if err != nil || again != first {
		t.Fatalf("repeat gave %d, %v, want %d", again, err, first)
	}
	if all, err := rig.Journal.Read(t.Context(), record.Request("r1")); err != nil || len(all) != 2 {
		t.Fatalf("%d messages stored, %v", len(all), err)
	}
}

func sameCommandOtherBytes(t *testing.T, rig Rig) {
	Fill(t, rig.Journal, "r1", 1)
	twin := Message("r1", 0)
	twin.Data = []byte("sealed elsewhere")
	if _, err := rig.Journal.Append(t.Context(), twin, 0); !errors.Is(err, record.ErrConflict) {
		t.Fatalf("got %v, want a conflict", err)
	}
}

func readsInOrder(t *testing.T, rig Rig) {
	Fill(t, rig.Journal, "r0", 2)
	want := Fill(t, rig.Journal, "r1", 3)
	Fill(t, rig.Journal, "r2", 1)
	for n := uint64(3); n < 5; n++ {
		m := Message("r1", n)
		seq, err := rig.Journal.Append(t.Context(), m, want[n-1].Sequence)
		if err != nil {
			t.Fatal(err)
		}
		m.Place = record.Place{Partition: want[0].Partition, Sequence: seq}
		want = append(want, m)
	}
	got, err := rig.Journal.Read(t.Context(), record.Request("r1"))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, want, got)
}

func readsOne(t *testing.T, rig Rig) {
	want := Fill(t, rig.Journal, "r1", 1)
	got, err := rig.Journal.Read(t.Context(), record.Request("r1"))
	if err != nil {
		t.Fatal(err)
	}
	compare(t, want, got)
}

func absentIsNotFound(t *testing.T, rig Rig) {
	Fill(t, rig.Journal, "r1", 1)
	if _, err := rig.Journal.Read(t.Context(), record.Request("r2")); !errors.Is(err, record.ErrNotFound) {
		t.Fatalf("got %v, want not found", err)
	}
}

func readFindsGap(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 3)
	rig.Remove(stored[1].Place)
	if _, err := rig.Journal.Read(t.Context(), record.Request("r1")); !errors.Is(err, record.ErrGap) {
		t.Fatalf("got %v, want a gap", err)
	}
}

func lastCounts(t *testing.T, rig Rig) {
	if last, err := rig.Journal.Last(t.Context()); err != nil || last != (record.Position{}) {
		t.Fatalf("empty: %v, %v", last, err)
	}
	want := positionOf(many(t, rig.Journal))
	if last, err := rig.Journal.Last(t.Context()); err != nil || last != want {
		t.Fatalf("got %v, %v, want %v", last, err, want)
	}
}

func staysInItsPartition(t *testing.T, rig Rig) {
	for _, m := range many(t, rig.Journal) {
		all, err := rig.Journal.Read(t.Context(), m.Subject)
		if err != nil || len(all) != 2 || all[0].Partition != all[1].Partition {
			t.Fatalf("%s: %d messages, %v", m.ID, len(all), err)
		}
	}
	other := record.Subject{Kind: record.KindPrincipal, ID: "p1"}
	m := Message("", 0)
	m.Subject = other
	if _, err := rig.Journal.Append(t.Context(), m, 0); err != nil {
		t.Fatal(err)
	}
	if all, err := rig.Journal.Read(t.Context(), other); err != nil || all[0].Partition != 0 {
		t.Fatalf("what is no request's is not in the first partition: %v, %v", all, err)
	}
}

// many fills ten aggregates with two messages each; of several partitions none stays empty.
func many(t *testing.T, j record.Journal) []record.Sealed {
	t.Helper()
	var out []record.Sealed
	for i := range 10 {
		out = append(out, Fill(t, j, fmt.Sprintf("r%d", i), 2)...)
	}
	return out
}

// positionOf is the position at which all of them are taken.
func positionOf(all []record.Sealed) (p record.Position) {
	for _, m := range all {
		p = p.With(m.Place)
	}
	return p
}

// before is the position just before a message.
func before(m record.Sealed) (p record.Position) {
	return p.With(record.Place{Partition: m.Partition, Sequence: m.Sequence - 1})
}

func replayFollows(t *testing.T, rig Rig) {
	want := many(t, rig.Journal)
	from := positionOf(want[:1])
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := make(chan record.Sealed, 100)
	done := make(chan error, 1)
	go func() {
		done <- rig.Journal.Replay(ctx, from, func(m record.Sealed) error {
			seen <- m
			return nil
		})
	}()
	want = want[1:]
	var got []record.Sealed
	for range want {
		got = append(got, <-seen)
	}
	for _, id := range []string{"x1", "x2", "x3"} {
		late := Fill(t, rig.Journal, id, 2)
		want, got = append(want, late...), append(got, <-seen, <-seen)
	}
	cancel()
	if err := <-done; err != nil {
		t.Fatalf("an ordered end gave %v", err)
	}
	compareParts(t, want, got)
}

func replayStops(t *testing.T, rig Rig) {
	want := many(t, rig.Journal)
	last := positionOf(want)
	Fill(t, rig.Journal, "late", 2)
	compareParts(t, want, collect(t, rig.Journal, record.Position{}, last))
	half := positionOf(want[:10])
	var rest []record.Sealed
	for _, m := range want {
		if !half.Has(m.Place) {
			rest = append(rest, m)
		}
	}
	compareParts(t, rest, collect(t, rig.Journal, half, last))
	compareParts(t, want[:10], collect(t, rig.Journal, record.Position{}, half))
	compareParts(t, nil, collect(t, rig.Journal, last, last))
	compareParts(t, nil, collect(t, rig.Journal, last, half))
}

func replayFindsGap(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 4)
	end := positionOf(stored)
	for _, gone := range []int{1, 0} {
		rig.Remove(stored[gone].Place)
		err := rig.Journal.ReplayUntil(t.Context(), before(stored[0]), end, nothing)
		named(t, err, stored[gone].Place)
		err = rig.Journal.Replay(t.Context(), before(stored[0]), nothing)
		named(t, err, stored[gone].Place)
	}
}

func replayFindsMissingEnd(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 3)
	rig.Remove(stored[2].Place)
	named(t, rig.Journal.ReplayUntil(t.Context(), record.Position{}, positionOf(stored), nothing), stored[2].Place)
	named(t, rig.Journal.Replay(t.Context(), record.Position{}, nothing), stored[2].Place)
}

func replayReturnsError(t *testing.T, rig Rig) {
	Fill(t, rig.Journal, "r1", 2)
	stop := errors.New("stop")
	err := rig.Journal.Replay(t.Context(), record.Position{}, func(record.Sealed) error { return stop })
	if !errors.Is(err, stop) {
		t.Fatalf("got %v", err)
	}
}

// The first message of each partition waits for the reader, who fails at the first that comes.
func failedIsToldNothing(t *testing.T, rig Rig) {
	end := positionOf(many(t, rig.Journal))
	stop := errors.New("stop")
	for range 10 {
		told := 0
		err := rig.Journal.ReplayUntil(t.Context(), record.Position{}, end, func(record.Sealed) error {
			told++
			time.Sleep(2 * time.Millisecond)
			return stop
		})
		if !errors.Is(err, stop) || told != 1 {
			t.Fatalf("told %d times, ended with %v", told, err)
		}
	}
}

func contextEnds(t *testing.T, rig Rig) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := rig.Journal.Append(ctx, Message("r1", 0), 0); !errors.Is(err, context.Canceled) {
		t.Errorf("append: %v", err)
	}
	if _, err := rig.Journal.Read(ctx, record.Request("r1")); !errors.Is(err, context.Canceled) {
		t.Errorf("read: %v", err)
	}
	if err := rig.Journal.ReplayUntil(ctx, record.Position{}, record.Position{1}, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("replay until: %v", err)
	}
	if err := rig.Journal.Replay(ctx, record.Position{}, nothing); err != nil {
		t.Errorf("replay: %v", err)
	}
}

func nothing(record.Sealed) error { return nil }

func collect(t *testing.T, j record.Journal, after, last record.Position) []record.Sealed {
	t.Helper()
	var out []record.Sealed
	err := j.ReplayUntil(t.Context(), after, last, func(m record.Sealed) error {
		out = append(out, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func named(t *testing.T, err error, at record.Place) {
	t.Helper()
	var broken *record.SequenceError
	if !errors.As(err, &broken) || broken.Place != at || !errors.Is(err, record.ErrGap) {
		t.Fatalf("got %v, want a gap at %v", err, at)
	}
}

// compareParts compares each partition: there is no order between them.
func compareParts(t *testing.T, want, got []record.Sealed) {
	t.Helper()
	byPartition := func(a, b record.Sealed) int { return a.Partition - b.Partition }
	want, got = slices.Clone(want), slices.Clone(got)
	slices.SortStableFunc(want, byPartition)
	slices.SortStableFunc(got, byPartition)
	compare(t, want, got)
}

func compare(t *testing.T, want, got []record.Sealed) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(record.Sealed{}, "Stored"), cmpopts.IgnoreUnexported(record.Sealed{})); diff != "" {
		t.Fatal(diff)
	}
	for _, m := range got {
		if m.Stored.IsZero() {
			t.Fatalf("%v has no time", m.Place)
		}
	}
}
