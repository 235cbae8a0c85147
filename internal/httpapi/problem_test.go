package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"sort"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/labstack/echo/v4"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

var update = flag.Bool("update", false, "write the golden documents anew")

// golden compares with a file that reviewers read.
func golden(t *testing.T, name string, got []byte) {
	t.Helper()
	file := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), string(got)); diff != "" {
		t.Errorf("%s (-want +got):\n%s", name, diff)
	}
}

func indented(t *testing.T, v any) []byte {
	t.Helper()
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetIndent("", "  ")
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// Codes, statuses, titles and types are part of the contract: a change here is a change for every partner.
func TestTheTableOfProblemsIsAsPublished(t *testing.T) {
	t.Parallel()
	e := &edge{problems: problems()}
	codes := make([]string, 0, len(e.problems))
	for code := range e.problems {
		codes = append(codes, code)
	}
	sort.Strings(codes)
	var all bytes.Buffer
	for _, code := range codes {
		p := e.problem(context.Background(), &fault{code: code})
		fmt.Fprintf(&all, "%d %s %s %q\n", p.Status, p.Code, p.Type, p.Title)
	}
	golden(t, "problems.txt", all.Bytes())
}

func TestEveryErrorIsTheProblemThatItShouldBe(t *testing.T) {
	t.Parallel()
	e := &edge{problems: problems()}
	var all []any
	for _, err := range []error{
		access.ErrUnauthenticated,
		gateway.ErrHidden,
		&verification.Refusal{Code: verification.NotFound, Reason: "there is no request"},
		gateway.ErrForbidden,
		&verification.Refusal{Code: verification.NotPermitted, Reason: "the role may not do this"},
		&verification.Refusal{Code: verification.SamePerson, Reason: "a second person releases it"},
		&gateway.InvalidError{Violations: []gateway.Violation{{Pointer: "/questions/0/code", Code: "unknown_value"}}},
		&gateway.InvalidError{Violations: []gateway.Violation{{Pointer: "/received_at", Code: "out_of_range", Limit: 2018}}},
		gateway.ErrKeyReused, gateway.ErrGone, gateway.ErrStale, gateway.ErrBadCursor, gateway.ErrCatchingUp,
		gateway.ErrTooManyConflicts, gateway.ErrIntakeStopped,
		fmt.Errorf("read the board: %w: %w", gateway.ErrBoardUnavailable, errors.New("10.0.0.7 refused")),
		fmt.Errorf("append: %w: %w", gateway.ErrUnavailable, errors.New("nats: timeout")),
		echo.NewHTTPError(http.StatusBadRequest, "Invalid format for parameter n: secret"),
		echo.ErrNotFound, echo.ErrMethodNotAllowed,
		&fault{code: codeTooLarge, limit: 262144},
		&fault{code: "no_such_code", detail: "a secret"},
		errors.New("a secret of ours"),
	} {
		all = append(all, e.problem(context.Background(), faultOf(err)))
	}
	golden(t, "problems.json", indented(t, all))
}

func TestAnExpectedOutageIsAWarningAndADefectAnError(t *testing.T) {
	t.Parallel()
	e, here := &edge{problems: problems()}, context.Background()
	left, leave := context.WithCancel(here)
	leave()
	for name, c := range map[string]struct {
		ctx  context.Context
		err  error
		want slog.Level
	}{
		"answered":                      {here, nil, slog.LevelInfo},
		"refused":                       {here, gateway.ErrHidden, slog.LevelInfo},
		"the board away":                {here, fmt.Errorf("page: %w", gateway.ErrBoardUnavailable), slog.LevelWarn},
		"catching up":                   {here, gateway.ErrCatchingUp, slog.LevelWarn},
		"intake stopped":                {here, gateway.ErrIntakeStopped, slog.LevelWarn},
		"the record away":               {here, gateway.ErrUnavailable, slog.LevelError},
		"a caller who left":             {left, context.Canceled, slog.LevelWarn},
		"a caller who left in a write":  {left, fmt.Errorf("wait for the turn: %w", gateway.ErrUnavailable), slog.LevelWarn},
		"a cancellation of our own":     {here, context.Canceled, slog.LevelError},
		"a defect":                      {here, errors.New("a defect"), slog.LevelError},
		"a defect as the caller leaves": {left, &panicError{value: "a defect"}, slog.LevelError},
	} {
		status := http.StatusOK
		if c.err != nil {
			status = e.problem(c.ctx, faultOf(c.err)).Status
		}
		if got := levelOf(c.ctx, c.err, status); got != c.want {
			t.Errorf("%s is logged at %s, want %s", name, got, c.want)
		}
	}
}
