package gateway_test

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/retention"
	"verigate/internal/verification"
)

const (
	years5  = 1827 * 24 * time.Hour // the period of requests, and the day on which it ends
	because = "court file 12"
)

// ended is a request that its partner withdrew.
func ended(w *gatewaytest.World, key string, set map[string]any) verification.RequestID {
	w.Helper()
	if set == nil {
		set = map[string]any{"campaign": nil}
	}
	id := w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", set)).ID
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, id, verification.Withdraw{Text: "not needed any more"})
	return id
}

// kept are the numbers of a list, read page by page.
func kept(t *testing.T, g *gateway.Gateway, by access.Caller, l board.KeepingList) (out []gateway.KeptRow) {
	t.Helper()
	for page := (gateway.Page{Limit: 2}); ; {
		list, err := g.KeptPage(t.Context(), gatewaytest.Call(by, access.OpListRetention), l, page)
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list.Items...)
		if page.Cursor = list.Next; page.Cursor == "" {
			return out
		}
	}
}

func idsOf(rows []gateway.KeptRow) []verification.RequestID {
	out := []verification.RequestID{}
	for _, r := range rows {
		out = append(out, r.ID)
	}
	return out
}

func propose(t *testing.T, g *gateway.Gateway, by access.Caller, id verification.RequestID) error {
	t.Helper()
	_, err := g.ProposeErasure(t.Context(), gatewaytest.Call(by, access.OpProposeErasure), id)
	return err
}

func confirm(t *testing.T, g *gateway.Gateway, by access.Caller, id verification.RequestID) error {
	t.Helper()
	_, err := g.ConfirmErasure(t.Context(), gatewaytest.Call(by, access.OpConfirmErasure), id)
	return err
}

func TestTheRegisterListsWhatIsDueTheLongestSoFirst(t *testing.T) {
	t.Parallel()
	w := running(t)
	lead, deputy := gatewaytest.Lead(), gatewaytest.SecondLead()
	var ids []verification.RequestID
	for n := range 5 {
		ids = append(ids, ended(w, fmt.Sprint("k", n), nil))
		w.Clock.Move(24 * time.Hour)
	}
	campaign := ended(w, "campaign", map[string]any{"campaign": "golden-strike-2021"})
	open := w.Submit(gatewaytest.Partner("NG"), "open", w.Example("S01", nil)).ID
	held := gatewaytest.Call(lead, access.OpPlaceLegalHold)
	for _, id := range []verification.RequestID{ids[1], open} {
		if _, err := w.Gateway.Do(t.Context(), held, id, verification.PlaceLegalHold{Reason: because}); err != nil {
			t.Fatal(err)
		}
	}
	w.Settle()
	if got := kept(t, w.Gateway, lead, board.ListDue); len(got) != 0 {
		t.Errorf("due on the day: %v", idsOf(got))
	}
	w.Clock.Move(years5 - 3*24*time.Hour)
	w.Settle()
	due := kept(t, w.Gateway, lead, board.ListDue)
	if diff := cmp.Diff(ids[:3], idsOf(due)); diff != "" {
		t.Fatal(diff)
	}
	for i, standing := range []retention.Standing{retention.Due, retention.Held, retention.Due} {
		if row := due[i]; row.Term.Standing != standing || row.Term.Rule.Name != "requests" || row.Number == "" || row.Keeping.ClosedAt.IsZero() {
			t.Errorf("%s: %+v", row.ID, row)
		}
	}
	can := func(i int) []verification.Name { return due[i].Allowed }
	if !slices.Equal(can(0), []verification.Name{verification.NamePlaceLegalHold, verification.NameProposeErasure}) || len(can(1)) != 0 {
		t.Errorf("the lead may %v and %v", can(0), can(1))
	}
	want(t, propose(t, w.Gateway, lead, ids[0]), nil)
	w.Settle()
	proposed := kept(t, w.Gateway, deputy, board.ListProposed)
	if len(proposed) != 1 || proposed[0].ID != ids[0] || !slices.Contains(proposed[0].Allowed, verification.NameConfirmErasure) {
		t.Fatalf("proposed: %+v", proposed)
	}
	if own := kept(t, w.Gateway, lead, board.ListProposed); slices.Contains(own[0].Allowed, verification.NameConfirmErasure) {
		t.Error("who proposed may confirm")
	}
	if diff := cmp.Diff([]verification.RequestID{ids[1], open}, idsOf(kept(t, w.Gateway, deputy, board.ListHeld))); diff != "" {
		t.Error(diff)
	}
	want(t, confirm(t, w.Gateway, deputy, ids[0]), nil)
	w.Settle()
	for l, ids := range map[board.KeepingList][]verification.RequestID{board.ListDue: ids[1:3], board.ListProposed: {}} {
		if diff := cmp.Diff(ids, idsOf(kept(t, w.Gateway, lead, l))); diff != "" {
			t.Errorf("%s: %s", l, diff)
		}
	}
	w.Clock.Move(years5 + 7*24*time.Hour)
	w.Settle()
	if got := idsOf(kept(t, w.Gateway, lead, board.ListDue)); !slices.Contains(got, campaign) {
		t.Errorf("the campaign's own period has run out: %v", got)
	}
}

func TestTheRegisterShowsOfASealedMatterNothingToOthers(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := ended(w, "k", nil)
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "drugs", Reason: "x"})
	w.Clock.Move(years5)
	outside := gatewaytest.SecondLead()
	outside.Members, outside.Keeps = nil, nil
	w.Settle()
	if got := idsOf(kept(t, w.Gateway, gatewaytest.Lead(), board.ListDue)); len(got) != 1 {
		t.Errorf("a member sees %v", got)
	}
	if got := idsOf(kept(t, w.Gateway, outside, board.ListDue)); len(got) != 0 {
		t.Errorf("who is no member sees %v", got)
	}
	want(t, propose(t, w.Gateway, outside, id), gateway.ErrHidden)
	for _, by := range []access.Caller{gatewaytest.Editor(), gatewaytest.Supervisor(), gatewaytest.Partner("NG")} {
		_, err := w.Gateway.KeptPage(t.Context(), gatewaytest.Call(by, access.OpListRetention), board.ListDue, gateway.Page{Limit: 1})
		want(t, err, gateway.ErrForbidden)
	}
}

func TestTwoPersonsErase(t *testing.T) {
	t.Parallel()
	w := still(t)
	lead, deputy := gatewaytest.Lead(), gatewaytest.SecondLead()
	id := ended(w, "k", nil)
	refused(t, propose(t, w.Gateway, lead, id), verification.NotDue)
	w.Clock.Move(years5 - 24*time.Hour)
	refused(t, propose(t, w.Gateway, lead, id), verification.NotDue) // its last day
	w.Clock.Move(24 * time.Hour)
	refused(t, confirm(t, w.Gateway, deputy, id), verification.NoProposal)
	want(t, propose(t, w.Gateway, lead, id), nil)
	twice := lead
	twice.Key, twice.Means = "another", access.BySession
	refused(t, confirm(t, w.Another(), twice, id), verification.SamePerson)
	r := w.Latest()[string(id)].Request
	if r.Erasure == nil || r.Erasure.Rule != "requests" || r.Erasure.DueAt.IsZero() {
		t.Fatalf("proposed: %+v", r.Erasure)
	}
	want(t, confirm(t, w.Gateway, deputy, id), nil)
	r = w.Latest()[string(id)].Request
	if !r.Erased || r.Body != nil || r.Notes != nil || r.Number == "" || r.Partner != "NG" || r.State != verification.Withdrawn {
		t.Errorf("after: %+v", r)
	}
	refused(t, confirm(t, w.Another(), deputy, id), verification.ContentErased)
}

// A longer rule that came into force between the two persons keeps it.
func TestARuleThatChangedBetweenTheTwoKeepsTheContent(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := ended(w, "k", nil)
	w.Clock.Move(years5)
	want(t, propose(t, w.Gateway, gatewaytest.Lead(), id), nil)
	parts := w.Parts(w.Watch)
	parts.Retention = rulesOf(t, "longer,,,240,,,x")
	refused(t, confirm(t, gateway.New(parts), gatewaytest.SecondLead(), id), verification.NotDue)
}

func TestSeveralAreProposedAndConfirmedEachByItself(t *testing.T) {
	t.Parallel()
	w := still(t)
	lead, deputy := gatewaytest.Lead(), gatewaytest.SecondLead()
	due, held := ended(w, "due", nil), ended(w, "held", nil)
	w.Do(lead, access.OpPlaceLegalHold, held, verification.PlaceLegalHold{Reason: because})
	w.Clock.Move(years5)
	young := ended(w, "young", nil)
	absent := verification.RequestID("00000000000000000000000000")
	all := []verification.RequestID{held, due, absent, young}
	codes := func(done []gateway.Outcome, err error) []string {
		want(t, err, nil)
		var out []string
		for i, o := range done {
			var r *verification.Refusal
			switch {
			case o.ID != all[i]:
				t.Errorf("%s where %s was asked", o.ID, all[i])
			case errors.As(o.Err, &r):
				out = append(out, string(r.Code))
			default:
				out = append(out, fmt.Sprint(o.Err))
			}
		}
		return out
	}
	same := func(got, wanted []string) {
		t.Helper()
		if diff := cmp.Diff(wanted, got); diff != "" {
			t.Error(diff)
		}
	}
	hidden := gateway.ErrHidden.Error()
	call := gatewaytest.Keyed(lead, access.OpProposeErasures, "p", []byte(`{"requests":[]}`))
	same(codes(w.Gateway.ProposeErasures(t.Context(), call, all)), []string{"under_legal_hold", "<nil>", hidden, "not_due"})
	same(codes(w.Another().ProposeErasures(t.Context(), call, all)), []string{"under_legal_hold", "<nil>", hidden, "not_due"}) // a repeat
	again := gatewaytest.Keyed(lead, access.OpConfirmErasures, "c", []byte(`{"requests":[]}`))
	same(codes(w.Gateway.ConfirmErasures(t.Context(), again, all)), []string{"under_legal_hold", "same_person", hidden, "no_proposal"})
	other := gatewaytest.Keyed(deputy, access.OpConfirmErasures, "c", []byte(`{"requests":[]}`))
	same(codes(w.Gateway.ConfirmErasures(t.Context(), other, all)), []string{"under_legal_hold", "<nil>", hidden, "no_proposal"})
	_, err := w.Gateway.ProposeErasures(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpProposeErasures), all)
	want(t, err, gateway.ErrForbidden)
}

func TestOfTwoConfirmationsAtOnceOneErases(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := ended(w, "k", nil)
	w.Clock.Move(years5)
	want(t, propose(t, w.Gateway, gatewaytest.Lead(), id), nil)
	third := gatewaytest.SecondLead()
	third.Person = "p_third"
	errs := atOnce(t, []func(*gateway.Gateway) error{
		func(g *gateway.Gateway) error { return confirm(t, g, gatewaytest.SecondLead(), id) },
		func(g *gateway.Gateway) error { return confirm(t, g, third, id) },
	}, w)
	if (errs[0] == nil) == (errs[1] == nil) {
		t.Errorf("%v and %v", errs[0], errs[1])
	}
	mustFold(t, w, id)
}

// atOnce does things at once, each over a gateway of its own.
func atOnce(t *testing.T, all []func(*gateway.Gateway) error, w *gatewaytest.World) []error {
	t.Helper()
	errs := make([]error, len(all))
	var wait sync.WaitGroup
	for i, do := range all {
		g := w.Another()
		wait.Go(func() { errs[i] = do(g) })
	}
	wait.Wait()
	return errs
}

// mustFold: of holds, proposals and erasures the record has one order, in which each was allowed.
func mustFold(t *testing.T, w *gatewaytest.World, id verification.RequestID) {
	t.Helper()
	view, decisions, err := w.Another().Decided(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpGetClocks), id)
	if err != nil {
		t.Fatal(err)
	}
	var r verification.Request
	erasures := 0
	for _, d := range decisions {
		for _, e := range d.Events {
			if _, ok := e.(verification.Erased); ok {
				erasures++
				if r.Hold != nil || r.Erasure == nil || r.Erasure.By == d.By.Person || d.By.Person == "" {
					t.Errorf("erased by %s while held %v and proposed %v", d.By.Person, r.Hold, r.Erasure)
				}
			}
		}
		r = r.Apply(d)
	}
	if erasures > 1 || view.Request.Erased != (erasures == 1) {
		t.Errorf("erased %d times, and is %v", erasures, view.Request.Erased)
	}
}

func TestHoldsAndConfirmationsAtOnceHaveOneOutcome(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(rt *rapid.T) {
		w := gatewaytest.New(t, data(t))
		id := ended(w, "k", nil)
		w.Clock.Move(years5)
		want(t, propose(t, w.Gateway, gatewaytest.Lead(), id), nil)
		third := gatewaytest.SecondLead()
		third.Person = "p_third"
		hold := func(by access.Caller, c verification.Command, op access.Operation) func(*gateway.Gateway) error {
			return func(g *gateway.Gateway) error {
				_, err := g.Do(t.Context(), gatewaytest.Call(by, op), id, c)
				return err
			}
		}
		choices := []func(*gateway.Gateway) error{
			func(g *gateway.Gateway) error { return confirm(t, g, gatewaytest.SecondLead(), id) },
			func(g *gateway.Gateway) error { return confirm(t, g, third, id) },
			func(g *gateway.Gateway) error { return confirm(t, g, gatewaytest.Lead(), id) },
			func(g *gateway.Gateway) error { return propose(t, g, third, id) },
			hold(third, verification.PlaceLegalHold{Reason: because}, access.OpPlaceLegalHold),
			hold(gatewaytest.SecondLead(), verification.LiftLegalHold{Reason: because}, access.OpLiftLegalHold),
			hold(gatewaytest.Lead(), verification.DropErasure{}, access.OpDropErasure),
		}
		var all []func(*gateway.Gateway) error
		for range rapid.IntRange(2, 6).Draw(rt, "at once") {
			all = append(all, rapid.SampledFrom(choices).Draw(rt, "who"))
		}
		for _, err := range atOnce(t, all, w) {
			var r *verification.Refusal
			if err != nil && !errors.As(err, &r) {
				rt.Fatalf("ended with %v", err)
			}
		}
		mustFold(t, w, id)
	})
}

func rulesOf(t *testing.T, line string) *retention.Rules {
	t.Helper()
	table := "rule,campaign,kind,months,valid_from,valid_to,source\n" + line + "\n"
	rules, err := retention.Load(fstest.MapFS{"r.csv": {Data: []byte(table)}}, "r.csv")
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// What a board, queues, lists and numbers hold of what is erased.
func TestWhatIsErasedIsInNoListAndCountedAsBefore(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Released("k")
	w.Pull(gatewaytest.Partner("NG"), id)
	w.Do(gatewaytest.Partner("NG"), access.OpConfirmAnswer, id, verification.Confirm{Release: 1, Text: "thanks"})
	other := ended(w, "other", nil)
	w.Clock.Move(2 * years5) // of the campaign
	w.Settle()
	numbers := func() gateway.Statistics {
		s, err := countedFor(t, w, gatewaytest.Lead(), september("", ""))
		if err != nil {
			t.Fatal(err)
		}
		s.AsOf = time.Time{}
		return s
	}
	before := numbers()
	want(t, propose(t, w.Gateway, gatewaytest.Lead(), id), nil)
	want(t, confirm(t, w.Gateway, gatewaytest.SecondLead(), id), nil)
	w.Settle()
	if diff := cmp.Diff(before, numbers()); diff != "" {
		t.Errorf("the numbers changed:\n%s", diff)
	}
	rows := w.Rows(id)
	if rows.Identifiers != nil || rows.Tasks != nil || rows.Request.Keeping != nil || rows.Partner.OwnReference != "" {
		t.Errorf("the rows hold %+v", rows)
	}
	if got := idsOf(kept(t, w.Gateway, gatewaytest.Lead(), board.ListDue)); !slices.Equal(got, []verification.RequestID{other}) {
		t.Errorf("due: %v", got)
	}
	view, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpGetRequest), id)
	if err != nil || view.Request.Number == "" || view.Request.Releases[0].Bytes != nil {
		t.Errorf("its partner reads %+v, %v", view.Request, err)
	}
}

// How far an erasure has come is said of the last one: what was found of one before it says nothing of that.
func TestASearchFromBeforeAnErasureSaysNothingOfIt(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	known := gateway.Destruction{}
	w.Gateway.Custody = func(verification.RequestID) gateway.Destruction { return known }
	look := func() gateway.Destruction {
		t.Helper()
		v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpGetRequest), id)
		if err != nil {
			t.Fatal(err)
		}
		return v.Gone
	}
	now := w.Clock.Now()
	known = gateway.Destruction{Destroyed: now.Add(-time.Hour), Searched: now.Add(-time.Minute), Backups: now.Add(time.Hour)}
	if gone := look(); gone != (gateway.Destruction{}) {
		t.Errorf("what is not erased: %+v", gone)
	}
	if _, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpDeclareAboveCeiling), id, verification.FindAboveCeiling{Code: "state_secret_content"}); err != nil {
		t.Fatal(err)
	}
	if gone := look(); gone != (gateway.Destruction{}) {
		t.Errorf("by a search from before it: %+v", gone)
	}
	known.Searched = w.Clock.Now().Add(time.Second)
	if gone := look(); gone != known {
		t.Errorf("by a search since: %+v", gone)
	}
}
