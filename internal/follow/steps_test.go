package follow

import (
	"errors"
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"verigate/internal/record"
	"verigate/internal/verification"
)

func stepAt(sequence uint64) *Step {
	return &Step{Entry: record.Entry[verification.Decision]{Place: record.Place{Sequence: sequence}}, After: &State{Sequence: sequence}}
}

func TestOfSeveralFollowersOneFolds(t *testing.T) {
	t.Parallel()
	s := NewSteps()
	var folds atomic.Int64
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for sequence := uint64(1); sequence <= 3*sharedSteps; sequence++ {
				step, err := s.of(stepAt(sequence).Entry, func() (*Step, error) {
					folds.Add(1)
					return stepAt(sequence), nil
				})
				if err != nil || step.After.Sequence != sequence {
					t.Errorf("at %d: %d, %v", sequence, step.After.Sequence, err)
				}
			}
		})
	}
	all.Wait()
	if n := folds.Load(); n < 3*sharedSteps || n > 9*sharedSteps {
		t.Errorf("%d folds", n)
	}
	before := folds.Load()
	if _, err := s.of(stepAt(3*sharedSteps).Entry, func() (*Step, error) { folds.Add(1); return &Step{}, nil }); err != nil || folds.Load() != before {
		t.Error("the newest step is folded again")
	}
}

func TestAFollowerFarBehindFoldsForItselfAndKeepsNothing(t *testing.T) {
	t.Parallel()
	s := NewSteps()
	const around = sharedSteps / record.Partitions
	for _, sequence := range []uint64{7 + around, 7, 7 + around} {
		step, err := s.of(stepAt(sequence).Entry, func() (*Step, error) { return stepAt(sequence), nil })
		if err != nil || step.After.Sequence != sequence {
			t.Errorf("at %d: %d, %v", sequence, step.After.Sequence, err)
		}
	}
	partitioned := stepAt(7)
	partitioned.Entry.Partition = 1
	if _, err := s.of(partitioned.Entry, func() (*Step, error) { return partitioned, nil }); err != nil {
		t.Error(err)
	}
	if s.slots[7].step.Entry.Sequence != 7+around {
		t.Error("an older step took the place of a newer")
	}
}

func TestAFoldThatFailsIsNotKept(t *testing.T) {
	t.Parallel()
	s := NewSteps()
	failed := errors.New("the record is away")
	if _, err := s.of(stepAt(1).Entry, func() (*Step, error) { return stepAt(1), failed }); !errors.Is(err, failed) {
		t.Fatal(err)
	}
	folded := false
	if _, err := s.of(stepAt(1).Entry, func() (*Step, error) { folded = true; return stepAt(1), nil }); err != nil || !folded {
		t.Errorf("a failed fold was kept: %v", err)
	}
}

func TestStepsOfWhatIsErasedAreNotKept(t *testing.T) {
	t.Parallel()
	s := NewSteps()
	fold := func(id string, sequence uint64) *Step {
		t.Helper()
		made := stepAt(sequence)
		made.Entry.Subject = record.Request(id)
		step, err := s.of(made.Entry, func() (*Step, error) { return made, nil })
		if err != nil || step.Entry.Subject != made.Entry.Subject {
			t.Fatalf("%s at %d: %v, %v", id, sequence, step, err)
		}
		return step
	}
	const upto = 3
	for range 2 { // it may be repeated
		for sequence, id := range []string{"stays", "gone", "stays", "gone", "gone"} {
			fold(id, uint64(sequence)) // also by a follower that read it before, and is late
		}
		s.Forget(record.Request("gone"), upto)
	}
	fold("gone", 1)
	kept := map[uint64]string{}
	for i := range s.slots {
		if step := s.slots[i].step; step != nil {
			kept[step.Entry.Sequence] = step.Entry.ID
		}
	}
	if want := map[uint64]string{0: "stays", 2: "stays", 4: "gone"}; !maps.Equal(kept, want) {
		t.Errorf("kept are %v, want %v", kept, want)
	}
	(*Steps)(nil).Forget(record.Request("gone"), upto)
}
