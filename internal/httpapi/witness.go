package httpapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/gateway"
)

// witnessed lets no answer out before its evidence is where it must be. It stands between every handler and the first byte
// of its answer, for each operation of the contract.
func (e *edge) witnessed(next server.StrictHandlerFunc, _ string) server.StrictHandlerFunc {
	return func(c echo.Context, request any) (any, error) {
		response, err := next(c, request)
		if err != nil {
			return response, err
		}
		ctx := c.Request().Context()
		return response, e.note(ctx, admissionOf(ctx))
	}
}

// note writes down that a call is answered. What a stream tells is noted as it is told.
func (e *edge) note(ctx context.Context, a *admission) error {
	shows := access.Shown(a.op)
	if !shows.Noted() || isStream(a.op) || a.sheet.Evident() {
		return nil
	}
	entry := a.sheet.Fill(e.entry(ctx, a, a.op, evidence.Served))
	if !shows.First() || shows == access.ShowsContent && a.sheet.Open() {
		e.Evidence.Tell(entry)
		return nil
	}
	if err := e.Evidence.Note(ctx, entry); err != nil {
		return &fault{code: codeUnwitnessed, detail: "Numbers, degrees and clocks still show, and commands are taken.", cause: err}
	}
	return nil
}

// entry is what is known of a call.
func (e *edge) entry(ctx context.Context, a *admission, op access.Operation, outcome evidence.Outcome) evidence.Entry {
	by, open := a.by, a.session
	if a.entered.ID != "" {
		by, open = a.entered.Caller, a.entered
	}
	entry := evidence.Entry{
		At: e.Now(), Person: by.Person, Roles: by.Roles, Partner: by.Partner, Unit: by.Unit, Key: by.Key,
		Operation: op, Shows: access.Shown(op), Outcome: outcome, Call: requestID(ctx), From: address(a.source),
	}
	if open.ID != "" {
		entry.Session = open.ID.Short()
	}
	return entry
}

// refusals notes who was refused what, and who came upon something that is not as it was written. Of a call without an identity it notes whence it came, after its source was counted:
// who has had enough is refused without.
func (e *edge) refusals(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		err := next(c)
		rule, known := e.rules[c.Request().Method+" "+c.Path()]
		if err == nil || !known {
			return err
		}
		ctx := c.Request().Context()
		a := admissionOf(ctx)
		if a.source == "" {
			a.source = source(c.Request())
		}
		entry := a.sheet.Fill(e.entry(ctx, a, rule.Operation, evidence.Refused))
		if over, damaged := entry.Over(err); damaged {
			e.Evidence.Tell(over)
			return err
		}
		entry.Code = e.refusal(err)
		if entry.Code == "" || a.op == "" && !telling(entry.Code, rule.Operation) {
			return err
		}
		e.Evidence.Tell(entry)
		return err
	}
}

// telling says whether the refusal of a call that was not let in is worth an entry: one that would have shown or changed
// something. A page of somebody who is not signed in asks who is, and is told nobody.
func telling(code string, op access.Operation) bool {
	return code != codeNotFound && access.Shown(op) != access.ShowsHouse
}

// refusal is the code of an error that says no to somebody, or that nothing could be recorded; empty for mistakes, limits
// and defects.
func (e *edge) refusal(err error) string {
	f := faultOf(err)
	switch e.problems[f.code].status {
	case http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound, http.StatusConflict, http.StatusGone:
		return f.code
	}
	switch f.code {
	case codeUnwitnessed, codeTooManyAttempts, codeUnavailable:
		return f.code
	}
	if slices.ContainsFunc(f.errors, func(v server.ProblemError) bool { return v.Code == codeAboveCeiling }) {
		return codeAboveCeiling
	}
	return ""
}

// codeAboveCeiling is that of a body of which nothing may be kept (package marking).
const codeAboveCeiling = "above_ceiling"

// What a stream has told is noted when so much time or so many rows have gathered, and at its end.
const (
	toldEvery = 10 * time.Second
	toldRows  = 200
)

// told notes what a stream tells: its opening, with what its call was let at, and then the rows, several in one entry. It
// belongs to the goroutine of the stream.
type told struct {
	stream  stream
	opened  bool
	sights  []evidence.Sight
	flushed time.Time
}

// hears notes one event before it is handed on.
func (t *told) hears(event gateway.FeedEvent) {
	e := t.stream.edge
	if !t.opened {
		t.opened, t.flushed = true, e.Now()
		a := admissionOf(t.stream.ctx)
		e.Evidence.Tell(a.sheet.Fill(e.entry(t.stream.ctx, a, a.op, evidence.Served)))
	}
	if event.Kind == gateway.FeedRow {
		t.sights = append(t.sights, evidence.Sight{Request: event.Row.ID, Level: event.Row.Level})
	}
	if len(t.sights) >= toldRows || e.Now().Sub(t.flushed) >= toldEvery {
		t.flush()
	}
}

// flush notes what has gathered.
func (t *told) flush() {
	e := t.stream.edge
	t.flushed = e.Now()
	if len(t.sights) == 0 {
		return
	}
	a := admissionOf(t.stream.ctx)
	e.Evidence.Tell(e.entry(t.stream.ctx, a, a.op, evidence.Served).On(t.sights))
	t.sights = nil
}
