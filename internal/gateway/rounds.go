package gateway

import (
	"context"
	"encoding/json"

	"verigate/internal/canonical"
	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// FollowUp is row 17: a round with a receipt and a due time of its own. c.Body fits its schema.
func (g *Gateway) FollowUp(ctx context.Context, c Call, id verification.RequestID) (Created, View, error) {
	form, digest, err := canonical.Sum(c.Body)
	if err != nil {
		return Created{}, View{}, invalid("", "not_canonical")
	}
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		questions, level, into, err := g.followed(v.Request, form)
		if err != nil {
			return nil, err
		}
		r := v.Request
		in := r.Intake
		in.ReceivedAt = s.At
		in.DueAt = g.rules.Promise(r.Policy, r.Calendar, r.Degree, s.At, r.PhysicalEvent, codesOf(questions))
		signed, err := g.receipt(id, in, digest)
		return verification.FollowUp{Questions: questions, Body: form, Receipt: signed, DueAt: in.DueAt, Level: level, Compartment: into}, err
	})
	if err != nil {
		return Created{}, View{}, err
	}
	stamp, err := g.stamp(c, id)
	if err != nil {
		return Created{}, View{}, err
	}
	created := a.commands[stamp.Command].created
	if created == nil {
		return Created{}, View{}, ErrGone
	}
	return *created, g.view(c, a), nil
}

// followed reads the questions of a follow-up: their subjects are its own or those of the request. It returns also the
// level that they raise the request to and the compartment that it would go to.
func (g *Gateway) followed(r verification.Request, form json.RawMessage) ([]verification.Question, marking.Level, verification.Compartment, error) {
	var first, more body
	if err := json.Unmarshal(form, &more); err != nil {
		return nil, r.Level, "", invalid("", "malformed")
	}
	if len(r.Body) > 0 {
		if err := json.Unmarshal(r.Body, &first); err != nil {
			return nil, r.Level, "", invalid("", "malformed")
		}
	}
	more.Subjects = append(more.Subjects, first.Subjects...)
	questions, wrong := more.questions(g.Directory())
	_, _, refused := identifiers(form)
	if wrong = append(wrong, refused...); len(wrong) > 0 {
		return nil, r.Level, "", &InvalidError{Violations: wrong}
	}
	matter, err := marking.FromBody(form, r.Theme)
	if err != nil {
		return nil, r.Level, "", invalid("/subjects", "malformed")
	}
	matter.Handling = marking.Handling{TLP: "CLEAR"} // the request's own marking holds; subjects may raise it
	assessed, err := marking.Assess(matter)
	if err != nil {
		return nil, r.Level, "", invalid("/subjects", "unknown_value")
	}
	into := verification.Compartment(assessed.Compartment)
	if into == "" {
		into = defaultCompartment(r)
	}
	return questions, marking.Join(r.Level, assessed.Level), into, nil
}

// Reopen is row 22.
func (g *Gateway) Reopen(ctx context.Context, c Call, id verification.RequestID, questions []int) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		r := v.Request
		due := g.rules.Promise(r.Policy, r.Calendar, r.Degree, s.At, r.PhysicalEvent, codesOf(r.RoundQuestions()))
		in := r.Intake
		in.ReceivedAt, in.DueAt = s.At, due
		_, digest, err := canonical.Sum(bodyOr(c.Body))
		if err != nil {
			return nil, invalid("", "not_canonical")
		}
		signed, err := g.receipt(id, in, digest)
		return verification.Reopen{Questions: questions, Receipt: signed, DueAt: due}, err
	})
	return g.view(c, a), err
}

func bodyOr(body []byte) []byte {
	if len(body) == 0 {
		return []byte("{}")
	}
	return body
}

// ChangeDegree is row 27: a new promise from now, never later than the old one when it is raised. The floors of the
// types bind here as at the door.
func (g *Gateway) ChangeDegree(ctx context.Context, c Call, id verification.RequestID, cmd verification.ChangeDegree) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		codes := withTheme(codesOf(v.Request.RoundQuestions()), marking.Compartment(v.Request.Compartment))
		if floor, _ := g.rules.Floor(codes, cmd.Degree); floor != cmd.Degree {
			return nil, invalid("/degree", "below_floor")
		}
		cmd.DueAt = g.rules.PromiseAfter(v.Clocks, v.Request, cmd.Degree, s.At)
		return cmd, nil
	})
	return g.view(c, a), err
}

// Extend is row 24. A promise that was paused while the partner was asked is due later than was first promised: the
// new date must be later than that.
func (g *Gateway) Extend(ctx context.Context, c Call, id verification.RequestID, cmd verification.Extend) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		if total, ok := v.Clocks.Find(sla.Total, ""); ok && total.State != sla.Stopped && !cmd.DueAt.After(total.DueAt) {
			return nil, &verification.Refusal{Code: verification.NotLater, Reason: "an extension promises a later time than the clock shows now"}
		}
		return cmd, nil
	})
	return g.view(c, a), err
}

// Repin moves the request to other versions of the limits and the calendar; none named: the current ones.
func (g *Gateway) Repin(ctx context.Context, c Call, id verification.RequestID, cmd verification.RepinPolicy) (View, error) {
	if cmd.Policy == "" {
		cmd.Policy = sla.PolicyVersion
	}
	if cmd.Calendar == "" {
		cmd.Calendar = sla.CalendarVersion
	}
	if g.rules.Check(cmd.Policy, cmd.Calendar) != nil {
		return View{}, invalid("/policy", "unknown_value")
	}
	return g.Do(ctx, c, id, cmd)
}
