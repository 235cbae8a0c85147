package access

import (
	"maps"
	"slices"
	"time"

	"verigate/internal/verification"
)

// AlarmSounds is how long a test of an alarm sounds on a screen. Who has not confirmed it by then did not hear it in time.
const AlarmSounds = time.Hour

// testAgain is how soon after a test the next one is the same: pressed twice it alarms once.
const testAgain = time.Minute

// AlarmRung is as whom somebody is alarmed: keeper, deputy or lead.
type AlarmRung string

// Told is one person whom the alarm of a compartment reaches.
type Told struct {
	Person verification.PersonID `json:"person"`
	Rung   AlarmRung             `json:"rung"`
}

// AlarmTested is a test of the way on which a compartment's alarm goes: whom it reached. It lives with the turns, in
// DutyEntry, for no subject of the record may name a compartment.
type AlarmTested struct {
	Compartment verification.Compartment `json:"compartment"`
	Told        []Told                   `json:"told"`
}

// AlarmTestConfirmed is that the stamp's person heard the test.
type AlarmTestConfirmed struct {
	Compartment verification.Compartment `json:"compartment"`
}

// EventKind implements Event.
func (AlarmTested) EventKind() string { return "alarm_tested.v1" }

// EventKind implements Event.
func (AlarmTestConfirmed) EventKind() string { return "alarm_test_confirmed.v1" }

func (AlarmTested) happened()        {}
func (AlarmTestConfirmed) happened() {}

// TestAlarm tries the alarm of a compartment on those whom it would reach.
type TestAlarm struct {
	Compartment verification.Compartment
	Told        []Told
}

// ConfirmAlarmTests says that who gives it has heard every test that sounds for them.
type ConfirmAlarmTests struct{}

func (TestAlarm) change()         {}
func (ConfirmAlarmTests) change() {}

// testAlarm: who may say who is on duty may try whom that alarms. That Tends is asked before, as for a turn.
func (n Entry) testAlarm(s verification.Stamp, c TestAlarm) ([]Event, error) {
	last, tried := n.Tests[c.Compartment]
	switch {
	case !slices.Contains(s.By.Keeps, c.Compartment) && !s.By.Has(verification.RoleLead):
		return nil, refuse(verification.NotPermitted, "a keeper of the compartment tries its alarm, or a lead in it")
	case tried && s.At.Before(last.At.Add(testAgain)):
		return nil, nil
	}
	return []Event{AlarmTested(c)}, nil
}

func (n Entry) confirmAlarmTests(s verification.Stamp) ([]Event, error) {
	if s.By.Person == "" {
		return nil, refuse(verification.NotPermitted, "who heard an alarm is a person")
	}
	var out []Event
	for _, room := range slices.Sorted(maps.Keys(n.Tests)) {
		if n.Tests[room].soundsFor(s.By.Person, s.At) {
			out = append(out, AlarmTestConfirmed{Compartment: room})
		}
	}
	return out, nil
}

// AlarmTest is the last test of a compartment's alarm.
type AlarmTest struct {
	At   time.Time
	By   verification.PersonID
	Told []Heard
}

// Heard is one whom it reached, and when they confirmed it; zero: they have not.
type Heard struct {
	Told
	ConfirmedAt time.Time
}

func (t AlarmTest) soundsFor(p verification.PersonID, at time.Time) bool {
	return at.Before(t.At.Add(AlarmSounds)) && slices.ContainsFunc(t.Told, func(h Heard) bool {
		return h.Person == p && h.ConfirmedAt.IsZero()
	})
}

// AlarmTests are the last tests, by compartment.
type AlarmTests map[verification.Compartment]AlarmTest

// Sounding is since when a test sounds for a person, the earliest of several; zero: none does.
func (a AlarmTests) Sounding(p verification.PersonID, at time.Time) time.Time {
	var since time.Time
	for _, t := range a {
		if t.soundsFor(p, at) && (since.IsZero() || t.At.Before(since)) {
			since = t.At
		}
	}
	return since
}

// with takes an event; what a reader holds stays as it was.
func (a AlarmTests) with(s verification.Stamp, e Event) AlarmTests {
	switch e := e.(type) { //nolint:gochecksumtype // of all events these two
	case AlarmTested:
		t := AlarmTest{At: s.At, By: s.By.Person}
		for _, told := range e.Told {
			t.Told = append(t.Told, Heard{Told: told})
		}
		return a.put(e.Compartment, t)
	case AlarmTestConfirmed:
		t := a[e.Compartment]
		t.Told = slices.Clone(t.Told)
		for i, h := range t.Told {
			if h.Person == s.By.Person && h.ConfirmedAt.IsZero() {
				t.Told[i].ConfirmedAt = s.At
			}
		}
		return a.put(e.Compartment, t)
	default:
		return a
	}
}

func (a AlarmTests) put(room verification.Compartment, t AlarmTest) AlarmTests {
	out := maps.Clone(a)
	if out == nil {
		out = AlarmTests{}
	}
	out[room] = t
	return out
}
