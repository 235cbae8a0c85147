package verification_test

import (
	"encoding/json"
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestWhatAPartnerAddedIsKeptPerRoundAndErasedWithTheContent(t *testing.T) {
	t.Parallel()
	stamp := Stamp{At: start()}
	r := tell(t, read()).request
	asked := Evolve(r, stamp, FollowedUp{Round: 2, Body: json.RawMessage(`{}`), Identifiers: []Identifier{{Pointer: "/subjects/0/number"}}})
	asked = Evolve(asked, stamp, PartnerAsked{Code: "other", Text: "Which?"})
	asked = Evolve(asked, stamp, PartnerReplied{Body: json.RawMessage(`{}`), Warnings: []Warning{{Pointer: "/subjects/0/imo", Code: "check_failed"}}})
	asked = Evolve(asked, stamp, PartnerAsked{Code: "other", Text: "Whose?"})
	asked = Evolve(asked, stamp, PartnerReplied{Body: json.RawMessage(`{}`)})
	if len(asked.FollowUps) != 1 || asked.FollowUps[0].Round != 2 || len(asked.Replied) != 2 || asked.Replied[0].Text != "Which?" {
		t.Errorf("follow-ups %v, replies %v", asked.FollowUps, asked.Replied)
	}
	identifiers, warnings := asked.Identifiers, asked.Warnings
	if identifiers[len(identifiers)-1].Pointer != "/follow_ups/0/request/subjects/0/number" || warnings[len(warnings)-1].Pointer != "/clarifications/0/reply/subjects/0/imo" {
		t.Errorf("identifiers %v, warnings %v", identifiers, warnings)
	}
	if len(r.FollowUps)+len(r.Replied) != 0 {
		t.Error("an event changed the state that it was folded into")
	}
	gone := Evolve(asked, stamp, AboveCeilingFound{Code: "aggregation"})
	if len(gone.FollowUps)+len(gone.Replied)+len(gone.Identifiers)+len(gone.Warnings) != 0 {
		t.Errorf("content stays: %+v", gone)
	}
}

// What expired was never answered. Asked again it is a question of the next round; of the former nothing changes any more,
// neither while that round is worked on, nor when its answer is corrected after the end.
func TestAQuestionThatARoundLeftOpenStaysClosed(t *testing.T) {
	t.Parallel()
	s := tell(t, expired())
	for _, m := range after(
		then(desk(), Reopen{DueAt: start().Add(9 * day)}), then(desk(), route(toUnit("03", 1))), then(desk(), SendToReview{}),
	) {
		if err := s.play(m); err != nil {
			s.fail("%T: %v", m.What, err)
		}
		if got := s.request.QuestionStatus(s.request.Questions[0]); got != "closed" {
			s.fail("after %T the question of the first round is %s", m.What, got)
		}
	}
	last := s.request.Questions[len(s.request.Questions)-1]
	if last.Round != 2 || s.request.QuestionStatus(last) != "in_progress" {
		s.fail("the question of this round is %s", s.request.QuestionStatus(last))
	}
}

// The floor of what a partner says raises the degree and slows nothing down; records from before it was kept have none.
func TestWhatAPartnerSaysRaisesTheDegreeToItsFloor(t *testing.T) {
	t.Parallel()
	due := start().Add(8 * time.Hour)
	for floor, want := range map[Degree]Degree{Flash: Flash, Priority: Urgent, "": Urgent} {
		more := FollowUp{Questions: asks(1), Body: json.RawMessage(`{}`), Receipt: "jws", DueAt: due, Degree: floor}
		s := tell(t, read()).does(liaison(), more)
		if s.request.Degree != want || !s.request.DueAt.Equal(due) {
			s.fail("asked more with the floor %q it is %s, due %s", floor, s.request.Degree, s.request.DueAt)
		}
		s = tell(t, clarifying()).does(liaison(), ReplyToClarification{Body: json.RawMessage(`{}`), Degree: floor, DueAt: due})
		if s.request.Degree != want || s.request.DueAt.Equal(due) != (want == Flash) {
			s.fail("replied to with the floor %q it is %s, due %s", floor, s.request.Degree, s.request.DueAt)
		}
	}
}
