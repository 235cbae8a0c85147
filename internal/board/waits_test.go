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

// flagged says whether the row bears a flag, and is found by it.
func (s *story) flagged(f board.Flag) bool {
	s.t.Helper()
	bears := slices.Contains(s.rows.Request.Flags, f)
	placed := slices.ContainsFunc(s.rows.Places(), func(p board.Place) bool { return p.Set == board.SetFlag(f) })
	if bears != placed || bears != (board.Filter{Flag: f}).Match(s.rows.Request) {
		s.t.Errorf("flags %v, in the set of %s: %t", s.rows.Request.Flags, f, placed)
	}
	return bears
}

func (s *story) wantFlag(f board.Flag, want bool, when string) {
	s.t.Helper()
	if s.flagged(f) != want {
		s.t.Errorf("%s: flags %v, want %s: %t", when, s.rows.Request.Flags, f, want)
	}
}

// refusal proposes one and returns its hash.
func (s *story) refusal() string {
	s.t.Helper()
	sum := sha256.Sum256([]byte(`{"refused":true}`))
	hash := hex.EncodeToString(sum[:])
	s.play(time.Minute, desk, verification.ProposeRefusal{Code: "no_legal_basis", Text: "no", Bytes: []byte(`{"refused":true}`), Hash: hash})
	return hash
}

func TestARefusalThatWaitsForTheLeadIsFlagged(t *testing.T) {
	t.Parallel()
	const flag = board.FlagRefusalProposed
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	s.wantFlag(flag, false, "in triage")
	s.refusal()
	s.wantFlag(flag, true, "proposed")
	s.play(time.Minute, lead, verification.RejectRefusal{Code: "answerable"})
	s.wantFlag(flag, false, "turned down")
	s.refusal()
	s.wantFlag(flag, true, "proposed again")
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear"})
	s.wantFlag(flag, false, "nobody can approve it while the partner is asked")
	s.play(time.Minute, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.wantFlag(flag, false, "void by the reply")
	hash := s.refusal()
	s.wantFlag(flag, true, "proposed after the reply")
	s.play(time.Minute, lead, verification.ApproveRefusal{Hash: hash})
	if s.rows.Request.State != verification.Refused || slices.Contains(s.rows.Request.Flags, flag) {
		t.Errorf("refused: %s, flags %v", s.rows.Request.State, s.rows.Request.Flags)
	}
}

func TestARefusalThatIsVoidIsNotFlagged(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	s.refusal()
	s.play(time.Minute, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}}}})
	s.wantFlag(board.FlagRefusalProposed, false, "routed")
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.refusal()
	s.wantFlag(board.FlagRefusalProposed, true, "proposed in review")
	s.release()
	if slices.Contains(s.rows.Request.Flags, board.FlagRefusalProposed) {
		t.Errorf("released: flags %v", s.rows.Request.Flags)
	}
}

func TestAClarificationThatAUnitProposesIsFlaggedUntilItIsAsked(t *testing.T) {
	t.Parallel()
	const flag = board.FlagClarificationProposed
	propose := verification.ProposeClarification{Task: task, Code: "unclear", Text: "which seal?", Questions: []int{2}}
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.wantFlag(flag, false, "accepted")
	s.play(time.Minute, officer, propose)
	s.wantFlag(flag, true, "proposed")
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear", Questions: []int{1}})
	s.wantFlag(flag, false, "nothing more can be asked while the partner is asked")
	s.play(time.Minute, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.wantFlag(flag, true, "another question was asked about")
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear", Questions: []int{1, 2}})
	s.play(time.Minute, officer, verification.ProposeClarification{Task: task, Code: "unclear", Text: "and the lock?"})
	s.wantFlag(flag, false, "proposed while the partner is asked")
	s.play(time.Minute, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.wantFlag(flag, true, "what was proposed meanwhile has not been asked")
	s.play(time.Minute, desk, verification.AskPartner{Code: "unclear"})
	s.play(time.Minute, partner, verification.ReplyToClarification{Body: []byte(`{}`)})
	s.wantFlag(flag, false, "asked about everything")
	s.play(time.Minute, officer, propose)
	s.wantFlag(flag, true, "proposed once more")
	s.play(time.Minute, officer, answer())
	s.wantFlag(flag, false, "the unit has answered without it")
}

func TestAClarificationProposedForWhatTheDeskHasAnsweredIsNotFlagged(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.ProposeClarification{Task: task, Code: "unclear", Questions: []int{2}})
	s.play(time.Minute, desk, verification.AnswerByDesk{Answers: []verification.DeskAnswer{{N: 2, Result: verification.CannotSay, Code: "no_register"}}})
	s.wantFlag(board.FlagClarificationProposed, false, "answered by the desk")
	s.play(time.Minute, officer, verification.ProposeClarification{Task: task, Code: "unclear"})
	s.wantFlag(board.FlagClarificationProposed, true, "about the question that is left")
}
