package verification

import "slices"

// Rows 4, 4b, 4c, 5 and the circulation of information: who is to answer what.

func (r Request) route(c Route) ([]Event, error) {
	if r.Kind == KindInformation {
		return r.distribute(c)
	}
	if len(c.Assignments) == 0 {
		return nil, refuse(NothingToRoute, "name at least one unit and its questions")
	}
	r.Excluded = r.Excluded.with(c.Exclude)
	assignments, err := r.assign(c.Assignments, TaskQuestion)
	if err != nil {
		return nil, err
	}
	if err := r.covers(assignments); err != nil {
		return nil, err
	}
	return one(Routed{Assignments: assignments, Exclude: c.Exclude})
}

func (r Request) distribute(c Route) ([]Event, error) {
	if len(c.Assignments) == 0 {
		return nil, refuse(NothingToRoute, "name the units that are to read this")
	}
	r.Excluded = r.Excluded.with(c.Exclude)
	assignments, err := r.assign(c.Assignments, TaskNotice)
	if err != nil {
		return nil, err
	}
	return one(Routed{Assignments: assignments, Exclude: c.Exclude})
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
	return slices.ContainsFunc(r.Tasks, func(t Task) bool { return t.Unit == unit && t.Kind == TaskNotice }) ||
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
	switch {
	case c.Of == r.ID || c.Of == "":
		return nil, refuse(NothingNew, "a request is no duplicate of itself")
	case c.OfPartner != r.Partner || r.Partner == "":
		return nil, refuse(OtherPartner, "only a twin of the same partner is merged: another partner's is linked silently")
	}
	return one(DuplicateMarked{Of: c.Of})
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
