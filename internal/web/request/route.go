package request

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	"verigate/api/client"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

// route is row 4: the units that were ticked for each question, or those that an information goes to.
func route(v *site.Visit) error {
	in := &input{visit: v}
	body := client.Routing{All: v.Form("all") != "", Note: in.text("note")}
	body.Exclude = client.RoutingExclude{Units: v.Forms("exclude-unit"), Persons: v.Forms("exclude-person")}
	if !body.All {
		body.Assignments = in.assignments()
	}
	if !body.All && len(body.Assignments) == 0 {
		in.flaw("assignments", "required")
	}
	err := in.problem()
	if err == nil {
		err = site.Done(v.API.RouteRequest(v.Context(), in.id(), (*client.RouteRequestParams)(in.once()), body))
	}
	return after(v, err, verification.NameRoute)
}

// after goes on to the request, or shows triage again with what was typed.
func after(v *site.Visit, err error, name verification.Name) error {
	if p, refused := site.Refused(err); refused {
		return triagePage(v, &sent{command: name, problem: p})
	}
	if err != nil {
		return err
	}
	return v.GoSaying("/requests/"+v.Param("id"), string(name))
}

// assignments gathers what was chosen by unit: unit-<n> and other-<n> name the units of question n, unit those of an
// information.
func (in *input) assignments() []client.RoutingAssignment {
	var units []string
	questions := map[string][]int{}
	add := func(unit string, n int) {
		if unit == "" {
			return
		}
		if !slices.Contains(units, unit) {
			units = append(units, unit)
		}
		if n > 0 && !slices.Contains(questions[unit], n) {
			questions[unit] = append(questions[unit], n)
		}
	}
	for _, unit := range in.visit.Forms("unit") {
		add(unit, 0)
	}
	for _, n := range in.asked("unit-", "other-") {
		for _, unit := range slices.Concat(in.visit.Forms("unit-"+itoa(n)), in.visit.Forms("other-"+itoa(n))) {
			add(unit, n)
		}
	}
	out := make([]client.RoutingAssignment, len(units))
	for i, unit := range units {
		slices.Sort(questions[unit])
		out[i] = client.RoutingAssignment{Unit: unit, Questions: questions[unit]}
	}
	return out
}

// asked are the numbers of the questions of which fields with these names were sent, in order.
func (in *input) asked(prefixes ...string) []int {
	var all []int
	for name := range in.visit.Request.PostForm {
		for _, prefix := range prefixes {
			number, found := strings.CutPrefix(name, prefix)
			if n, err := strconv.Atoi(number); found && err == nil && n > 0 && !slices.Contains(all, n) {
				all = append(all, n)
			}
		}
	}
	slices.Sort(all)
	return all
}

// answerAtDesk is row 4b: what the desk says itself to the questions for which a result was chosen.
func answerAtDesk(v *site.Visit) error {
	in := &input{visit: v}
	_ = v.Form("key") // reads the form
	var body client.DeskAnswers
	for _, n := range in.asked("result-") {
		at := itoa(n)
		if v.Form("result-"+at) == "" {
			continue
		}
		body.Questions = append(body.Questions, client.DeskAnswersQuestion{
			N: n, Result: client.DeskAnswersQuestionResult(v.Form("result-" + at)), Code: client.ResultCode(v.Form("code-" + at)),
			Channel: client.ProperChannel(v.Form("channel-" + at)), Text: in.text("text-" + at),
		})
	}
	var err error
	if len(body.Questions) == 0 {
		err = &site.Problem{Problem: client.Problem{
			Status: http.StatusUnprocessableEntity, Code: "invalid_body", Errors: []client.ProblemError{{Pointer: "/questions", Code: "required"}},
		}}
	} else {
		err = site.Done(v.API.AnswerQuestions(v.Context(), in.id(), (*client.AnswerQuestionsParams)(in.once()), body))
	}
	return after(v, err, nameOfAnswers)
}
