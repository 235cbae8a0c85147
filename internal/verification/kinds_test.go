package verification_test

import (
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// both are two questions of one unit, answered.
func both() []move {
	return after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), final(1, held(1, "f1"), held(2, "f2"))))
}

// part is both, of which the first question has gone out.
func part() []move {
	return after(both(), then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))), then(colleague(), release("v1")))
}

// Row 15a: the kind of a package says what its release brings about. Partners, clocks and numbers go by it.
func TestTheKindOfAPackageTellsTheTruth(t *testing.T) {
	t.Parallel()
	whole := func(kind ReleaseKind, facts ...FactID) PreparePackage {
		return pack(kind, "v2", facts, gives(1, Held), gives(2, Held))
	}
	walk(t, []row{
		{"15a", "what leaves nothing pending is no part", both(), desk(), whole(ReleasePartial, "f1", "f2"), "", PackageInvalid},
		{"15a", "it is final", both(), desk(), whole(ReleaseFinal, "f1", "f2"), InReview, ""},
		{"15a", "nor is the rest of an answer", part(), desk(), whole(ReleasePartial, "f1", "f2"), "", PackageInvalid},
		{"15a", "what has gone out is not pending again", part(), desk(), pack(ReleasePartial, "v2", nil, gives(1, Pending), gives(2, Pending)), "", PackageInvalid},
		{"15a", "nor in place of the other", part(), desk(), pack(ReleasePartial, "v2", []FactID{"f2"}, gives(1, Pending), gives(2, Held)), "", PackageInvalid},
		{"15a", "a part may be sent twice", part(), desk(), pack(ReleasePartial, "v2", []FactID{"f1"}, gives(1, Held), gives(2, Pending)), InReview, ""},
		{"15a", "what is final may be made ready while an originator is asked", asking(), desk(), pack(ReleaseFinal, "v1", nil, gives(1, CannotSay)), ConsentPending, ""},
		{"15", "and waits for its word", after(asking(), then(desk(), pack(ReleaseFinal, "v1", nil, gives(1, CannotSay)))), colleague(), release("v1"), "", ConsentOpen},
		{"15a", "all that can be said by then is a part", asking(), desk(), pack(ReleasePartial, "v1", nil, gives(1, CannotSay)), ConsentPending, ""},
	})
}

// A question that is answered after a part was prepared is not in it: it is still a part.
func TestAPartStaysAPartWhenTheRestIsAnswered(t *testing.T) {
	t.Parallel()
	s := tell(t, after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1), toUnit("30", 2))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))), then(officer("30"), AcceptTask{Task: task(2)}),
		then(desk(), SendToReview{}), then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))),
		then(officer("30"), final(2, negative(2))), then(colleague(), release("v1"))))
	s.is(InReview).shows(StatusPartlyAnswered)
	s.does(desk(), pack(ReleaseFinal, "v2", []FactID{"f1"}, gives(1, Held), gives(2, VerifiedNegative))).does(colleague(), release("v2")).is(Answered)
	if v := s.request.Releases; v[0].Whole || !v[1].Whole {
		s.fail("whole: %t, then %t", v[0].Whole, v[1].Whole)
	}
}

// The word of an originator, or that it is asked, makes another kind of a package: it is prepared again.
func TestAPackageWhoseKindIsNotTrueAnyMoreDoesNotGoOut(t *testing.T) {
	t.Parallel()
	two := after(accepted(), then(officer("03"), final(1, held(1, "f1", "f2"))))
	prepared := after(two, then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))), then(colleague(), ask("TH", "f2")))
	s := tell(t, prepared).is(ConsentPending).isRefused(colleague(), release("v1"), ConsentOpen)
	if len(s.request.MissingApprovals()) > 0 || s.request.Barred(NameReleasePackage, colleague()) != ConsentOpen {
		s.fail("somebody is waited for: %v, %q", s.request.MissingApprovals(), s.request.Barred(NameReleasePackage, colleague()))
	}
	s.does(stranger(), say(1, ConsentDenied)).does(colleague(), release("v1")).is(Answered)
	s = tell(t, after(two, then(desk(), ask("TH", "f2")), then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held))), then(stranger(), say(1, ConsentGranted))))
	s.is(InReview).isRefused(colleague(), release("v1"), PackageVoid)
	s.does(desk(), pack(ReleaseFinal, "v2", []FactID{"f1", "f2"}, gives(1, Held))).does(colleague(), release("v2")).is(Answered)
}

// Records from before that rule tell of parts that left nothing open: the round was answered by them, and a correction has
// their promise.
func TestAPartThatLeftNothingOpenAnsweredItsRound(t *testing.T) {
	t.Parallel()
	s := tell(t, answered())
	stamp := Stamp{At: s.at, By: colleague()}
	r := Evolve(s.request, stamp, PackagePrepared{Version: 1, Kind: ReleasePartial, Questions: []PackageQuestion{gives(1, Held)}, Hash: "h"})
	r = Evolve(r, stamp, Released{Release: 1, Package: 1, Hash: "h"})
	if r.State != Answered || !r.Releases[0].Whole {
		t.Fatalf("%s, %+v", r.State, r.Releases[0])
	}
	r = Evolve(r, stamp, CorrectionOpened{K: 1, Code: "c"})
	r = Evolve(r, stamp, PackagePrepared{Version: 2, Kind: ReleaseCorrection, Questions: []PackageQuestion{gives(1, Held)}, Hash: "k"})
	r = Evolve(r, stamp, Released{Release: 2, Package: 2, Hash: "k"})
	if v, ok := r.Answering(r.Releases[1]); !ok || v.Version != 1 || r.Releases[1].Whole {
		t.Errorf("the correction answers by %d, %t; whole: %t", v.Version, ok, r.Releases[1].Whole)
	}
}
