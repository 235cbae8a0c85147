package recordtest

import (
	"context"
	"errors"
	"fmt"
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
	Remove func(sequence uint64)
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
		"a replay has every message and then follows":     replayFollows,
		"a bounded replay stops at its last sequence":     replayStops,
		"a replay names the missing sequence":             replayFindsGap,
		"a replay names a missing last sequence":          replayFindsMissingEnd,
		"a replay ends with the error of its reader":      replayReturnsError,
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
		m.Sequence, after = seq, seq
		out = append(out, m)
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
		m.Sequence = seq
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
	rig.Remove(stored[1].Sequence)
	if _, err := rig.Journal.Read(t.Context(), record.Request("r1")); !errors.Is(err, record.ErrGap) {
		t.Fatalf("got %v, want a gap", err)
	}
}

func lastCounts(t *testing.T, rig Rig) {
	if last, err := rig.Journal.Last(t.Context()); err != nil || last != 0 {
		t.Fatalf("empty: %d, %v", last, err)
	}
	Fill(t, rig.Journal, "r1", 2)
	Fill(t, rig.Journal, "r2", 1)
	if last, err := rig.Journal.Last(t.Context()); err != nil || last != 3 {
		t.Fatalf("got %d, %v, want 3", last, err)
	}
}

func replayFollows(t *testing.T, rig Rig) {
	want := Fill(t, rig.Journal, "r1", 3)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	seen := make(chan record.Sealed, 100)
	done := make(chan error, 1)
	go func() {
		done <- rig.Journal.Replay(ctx, 2, func(m record.Sealed) error {
			seen <- m
			return nil
		})
	}()
	got := []record.Sealed{<-seen, <-seen}
	want = append(want[1:], Fill(t, rig.Journal, "r2", 2)...)
	got = append(got, <-seen, <-seen)
	cancel()
	if err := <-done; err != nil {
		t.Fatalf("an ordered end gave %v", err)
	}
	compare(t, want, got)
}

func replayStops(t *testing.T, rig Rig) {
	want := Fill(t, rig.Journal, "r1", 3)
	Fill(t, rig.Journal, "r2", 2)
	compare(t, want, collect(t, rig.Journal, 0, 3))
	compare(t, want[2:], collect(t, rig.Journal, 3, 3))
	compare(t, nil, collect(t, rig.Journal, 4, 3))
}

func replayFindsGap(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 4)
	for _, gone := range []int{1, 0} {
		rig.Remove(stored[gone].Sequence)
		err := rig.Journal.ReplayUntil(t.Context(), 1, 4, nothing)
		named(t, err, stored[gone].Sequence)
		err = rig.Journal.Replay(t.Context(), 1, nothing)
		named(t, err, stored[gone].Sequence)
	}
}

func replayFindsMissingEnd(t *testing.T, rig Rig) {
	stored := Fill(t, rig.Journal, "r1", 3)
	rig.Remove(stored[2].Sequence)
	named(t, rig.Journal.ReplayUntil(t.Context(), 1, 3, nothing), 3)
	named(t, rig.Journal.Replay(t.Context(), 1, nothing), 3)
}

func replayReturnsError(t *testing.T, rig Rig) {
	Fill(t, rig.Journal, "r1", 2)
	stop := errors.New("stop")
	err := rig.Journal.Replay(t.Context(), 1, func(record.Sealed) error { return stop })
	if !errors.Is(err, stop) {
		t.Fatalf("got %v", err)
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
	if err := rig.Journal.ReplayUntil(ctx, 1, 1, nothing); !errors.Is(err, context.Canceled) {
		t.Errorf("replay until: %v", err)
	}
	if err := rig.Journal.Replay(ctx, 1, nothing); err != nil {
		t.Errorf("replay: %v", err)
	}
}

func nothing(record.Sealed) error { return nil }

func collect(t *testing.T, j record.Journal, from, last uint64) []record.Sealed {
	t.Helper()
	var out []record.Sealed
	err := j.ReplayUntil(t.Context(), from, last, func(m record.Sealed) error {
		out = append(out, m)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func named(t *testing.T, err error, sequence uint64) {
	t.Helper()
	var at *record.SequenceError
	if !errors.As(err, &at) || at.Sequence != sequence || !errors.Is(err, record.ErrGap) {
		t.Fatalf("got %v, want a gap at %d", err, sequence)
	}
}

func compare(t *testing.T, want, got []record.Sealed) {
	t.Helper()
	if diff := cmp.Diff(want, got, cmpopts.IgnoreFields(record.Sealed{}, "Stored"), cmpopts.IgnoreUnexported(record.Sealed{})); diff != "" {
		t.Fatal(diff)
	}
	for _, m := range got {
		if m.Stored.IsZero() {
			t.Fatalf("sequence %d has no time", m.Sequence)
		}
	}
}
