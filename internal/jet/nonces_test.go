package jet

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/record"
)

// spent fails unless the name is spent with that answer.
func spent(t *testing.T, n *Nonces, name string, want bool) {
	t.Helper()
	if first, err := n.Spend(t.Context(), name); err != nil || first != want {
		t.Fatalf("%s: first %t, want %t, %v", name, first, want, err)
	}
}

func TestANonceIsSpentOnceByManyAtOnce(t *testing.T) {
	t.Parallel()
	s, err := Embedded(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	var gateways []*Nonces
	for range 2 {
		c, err := s.Connect()
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(c.Close)
		if err := c.EnsureStreams(t.Context(), 1); err != nil {
			t.Fatal(err)
		}
		gateways = append(gateways, c.Nonces(time.Minute))
	}
	for round := range 20 {
		var firsts atomic.Int32
		var all sync.WaitGroup
		for i := range 16 {
			all.Go(func() {
				first, err := gateways[i%2].Spend(t.Context(), fmt.Sprint("n", round))
				if err != nil {
					t.Error(err)
				}
				if first {
					firsts.Add(1)
				}
			})
		}
		all.Wait()
		if firsts.Load() != 1 {
			t.Fatalf("round %d: %d were first", round, firsts.Load())
		}
	}
}

func TestASpentNonceIsRememberedOverARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	start := func() (*Nonces, func()) {
		s, c := startIn(t, dir)
		return c.Nonces(time.Minute), func() { c.Close(); s.Close() }
	}
	n, stop := start()
	spent(t, n, "before", true)
	stop()
	n, stop = start()
	defer stop()
	spent(t, n, "before", false)
	spent(t, n, "after", true)
}

func TestANonceIsForgottenAfterItsTime(t *testing.T) {
	t.Parallel()
	n := open(t).Nonces(time.Second)
	began := time.Now()
	spent(t, n, "short", true)
	for giveUp := time.Now().Add(10 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		first, err := n.Spend(t.Context(), "short")
		if err != nil || time.Now().After(giveUp) {
			t.Fatalf("it stays, %v", err)
		}
		if first {
			if took := time.Since(began); took < time.Second {
				t.Errorf("forgotten after %s", took)
			}
			return
		}
	}
}

func TestALostAnswerToANonceIsFound(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	for lost := range 3 {
		lose(lost)
		spent(t, c.Nonces(time.Minute), fmt.Sprint("n", lost), true)
		lose(lost)
		spent(t, c.Nonces(time.Minute), fmt.Sprint("n", lost), false)
	}
}

func TestANonceIsNotSpentInAStoreThatIsAway(t *testing.T) {
	t.Parallel()
	s, c := startIn(t, t.TempDir())
	t.Cleanup(c.Close)
	s.Close()
	c.patience = 200 * time.Millisecond
	if first, err := c.Nonces(time.Minute).Spend(t.Context(), "n"); first || !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("first %t, %v", first, err)
	}
	if first, err := c.Nonces(time.Minute).Spend(t.Context(), "a.b"); first || err == nil || errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("a name that is no subject: first %t, %v", first, err)
	}
}
