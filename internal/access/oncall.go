package access

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// OnCallEntry is the aggregate id of who is on call as second reviewer. It is one aggregate, so that of two who set one
// night at once the record takes one first.
const OnCallEntry = "on-call"

// maxTurn is how long a turn may last: whoever is on call for longer has been forgotten there.
const maxTurn = 31 * 24 * time.Hour

// Turn is a time in which a person is the second reviewer on call: who is alarmed when a package waits for another person
// than its editor. It opens nothing; who may approve the rules and the roles say.
type Turn struct {
	Person verification.PersonID `json:"person,omitempty"` // empty: nobody
	From   time.Time             `json:"from"`
	Until  time.Time             `json:"until"`            // no longer included
	Deputy verification.PersonID `json:"deputy,omitempty"` // of a keeper on duty; a second reviewer has none
}

// valid says whether a turn may be set at a time.
func (t Turn) valid(at time.Time) bool {
	return t.From.Before(t.Until) && at.Before(t.Until) && t.Until.Sub(t.From) <= maxTurn
}

func (t Turn) covers(at time.Time) bool { return !at.Before(t.From) && at.Before(t.Until) }

// OnCallSet is a turn. In its time it stands in place of all that were set before.
type OnCallSet struct{ Turn }

// EventKind implements Event.
func (OnCallSet) EventKind() string { return "on_call_set.v1" }

func (OnCallSet) happened() {}

// SetOnCall sets a turn.
type SetOnCall struct{ Turn }

func (SetOnCall) change() {}

// TurnInvalid refuses a turn that ends before it begins, has ended, or is longer than 31 days.
const TurnInvalid verification.Code = "turn_invalid"

// setOnCall: who is on call the head of the desk says, who answers for the desk at night.
func (n Entry) setOnCall(s verification.Stamp, c SetOnCall) ([]Event, error) {
	turn := Turn{Person: c.Person, From: c.From.UTC(), Until: c.Until.UTC()}
	switch {
	case !s.By.Has(verification.RoleLead):
		return nil, refuse(verification.NotPermitted, "who is on call the head of the desk says")
	case !turn.valid(s.At):
		return nil, refuse(TurnInvalid, "a turn ends after it begins, later than now, and lasts 31 days at most")
	case len(n.OnCall) > 0 && n.OnCall[len(n.OnCall)-1] == turn:
		return nil, nil
	}
	return []Event{OnCallSet{turn}}, nil
}

// OnCall is turns in the order in which they were set: of several at one time the last one counts.
type OnCall []Turn

// At is the turn of a time; false: nobody is on call.
func (o OnCall) At(at time.Time) (Turn, bool) {
	for _, t := range slices.Backward(o) {
		if t.covers(at) {
			return t, t.Person != ""
		}
	}
	return Turn{}, false
}

// Ahead are the turns of a time and after it, in their order, none beside another: what was set over is cut out. The first
// begins when it was set to.
func (o OnCall) Ahead(at time.Time) []Turn {
	moments := []time.Time{at}
	for _, t := range o {
		moments = append(moments, t.From, t.Until)
	}
	moments = slices.DeleteFunc(moments, func(m time.Time) bool { return m.Before(at) })
	slices.SortFunc(moments, time.Time.Compare)
	var out []Turn
	for i, from := range moments[:len(moments)-1] { // behind the last one nobody is on call
		t, on := o.At(from)
		last := len(out) - 1
		switch until := moments[i+1]; {
		case !on || !from.Before(until):
		case last >= 0 && out[last].Person == t.Person && out[last].Deputy == t.Deputy && out[last].Until.Equal(from):
			out[last].Until = until
		default:
			out = append(out, Turn{Person: t.Person, Deputy: t.Deputy, From: from, Until: until})
		}
	}
	if t, on := o.At(at); on {
		out[0].From = t.From
	}
	return out
}

// without leaves out what had ended: a fold of years is as short as one of days.
func (o OnCall) without(at time.Time) OnCall {
	return slices.DeleteFunc(slices.Clone(o), func(t Turn) bool { return !at.Before(t.Until) })
}
