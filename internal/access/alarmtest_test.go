package access_test

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func tested(by verification.PersonID, minute int, e ...access.Event) access.Decision {
	return access.Decision{
		Stamp:  verification.Stamp{At: noon.Add(time.Duration(minute) * time.Minute), By: verification.Actor{Person: by}},
		Events: e,
	}
}

func TestTheAlarmIsTriedByWhoKeepsTheCompartmentAndConfirmedByWhomItReached(t *testing.T) {
	t.Parallel()
	keeper := verification.Actor{Person: "p_1", Roles: []verification.Role{verification.RoleKeeper}, Keeps: []verification.Compartment{"drugs"}}
	told := []access.Told{{Person: "p_1", Rung: "keeper"}, {Person: "p_2", Rung: "deputy"}}
	held := access.FoldEntry(tested("p_1", 0, access.AlarmTested{Compartment: "drugs", Told: told}))
	heard := held.Apply(tested("p_2", 3, access.AlarmTestConfirmed{Compartment: "drugs"}))
	person := func(id verification.PersonID) verification.Actor { return verification.Actor{Person: id} }
	for what, c := range map[string]struct {
		entry  access.Entry
		by     verification.Actor
		minute int
		change access.Change
		want   verification.Code
		events int
	}{
		"a keeper tries it":                {access.Entry{}, keeper, 0, access.TestAlarm{Compartment: "drugs", Told: told}, "", 1},
		"a lead":                           {access.Entry{}, headOfDesk, 0, access.TestAlarm{Compartment: "precursor"}, "", 1},
		"not of another compartment":       {access.Entry{}, keeper, 0, access.TestAlarm{Compartment: "precursor"}, verification.NotPermitted, 0},
		"not an operator":                  {access.Entry{}, operator("p_9"), 0, access.TestAlarm{Compartment: "drugs"}, verification.NotPermitted, 0},
		"pressed twice it alarms once":     {held, keeper, 0, access.TestAlarm{Compartment: "drugs", Told: told}, "", 0},
		"a minute later it alarms again":   {held, keeper, 1, access.TestAlarm{Compartment: "drugs", Told: told}, "", 1},
		"whom it reached confirms":         {held, person("p_2"), 5, access.ConfirmAlarmTests{}, "", 1},
		"once":                             {heard, person("p_2"), 5, access.ConfirmAlarmTests{}, "", 0},
		"another for themselves":           {heard, person("p_1"), 5, access.ConfirmAlarmTests{}, "", 1},
		"within the hour":                  {held, person("p_2"), 59, access.ConfirmAlarmTests{}, "", 1},
		"and no later":                     {held, person("p_2"), 60, access.ConfirmAlarmTests{}, "", 0},
		"whom it did not reach has no say": {held, person("p_3"), 5, access.ConfirmAlarmTests{}, "", 0},
		"nor nobody":                       {held, verification.Actor{}, 5, access.ConfirmAlarmTests{}, verification.NotPermitted, 0},
	} {
		stamp := verification.Stamp{At: noon.Add(time.Duration(c.minute) * time.Minute), By: c.by}
		events, err := c.entry.Decide(stamp, c.change)
		if code(err) != c.want || len(events) != c.events {
			t.Errorf("%s: %d events, refused with %q, want %d, %q", what, len(events), code(err), c.events, c.want)
		}
	}
	if got := heard.Tests["drugs"].Told; !got[0].ConfirmedAt.IsZero() || !got[1].ConfirmedAt.Equal(noon.Add(3*time.Minute)) || !held.Tests["drugs"].Told[1].ConfirmedAt.IsZero() {
		t.Errorf("confirmed: %v, before that %v", got, held.Tests["drugs"].Told)
	}
	at := noon.Add(5 * time.Minute)
	if !heard.Tests.Sounding("p_1", at).Equal(noon) || !heard.Tests.Sounding("p_2", at).IsZero() || !heard.Tests.Sounding("p_3", at).IsZero() {
		t.Error("it sounds for others than who have not confirmed it")
	}
	if again := heard.Apply(tested("p_1", 10, access.AlarmTested{Compartment: "drugs", Told: told})); again.Tests.Sounding("p_2", noon.Add(11*time.Minute)).IsZero() {
		t.Error("a further test does not sound for who confirmed the one before")
	}
}
