package access

import (
	"maps"
	"slices"
	"time"

	"verigate/internal/verification"
)

// Mark names what a person has read up to a moment. A mark is theirs: it says what is new to them, and opens nothing.
type Mark string

// The marks of schemas/marks.json.
const (
	MarkSecondReviewer Mark = "second_reviewer" // packages that wait for one: what waited by then alarms them no more
	MarkSealedMatter   Mark = "sealed_matter"   // sealed matters that came: what alarmed by then alarms them no more
	MarkBriefing       Mark = "briefing"        // the briefing that they signed off
)

// Marks are all of them.
func Marks() []Mark { return []Mark{MarkSecondReviewer, MarkSealedMatter, MarkBriefing} }

// ReadUntil is that the person has read something up to a moment.
type ReadUntil struct {
	Mark  Mark      `json:"mark"`
	Until time.Time `json:"until"`
}

// EventKind implements Event.
func (ReadUntil) EventKind() string { return "read_until.v1" }

func (ReadUntil) happened() {}

// SetMark is the person's own, whether they have an account or a provider's identity.
type SetMark struct {
	Mark  Mark
	Until time.Time
}

func (SetMark) command() {}

// MarkInvalid refuses a mark that is unknown or lies in the future.
const MarkInvalid verification.Code = "mark_invalid"

// setMark moves a mark forward. One that would move it back, as a page left open does, is nothing new.
func (p Principal) setMark(s verification.Stamp, c SetMark) ([]Event, error) {
	e := ReadUntil{Mark: c.Mark, Until: c.Until.UTC()}
	switch {
	case p.ID == "" || s.By.Person != p.ID || p.System:
		return nil, refuse(verification.NotPermitted, "what somebody has read they say themselves")
	case !slices.Contains(Marks(), c.Mark) || c.Until.After(s.At):
		return nil, refuse(MarkInvalid, "a mark is one of those that there are, and lies not in the future")
	case !c.Until.After(p.Read[c.Mark]):
		return nil, nil
	}
	return []Event{e}, nil
}

func (p Principal) withRead(e ReadUntil) Principal {
	p.Read = maps.Clone(p.Read)
	if p.Read == nil {
		p.Read = map[Mark]time.Time{}
	}
	p.Read[e.Mark] = e.Until
	return p
}
