package unit

import (
	"net/http"
	"strconv"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// command is one that a unit gives on a task: what its form asks, and the call that it becomes.
type command struct {
	name   string // as `allowed` has it
	grave  bool   // it cannot be taken back
	fields func(*site.Visit, client.Task) ([]field, error)
	send   func(*site.Visit, string) (*http.Response, error)
}

// field is one thing that a form asks.
type field struct {
	Name, Label string
	Sort        string        // choice, ticks, line, moment or text
	Choices     []site.Choice // of choice and ticks
	Values      []string      // as typed
	Flaw        string
	Required    bool
}

// Value is the first of what was typed.
func (f field) Value() string {
	if len(f.Values) == 0 {
		return ""
	}
	return f.Values[0]
}

// commands are those of a task, by the last part of their address.
func commands() map[string]command {
	return map[string]command{
		"accept": {name: "accept", fields: nothing, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.AcceptTask(v.Context(), task, &client.AcceptTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Acceptance{})
		}},
		"decline": {name: "decline", grave: true, fields: declineFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.DeclineTask(v.Context(), task, &client.DeclineTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Decline{
				Code: client.DeclineCode(v.Form("code")), Note: v.Form("note"),
			})
		}},
		"forward": {name: "forward", grave: true, fields: forwardFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.ForwardTask(v.Context(), task, &client.ForwardTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Forward{
				Unit: v.Form("unit"), Code: client.ForwardCode(v.Form("code")), Questions: numbers(v, "questions"), Note: v.Form("note"),
			})
		}},
		"hold": {name: "hold", fields: holdFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.HoldTask(v.Context(), task, &client.HoldTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Hold{
				Code: client.HoldCode(v.Form("code")), EvidenceReference: v.Form("evidence_reference"),
				ReviewAt: typedMoment(v, "review_at"), Note: v.Form("note"),
			})
		}},
		"resume": {name: "resume", fields: nothing, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.ResumeTask(v.Context(), task, &client.ResumeTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Resume{})
		}},
		"clarification": {name: "propose_clarification", fields: clarificationFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.ProposeClarification(v.Context(), task, &client.ProposeClarificationParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Clarification{
				Code: client.ClarificationCode(v.Form("code")), Text: v.Form("text"), Questions: numbers(v, "questions"), ReplyBy: typedMoment(v, "reply_by"),
			})
		}},
		"assignment": {name: "assign", fields: assignFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.AssignTask(v.Context(), task, &client.AssignTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Assignment{
				Officers: append([]string{}, v.Forms("officers")...), SubDepartment: v.Form("sub_department"), Note: v.Form("note"),
			})
		}},
		"notes": {name: "note", fields: noteFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.NoteTask(v.Context(), task, &client.NoteTaskParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.Notes{Text: v.Form("text")})
		}},
		"stop-acknowledgement": {name: "acknowledge_stop", fields: remarkFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.AcknowledgeStop(v.Context(), task, &client.AcknowledgeStopParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.StopAcknowledgement{Note: v.Form("note")})
		}},
		"hold-confirmation": {name: "confirm_hold", fields: confirmFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.ConfirmHold(v.Context(), task, &client.ConfirmHoldParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.HoldConfirmation{
				Code: client.HoldConfirmationCode(v.Form("code")), Text: v.Form("text"),
			})
		}},
		"hold-rejection": {name: "reject_hold", grave: true, fields: rejectFields, send: func(v *site.Visit, task string) (*http.Response, error) {
			return v.API.RejectHold(v.Context(), task, &client.RejectHoldParams{IdempotencyKey: v.Key(), IfMatch: v.Version()}, client.HoldRejection{
				Code: client.HoldRejectionCode(v.Form("code")), Text: v.Form("text"),
			})
		}},
	}
}

// numbers are the questions that were ticked. What is no number is 0, which the gateway refuses.
func numbers(v *site.Visit, name string) []int {
	var out []int
	for _, text := range v.Forms(name) {
		n, _ := strconv.Atoi(text)
		out = append(out, n)
	}
	return out
}

// typedMoment is one that a form asks for; unreadable (below) has seen to it that it can be read.
func typedMoment(v *site.Visit, name string) time.Time {
	at, _ := moment(v.Form(name))
	return at
}

// unreadable is what is wrong with moments that nobody can read; nil: nothing.
func unreadable(v *site.Visit) error {
	p := &site.Problem{Problem: client.Problem{Status: http.StatusUnprocessableEntity, Code: "invalid_body"}}
	for _, name := range []string{"review_at", "reply_by"} {
		if _, ok := moment(v.Form(name)); !ok {
			p.Errors = append(p.Errors, client.ProblemError{Pointer: "/" + name, Code: "malformed"})
		}
	}
	if len(p.Errors) == 0 {
		return nil
	}
	return p
}

// choice is the code of a command.
func choice(v *site.Visit, label, set string, codes ...string) field {
	return field{Name: "code", Label: v.T(label), Sort: "choice", Choices: v.Choices(set, codes...), Required: true}
}

func remark(v *site.Visit, name string) field {
	return field{Name: name, Label: v.T("unit.note"), Sort: "text"}
}

func questions(v *site.Visit, t client.Task) field {
	f := field{Name: "questions", Label: v.T("unit.questions"), Sort: "ticks"}
	for _, q := range t.Questions {
		f.Choices = append(f.Choices, site.Choice{Value: strconv.Itoa(q.N), Text: strconv.Itoa(q.N) + ". " + v.Word("question", string(q.Code))})
		f.Values = append(f.Values, strconv.Itoa(q.N))
	}
	return f
}

func nothing(*site.Visit, client.Task) ([]field, error) { return nil, nil }

func remarkFields(v *site.Visit, _ client.Task) ([]field, error) {
	return []field{remark(v, "note")}, nil
}

func noteFields(v *site.Visit, _ client.Task) ([]field, error) {
	f := remark(v, "text")
	f.Required = true
	return []field{f}, nil
}

func declineFields(v *site.Visit, _ client.Task) ([]field, error) {
	return []field{choice(v, "unit.reason", "decline", "not_our_area", "goods_moved", "no_competence", "conflict_of_interest",
		"duplicate_task", "records_elsewhere", "insufficient_information", "unit_closed", "other"), remark(v, "note")}, nil
}

func forwardFields(v *site.Visit, t client.Task) ([]field, error) {
	to := field{Name: "unit", Label: v.T("unit.forward_to"), Sort: "choice", Required: true}
	for _, u := range v.Units() {
		if u.Value != t.Unit {
			to.Choices = append(to.Choices, u)
		}
	}
	return []field{to, choice(v, "unit.reason", "decline", "goods_moved", "not_our_area", "person_moved", "registered_elsewhere",
		"records_elsewhere", "no_competence", "conflict_of_interest", "other"), questions(v, t), remark(v, "note")}, nil
}

func holdFields(v *site.Visit, _ client.Task) ([]field, error) {
	return []field{
		choice(v, "unit.waits_for", "hold", "laboratory", "other_force", "legal_authority", "physical_exam", "internal"),
		{Name: "evidence_reference", Label: v.T("unit.evidence"), Sort: "line"},
		{Name: "review_at", Label: v.T("unit.review_at"), Sort: "moment"},
		remark(v, "note"),
	}, nil
}

func clarificationFields(v *site.Visit, t client.Task) ([]field, error) {
	return []field{
		choice(v, "unit.lacking", "clarification", "identifier_incomplete", "identifier_invalid", "subject_ambiguous", "question_unclear",
			"period_missing", "purpose_missing", "legal_basis_missing", "document_missing", "document_unreadable", "marking_unclear",
			"case_number_missing", "translation_needed", "other"),
		{Name: "text", Label: v.T("unit.to_ask"), Sort: "text", Required: true},
		questions(v, t),
		{Name: "reply_by", Label: v.T("unit.reply_by"), Sort: "moment"},
	}, nil
}

func assignFields(v *site.Visit, t client.Task) ([]field, error) {
	_, all, err := colleagues(v)
	if err != nil {
		return nil, err
	}
	who := field{Name: "officers", Label: v.T("unit.officers"), Sort: "ticks", Values: t.Officers}
	for _, p := range all {
		if p.Unit == t.Unit && len(p.Roles) > 0 && !p.System {
			who.Choices = append(who.Choices, site.Choice{Value: p.Person, Text: p.Label})
		}
	}
	return []field{who, {Name: "sub_department", Label: v.T("unit.sub_department"), Sort: "line", Values: []string{t.SubDepartment}}, remark(v, "note")}, nil
}

func confirmFields(v *site.Visit, _ client.Task) ([]field, error) {
	return []field{choice(v, "unit.reason", "hold_decision", "justified", "evidence_seen", "other"), remark(v, "text")}, nil
}

func rejectFields(v *site.Visit, _ client.Task) ([]field, error) {
	return []field{choice(v, "unit.reason", "hold_decision", "not_justified", "evidence_missing", "internal_matter", "too_long", "other"), remark(v, "text")}, nil
}

func causeFields(v *site.Visit) []field {
	return []field{choice(v, "unit.cause", "breach_cause", "workload", "staffing", "misrouted", "system_outage", "line_down", "laboratory",
		"legal_authority", "agency_late", "partner_late", "desk_late", "review_late", "unit_late", "force_majeure", "other"), remark(v, "text")}
}
