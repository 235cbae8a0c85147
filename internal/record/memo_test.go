package record_test

import (
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

func TestTheFollowersOfOneLogReadAPlainFormOnce(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	codec := counting{decoded: &atomic.Int64{}}
	log := record.NewLog(b.journal, b.vault, codec)
	_, want := b.history(t, "r1", 5)
	for range 3 {
		var got []record.Entry[verification.Decision]
		err := log.ReplayUntil(t.Context(), 1, 5, func(e record.Entry[verification.Decision]) error {
			got = append(got, e)
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	}
	if n := codec.decoded.Load(); n != 5 {
		t.Errorf("5 messages were decoded %d times by three followers", n)
	}
}

func TestAnOwnCreationIsNotReadFromItsPlainForm(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	codec := counting{decoded: &atomic.Int64{}}
	b.log = record.NewLog(b.journal, b.vault, codec)
	_, want := b.history(t, "r1", 5)
	got, err := b.log.Read(t.Context(), record.Request("r1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	if n := codec.decoded.Load(); n != 4 {
		t.Errorf("5 messages, one of them a creation, were decoded %d times", n)
	}
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
