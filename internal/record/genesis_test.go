package record_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

func clock() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

func TestARecordIsBegunOnceAndOpenedAsWhatItIs(t *testing.T) {
	t.Parallel()
	first := record.Genesis{IDKeyFingerprint: "f1", CreatedAt: clock()}
	demo := first
	demo.Demonstration = true
	tests := map[string]struct {
		begun, opened record.Genesis
		want          error
	}{
		"a real one again":            {first, first, nil},
		"a demonstration again":       {demo, demo, nil},
		"a demonstration as a real":   {demo, first, record.ErrDemonstration},
		"a real as a demonstration":   {first, demo, record.ErrNotDemonstration},
		"with another id.key":         {first, record.Genesis{IDKeyFingerprint: "f2"}, record.ErrOtherIDKey},
		"with another id.key in demo": {demo, record.Genesis{IDKeyFingerprint: "f2"}, record.ErrOtherIDKey},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := recordtest.NewFake(clock)
			if _, err := record.EnsureGenesis(t.Context(), j, test.begun); err != nil {
				t.Fatal(err)
			}
			later := test.opened
			later.CreatedAt = clock().AddDate(0, 0, 1)
			got, err := record.EnsureGenesis(t.Context(), j, later)
			if !errors.Is(err, test.want) {
				t.Fatalf("got %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(test.begun, got); diff != "" {
				t.Fatal(diff)
			}
			if last, err := j.Last(t.Context()); err != nil || last != (record.Position{1}) {
				t.Fatalf("%d messages, %v", last, err)
			}
		})
	}
}

func TestARecordWithoutItsFirstMessageIsRefused(t *testing.T) {
	t.Parallel()
	j := recordtest.NewFake(clock)
	recordtest.Fill(t, j, "r1", 1)
	_, err := record.EnsureGenesis(t.Context(), j, record.Genesis{IDKeyFingerprint: "f1"})
	if !errors.Is(err, record.ErrNoGenesis) {
		t.Fatalf("got %v", err)
	}
}

func TestTheSecondOfTwoBeginnersTakesTheFirstOnes(t *testing.T) {
	t.Parallel()
	j := recordtest.NewFake(clock)
	want := record.Genesis{IDKeyFingerprint: "f1", CreatedAt: clock()}
	j.FailAfterNext(record.ErrConflict) // as if the other one had written it
	if got, err := record.EnsureGenesis(t.Context(), j, want); err != nil || got != want {
		t.Fatalf("got %v, %v", got, err)
	}
}

// late is a journal in which the first message comes between the question for it and the question for the end.
type late struct {
	record.Journal
	begins func()
}

func (l *late) Read(ctx context.Context, s record.Subject) ([]record.Sealed, error) {
	all, err := l.Journal.Read(ctx, s)
	if l.begins != nil {
		l.begins()
		l.begins = nil
	}
	return all, err
}

func TestABeginnerWhoLooksAtTheEndTooLateTakesTheFirstOnes(t *testing.T) {
	t.Parallel()
	j := recordtest.NewFake(clock)
	want := record.Genesis{IDKeyFingerprint: "f1", CreatedAt: clock()}
	other := func() {
		if _, err := record.EnsureGenesis(t.Context(), j, want); err != nil {
			t.Error(err)
		}
	}
	mine := want
	mine.CreatedAt = clock().Add(time.Second)
	if got, err := record.EnsureGenesis(t.Context(), &late{j, other}, mine); err != nil || got != want {
		t.Fatalf("got %v, %v", got, err)
	}
}
