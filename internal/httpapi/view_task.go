package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// taskView is a task with what its unit needs of the request: its questions, the subjects they name, the statement,
// the marking. The answers and tasks of other units are not in it.
func taskView(v gateway.View, t verification.Task) (server.Task, error) {
	view, err := taskRow(v, t)
	if err != nil {
		return view, err
	}
	r := v.Request
	view.Partner, view.Campaign = string(r.Partner), r.Campaign
	if access.ViewOf(v.By, access.ObjectOf(r)) == access.StaffView {
		view.Exclude = server.TaskExclude{Units: each[string](r.Excluded.Units), Persons: each[string](r.Excluded.Persons)}
	}
	view.Proposals = proposedBy(r, t)
	if len(r.Body) == 0 {
		return view, nil
	}
	sent, err := sentFor(r, t.Round)
	if err != nil {
		return view, err
	}
	view.Statement, view.Attachments, view.Handling = sent.statement, sent.attachments, sent.handling
	for i, q := range view.Questions {
		view.Questions[i].LookBackFrom = sent.lookBack[q.N]
	}
	if view.Subjects, err = subjectsOf(view.Questions, sent.subjects); err != nil {
		return view, err
	}
	if t.State.Live() {
		view.Clarifications, err = clarifications(repliedFor(r, t))
	}
	return view, err
}

// sent is what the partner sent up to a round: the request, with its follow-ups behind it.
type sent struct {
	statement   string
	handling    server.Handling
	attachments []server.Attachment
	subjects    []server.Subject // those of the latest body first
	lookBack    map[int]string   // by the questions of the round
}

func sentFor(r verification.Request, round int) (sent, error) {
	var asked server.VerificationRequest
	if err := json.Unmarshal(r.Body, &asked); err != nil {
		return sent{}, fmt.Errorf("read a kept request: %w", err)
	}
	out := sent{
		statement: asked.Purpose.Statement, handling: asked.Handling, attachments: asked.Attachments,
		subjects: asked.Subjects, lookBack: lookBack(asked.Questions),
	}
	for _, f := range r.FollowUps {
		if f.Round > round {
			break
		}
		var more server.FollowUp
		if err := json.Unmarshal(f.Body, &more); err != nil {
			return out, fmt.Errorf("read a kept follow-up: %w", err)
		}
		out.statement = joined("\n\n", out.statement, more.Text)
		out.attachments = append(out.attachments, more.Attachments...)
		out.subjects = append(more.Subjects, out.subjects...)
		out.lookBack = lookBack(more.Questions) // a reopened round asks the questions of the one before it again
	}
	return out, nil
}

func lookBack(questions []server.Question) map[int]string {
	out := map[int]string{}
	for _, q := range questions {
		out[q.N] = q.LookBackFrom
	}
	return out
}

// repliedFor are the clarifications of the task's round that are about one of its questions or about all.
func repliedFor(r verification.Request, t verification.Task) []verification.Clarification {
	var out []verification.Clarification
	for _, c := range r.Replied {
		if c.Round == t.Round && (len(c.Questions) == 0 || slices.ContainsFunc(c.Questions, t.HoldsQuestion)) {
			out = append(out, c)
		}
	}
	return out
}

// proposedBy is what the task's unit would have the partner asked.
func proposedBy(r verification.Request, t verification.Task) []server.TaskProposal {
	var out []server.TaskProposal
	for i, p := range r.Proposals {
		if p.Task == t.Task {
			out = append(out, server.TaskProposal{
				Code: p.Code, Text: p.Text, Questions: p.Questions, At: p.At.UTC(), Waits: r.Waits(i + 1), Rejected: turnedDown(p),
			})
		}
	}
	return out
}

// subjectsOf keeps the subjects that the questions name; a question that names none is about all. Of two that have one
// name the first is meant.
func subjectsOf(questions []server.TaskQuestion, all []server.Subject) ([]server.Subject, error) {
	wanted, every := map[string]bool{}, len(questions) == 0 // a notice
	for _, q := range questions {
		every = every || len(q.Subjects) == 0
		for _, id := range q.Subjects {
			wanted[id] = true
		}
	}
	var out []server.Subject
	seen := map[string]bool{}
	for _, s := range all {
		var named struct {
			ID string `json:"id"`
		}
		if err := json.Unmarshal(s, &named); err != nil {
			return nil, fmt.Errorf("read a kept subject: %w", err)
		}
		if (every || wanted[named.ID]) && !seen[named.ID] {
			out = append(out, s)
		}
		seen[named.ID] = true
	}
	return out, nil
}

// taskRow is a task without what it repeats of the request.
func taskRow(v gateway.View, t verification.Task) (server.Task, error) {
	r := v.Request
	view := server.Task{
		Task: string(t.Task), Request: string(r.ID), Number: r.Number, Round: t.Round, Unit: string(t.Unit),
		Kind: server.TaskKind(t.Kind), Agency: t.Agency, State: server.TaskState(t.State), Degree: server.Degree(r.Degree),
		Level: server.Level(r.Level.String()), Officers: each[string](t.Officers), SubDepartment: t.SubDepartment,
		Questions: taskQuestions(r, t), Hops: hops(r, t), ForwardedTo: string(t.ForwardedTo), StopAcknowledged: t.StopSeen,
		Declined: server.TaskDeclined{Code: t.DeclineCode, Note: t.DeclineNote}, Hold: hold(t), Notes: notes(r, t.Task),
		Breaches: breachesOf(v, t.Task), QueuedAt: utc(t.QueuedAt), Allowed: names(v.AllowedOnTask(t.Task)),
	}
	view.UndecidedHold, view.StandingHolds = undecidedHold(v, t), standingHolds(t)
	addTimes(&view, v.Clocks, t)
	var err error
	view.Answers, err = unitAnswers(r, t)
	return view, err
}

func breachesOf(v gateway.View, task verification.TaskID) []server.BreachView {
	return slices.DeleteFunc(breaches(v), func(b server.BreachView) bool { return b.Task != string(task) })
}

func addTimes(view *server.Task, clocks sla.Clocks, t verification.Task) {
	due := func(name sla.Name) time.Time {
		if c, ok := clocks.Find(name, t.Task); ok && c.State != sla.Stopped {
			return utc(c.DueAt)
		}
		return time.Time{}
	}
	view.AcceptDueAt, view.AnswerDueAt = due(sla.Accept), due(sla.Answer)
	view.InterimDueAt, view.ActionDueAt = due(sla.Interim), due(sla.Action)
	if c, ok := clocks.Find(sla.Accept, t.Task); ok && t.AcceptedBy != "" {
		view.AcceptedAt = utc(c.StoppedAt)
	}
	if c, ok := clocks.Find(sla.Answer, t.Task); ok && t.Returns > 0 { // a return starts its answer's clock anew
		view.Returned = server.TaskReturned{Code: t.ReturnCode, Text: t.ReturnText, Times: t.Returns, At: c.StartedAt.UTC()}
	}
}

func taskQuestions(r verification.Request, t verification.Task) []server.TaskQuestion {
	var out []server.TaskQuestion
	for _, q := range r.Questions {
		if q.Round == t.Round && t.HoldsQuestion(q.N) {
			out = append(out, server.TaskQuestion{N: q.N, Code: server.RequestType(q.Code), Text: q.Text, Subjects: q.Subjects})
		}
	}
	return out
}

func hops(r verification.Request, t verification.Task) int {
	most := 0
	for _, q := range r.Questions {
		if q.Round == t.Round && t.HoldsQuestion(q.N) {
			most = max(most, q.Hops)
		}
	}
	return most
}

// hold is the last one, while it lasts.
func hold(t verification.Task) server.TaskHold {
	if len(t.Holds) == 0 || t.State != verification.OnHold {
		return server.TaskHold{}
	}
	h := t.Holds[len(t.Holds)-1]
	return server.TaskHold{
		Code: h.Code, From: h.From.UTC(), EvidenceReference: h.Evidence, ReviewAt: utc(h.ReviewAt),
		Confirmed: h.Confirmed,
	}
}

// standingHolds are those that the lead did not reject, be they over.
func standingHolds(t verification.Task) []server.TaskStandingHold {
	var out []server.TaskStandingHold
	for _, h := range t.Holds {
		if !h.Rejected {
			out = append(out, server.TaskStandingHold{
				Code: h.Code, From: h.From.UTC(), To: utc(h.To), EvidenceReference: h.Evidence, ReviewAt: utc(h.ReviewAt), Confirmed: h.Confirmed,
			})
		}
	}
	return out
}

// undecidedHold is the one on which the reader decides now; none of who may not.
func undecidedHold(v gateway.View, t verification.Task) server.TaskUndecidedHold {
	h, waits := t.Undecided(v.By.Person)
	if !waits || !slices.Contains(v.AllowedOnTask(t.Task), verification.NameConfirmHold) {
		return server.TaskUndecidedHold{}
	}
	return server.TaskUndecidedHold{
		Code: h.Code, From: h.From.UTC(), To: utc(h.To), EvidenceReference: h.Evidence, ReviewAt: utc(h.ReviewAt),
	}
}

func unitAnswers(r verification.Request, t verification.Task) ([]server.UnitAnswerView, error) {
	var out []server.UnitAnswerView
	for _, a := range t.Answers {
		view := server.UnitAnswerView{At: a.At.UTC(), By: string(a.By), Kind: "interim", Questions: []server.UnitAnswerViewQuestion{}} // of what is erased: none
		if a.Final {
			view.Kind = "final"
		}
		for _, qa := range a.Questions {
			question, err := unitAnswer(r, qa)
			if err != nil {
				return nil, err
			}
			view.Questions = append(view.Questions, question)
		}
		out = append(out, view)
	}
	return out, nil
}

func unitAnswer(r verification.Request, qa verification.QuestionAnswer) (server.UnitAnswerViewQuestion, error) {
	view := server.UnitAnswerViewQuestion{
		N: qa.N, Result: server.Result(qa.Result), Outcome: server.Outcome(qa.Outcome), Code: qa.Code, Text: qa.Text,
	}
	if qa.Search != nil {
		view.Search = searchView(*qa.Search)
	}
	if len(qa.Attachments) > 0 {
		if err := json.Unmarshal(qa.Attachments, &view.Attachments); err != nil {
			return view, fmt.Errorf("read kept attachments: %w", err)
		}
	}
	for _, f := range qa.Facts {
		fact, err := factView(r, f)
		if err != nil {
			return view, err
		}
		view.Facts = append(view.Facts, fact)
	}
	return view, nil
}

func searchView(s verification.Search) server.Search {
	return server.Search{
		Registers: s.Registers, Identifiers: s.Identifiers, From: s.From, To: s.To, DoneAt: s.DoneAt, Role: s.Role,
	}
}

func factView(r verification.Request, f verification.Fact) (server.FactView, error) {
	view := server.FactView{
		ID: string(f.ID), Text: f.Text, Language: f.Language, Subject: f.Subject, ObservedAt: utc(f.ObservedAt),
		Originator: string(f.Originator), Locked: r.Locked(f.ID), TakenBack: !r.Stands(f.ID),
		Evaluation: server.Evaluation{
			Source: server.EvaluationSource(f.Source), Information: server.EvaluationInformation(f.Information),
		},
	}
	for _, q := range f.Quantities {
		view.Quantities = append(view.Quantities, server.Quantity{Value: q.Value, Unit: server.QuantityUnit(q.Unit), Of: q.Of})
	}
	if len(f.Handling) > 0 {
		if err := json.Unmarshal(f.Handling, &view.Handling); err != nil {
			return view, fmt.Errorf("read a kept marking: %w", err)
		}
	}
	return view, nil
}
