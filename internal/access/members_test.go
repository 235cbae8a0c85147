package access_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// inDrugs is a keeper who was proposed for the compartment of drugs by one operator and confirmed by another, an hour later.
func inDrugs(t *testing.T) access.Principal {
	t.Helper()
	p := step(t, newcomer(t), at(operator("p_a"), noon), access.ProposeGrant{Grant: "g1", Role: verification.RoleKeeper, Until: noon.AddDate(0, 6, 0), Reason: "keeps"})
	p = step(t, p, at(operator("p_b"), noon), access.ConfirmGrant{Grant: "g1"})
	p = step(t, p, at(operator("p_a"), noon.Add(1)), access.ProposeGrant{
		Grant: "g2", Membership: access.Membership{Compartment: "drugs", Keeper: true}, Until: noon.AddDate(0, 1, 0), Reason: "relieves a colleague",
	})
	return step(t, p, at(operator("p_b"), noon.AddDate(0, 0, 1)), access.ConfirmGrant{Grant: "g2"})
}

// What is told of a member is why they are in this compartment: of another, or of what was turned down, nothing.
func TestOfAMemberNothingIsToldOfAnotherCompartment(t *testing.T) {
	t.Parallel()
	p := inDrugs(t)
	since := noon.AddDate(0, 0, 1)
	want := access.Members([]access.Principal{p}, "drugs", since)
	for _, g := range []access.ProposeGrant{
		{Grant: "g3", Membership: access.Membership{Compartment: "precursor"}, Until: noon.AddDate(0, 2, 0), Reason: "another matter"},
		{Grant: "g4", Membership: access.Membership{Compartment: "drugs"}, Until: noon.AddDate(0, 3, 0), Reason: "turned down"},
	} {
		p = step(t, p, at(operator("p_b"), noon.Add(time.Hour)), g)
	}
	p = step(t, p, at(operator("p_a"), noon.Add(time.Hour)), access.ConfirmGrant{Grant: "g3"})
	p = step(t, p, at(operator("p_a"), noon.Add(time.Hour)), access.EndGrant{Grant: "g4", Reason: "no"})
	if diff := cmp.Diff(want, access.Members([]access.Principal{p}, "drugs", since)); diff != "" || len(want) != 1 {
		t.Error(diff)
	}
	gone, program := p, p
	gone.Disabled, program.System = true, true
	if got := access.Members([]access.Principal{gone, program}, "drugs", since); len(got) != 0 {
		t.Errorf("members are persons who may come: %+v", got)
	}
}

func TestAMemberIsListedSinceTheSecondPersonsWordWithReasonAndBoth(t *testing.T) {
	t.Parallel()
	p := inDrugs(t)
	since := noon.AddDate(0, 0, 1)
	want := []access.Member{{
		Person: "p_1", Keeper: true, Since: since, Until: noon.AddDate(0, 1, 0), Reason: "relieves a colleague", ProposedBy: "p_a", ConfirmedBy: "p_b",
	}}
	if diff := cmp.Diff(want, access.Members([]access.Principal{p}, "drugs", since)); diff != "" {
		t.Error(diff)
	}
	proposed := step(t, newcomer(t), at(operator("p_a"), noon), deskUntil("g9", noon.AddDate(0, 6, 0)))
	for what, all := range map[string][]access.Member{
		"of another compartment": access.Members([]access.Principal{p}, "precursor", since),
		"when it ran out":        access.Members([]access.Principal{p}, "drugs", noon.AddDate(0, 1, 0)),
		"who was disabled":       access.Members([]access.Principal{step(t, p, at(operator("p_a"), since), access.DisablePrincipal{})}, "drugs", since),
		"whose grant was ended":  access.Members([]access.Principal{step(t, p, at(operator("p_a"), since), access.EndGrant{Grant: "g2"})}, "drugs", since),
		"who is nobody there":    access.Members([]access.Principal{proposed}, "", since),
	} {
		if len(all) > 0 {
			t.Errorf("%s: %+v", what, all)
		}
	}
}

func TestWhoWasPutThereByOnePersonIsListedWithThatPersonAndNoEnd(t *testing.T) {
	t.Parallel()
	p := access.Principal{}.Apply(access.Decision{Stamp: at(operator("p_a"), noon), Events: []access.Event{
		access.PrincipalCreated{Person: "p_1", Roles: []verification.Role{verification.RoleDesk}, Unit: verification.DeskUnit},
		access.MembershipGranted{Membership: access.Membership{Compartment: "drugs"}},
	}})
	keeper := access.Principal{ID: "p_9", Roles: []verification.Role{verification.RoleKeeper}, Compartments: []access.Membership{{Compartment: "drugs", Keeper: true}}}
	p = p.Apply(access.Decision{Stamp: at(operator("p_b"), noon.Add(1)), Events: []access.Event{
		access.MembershipGranted{Membership: access.Membership{Compartment: "precursor"}},
	}})
	for room, want := range map[verification.Compartment][]access.Member{
		"drugs":     {{Person: "p_9", Keeper: true}, {Person: "p_1", Since: noon, ProposedBy: "p_a"}},
		"precursor": {{Person: "p_1", Since: noon.Add(1), ProposedBy: "p_b"}},
	} {
		if diff := cmp.Diff(want, access.Members([]access.Principal{p, keeper}, room, noon)); diff != "" {
			t.Errorf("%s: %s", room, diff)
		}
	}
}

func TestACompartmentIsItsKeepersAndItsLeadsToSeeTo(t *testing.T) {
	t.Parallel()
	for name, c := range actors() {
		want := name == "KEEPER" || name == "LEAD"
		if got := access.Tends(c, "drugs"); got != want {
			t.Errorf("%s sees to drugs: %t", name, got)
		}
		if access.Tends(c, "precursor") || access.Tends(c, "") {
			t.Errorf("%s sees to a compartment of which they are no member", name)
		}
		if got := access.Tended(c); (len(got) == 1) != want {
			t.Errorf("%s sees to %v", name, got)
		}
	}
	program := actors()["KEEPER"]
	program.System = true
	if access.Tends(program, "drugs") {
		t.Error("a program sees to a compartment")
	}
}
