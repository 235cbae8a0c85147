package duty

import (
	"context"
	"fmt"
	"net/http"
	"strconv"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

const (
	offered = 10 // things that /now shows
	asked   = 60 // rows that are looked at for them
)

type nowView struct {
	site.Frame
	Rows  []nowRow
	Flash []nowRow // nobody has opened
	New   int      // of Rows, since the last look
	Look  int64    // the last one, in seconds: what the page asks for by itself is measured by the same
	Since site.Due
	More  bool // than are shown
	Unit  bool

	OnCall *onCall // nil: it is not the visitor's to know
	Called called
}

// called is the note of a call that was refused.
type called struct{ ID, Key, Text, Again string }

type nowRow struct {
	Key     string // that opens it: 1 to 9, then 0
	ID      string
	Number  string
	Degree  string
	State   string
	Partner string
	Units   []string
	Clock   string
	Due     site.Due
	Command string
	Path    string
	New     bool
	Once    string // key of its forms
	Post    string // the officer's duty post of its unit, to be called
}

// now shows what the visitor can do next.
func now(v *site.Visit) error { return showNow(v, http.StatusOK, nil, called{}) }

// showNow shows it, with why a form of it was refused and the note that was typed.
func showNow(v *site.Visit, status int, refused *site.Problem, note called) error {
	view := nowView{Frame: v.Frame("duty.now_title"), Unit: v.Session != nil && !v.May(access.OpGetBoard), Called: note} // nobody is told by the board to sign in
	view.Trouble = v.Trouble(refused)
	view.Scripts = []string{"duty.js"}
	if view.Alarm == nil { // else the frame has it
		view.Scripts = append(view.Scripts, "alarm.js")
	}
	looked := lastLook(v)
	view.Look = looked.Unix()
	if looked.IsZero() {
		view.Look = v.Now.Unix()
	}
	var err error
	if view.OnCall, err = readOnCall(v); err != nil {
		return err
	}
	if view.Unit {
		err = view.fromQueue(v)
	} else {
		err = view.fromBoard(v)
	}
	if err != nil {
		return err
	}
	for i := range view.Rows {
		r := &view.Rows[i]
		r.Key, r.Once = strconv.Itoa((i+1)%10), v.NewKey()
		if r.ID == note.ID {
			r.Once = note.Key
		}
		r.New = !looked.IsZero() && r.New
	}
	for _, r := range view.Rows {
		if r.New {
			view.New++
		}
	}
	if !v.Within() { // a page that asks by itself is nobody's look
		look(v)
	}
	return v.ShowAs(status, "duty/now", view)
}

// fromBoard takes the rows of the board by time left, and asks of each what can be done.
func (n *nowView) fromBoard(v *site.Visit) error {
	list, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: site.Optional(asked)}))
	if err != nil {
		return err
	}
	looked := lastLook(v)
	for _, row := range list.Items {
		r, err := site.Read[client.StaffView](v.API.GetRequest(v.Context(), row.ID))
		if site.Gone(err) { // hidden since the board was read
			continue
		}
		if err != nil {
			return err
		}
		next, can := ofRequest(r)
		if !can {
			continue
		}
		if len(n.Rows) == offered {
			n.More = true
			break
		}
		shown := nowRow{
			ID: row.ID, Number: row.Number, Degree: string(row.Degree), State: v.Word("state", row.State), Partner: v.Partner(row.Partner),
			Clock: row.Clock, Due: v.Due(row.DueAt), Command: string(next.Command), Path: next.Path, New: row.UpdatedAt.After(looked),
		}
		for _, code := range row.Units {
			shown.Units = append(shown.Units, v.Unit(code, v.Now))
		}
		if len(row.Units) > 0 {
			shown.Post = "duty-" + row.Units[0]
		}
		n.Rows = append(n.Rows, shown)
		if row.Degree == client.DegreeFlash && row.Holder == "" && claimable(row) {
			n.Flash = append(n.Flash, shown)
		}
	}
	return nil
}

// fromQueue takes the unit's queue.
func (n *nowView) fromQueue(v *site.Visit) error {
	limit := offered + 1
	list, err := site.Read[client.QueuePage](v.API.GetUnitQueue(v.Context(), v.Session.Unit, &client.GetUnitQueueParams{Limit: &limit}))
	if err != nil {
		return err
	}
	looked := lastLook(v)
	for i, item := range list.Items {
		if i == offered {
			n.More = true
			break
		}
		next := ofTask(item)
		shown := nowRow{
			ID: item.Task, Number: item.Number, Degree: string(item.Degree), State: v.Word("task_state", string(item.State)),
			Due: v.Due(firstDue(item)), Command: string(next.Command), Path: next.Path, New: item.UpdatedAt.After(looked),
		}
		n.Rows = append(n.Rows, shown)
		if item.Degree == client.DegreeFlash && item.State == client.TaskStateQueued {
			n.Flash = append(n.Flash, shown)
		}
	}
	return nil
}

// firstDue is the clock of a task that runs out first.
func firstDue(i client.QueueItem) time.Time {
	var first time.Time
	for _, at := range []time.Time{i.AcceptDueAt, i.AnswerDueAt, i.ActionDueAt, i.InterimDueAt} {
		if !at.IsZero() && (first.IsZero() || at.Before(first)) {
			first = at
		}
	}
	return first
}

// lookCookie is when the visitor last looked at this page in this browser, in seconds.
const lookCookie = "verigate-looked"

// lastLook is the one before the visitor opened the page; zero: there was none.
func lastLook(v *site.Visit) time.Time {
	at := v.Query("looked")
	if c, err := v.Request.Cookie(lookCookie); err == nil && !v.Within() {
		at = c.Value
	}
	seconds, err := strconv.ParseInt(at, 10, 64)
	if err != nil {
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

func look(v *site.Visit) {
	http.SetCookie(v.Writer, &http.Cookie{ //nolint:gosec // it says when, and opens nothing
		Name: lookCookie, Value: strconv.FormatInt(v.Now.Unix(), 10), Path: "/now", HttpOnly: true, SameSite: http.SameSiteStrictMode,
		Secure: v.Request.TLS != nil,
	})
}

// claim opens a flash, which ends its alarm everywhere: the visitor holds it from then on.
func claim(v *site.Visit) error {
	id := v.Form("id")
	err := site.Done(v.API.ClaimRequest(v.Context(), id, &client.ClaimRequestParams{IdempotencyKey: v.Key()}, client.ClaimRequestJSONRequestBody{}))
	if p, refused := site.Refused(err); refused {
		return showNow(v, p.Status, p, called{})
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/requests/"+id, string(verification.NameClaim))
}

// call notes a telephone call on a request.
func call(v *site.Visit) error {
	id, said := v.Form("id"), v.Form("text")
	body := client.NoteRequestJSONRequestBody{
		Text: v.T("duty.called", "post", v.Form("post"), "said", said), Kind: client.NoteKindCall, PromisedAt: again(v),
	}
	err := note(v.Context(), v, id, body)
	if p, refused := site.Refused(err); refused {
		return showNow(v, p.Status, p, called{ID: id, Key: v.KeyAfter(p), Text: said, Again: v.Form("again")})
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/now", string(verification.NameAddNote))
}

// again is when the next call is promised, an hour of today or of tomorrow; zero: none is, or nobody can read when.
func again(v *site.Visit) time.Time {
	typed, err := time.Parse("15:04", v.Form("again"))
	if err != nil {
		return time.Time{}
	}
	here := v.Now.In(text.Hanoi())
	at := time.Date(here.Year(), here.Month(), here.Day(), typed.Hour(), typed.Minute(), 0, 0, text.Hanoi())
	if !at.After(here) {
		at = at.AddDate(0, 0, 1)
	}
	return at
}

func note(ctx context.Context, v *site.Visit, id string, body client.NoteRequestJSONRequestBody) error {
	err := site.Done(v.API.NoteRequest(ctx, id, &client.NoteRequestParams{IdempotencyKey: v.Key()}, body))
	if err != nil {
		return fmt.Errorf("note: %w", err)
	}
	return nil
}
