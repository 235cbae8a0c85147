package board_test

import (
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/verification"
)

// An answer that was returned is flagged until its unit begins again, also when a part of it had gone out and another task asks
// the rest.
func TestWhatWasReturnedIsFlaggedUntilItsUnitBeginsAgain(t *testing.T) {
	t.Parallel()
	for name, part := range map[string]bool{"the whole": false, "behind a part": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := begin(t)
			s.route()
			s.wantFlag(board.FlagReturned, false, "with its unit")
			s.play(time.Minute, officer, verification.AcceptTask{Task: task})
			s.play(time.Minute, officer, answer())
			again := task
			if part {
				hash := s.pack(verification.ReleasePartial, `{}`, verification.PackageQuestion{N: 2, Result: verification.Pending})
				s.play(time.Minute, reviewer, verification.ReleasePackage{Hash: hash})
				again = verification.NewTaskID(id, 2)
			}
			s.play(time.Minute, reviewer, verification.ReturnTask{Task: task, Code: "incomplete"})
			s.wantFlag(board.FlagReturned, true, "returned")
			if part {
				s.play(time.Minute, officer, verification.AcceptTask{Task: again})
			} else {
				s.play(time.Minute, officer, verification.HoldTask{Task: again, Code: "laboratory"})
			}
			s.wantFlag(board.FlagReturned, false, "begun again")
		})
	}
}
