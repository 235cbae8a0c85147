package gateway

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"verigate/internal/canonical"
	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// FollowUp is row 17: a round with a receipt and a due time of its own, by the degree of the request or the floor of what it
// asks. c.Body fits its schema.
func (g *Gateway) FollowUp(ctx context.Context, c Call, id verification.RequestID) (Created, View, error) {
	form, digest, err := canonical.Sum(c.Body)
	if err != nil {
		return Created{}, View{}, invalid("", "not_canonical")
	}
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		more, err := g.followed(v.Request, form)
		if err != nil {
			return nil, err
		}
		r, codes := v.Request, codesOf(more.questions)
		r.Degree = g.floor(r, codes, more.about)
		in := g.round(r, s.At, codes)
		signed, err := g.receipt(id, in, digest)
		return verification.FollowUp{
			Questions: more.questions, Body: form, Identifiers: more.identifiers, Warnings: more.warnings,
			Receipt: signed, DueAt: in.DueAt, Level: more.level, Compartment: more.into, Calendar: in.Calendar,
			Degree: in.Degree,
		}, err
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

// round is the intake of a later round that begins now: a calendar and a promise of its own, under the policy and the
// degree that the request has.
func (g *Gateway) round(r verification.Request, at time.Time, codes []string) verification.Intake {
	in := r.Intake
	campaign, _ := g.Directory().Campaign(r.Campaign)
	in.ReceivedAt, in.Calendar = at, g.calendar(in.Policy, campaign, at)
	in.DueAt = g.rules.Promise(in.Policy, in.Calendar, in.Degree, at, in.PhysicalEvent, codes)
	return in
}

// floor is the degree of a request when it asks for what has those codes, and what was added is about what leads there: never
// slower than a floor, as at the door, nor than it is. It follows the partner's words alone: the compartment into which
// the desk sealed moves no date that the partner sees.
func (g *Gateway) floor(r verification.Request, codes []string, about marking.Compartment) verification.Degree {
	degree, _ := g.rules.Floor(r.Policy, withTheme(codes, about), r.Degree)
	return degree
}

// supplement is what a partner adds to a request after its intake.
type supplement struct {
	questions   []verification.Question
	identifiers []verification.Identifier
	warnings    []verification.Warning
	level       marking.Level            // of the request with it
	marked      marking.Level            // that it states; zero: it states none
	about       marking.Compartment      // where its own matter leads; empty: nowhere
	into        verification.Compartment // where the request goes if that is L3 and it is in none
}

// followed reads a follow-up: the subjects of its questions are its own or those that the request has.
func (g *Gateway) followed(r verification.Request, form json.RawMessage) (supplement, error) {
	more, err := bodyOf(form)
	if err != nil {
		return supplement{}, invalid("", "malformed")
	}
	known, err := subjectsOf(r)
	if err != nil {
		return supplement{}, err
	}
	names := more.names()
	for _, s := range known {
		names = append(names, nameOf(s.fields))
	}
	questions, wrong := more.questions(g.Directory(), names)
	out, err := supplemented(r, more, wrong)
	out.questions = questions
	return out, err
}

// supplemented reads the subjects of a later body as intake does: what nobody could act on refuses, the rest warns, and what
// it is about may raise the level. So may the marking that it states, which lowers nothing by itself. wrong is what is known to be wrong with the body already.
func supplemented(r verification.Request, more body, wrong []Violation) (supplement, error) {
	found, warnings, refused := identifiers(more.Subjects)
	if wrong = append(wrong, refused...); len(wrong) > 0 {
		return supplement{}, &InvalidError{Violations: wrong}
	}
	matter, stated := more.matter(r.Theme), marking.Unmarked
	if more.Handling.Code == "" {
		matter.Handling = marking.Handling{TLP: "CLEAR"} // the request's own marking holds; subjects may raise it
	}
	assessed, err := assess(matter)
	if err != nil {
		return supplement{}, err
	}
	if more.Handling.Code != "" {
		if stated, err = marking.Of(more.Handling); err != nil {
			return supplement{}, fmt.Errorf("read a stated marking: %w", err)
		}
	}
	into := verification.Compartment(assessed.Compartment)
	if into == "" {
		into = defaultCompartment(r)
	}
	return supplement{
		identifiers: found, warnings: warnings, level: marking.Join(r.Level, assessed.Level), marked: stated,
		about: assessed.Compartment, into: into,
	}, nil
}

// Reply is row 7. What it names may raise the degree to its floor. c.Body fits its schema.
func (g *Gateway) Reply(ctx context.Context, c Call, id verification.RequestID) (View, error) {
	form, _, err := canonical.Sum(c.Body)
	if err != nil {
		return View{}, invalid("", "not_canonical")
	}
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		reply, err := bodyOf(form)
		if err != nil {
			return nil, invalid("", "malformed")
		}
		more, err := supplemented(v.Request, reply, nil)
		degree := g.floor(v.Request, codesOf(v.Request.RoundQuestions()), more.about)
		return verification.ReplyToClarification{
			Body: form, Identifiers: more.identifiers, Warnings: more.warnings, Level: more.level, Marked: more.marked,
			Compartment: more.into, Degree: degree, DueAt: g.rules.PromiseAfter(v.Clocks, v.Request, degree, s.At),
		}, err
	})
	return g.view(c, a), err
}

// Reopen is row 22.
func (g *Gateway) Reopen(ctx context.Context, c Call, id verification.RequestID, questions []int) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		in := g.round(v.Request, s.At, codesOf(v.Request.RoundQuestions()))
		_, digest, err := canonical.Sum(bodyOr(c.Body))
		if err != nil {
			return nil, invalid("", "not_canonical")
		}
		signed, err := g.receipt(id, in, digest)
		return verification.Reopen{Questions: questions, Receipt: signed, DueAt: in.DueAt, Calendar: in.Calendar}, err
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
		if floor, _ := g.rules.Floor(v.Request.Policy, codes, cmd.Degree); floor != cmd.Degree {
			return nil, invalid("/degree", "below_floor")
		}
		cmd.DueAt = g.rules.PromiseAfter(v.Clocks, v.Request, cmd.Degree, s.At)
		return cmd, nil
	})
	return g.view(c, a), err
}

// Extend is row 24. A promise that was paused while the partner was asked is due later than was first promised, and one that
// is paused now moves with the wait: the new date must be later than what that makes of it by now.
func (g *Gateway) Extend(ctx context.Context, c Call, id verification.RequestID, cmd verification.Extend) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		if due := g.rules.PromiseAt(v.Clocks, s.At); !due.IsZero() && !cmd.DueAt.After(due) {
			return nil, &verification.Refusal{
				Code: verification.NotLater, Reason: "an extension promises a later time than the promise has by now, the wait for the partner counted in",
			}
		}
		return cmd, nil
	})
	return g.view(c, a), err
}

// Repin moves the request to other versions of the policy and the calendar; what is not named: the current one, a
// round that began in the peak of its campaign staying around the clock.
func (g *Gateway) Repin(ctx context.Context, c Call, id verification.RequestID, cmd verification.RepinPolicy) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		pin := cmd
		if pin.Policy == "" {
			pin.Policy = sla.PolicyVersion
		}
		if pin.Calendar == "" {
			campaign, _ := g.Directory().Campaign(v.Request.Campaign)
			pin.Calendar = g.calendar(pin.Policy, campaign, v.Request.RoundAt)
		}
		if g.rules.Check(pin.Policy, pin.Calendar) != nil {
			return nil, invalid("/policy", "unknown_value")
		}
		return pin, nil
	})
	return g.view(c, a), err
}
