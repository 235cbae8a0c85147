package board_test

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/verification"
)

// answered is a request whose answer has gone out.
func answered(t *testing.T) *story {
	t.Helper()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.release()
	return s
}

func (s *story) recall() {
	s.t.Helper()
	sum := sha256.Sum256([]byte(`{"recalled":true}`))
	s.play(time.Minute, lead, verification.Recall{
		Release: 1, Code: "wrong_subject", Bytes: []byte(`{"recalled":true}`), Hash: hex.EncodeToString(sum[:]),
	})
}

// wantOnBoard wants the row on the board, or not: chosen by its filter, and in its set.
func (s *story) wantOnBoard(want bool, when string) {
	s.t.Helper()
	placed := slices.ContainsFunc(s.rows.Places(), func(p board.Place) bool {
		return p.Set == board.Filter{}.Sets()[0] || p.Set == (board.Filter{}).Sets()[0].Sealed(s.rows.Audience.Compartment)
	})
	if placed != want || (board.Filter{}).Match(s.rows.Request) != want {
		s.t.Errorf("%s: %s, flags %v: on the board %t, want %t", when, s.rows.Request.State, s.rows.Request.Flags, placed, want)
	}
}

func TestAnAnswerThatWasRecalledIsOnTheBoardUntilAnotherGoesOut(t *testing.T) {
	t.Parallel()
	useful := true
	for name, then := range map[string]func(*story){
		"answered": func(*story) {},
		"confirmed": func(s *story) {
			s.play(time.Minute, partner, verification.RecordPull{Release: 1})
			s.play(time.Minute, partner, verification.Confirm{Release: 1, Useful: &useful})
		},
		"closed": func(s *story) { s.play(15*24*time.Hour, verification.System(), verification.CloseSilent{Due: s.at}) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := answered(t)
			then(s)
			s.wantOnBoard(false, "answered")
			s.recall()
			s.wantOnBoard(true, "recalled")
			s.wantFlag(board.FlagRecalled, true, "recalled")
			s.play(time.Minute, desk, verification.Correct{Code: "wrong_subject"})
			s.wantFlag(board.FlagRecalled, true, "being corrected")
			s.play(time.Minute, desk, verification.DropCorrection{})
			s.wantOnBoard(true, "the correction was dropped")
			s.play(time.Minute, desk, verification.Correct{Code: "wrong_subject"})
			hash := s.corrected()
			s.play(time.Minute, reviewer, verification.ReleasePackage{Hash: hash})
			s.wantOnBoard(false, "corrected")
			if slices.Contains(s.rows.Request.Flags, board.FlagRecalled) {
				t.Errorf("corrected: flags %v", s.rows.Request.Flags)
			}
		})
	}
}

// corrected prepares the correction and returns its hash.
func (s *story) corrected() string {
	s.t.Helper()
	return s.pack(verification.ReleaseCorrection, `{"corrected":true}`, verification.PackageQuestion{N: 2, Result: verification.CannotSay, Code: "no_register"})
}

func TestWhatCannotBeCorrectedIsNotOwed(t *testing.T) {
	t.Parallel()
	s := answered(t)
	s.recall()
	s.play(time.Minute, lead, verification.FindAboveCeiling{Code: "mat"})
	s.wantOnBoard(false, "a stub")

	s = answered(t)
	s.correctFirst()
	s.recall()
	s.wantOnBoard(false, "a later answer stands")
}

// correctFirst sends out a correction of the first answer.
func (s *story) correctFirst() {
	s.t.Helper()
	s.play(time.Minute, desk, verification.Correct{Code: "quantity_error"})
	s.play(time.Minute, reviewer, verification.ReleasePackage{Hash: s.corrected()})
}

func TestASealedAnswerThatWasRecalledIsOnTheBoardOfItsCompartmentAlone(t *testing.T) {
	t.Parallel()
	s := answered(t)
	s.recall()
	s.play(time.Minute, desk, verification.Seal{Compartment: "drugs", Reason: "an informer"})
	s.wantOnBoard(true, "sealed")
	for _, p := range s.rows.Places() {
		if slices.Contains(board.CountedSets(), p.Set) || p.Set == board.SetFlag(board.FlagRecalled) {
			t.Errorf("it is in %s", p.Set)
		}
	}
}

func TestTheNumbersOfTheBoardHoldWhatIsOwed(t *testing.T) {
	t.Parallel()
	s := answered(t)
	s.recall()
	sizes := map[board.Set]int{}
	for _, p := range s.rows.Places() {
		sizes[p.Set]++
	}
	for set := range sizes {
		if set == (board.Filter{State: verification.Answered}).Sets()[0] && !slices.Contains(board.CountedSets(), set) {
			t.Errorf("%s is not counted", set)
		}
	}
	c := board.Count(board.Position{}, func(set board.Set) (all, due int) { return sizes[set], 0 })
	if c.Open != 1 || c.ByState[verification.Answered] != 1 || c.ByDegree[verification.Urgent] != 1 || len(c.ByState)+len(c.ByDegree) != 2 || c.Unrouted != 0 {
		t.Errorf("%+v", c)
	}
}

// From an end to which row 19 does not apply no corrected answer goes out. What was recalled there waits until the partner, who
// had read it, has read that it was: row 15b ends that, or the erasure of what it would read.
func TestARecallAfterAnEndIsOnTheBoardUntilItsNoticeIsRead(t *testing.T) {
	t.Parallel()
	for name, then := range map[string]func(*story){
		"withdrawn": func(s *story) { s.play(time.Minute, partner, verification.Withdraw{}) },
		"expired": func(s *story) {
			s.play(time.Minute, desk, verification.AskPartner{Code: "unclear"})
			s.play(40*24*time.Hour, verification.System(), verification.ExpireClarification{Due: s.at.Add(24 * time.Hour)})
		},
		"refused": func(s *story) {
			hash := s.refusal()
			s.play(time.Minute, lead, verification.ApproveRefusal{Hash: hash})
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended := func(read bool) *story {
				s := answered(t)
				if read {
					s.play(time.Minute, partner, verification.RecordPull{Release: 1})
				}
				s.play(time.Minute, partner, verification.FollowUp{
					Questions: []verification.Question{{N: 1, Code: "COM"}}, Body: []byte(`{}`), DueAt: s.at.Add(72 * time.Hour), Receipt: "x",
				})
				then(s)
				s.wantOnBoard(false, name)
				s.recall()
				return s
			}
			s := ended(true)
			s.wantOnBoard(true, "recalled")
			s.wantFlag(board.FlagRecalled, true, "recalled")
			if set := board.SetState(s.rows.Request.State); !slices.Contains(board.CountedSets(), set) {
				t.Errorf("%s is not counted", set)
			}
			if s.rows.Request.Clock != "recall_notice" || s.rows.Request.DueAt.IsZero() {
				t.Errorf("by its %s, due %s", s.rows.Request.Clock, s.rows.Request.DueAt)
			}
			s.play(time.Minute, partner, verification.RecordPull{Release: len(s.request.Releases)})
			s.wantOnBoard(false, "the notice was read")

			ended(false).wantOnBoard(false, "nobody had read the answer: its content is withdrawn")
		})
	}
}
