package jet

import (
	"errors"
	"testing"
	"time"

	"verigate/internal/session"
	"verigate/internal/session/sessiontest"
)

func TestSessionsKeepTheContract(t *testing.T) {
	t.Parallel()
	c := open(t)
	sessiontest.Run(t, func() session.Store { return c.Sessions() })
}

func TestALostAnswerBeginsNoSecondSessionAndRefusesNoFirst(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	s := c.Sessions()
	lose(1)
	first, err := s.Put(t.Context(), "a1", []byte("state"), time.Hour, 0)
	if err != nil {
		t.Fatal(err)
	}
	got, some, err := s.Next(t.Context(), 0)
	if err != nil || !some || got.Sequence != first {
		t.Fatalf("%+v, %v", got, err)
	}
	if _, err := s.Put(t.Context(), "a1", []byte("another"), time.Hour, 0); !errors.Is(err, session.ErrChanged) {
		t.Errorf("got %v", err)
	}
}

func TestTheServerForgetsWhatHasRunOut(t *testing.T) {
	t.Parallel()
	s := open(t).Sessions()
	if _, err := s.Put(t.Context(), "a1", []byte("state"), 0, 0); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, some, err := s.Next(t.Context(), 0)
		if err != nil {
			t.Fatal(err)
		}
		if !some {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it is there after its time")
		}
	}
}

func TestSessionsOfAServerThatIsAwayAreUnavailable(t *testing.T) {
	t.Parallel()
	server, c := startIn(t, t.TempDir())
	defer c.Close()
	c.patience = 300 * time.Millisecond
	server.Close()
	s := c.Sessions()
	if _, _, err := s.Next(t.Context(), 0); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("next: %v", err)
	}
	if _, err := s.End(t.Context(), "a1", time.Hour); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("end: %v", err)
	}
	if err := s.Spend(t.Context(), "p_1", 1, time.Hour); !errors.Is(err, session.ErrUnavailable) {
		t.Errorf("spend: %v", err)
	}
}

func TestASpentCodeAndASessionSurviveARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := range uint64(2) {
		server, c := startIn(t, dir)
		s := c.Sessions()
		if _, some, err := s.Next(t.Context(), 0); err != nil || some != (n > 0) {
			t.Errorf("start %d: a session %t, %v", n, some, err)
		}
		if err := s.Spend(t.Context(), "p_1", 7, time.Hour); errors.Is(err, session.ErrSpent) != (n > 0) {
			t.Errorf("start %d: %v", n, err)
		}
		if n == 0 {
			if _, err := s.Put(t.Context(), "a1", []byte("state"), time.Hour, 0); err != nil {
				t.Fatal(err)
			}
		}
		c.Close()
		server.Close()
	}
}
