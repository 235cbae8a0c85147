package story

import (
	"errors"
	"slices"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/demo"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type welcome struct {
	site.Frame
	By    string // the time of day by which the story's request is to be answered, a day from now
	Roles []site.Choice
	More  []site.Choice
	Board board
}

// promise is within what an urgent request such as the story's is to be answered.
const promise = 24 * time.Hour

// Welcome is the first page.
func (s Story) Welcome(v *site.Visit) error {
	b, err := s.rows(v)
	if err != nil {
		return err
	}
	frame := v.Frame("story.title")
	frame.Scripts = []string{"story.js"}
	return v.Show("story", welcome{
		Frame: frame, By: v.Language.Clock(v.Now.Add(promise)),
		Roles: v.Choices("enter", "partner:NG", "unit:03", "desk:1", "desk:2", "lead", "auditor"),
		More:  v.Choices("enter", "unit_lead:03", "keeper", "supervisor"),
		Board: b,
	})
}

// board is the desk's board for whoever looks at the first page.
type board struct {
	Rows   []row
	Sealed int  // requests beside them, of which only their keeper knows
	Away   bool // it cannot be read now
	Since  text.Moment
}

type row struct {
	ID, Number, Degree string
	Partner            string
	State, Why         string
	Remark             string // in the words of whoever made it
	Waiting            string
	Due                site.Due
}

// board shows the rows alone: the page asks for them again every few seconds.
func (s Story) board(v *site.Visit) error {
	b, err := s.rows(v)
	if err != nil {
		return err
	}
	return v.Show("story/board", b)
}

func (s Story) rows(v *site.Visit) (board, error) {
	b := board{Since: v.Moment(s.play.Since())}
	read, err := s.play.Board(v.Context())
	if errors.Is(err, demo.ErrNoBoard) {
		b.Away = true
		return b, nil
	}
	if err != nil {
		return b, err
	}
	b.Sealed = read.Sealed
	const shown = 11 // beside the twelfth; more stand on the board itself
	for _, r := range read.Rows[:min(len(read.Rows), shown)] {
		b.Rows = append(b.Rows, rowOf(v, r))
	}
	return b, nil
}

func rowOf(v *site.Visit, r demo.BoardRow) row {
	out := row{
		ID: r.ID, Number: r.Number, Degree: string(r.Degree), Partner: v.Partner(r.Partner), State: v.Word("state", r.State),
		Waiting: waiting(v, r.WaitingOn), Due: v.Due(r.DueAt),
	}
	late := slices.IndexFunc(r.View.Breaches, func(b client.BreachView) bool { return b.Cause.Code != "" && b.Annulled.Code == "" })
	held := slices.IndexFunc(r.View.Tasks, func(t client.Task) bool { return t.State == client.TaskStateOnHold })
	switch {
	case late >= 0:
		cause := r.View.Breaches[late].Cause
		out.Why, out.Remark = v.T("story.late_because", "cause", v.Word("breach_cause", cause.Code)), cause.Text
	case r.View.State == client.RequestStateClarifying:
		out.Why = v.Word("clarification", r.View.Clarification.Code)
	case held >= 0:
		code := r.View.Tasks[held].Hold.Code
		out.Why, out.Waiting = v.Word("hold", code), v.Word("waiting_on", code)
	case r.View.State == client.RequestStateInReview && r.View.Package.Version > 0:
		out.Why = v.T("story.second_reviewer")
	case r.View.Status == client.PartnerStatusPartlyAnswered:
		out.Why = v.Word("status", string(r.View.Status))
	case r.View.State == client.RequestStateWithUnits:
		out.Why = taken(v, r.View)
	}
	return out
}

// waiting says whom a clock is charged to: "Đơn vị 03"; nothing when it is everybody.
func waiting(v *site.Visit, who string) string {
	kind, code, _ := strings.Cut(who, ":")
	switch kind {
	case "all", "":
		return ""
	case "unit":
		return v.T("story.unit", "code", code)
	case "agency":
		return v.Word("agency", code)
	}
	return v.Word("waiting_on", kind)
}

// taken says how far the units are.
func taken(v *site.Visit, r client.StaffView) string {
	done := 0
	for _, t := range r.Tasks {
		if t.State != client.TaskStateQueued {
			done++
		}
	}
	return v.T("story.taken", "done", done, "all", len(r.Tasks))
}
