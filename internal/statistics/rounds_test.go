package statistics_test

import (
	"testing"
	"time"

	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// A round that was late does not make the next one late, nor the other way round.
func TestEachRoundKeepsOrBreaksItsOwnPromise(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03")
	s.accept(2*time.Minute, "03", 1)
	s.answer(3*time.Minute, "03", 1)
	s.release(25 * hour) // urgent: promised within a day
	same(t, [2]int64{1, 0}, s.stages(headquarters())[sla.Total])

	s.after(26*hour, partner, verification.FollowUp{
		Questions: []verification.Question{{N: 1, Code: "CON"}}, Body: []byte(`{}`), Receipt: "r2", DueAt: start().Add(50 * hour),
	})
	same(t, [2]int64{1, 0}, s.stages(headquarters())[sla.Total]) // the second is owed, and not late
	s.routed(26*hour+time.Minute, "03")
	s.accept(26*hour+2*time.Minute, "03", 2)
	s.answer(26*hour+3*time.Minute, "03", 2)
	s.release(27 * hour)
	same(t, [2]int64{2, 1}, s.stages(headquarters())[sla.Total])
}

// A department's open task waits for whom its own clock says, whatever another department waits for.
func TestEachDepartmentWaitsForWhomItsOwnTaskWaits(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03", "45")
	s.accept(2*time.Minute, "03", 1)
	s.accept(2*time.Minute, "45", 2)
	s.after(3*time.Minute, officer("45"), verification.HoldTask{Task: task(2), Code: "laboratory"})
	for unit, party := range map[verification.UnitCode]string{"03": "unit", "45": "laboratory"} {
		same(t, []statistics.Waiting{{Party: party, Now: 1}}, s.read(department(unit)).Waiting)
	}
	s.after(4*time.Minute, officer("45"), verification.ResumeTask{Task: task(2)})
	s.after(5*time.Minute, officer("03"), verification.HoldTask{Task: task(1), Code: "other_force"})
	for unit, party := range map[verification.UnitCode]string{"03": "other_force", "45": "unit"} {
		same(t, []statistics.Waiting{{Party: party, Now: 1}}, s.read(department(unit)).Waiting)
	}
}

// Degrees are listed from the most urgent on, everything else by its name.
func TestRowsAreInTheOrderOfTheirDivision(t *testing.T) {
	t.Parallel()
	var counted []statistics.Counted
	for _, degree := range []verification.Degree{verification.Routine, verification.Flash, verification.Urgent} {
		s := submitted(t, func(i *verification.Intake) { i.Degree = degree })
		counted = append(counted, s.cells()...)
	}
	rows, _ := statistics.Sum(statistics.Query{Level: statistics.Headquarters, By: statistics.ByDegree, From: "2021-08", To: "2021-08"}, counted)
	var order []string
	for _, r := range rows {
		order = append(order, r.Value)
	}
	same(t, []string{string(verification.Flash), string(verification.Urgent), string(verification.Routine)}, order)
}
