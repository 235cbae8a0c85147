package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
)

// hidden sends a call that works for a while and is answered so.
func hidden(q *http.Request, rule access.ObjectRule, work time.Duration, answer error) error {
	const path = "/v1/things/:id"
	e := &edge{
		Parts: Parts{Limits: Limits{}.withDefaults()}, rules: map[string]access.Rule{"GET " + path: {Object: rule}},
	}
	c := echo.New().NewContext(q, httptest.NewRecorder())
	c.SetPath(path)
	return e.hide(func(echo.Context) error {
		time.Sleep(work)
		return answer
	})(c)
}

func thing(ctx context.Context) *http.Request {
	return httptest.NewRequestWithContext(ctx, http.MethodGet, "/v1/things/1", nil)
}

func TestWhatIsHiddenLeavesOnABeat(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		rule   access.ObjectRule
		work   time.Duration
		answer error
		took   time.Duration
	}{
		"at once":                     {access.OnRequest, 0, gateway.ErrHidden, 25 * ms},
		"a moment":                    {access.OnTask, 24 * ms, gateway.ErrHidden, 25 * ms},
		"beyond a beat":               {access.OnUnit, 26 * ms, gateway.ErrHidden, 50 * ms},
		"beyond some beats":           {access.OnConsent, 90 * ms, gateway.ErrHidden, 100 * ms},
		"what is answered":            {access.OnRequest, 3 * ms, nil, 3 * ms},
		"what is known and forbidden": {access.OnRequest, 3 * ms, gateway.ErrForbidden, 3 * ms},
		"a list":                      {access.OnRows, 3 * ms, gateway.ErrHidden, 3 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			start := time.Now()
			if err := hidden(thing(t.Context()), test.rule, test.work, test.answer); err != test.answer { //nolint:errorlint // the very same
				t.Errorf("%s: %v", name, err)
			}
			if took := time.Since(start); took != test.took {
				t.Errorf("%s: took %s, not %s", name, took, test.took)
			}
		})
	}
}

func TestWhoHasLeftIsNotWaitedFor(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		ctx, leave := context.WithTimeout(t.Context(), 5*time.Millisecond)
		defer leave()
		start := time.Now()
		if err := hidden(thing(ctx), access.OnRequest, 0, gateway.ErrHidden); err != gateway.ErrHidden { //nolint:errorlint // the very same
			t.Error(err)
		}
		if took := time.Since(start); took != 5*time.Millisecond {
			t.Errorf("took %s", took)
		}
	})
}

// A list leaves on a beat whatever is in it: how many rows its reader must not see lies in the time that it took, and in
// nothing else.
func TestAListThatIsSiftedLeavesOnABeat(t *testing.T) {
	t.Parallel()
	const ms = time.Millisecond
	for name, test := range map[string]struct {
		op   access.Operation
		work time.Duration
		err  error
		took time.Duration
	}{
		"at once":                       {access.OpGetUnitQueue, 0, nil, 25 * ms},
		"with much that is hidden":      {access.OpGetBoard, 24 * ms, nil, 25 * ms},
		"beyond a beat":                 {access.OpListNotices, 26 * ms, nil, 50 * ms},
		"of a unit that is not there":   {access.OpGetUnitQueue, 3 * ms, gateway.ErrHidden, 25 * ms},
		"while the board is away":       {access.OpGetBoard, 3 * ms, gateway.ErrBoardUnavailable, 3 * ms},
		"of what is the caller's alone": {access.OpListRequests, 3 * ms, nil, 3 * ms},
		"an object":                     {access.OpGetRequest, 3 * ms, nil, 3 * ms},
	} {
		synctest.Test(t, func(t *testing.T) {
			start, left := time.Now(), time.Duration(0)
			err := leaving(thing(t.Context()), test.op, func(echo.Context, any) (any, error) {
				time.Sleep(test.work)
				return "a list", test.err
			}, func() { left = time.Since(start) })
			if err != test.err { //nolint:errorlint // the very same
				t.Errorf("%s: %v", name, err)
			}
			if left != test.took {
				t.Errorf("%s: left after %s, not %s", name, left, test.took)
			}
		})
	}
}

// leaving sends a call, and tells when its answer leaves: what is refused is written once hide is over.
func leaving(q *http.Request, op access.Operation, handler server.StrictHandlerFunc, leaves func()) error {
	const path = "/v1/things/:id"
	rule, _ := access.RuleOf(op)
	e := &edge{Parts: Parts{Limits: Limits{}.withDefaults()}, rules: map[string]access.Rule{"GET " + path: rule}}
	c := echo.New().NewContext(q, httptest.NewRecorder())
	c.SetPath(path)
	err := e.hide(func(c echo.Context) error {
		_, err := e.sifted(handler, "")(c, nil)
		if err == nil {
			leaves()
		}
		return err
	})(c)
	if err != nil {
		leaves()
	}
	return err
}

// Each list of the table is said to be sifted or not: one that is added is thought of.
func TestOfEveryListItIsSaidWhetherItIsSifted(t *testing.T) {
	t.Parallel()
	own := map[access.Operation]string{
		access.OpListRequests: "a partner's own", access.OpListPromises: "of the policy", access.OpListConsents: "what a partner is asked itself",
		access.OpListPeople: "persons", access.OpListGrants: "of persons", access.OpListCompartments: "of compartments", access.OpListMonthEnds: "of months",
		access.OpGetOnCall: "persons", access.OpListScreens: "of screens", access.OpGetReference: "of the house", access.OpGetLedger: "of the house",
		access.OpGetMarks: "the caller's own", access.OpListEvidence: "looked through to a bound that is the same for all",
		access.OpFindRequest: "one row, hidden on a beat",
	}
	for _, rule := range access.Table() {
		if rule.Method != http.MethodGet || rule.Object != access.OnRows && rule.Object != access.OnUnit || isStream(rule.Operation) {
			continue
		}
		if _, of := own[rule.Operation]; of == sifts(rule.Operation) {
			t.Errorf("%s: sifted %t, its caller's own %t", rule.Operation, sifts(rule.Operation), of)
		}
	}
}
