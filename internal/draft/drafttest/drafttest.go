// Package drafttest is what every store of drafts promises, and one in memory.
package drafttest

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/draft"
	"verigate/internal/verification"
)

const task verification.TaskID = "00000000000000000000000000-01"

// Run is the promise. Each call of open returns a store over the same drafts, as another gateway has it.
func Run(t *testing.T, open func() draft.Store) {
	t.Helper()
	one, other := open(), open()
	of := func(task verification.TaskID) []draft.Sealed {
		t.Helper()
		all, err := other.Of(t.Context(), task)
		if err != nil {
			t.Fatal(err)
		}
		slices.SortFunc(all, func(a, b draft.Sealed) int { return cmp.Compare(a.Sequence, b.Sequence) })
		return all
	}
	if all := of(task); len(all) != 0 {
		t.Fatalf("an empty store holds %d", len(all))
	}
	mine := draft.Sealed{Key: draft.Key{Task: task, Person: "p_a"}, KID: "k1", Data: []byte("one")}
	put := func(s draft.Store, d draft.Sealed, last uint64) {
		t.Helper()
		if err := s.Put(t.Context(), d, time.Hour, last); err != nil {
			t.Fatal(err)
		}
	}
	put(one, mine, 0)
	if err := other.Put(t.Context(), mine, time.Hour, 0); !errors.Is(err, draft.ErrChanged) {
		t.Errorf("begun twice: %v", err)
	}
	first := of(task)
	if len(first) != 1 || first[0].Key != mine.Key || first[0].KID != "k1" || string(first[0].Data) != "one" {
		t.Fatalf("it holds %+v", first)
	}
	mine.Data = []byte("two")
	put(other, mine, first[0].Sequence)
	theirs := draft.Sealed{Key: draft.Key{Task: task, Person: "p_b"}, KID: "k1", Data: []byte("three")}
	put(one, theirs, 0)
	put(one, draft.Sealed{Key: draft.Key{Task: "00000000000000000000000000-02", Person: "p_a"}, KID: "k1", Data: []byte("x")}, 0)
	all := of(task)
	if len(all) != 2 || string(all[0].Data) != "two" || string(all[1].Data) != "three" {
		t.Fatalf("of each key the newest: %+v", all)
	}
	put(one, draft.Sealed{Key: mine.Key}, all[0].Sequence)
	if err := one.Put(t.Context(), mine, time.Hour, all[0].Sequence); !errors.Is(err, draft.ErrChanged) {
		t.Errorf("a late write brought a draft back: %v", err)
	}
	if all = of(task); len(all) != 2 || all[1].KID != "" || len(all[1].Data) != 0 {
		t.Errorf("a dropped draft is told as %+v", all)
	}
	race(t, one, other)
}

// race: of all who begin at once one does.
func race(t *testing.T, one, other draft.Store) {
	t.Helper()
	var all sync.WaitGroup
	var won atomic.Int32
	for i := range 8 {
		s := []draft.Store{one, other}[i%2]
		all.Go(func() {
			d := draft.Sealed{Key: draft.Key{Task: task, Person: "p_c"}, KID: "k1", Data: []byte(strconv.Itoa(i))}
			switch err := s.Put(t.Context(), d, time.Hour, 0); {
			case err == nil:
				won.Add(1)
			case !errors.Is(err, draft.ErrChanged):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if won.Load() != 1 {
		t.Errorf("%d of eight began the same draft", won.Load())
	}
}

// Store keeps drafts in memory. It is safe for concurrent use.
type Store struct {
	mu   sync.Mutex
	last uint64
	all  map[draft.Key]draft.Sealed
}

// NewStore is empty.
func NewStore() *Store { return &Store{all: map[draft.Key]draft.Sealed{}} }

// Put implements draft.Store. Nothing is forgotten here.
func (s *Store) Put(_ context.Context, d draft.Sealed, _ time.Duration, last uint64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all[d.Key].Sequence != last {
		return draft.ErrChanged
	}
	s.last++
	d.Sequence = s.last
	s.all[d.Key] = d
	return nil
}

// Of implements draft.Store.
func (s *Store) Of(_ context.Context, task verification.TaskID) ([]draft.Sealed, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []draft.Sealed
	for k, d := range s.all {
		if k.Task == task {
			out = append(out, d)
		}
	}
	return out, nil
}

// Destroy forgets all drafts of a task.
func (s *Store) Destroy(_ context.Context, task verification.TaskID) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.all, func(k draft.Key, _ draft.Sealed) bool { return k.Task == task })
	return nil
}
