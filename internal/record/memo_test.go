package record_test

import (
	"errors"
	"sync/atomic"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// counting counts how often a plain form is read.
type counting struct {
	record.Requests
	decoded *atomic.Int64
}

func (c counting) Decode(plain []byte) (verification.Decision, error) {
	c.decoded.Add(1)
	return c.Requests.Decode(plain)
}

func TestAnErasedDecisionIsErasedAlsoForWhoReadItBefore(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kid, _ := b.history(t, "r1", 1)
	content := func() record.Content {
		t.Helper()
		all, err := b.log.Read(t.Context(), record.Request("r1"))
		if err != nil {
			t.Fatal(err)
		}
		return all[0].Content
	}
	if content() != record.Whole {
		t.Fatal("not whole")
	}
	if err := b.vault.Erase(t.Context(), kid); err != nil {
		t.Fatal(err)
	}
	if content() != record.Erased {
		t.Error("its content is still told")
	}
}

func TestACreationThatLostIsNotGivenForTheOneThatWon(t *testing.T) {
	t.Parallel()
	b, _, _, _ := windowed(t)
	elsewhere := record.NewLog(b.journal, b.vault, record.Requests{})
	kid, err := b.log.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	won, lost := entry("r1", kid, 0), entry("r1", kid, 0) // the same command, decided twice
	lost.Decision.By.Person = "somebody-else"
	if _, err := elsewhere.Append(t.Context(), won, 0); err != nil {
		t.Fatal(err)
	}
	if _, err := b.log.Append(t.Context(), lost, 0); !errors.Is(err, record.ErrConflict) {
		t.Fatalf("got %v", err)
	}
	if diff := cmp.Diff(won.Decision, entries(t, b.log, 1)[0].Decision); diff != "" {
		t.Error(diff)
	}
}
