package verification_test

import (
	"slices"
	"testing"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// What is decided after a package was prepared may overtake it without a word about it: it is void from then on, for whoever
// looks and for whoever would release it, and nobody is waited for.
func TestAPackageIsVoidOnceItIsOvertaken(t *testing.T) {
	t.Parallel()
	two := after(then(liaison(), submit(1, 2)), then(desk(), Claim{}), then(desk(), route(toUnit("03", 1, 2))), then(officer("03"), AcceptTask{Task: task(1)}),
		then(officer("03"), interim(1, held(1, "f1"), held(2, "f2"))), then(desk(), SendToReview{}))
	part := func(version string, facts ...FactID) []move {
		return then(desk(), pack(ReleasePartial, version, facts, gives(1, Pending), gives(2, Pending)))
	}
	out := after(two, part("v1", "f1"), then(colleague(), release("v1")), then(desk(), SendToReview{}), part("v2"))
	one := after(accepted(), then(officer("03"), final(1, held(1, "f1", "f2"))))
	for name, c := range map[string]struct {
		given []move
		void  VoidReason
	}{
		"a fact in it is taken back":            {after(two, part("v1", "f1"), then(officer("03"), final(1, negative(1), held(2, "f4")))), VoidTakenBack},
		"one that went out earlier is":          {after(out, then(officer("03"), final(1, negative(1), held(2, "f4")))), VoidTakenBack},
		"the last word says what was pending":   {after(two, part("v1"), then(officer("03"), final(1, held(1, "f3"), held(2, "f4")))), ""},
		"nothing is to follow a part any more":  {after(one, then(desk(), ask("TH", "f2")), then(desk(), pack(ReleasePartial, "v1", []FactID{"f1"}, gives(1, Held))), then(stranger(), say(1, ConsentGranted))), VoidNothingFollows},
		"an originator is asked about the rest": {after(one, then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))), then(colleague(), ask("TH", "f2"))), ""},
	} {
		s := tell(t, c.given)
		r := s.request.AsOf(s.at)
		if r.Package.Void != c.void {
			s.fail("%s: void %q", name, r.Package.Void)
		}
		if listed := slices.Contains(r.Allowed(colleague()), NameReleasePackage); listed && c.void != "" {
			s.fail("%s: a release is listed", name)
		}
		if c.void == "" {
			continue
		}
		if missing := r.MissingApprovals(); len(missing) > 0 || !r.WaitsSince().IsZero() {
			s.fail("%s: it misses %v since %s", name, missing, r.WaitsSince())
		}
		if s.request.Package.Void != "" {
			s.fail("%s: the record was changed by looking at it", name)
		}
		s.isRefused(colleague(), ReleasePackage{Hash: r.Package.Hash}, PackageVoid)
	}
}
