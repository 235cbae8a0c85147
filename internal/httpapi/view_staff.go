package httpapi

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// staffView is the whole request for the desk's side. Of a stub there is a register entry and clocks only, because
// nothing else was ever kept.
func (e *edge) staffView(v gateway.View) (server.StaffView, error) {
	r := v.Request
	view := server.StaffView{
		ID: string(r.ID), Number: r.Number, Kind: server.RequestKind(r.Kind), State: server.RequestState(r.State),
		Status: server.PartnerStatus(r.Status()), Round: r.Round, Partner: string(r.Partner), OwnReference: r.OwnReference,
		RegisterNumber: r.RegisterNo, Channel: server.Channel(r.Channel), Campaign: r.Campaign,
		Degree: server.Degree(r.Degree), SuggestedDegree: server.Degree(r.Suggested), Level: server.Level(r.Level.String()),
		Compartment: string(r.Compartment), Excluded: excluded(r.Excluded), ReceivedAt: r.ReceivedAt.UTC(), DueAt: partnerDue(v), Delayed: r.Extended,
		Policy: r.Policy, Calendar: r.Calendar, Holder: server.StaffViewHolder{Person: string(r.Holder)},
		Keeper: string(r.Keeper), Stub: r.Stub, Erased: r.Erased, Sender: server.StaffViewSender{Name: r.Sender},
		Request: r.Body, FollowUps: followUps(r), Identifiers: identifiers(r), Warnings: warnings(r.Warnings),
		Questions: staffQuestions(r), Proposals: proposals(r), Refusal: staffRefusal(r), Package: staffPackage(r.Package),
		Releases: staffReleases(r), Breaches: breaches(v), Notes: notes(r, ""), DuplicateOf: string(r.DuplicateOf),
		UpdatedAt: r.At.UTC(), Allowed: names(v.Allowed()), Degrees: each[server.Degree](r.DegreesFor(v.By.Actor)),
	}
	if r.Asked != nil {
		view.Clarification = clarificationView(r.Asked)
	}
	if r.Correction != nil {
		view.Correction = server.StaffViewCorrection{
			Number: r.Correction.K, Code: r.Correction.Code, Text: r.Correction.Text, From: server.RequestState(r.Correction.From),
		}
	}
	if r.State.Ended() {
		view.CloseReason = r.Outcome
	}
	keepingView(&view, v)
	return view, e.staffDetails(&view, v)
}

// staffDetails adds what has to be read out of stored documents.
func (e *edge) staffDetails(view *server.StaffView, v gateway.View) (err error) {
	r := v.Request
	if view.Consents, err = e.consentAsks(v); err != nil {
		return err
	}
	if slices.Contains(view.Allowed, string(verification.NameLowerLevel)) {
		if view.Floors, err = floors(v); err != nil {
			return err
		}
	}
	if view.Clarifications, err = clarifications(r.Replied); err != nil {
		return err
	}
	if r.State == verification.NotCompetent {
		letter, err := properChannel(r)
		if err != nil {
			return err
		}
		view.NotCompetent = server.StaffViewNotCompetent{Channel: string(letter.Channel), Text: letter.Text}
	}
	for _, t := range r.Tasks {
		task, err := taskRow(v, t)
		if err != nil {
			return err
		}
		view.Tasks = append(view.Tasks, task)
	}
	return nil
}

// floors are for who may lower the level now.
func floors(v gateway.View) ([]server.StaffViewFloor, error) {
	held, err := v.Floors()
	return items(held, func(f marking.Reason) server.StaffViewFloor {
		return server.StaffViewFloor{Code: server.StaffViewFloorCode(f.Code), Level: server.Level(f.Level.String())}
	}), err
}

func identifiers(r verification.Request) []server.IdentifierView {
	var out []server.IdentifierView
	for _, i := range r.Identifiers {
		out = append(out, server.IdentifierView{
			Pointer: i.Pointer, Kind: i.Kind, Raw: i.Raw, Normalised: i.Normalised, Check: server.IdentifierViewCheck(i.Check),
		})
	}
	return out
}

func staffQuestions(r verification.Request) []server.StaffViewQuestion {
	var out []server.StaffViewQuestion
	for _, q := range r.RoundQuestions() {
		view := server.StaffViewQuestion{N: q.N, Code: server.RequestType(q.Code), Text: q.Text, Subjects: q.Subjects}
		for _, t := range r.Tasks {
			if t.Round == q.Round && t.HoldsQuestion(q.N) {
				view.Tasks = append(view.Tasks, string(t.Task))
			}
		}
		if q.Desk != nil {
			view.Result, view.Reason = server.PackageResult(q.Desk.Result), q.Desk.Code
			view.Channel, view.Answer = q.Desk.Channel, q.Desk.Text
		}
		if q.Silent {
			view.Result, view.Reason = server.PackageResult(verification.CannotSay), verification.CodeNoReply
		}
		view.Status = questionStatus(r, q)
		out = append(out, view)
	}
	return out
}

func questionStatus(r verification.Request, q verification.Question) string {
	held := slices.ContainsFunc(r.Tasks, func(t verification.Task) bool {
		return t.Round == q.Round && t.State.Live() && t.HoldsQuestion(q.N)
	})
	switch {
	case q.Released:
		return "released"
	case q.Desk != nil && q.Desk.Result == verification.RefusedAnswer:
		return "refused"
	case !r.Open(q):
		return "answered"
	case held:
		return "with_unit"
	}
	return "open"
}

func proposals(r verification.Request) []server.StaffViewProposal {
	var out []server.StaffViewProposal
	for i, p := range r.Proposals {
		view := server.StaffViewProposal{
			N: i + 1, Task: string(p.Task), Code: p.Code, Text: p.Text, Questions: p.Questions, ReplyBy: utc(p.ReplyBy), At: p.At.UTC(),
			Waits: r.Waits(i + 1), Rejected: turnedDown(p),
		}
		if t, ok := r.Task(p.Task); ok {
			view.Unit = string(t.Unit)
		}
		out = append(out, view)
	}
	return out
}

// turnedDown is why the desk said no to what a unit proposed; empty: it did not.
func turnedDown(p verification.Proposal) server.ProposalRejected {
	if p.Rejected == nil {
		return server.ProposalRejected{}
	}
	return server.ProposalRejected{Code: p.Rejected.Code, Text: p.Rejected.Text, At: p.Rejected.At.UTC()}
}

func staffRefusal(r verification.Request) server.StaffViewRefusal {
	p := r.Refusal
	if p == nil || p.Void {
		return server.StaffViewRefusal{}
	}
	view := server.StaffViewRefusal{
		Code: p.Code, Text: p.Text, Hash: p.Hash, ProposedBy: string(p.By), ProposedAt: p.At.UTC(),
	}
	for _, rel := range r.Releases {
		if rel.Kind == verification.ReleaseRefusal && rel.Hash == p.Hash {
			view.ApprovedBy = string(rel.By)
		}
	}
	return view
}

func staffPackage(p *verification.Package) server.StaffViewPackage {
	if p == nil {
		return server.StaffViewPackage{}
	}
	return server.StaffViewPackage{
		Version: p.Version, Kind: string(p.Kind), Hash: p.Hash, Editor: string(p.Editor), ApprovedBy: approvers(p),
		Void: p.Void != "", VoidReason: server.VoidReason(p.Void),
	}
}

func approvers(p *verification.Package) []string {
	out := make([]string, len(p.Approvals)) // an empty list is written as one
	for i, a := range p.Approvals {
		out[i] = string(a.Person)
	}
	return out
}

func staffReleases(r verification.Request) []server.StaffViewRelease {
	var out []server.StaffViewRelease
	for _, rel := range r.Releases {
		out = append(out, server.StaffViewRelease{
			Version: rel.Version, Kind: string(rel.Kind), Hash: rel.Hash, ReleasedAt: rel.At.UTC(),
			FirstPulledAt: utc(rel.PulledAt), Recalled: rel.Recalled,
		})
	}
	return out
}

func breaches(v gateway.View) []server.BreachView {
	var out []server.BreachView
	for _, b := range v.Request.Breaches {
		view := server.BreachView{
			N: b.N, Clock: b.Step.Clock, Task: string(b.Step.Task), DueAt: b.Step.DueAt.UTC(), DetectedAt: b.DetectedAt.UTC(),
			Cause: server.BreachViewCause{Code: b.CauseCode, Text: b.CauseText}, ChargedTo: chargedTo(v, b.Step),
		}
		if b.Annulled {
			view.Annulled = server.BreachViewAnnulled{Code: b.AnnulCode, Text: b.AnnulText}
		}
		out = append(out, view)
	}
	return out
}

func chargedTo(v gateway.View, s verification.Step) string {
	for _, c := range v.Clocks {
		if string(c.Name) == s.Clock && c.Task == s.Task && c.Round == s.Round {
			return c.ChargedTo
		}
	}
	return ""
}

// notes returns those of a task, or of the request itself.
func notes(r verification.Request, task verification.TaskID) []server.NoteView {
	var out []server.NoteView
	for _, n := range r.Notes {
		if n.Task == task {
			view := server.NoteView{At: n.At.UTC(), Person: string(n.By), Text: n.Text}
			if n.Call != nil {
				view.Kind, view.PromisedAt = server.NoteKindCall, utc(n.Call.PromisedAt)
			}
			out = append(out, view)
		}
	}
	return out
}

func (e *edge) consentAsks(v gateway.View) ([]server.ConsentAsk, error) {
	var out []server.ConsentAsk
	for _, c := range v.Request.Consents {
		id, err := e.Gateway.ConsentID(v.Request.ID, c.N)
		if err != nil {
			return nil, err
		}
		out = append(out, server.ConsentAsk{
			ID: id, Originator: string(c.Originator), Facts: each[string](c.Facts), Text: c.Text,
			State: server.ConsentAskState(c.State), AskedAt: c.At.UTC(), DecidedAt: utc(c.DecidedAt), Conditions: c.Conditions,
			DueAt: utc(awaitedUntil(v, c)),
		})
	}
	return out, nil
}

// awaitedUntil is by when an ask is or was to be answered; zero of an open one for which nothing waits any more.
func awaitedUntil(v gateway.View, c verification.Consent) time.Time {
	if c.State == verification.ConsentOpenState && !v.Request.Awaits(c) {
		return time.Time{}
	}
	clock, _ := v.Clocks.Consent(c.N)
	return clock.DueAt
}

// properChannel is the letter of row 10, which says where the partner should turn.
func properChannel(r verification.Request) (server.Answer, error) {
	for _, rel := range slices.Backward(r.Releases) {
		if rel.Kind != verification.ReleaseNotCompetent || len(rel.Bytes) == 0 {
			continue
		}
		var letter server.Answer
		if err := json.Unmarshal(rel.Bytes, &letter); err != nil {
			return letter, fmt.Errorf("read a kept letter: %w", err)
		}
		return letter, nil
	}
	return server.Answer{}, nil
}
