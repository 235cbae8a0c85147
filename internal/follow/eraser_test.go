package follow_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"verigate/internal/access"
	"verigate/internal/draft"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// carried is where erasures stand, in memory.
type carried struct{ at record.Position }

func (c *carried) Upto(context.Context) (record.Position, error) { return c.at, nil }

func (c *carried) CarriedOut(_ context.Context, at record.Position) error {
	c.at = c.at.Or(at)
	return nil
}

func (c *carried) CarriedOutOnly(_ context.Context, at record.Position) error {
	c.at = at
	return nil
}

func eraser(w *gatewaytest.World, done *carried) follow.Eraser {
	return follow.Eraser{Journal: w.Journal, Log: w.Log, Keys: w.Vault, Drafts: w.Drafts, Done: done}
}

// Nobody who reads the record later may find another state, another row or another number than those who followed it
// while the content was there.
func TestWhatIsErasedIsTheSameWhenItIsMadeAgain(t *testing.T) {
	t.Parallel()
	for seed := range uint64(6) {
		t.Run(fmt.Sprint("history ", seed), func(t *testing.T) {
			t.Parallel()
			b := newBusy(world(t), 100+seed)
			b.play(60)
			lead := gatewaytest.Lead()
			b.Append(b.ids[1], lead, verification.FindAboveCeiling{Code: "mat"})
			b.Append(b.ids[2], lead, verification.FindAboveCeiling{Code: "mat"})
			if b.Latest()[string(b.ids[3])].Request.State.Ended() {
				b.Append(b.ids[3], gatewaytest.Lead(), verification.ProposeErasure{Rule: "requests", DueAt: b.Clock.Now()})
				b.Append(b.ids[3], gatewaytest.SecondLead(), verification.ConfirmErasure{DueAt: b.Clock.Now()})
			}
			b.play(20)
			if r := b.Latest()[string(b.ids[1])].Request; r.State.Open() {
				b.Append(b.ids[1], gatewaytest.Partner("NG"), verification.Withdraw{})
			}
			before := b.Latest()
			if _, err := eraser(b.World, &carried{}).CatchUp(t.Context()); err != nil {
				t.Fatal(err)
			}
			b.ColdVault()
			after := b.Latest()
			for id, was := range before {
				is := after[id]
				if diff := cmp.Diff(was.Request, is.Request, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("the state of %s differs:\n%s", id, diff)
				}
				if was.Rows.Digest() != is.Rows.Digest() {
					t.Errorf("the rows of %s differ:\n%s", id, cmp.Diff(was.Rows, is.Rows))
				}
				counted, recounted := statistics.Of(b.Rules, was.Request, was.Clocks), statistics.Of(b.Rules, is.Request, is.Clocks)
				if diff := cmp.Diff(counted, recounted, cmpopts.EquateEmpty()); diff != "" {
					t.Errorf("the numbers of %s differ:\n%s", id, diff)
				}
			}
		})
	}
}

func TestOnlyWhatIsBeforeATombstoneLosesItsKey(t *testing.T) {
	t.Parallel()
	w := world(t)
	ng := gatewaytest.Partner("NG")
	gone, stays := w.Submit(ng, "gone", w.Example("S01", nil)).ID, w.Submit(ng, "stays", w.Example("S01", nil)).ID
	w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, gone, verification.FindAboveCeiling{Code: "mat"})
	for _, id := range []verification.RequestID{gone, stays} {
		d := draft.Sealed{Key: draft.Key{Task: verification.NewTaskID(id, 1), Person: "p_a"}, KID: "k", Data: []byte("x")}
		if err := w.Drafts.Put(t.Context(), d, draft.Lives, 0); err != nil {
			t.Fatal(err)
		}
	}
	w.Append(gone, gatewaytest.Lead(), verification.AddNote{Text: "on it goes"}) // under the key of the tombstone
	done := &carried{}
	for range 2 { // what was carried out may be carried out again
		done.at = record.Position{}
		if _, err := eraser(w, done).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	for id, want := range map[verification.RequestID]int{gone: 0, stays: 1} {
		if left, err := w.Drafts.Of(t.Context(), verification.NewTaskID(id, 1)); err != nil || len(left) != want {
			t.Errorf("%d drafts are left, want %d; %v", len(left), want, err)
		}
	}
	w.ColdVault()
	erased := sealedUnder(w, gone)
	for i, kid := range erased {
		_, err := w.Vault.Open(t.Context(), kid, nil, nil)
		if last := i > 0; errors.Is(err, record.ErrErased) == last {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if len(erased) != 3 {
		t.Fatalf("%d messages", len(erased))
	}
	for _, kid := range sealedUnder(w, stays) {
		if _, err := w.Vault.Open(t.Context(), kid, nil, nil); errors.Is(err, record.ErrErased) {
			t.Error("another request was erased")
		}
	}
	for key, want := range map[string]error{"gone": gateway.ErrGone, "stays": nil} {
		again := gatewaytest.Keyed(ng, access.OpSubmitRequest, key, w.Example("S01", nil))
		if _, err := w.Another().Submit(t.Context(), again); !errors.Is(err, want) {
			t.Errorf("the key %s again: %v", key, err)
		}
	}
}

// The keys of a backup are copied last: where they stand may be ahead of the record that is restored with them.
func TestAnErasureBehindARecordThatWasPutBackIsNotSkipped(t *testing.T) {
	t.Parallel()
	for name, begin := range map[string]func(e follow.Eraser) error{
		"carried out again by the restore": func(e follow.Eraser) error { return e.Again(t.Context()) },
		"only started":                     func(e follow.Eraser) error { _, err := e.CatchUp(t.Context()); return err },
		"erased before it was ever looked": func(follow.Eraser) error { return nil },
	} {
		for _, ahead := range []record.Position{{5000, 5000}, {5000, 0}, {0, 5000}} {
			w := world(t)
			gone := w.Submit(gatewaytest.Partner("NG"), "gone", w.Example("S01", nil)).ID
			done := &carried{at: ahead}
			e := eraser(w, done)
			if err := begin(e); err != nil {
				t.Fatal(err)
			}
			w.Do(gatewaytest.Lead(), access.OpDeclareAboveCeiling, gone, verification.FindAboveCeiling{Code: "mat"})
			end, err := e.CatchUp(t.Context()) // of the next start: the one before ended first
			if err != nil || done.at != end {
				t.Errorf("%s, at %v: it stands at %v of %v, %v", name, ahead, done.at, end, err)
			}
			if kid := sealedUnder(w, gone)[0]; w.Keys.Held()[kid] {
				t.Errorf("%s, at %v: the key is there, and no start will destroy it", name, ahead)
			}
		}
	}
}

func TestWhatIsCarriedOutAgainIsNotSaidToBeLess(t *testing.T) {
	t.Parallel()
	w := world(t)
	w.Submit(gatewaytest.Partner("NG"), "stays", w.Example("S01", nil))
	done := &carried{}
	if err := eraser(w, done).Again(t.Context()); err != nil {
		t.Fatal(err)
	}
	if end, err := w.Journal.Last(t.Context()); err != nil || done.at != end {
		t.Errorf("it stands at %v of %v, %v", done.at, end, err)
	}
}

// sealedUnder are the keys of a request's messages, in their order.
func sealedUnder(w *gatewaytest.World, id verification.RequestID) (kids []string) {
	w.Helper()
	all, err := w.Journal.Read(w.Context(), record.Request(string(id)))
	if err != nil {
		w.Fatal(err)
	}
	for _, m := range all {
		kids = append(kids, m.KID)
	}
	return kids
}
