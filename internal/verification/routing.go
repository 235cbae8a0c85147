package verification

import "slices"

// Rows 4, 4b, 4c, 5 and the circulation of information: who is to answer what.

// route first takes away what is with those whom it excludes, so that their questions are to be given to others in the
// same act.
func (r Request) route(c Route, o Order) ([]Event, error) {
	kind, nothing := TaskQuestion, "name at least one unit and its questions"
	if r.Kind == KindInformation {
		kind, nothing = TaskNotice, "name the units that are to read this"
	}
	if len(c.Assignments) == 0 {
		return nil, refuse(NothingToRoute, "%s", nothing)
	}
	r.Excluded = r.Excluded.with(c.Exclude)
	taken := r.takenAway()
	r = r.Apply(Decision{Stamp: o.Stamp, Events: taken})
	assignments, err := r.assign(c.Assignments, kind)
	if err != nil {
		return nil, err
	}
	if err := r.covers(assignments); err != nil {
		return nil, err
	}
	return append(taken, Routed{Assignments: assignments, Exclude: c.Exclude}), nil
}

// takenAway are the live tasks of who must not know of the request. One that nobody of the unit may act on is stopped; of
// any other the excluded officers are taken off.
func (r Request) takenAway() []Event {
	var events []Event
	for _, t := range r.Tasks {
		left := r.impartial(t.Officers)
		switch {
		case !t.State.Live():
		case r.unitExcluded(t) || r.officersExcluded(t):
			events = append(events, TaskTakenAway{Task: t.Task})
		case len(left) < len(t.Officers):
			events = append(events, TaskAssigned{Task: t.Task, Officers: left, SubDepartment: t.SubDepartment})
		}
	}
	return events
}

// unitExcluded says whether the unit of a task must not know of the request. To ask an agency is the desk's, whose persons
// are excluded one by one.
func (r Request) unitExcluded(t Task) bool {
	return t.Kind != TaskAgency && slices.Contains(r.Excluded.Units, t.Unit)
}

// officersExcluded says whether a sealed matter names for a task only officers who must not know of it.
func (r Request) officersExcluded(t Task) bool {
	return t.Kind != TaskAgency && r.sealedLevel() && len(t.Officers) > 0 && len(r.impartial(t.Officers)) == 0
}

// impartial leaves of some officers those who are not excluded.
func (r Request) impartial(officers []PersonID) []PersonID {
	return slices.DeleteFunc(slices.Clone(officers), func(p PersonID) bool { return slices.Contains(r.Excluded.Persons, p) })
}

// sealing adds to events by which a request may become sealed what keeps a task from being named to excluded officers alone,
// because they had worked on it: what is left to nobody is the unit's lead's.
func (r Request) sealing(s Stamp, events []Event) []Event {
	sealed := r.Apply(Decision{Stamp: s, Events: events})
	if r.sealedLevel() || !sealed.sealedLevel() {
		return events
	}
	for _, t := range sealed.Tasks {
		if left := r.impartial(t.Officers); t.State.Live() && len(left) < len(t.Officers) {
			events = append(events, TaskAssigned{Task: t.Task, Officers: left, SubDepartment: t.SubDepartment})
		}
	}
	return events
}

// assign checks new tasks and gives them their ids: every question exists and is open, no unit is excluded, none has
// the question already in this round.
func (r Request) assign(wanted []Assignment, kind TaskKind) ([]Assignment, error) {
	out := make([]Assignment, 0, len(wanted))
	for i, a := range wanted {
		if slices.Contains(r.Excluded.Units, a.Unit) {
			return nil, refuse(UnitExcluded, "the routing excludes a unit that it names")
		}
		if r.excludesAny(a.Officers) {
			return nil, refuse(ConflictOfInterest, "the routing excludes an officer that it names")
		}
		if kind == TaskNotice && (len(a.Questions) > 0 || r.hasNotice(a.Unit, out)) {
			return nil, refuse(UnitHasQuestion, "each unit reads a notice once, and no question goes with it")
		}
		if kind == TaskQuestion {
			if err := r.assignable(a, out); err != nil {
				return nil, err
			}
		}
		a.Kind, a.Task = kind, NewTaskID(r.ID, len(r.Tasks)+i+1)
		a.Questions = sorted(a.Questions)
		out = append(out, a)
	}
	return out, nil
}

func (r Request) assignable(a Assignment, before []Assignment) error {
	if len(a.Questions) == 0 {
		return refuse(NothingToRoute, "name the questions of each unit")
	}
	for _, n := range a.Questions {
		q, ok := r.Question(n)
		if !ok {
			return refuse(UnknownQuestion, "the round has no question of that number")
		}
		if q.Desk != nil || q.Silent || q.Released {
			return refuse(QuestionClosed, "a question that is answered already cannot be routed")
		}
		if r.unitHolds(a.Unit, n) || slices.ContainsFunc(before, func(b Assignment) bool {
			return b.Unit == a.Unit && slices.Contains(b.Questions, n)
		}) {
			return refuse(UnitHasQuestion, "the unit has this question already")
		}
	}
	return nil
}

// unitHolds says whether a live task of the unit holds the question. A unit that declined may be asked again by the
// desk, which knows; a forward may not (unitHad).
func (r Request) unitHolds(unit UnitCode, n int) bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool {
		return t.Round == r.Round && t.Unit == unit && t.State.Live() && t.Kind == TaskQuestion && t.HoldsQuestion(n)
	})
}

// unitHad says whether the unit had the question at any time in this round.
func (r Request) unitHad(unit UnitCode, n int) bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool {
		return t.Round == r.Round && t.Unit == unit && slices.Contains(t.everHeld(), n)
	})
}

// everHeld returns the questions of a task, those it passed on included.
func (t Task) everHeld() []int { return append(slices.Clone(t.Questions), t.PassedOn...) }

func (r Request) hasNotice(unit UnitCode, before []Assignment) bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool { return t.Unit == unit && t.Kind == TaskNotice && !t.TakenAway }) ||
		slices.ContainsFunc(before, func(a Assignment) bool { return a.Unit == unit })
}

// covers says whether, with the new tasks, no open question of the round waits without a task.
func (r Request) covers(assignments []Assignment) error {
	for _, q := range r.RoundQuestions() {
		given := slices.ContainsFunc(assignments, func(a Assignment) bool { return slices.Contains(a.Questions, q.N) })
		if !given && r.waits(q) {
			return refuse(QuestionUnassigned, "question %d has no unit and no answer of the desk", q.N)
		}
	}
	return nil
}

// with joins exclusions: an exclusion only grows.
func (x Exclusion) with(more Exclusion) Exclusion {
	units, persons := slices.Clone(x.Units), slices.Clone(x.Persons)
	for _, u := range more.Units {
		if !slices.Contains(units, u) {
			units = append(units, u)
		}
	}
	for _, p := range more.Persons {
		if !slices.Contains(persons, p) {
			persons = append(persons, p)
		}
	}
	return Exclusion{Units: units, Persons: persons}
}

func (r Request) answerByDesk(c AnswerByDesk) ([]Event, error) {
	if len(c.Answers) == 0 {
		return nil, refuse(NothingNew, "name the questions that the desk answers")
	}
	seen := map[int]bool{}
	for _, a := range c.Answers {
		q, ok := r.Question(a.N)
		switch {
		case !ok:
			return nil, refuse(UnknownQuestion, "the round has no question of that number")
		case seen[a.N] || q.Desk != nil || q.Silent || q.Released || !r.Open(q):
			return nil, refuse(QuestionClosed, "question %d is answered already", a.N)
		case a.Code == "":
			return nil, refuse(ReasonMissing, "an answer of the desk needs a code")
		case a.Result == Elsewhere && a.Channel == "":
			return nil, refuse(AnswerInvalid, "elsewhere names the proper channel")
		case a.Result != RefusedAnswer && a.Result != CannotSay && a.Result != Elsewhere:
			return nil, refuse(AnswerInvalid, "the desk answers refused, cannot_say or elsewhere: facts come from units")
		}
		seen[a.N] = true
	}
	return one(DeskAnswered(c))
}

func (r Request) askAgency(c AskAgency) ([]Event, error) {
	if c.Agency == "" {
		return nil, refuse(ReasonMissing, "name the agency")
	}
	a := Assignment{Unit: DeskUnit, Agency: c.Agency, Questions: sorted(c.Questions), Kind: TaskAgency, Task: NewTaskID(r.ID, len(r.Tasks)+1)}
	if len(a.Questions) == 0 {
		return nil, refuse(NothingToRoute, "name the questions that the agency is asked")
	}
	for _, n := range a.Questions {
		q, ok := r.Question(n)
		switch {
		case !ok:
			return nil, refuse(UnknownQuestion, "the round has no question of that number")
		case q.Desk != nil || q.Silent || q.Released:
			return nil, refuse(QuestionClosed, "question %d is answered already", n)
		case r.agencyHolds(c.Agency, n):
			return nil, refuse(UnitHasQuestion, "the agency is asked this already")
		}
	}
	return one(AgencyAsked{Assignment: a})
}

func (r Request) agencyHolds(agency string, n int) bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool {
		return t.Round == r.Round && t.Kind == TaskAgency && t.Agency == agency && t.State.Live() && t.HoldsQuestion(n)
	})
}

func (r Request) markDuplicate(c MarkDuplicate) ([]Event, error) {
	if err := r.MergesInto(c.Of); err != nil {
		return nil, err
	}
	return one(DuplicateMarked{Of: c.Of.ID})
}

// unread lists the units that have a notice and have not read it.
func (r Request) unread() []UnitCode {
	var units []UnitCode
	for _, t := range r.Tasks {
		if t.Kind == TaskNotice && t.State == Queued {
			units = append(units, t.Unit)
		}
	}
	return units
}

func sorted(n []int) []int {
	out := slices.Clone(n)
	slices.Sort(out)
	return slices.Compact(out)
}
