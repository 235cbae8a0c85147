package verification

import (
	"slices"

	"verigate/internal/marking"
)

// Rows 23 to 27 and what may happen at any time: sealing, promises, degrees, notes, breaches.

func (r Request) seal(c Seal, o Order) ([]Event, error) {
	switch {
	case c.Compartment == "":
		return nil, refuse(ReasonMissing, "name the compartment")
	case r.Compartment == c.Compartment && r.Level >= marking.L3:
		return nil, nil
	}
	return r.sealing(o.Stamp, []Event{Sealed(c)}), nil
}

func (r Request) extend(c Extend, o Order) ([]Event, error) {
	switch {
	case c.Code == "":
		return nil, refuse(ReasonMissing, "an extension needs a code")
	case !c.DueAt.After(r.DueAt) || !c.DueAt.After(o.At):
		return nil, refuse(NotLater, "an extension promises a later time than now and than before")
	}
	return one(Extended(c))
}

func (r Request) findAboveCeiling(c FindAboveCeiling) ([]Event, error) {
	switch {
	case c.Code == "":
		return nil, refuse(ReasonMissing, "say by its code what was found")
	case r.Stub:
		return nil, nil
	case c.Keeper != "" && r.unlessExcluded(c.Keeper) == "":
		return nil, refuse(ConflictOfInterest, "the routing excludes that officer: name another keeper")
	}
	return one(AboveCeilingFound(c))
}

func handleOutside(c HandleOutside) ([]Event, error) {
	if !hashMatches(c.Bytes, c.Hash) {
		return nil, refuse(HashMismatch, "the hash is not that of the text")
	}
	return one(HandledOutside(c))
}

// CodeFloor is why a degree was raised by nobody's choice: what the partner asks by now has a floor.
const CodeFloor = "floor"

// slowerThan says whether a floor raises the degree; one that is not known, or empty, raises nothing.
func (r Request) slowerThan(floor Degree) bool { return floor.Rank() < r.Degree.Rank() }

// permitDegree is what of changeDegree is known before a degree is named: from flash there is only down.
func (r Request) permitDegree(by Actor) error {
	if r.Degree == Flash && !by.Has(RoleLead) {
		return refuse(NotPermitted, "flash is lowered by the lead")
	}
	return nil
}

// DegreesFor are the degrees to which the actor may change the request now, the most urgent first.
func (r Request) DegreesFor(by Actor) []Degree {
	if r.permit(NameChangeDegree, by, "") != nil {
		return nil
	}
	return slices.DeleteFunc(Degrees(), func(d Degree) bool { return d == r.Degree || r.forLead(d) && !by.Has(RoleLead) })
}

// forLead says whether a change to that degree lowers flash or urgent.
func (r Request) forLead(d Degree) bool {
	return d.Rank() > r.Degree.Rank() && (r.Degree == Flash || r.Degree == Urgent)
}

func (r Request) changeDegree(c ChangeDegree, o Order) ([]Event, error) {
	switch {
	case c.Degree == r.Degree:
		return nil, refuse(SameDegree, "the request has that degree")
	case c.Code == "":
		return nil, refuse(ReasonMissing, "a change of degree needs a code")
	case r.forLead(c.Degree) && !o.By.Has(RoleLead):
		return nil, refuse(NotPermitted, "flash and urgent are lowered by the lead")
	}
	return one(DegreeChanged(c))
}

func (r Request) appointKeeper(c AppointKeeper) ([]Event, error) {
	switch {
	case c.Person == "":
		return nil, refuse(ReasonMissing, "name the keeper")
	case r.unlessExcluded(c.Person) == "":
		return nil, refuse(ConflictOfInterest, "the routing excludes that officer: appoint another")
	case r.Keeper == c.Person:
		return nil, nil
	}
	return one(KeeperAppointed(c))
}

func (r Request) repin(c RepinPolicy) ([]Event, error) {
	if c.Policy == r.Policy && c.Calendar == r.Calendar {
		return nil, refuse(PolicyCurrent, "the request is pinned to that policy already")
	}
	return one(PolicyRepinned(c))
}

func (r Request) addNote(c AddNote) ([]Event, error) {
	if c.Text == "" {
		return nil, refuse(ReasonMissing, "a note needs a text")
	}
	return one(Noted(c))
}

// endClock names the clocks that still run when a request has ended.
func endClock(name string) bool { return name == "recall_notice" || name == "red_cause" }

func (r Request) reachStep(c ReachStep, o Order) ([]Event, error) {
	if err := due(c.Step.DueAt, o.At); err != nil {
		return nil, err
	}
	if r.State.Ended() && !endClock(c.Step.Clock) {
		return nil, nil
	}
	if r.reached(c.Step) {
		return nil, nil
	}
	if c.Step.Percent != 100 {
		return one(StepReached(c))
	}
	return one(Breached{N: len(r.Breaches) + 1, Step: c.Step})
}

// reached says whether the step is recorded: a timer may fire twice.
func (r Request) reached(s Step) bool {
	return slices.ContainsFunc(r.Steps, s.same) ||
		slices.ContainsFunc(r.Breaches, func(b Breach) bool { return b.Step.same(s) })
}

// same compares steps by what names them: clock, round, promise and per cent.
func (s Step) same(other Step) bool {
	return s.Clock == other.Clock && s.Task == other.Task && s.Round == other.Round &&
		s.Promise == other.Promise && s.Percent == other.Percent
}

func (r Request) breach(n int) (Breach, error) {
	if n < 1 || n > len(r.Breaches) {
		return Breach{}, refuse(UnknownBreach, "there is no breach of that number")
	}
	return r.Breaches[n-1], nil
}

// explainBreach takes the cause from the desk or from the unit whose clock it was.
func (r Request) explainBreach(c ExplainBreach, o Order) ([]Event, error) {
	b, err := r.breach(c.N)
	if err != nil {
		return nil, err
	}
	if !r.overAllBreaches(o.By) && !r.ownsTask(b.Step.Task, o.By) {
		return nil, refuse(NotPermitted, "a cause is given by whose clock it was, or by the desk")
	}
	if b.CauseCode != "" {
		return nil, refuse(AlreadyExplained, "the cause is given already")
	}
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a cause needs a code")
	}
	return one(BreachExplained(c))
}

func (r Request) overAllBreaches(by Actor) bool {
	return r.actsAs(RoleDesk, NameExplainBreach, by, nil) || by.Has(RoleLead)
}

// owesCause says whether a clock of the unit ran out and nobody has said why.
func (r Request) owesCause(by Actor) bool {
	return slices.ContainsFunc(r.Breaches, func(b Breach) bool { return b.CauseCode == "" && r.ownsTask(b.Step.Task, by) })
}

func (r Request) ownsTask(id TaskID, by Actor) bool {
	t, ok := r.Task(id)
	return ok && by.Unit == t.Unit && (by.Has(RoleUnit) || by.Has(RoleUnitLead))
}

func (r Request) annulBreach(c AnnulBreach) ([]Event, error) {
	b, err := r.breach(c.N)
	if err != nil {
		return nil, err
	}
	if b.Annulled {
		return nil, nil
	}
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "annulling a breach needs a code")
	}
	return one(BreachAnnulled(c))
}
