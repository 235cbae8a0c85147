package verification_test

import (
	"slices"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func back(n int) ReturnTask { return ReturnTask{Task: task(n), Code: "incomplete", Text: "no period"} }

// Row 12: what has gone out is not returned, it is corrected. The unit is asked the rest again, in a task of its own.
func TestAReturnAfterAPartAsksOnlyWhatHasNotGoneOut(t *testing.T) {
	t.Parallel()
	s := tell(t, part()).does(colleague(), back(1)).is(WithUnits).task(1, TaskDone).task(2, Queued).shows(StatusPartlyAnswered)
	first, again := s.request.Tasks[0], s.request.Tasks[1]
	if !slices.Equal(first.Questions, []int{1}) || !slices.Equal(again.Questions, []int{2}) || again.Unit != "03" {
		s.fail("the first holds %v, %s is asked %v", first.Questions, again.Unit, again.Questions)
	}
	if again.Returns != 1 || again.ReturnCode != "incomplete" || again.ReturnText != "no period" || first.Returns != 0 {
		s.fail("why it is asked again: %+v", again)
	}
	if !s.request.Stands("f1") || s.request.Stands("f2") {
		s.fail("f1 stands: %t, f2: %t", s.request.Stands("f1"), s.request.Stands("f2"))
	}
	if q, _ := s.request.Question(1); s.request.Open(q) || s.request.QuestionStatus(q) != "answered" {
		s.fail("what went out is open again")
	}
	s.isRefused(colleague(), back(1), WrongState)
	s.does(officer("03"), AcceptTask{Task: task(2)}).does(officer("03"), final(2, negative(2))).is(InReview)
	s.isRefused(desk(), pack(ReleaseFinal, "v2", []FactID{"f1", "f2"}, gives(1, Held), gives(2, Held)), UnknownFact)
	s.isRefused(desk(), pack(ReleaseFinal, "v2", nil, gives(1, VerifiedNegative), gives(2, VerifiedNegative)), MoreCertain)
	s.does(desk(), pack(ReleaseFinal, "v2", []FactID{"f1"}, gives(1, Held), gives(2, VerifiedNegative))).does(colleague(), release("v2"))
	s.is(Answered).task(2, TaskDone)
}

// At most twice, however many tasks it takes.
func TestAReturnAfterAPartCountsWithThoseBefore(t *testing.T) {
	t.Parallel()
	s := tell(t, part()).does(colleague(), back(1)).does(officer("03"), AcceptTask{Task: task(2)})
	s.does(officer("03"), final(2, negative(2))).does(colleague(), back(2)).is(WithUnits).task(2, TaskReturned)
	s.does(officer("03"), final(2, unable(2))).isRefused(colleague(), back(2), ReturnedTwice)
}

// What the desk answered meanwhile, or another task of the unit asks, is not asked again.
func TestAReturnAfterAPartAsksNothingTwice(t *testing.T) {
	t.Parallel()
	three := after(then(liaison(), submit(1, 2, 3)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2, 3), toUnit("30", 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"), held(2, "f2"), held(3, "f3"))),
		then(desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 2, Result: CannotSay, Code: "c"}}}),
		then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending), gives(3, Pending))), then(colleague(), release("v1")))
	s := tell(t, three).does(colleague(), back(1)).task(1, TaskAnswered).task(3, Queued)
	if again := s.request.Tasks[2]; !slices.Equal(again.Questions, []int{3}) {
		s.fail("it is asked %v", again.Questions)
	}
	s = tell(t, after(part(), then(desk(), route(toUnit("03", 2))), then(officer("03"), AcceptTask{Task: task(2)}), then(desk(), SendToReview{})))
	s.isRefused(colleague(), back(1), UnitHasQuestion)
}

// A correction asks what the part said, and dropping it gives back that alone.
func TestACorrectionReturnsWhatHasGoneOut(t *testing.T) {
	t.Parallel()
	given := after(part(), then(colleague(), back(1)), then(officer("03"), AcceptTask{Task: task(2)}), then(officer("03"), final(2, negative(2))),
		then(desk(), pack(ReleaseFinal, "v2", []FactID{"f1"}, gives(1, Held), gives(2, VerifiedNegative))), then(colleague(), release("v2")),
		then(desk(), Correct{Code: "wrong_date"}), then(colleague(), back(1)))
	s := tell(t, given).is(WithUnits).task(3, Queued)
	if again := s.request.Tasks[2]; !slices.Equal(again.Questions, []int{1}) || s.request.Stands("f1") {
		s.fail("it is asked %v; f1 stands: %t", again.Questions, s.request.Stands("f1"))
	}
	s.does(desk(), DropCorrection{}).is(Answered)
	if !s.request.Stands("f1") || s.request.Stands("f2") {
		s.fail("dropped: f1 stands %t, f2 %t", s.request.Stands("f1"), s.request.Stands("f2"))
	}
}

// Row 8: the partner was told something, so the rest is what nobody can say.
func TestAfterAPartAndAReturnSilenceEndsOnlyWhatIsOpen(t *testing.T) {
	t.Parallel()
	s := tell(t, after(part(), then(colleague(), back(1)), then(desk(), AskPartner{Code: "which", Text: "?"}),
		later(3*day, System(), ExpireClarification{Due: start().Add(2 * day)}))).is(InReview).task(1, TaskDone).task(2, TaskStopped)
	for n, want := range map[int]PackageQuestion{1: {N: 1, Result: Held, Outcome: "HELD"}, 2: {N: 2, Result: CannotSay, Code: CodeNoReply}} {
		q, _ := s.request.Question(n)
		if got := s.request.ResultOf(q, []FactID{"f1"}); got != want {
			s.fail("%+v, want %+v", got, want)
		}
	}
	s.does(desk(), pack(ReleaseFinal, "v2", []FactID{"f1"}, gives(1, Held), PackageQuestion{N: 2, Result: CannotSay, Code: CodeNoReply}))
	s.does(colleague(), release("v2")).is(Answered)
}
