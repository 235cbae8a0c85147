package board_test

import (
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Each member of a filter chooses by itself, and those of one filter together.
func TestTheBoardIsChosenByEachOfItsMembers(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	row := s.rows.Request
	row.Campaign, row.EscalatedTo = "golden-strike-2021", sla.RungDesk
	row.Flags = []board.Flag{board.FlagSqueezed, board.FlagDelayed}
	for name, c := range map[string]struct {
		f    board.Filter
		want bool
	}{
		"all":                     {board.Filter{}, true},
		"by its degree":           {board.Filter{Degree: verification.Urgent}, true},
		"by another degree":       {board.Filter{Degree: verification.Flash}, false},
		"by its state":            {board.Filter{State: verification.WithUnits}, true},
		"by another state":        {board.Filter{State: verification.Triage}, false},
		"by its unit":             {board.Filter{Unit: "03"}, true},
		"by another unit":         {board.Filter{Unit: "30"}, false},
		"by its partner":          {board.Filter{Partner: "NG"}, true},
		"by another partner":      {board.Filter{Partner: "TH"}, false},
		"by its campaign":         {board.Filter{Campaign: "golden-strike-2021"}, true},
		"by another campaign":     {board.Filter{Campaign: "thunder"}, false},
		"by its rung":             {board.Filter{Escalated: sla.RungDesk}, true},
		"by another rung":         {board.Filter{Escalated: sla.RungLead}, false},
		"by its number":           {board.Filter{Number: "vr-7q4k-m2xd-3f9t"}, true},
		"by another number":       {board.Filter{Number: "VR-0000-0000-0000"}, false},
		"by one of its flags":     {board.Filter{Flag: board.FlagDelayed}, true},
		"by another flag":         {board.Filter{Flag: board.FlagStub}, false},
		"overdue":                 {board.Filter{Due: board.Overdue, Now: row.DueAt}, true},
		"not yet overdue":         {board.Filter{Due: board.Overdue, Now: row.DueAt.Add(-time.Second)}, false},
		"due soon":                {board.Filter{Due: board.DueSoon, Now: row.DueAt.Add(-board.Soon)}, true},
		"not yet due soon":        {board.Filter{Due: board.DueSoon, Now: row.DueAt.Add(-board.Soon - time.Second)}, false},
		"overdue is soon no more": {board.Filter{Due: board.DueSoon, Now: row.DueAt}, false},
		"by two that are its own": {board.Filter{Degree: verification.Urgent, Unit: "03"}, true},
		"by one of two":           {board.Filter{Degree: verification.Urgent, Unit: "30"}, false},
	} {
		if c.f.Match(row) != c.want {
			t.Errorf("%s: %t", name, !c.want)
		}
	}
	row.State = verification.Answered
	if (board.Filter{State: verification.Answered}).Match(row) {
		t.Error("what is answered and owed nothing is chosen")
	}
}

func TestWhatIsKeptIsInTheListOfItsReason(t *testing.T) {
	t.Parallel()
	at := begin(t).at
	lists := []board.KeepingList{board.ListHeld, board.ListProposed}
	for name, c := range map[string]struct {
		of   *board.Keeping
		want []bool // of lists
	}{
		"nothing":             {nil, []bool{false, false}},
		"closed":              {&board.Keeping{ClosedAt: at}, []bool{false, false}},
		"held":                {&board.Keeping{HeldAt: at}, []bool{true, false}},
		"proposed":            {&board.Keeping{ClosedAt: at, ProposedAt: at}, []bool{false, true}},
		"held after proposal": {&board.Keeping{ClosedAt: at, ProposedAt: at, HeldAt: at}, []bool{true, true}},
	} {
		for i, list := range lists {
			if (board.KeepingFilter{List: list}).Match(board.Row{Keeping: c.of}) != c.want[i] {
				t.Errorf("%s in the list of what is %s: %t", name, list, !c.want[i])
			}
		}
	}
}
