package sessiontest

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/session"
)

// Run is what every store promises. Each call of open returns a store over the same sessions, as another gateway has it.
func Run(t *testing.T, open func() session.Store) {
	t.Helper()
	one, other := open(), open()
	next := func(after uint64) (session.Change, bool) {
		t.Helper()
		c, some, err := other.Next(t.Context(), after)
		if err != nil {
			t.Fatal(err)
		}
		return c, some
	}
	if c, some := next(0); some {
		t.Fatalf("an empty store holds %+v", c)
	}
	first, err := one.Put(t.Context(), "a1", []byte("one"), time.Hour, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Put(t.Context(), "a1", []byte("late"), time.Hour, 0); !errors.Is(err, session.ErrChanged) {
		t.Errorf("begun twice: %v", err)
	}
	second, err := other.Put(t.Context(), "a1", []byte("two"), time.Hour, first)
	if err != nil || second <= first {
		t.Fatalf("sequence %d after %d, %v", second, first, err)
	}
	if _, err := one.Put(t.Context(), "b2", []byte("three"), time.Hour, 0); err != nil {
		t.Fatal(err)
	}
	c, some := next(0)
	if !some || c.ID != "a1" || string(c.State) != "two" || c.Sequence != second {
		t.Errorf("the oldest change is %+v, of each name only the newest state", c)
	}
	if c, some = next(c.Sequence); !some || c.ID != "b2" {
		t.Errorf("then %+v", c)
	}
	if extra, some := next(c.Sequence); some {
		t.Errorf("and %+v", extra)
	}
	ended, err := one.End(t.Context(), "a1", time.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if c, some = next(c.Sequence); !some || c.ID != "a1" || len(c.State) != 0 || c.Sequence != ended {
		t.Errorf("an end is told as %+v", c)
	}
	if _, err := one.Put(t.Context(), "a1", []byte("again"), time.Hour, second); !errors.Is(err, session.ErrChanged) {
		t.Errorf("a late touch brought a session back: %v", err)
	}
	codes(t, one, other)
	signIns(t, one, other)
}

// signIns: of each person the last alone.
func signIns(t *testing.T, one, other session.Store) {
	t.Helper()
	last := func(of, want string) {
		t.Helper()
		if got, err := other.LastSignIn(t.Context(), of); err != nil || string(got) != want {
			t.Errorf("the last sign-in of %s is %q, want %q: %v", of, got, want, err)
		}
	}
	last("p_1", "")
	for _, state := range []string{"first", "second"} {
		if err := one.NoteSignIn(t.Context(), "p_1", []byte(state), time.Hour); err != nil {
			t.Fatal(err)
		}
		last("p_1", state)
	}
	last("p_2", "")
}

// codes: a step is spent once, also when all try at once.
func codes(t *testing.T, one, other session.Store) {
	t.Helper()
	var all sync.WaitGroup
	var spent atomic.Int32
	for i := range 8 {
		s := []session.Store{one, other}[i%2]
		all.Go(func() {
			err := s.Spend(t.Context(), "p_1", 7, time.Hour)
			switch {
			case err == nil:
				spent.Add(1)
			case !errors.Is(err, session.ErrSpent):
				t.Error(err)
			}
		})
	}
	all.Wait()
	if spent.Load() != 1 {
		t.Errorf("one code was spent %d times", spent.Load())
	}
	if err := other.Spend(t.Context(), "p_1", 6, time.Hour); !errors.Is(err, session.ErrSpent) {
		t.Errorf("an older step: %v", err)
	}
	if err := other.Spend(t.Context(), "p_1", 8, time.Hour); err != nil {
		t.Errorf("the next step: %v", err)
	}
	if err := one.Spend(t.Context(), "p_2", 7, time.Hour); err != nil {
		t.Errorf("of another: %v", err)
	}
}
