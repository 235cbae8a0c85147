package verification

import (
	"encoding/json"

	"verigate/internal/marking"
)

// Row 30: the way down. The effective level is the highest of the partner's marking, the floor of the matter and the units'
// own (fields.md, Marking). It rises freely; it falls by the lead alone, with a reason, and as every partner is foreign, by
// words of the partner that the record holds.

// permitLowering is the guard of row 30.
func (r Request) permitLowering() error {
	switch {
	case r.Stub || r.Level >= marking.L4:
		return refuse(IsStub, "what is above the ceiling stays there")
	case r.Level <= marking.L0:
		return refuse(NotLower, "no level is lower than the one it has")
	case r.OneWay && !r.State.Ended():
		return refuse(WrongState, "the request was sealed by hand: its level is lowered once the case has ended")
	}
	return nil
}

func (r Request) lowerLevel(c LowerLevel) ([]Event, error) {
	switch {
	case c.Code == "":
		return nil, refuse(ReasonMissing, "lowering a level needs a code")
	case c.Level <= marking.Unmarked || c.Level >= r.Level:
		return nil, refuse(NotLower, "name a level below the one it has")
	case c.Level < c.Floor.Level:
		return nil, refuse(FloorHolds, "the matter itself demands %s (%s): nobody's consent lowers it further", c.Floor.Level, c.Floor.Code)
	}
	if units := r.MarkedByUnits(); c.Level < units {
		return nil, refuse(FloorHolds, "a unit marked a fact of this request so that it demands %s (unit_fact)", units)
	}
	agreed, err := r.agreed(c)
	if err != nil {
		return nil, err
	}
	return one(LevelLowered{From: r.Level, Level: c.Level, Code: c.Code, Text: c.Text, AgreedIn: c.AgreedIn, Agreed: agreed})
}

// agreed is the level that the words named by the command mean. They count while they are the partner's last on the matter,
// and are its own: what the desk typed from paper is not.
func (r Request) agreed(c LowerLevel) (marking.Level, error) {
	agreed := c.Marked
	switch {
	case r.Partner == "":
		return 0, refuse(ConsentMissing, "the sender is not known: nobody can agree to a lower level")
	case c.AgreedIn < 0 || c.AgreedIn > len(r.Replied):
		return 0, refuse(ConsentMissing, "the partner replied to no clarification of that number")
	case c.AgreedIn > 0:
		agreed = r.Replied[c.AgreedIn-1].Marked
	case r.Registered:
		return 0, refuse(ConsentMissing, "the desk registered the request: its marking is not the partner's own word. Ask the partner")
	}
	for _, newer := range r.Replied[c.AgreedIn:] {
		if newer.Marked != marking.Unmarked {
			return 0, refuse(ConsentMissing, "the partner has stated another marking since: name its last word")
		}
	}
	switch {
	case agreed == marking.Unmarked:
		return 0, refuse(ConsentMissing, "those words state no marking: ask the partner which it agrees to")
	case c.Level < agreed:
		return 0, refuse(ConsentMissing, "the partner agreed to no lower level than %s: ask it again, or name that", agreed)
	}
	return agreed, nil
}

// MarkedByUnits is the highest level that a unit marked a fact with, zero when it marked none. Facts that were returned or
// taken back count: they stay in the record, where all who may read the request read them. What cannot be read is taken for
// the highest.
func (r Request) MarkedByUnits() marking.Level {
	var highest marking.Level
	for _, t := range r.Tasks {
		for _, a := range t.Answers {
			for _, qa := range a.Questions {
				for _, f := range qa.Facts {
					highest = marking.Join(highest, f.marked())
				}
			}
		}
	}
	return highest
}

// marked is the level of the fact by its own handling alone, whatever it took over from its request.
func (f Fact) marked() marking.Level {
	if len(f.Handling) == 0 {
		return marking.Unmarked
	}
	var h marking.Handling
	if json.Unmarshal(f.Handling, &h) != nil {
		return marking.L4
	}
	level, err := marking.Of(h)
	if err != nil {
		return marking.L4
	}
	return level
}

// lowered takes the request out of its compartment when it is sealed no more: from then on whom a role lets at it reads it.
func (r Request) lowered(s Stamp, e LevelLowered) Request {
	r.Level = e.Level
	if !r.Level.Sealed() {
		r.Compartment, r.Keeper, r.OneWay = "", "", false
	}
	return r.noted(s, "", e.Text).voidPackage(VoidLevelLowered)
}
