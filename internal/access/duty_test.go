package access_test

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// shift is a turn with a deputy.
func shift(keeper, deputy verification.PersonID, from, until int) access.Turn {
	t := turn(keeper, from, until)
	t.Deputy = deputy
	return t
}

func TestAKeeperOfTheCompartmentOrALeadSaysWhoIsOnDuty(t *testing.T) {
	t.Parallel()
	keeper := verification.Actor{Person: "p_1", Roles: []verification.Role{verification.RoleKeeper}, Keeps: []verification.Compartment{"drugs"}}
	held := access.Entry{Duty: access.Duty{"drugs": {shift("p_1", "p_2", 0, 8)}}}
	for what, c := range map[string]struct {
		by   verification.Actor
		room verification.Compartment
		turn access.Turn
		want verification.Code
		new  bool
	}{
		"a night":                   {keeper, "drugs", shift("p_2", "p_1", 0, 12), "", true},
		"by a lead":                 {headOfDesk, "precursor", shift("p_2", "p_1", 0, 12), "", true},
		"the same once more":        {keeper, "drugs", shift("p_1", "p_2", 0, 8), "", false},
		"of another compartment":    {keeper, "precursor", shift("p_1", "p_2", 0, 8), verification.NotPermitted, false},
		"by an operator":            {operator("p_9"), "drugs", shift("p_1", "p_2", 0, 8), verification.NotPermitted, false},
		"one person for both":       {keeper, "drugs", shift("p_1", "p_1", 0, 8), access.DeputyInvalid, false},
		"a deputy of nobody":        {keeper, "drugs", shift("", "p_1", 0, 8), access.DeputyInvalid, false},
		"nobody":                    {keeper, "drugs", shift("", "", 0, 8), "", true},
		"over":                      {keeper, "drugs", shift("p_1", "p_2", -3, 0), access.TurnInvalid, false},
		"an hour more than a month": {keeper, "drugs", shift("p_1", "p_2", 0, 31*24+1), access.TurnInvalid, false},
	} {
		events, err := held.Decide(verification.Stamp{At: noon, By: c.by}, access.SetDuty{Compartment: c.room, Turn: c.turn})
		if code(err) != c.want || (len(events) == 1) != c.new {
			t.Errorf("%s: %d events, refused with %q, want %q", what, len(events), code(err), c.want)
		}
	}
}

func TestWhatIsSetForOneCompartmentLeavesTheOthersAsTheyAre(t *testing.T) {
	t.Parallel()
	set := func(room verification.Compartment, turn access.Turn, after int) access.Decision {
		return access.Decision{
			Stamp:  verification.Stamp{At: noon.Add(time.Duration(after) * time.Hour)},
			Events: []access.Event{access.DutySet{Compartment: room, Turn: turn}},
		}
	}
	first := access.FoldEntry(set("drugs", shift("p_1", "p_2", 0, 8), 0))
	all := first.Apply(set("precursor", shift("p_3", "p_4", 0, 12), 1)).Apply(set("drugs", shift("p_2", "p_1", 4, 12), 2))
	if len(first.Duty) != 1 || len(first.Duty["drugs"]) != 1 {
		t.Errorf("what was folded before has changed: %v", first.Duty)
	}
	for hour, want := range map[int]verification.PersonID{1: "p_1", 4: "p_2", 11: "p_2", 12: ""} {
		if turn, _ := all.Duty["drugs"].At(noon.Add(time.Duration(hour) * time.Hour)); turn.Person != want {
			t.Errorf("at %d: %q", hour, turn.Person)
		}
	}
	if turn, on := all.Duty["precursor"].At(noon.Add(11 * time.Hour)); !on || turn.Deputy != "p_4" {
		t.Errorf("precursors: %+v", turn)
	}
}

// kept are two keepers of drugs; the second one's grant ends twenty hours from now.
func kept() []access.Principal {
	keeper := func(id verification.PersonID) access.Principal {
		return access.Principal{ID: id, Roles: []verification.Role{verification.RoleKeeper}, Unit: verification.DeskUnit}
	}
	one, two := keeper("p_1"), keeper("p_2")
	one.Compartments = []access.Membership{{Compartment: "drugs", Keeper: true}}
	two.Grants = []access.Grant{{
		ID: "g", Membership: access.Membership{Compartment: "drugs", Keeper: true}, ConfirmedBy: "p_9", Until: noon.Add(20 * time.Hour),
	}}
	return []access.Principal{one, two}
}

func TestACompartmentIsUncoveredWhenWithinADayNobodyIsOnDutyOrNoDeputyIs(t *testing.T) {
	t.Parallel()
	for what, c := range map[string]struct {
		turns access.OnCall
		hour  int // at which it is uncovered
	}{
		"nobody was ever set":        {nil, 0},
		"a day by two, one goes":     {access.OnCall{shift("p_1", "p_2", 0, 48)}, 20},
		"no deputy":                  {access.OnCall{shift("p_1", "", 0, 48)}, 0},
		"who keeps it not":           {access.OnCall{shift("p_7", "p_1", 0, 48)}, 0},
		"it begins later":            {access.OnCall{shift("p_1", "p_2", 2, 48)}, 0},
		"it ends":                    {access.OnCall{shift("p_1", "p_2", -5, 19)}, 19},
		"a gap between":              {access.OnCall{shift("p_1", "p_2", -5, 6), shift("p_2", "p_1", 7, 48)}, 6},
		"nobody in a night, on word": {access.OnCall{shift("p_1", "p_2", -5, 48), shift("", "", 3, 4)}, 3},
	} {
		at, found := access.Duty{"drugs": c.turns}.Uncovered("drugs", kept(), noon)
		if want := noon.Add(time.Duration(c.hour) * time.Hour); !found || !at.Equal(want) {
			t.Errorf("%s: %v, %t, want %v", what, at, found, want)
		}
	}
	both := kept()
	both[1].Grants[0].Until = noon.Add(25 * time.Hour) // beyond a day
	whole := access.Duty{"drugs": {shift("p_1", "p_2", -5, 10), shift("p_2", "p_1", 10, 48)}}
	if at, found := whole.Uncovered("drugs", both, noon); found {
		t.Errorf("a whole day with both is uncovered at %v", at)
	}
	if n := whole.Uncovers(both, noon); n != 3 { // the other default compartments
		t.Errorf("%d compartments are uncovered, want 3", n)
	}
}
