package gateway_test

import (
	"context"
	"errors"
	"testing"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/verification"
)

func TestHiddenAndAbsentAreTheSame(t *testing.T) {
	t.Parallel()
	w := still(t)
	open := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	sealed := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	absent := verification.RequestID("0123456789abcdefghjkmnpqrs")
	for name, c := range map[string]struct {
		by access.Caller
		id verification.RequestID
	}{
		"another partner's":                       {gatewaytest.Partner("TH"), open},
		"absent for a partner":                    {gatewaytest.Partner("TH"), absent},
		"absent for the desk":                     {gatewaytest.Editor(), absent},
		"an id that cannot be one":                {gatewaytest.Editor(), "../x y"},
		"sealed, for a desk person outside":       {gatewaytest.Outsider(), sealed},
		"sealed, for supervision":                 {gatewaytest.Supervisor(), sealed},
		"sealed, for another partner":             {gatewaytest.Partner("NG"), sealed},
		"of a unit that has no task":              {gatewaytest.Officer("15"), open},
		"sealed, for an officer who is not named": {gatewaytest.Officer("01"), sealed},
		"sealed, for the lead of an unasked unit": {gatewaytest.Chief("01"), sealed},
	} {
		for op, call := range map[string]func() error{
			"get": func() error {
				_, err := w.Gateway.Get(t.Context(), gatewaytest.Call(c.by, access.OpGetRequest), c.id)
				return err
			},
			"note": func() error {
				_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(c.by, access.OpNoteRequest), c.id, verification.AddNote{Text: "x"})
				return err
			},
			"withdraw": func() error {
				_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(c.by, access.OpWithdrawRequest), c.id, verification.Withdraw{})
				return err
			},
			"task": func() error {
				_, _, err := w.Gateway.Task(t.Context(), gatewaytest.Call(c.by, access.OpGetTask), verification.NewTaskID(c.id, 1))
				return err
			},
			"answers": func() error {
				_, _, err := w.Gateway.Answers(t.Context(), gatewaytest.Call(c.by, access.OpListAnswers), c.id)
				return err
			},
			"history": func() error {
				_, err := w.Gateway.History(t.Context(), gatewaytest.Call(c.by, access.OpGetHistory), c.id)
				return err
			},
			"candidates": func() error {
				_, _, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(c.by, access.OpGetCandidates), c.id)
				return err
			},
			"duplicate of it": func() error {
				_, err := w.Gateway.Duplicate(t.Context(), gatewaytest.Call(c.by, access.OpMarkDuplicate), open, c.id)
				return err
			},
		} {
			if op == "duplicate of it" && c.id == open {
				continue
			}
			if err := call(); err != gateway.ErrHidden { //nolint:errorlint // the very same, unwrapped: nothing tells them apart
				t.Errorf("%s: %s: got %v", name, op, err)
			}
		}
	}
}

// looked is a record that counts how often it is read, and may be away.
type looked struct {
	record.Journal
	times int
	away  bool
}

func (j *looked) Read(ctx context.Context, s record.Subject) ([]record.Sealed, error) {
	j.times++
	if j.away {
		return nil, record.ErrUnavailable
	}
	return j.Journal.Read(ctx, s)
}

// A request that is remembered takes no look into the record, and one that does not exist takes one: who is told of the
// first that it is not there waits for such a look too, and learns nothing by a record that is slow or away.
func TestWhatIsHiddenIsLookedForAsOftenAsWhatIsAbsent(t *testing.T) {
	t.Parallel()
	w := still(t)
	journal := &looked{Journal: w.Journal}
	parts := w.Parts(w.Watch)
	parts.Requests = record.NewLog(journal, w.Vault, record.Requests{})
	g := gateway.New(parts)
	hidden := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	absent := verification.RequestID("0123456789abcdefghjkmnpqrs")
	other := gatewaytest.Partner("TH")
	calls := map[string]func(verification.RequestID) error{
		"get": func(id verification.RequestID) error {
			_, err := g.Get(t.Context(), gatewaytest.Call(other, access.OpGetRequest), id)
			return err
		},
		"withdraw": func(id verification.RequestID) error {
			_, err := g.Do(t.Context(), gatewaytest.Call(other, access.OpWithdrawRequest), id, verification.Withdraw{})
			return err
		},
		"stream": func(id verification.RequestID) error {
			return g.StreamRequest(t.Context(), gatewaytest.Call(other, access.OpStreamRequest), id, "", nil)
		},
	}
	for name, call := range calls {
		for n := range 3 { // at first it is not remembered
			for what, id := range map[string]verification.RequestID{"hidden": hidden, "absent": absent} {
				journal.times = 0
				if err := call(id); err != gateway.ErrHidden || journal.times != 1 { //nolint:errorlint // the very same, unwrapped
					t.Errorf("%s: %s, call %d: got %v, and looked %d times", name, what, n, err, journal.times)
				}
			}
		}
	}
	journal.away = true
	for name, call := range calls {
		for what, id := range map[string]verification.RequestID{"hidden": hidden, "absent": absent} {
			if err := call(id); !errors.Is(err, gateway.ErrUnavailable) {
				t.Errorf("%s: %s, with the record away: got %v", name, what, err)
			}
		}
	}
}

func TestWhoSeesARequestAndMayNotIsForbidden(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	for _, c := range []struct {
		by access.Caller
		op access.Operation
	}{
		{gatewaytest.Supervisor(), access.OpClaimRequest},
		{gatewaytest.Editor(), access.OpRecallVersion},
		{gatewaytest.Partner("NG"), access.OpGetHistory},
		{gatewaytest.Officer("03"), access.OpGetRequest},
		{gatewaytest.Auditor(), access.OpGetRequest},
	} {
		_, err := w.Gateway.Get(t.Context(), gatewaytest.Call(c.by, c.op), id)
		want(t, err, gateway.ErrForbidden)
	}
	_, err := w.Gateway.Submit(t.Context(), gatewaytest.Keyed(gatewaytest.Editor(), access.OpSubmitRequest, "k", w.Example("S01", nil)))
	want(t, err, gateway.ErrForbidden)
	_, err = w.Gateway.RegisterStub(t.Context(), gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpRegisterStub, "k", nil), gateway.Stub{})
	want(t, err, gateway.ErrForbidden)
}

func TestAUnitReachesItsOwnTaskOnly(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	desk := gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest)
	_, err := w.Gateway.Route(t.Context(), desk, id, gateway.Routing{Assignments: []verification.Assignment{
		{Unit: "30", Questions: []int{1, 2}}, {Unit: "45", Questions: []int{1, 3}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	first, second := verification.NewTaskID(id, 1), verification.NewTaskID(id, 2)
	get := func(by access.Caller, task verification.TaskID) error {
		_, _, err := w.Gateway.Task(t.Context(), gatewaytest.Call(by, access.OpGetTask), task)
		return err
	}
	want(t, get(gatewaytest.Officer("30"), first), nil)
	want(t, get(gatewaytest.Officer("45"), second), nil)
	want(t, get(gatewaytest.Officer("30"), second), gateway.ErrHidden)
	want(t, get(gatewaytest.Officer("45"), first), gateway.ErrHidden)
	want(t, get(gatewaytest.Editor(), first), nil)
	want(t, get(gatewaytest.Partner("TH"), first), gateway.ErrHidden)
	want(t, get(gatewaytest.Officer("30"), verification.NewTaskID(id, 9)), gateway.ErrHidden)
	want(t, get(gatewaytest.Officer("30"), "nonsense"), gateway.ErrHidden)
	_, err = w.Gateway.DoTask(t.Context(), gatewaytest.Call(gatewaytest.Officer("45"), access.OpAcceptTask), first, verification.AcceptTask{Task: first})
	want(t, err, gateway.ErrHidden)
}

func TestAnExcludedOfficerSeesNothingAndForwardsObeyTheExclusion(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	excluded := gatewaytest.Officer("30")
	w.Claim(gatewaytest.Editor(), id)
	_, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "30", Questions: []int{1, 2, 3}}},
		Exclude:     verification.Exclusion{Persons: []verification.PersonID{excluded.Person, "p_outsider"}, Units: []verification.UnitCode{"45"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	task := verification.NewTaskID(id, 1)
	_, _, err = w.Gateway.Task(t.Context(), gatewaytest.Call(excluded, access.OpGetTask), task)
	want(t, err, gateway.ErrHidden)
	_, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetRequest), id)
	want(t, err, gateway.ErrHidden)
	chief := gatewaytest.Chief("30")
	w.DoTask(chief, access.OpAcceptTask, id, 1, gatewaytest.Accept)
	_, err = w.Gateway.Forward(t.Context(), gatewaytest.Call(chief, access.OpForwardTask), verification.ForwardTask{Task: task, Unit: "45", Code: "theirs"})
	refused(t, err, verification.UnitExcluded)
	_, err = w.Gateway.Forward(t.Context(), gatewaytest.Call(chief, access.OpForwardTask), verification.ForwardTask{Task: task, Unit: "99", Code: "theirs"})
	violated(t, err, "/unit", "unknown_value")
}

func TestOfASealedMatterOnlyNamedOfficersOfTheUnitRead(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil)).ID
	named := gatewaytest.Officer("01")
	w.Claim(gatewaytest.Editor(), id)
	view, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, gateway.Routing{
		Assignments: []verification.Assignment{{Unit: "01", Questions: []int{1, 2}, Officers: []verification.PersonID{named.Person}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	other := named
	other.Person = "p_colleague_01"
	task := view.Request.Tasks[0].Task
	_, _, err = w.Gateway.Task(t.Context(), gatewaytest.Call(named, access.OpGetTask), task)
	want(t, err, nil)
	_, _, err = w.Gateway.Task(t.Context(), gatewaytest.Call(other, access.OpGetTask), task)
	want(t, err, gateway.ErrHidden)
}
