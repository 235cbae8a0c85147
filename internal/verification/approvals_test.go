package verification_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

func TestAPackageTellsWhoseApprovalItNeedsAndWhomItBars(t *testing.T) {
	t.Parallel()
	plain := after(accepted(), then(officer("03"), final(1, held(1, "f1"))),
		then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))),
		then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	for _, c := range []struct {
		what    string
		given   []move
		missing []Role
		bars    map[Code]Actor
	}{
		{"nothing prepared", accepted(), nil, map[Code]Actor{WrongState: colleague()}},
		{"prepared", plain, []Role{RoleDesk}, map[Code]Actor{SamePerson: desk(), "": colleague(), NotPermitted: lead()}},
		{"sealed, prepared", sealed, []Role{RoleDesk, RoleLead}, map[Code]Actor{SamePerson: desk(), "": lead()}},
		{"sealed, one approval", after(sealed, then(colleague(), release("v1"))), []Role{RoleLead}, map[Code]Actor{SamePerson: colleague(), "": lead()}},
		{"released", after(plain, then(colleague(), release("v1"))), nil, map[Code]Actor{WrongState: colleague()}},
	} {
		r := tell(t, c.given).request
		if diff := cmp.Diff(c.missing, r.MissingApprovals()); diff != "" {
			t.Errorf("%s: %s", c.what, diff)
		}
		for code, by := range c.bars {
			if got := r.Barred(NameReleasePackage, by); got != code {
				t.Errorf("%s: %v is barred by %q, not %q", c.what, by.Roles, got, code)
			}
		}
	}
}

func TestAPackageMayOfferExactlyTheResultsThatTheRulesTakeAsLess(t *testing.T) {
	t.Parallel()
	for result, want := range map[Result][]Result{
		Held: {CannotSay, RefusedAnswer, Elsewhere, Pending}, VerifiedNegative: {CannotSay, RefusedAnswer, Elsewhere, Pending},
		CannotSay: {Pending}, RefusedAnswer: {Pending}, Elsewhere: {Pending}, Pending: {},
	} {
		if diff := cmp.Diff(want, LessCertain(result)); diff != "" {
			t.Errorf("%s: %s", result, diff)
		}
	}
}

func TestAConsentIsDecidableExactlyWhileTheRulesTakeSomething(t *testing.T) {
	t.Parallel()
	owned := interim(1, held(1, "f9"))
	owned.Questions[0].Facts[0].Originator = "TH"
	asked := after(accepted(), then(officer("03"), owned), then(officer("03"), final(1)),
		then(colleague(), AskConsent{Facts: []FactID{"f9"}, Originator: "TH"}))
	said := func(states ...ConsentState) []move {
		all := asked
		for _, s := range states {
			all = after(all, then(stranger(), DecideConsent{N: 1, State: s}))
		}
		return all
	}
	for _, given := range [][]move{said(), said(ConsentGranted), said(ConsentDenied), said(ConsentGranted, ConsentWithdrawn)} {
		takes := false
		for _, s := range []ConsentState{ConsentGranted, ConsentDenied, ConsentWithdrawn} {
			told := tell(t, given)
			before := told.request.Version
			err := told.play(move{By: stranger(), What: DecideConsent{N: 1, State: s}})
			takes = takes || err == nil && told.request.Version > before
		}
		if c := tell(t, given).request.Consents[0]; c.Decidable() != takes {
			t.Errorf("%s: decidable %v, and something is taken: %v", c.State, c.Decidable(), takes)
		}
	}
}

func TestAPackageWaitsSinceItsFirstApprovalElseSinceItWasPrepared(t *testing.T) {
	t.Parallel()
	sealed := after(then(liaison(), submitSealed(1)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1))),
		then(officer("03"), AcceptTask{Task: task(1)}), then(officer("03"), final(1, held(1, "f1"))),
		then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
	approved := after(sealed, then(colleague(), release("v1")))
	for what, given := range map[string][]move{"nothing prepared": accepted(), "released": after(approved, then(lead(), release("v1")))} {
		if got := tell(t, given).request.WaitsSince(); !got.IsZero() {
			t.Errorf("%s: waits since %s", what, got)
		}
	}
	if r := tell(t, sealed).request; !r.WaitsSince().Equal(r.Package.At) {
		t.Errorf("prepared at %s, waits since %s", r.Package.At, r.WaitsSince())
	}
	if r := tell(t, approved).request; !r.WaitsSince().Equal(r.Package.Approvals[0].At) || r.WaitsSince().Equal(r.Package.At) {
		t.Errorf("approved at %s, waits since %s", r.Package.Approvals[0].At, r.WaitsSince())
	}
}

// A question of it that is asked again makes a package say more than is known: it is void at once, and nobody is waited for.
func TestAPackageIsVoidOnceAQuestionOfItIsAskedAgain(t *testing.T) {
	t.Parallel()
	part := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), final(1, held(1, "f1"), held(2, "f2"))), then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held), gives(2, Pending))))
	for name, c := range map[string]struct {
		given []move
		again Command
		void  VoidReason
	}{
		"an agency":         {packaged(), AskAgency{Agency: "police", Questions: []int{1}}, VoidAskedAgain},
		"another unit":      {packaged(), route(toUnit("30", 1)), VoidAskedAgain},
		"one it is to say":  {part, route(toUnit("30", 1, 2)), VoidAskedAgain},
		"one it left alone": {part, route(toUnit("30", 2)), ""},
	} {
		s := tell(t, c.given).does(desk(), c.again).is(WithUnits)
		if got := s.request.Package.Void; got != c.void || len(s.request.MissingApprovals()) > 0 || !s.request.WaitsSince().IsZero() {
			s.fail("%s: void %q; with units it misses %v since %s", name, got, s.request.MissingApprovals(), s.request.WaitsSince())
		}
		s.does(desk(), SendToReview{})
		listed, misses := slices.Contains(s.request.Allowed(colleague()), NameReleasePackage), len(s.request.MissingApprovals()) > 0
		if listed != (c.void == "") || misses != listed {
			s.fail("%s: a release is listed: %t, somebody is waited for: %t", name, listed, misses)
		}
		if c.void == "" {
			s.does(colleague(), release("v1"))
		}
	}
}

// What was released although a question of it was asked again went out as it was approved.
func TestAPackageThatWentOutWhileAQuestionWasAskedAgainIsFoldedAsItWent(t *testing.T) {
	t.Parallel()
	s := tell(t, after(packaged(), then(desk(), AskAgency{Agency: "police", Questions: []int{1}}), then(desk(), SendToReview{})))
	r := Evolve(s.request, Stamp{At: s.at, By: colleague()}, Released{Release: 1, Package: 1, Hash: hashOf("v1")})
	bytes, _ := written("v1")
	if len(r.Releases) != 1 || string(r.Releases[0].Bytes) != string(bytes) {
		s.fail("%+v", r.Releases)
	}
}
