package httpapi

import (
	"encoding/json"
	"fmt"
	"time"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/directory"
	"verigate/internal/gateway"
	"verigate/internal/verification"
)

// boardRow is a row of the board.
func boardRow(r board.Row, now time.Time) server.BoardRow {
	row := server.BoardRow{
		Row: "request", ID: string(r.ID), Number: r.Number, Kind: string(r.Kind), State: string(r.State),
		Status: server.PartnerStatus(r.Status), Partner: string(r.Partner), Units: each[string](r.Units), Campaign: r.Campaign,
		Degree: server.Degree(r.Degree), SuggestedDegree: server.Degree(r.Suggested), Level: server.Level(r.Level.String()),
		Clock: r.Clock, DueAt: utc(r.DueAt), TotalDueAt: utc(r.TotalDueAt), Overdue: r.Overdue(now),
		WaitingOn: r.WaitingOn, Holder: string(r.Holder), ReceivedAt: utc(r.ReceivedAt), Round: r.Round, Questions: r.Questions,
		Flags: each[server.BoardFlag](r.Flags), WaitsForReviewerSince: utc(r.WaitsSince), CallPromisedAt: utc(r.CallAt), Breaches: r.Breaches, UpdatedAt: r.UpdatedAt.UTC(),
		EscalatedTo: server.Rung(r.EscalatedTo), EscalatedClock: server.ClockName(r.EscalatedClock), StepReached: r.StepReached,
		Excluded: excluded(r.Excluded),
	}
	return row
}

// excluded is who must not know of a request. Only who may is shown it: to those it names nothing of the request is there.
func excluded(x verification.Exclusion) server.Excluded {
	return server.Excluded{Units: each[string](x.Units), Persons: each[string](x.Persons)}
}

// noticeView is a notice: which clock of which task, how far, who was told, and what ended it.
func noticeView(n board.NoticeRow) server.Notice {
	return server.Notice{
		ID: n.ID, Request: string(n.Request), Number: n.Number, Kind: server.NoticeKind(n.Kind()),
		Clock: server.ClockName(n.Step.Clock), Step: n.Step.Percent, Round: n.Step.Round, Promise: n.Step.Promise,
		Told: each[server.Rung](n.Told), ChargedTo: n.ChargedTo, Task: string(n.Step.Task), Unit: string(n.Unit),
		At: n.At.UTC(), ReachedAt: n.Step.DueAt.UTC(), DueAt: n.DueAt.UTC(), Breach: n.Breach,
		CauseDueAt: utc(n.CauseDueAt), Open: n.Open(), SettledAt: utc(n.Settled.At),
		SettledBy: server.NoticeSettledBy(n.Settled.By),
	}
}

// milestoneView is something that a briefing counts.
func milestoneView(m board.MilestoneRow) server.Milestone {
	return server.Milestone{
		Kind: server.MilestoneKind(m.Kind), N: m.N, At: m.At.UTC(), Request: string(m.Request), Number: m.Number, State: string(m.State),
		Degree: server.Degree(m.Degree), Partner: string(m.Partner), PromisedAt: utc(m.PromisedAt), InTime: m.InTime(),
		Clock: server.ClockName(m.Clock), DueAt: utc(m.DueAt), Unit: string(m.Unit), Cause: m.Cause,
	}
}

// counters are the board's tiles; the first page has them.
func counters(c *board.Counters) server.BoardCounters {
	if c == nil {
		return server.BoardCounters{}
	}
	view := server.BoardCounters{
		Open: c.Open, Unrouted: c.Unrouted, Overdue: c.Overdue, ByDegree: map[string]int{}, ByState: map[string]int{},
	}
	for degree, n := range c.ByDegree {
		view.ByDegree[string(degree)] = n
	}
	for state, n := range c.ByState {
		view.ByState[string(state)] = n
	}
	return view
}

// queueItem is an item of a unit's queue: due times, no content.
func queueItem(q board.QueueItem) server.QueueItem {
	return server.QueueItem{
		Task: string(q.Task), Request: string(q.Request), Number: q.Number, Kind: server.QueueItemKind(q.Kind),
		State: server.TaskState(q.State), Degree: server.Degree(q.Degree), Questions: q.Questions,
		AcceptDueAt: utc(q.AcceptDueAt), AnswerDueAt: utc(q.AnswerDueAt), ActionDueAt: utc(q.ActionDueAt),
		InterimDueAt: utc(q.InterimDueAt), Hold: q.Hold, Unconfirmed: q.Unconfirmed, Officers: each[string](q.Officers), UpdatedAt: utc(q.UpdatedAt),
	}
}

// requestRow is a row of a partner's own list.
func requestRow(r board.PartnerRow) server.RequestRow {
	return server.RequestRow{
		ID: string(r.ID), Number: r.Number, Kind: server.RequestKind(r.Kind), Status: server.PartnerStatus(r.Status),
		Round: r.Round, Degree: server.Degree(r.Degree), OwnReference: r.OwnReference, ReceivedAt: utc(r.ReceivedAt),
		DueAt: utc(r.DueAt), UpdatedAt: utc(r.UpdatedAt), Unread: r.Unread,
	}
}

// consentView is an ask as its originator sees it: the words of the facts, neither request nor recipient, and no id of
// a fact, which the recipient sees too.
func consentView(c gateway.ConsentView) (server.ConsentView, error) {
	view := server.ConsentView{
		ID: c.ID, State: server.ConsentViewState(c.State), Text: c.Text, AskedAt: c.At.UTC(), DueAt: utc(c.DueAt),
		DecidedAt: utc(c.DecidedAt), Conditions: c.Conditions,
	}
	for _, f := range c.Texts {
		fact := server.ConsentViewFact{Language: f.Language, Text: f.Text}
		var err error
		if fact.Handling, err = markedBefore(f.Handling); err != nil {
			return view, err
		}
		view.Facts = append(view.Facts, fact)
	}
	if c.Decidable() {
		view.Allowed = []string{string(verification.NameDecideConsent)}
	}
	return view, nil
}

// markedBefore is of the marking of a fact what its originator wrote on it. What we made of it (our own levels, the theme, who
// is not to be alerted, whom it may go on to) could tell in what kind of case it lies.
func markedBefore(raw json.RawMessage) (server.Handling, error) {
	var h server.Handling
	if len(raw) == 0 {
		return h, nil
	}
	if err := json.Unmarshal(raw, &h); err != nil {
		return h, fmt.Errorf("read a kept marking: %w", err)
	}
	return server.Handling{
		Code: h.Code, Codes: h.Codes, Text: h.Text, TLP: h.TLP, InterpolLevel: h.InterpolLevel, MarkingVerbatim: h.MarkingVerbatim, Caveats: h.Caveats,
	}, nil
}

// candidatesView is what routing is decided from. Units have the names of the day on which it is asked.
func candidatesView(c gateway.Candidates, units *directory.Directory, on time.Time) server.Candidates {
	view := server.Candidates{
		Items: make([]server.CandidatesItem, len(c.Units)), Twins: make([]server.CandidatesTwin, len(c.Twins)),
		Rule: server.CandidatesRule{MayRoute: c.Rule.OK, Code: string(c.Rule.Why)},
	}
	for i, u := range c.Units {
		item := server.CandidatesItem{Unit: u.Unit, Questions: listed(u.Questions), Reasons: []server.CandidatesItemReason{}}
		if unit, ok := units.Unit(u.Unit, on); ok {
			item.NameVi, item.NameEn = unit.NameVI, unit.NameEN
		}
		for _, r := range u.Reasons {
			item.Reasons = append(item.Reasons, server.CandidatesItemReason{Pointer: r.Pointer, Code: r.Kind, Note: r.Note})
		}
		view.Items[i] = item
	}
	for i, t := range c.Twins {
		view.Twins[i] = server.CandidatesTwin{
			ID: string(t.ID), Number: t.Number, SamePartner: t.SamePartner, Barred: string(t.Barred), Identifiers: listed(t.Identifiers),
		}
	}
	return view
}

// listed writes no items as an empty list.
func listed[T any](in []T) []T {
	if in == nil {
		return []T{}
	}
	return in
}
