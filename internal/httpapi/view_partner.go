package httpapi

import (
	"encoding/json"
	"fmt"
	"time"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// partnerView is what a partner may see of its own request. Never here: units, officers, tasks, hops, holds, consents,
// levels, compartments, notes, breaches, who holds or keeps it, the count of its messages, and the time of any step
// that the partner cannot see.
func (e *edge) partnerView(v gateway.View) (server.PartnerView, error) {
	r := v.Request
	view := server.PartnerView{
		ID: string(r.ID), Number: r.Number, Kind: server.RequestKind(r.Kind), Status: server.PartnerStatus(r.Status()),
		Round: r.Round, ReceivedAt: r.ReceivedAt.UTC(), UpdatedAt: v.ChangedAt.UTC(), OwnReference: r.OwnReference,
		DueAt: partnerDue(v), Answers: partnerAnswers(r), Recalled: anyRecalled(r), Allowed: names(v.Allowed()),
		DuplicateOf: string(r.DuplicateOf), // only the same partner's is merged (row 5)
	}
	if r.Stub {
		return view, nil
	}
	view.Degree, view.Receipt, view.Request, view.FollowUps = server.Degree(r.Degree), r.Receipt, r.Body, followUps(r)
	view.CorrectionPending, view.Warnings, view.Questions = r.Correction != nil, warnings(r.Warnings), partnerQuestions(r)
	var err error
	if view.Clarifications, err = clarifications(r.Replied); err != nil {
		return view, err
	}
	if r.Extended {
		view.ExtendedTo = view.DueAt
	}
	switch r.State {
	case verification.Clarifying:
		view.Clarification = clarificationView(r.Asked)
	case verification.Refused:
		view.Refusal = partnerRefusal(r.Refusal)
	case verification.NotCompetent:
		letter, err := properChannel(r)
		if err != nil {
			return view, err
		}
		view.Channel = string(letter.Channel)
	default:
	}
	return view, nil
}

func partnerQuestions(r verification.Request) []server.PartnerViewQuestion {
	var out []server.PartnerViewQuestion
	for _, q := range r.RoundQuestions() {
		out = append(out, server.PartnerViewQuestion{N: q.N, Code: server.RequestType(q.Code), Status: r.QuestionStatus(q)})
	}
	return out
}

func partnerAnswers(r verification.Request) []server.PartnerViewAnswer {
	var out []server.PartnerViewAnswer
	for _, rel := range r.Releases {
		out = append(out, server.PartnerViewAnswer{
			Version: rel.Version, Kind: string(rel.Kind), ReleasedAt: rel.At.UTC(),
			Read: !rel.PulledAt.IsZero(), Recalled: rel.Recalled,
		})
	}
	return out
}

func anyRecalled(r verification.Request) bool {
	for _, rel := range r.Releases {
		if rel.Recalled {
			return true
		}
	}
	return false
}

func partnerRefusal(p *verification.RefusalProposal) server.PartnerViewRefusal {
	if p == nil {
		return server.PartnerViewRefusal{}
	}
	return server.PartnerViewRefusal{Code: p.Code, Text: p.Text}
}

func clarificationView(c *verification.Clarification) server.ClarificationView {
	if c == nil {
		return server.ClarificationView{}
	}
	return server.ClarificationView{
		Round: c.Round, Code: c.Code, Text: c.Text, Questions: c.Questions, AskedAt: c.At.UTC(), ReplyBy: utc(c.ReplyBy),
		RemindedAt: utc(c.RemindedAt),
	}
}

// clarifications are asks with the partner's replies.
func clarifications(replied []verification.Clarification) ([]server.ClarificationView, error) {
	var out []server.ClarificationView
	for i := range replied {
		view := clarificationView(&replied[i])
		if len(replied[i].Reply) > 0 {
			var reply server.PartnerReply
			if err := json.Unmarshal(replied[i].Reply, &reply); err != nil {
				return nil, fmt.Errorf("read a kept reply: %w", err)
			}
			view.Reply = server.ReplyView{
				At: replied[i].RepliedAt.UTC(), Text: reply.Text, Subjects: reply.Subjects, Attachments: reply.Attachments,
				Handling: reply.Handling,
			}
		}
		out = append(out, view)
	}
	return out, nil
}

// followUps are the bodies of later rounds, as they were accepted.
func followUps(r verification.Request) []server.FollowUpView {
	var out []server.FollowUpView
	for _, f := range r.FollowUps {
		out = append(out, server.FollowUpView{Round: f.Round, At: f.At.UTC(), Request: f.Body})
	}
	return out
}

// partnerDue is the promise as it stands: moved by what the partner was asked for, and by nothing inside.
func partnerDue(v gateway.View) time.Time { return board.PartnerDue(v.Request, v.Clocks) }

func names(allowed []verification.Name) []string {
	out := make([]string, len(allowed)) // an empty list is written as one
	for i, n := range allowed {
		out[i] = string(n)
	}
	return out
}

func warnings(in []verification.Warning) []server.Warning {
	var out []server.Warning
	for _, w := range in {
		out = append(out, server.Warning{Pointer: w.Pointer, Code: w.Code})
	}
	return out
}

// utc keeps the zero time zero, which is left out.
func utc(t time.Time) time.Time {
	if t.IsZero() {
		return t
	}
	return t.UTC()
}
