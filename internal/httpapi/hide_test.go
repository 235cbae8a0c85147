package httpapi

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/labstack/echo/v4"

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
