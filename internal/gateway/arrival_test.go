package gateway

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func TestAKeeperWhoKeepsTheCompartmentNoLongerIsNotAlarmed(t *testing.T) {
	t.Parallel()
	now := time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC)
	member := func(keeps bool) []access.Principal {
		return []access.Principal{{
			ID: "p_1", Roles: []verification.Role{verification.RoleKeeper}, Compartments: []access.Membership{{Compartment: "drugs", Keeper: keeps}},
		}}
	}
	for keeps, alarmed := range map[bool]int{true: 1, false: 0} {
		p := posts{everybody: member(keeps), roster: access.RosterOf(member(keeps), now), now: now}
		if got := p.alarms(arrival{id: "r", room: "drugs", keeper: "p_1", since: now}); len(got) != alarmed {
			t.Errorf("keeps %t: alarmed are %+v", keeps, got)
		}
	}
}

func TestAStubIsQuietOnceItsKeeperHoldsItAndNotBefore(t *testing.T) {
	t.Parallel()
	now := time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC)
	for holder, alarmed := range map[verification.PersonID]int{"": 1, "p_another": 1, "p_1": 0} {
		got := posts{roster: access.RosterOf(nil, now), now: now}.alarms(arrival{id: "r", stub: true, keeper: "p_1", holder: holder, since: now})
		if len(got) != alarmed {
			t.Errorf("held by %q: alarmed are %+v", holder, got)
		}
	}
}
