package board_test

import (
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func TestWhatWaitsForNoClockIsNeitherOverdueNorDueSoon(t *testing.T) {
	t.Parallel()
	s := begin(t)
	row := s.rows.Request
	row.DueAt = time.Time{}
	if row.Overdue(s.at) {
		t.Error("overdue without a clock")
	}
	for _, due := range []board.Nearness{board.Overdue, board.DueSoon} {
		if (board.Filter{Due: due, Now: s.at}).Match(row) {
			t.Errorf("%s without a clock", due)
		}
	}
}

func TestNoticesAreChosenByEachOfTheirMembers(t *testing.T) {
	t.Parallel()
	n := notice.Notice{Step: verification.Step{Clock: "answer", Percent: 75}, Told: []sla.Rung{sla.RungUnitLead}, Unit: "03"}
	told := []sla.Rung{sla.RungUnitLead}
	for name, c := range map[string]struct {
		f    board.NoticeFilter
		want bool
	}{
		"by its rung":              {board.NoticeFilter{Rungs: told}, true},
		"by its rung, sealed":      {board.NoticeFilter{InSealed: told}, true},
		"by another":               {board.NoticeFilter{Rungs: []sla.Rung{sla.RungDesk}, InSealed: []sla.Rung{sla.RungLead}}, false},
		"by its unit":              {board.NoticeFilter{Rungs: told, Unit: "03"}, true},
		"by another unit":          {board.NoticeFilter{Rungs: told, Unit: "30"}, false},
		"by its unit, not by rung": {board.NoticeFilter{Rungs: []sla.Rung{sla.RungDesk}, Unit: "03"}, false},
		"open":                     {board.NoticeFilter{Rungs: told, Open: true}, true},
		"by its clock":             {board.NoticeFilter{Rungs: told, Clock: sla.Answer}, true},
		"by another clock":         {board.NoticeFilter{Rungs: told, Clock: sla.Accept}, false},
		"by its step":              {board.NoticeFilter{Rungs: told, Percent: 75}, true},
		"by another step":          {board.NoticeFilter{Rungs: told, Percent: 90}, false},
	} {
		if c.f.Match(n) != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
	}
	n.Settled = notice.Settlement{At: time.Date(2021, 9, 3, 0, 0, 0, 0, time.UTC), By: notice.Stopped}
	if (board.NoticeFilter{Rungs: told, Open: true}).Match(n) || !(board.NoticeFilter{Rungs: told}).Match(n) {
		t.Error("a settled notice is open, or none")
	}
}

func TestAnItemIsNewWhenItChangesAndOnlyThen(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	item := func() board.QueueItem { return s.rows.Tasks[0] }
	queued := s.at
	s.play(time.Minute, desk, verification.AddNote{Text: "n"})
	if !item().UpdatedAt.Equal(queued) {
		t.Error("a note changes the unit's item")
	}
	s.play(time.Minute, desk, verification.AnswerByDesk{Answers: []verification.DeskAnswer{{N: 2, Result: verification.CannotSay, Code: "no_register"}}})
	if !item().UpdatedAt.Equal(s.at) || !slices.Equal(item().Questions, []int{1}) {
		t.Errorf("a question less: %v, of %s", item().Questions, item().UpdatedAt)
	}
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.AssignTask{Task: task, Officers: []verification.PersonID{"p_unit"}})
	s.play(time.Minute, officer, verification.AssignTask{Task: task, Officers: []verification.PersonID{"p_other"}})
	if !item().UpdatedAt.Equal(s.at) || !slices.Equal(item().Officers, []verification.PersonID{"p_other"}) {
		t.Errorf("another officer: %v, of %s", item().Officers, item().UpdatedAt)
	}
}

// What lies in a compartment is its members' alone, whatever its level says.
func TestACompartmentSealsByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		of   board.Audience
		want bool
	}{
		"shared":                  {board.Audience{Level: marking.L2, Partner: "NG"}, false},
		"by its level":            {board.Audience{Level: marking.L3}, true},
		"by its compartment":      {board.Audience{Level: marking.L1, Compartment: "drugs"}, true},
		"of a level above sealed": {board.Audience{Level: marking.L4}, true},
	} {
		if c.of.Sealed() != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
		row := begin(t).rows
		row.Audience = c.of
		if in := slices.ContainsFunc(row.Places(), func(p board.Place) bool { return p.Set == board.SetDegree("urgent") }); in == c.want {
			t.Errorf("%s: in the shared sets %t", name, in)
		}
	}
}

func TestAPartnersListIsChosenByEachOfItsMembers(t *testing.T) {
	t.Parallel()
	row := begin(t).rows.Partner
	for name, c := range map[string]struct {
		f    board.PartnerFilter
		want bool
	}{
		"all":                  {board.PartnerFilter{}, true},
		"by its status":        {board.PartnerFilter{Status: verification.StatusReceived}, true},
		"by another":           {board.PartnerFilter{Status: verification.StatusAnswered}, false},
		"by its number":        {board.PartnerFilter{Number: "vr-7q4k-m2xd-3f9t"}, true},
		"by another number":    {board.PartnerFilter{Number: "VR-0000-0000-0000"}, false},
		"since it changed":     {board.PartnerFilter{UpdatedSince: row.UpdatedAt}, true},
		"since later":          {board.PartnerFilter{UpdatedSince: row.UpdatedAt.Add(time.Second)}, false},
		"by number, and later": {board.PartnerFilter{Number: row.Number, UpdatedSince: row.UpdatedAt.Add(time.Second)}, false},
	} {
		if c.f.Match(row) != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
	}
}

// The flags of a promise are those of its open clocks alone: of most rows there is none.
func TestARowHasTheFlagsOfItsOpenClocksAndNoOthers(t *testing.T) {
	t.Parallel()
	want := func(s *story, when string, want ...board.Flag) {
		t.Helper()
		if got := s.rows.Request.Flags; !slices.Equal(got, want) {
			t.Errorf("%s: flags %v, want %v", when, got, want)
		}
	}
	s := begin(t)
	want(s, "received", board.FlagUnrouted)
	s.route()
	want(s, "routed at once")
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.release()
	want(s, "answered")

	s = begin(t)
	s.play(14*time.Hour, desk, verification.Claim{})
	s.routeClaimed()
	want(s, "routed with little time left", board.FlagSqueezed)
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	want(s, "answered by the unit with time left")

	s = begin(t)
	s.play(30*time.Hour, desk, verification.Claim{})
	s.routeClaimed()
	want(s, "routed too late", board.FlagPromiseBroken)
}

// routeClaimed routes what is claimed.
func (s *story) routeClaimed() {
	s.t.Helper()
	s.play(time.Minute, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}}}})
}

func TestATaskStandsByItsClockThatRunsOutFirst(t *testing.T) {
	t.Parallel()
	s := begin(t)
	hour := func(n time.Duration) time.Time { return s.at.Add(n * time.Hour) }
	for name, c := range map[string]struct {
		of    board.QueueItem
		clock string
		due   time.Time
	}{
		"no clock":          {board.QueueItem{}, "", time.Time{}},
		"the only one":      {board.QueueItem{ActionDueAt: hour(2)}, "action", hour(2)},
		"the first of two":  {board.QueueItem{AcceptDueAt: hour(1), AnswerDueAt: hour(5)}, "accept", hour(1)},
		"the second of two": {board.QueueItem{AnswerDueAt: hour(5), InterimDueAt: hour(3)}, "interim", hour(3)},
		"of two at once":    {board.QueueItem{AcceptDueAt: hour(3), AnswerDueAt: hour(3)}, "accept", hour(3)},
	} {
		if clock, due := c.of.First(); clock != c.clock || !due.Equal(c.due) {
			t.Errorf("%s: %q at %s", name, clock, due)
		}
	}
}

// What thousands have in common finds no twin.
func TestOnlyStrongIdentifiersAreLookedFor(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear"})
	s.play(time.Minute, partner, verification.ReplyToClarification{Body: []byte(`{}`), Identifiers: []verification.Identifier{
		{Kind: "country", Raw: "VN", Normalised: "VN"}, {Kind: "container", Raw: "msku 1", Normalised: "MSKU1"}, {Kind: "passport", Raw: "?"},
	}})
	if got := s.rows.Identifiers; !slices.Equal(got, []string{"container:MSKU1"}) {
		t.Errorf("looked for by %q", got)
	}
}

func TestAHoldThatIsOverIsNotShown(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.HoldTask{Task: task, Code: "laboratory"})
	if hold := s.rows.Tasks[0].Hold; hold != "laboratory" {
		t.Errorf("on hold: %q", hold)
	}
	s.play(time.Minute, officer, verification.ResumeTask{Task: task})
	if hold := s.rows.Tasks[0].Hold; hold != "" {
		t.Errorf("resumed: %q", hold)
	}
}
