package unit

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type taskView struct {
	site.Frame
	client.Task
	Events                string // what tells that the task has changed
	UnitName, PartnerName string
	Asked                 []subject // its subjects
	Clocks                []clock
	Forms                 []form
	Breaches              []breach
	Officers              []string
	Labels                people
	Given                 []given
	Files                 []file
	Notes                 []noted
	Clarifications        []clarified
	Held                  []held     // the holds that stand
	Proposed              []proposed // what it would have the partner asked, while it waits, and where the desk said no
	Queued, Accepted      text.Moment
	MayAnswer             bool
	Undo                  *form  // the reverse of what was done just now
	Received              string // when an answer was taken that was sent again
	Own                   bool   // it is the visitor's unit's
}

type form struct {
	Name, Path string // of the command, and where its form is sent
	ID         string // what the ids of its fields begin with: of one command a page may have several forms
	Fields     []field
	Key        string
	Version    string
	Grave      bool
	Open       bool
}

type clock struct {
	Name, State, Why string
	Due              site.Due
	Squeezed, Broken bool
}

type breach struct {
	client.BreachView
	Due  text.Moment
	Form *form // nil: nothing is owed
}

type noted struct {
	At       text.Moment
	By, Text string
}

type clarified struct {
	client.ClarificationView
	Asked, Replied text.Moment
	Subjects       []subject
	Files          []file
}

// Day is a date as its reader writes it.
func (view taskView) Day(date string) string { return view.Language.Date(date) }

// file is an attachment that was declared.
type file struct{ Name, Size, Hash string }

func filesOf(v *site.Visit, all []client.Attachment) []file {
	out := make([]file, len(all))
	for i, a := range all {
		out[i] = file{Name: a.Name, Hash: a.Sha256}
		if a.Size > 0 {
			out[i].Size = v.Language.Size(a.Size)
		}
	}
	return out
}

type proposed struct {
	client.TaskProposal
	At text.Moment // when the desk said no; none: it waits
}

type held struct {
	client.TaskStandingHold
	Since, Until, Review text.Moment // no Until: it lasts
}

// showTask is a task with everything that its unit needs of the request.
func showTask(v *site.Visit) error {
	view, err := taskOf(v, nil)
	if err != nil {
		return err
	}
	return v.Show("unit/task", view)
}

// attempt is a command that was refused, to be shown with what was typed.
type attempt struct {
	name    string
	problem *site.Problem
}

func taskOf(v *site.Visit, tried *attempt) (view taskView, err error) {
	view.Frame = v.Frame("unit.task")
	var version string
	if view.Task, version, err = site.ReadTagged[client.Task](v.API.GetTask(v.Context(), v.Param("task"))); err != nil {
		return view, err
	}
	view.Title = view.Number + " · " + v.T("unit.task")
	view.Path, view.Events = "/tasks/"+view.Task.Task, "/v1/tasks/"+view.Task.Task+"/events"
	clocks, err := site.Read[client.Clocks](v.API.GetTaskClocks(v.Context(), view.Task.Task))
	if err != nil {
		return view, err
	}
	if view.Asked, err = subjectsOf(v, view.Subjects); err != nil {
		return view, err
	}
	if view.Labels, _, err = colleagues(v); err != nil {
		return view, err
	}
	view.describe(v, clocks.Clocks)
	if err := view.said(v); err != nil {
		return view, err
	}
	return view, view.offer(v, version, tried)
}

// describe fills in what stands there to be read.
func (view *taskView) describe(v *site.Visit, clocks []client.ClockView) {
	t := view.Task
	view.UnitName, view.PartnerName = v.Unit(t.Unit, v.Now), v.Partner(t.Partner)
	view.Own = v.Session.Unit == t.Unit
	view.Officers = view.Labels.names(t.Officers)
	view.Queued, view.Accepted = v.Moment(t.QueuedAt), v.Moment(t.AcceptedAt)
	for _, h := range t.StandingHolds {
		view.Held = append(view.Held, held{h, v.Moment(h.From), v.Moment(h.To), v.Moment(h.ReviewAt)})
	}
	for _, p := range t.Proposals {
		if p.Waits || p.Rejected.Code != "" {
			view.Proposed = append(view.Proposed, proposed{p, v.Moment(p.Rejected.At)})
		}
	}
	for _, c := range clocks {
		if c.StoppedAt.IsZero() {
			why := c.Explanation.Vi
			if v.Language == text.English {
				why = c.Explanation.En
			}
			view.Clocks = append(view.Clocks, clock{
				Name: string(c.Name), State: string(c.State), Why: why, Due: v.Due(c.DueAt), Squeezed: c.Squeezed, Broken: c.PromiseAlreadyBroken,
			})
		}
	}
	if v.Query("received") != "" && len(t.Answers) > 0 {
		view.Received = clockTime(t.Answers[len(t.Answers)-1].At)
	}
}

// said fills in what was said of the task.
func (view *taskView) said(v *site.Visit) error {
	for _, n := range view.Task.Notes {
		view.Notes = append(view.Notes, noted{At: v.Moment(n.At), By: view.Labels.name(n.Person), Text: saidOf(v, n.Text)})
	}
	for _, c := range view.Task.Clarifications {
		subjects, err := subjectsOf(v, c.Reply.Subjects)
		if err != nil {
			return err
		}
		view.Clarifications = append(view.Clarifications, clarified{c, v.Moment(c.AskedAt), v.Moment(c.Reply.At), subjects, filesOf(v, c.Reply.Attachments)})
	}
	view.Files = filesOf(v, view.Task.Attachments)
	view.Given = givenOf(v, view.Task, view.Labels)
	return nil
}

// saidOf is a note as it is read: what was said with the confirmation of a hold begins with its code.
func saidOf(v *site.Visit, note string) string {
	code, rest, _ := strings.Cut(note, ": ")
	if word := v.Word("hold_decision", code); word != code {
		return strings.TrimSuffix(word+": "+rest, ": ")
	}
	return note
}

// offer fills in what may be done now: the contract says what.
func (view *taskView) offer(v *site.Visit, version string, tried *attempt) error {
	t := view.Task
	all := commands()
	for _, path := range order() {
		c := all[path]
		if !slices.Contains(t.Allowed, c.name) || c.name == "acknowledge_stop" && t.StopAcknowledged { // once more it would do nothing
			continue
		}
		fields, err := c.fields(v, t)
		if err != nil {
			return err
		}
		f := form{Name: c.name, ID: c.name, Path: "/tasks/" + t.Task + "/" + path, Fields: fields, Key: v.NewKey(), Version: version, Grave: c.grave}
		f.again(v, tried)
		view.Forms = append(view.Forms, f)
		if c.name == "resume" && v.Query("done") == "hold" {
			view.Undo = &f
		}
	}
	view.MayAnswer = slices.Contains(t.Allowed, "answer")
	for _, b := range t.Breaches {
		shown := breach{BreachView: b, Due: v.Moment(b.DueAt)}
		if b.Cause.Code == "" && b.Annulled.Code == "" && v.May(access.OpSetBreachCause) && view.Own {
			n := strconv.Itoa(b.N)
			shown.Form = &form{Name: "explain_breach", ID: "explain_breach-" + n, Path: "/tasks/" + t.Task + "/breaches/" + n, Fields: causeFields(v), Key: v.NewKey(), Version: version}
			shown.Form.again(v, tried)
		}
		view.Breaches = append(view.Breaches, shown)
	}
	if tried != nil {
		view.Trouble = v.Trouble(tried.problem)
		view.changed(v, tried.problem)
	}
	return nil
}

// order is that of the commands on the page.
func order() []string {
	return []string{
		"accept", "decline", "resume", "stop-acknowledgement", "hold-confirmation", "hold-rejection", "hold", "forward", "clarification", "assignment", "notes",
	}
}

// again shows what was typed into the form that was refused, with what is wrong beside each field.
func (f *form) again(v *site.Visit, tried *attempt) {
	if tried == nil || tried.name != f.Path {
		return
	}
	f.Open = true
	f.Key = v.KeyAfter(tried.problem)
	for i, one := range f.Fields {
		f.Fields[i].Values = v.Forms(one.Name)
		if code := tried.problem.At("/" + one.Name); code != "" {
			f.Fields[i].Flaw = v.Word("flaw", code)
		}
	}
}

// changed says who changed a task that was sent on an older version, and when, as far as its unit is told.
func (view *taskView) changed(v *site.Visit, p *site.Problem) {
	if p.Code == "stale" {
		view.Trouble.Title = changedSince(v, view.Task, view.Labels)
	}
}

func changedSince(v *site.Visit, t client.Task, labels people) string {
	at, by := t.AcceptedAt, ""
	note := func(when time.Time, who string) {
		if when.After(at) {
			at, by = when, who
		}
	}
	note(t.Hold.From, "")
	note(t.Returned.At, "")
	for _, p := range t.Proposals {
		note(p.Rejected.At, "")
	}
	for _, n := range t.Notes {
		note(n.At, n.Person)
	}
	for _, a := range t.Answers {
		note(a.At, a.By)
	}
	if by == "" || at.IsZero() {
		return v.T("unit.changed", "state", v.Word("task_state", string(t.State)))
	}
	return v.T("unit.changed_by", "at", v.Moment(at).Named(), "by", labels.name(by))
}

// clockTime writes when something was taken, to the second.
func clockTime(at time.Time) string { return at.In(text.Hanoi()).Format("15:04:05") }

// give sends a command, and goes back to where it was given.
func give(c command) site.Handler {
	return func(v *site.Visit) error {
		if err := unreadable(v); err != nil {
			return settle(v, client.Task{}, err, c.name)
		}
		t, err := site.Read[client.Task](c.send(v, v.Param("task")))
		return settle(v, t, err, c.name)
	}
}

// explainBreach gives the cause of what was late.
func explainBreach(v *site.Visit) error {
	t, err := site.Read[client.Task](v.API.GetTask(v.Context(), v.Param("task")))
	if err != nil {
		return err
	}
	n, _ := strconv.Atoi(v.Param("n")) // what is no number is 0, of which there is no breach
	t, err = site.Read[client.Task](v.API.SetBreachCause(v.Context(), t.Request, n, &client.SetBreachCauseParams{
		IdempotencyKey: v.Key(), IfMatch: v.Version(),
	}, client.BreachCause{Code: client.BreachCauseCode(v.Form("code")), Text: v.Form("text")}))
	return settle(v, t, err, "explain_breach")
}

// settle goes to the page that shows what a command has brought about, or shows its form again. A task of which nothing
// more may be done is not the unit's to read: its queue comes next.
func settle(v *site.Visit, t client.Task, err error, done string) error {
	p, refused := site.Refused(err)
	switch {
	case err == nil && v.Form("from") == "inbox" && len(t.Allowed) > 0:
		return v.GoSaying("/inbox?task="+v.Param("task"), done)
	case err == nil && len(t.Allowed) == 0:
		return v.GoSaying("/inbox", done)
	case err == nil:
		return v.GoSaying("/tasks/"+v.Param("task"), done)
	case !refused:
		return err
	}
	view, gone := taskOf(v, &attempt{name: v.Request.URL.Path, problem: p})
	if gone != nil { // by now it may be another unit's
		return gone
	}
	return v.ShowAs(p.Status, "unit/task", view)
}
