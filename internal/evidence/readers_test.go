package evidence_test

import (
	"context"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/evidence/evidencetest"
	"verigate/internal/verification"
)

func (r *rig) log() evidence.Log { return evidence.Log{Store: r.store, Vault: r.vault} }

// by is a read of a request by somebody.
func by(person verification.PersonID, request string, minute int) evidence.Entry {
	e := read(request)
	e.Person, e.At, e.Call = person, noon().Add(time.Duration(minute)*time.Minute), fmt.Sprintf("call-%d", minute)
	return e
}

func (r *rig) note(t *testing.T, all ...evidence.Entry) {
	t.Helper()
	for _, e := range all {
		if err := r.writer.Note(t.Context(), e); err != nil {
			t.Fatal(err)
		}
	}
}

func readBy(lines []evidence.Reader) string {
	var out []string
	for _, l := range lines {
		said := "read"
		if l.Refused {
			said = "refused"
		}
		out = append(out, fmt.Sprintf("%s %s %d from %d to %d", l.Person, said, l.Times, int(l.First.Sub(noon()).Minutes()), int(l.Last.Sub(noon()).Minutes())))
	}
	return strings.Join(out, "; ")
}

func TestReadersAreOfTheirCaseOnceEach(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	refused := by("p_c", "a", 4)
	refused.Outcome, refused.Code = evidence.Refused, "not_found"
	page := by("p_d", "a", 5)
	page.Shows, page.Operation = access.ShowsRows, access.OpGetBoard
	r.note(t, by("p_a", "a", 1), by("p_b", "a", 2), by("p_a", "b", 3), refused, page, by("p_a", "a", 6))
	for _, lines := range []int{0, 1} { // with one line, b is looked for in all of the evidence
		readers := &evidence.Readers{Log: r.log(), Lines: lines}
		for id, want := range map[verification.RequestID]string{
			"a": "p_a read 2 from 1 to 6; p_c refused 1 from 4 to 4; p_b read 1 from 2 to 2", "b": "p_a read 1 from 3 to 3", "c": "",
		} {
			got, err := readers.Of(t.Context(), id)
			if err != nil || readBy(got.Readers) != want || got.Incomplete != 0 {
				t.Errorf("%d lines, %s: %s, %v", lines, id, readBy(got.Readers), err)
			}
		}
		if readers.Missing() != 0 {
			t.Errorf("%d are missing", readers.Missing())
		}
	}
}

func TestReadersTellWhatIsMissing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.note(t, by("p_a", "a", 1), by("p_b", "a", 2), by("p_c", "a", 3))
	all, err := r.store.Read(t.Context(), 1, 3)
	if err != nil {
		t.Fatal(err)
	}
	without := evidencetest.NewStore() // of what was never there no sequence tells
	for _, m := range []evidence.Message{all[0], all[2]} {
		if _, err := without.Append(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	readers := &evidence.Readers{Log: evidence.Log{Store: without, Vault: r.vault}}
	got, err := readers.Of(t.Context(), "a")
	if err != nil || readers.Missing() != 1 || readers.Flawed() != 0 || got.Incomplete != 2 || len(got.Readers) != 2 {
		t.Errorf("%d are missing, %d damaged: %+v, %v", readers.Missing(), readers.Flawed(), got, err)
	}
}

func TestLookingBackMeetsEachEntryOnceWhateverThePage(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	const n = 600
	for i := range n {
		r.writer.Tell(by("p_a", "a", i))
		if i%7 == 0 {
			r.note(t, by("p_b", "b", i))
		}
		if i%100 == 50 { // an answer is lost: the message stands twice
			r.store.Fail(evidence.ErrUnavailable, true)
			r.writer.Tell(by("p_c", "c", i))
			time.Sleep(50 * time.Millisecond)
			r.store.Fail(nil, false)
		}
	}
	r.end()
	want := calls(r.all(t))
	for _, limit := range []int{1, 7, 200, 1000} {
		var got []evidence.Entry
		for at := (evidence.Place{}); ; {
			look, err := r.log().Back(t.Context(), at, limit, func(evidence.Entry) bool { return true })
			if err != nil {
				t.Fatal(err)
			}
			for _, found := range look.Items {
				got = append(got, found.Entry)
			}
			if at = look.Next; at == (evidence.Place{}) {
				break
			}
		}
		if len(got) != len(want) {
			t.Errorf("pages of %d: %d entries of %d", limit, len(got), len(want))
		}
		for i := range min(len(got), len(want)) - 1 {
			if got[i+1].At.After(got[i].At.Add(time.Hour)) {
				t.Errorf("pages of %d: not the newest first", limit)
			}
		}
	}
}

// watched is a store that knows the most messages that were read at once, and how often its end was looked for.
type watched struct {
	*evidencetest.Store
	most, looks atomic.Int64
}

func (w *watched) Extent(ctx context.Context) (evidence.Extent, error) {
	w.looks.Add(1)
	return w.Store.Extent(ctx)
}

func (w *watched) Read(ctx context.Context, from uint64, n int) ([]evidence.Message, error) {
	all, err := w.Store.Read(ctx, from, n)
	w.most.Store(max(w.most.Load(), int64(len(all))))
	return all, err
}

// A thousand messages a second are followed some at a time, for who writes the next would wait behind all of them; once they end
// the store is asked as seldom as before.
func TestABusyStreamIsFollowedInSmallPieces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		store := &watched{Store: r.store}
		readers := &evidence.Readers{Log: evidence.Log{Store: store, Vault: r.vault}}
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan error, 1)
		go func() { done <- readers.Run(ctx) }()
		defer func() {
			stop()
			if err := <-done; err != nil {
				t.Error(err)
			}
		}()
		busy := func(d time.Duration) {
			for until := time.Now().Add(d); time.Now().Before(until); time.Sleep(time.Millisecond) {
				r.note(t, read("a"))
			}
		}
		busy(3 * time.Second) // the first looks are as far apart as in quiet times
		store.most.Store(0)
		busy(2 * time.Second)
		if most := store.most.Load(); most == 0 || most > 70 {
			t.Errorf("%d messages were read at once", most)
		}
		time.Sleep(2 * time.Second)
		asked := store.looks.Load()
		time.Sleep(10 * time.Second)
		if more := store.looks.Load() - asked; more > 12 {
			t.Errorf("a quiet stream was looked at %d times in 10 s", more)
		}
	})
}
