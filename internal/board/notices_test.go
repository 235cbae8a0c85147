package board_test

import (
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// sweep records what is due after that time.
func (s *story) sweep(later time.Duration) {
	s.t.Helper()
	sweep := verification.Sweep{}
	for _, due := range s.clocks.Due(s.at.Add(later)) {
		sweep.Due = append(sweep.Due, due.Command())
	}
	s.play(later, verification.System(), sweep)
}

func (s *story) in(set board.Set) int {
	n := 0
	for _, p := range s.rows.Places() {
		if p.Set == set {
			n++
		}
	}
	return n
}

// Accept is due 2 h after routing, at 2 minutes: half of it is told the officer, and its breach the lead.
func TestTheRowShowsHowHighItHasClimbedUntilThatIsSettled(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	if row := s.rows.Request; row.EscalatedTo != "" || row.StepReached != 0 || len(s.rows.Notices) != 0 {
		t.Errorf("nothing was told: %+v", row)
	}
	s.sweep(time.Hour)
	if row := s.rows.Request; row.EscalatedTo != sla.RungUnitOfficer || row.EscalatedClock != "accept" || row.StepReached != 50 {
		t.Errorf("%+v", row)
	}
	s.sweep(time.Hour)
	if row := s.rows.Request; row.EscalatedTo != sla.RungLead || row.StepReached != 100 {
		t.Errorf("%+v", row)
	}
	for set, want := range map[board.Set]int{
		board.SetEscalated(sla.RungLead): 1, board.SetEscalated(sla.RungUnitOfficer): 0,
		board.SetNotices(sla.RungUnitOfficer, true): 2, board.SetUnitNotices("03", true): 2, // the unit is asked for the cause
		board.SetNotices(sla.RungLead, true): 0, board.SetNotices(sla.RungUnitOfficer, false): 0,
	} {
		if got := s.in(set); got != want {
			t.Errorf("%d in %s, want %d", got, set, want)
		}
	}
	lead := board.Filter{Escalated: sla.RungLead}
	if !lead.Match(s.rows.Request) || (board.Filter{Escalated: sla.RungDesk}).Match(s.rows.Request) {
		t.Error("the filter chooses another rung")
	}
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.ExplainBreach{N: 1, Code: "workload"})
	if row := s.rows.Request; row.EscalatedTo != "" || row.EscalatedClock != "" || row.StepReached != 0 || row.Breaches != 1 {
		t.Errorf("explained: %+v", row)
	}
	if s.in(board.SetUnitNotices("03", false)) != 2 || s.in(board.SetUnitNotices("03", true)) != 0 {
		t.Errorf("settled notices: %v", s.rows.Places())
	}
}

func TestNoticesOfASealedMatterLeaveTheSharedSets(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.sweep(2 * time.Hour)
	s.play(time.Minute, desk, verification.Seal{Compartment: "drugs"})
	for set, twin := range map[board.Set]verification.Compartment{
		board.SetNotices(sla.RungUnitOfficer, true): "drugs", board.SetUnitNotices("03", true): "", board.SetEscalated(sla.RungLead): "drugs",
	} {
		if s.in(set) != 0 || s.in(set.Sealed(twin)) == 0 {
			t.Errorf("%s: %d shared, %d sealed", set, s.in(set), s.in(set.Sealed(twin)))
		}
	}
}

// What the request answers to is no longer on the board; the question for the cause is still asked.
func TestADebtOutlivesTheRequestAndIsStillFound(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.sweep(2 * time.Hour)
	s.play(time.Minute, partner, verification.Withdraw{})
	if s.in(board.SetEscalated(sla.RungLead)) != 0 || s.in(board.SetUnitNotices("03", true)) != 1 {
		t.Errorf("%v", s.rows.Places())
	}
	n := s.rows.Notices[len(s.rows.Notices)-1]
	row, ok := s.rows.NoticeRow(n.ID(id))
	if !ok || row.State != verification.Withdrawn || row.Number != s.request.Number || row.CauseDueAt.IsZero() {
		t.Errorf("%+v", row)
	}
	if _, ok := s.rows.NoticeRow(string(task)); ok {
		t.Error("a task is no notice")
	}
}
