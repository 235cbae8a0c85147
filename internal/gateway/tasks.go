package gateway

import (
	"context"
	"encoding/json"
	"slices"
	"strconv"
	"time"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// UnitAnswer is a unit's answer, question by question.
type UnitAnswer struct {
	Final     bool
	Questions []verification.QuestionAnswer // facts without ids and levels
}

// DoTask gives a command on a task that carries everything it needs. The request is found from the task's id.
func (g *Gateway) DoTask(ctx context.Context, c Call, task verification.TaskID, cmd verification.Command) (View, error) {
	id, ok := task.Request()
	if !ok {
		return View{}, ErrHidden
	}
	a, err := g.act(ctx, c.onTask(task), id, just(cmd))
	return g.view(c, a), err
}

// AnswerTask gives facts their ids, which come out the same when the answer is repeated, and their levels: a fact
// that is marked higher raises the request. What the caller had as a draft is sent with it and thrown away; where that
// fails the draft is found again, and lives out its time.
func (g *Gateway) AnswerTask(ctx context.Context, c Call, task verification.TaskID, answer UnitAnswer) (View, error) {
	id, ok := task.Request()
	if !ok {
		return View{}, ErrHidden
	}
	a, err := g.act(ctx, c.onTask(task), id, func(v View, s verification.Stamp) (verification.Command, error) {
		questions, level, err := g.marked(v.Request, s, answer)
		if err != nil {
			return nil, err
		}
		cmd := verification.AnswerTask{Task: task, Final: answer.Final, Questions: questions, Level: level}
		if level.Sealed() {
			cmd.Compartment = defaultCompartment(v.Request) // below L3 a request lies in none
		}
		return cmd, nil
	})
	if err == nil {
		_ = g.Book.Drop(ctx, draftKey(c, task)) // the answer is taken, whatever becomes of this
	}
	return g.view(c, a), err
}

func (g *Gateway) marked(r verification.Request, s verification.Stamp, answer UnitAnswer) ([]verification.QuestionAnswer, marking.Level, error) {
	questions, level := slices.Clone(answer.Questions), r.Level
	for i, qa := range questions {
		at := "/questions/" + strconv.Itoa(i)
		if asked, ok := r.Question(qa.N); ok && qa.Outcome != "" && !g.hasOutcome(asked.Code, qa.Outcome) {
			return nil, level, invalid(at+"/outcome", "unknown_value")
		}
		facts := slices.Clone(qa.Facts)
		for j, f := range facts {
			own, err := factLevel(f.Handling)
			if err != nil {
				return nil, level, invalid(at+"/facts/"+strconv.Itoa(j)+"/handling", "above_ceiling")
			}
			facts[j].ID, facts[j].Level = g.Identity.fact(s.Command, qa.N, j), marking.Join(r.Level, own)
			level = marking.Join(level, own)
		}
		questions[i].Facts = facts
	}
	return questions, level, nil
}

func factLevel(handling json.RawMessage) (marking.Level, error) {
	if len(handling) == 0 {
		return marking.Unmarked, nil
	}
	var h marking.Handling
	if err := json.Unmarshal(handling, &h); err != nil {
		return marking.Unmarked, err
	}
	return marking.Of(h)
}

func (g *Gateway) hasOutcome(code, outcome string) bool {
	t, ok := g.Directory().Type(code)
	return ok && slices.Contains(t.Outcomes, outcome)
}

// defaultCompartment is where a request goes when it is raised to L3 and is in none.
func defaultCompartment(r verification.Request) verification.Compartment {
	b, err := bodyOf(r.Body)
	if err != nil {
		return verification.Compartment(marking.GeneralL3)
	}
	return verification.Compartment(marking.DefaultCompartment(b.matter(r.Theme)))
}

// Forward passes questions to another unit, which must exist that day.
func (g *Gateway) Forward(ctx context.Context, c Call, cmd verification.ForwardTask) (View, error) {
	id, ok := cmd.Task.Request()
	if !ok {
		return View{}, ErrHidden
	}
	a, err := g.act(ctx, c.onTask(cmd.Task), id, func(v View, s verification.Stamp) (verification.Command, error) {
		if !g.unitValid(cmd.Unit, s.At) {
			return nil, invalid("/unit", "unknown_value")
		}
		if err := g.officersExist(cmd.Officers, cmd.Unit, "/officers"); err != nil {
			return nil, err
		}
		if v.Request.Level.Sealed() && len(cmd.Officers) == 0 {
			cmd.Officers = g.officers(cmd.Unit, s.At)
		}
		return cmd, nil
	})
	return g.view(c, a), err
}

func (g *Gateway) unitValid(code verification.UnitCode, on time.Time) bool {
	_, ok := g.Directory().Unit(string(code), on)
	return ok
}

// officers are the readers at a unit of a sealed task that names none: the focal point. Without one it is the duty
// post, whose persons the authoriser knows.
func (g *Gateway) officers(unit verification.UnitCode, on time.Time) []verification.PersonID {
	if f, ok := g.Directory().FocalPoint(string(unit), on); ok {
		return []verification.PersonID{verification.PersonID(f.Person)}
	}
	return nil
}

// Routing is how the desk routes (row 4). All circulates information to every department valid that day but those that
// are excluded.
type Routing struct {
	All         bool
	Assignments []verification.Assignment
	Exclude     verification.Exclusion
}

// Route is row 4.
func (g *Gateway) Route(ctx context.Context, c Call, id verification.RequestID, r Routing) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		cmd := verification.Route{Exclude: r.Exclude}
		if r.All {
			cmd.Assignments = g.everyDepartment(s.At, v.Request.Excluded, r.Exclude)
			return cmd, nil
		}
		for i, a := range r.Assignments {
			if !g.unitValid(a.Unit, s.At) {
				return nil, invalid("/assignments/"+strconv.Itoa(i)+"/unit", "unknown_value")
			}
			if err := g.officersExist(a.Officers, a.Unit, "/assignments/"+strconv.Itoa(i)+"/officers"); err != nil {
				return nil, err
			}
			if v.Request.Level.Sealed() && len(a.Officers) == 0 {
				a.Officers = g.officers(a.Unit, s.At)
			}
			cmd.Assignments = append(cmd.Assignments, a)
		}
		return cmd, nil
	})
	return g.view(c, a), err
}

// everyDepartment has a task for each department valid that day that no exclusion names.
func (g *Gateway) everyDepartment(on time.Time, excluded ...verification.Exclusion) []verification.Assignment {
	var out []verification.Assignment
	for _, u := range g.Directory().Departments(on) {
		unit := verification.UnitCode(u.Code)
		if !slices.ContainsFunc(excluded, func(x verification.Exclusion) bool { return slices.Contains(x.Units, unit) }) {
			out = append(out, verification.Assignment{Unit: unit})
		}
	}
	return out
}

// Duplicate is row 5. The twin is read as its own object, authorised for the same caller.
func (g *Gateway) Duplicate(ctx context.Context, c Call, id, of verification.RequestID) (View, error) {
	twin, err := g.load(ctx, of)
	if err != nil {
		return View{}, err
	}
	if err := g.authorise(ctx, c, twin); err != nil {
		return View{}, err
	}
	return g.Do(ctx, c, id, verification.MarkDuplicate{Of: twin.request.Twin()})
}

// AskPartner is row 6; without a date the partner has until the limit of the clarification.
func (g *Gateway) AskPartner(ctx context.Context, c Call, id verification.RequestID, cmd verification.AskPartner) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, s verification.Stamp) (verification.Command, error) {
		switch {
		case !cmd.ReplyBy.IsZero() && !cmd.ReplyBy.After(s.At):
			return nil, invalid("/reply_by", "out_of_range")
		case cmd.ReplyBy.IsZero():
			cmd.ReplyBy = g.rules.ReplyBy(v.Request.Policy, v.Request.Calendar, v.Request.Degree, s.At)
		}
		return cmd, nil
	})
	return g.view(c, a), err
}
