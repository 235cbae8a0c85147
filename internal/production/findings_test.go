package production_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/production"
	"verigate/internal/verification"
)

// sound is a gateway of which nothing is to be said.
func sound() production.Facts {
	var principals []access.Principal
	var persons []production.Person
	for n, role := range []verification.Role{
		verification.RoleDesk, verification.RoleDesk, verification.RoleDesk, verification.RoleLead, verification.RoleLead, verification.RoleUnit,
	} {
		p := access.Principal{ID: verification.PersonID(fmt.Sprint("p", n)), Roles: []verification.Role{role}}
		if n < 2 {
			p.Roles = append(p.Roles, verification.RoleKeeper)
		}
		if role != verification.RoleUnit {
			for _, c := range marking.Defaults() {
				p.Compartments = append(p.Compartments, access.Membership{Compartment: verification.Compartment(c), Keeper: n < 2})
			}
		}
		principals = append(principals, p)
		persons = append(persons, production.Person{ID: p.ID, Roles: p.Roles, SecondFactor: true})
	}
	return production.Facts{
		TLS: true, RealBoard: true, Real: true, RootKeyApart: true, ClockSynchronised: true, Sync: production.SyncAlways,
		RightsTold: true, Persons: persons, Roster: access.RosterOf(principals, time.Time{}),
	}
}

func TestOfASoundGatewayNothingIsFound(t *testing.T) {
	t.Parallel()
	if found := production.Findings(sound()); len(found) != 0 {
		t.Errorf("%+v", found)
	}
}

func TestEachThingThatIsWrongIsFoundByItself(t *testing.T) {
	t.Parallel()
	person := func(n int, change func(*production.Person)) func(*production.Facts) {
		return func(f *production.Facts) { change(&f.Persons[n]) }
	}
	for code, spoil := range map[production.Code]func(*production.Facts){
		production.PlainListener:   func(f *production.Facts) { f.TLS = false },
		production.EmbeddedBoard:   func(f *production.Facts) { f.RealBoard = false },
		production.Demonstration:   func(f *production.Facts) { f.Real = false },
		production.RootKeyBeside:   func(f *production.Facts) { f.RootKeyApart = false },
		production.ExposedFile:     func(f *production.Facts) { f.Exposed = []string{"/etc/verigate/key.pem"} },
		production.ClockUnchecked:  func(f *production.Facts) { f.ClockSynchronised = false },
		production.NotDurable:      func(f *production.Facts) { f.Sync = production.SyncOther },
		production.SyncUnverified:  func(f *production.Facts) { f.Sync = production.SyncUnknown },
		production.RightsTooWide:   func(f *production.Facts) { f.Rights = []string{"$JS.API.STREAM.DELETE.RECORD_0", "a", "b"} },
		production.RightsUnknown:   func(f *production.Facts) { f.RightsTold = false },
		production.NoSecondFactor:  person(5, func(p *production.Person) { p.SecondFactor = false }),
		production.TooFewReviewers: person(0, func(p *production.Person) { p.Roles = []verification.Role{verification.RoleUnit} }),
		production.TooFewLeads:     person(3, func(p *production.Person) { p.Roles = nil }),
		production.NobodyOnDuty:    func(f *production.Facts) { f.Uncovered = 2 },
		production.CompartmentGap: func(f *production.Facts) {
			f.Roster = access.RosterOf([]access.Principal{}, time.Time{})
		},
	} {
		f := sound()
		spoil(&f)
		found := production.Findings(f)
		if len(found) == 0 || slices.ContainsFunc(found, func(x production.Finding) bool { return x.Code != code }) {
			t.Errorf("%s: %+v", code, found)
		}
		for _, x := range found {
			if x.Bars() == (code == production.NobodyOnDuty) {
				t.Errorf("%s bars the start: %t", code, x.Bars())
			}
			if x.What == "" || x.Remedy == "" || strings.Contains(x.What, "%!") {
				t.Errorf("%s is told by halves: %+v", code, x)
			}
		}
	}
}

// The zero value is the gateway of which nothing is known: it never passes for a sound one.
func TestOfAGatewayOfWhichNothingIsKnownEverythingIsFeared(t *testing.T) {
	t.Parallel()
	codes := map[production.Code]bool{}
	for _, f := range production.Findings(production.Facts{}) {
		codes[f.Code] = true
	}
	for _, code := range []production.Code{
		production.PlainListener, production.EmbeddedBoard, production.Demonstration, production.RootKeyBeside,
		production.ClockUnchecked, production.NotDurable, production.RightsUnknown, production.TooFewReviewers,
		production.TooFewLeads, production.CompartmentGap,
	} {
		if !codes[code] {
			t.Errorf("%s is not feared", code)
		}
	}
}
