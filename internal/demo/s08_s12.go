package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"verigate/api/client"
)

// s08 is sealed on arrival into its default compartment. The unit with the possible insider is excluded and learns
// nothing; two persons release, neither of them the keeper who edited.
func s08() Story {
	const precursor matter = "S08"
	nl, drugteam := partner("NL"), leadOf("A1S2")
	return Story{
		ID: "S08", Title: "Acetic anhydride, do not alert the company, possible insider at the port",
		Steps: []Step{
			precursor.sends(nl, "received"),
			precursor.claims(keeper(), "triage").proving(precursor.sealedIn("drugs")),
			precursor.answersAtDesk(keeper(), "sends the payment question to its channel"),
			precursor.routes(keeper(), "routes to the drug team, not to unit 03").proving(precursor.routedTo("A1S2")),
			precursor.accepts(drugteam),
			precursor.notInQueueOf(unit("03")),
			precursor.notInQueueOf(leadOf("03")),
			precursor.taskHiddenFrom(unit("03"), "A1S2"),
			precursor.hiddenFrom(supervisor()),
			precursor.answers(drugteam, 1, "answered"),
			precursor.edits(keeper()),
			precursor.releases(keeper()).refused(http.StatusConflict, "same_person"),
			precursor.approves(desk(1)),
			precursor.releases(desk(2)).refused(http.StatusConflict, "same_person"),
			precursor.releases(lead()).gives("answered"),
			precursor.pulls(nl, "final").proving(precursor.says(1, "held", ""), precursor.says(2, "verified_negative", "NOT_FOUND"), precursor.says(3, "elsewhere", "")),
			onlyTime("an answer that nobody confirms is closed after 14 days"),
		},
	}
}

// s12 is flash: a flight lands in five hours, and the clock that matters is the action's.
func s12() Story {
	const flight matter = "S12"
	ao, hanoiLead := partner("AO"), leadOf("01")
	return Story{
		ID: "S12", Title: "Flash: passenger with horn pieces lands in five hours",
		Steps: []Step{
			flight.sends(ao, "received").proving(flight.promisedAsTold),
			flight.claims(keeper(), "triage").proving(flight.sealedIn("wildlife-l3")),
			flight.routes(keeper(), "routes to the airport's department").proving(flight.routedTo("01")),
			flight.reads(keeper(), "getClocks", "looks at the clocks").proving(
				flight.clockAsTold("acknowledge", func(e expected) time.Time { return e.AcknowledgeDueAt }),
				flight.clockAsTold("action", func(e expected) time.Time { return e.ActionDueAt })),
			flight.accepts(hanoiLead),
			flight.answers(hanoiLead, 1, "in_progress"),
			flight.answers(hanoiLead, 2, "answered"),
			flight.edits(keeper()),
			flight.approves(desk(1)),
			flight.releases(lead()).gives("answered"),
			flight.pulls(ao, "final").proving(flight.says(1, "held", "RECORDS"), flight.says(2, "held", "SEIZED")),
			onlyTime("a sweep records each step of a clock that runs out"),
		},
	}
}

// approves is the first of the two approvals that a sealed answer needs.
func (m matter) approves(by Actor) Step {
	return m.releases(by).gives("in_review").saying("approves these bytes, first of two")
}

// taskHiddenFrom proves that the task of another unit is as absent.
func (m matter) taskHiddenFrom(by Actor, of string) Step {
	return Step{
		By: by, Does: "opens the other unit's task", Want: want{code: http.StatusNotFound, problem: "not_found"},
		act: func(ctx context.Context, s *stage) (reply, error) {
			return s.call(ctx, by, request{op: "getTask", id: s.files[m].tasks[of]})
		},
	}
}

// clockAsTold proves the due time of a clock. What was told as a time after the receipt counts from the real one; a
// physical event is where the body put it.
func (m matter) clockAsTold(name client.ClockName, told func(expected) time.Time) proof {
	return func(_ context.Context, s *stage, r reply) (string, error) {
		all, err := as[client.Clocks](r)
		if err != nil {
			return "", err
		}
		i := slices.IndexFunc(all.Clocks, func(c client.ClockView) bool { return c.Name == name })
		if i < 0 {
			return "", fmt.Errorf("there is no clock %s", name)
		}
		f := s.files[m]
		expect, given := f.at(told(f.Expect)), all.Clocks[i].DueAt
		if name != "action" {
			expect = expect.Add(f.created.ReceivedAt.Sub(f.to))
		}
		if given.Sub(expect).Abs() >= time.Second { // fractions are floored
			return "", errors.New(string(name) + " is " + due(given) + ", the story expects " + due(expect))
		}
		return fmt.Sprintf("%s %s, %s", name, due(given), all.Clocks[i].State), nil
	}
}
