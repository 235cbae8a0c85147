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
)

func TestACallThatTakesTooLongIsToldToComeBack(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		e := &edge{Parts: Parts{Limits: Limits{Answer: 10 * time.Millisecond}}, problems: problems()}
		call := func(op access.Operation) (context.Context, error) {
			ctx := context.WithValue(t.Context(), admissionKey{}, &admission{op: op})
			c := echo.New().NewContext(httptest.NewRequestWithContext(ctx, http.MethodGet, "/", nil), httptest.NewRecorder())
			err := e.within(func(c echo.Context) error {
				select {
				case <-c.Request().Context().Done():
					return c.Request().Context().Err()
				case <-time.After(200 * time.Millisecond):
					return nil
				}
			})(c)
			return c.Request().Context(), err
		}
		after, err := call(access.OpGetBoard)
		if f := faultOf(err); e.problems[f.code].status != http.StatusServiceUnavailable || f.code != codeUnavailable {
			t.Errorf("answered %s", f.code)
		}
		if after.Err() != nil {
			t.Errorf("the caller is taken to have left: %v", after.Err())
		}
		for _, op := range []access.Operation{access.OpStreamBoard, access.OpStreamRequest, access.OpStreamQueue, access.OpStreamTask} {
			if _, err := call(op); err != nil {
				t.Errorf("the stream %s is ended: %v", op, err)
			}
		}
	})
}
