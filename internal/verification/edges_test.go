package verification_test

import (
	"encoding/json"
	"errors"
	"slices"
	"testing"
	"time"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// What a row says of an instant, a round or a second look, at the very edge of it.

func more() FollowUp {
	return FollowUp{Questions: asks(1), Body: json.RawMessage(`{}`), Receipt: "jws", DueAt: start().Add(90 * day)}
}

// secondAnswer is a request whose second round was answered by another unit, and read.
func secondAnswer() []move {
	return after(read(), then(liaison(), more()), then(desk(), Claim{}), then(desk(), route(toUnit("30", 1))),
		then(officer("30"), AcceptTask{Task: task(2)}), then(officer("30"), final(2, held(1, "f2"))),
		then(desk(), pack(ReleaseFinal, "v2", []FactID{"f2"}, gives(1, Held))), then(colleague(), release("v2")), then(liaison(), RecordPull{Release: 2}))
}

// Row 24: a promise that is broken already is not extended into the past.
func TestAnExtensionIsLaterThanNowToo(t *testing.T) {
	t.Parallel()
	s := tell(t, withUnit())
	s.at = start().Add(3 * day)
	s.isRefused(lead(), Extend{DueAt: start().Add(2 * day), Code: "c"}, NotLater)
	s.isRefused(lead(), Extend{DueAt: s.at.Add(time.Minute), Code: "c"}, NotLater) // a minute passes with each order
	s.does(lead(), Extend{DueAt: s.at.Add(time.Minute + time.Second), Code: "c"})
}

// Row 18: silence is counted from the answer.
func TestAnAnswerThatCameLateIsNotClosedSooner(t *testing.T) {
	t.Parallel()
	s := tell(t, after(accepted(), later(10*day, officer("03"), final(1, held(1, "f1"))),
		then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))), then(colleague(), release("v1"))))
	due := start().Add(14*day + time.Hour)
	s.at = start().Add(15 * day)
	s.isRefused(System(), CloseSilent{Due: due}, NotDue)
	s.at = s.request.Releases[0].At.Add(14*day - time.Minute)
	s.does(System(), CloseSilent{Due: due}).is(Closed)
}

// Rows 17 and 22: thirty days from the last answer, or from the end; the last instant of them counts.
func TestAskingAgainEndsAfterTheThirtiethDay(t *testing.T) {
	t.Parallel()
	late := after(inTriage(), later(18*day, desk(), AskPartner{Code: "which", Text: "?"}),
		later(2*day, System(), ExpireClarification{Due: start().Add(19 * day)}))
	for name, c := range map[string]struct {
		given []move
		what  Command
	}{
		"more is asked of an answer":   {released(), more()},
		"of the answer of a later one": {after(secondAnswer()[:len(secondAnswer())-1]), more()},
		"what expired late is opened":  {late, Reopen{DueAt: start().Add(90 * day)}},
	} {
		last := tell(t, c.given)
		offered := func(at time.Time, by Actor) bool {
			return slices.ContainsFunc(last.request.AllowedAt(by, at), func(n Name) bool { return n == NameFollowUp || n == NameReopen })
		}
		if end := last.at.Add(30 * day); !offered(end, liaison()) || offered(end.Add(1), liaison()) || offered(end.Add(1), desk()) != (last.request.State == Expired) {
			t.Errorf("%s: offered on the last instant %t, after it %t, to the desk %t", name, offered(end, liaison()), offered(end.Add(1), liaison()), offered(end.Add(1), desk()))
		}
		if err := last.play(move{liaison(), c.what, 30 * day}); err != nil {
			t.Errorf("%s on the last instant: %v", name, err)
		}
		if err := tell(t, c.given).play(move{liaison(), c.what, 30*day + 1}); !errors.Is(err, &Refusal{Code: TooLate}) {
			t.Errorf("%s after it: %v", name, err)
		}
	}
}

// Row 12: what is returned belongs to the round, and to somebody who may know of the matter.
func TestWhatIsOfAnEarlierRoundOrOfTheExcludedIsNotReturned(t *testing.T) {
	t.Parallel()
	s := tell(t, after(secondAnswer(), then(desk(), Correct{Code: "c"}))).is(InReview)
	s.isRefused(desk(), ReturnTask{Task: task(1), Code: "c"}, WrongState).does(desk(), ReturnTask{Task: task(2), Code: "c"})

	named := Assignment{Unit: "03", Questions: []int{1}, Officers: []PersonID{"p_officer03"}}
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}), then(desk(), route(named)),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))),
		then(desk(), excludingPersons(route(toUnit("30", 1)), "p_officer03")),
		then(officer("30"), AcceptTask{Task: task(2)}), then(officer("30"), final(2, held(1, "f2"))))
	s = tell(t, sealed).is(InReview)
	s.isRefused(desk(), ReturnTask{Task: task(1), Code: "c"}, ConflictOfInterest).does(desk(), ReturnTask{Task: task(2), Code: "c"})
}

// Row 15: what was released and returned since, as records tell from before a return was of the rest alone, is open again, and
// the request is not answered by the rest.
func TestAReturnedQuestionKeepsTheRequestFromBeingAnswered(t *testing.T) {
	t.Parallel()
	s := tell(t, part())
	s.request = Evolve(s.request, Stamp{At: s.at, By: colleague()}, TaskSentBack{Task: task(1), Code: "incomplete"})
	s.is(WithUnits).task(1, TaskReturned)
	s.does(desk(), AnswerByDesk{Answers: []DeskAnswer{{N: 2, Result: CannotSay, Code: "c"}}}).does(desk(), SendToReview{})
	s.does(desk(), pack(ReleasePartial, "v2", nil, gives(1, Pending), gives(2, CannotSay))).does(colleague(), release("v2"))
	s.is(WithUnits).task(1, TaskReturned).shows(StatusPartlyAnswered)
}

// Row 9: a forward is a routing.
func TestAForwardVoidsARefusal(t *testing.T) {
	t.Parallel()
	tell(t, after(accepted(), then(desk(), SendToReview{}), then(desk(), refusalOf("no")), then(officer("03"), ForwardTask{Task: task(1), Unit: "30", Code: "c"}))).
		is(InReview).isRefused(lead(), ApproveRefusal{Hash: hashOf("no")}, NoProposal)
}

// The promise of a round is its own: that of the one before was extended.
func TestARoundAfterAnExtendedOneIsNotDelayed(t *testing.T) {
	t.Parallel()
	tell(t, after(withUnit(), then(lead(), Extend{DueAt: start().Add(9 * day), Code: "c"}), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), final(1, held(1, "f1"))), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))),
		then(colleague(), release("v1")), then(liaison(), more()))).shows(StatusReceived)
}

// Row 23 until the case ends: an answer is no end.
func TestWhatWasSealedByHandIsNotLoweredWhileItIsAnswered(t *testing.T) {
	t.Parallel()
	own := LowerLevel{Level: marking.L2, Code: "sealed_in_error", Marked: marking.L2}
	s := tell(t, after(answered(), then(desk(), Seal{Compartment: "drugs"}), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))),
		then(colleague(), release("v1")), then(lead(), release("v1")), then(liaison(), RecordPull{Release: 1}))).is(Answered)
	s.isRefused(lead(), own, WrongState).does(liaison(), Confirm{Release: 1}).does(lead(), own).is(Confirmed)
}

// Of two words at one instant the one that locks counts, in whichever order they were asked for.
func TestAGrantAndADenialAtOneInstantLockTheFact(t *testing.T) {
	t.Parallel()
	for _, said := range [][]ConsentState{{ConsentGranted, ConsentDenied}, {ConsentDenied, ConsentGranted}} {
		s := tell(t, asking())
		r, stamp := s.request, Stamp{At: s.at.Add(time.Hour)}
		r = Evolve(r, stamp, ConsentAsked{N: 2, Facts: []FactID{"f1"}, Originator: "TH"})
		for i, state := range said {
			r = Evolve(r, stamp, ConsentDecided{N: i + 1, State: state})
		}
		if !r.Locked("f1") {
			t.Errorf("%v at one instant, and the fact is free", said)
		}
	}
}

// A standing consent ends at its instant, not after it.
func TestAStandingConsentEndsAtItsInstant(t *testing.T) {
	t.Parallel()
	until := start().Add(day)
	foreign := held(1, "f1")
	foreign.Facts[0].Originator = "TH"
	foreign.Facts[0].Handling = json.RawMessage(`{"onward":{"allowed_to":["NG"],"until":"` + until.Format(time.RFC3339) + `"}}`)
	r := tell(t, after(accepted(), then(officer("03"), final(1, foreign)))).request
	if r.LockedAt("f1", until.Add(-1)) || !r.LockedAt("f1", until) {
		t.Errorf("locked before its end: %t, at its end: %t", r.LockedAt("f1", until.Add(-1)), r.LockedAt("f1", until))
	}
}
