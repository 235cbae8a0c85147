package evidence_test

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/record"
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

func told(lines []evidence.Reader) string {
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
			if err != nil || told(got) != want {
				t.Errorf("%d lines, %s: %s, %v", lines, id, told(got), err)
			}
		}
		if readers.Missing() != 0 {
			t.Errorf("%d are missing", readers.Missing())
		}
	}
}

func TestReadersTellWhatIsMissingAndWhatDoesNotOpen(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.note(t, by("p_a", "a", 1))
	all, err := r.store.Read(t.Context(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	skipped := all[0]
	skipped.Number, skipped.Writer = 3, "another"
	if _, err := r.store.Append(t.Context(), skipped); err != nil {
		t.Fatal(err)
	}
	readers := &evidence.Readers{Log: r.log()}
	if _, err := readers.Of(t.Context(), "a"); !errors.Is(err, record.ErrTampered) || !strings.Contains(err.Error(), "sequence 2") {
		t.Errorf("a message that was put in another's place: %v", err)
	}
	if _, err := r.log().Back(t.Context(), evidence.Place{}, 10, func(evidence.Entry) bool { return true }); !errors.Is(err, record.ErrTampered) {
		t.Errorf("looked at from behind: %v", err)
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
