package gateway

import (
	"context"
	"time"

	"verigate/internal/directory"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// Get returns one request as the caller may see it, from the record.
func (g *Gateway) Get(ctx context.Context, c Call, id verification.RequestID) (View, error) {
	a, err := g.load(ctx, id)
	if err != nil {
		return View{}, err
	}
	if err := g.authorise(ctx, c, a); err != nil {
		return View{}, err
	}
	return g.view(c, a), nil
}

// Task returns one task with its request. A task that the caller may not see is as absent.
func (g *Gateway) Task(ctx context.Context, c Call, id verification.TaskID) (View, verification.Task, error) {
	request, ok := id.Request()
	if !ok {
		return View{}, verification.Task{}, ErrHidden
	}
	view, err := g.Get(ctx, c.onTask(id), request)
	if err != nil {
		return View{}, verification.Task{}, err
	}
	task, ok := view.Request.Task(id)
	if !ok {
		return View{}, verification.Task{}, ErrHidden
	}
	return view, task, nil
}

// Decided returns one request as Get does, with the decisions that it was folded from, oldest first.
func (g *Gateway) Decided(ctx context.Context, c Call, id verification.RequestID) (View, []verification.Decision, error) {
	view, err := g.Get(ctx, c, id)
	if err != nil {
		return View{}, nil, err
	}
	return g.decided(ctx, view)
}

// DecidedTask is Decided for whoever may see a task of it.
func (g *Gateway) DecidedTask(ctx context.Context, c Call, id verification.TaskID) (View, []verification.Decision, error) {
	view, _, err := g.Task(ctx, c, id)
	if err != nil {
		return View{}, nil, err
	}
	return g.decided(ctx, view)
}

// decided reads what a view was folded from.
func (g *Gateway) decided(ctx context.Context, view View) (View, []verification.Decision, error) {
	entries, err := g.Requests.Read(ctx, record.Request(string(view.Request.ID)))
	if err != nil {
		return View{}, nil, unavailable("read what was decided", err)
	}
	out := make([]verification.Decision, 0, len(entries))
	for _, e := range entries {
		if e.Version < view.Request.Version && e.Content != record.Erased { // others may have decided more meanwhile
			out = append(out, e.Decision)
		}
	}
	return view, out, nil
}

// Happening is one decision as the history shows it: who did what, when; no content.
type Happening struct {
	Version uint64
	At      time.Time
	By      verification.Actor
	Command verification.CommandID
	Kinds   []string
	Pulled  []int // versions that were read for the first time
}

// History lists the decisions of a request, oldest first.
func (g *Gateway) History(ctx context.Context, c Call, id verification.RequestID) ([]Happening, error) {
	if _, err := g.Get(ctx, c, id); err != nil {
		return nil, err
	}
	entries, err := g.Requests.Read(ctx, record.Request(string(id)))
	if err != nil {
		return nil, unavailable("read a history", err)
	}
	out := make([]Happening, 0, len(entries))
	for _, e := range entries {
		h := Happening{Version: e.Version + 1, Kinds: e.Kinds}
		if e.Content != record.Erased {
			h.At, h.By, h.Command = e.Decision.At, e.Decision.By, e.Decision.Command
			h.Pulled = pulled(e.Decision.Events)
		}
		out = append(out, h)
	}
	return out, nil
}

func pulled(events []verification.Event) []int {
	var out []int
	for _, e := range events {
		if p, ok := e.(verification.Pulled); ok {
			out = append(out, p.Release)
		}
	}
	return out
}

// Candidates are the units that a request points to, with reasons, whether a rule may route, and its twins.
type Candidates struct {
	Units []directory.Candidate
	Rule  directory.Routing
	Twins []Twin
}

// Twin is another request that names one of the same identifiers.
type Twin struct {
	ID          verification.RequestID
	Number      string
	SamePartner bool
	Barred      verification.Code // with which marking the request as a duplicate of it is refused; empty: it is not
	Identifiers []string          // kinds of identifiers in common
}

// Candidates reads the evidence again under the reference data of the day on which it is asked, as routing will: since
// the round began a department may have been followed by a region. Twins are looked up by blind indexes and filtered
// before they are told: a match with what the caller may not see is no match.
func (g *Gateway) Candidates(ctx context.Context, c Call, id verification.RequestID) (Candidates, View, error) {
	view, err := g.Get(ctx, c, id)
	if err != nil {
		return Candidates{}, view, err
	}
	r := view.Request
	var out Candidates
	if len(r.Body) > 0 {
		evidence, err := evidenceOf(r)
		if err != nil {
			return out, view, unavailable("read the evidence of a request", err)
		}
		out.Units = g.Directory().Candidates(evidence, view.Now)
		out.Rule = g.Directory().Route(evidence, r.Level.Sealed(), view.Now)
	}
	out.Twins, err = g.twins(ctx, c, r)
	return out, view, err
}
