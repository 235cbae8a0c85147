package follow_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// held is what the world's key store has.
func held(w *gatewaytest.World) follow.Keys {
	return func(ctx context.Context) (map[string]follow.Held, error) {
		all := map[string]follow.Held{}
		for kid, there := range w.Keys.Held() {
			key, _ := w.Keys.Get(ctx, kid) // without a group when it is erased
			all[kid] = follow.Held{Key: there, Group: key.Group, Tombstone: !there}
		}
		return all, nil
	}
}

func TestVerifyTellsWhatIsErasedFromWhatIsLost(t *testing.T) {
	t.Parallel()
	w := world(t)
	ng := gatewaytest.Partner("NG")
	ids, kids, places := map[string]verification.RequestID{}, map[string]string{}, map[string]record.Place{}
	for _, name := range []string{"gone", "back", "lost", "lost too", "unsaid", "stays"} {
		ids[name] = w.Submit(ng, name, w.Example("S01", nil)).ID
		all, err := w.Journal.Read(t.Context(), record.Request(string(ids[name])))
		if err != nil {
			t.Fatal(err)
		}
		kids[name], places[name] = all[0].KID, all[0].Place
	}
	q := newQueue()
	w.Run(w.Watcher.Run, w.Boarder.Run, queuer(w, q).Run)
	for _, name := range []string{"gone", "back"} {
		w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, ids[name], verification.FindAboveCeiling{Code: "mat"})
	}
	backup, err := w.Keys.Get(t.Context(), kids["back"])
	if err != nil {
		t.Fatal(err)
	}
	erases := eraser(w, &carried{})
	if _, err := erases.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Settle()
	caught(t, w, q)
	report, err := verifier(w, q).Verify(t.Context())
	if err != nil || len(report.Differences) != 0 || report.Erased != 2 {
		t.Fatalf("erased as it should be: %+v, %v", report, err)
	}

	w.Keys.Restore(backup)
	if diff := cmp.Diff([]string{fmt.Sprintf("keys record %v: request %s (1 messages): the record says that it is erased, and its key is still there",
		places["back"], ids["back"])}, differences(t, verifier(w, q))); diff != "" {
		t.Error(diff)
	}
	if err := erases.Again(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := differences(t, verifier(w, q)); len(got) != 0 {
		t.Errorf("destroyed again: %q", got)
	}

	w.Keys.Lose(kids["lost"])
	w.Keys.Lose(kids["lost too"])
	if err := w.Keys.Erase(t.Context(), kids["unsaid"]); err != nil {
		t.Fatal(err)
	}
	w.ColdVault()
	want := map[string]bool{}
	for name, what := range map[string]string{
		"lost": "its key is lost: corruption, for nothing has erased it", "lost too": "its key is lost: corruption, for nothing has erased it",
		"unsaid": "its key was destroyed, and the record has no event that erases it: the record is older than the erasure",
	} {
		want[fmt.Sprintf("record record %v: request %s (1 messages): %s", places[name], ids[name], what)] = true
	}
	got := map[string]bool{}
	for _, d := range differences(t, verifier(w, q)) {
		got[d] = true
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// An erased request's subject is taken for good: nobody begins it anew.
func TestATombstoneKeepsAFirstAppendFromSucceeding(t *testing.T) {
	t.Parallel()
	w := world(t)
	id := w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", nil)).ID
	all, err := w.Journal.Read(t.Context(), record.Request(string(id)))
	if err != nil {
		t.Fatal(err)
	}
	w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, id, verification.FindAboveCeiling{Code: "mat"})
	if _, err := eraser(w, &carried{}).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	first := all[0]
	first.Command = "another"
	if _, err := w.Journal.Append(t.Context(), first, 0); !errors.Is(err, record.ErrConflict) {
		t.Errorf("a first message once more: %v", err)
	}
}
