package board_test

import (
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/verification"
)

func TestAHoldOnWhichNobodyCanDecideAnyMoreIsNotFlagged(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.HoldTask{Task: task, Code: "laboratory"})
	s.play(time.Minute, lead, verification.FindAboveCeiling{Code: "mat"})
	for _, n := range s.request.AllowedOnTask(task, lead) {
		if n == verification.NameConfirmHold || n == verification.NameRejectHold {
			t.Errorf("the lead may %s", n)
		}
	}
	if row, item := s.rows.Request, s.rows.Tasks[0]; slices.Contains(row.Flags, board.FlagUnconfirmed) || item.Unconfirmed {
		t.Errorf("flags %v, the item is unconfirmed: %t", row.Flags, item.Unconfirmed)
	}
}
