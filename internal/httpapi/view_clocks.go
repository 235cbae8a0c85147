package httpapi

import (
	"fmt"
	"time"

	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// clocksView is every clock of a request, oldest first, each with its arithmetic.
func (e *edge) clocksView(v gateway.View, decisions []verification.Decision) (server.Clocks, error) {
	explained, err := e.Gateway.Rules.Explain(decisions, v.Now)
	if err != nil {
		return server.Clocks{}, fmt.Errorf("explain the clocks of a request: %w", err)
	}
	view := server.Clocks{Clocks: make([]server.ClockView, len(explained))} // an empty list is written as one
	for i, x := range explained {
		view.Clocks[i] = e.clockView(x.Clock, v)
		view.Clocks[i].Explanation = explanationView(x)
	}
	return view, nil
}

func (e *edge) clockView(c sla.Clock, v gateway.View) server.ClockView {
	rules := e.Gateway.Rules
	view := server.ClockView{
		Name: server.ClockName(c.Name), Task: string(c.Task), Round: c.Round, ChargedTo: c.ChargedTo,
		State: clockState(c, v), StartedAt: utc(c.StartedAt), StoppedAt: utc(c.StoppedAt), DueAt: utc(c.DueAt),
		Limit: wholeSeconds(c.Limit), Used: wholeSeconds(rules.Used(c, v.Now)),
		Paused: wholeSeconds(rules.Paused(c, v.Now)), Squeezed: c.Squeezed, PromiseAlreadyBroken: c.PromiseAlreadyBroken,
	}
	for _, s := range rules.Segments(c, v.Now) {
		view.Segments = append(view.Segments, server.ClockViewSegment{
			From: s.From.UTC(), To: utc(s.To), Counts: s.Counts, Cause: s.Cause, ChargedTo: s.ChargedTo,
		})
	}
	return view
}

// wholeSeconds writes a duration without the part of a second that it has begun.
func wholeSeconds(d time.Duration) string { return sla.FormatDuration(d.Truncate(time.Second)) }

// clockState: a clock that counts beyond its due is late; one that has stopped or is paused stays what it is.
func clockState(c sla.Clock, v gateway.View) server.ClockViewState {
	if c.State == sla.Running && c.Late(v.Now) {
		return "late"
	}
	return server.ClockViewState(c.State)
}

// historyView is who did what and when, without content.
func historyView(happenings []gateway.Happening) server.History {
	view := server.History{Items: make([]server.HistoryItem, len(happenings))} // an empty list is written as one
	for i, h := range happenings {
		view.Items[i] = server.HistoryItem{
			Version: int(h.Version), At: h.At.UTC(), Who: string(h.By.Person), Role: roleOf(h.By), Unit: string(h.By.Unit), //nolint:gosec // a count of messages
			Command: string(h.Command), Events: h.Kinds,
		}
	}
	return view
}

// roleOf writes the roles of an actor in the contract's words: "desk", "desk,lead".
func roleOf(a verification.Actor) string { return rolesWritten(a.Roles) }
