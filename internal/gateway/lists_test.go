package gateway_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func boardOf(t *testing.T, w *gatewaytest.World, by access.Caller, f board.Filter) []verification.RequestID {
	t.Helper()
	var ids []verification.RequestID
	page := gateway.Page{Limit: 2}
	for {
		got, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(by, access.OpGetBoard), f, page)
		if err != nil {
			t.Fatal(err)
		}
		if page.Cursor != "" && len(got.Items) == 0 {
			t.Error("a cursor led to an empty page")
		}
		for _, row := range got.Items {
			ids = append(ids, row.ID)
		}
		if page.Cursor = got.Next; page.Cursor == "" {
			return ids
		}
	}
}

func TestSealedRowsAreInTheirMembersBoardOnly(t *testing.T) {
	t.Parallel()
	w := running(t)
	open := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	w.Submit(gatewaytest.Partner("AO"), "l", w.Example("S12", nil))
	w.Settle()
	if got := boardOf(t, w, gatewaytest.Editor(), board.Filter{}); len(got) != 3 {
		t.Errorf("a member sees %v", got)
	}
	for _, by := range []access.Caller{gatewaytest.Outsider(), gatewaytest.Supervisor()} {
		if got := boardOf(t, w, by, board.Filter{}); len(got) != 1 || got[0] != open {
			t.Errorf("%s sees %v", by.Person, got)
		}
		if got := boardOf(t, w, by, board.Filter{Degree: verification.Flash}); len(got) != 0 {
			t.Errorf("%s sees %v of flash", by.Person, got)
		}
	}
	own, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("AO"), access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 10})
	if err != nil || len(own.Items) != 2 {
		t.Errorf("the partner has %d of its own, %v", len(own.Items), err)
	}
	_, err = w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("AO"), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
	want(t, err, gateway.ErrForbidden)

	// Sealed after its row was written: the watch drops it before the board moves.
	w.Do(gatewaytest.Editor(), access.OpSealRequest, open, verification.Seal{Compartment: "general-l3"})
	w.Settle()
	if got := boardOf(t, w, gatewaytest.Outsider(), board.Filter{}); len(got) != 0 {
		t.Errorf("after sealing the outsider sees %v", got)
	}
	_ = sealed
}

func TestARowThatWasSealedIsDroppedThoughTheBoardDoesNotKnow(t *testing.T) {
	t.Parallel()
	w := still(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Settle()
	stop()
	w.Run(w.Watcher.Run) // the board stays as it is
	w.Do(gatewaytest.Editor(), access.OpSealRequest, id, verification.Seal{Compartment: "general-l3"})
	end, _ := w.Journal.Last(t.Context())
	w.Eventually("the watch knows", func() bool { return w.Watch.Position() == end })
	if got := boardOf(t, w, gatewaytest.Outsider(), board.Filter{}); len(got) != 0 {
		t.Errorf("the outsider sees %v", got)
	}
	if got := boardOf(t, w, gatewaytest.Editor(), board.Filter{}); len(got) != 1 {
		t.Errorf("the keeper sees %v", got)
	}
}

func TestACursorIsItsReadersAndItsLists(t *testing.T) {
	t.Parallel()
	w := running(t)
	for n := range 5 {
		w.Submit(gatewaytest.Partner("NG"), fmt.Sprint(n), w.Example("S01", nil))
		w.Submit(gatewaytest.Partner("TH"), fmt.Sprint(n), w.Example("S01", nil))
	}
	w.Settle()
	page := func(by access.Caller, f board.Filter, cursor string) (gateway.List[board.Row], error) {
		return w.Gateway.BoardPage(t.Context(), gatewaytest.Call(by, access.OpGetBoard), f, gateway.Page{Cursor: cursor, Limit: 2})
	}
	first, err := page(gatewaytest.Editor(), board.Filter{}, "")
	if err != nil || first.Next == "" || first.AsOf.IsZero() {
		t.Fatalf("%+v, %v", first, err)
	}
	second, err := page(gatewaytest.Editor(), board.Filter{}, first.Next)
	if err != nil || len(second.Items) != 2 || second.Items[0].ID == first.Items[0].ID {
		t.Errorf("the second page %+v, %v", second, err)
	}
	_, err = page(gatewaytest.Reviewer(), board.Filter{}, first.Next)
	want(t, err, gateway.ErrBadCursor)
	_, err = page(gatewaytest.Editor(), board.Filter{Degree: verification.Urgent}, first.Next)
	want(t, err, gateway.ErrBadCursor)
	_, err = page(gatewaytest.Editor(), board.Filter{}, first.Next+"A")
	want(t, err, gateway.ErrBadCursor)
	_, err = w.Gateway.QueuePage(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpGetUnitQueue), board.Queue{Unit: "03"}, gateway.Page{Cursor: first.Next, Limit: 2})
	want(t, err, gateway.ErrBadCursor)

	mine := func(by access.Caller, f board.PartnerFilter, cursor string) (gateway.List[board.PartnerRow], error) {
		return w.Gateway.RequestPage(t.Context(), gatewaytest.Call(by, access.OpListRequests), f, gateway.Page{Cursor: cursor, Limit: 2})
	}
	own, err := mine(gatewaytest.Partner("NG"), board.PartnerFilter{}, "")
	if err != nil || len(own.Items) != 2 || own.Next == "" {
		t.Fatalf("%+v, %v", own, err)
	}
	for _, row := range own.Items {
		if row.Partner != "NG" {
			t.Errorf("a row of %s", row.Partner)
		}
	}
	_, err = mine(gatewaytest.Partner("TH"), board.PartnerFilter{}, own.Next)
	want(t, err, gateway.ErrBadCursor)
	_, err = mine(gatewaytest.Partner("NG"), board.PartnerFilter{Status: verification.StatusClosed}, own.Next)
	want(t, err, gateway.ErrBadCursor)
}

// A decision bears the time at which it was asked for, and is stored up to thirty seconds later, by a clock that may be five
// seconds behind: who asks since the time of a list that did not have it yet is told of it.
func TestWhatWasStoredAfterTheLastListIsToldByTheNext(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Settle()
	for ago, listed := range map[time.Duration]bool{0: true, 20 * time.Second: true, 35 * time.Second: true, 36 * time.Second: false} {
		f := board.PartnerFilter{UpdatedSince: gatewaytest.Night().Add(ago)}
		got, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListRequests), f, gateway.Page{Limit: 2})
		if err != nil || slices.ContainsFunc(got.Items, func(r board.PartnerRow) bool { return r.ID == id }) != listed {
			t.Errorf("%s after its change: %+v, %v", ago, got.Items, err)
		}
	}
}

func TestAQueueIsItsUnits(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	w.Claim(gatewaytest.Editor(), sealed)
	named := gatewaytest.Officer("03")
	_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), sealed, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}, Officers: []verification.PersonID{named.Person}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	w.Settle()
	colleague := named
	colleague.Person = "p_colleague_03"
	for by, tasks := range map[*access.Caller]int{&named: 2, &colleague: 1} {
		got, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(*by, access.OpGetUnitQueue), board.Queue{Unit: "03"}, gateway.Page{Limit: 1})
		if err != nil || len(got.Items) != 1 || (got.Next != "") != (tasks == 2) {
			t.Errorf("%s: %+v, %v", by.Person, got, err)
		}
	}
	_, err = w.Gateway.QueuePage(t.Context(), gatewaytest.Call(gatewaytest.Officer("15"), access.OpGetUnitQueue), board.Queue{Unit: "03"}, gateway.Page{Limit: 10})
	want(t, err, gateway.ErrHidden)
	_ = id
}

// A keeper who is nothing else has the desk's rights inside the compartment, and only there: also in the desk's own queue.
func TestTheDesksOwnQueueIsReadRowByRow(t *testing.T) {
	t.Parallel()
	w := running(t)
	open := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	var kept verification.Compartment
	for _, id := range []verification.RequestID{open, sealed} {
		w.Claim(gatewaytest.Editor(), id)
		kept = w.Do(gatewaytest.Editor(), access.OpAskAgency, id, verification.AskAgency{Agency: "tax", Questions: []int{2}}).Request.Compartment
	}
	w.Settle()
	keeper := access.Principal{
		ID: "p_keeper_alone", Unit: verification.DeskUnit, Roles: []verification.Role{verification.RoleKeeper},
		Compartments: []access.Membership{{Compartment: kept, Keeper: true}},
	}.Caller("k")
	for name, test := range map[string]struct {
		by   access.Caller
		want []verification.RequestID
	}{
		"a member":   {gatewaytest.Editor(), []verification.RequestID{open, sealed}},
		"no member":  {gatewaytest.Outsider(), []verification.RequestID{open}},
		"its keeper": {keeper, []verification.RequestID{sealed}},
	} {
		queue := board.Queue{Unit: verification.DeskUnit}
		got, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(test.by, access.OpGetUnitQueue), queue, gateway.Page{Limit: 10})
		var ids []verification.RequestID
		for _, i := range got.Items {
			ids = append(ids, i.Request)
		}
		slices.Sort(ids)
		slices.Sort(test.want)
		if err != nil || !slices.Equal(ids, test.want) {
			t.Errorf("%s reads %q, not %q: %v", name, ids, test.want, err)
		}
	}
}

func TestNoListIsServedUntilTheEndOfTheRecordIsConfirmedLately(t *testing.T) {
	t.Parallel()
	w := still(t)
	w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	lists := func() error {
		_, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
		return err
	}
	others := []func() error{
		func() error {
			_, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpGetUnitQueue), board.Queue{Unit: "03"}, gateway.Page{Limit: 10})
			return err
		},
		func() error {
			_, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 10})
			return err
		},
		func() error {
			_, err := w.Gateway.Consents(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListConsents))
			return err
		},
		func() error {
			return w.Gateway.Stream(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpStreamBoard), board.Filter{}, "", func(gateway.FeedEvent) error { return nil })
		},
	}
	want(t, lists(), gateway.ErrCatchingUp)
	for _, other := range others {
		want(t, other(), gateway.ErrCatchingUp)
	}
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	want(t, lists(), nil)
	stop()
	w.Clock.Move(2 * time.Second)
	want(t, lists(), nil)
	w.Clock.Move(time.Millisecond)
	want(t, lists(), gateway.ErrCatchingUp)
	if w.Watch.Confirm(record.Position{99}, w.Clock.Now()) {
		t.Error("an end that was not reached was confirmed")
	}
	want(t, lists(), gateway.ErrCatchingUp)
}

func TestWithoutABoardListsWaitAndWorkGoesOn(t *testing.T) {
	t.Parallel()
	w := running(t)
	w.Board.Fail(board.ErrUnavailable)
	id := w.Answered("k")
	p := w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package
	w.Release(gatewaytest.Reviewer(), id, p.Hash)
	_, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
	want(t, err, gateway.ErrBoardUnavailable)
	got, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetCandidates), id)
	if err != nil || len(got.Units) == 0 {
		t.Errorf("routing waits for the board: %v", err)
	}
	w.Eventually("the boarder says that the board is away", w.Boarder.Away)
	w.Board.Fail(nil)
	w.Settle()
	own, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 10})
	if err != nil || len(own.Items) != 1 || own.Items[0].Status != verification.StatusAnswered {
		t.Errorf("after its return: %+v, %v", own.Items, err)
	}
}

func TestACountryInCommonMakesNoTwin(t *testing.T) {
	t.Parallel()
	w := running(t)
	at := func(container string) map[string]any {
		return map[string]any{"subjects": []any{
			map[string]any{"id": "s1", "kind": "container", "number": container},
			map[string]any{"id": "s2", "kind": "place", "country": "VN", "locode": "VNHPH"},
			map[string]any{"id": "s3", "kind": "consignment", "form": "sea", "hs_codes": []any{"960110"}},
		}, "questions": []any{map[string]any{"n": 1, "code": "CON", "text": "Where is it?", "subjects": []any{"s1"}}}, "links": []any{}}
	}
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", at("CSQU3054383"))).ID
	w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S01", at("TSTU1000030")))
	same := w.Submit(gatewaytest.Partner("KE"), "k", w.Example("S01", at("CSQU3054383"))).ID
	w.Settle()
	got, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetCandidates), id)
	if err != nil || len(got.Twins) != 1 || got.Twins[0].ID != same || !slices.Equal(got.Twins[0].Identifiers, []string{"container"}) {
		t.Errorf("twins %+v, %v", got.Twins, err)
	}
}

// Two officers each mark one as a duplicate of the other, as each other's pages would once have offered: one stays to be answered.
func TestOfTwoTwinsTheLaterIsMergedIntoTheEarlier(t *testing.T) {
	t.Parallel()
	w := running(t)
	submitted := func(key string) verification.RequestID {
		w.Clock.Move(time.Minute)
		return w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", nil)).ID
	}
	first, second, third := submitted("a"), submitted("b"), submitted("c")
	w.Settle()
	desk := gatewaytest.Call(gatewaytest.Editor(), access.OpMarkDuplicate)
	offered := func(id verification.RequestID) map[verification.RequestID]verification.Code {
		got, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetCandidates), id)
		want(t, err, nil)
		barred := map[verification.RequestID]verification.Code{}
		for _, twin := range got.Twins {
			barred[twin.ID] = twin.Barred
		}
		return barred
	}
	later := verification.TwinLater
	if diff := cmp.Diff(map[verification.RequestID]verification.Code{first: "", third: later}, offered(second)); diff != "" {
		t.Errorf("the second is offered (-want +got):\n%s", diff)
	}
	_, err := w.Gateway.Duplicate(t.Context(), desk, first, second)
	refused(t, err, later)
	merged, err := w.Gateway.Duplicate(t.Context(), desk, second, first)
	if err != nil || merged.Request.DuplicateOf != first {
		t.Fatalf("the later into the earlier: %v, of %q", err, merged.Request.DuplicateOf)
	}
	_, err = w.Gateway.Duplicate(t.Context(), desk, third, second)
	refused(t, err, verification.TwinUnanswered)
	if diff := cmp.Diff(map[verification.RequestID]verification.Code{first: "", second: verification.TwinUnanswered}, offered(third)); diff != "" {
		t.Errorf("the third is offered (-want +got):\n%s", diff)
	}
	w.Do(gatewaytest.Partner("NG"), access.OpWithdrawRequest, first, verification.Withdraw{})
	_, err = w.Gateway.Duplicate(t.Context(), desk, third, first)
	refused(t, err, verification.TwinUnanswered)
}

func TestATwinInACompartmentIsNoTwinForOthers(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S01", nil))
	w.Submit(gatewaytest.Partner("KE"), "k", w.Example("S01", map[string]any{"handling.tlp": "RED"}))
	w.Settle()
	for by, twins := range map[*access.Caller]int{ptr(gatewaytest.Editor()): 2, ptr(gatewaytest.Outsider()): 1} {
		got, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(*by, access.OpGetCandidates), id)
		if err != nil || len(got.Twins) != twins {
			t.Errorf("%s is told of %d twins, %v", by.Person, len(got.Twins), err)
		}
		for _, twin := range got.Twins {
			if twin.SamePartner || twin.ID == id {
				t.Errorf("twin %+v", twin)
			}
		}
	}
}

func TestAnErasedRequestThatTheBoardStillHoldsIsDropped(t *testing.T) {
	t.Parallel()
	w := running(t)
	id := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	w.Settle()
	all, err := w.Log.Read(t.Context(), record.Request(string(id)))
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Keys.Erase(t.Context(), all[0].KID); err != nil {
		t.Fatal(err)
	}
	w.ColdVault()
	fresh := gateway.NewWatch() // as after another start
	g := gateway.New(w.Parts(fresh))
	fresh.Pass(record.Place{Sequence: 1})
	fresh.Confirm(record.Position{1}, w.Clock.Now())
	got, err := g.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
	if err != nil || len(got.Items) != 0 {
		t.Errorf("the outsider sees %+v, %v", got.Items, err)
	}
}

// Whoever finds a row on the board opens it: a list that shows more than its rows would open is a side door.
func TestEveryRowOfABoardOpensForItsReader(t *testing.T) {
	t.Parallel()
	w := running(t)
	open := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	w.Settle()
	keeper := gatewaytest.Third()
	keeper.Roles = []verification.Role{verification.RoleKeeper}
	keeper.Keeps = keeper.Members
	for name, c := range map[string]struct {
		by   access.Caller
		rows int
	}{
		"a keeper": {keeper, 1}, "a member": {gatewaytest.Editor(), 2}, "an outsider": {gatewaytest.Outsider(), 1},
		"the lead": {gatewaytest.Lead(), 2}, "the supervisor": {gatewaytest.Supervisor(), 1},
	} {
		rows := boardOf(t, w, c.by, board.Filter{})
		if len(rows) != c.rows {
			t.Errorf("%s sees %d rows, want %d", name, len(rows), c.rows)
		}
		for _, id := range rows {
			if _, err := w.Gateway.Get(t.Context(), gatewaytest.Call(c.by, access.OpGetRequest), id); err != nil {
				t.Errorf("%s sees a row that does not open: %v", name, err)
			}
		}
	}
	got, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(keeper, access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 10})
	if err != nil || got.Counters != nil || len(got.Items) != 1 || got.Items[0].ID != sealed {
		t.Errorf("the keeper's board: %+v, %v; %s is not inside", got, err, open)
	}
}

// A list says of when its picture is without telling that somebody else's case has moved.
func TestTheMomentOfAListDoesNotTellOfOthers(t *testing.T) {
	t.Parallel()
	w := running(t)
	asOf := func() time.Time {
		t.Helper()
		w.Settle()
		got, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("KE"), access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 1})
		if err != nil {
			t.Fatal(err)
		}
		return got.AsOf
	}
	before := asOf()
	w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	if got := asOf(); !got.Equal(before) {
		t.Errorf("as of %s became %s at the same moment", before, got)
	}
	w.Clock.Move(time.Second)
	if got := asOf(); !got.After(before) {
		t.Errorf("as of %s, a second after %s", got, before)
	}
}
