package follow_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// said is what the partner says and nobody else.
const said = "a word that is to go"

// says looks for it in all that a state holds of the request and its rows.
func says(s *follow.State) bool {
	return strings.Contains(fmt.Sprintf("%s %+v %+v", s.Request.Body, s.Request, s.Rows), said)
}

// Nothing that follows the record may hold what was erased: nobody would be served it, but it would be in the memory.
func TestWhatIsErasedIsNotInTheMemoryOfFollowers(t *testing.T) {
	t.Parallel()
	w := world(t)
	gone := w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", map[string]any{"own_reference": said})).ID
	w.Submit(gatewaytest.Partner("NG"), "stays", w.Example("S01", nil))
	w.Append(gone, gatewaytest.Editor(), verification.AddNote{Text: said})
	w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, gone, verification.FindAboveCeiling{Code: "mat"})
	w.Append(gone, gatewaytest.Lead(), verification.AddNote{Text: "on it goes"})
	entries := decided(t, w, gone)
	shared := follow.NewSteps()
	with := follow.Folding{Log: w.Log, Rules: w.Rules, Steps: shared}

	before, steps, err := follow.Fold(t.Context(), with, entries[:2]...)
	if err != nil || len(steps) != 2 || !says(steps[0].After) || !says(steps[1].Before) || !says(before[0]) {
		t.Fatalf("the search finds nothing in %d steps; %v", len(steps), err)
	}
	remembers, followed, err := follow.Fold(t.Context(), with, entries...)
	if err != nil || len(followed) != 5 {
		t.Fatalf("%d steps, %v", len(followed), err)
	}
	e := eraser(w, &carried{})
	e.Forget = shared.Forget
	if _, err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for _, s := range remembers {
		if says(s) {
			t.Error("a follower remembers it as the state of", s.Request.ID)
		}
	}
	if kept := shared.Shared(); len(kept) != 3 {
		t.Errorf("%d steps are kept, want those of the tombstone, of what is behind it and of another request", len(kept))
	}
	for _, s := range shared.Shared() {
		if says(s.Before) || says(s.After) {
			t.Errorf("the step at %v is kept, and says it", s.Entry.Place)
		}
	}

	w.ColdVault()
	_, late, err := follow.Fold(t.Context(), follow.Folding{Log: w.Log, Rules: w.Rules}, decided(t, w, gone)...)
	if err != nil || len(late) != 3 {
		t.Fatalf("behind the erasure there are %d steps, %v", len(late), err)
	}
	for i, n := range []int{2, 3, 4} { // of followed
		if diff := cmp.Diff(followed[n], late[i], cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("whoever comes later sees another step at %v:\n%s", followed[n].Entry.Place, diff)
		}
	}
}

// decided are the decisions on one request, in the order in which they were made, and then those on others.
func decided(t *testing.T, w *gatewaytest.World, first verification.RequestID) (all []follow.Entry) {
	t.Helper()
	var others []follow.Entry
	end, err := w.Log.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	err = w.Log.ReplayUntil(t.Context(), record.Position{}, end, func(e follow.Entry) error {
		if e.Subject == record.Request(string(first)) {
			all = append(all, e)
		} else {
			others = append(others, e)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return append(all, others...)
}
