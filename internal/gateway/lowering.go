package gateway

import (
	"context"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// LowerLevel is row 30. What the matter demands however it is marked, and what its partner marked it with, are read from the
// bodies that guard the append. Lists follow as the record is followed: until then they go on hiding what was sealed.
func (g *Gateway) LowerLevel(ctx context.Context, c Call, id verification.RequestID, cmd verification.LowerLevel) (View, error) {
	a, err := g.act(ctx, c, id, func(v View, _ verification.Stamp) (verification.Command, error) {
		matter, err := wholeMatter(v.Request)
		if err != nil {
			return nil, err
		}
		cmd.Floor = highest(marking.Floors(matter))
		if matter.Handling.Code != "" {
			cmd.Marked, err = marking.Of(matter.Handling)
		}
		return cmd, err
	})
	return g.view(c, a), err
}

// Floors are what the level does not fall below, whatever is agreed to: what the matter demands, with the pointers left out
// of a matter of several bodies, and what units marked.
func (v View) Floors() ([]marking.Reason, error) {
	matter, err := wholeMatter(v.Request)
	if err != nil {
		return nil, err
	}
	var out []marking.Reason
	known := map[string]bool{}
	for _, f := range marking.Floors(matter) {
		if !known[f.Code] {
			out = append(out, marking.Reason{Code: f.Code, Level: f.Level})
		}
		known[f.Code] = true
	}
	if level := v.Request.MarkedByUnits(); level > marking.Unmarked {
		out = append(out, marking.Reason{Code: "unit_fact", Level: level})
	}
	return out, nil
}

// wholeMatter is the matter of a request with all that its partner said since: the marking is that with which it came.
func wholeMatter(r verification.Request) (marking.Matter, error) {
	m := marking.Matter{Theme: r.Theme}
	bodies := [][]byte{r.Body}
	for _, f := range r.FollowUps {
		bodies = append(bodies, f.Body)
	}
	for _, c := range r.Replied {
		bodies = append(bodies, c.Reply)
	}
	for i, form := range bodies {
		if len(form) == 0 {
			continue
		}
		b, err := bodyOf(form)
		if err != nil {
			return m, err
		}
		of := b.matter(r.Theme)
		if i == 0 {
			m.Handling = of.Handling
		}
		m.Subjects, m.QuestionCodes = append(m.Subjects, of.Subjects...), append(m.QuestionCodes, of.QuestionCodes...)
	}
	return m, nil
}

// highest is the one of the highest level, the first of several; the zero value of none.
func highest(reasons []marking.Reason) marking.Reason {
	var out marking.Reason
	for _, r := range reasons {
		if r.Level > out.Level {
			out = r
		}
	}
	return out
}
