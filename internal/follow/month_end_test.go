package follow_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/month"
	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

const ended = "2021-09"

// over is a month of two requests, both erased, which two persons have ended; nobody has carried it out.
type over struct {
	*gatewaytest.World
	months *record.Log[access.Decision]
	keys   []string // of the month: its group's, and all under it
	q      *queue
}

func monthOver(t *testing.T) over {
	t.Helper()
	o := over{World: world(t), q: newQueue()}
	lasting := seal.New(seal.Settings{Store: o.Keys, Root: sealtest.Root(t), Now: o.Clock.Now, Group: "lasting", Slots: 4})
	o.months = record.NewLog(o.Journal, lasting, access.Codec{})
	for _, key := range []string{"first", "second"} {
		id := o.Submit(gatewaytest.Partner("NG"), key, o.Example("S01", nil)).ID
		o.Append(id, gatewaytest.Lead(), verification.FindAboveCeiling{Code: "mat"})
	}
	refile(o.World, all)
	if _, err := o.eraser(&carried{}).CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	for kid, there := range o.Keys.Held() {
		if w, err := o.Keys.Get(t.Context(), kid); there && err == nil && (w.Group == "group."+ended || kid == "group."+ended) {
			o.keys = append(o.keys, kid)
		}
	}
	o.Clock.Set(time.Date(2021, 11, 1, 0, 0, 0, 0, time.UTC))
	if all := monthsOf(o.World); len(all) != 1 || all[0].Standing != month.Due {
		t.Fatalf("%+v", all)
	}
	registry := gateway.NewRegistry(o.months, gateway.Reference{Directory: o.Directory(), Rules: o.Rules}, o.Clock.Now)
	for _, step := range []struct {
		by access.Caller
		do access.Change
	}{
		{gatewaytest.Lead(), access.ProposeMonthEnd{Month: ended, Reason: "its retention is over", Due: true}},
		{gatewaytest.SecondLead(), access.ConfirmMonthEnd{Month: ended, Groups: []string{"group." + ended}, Due: true}},
	} {
		if err := registry.EndMonth(t.Context(), step.by.Actor, ended, step.do); err != nil {
			t.Fatal(err)
		}
	}
	o.ColdVault()
	o.Refollow()
	return o
}

func (o over) eraser(done *carried) follow.Eraser {
	e := eraser(o.World, done)
	e.Months = o.months
	return e
}

// left are the keys of the month that are stored.
func (o over) left() (n int) {
	held := o.Keys.Held()
	for _, kid := range o.keys {
		if held[kid] {
			n++
		}
	}
	return n
}

func (o over) follows(t *testing.T) {
	t.Helper()
	o.Run(o.Watcher.Run, o.Boarder.Run, queuer(o.World, o.q).Run)
	o.Settle()
	caught(t, o.World, o.q)
}

func TestTheKeysOfAMonthAreDestroyedWhenTheRecordSaysThatItIsEnded(t *testing.T) {
	t.Parallel()
	o := monthOver(t)
	if o.left() < 50 { // with those that were written ahead
		t.Fatalf("%d keys", o.left())
	}
	done := &carried{}
	for range 2 {
		if _, err := o.eraser(done).CatchUp(t.Context()); err != nil {
			t.Fatal(err)
		}
		done.at = record.Position{}
	}
	if o.left() != 0 {
		t.Errorf("%d keys are left", o.left())
	}
	if all := monthsOf(o.World); len(all) != 1 || all[0].Standing != month.Ended {
		t.Errorf("%+v", all)
	}
	for _, key := range []string{"first", "second"} { // the same key again is no new request
		again := gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpSubmitRequest, key, o.Example("S01", nil))
		if _, err := o.Another().Submit(t.Context(), again); !errors.Is(err, gateway.ErrGone) {
			t.Errorf("%s again: %v", key, err)
		}
	}
	held, err := held(o.World)(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	gone, err := follow.AllGone(t.Context(), o.Journal, held)
	if err != nil || len(gone) != 3 || gone[0].Name() != "month "+ended || !cmp.Equal(gone[0].Keys, []string{"group." + ended}) {
		t.Errorf("%+v, %v", gone, err)
	}
}

// faulty is a vault whose process ends before the n-th key is destroyed.
type faulty struct {
	*seal.Vault
	keys *sealtest.Store
	left atomic.Int64
}

var errEnded = errors.New("the process ended")

func (f *faulty) EndMonth(ctx context.Context, group string) error {
	return seal.New(seal.Settings{Store: dyingStore{f.keys, &f.left}, Root: nil, Now: time.Now}).EndMonth(ctx, group)
}

type dyingStore struct {
	*sealtest.Store
	left *atomic.Int64
}

func (d dyingStore) Erase(ctx context.Context, kid string) error {
	if d.left.Add(-1) < 0 {
		return errEnded
	}
	return d.Store.Erase(ctx, kid)
}

func TestAnEndOfAMonthThatIsCutOffIsCarriedOutByTheNextStart(t *testing.T) {
	t.Parallel()
	o := monthOver(t)
	done := &carried{}
	for _, cut := range []int{0, 1, 2, 30} {
		e := o.eraser(done)
		dies := &faulty{Vault: o.Vault, keys: o.Keys}
		dies.left.Store(int64(cut))
		e.Keys = dies
		if _, err := e.CatchUp(t.Context()); !errors.Is(err, errEnded) {
			t.Fatalf("cut off after %d: %v", cut, err)
		}
		if all := monthsOf(o.World); cut > 0 && (len(all) != 1 || all[0].Standing != month.Ending) {
			t.Errorf("cut off after %d: %+v", cut, all)
		}
	}
	if _, err := o.eraser(done).CatchUp(t.Context()); err != nil || o.left() != 0 {
		t.Errorf("%d keys are left, %v", o.left(), err)
	}
}

// Ended by decision, ended and still there, lost, destroyed without a decision: verify tells each from the others.
func TestVerifyTellsAnEndedMonthFromAKeyThatIsLost(t *testing.T) {
	t.Parallel()
	o := monthOver(t)
	group, err := o.Keys.Get(t.Context(), "group."+ended)
	if err != nil {
		t.Fatal(err)
	}
	o.follows(t)
	if got := differences(t, verifier(o.World, o.q)); len(got) != 1 || !strings.Contains(got[0], "keys month "+ended+": the record says at ") || !strings.Contains(got[0], "still there") {
		t.Errorf("not carried out: %q", got)
	}
	e := o.eraser(&carried{})
	if _, err := e.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	report, err := verifier(o.World, o.q).Verify(t.Context())
	if err != nil || len(report.Differences) != 0 || report.Months != 1 || report.Erased != 2 {
		t.Errorf("ended as it should be: %+v, %v", report, err)
	}
	o.Keys.Restore(group)
	if got := differences(t, verifier(o.World, o.q)); len(got) != 1 || !strings.Contains(got[0], "still there") {
		t.Errorf("put back: %q", got)
	}
	if err := e.Again(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := differences(t, verifier(o.World, o.q)); len(got) != 0 {
		t.Errorf("destroyed again: %q", got)
	}
}

func TestVerifyNamesTheKeyOfAMonthThatIsGoneWithoutADecision(t *testing.T) {
	t.Parallel()
	for what, gone := range map[string]func(w *gatewaytest.World) error{
		"is lost: corruption, for nothing has ended it":                                                       func(w *gatewaytest.World) error { w.Keys.Lose("group." + ended); return nil },
		"was destroyed, and the record has no decision that ends the month: the record is older than its end": func(w *gatewaytest.World) error { return w.Keys.Erase(w.Context(), "group."+ended) },
	} {
		w := world(t)
		var ids []verification.RequestID
		for n := range 2 {
			ids = append(ids, w.Submit(gatewaytest.Partner("NG"), fmt.Sprint(n), w.Example("S01", nil)).ID)
		}
		if err := gone(w); err != nil {
			t.Fatal(err)
		}
		w.ColdVault()
		got := differences(t, verifier(w, newQueue()))
		if len(got) == 0 || !strings.HasPrefix(got[0], "record the key of group."+ended+" "+what+"; 2 keys were under it, first that of record ") ||
			!strings.Contains(got[0], string(ids[0])) && !strings.Contains(got[0], string(ids[1])) {
			t.Errorf("%s: %q", what, got)
		}
	}
}

func TestAWitnessIsToldOfTheEndOfAMonth(t *testing.T) {
	t.Parallel()
	o := monthOver(t)
	l, keys := &list{}, &witnessedKeys{store: o.Keys}
	o.Run(follow.Teller{Journal: o.Journal, Log: o.Log, Months: o.months, List: l, Keys: keys, Done: keys}.Run)
	o.Eventually("the witness is told", func() bool {
		all, _, _ := l.Erasures(0)
		return len(all) == 3
	})
	all, _, _ := l.Erasures(0)
	if last := all[2]; !cmp.Equal(last.Keys, []string{"group." + ended}) || last.Tombstone == "" {
		t.Errorf("%+v", all)
	}
}
