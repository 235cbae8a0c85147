package verification

import (
	"slices"

	"verigate/internal/marking"
)

// The task's own life.

// acceptTask takes the task on. The last notice that is read closes the information in the same decision.
func (r Request) acceptTask(c AcceptTask) ([]Event, error) {
	events := []Event{TaskTaken(c)}
	t, _ := r.Task(c.Task)
	if t.Kind != TaskNotice {
		return events, nil
	}
	for _, unit := range r.unread() {
		if unit != t.Unit {
			return events, nil
		}
	}
	return append(events, Circulated{}), nil
}

func (r Request) declineTask(c DeclineTask) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a decline needs a code")
	}
	return one(TaskGivenBack(c))
}

// maxHops is how often one question may be forwarded in a round; once more and it is the desk's again.
const maxHops = 3

func (r Request) forwardTask(c ForwardTask) ([]Event, error) {
	t, _ := r.Task(c.Task)
	questions := sorted(c.Questions)
	if len(questions) == 0 {
		questions = slices.Clone(t.Questions)
	}
	if err := r.forwardable(t, c, questions); err != nil {
		return nil, err
	}
	passed := TaskPassedOn{Task: c.Task, Questions: questions, Code: c.Code, Note: c.Note}
	for _, n := range questions {
		if q, _ := r.Question(n); q.Hops >= maxHops { // the whole task ends: the desk decides about all it holds
			passed.Questions = slices.Clone(t.Questions)
			return one(passed)
		}
	}
	passed.New = &Assignment{
		Task: NewTaskID(r.ID, len(r.Tasks)+1), Kind: TaskQuestion, Unit: c.Unit, Questions: questions, Officers: slices.Clone(c.Officers),
	}
	return one(passed)
}

func (r Request) forwardable(t Task, c ForwardTask, questions []int) error {
	switch {
	case c.Code == "":
		return refuse(ReasonMissing, "a forward needs a code")
	case c.Unit == t.Unit || c.Unit == "":
		return refuse(ForwardsToItself, "a task is forwarded to another unit")
	case slices.Contains(r.Excluded.Units, c.Unit):
		return refuse(UnitExcluded, "the routing excludes that unit")
	case r.excludesAny(c.Officers):
		return refuse(ConflictOfInterest, "the routing excludes an officer that the forward names")
	}
	for _, n := range questions {
		if !t.HoldsQuestion(n) {
			return refuse(UnknownQuestion, "the task does not hold that question")
		}
		if r.unitHad(c.Unit, n) {
			return refuse(UnitHasQuestion, "that unit had the question in this round")
		}
	}
	return nil
}

func (r Request) excludesAny(officers []PersonID) bool {
	return slices.ContainsFunc(officers, func(p PersonID) bool { return slices.Contains(r.Excluded.Persons, p) })
}

func holdTask(c HoldTask) ([]Event, error) {
	switch c.Code {
	case "laboratory", "other_force", "legal_authority", "physical_exam", "internal":
		return one(TaskHeld(c))
	}
	return nil, refuse(ReasonMissing, "a hold needs one of the codes of a hold")
}

// confirmHold and rejectHold decide on the oldest hold that waits for it, also when it is over or another lasts.
func (r Request) confirmHold(c ConfirmHold, o Order) ([]Event, error) {
	t, _ := r.Task(c.Task)
	return one(HoldConfirmed{Task: c.Task, Hold: t.undecided(o.By.Person) + 1})
}

func (r Request) rejectHold(c RejectHold, o Order) ([]Event, error) {
	t, _ := r.Task(c.Task)
	return one(PauseCancelled{Task: c.Task, Hold: t.undecided(o.By.Person) + 1, Code: c.Code, Text: c.Text})
}

func (r Request) assignTask(c AssignTask) ([]Event, error) {
	if r.excludesAny(c.Officers) {
		return nil, refuse(ConflictOfInterest, "the routing excludes an officer that is assigned")
	}
	return one(TaskAssigned{Task: c.Task, Officers: slices.Clone(c.Officers), SubDepartment: c.SubDepartment})
}

// answerTask takes an answer question by question. A final one leaves no question of the task without a result;
// what interim answers said counts.
func (r Request) answerTask(c AnswerTask, o Order) ([]Event, error) {
	t, _ := r.Task(c.Task)
	seen := map[int]bool{}
	for _, qa := range c.Questions {
		if !t.HoldsQuestion(qa.N) || seen[qa.N] {
			return nil, refuse(UnknownQuestion, "the task does not hold question %d, or it is answered twice here", qa.N)
		}
		seen[qa.N] = true
		if err := r.checkAnswer(qa, c.Final); err != nil {
			return nil, err
		}
	}
	if !c.Final && len(c.Questions) == 0 {
		return nil, refuse(AnswerIncomplete, "an answer names at least one question")
	}
	if c.Final {
		for _, n := range t.Questions {
			if _, before := t.standing(n); !before && !seen[n] {
				return nil, refuse(AnswerIncomplete, "a final answer covers every question: %d is missing", n)
			}
		}
	}
	if factTwice(c.Questions) {
		return nil, refuse(AnswerInvalid, "every fact has an id of its own")
	}
	replied := TaskReplied{Task: c.Task, Final: c.Final, Questions: c.Questions, Level: max(r.Level, c.Level, quoted(c.Questions))}
	if r.Compartment == "" {
		replied.Compartment = compartmentFor(replied.Level, c.Compartment)
	}
	return r.sealing(o.Stamp, []Event{replied}), nil
}

// quoted is the highest level of the facts: an answer inherits it, whatever its sender says.
func quoted(answers []QuestionAnswer) marking.Level {
	var level marking.Level
	for _, qa := range answers {
		for _, f := range qa.Facts {
			level = max(level, f.Level)
		}
	}
	return level
}

func factTwice(answers []QuestionAnswer) bool {
	seen := map[FactID]bool{}
	for _, qa := range answers {
		for _, f := range qa.Facts {
			if seen[f.ID] {
				return true
			}
			seen[f.ID] = true
		}
	}
	return false
}

func (r Request) checkAnswer(qa QuestionAnswer, final bool) error {
	bad := func(why string) error { return refuse(AnswerInvalid, "question %d: %s", qa.N, why) }
	if !final && qa.Result != Held {
		return bad("an interim answer gives facts: a negative, a refusal or cannot_say is final")
	}
	if len(qa.Facts) > 0 && qa.Result != Held {
		return bad("facts go with the result held")
	}
	for _, f := range qa.Facts {
		if _, _, _, known := r.Fact(f.ID); f.ID == "" || known {
			return bad("every fact has an id of its own")
		}
	}
	switch qa.Result {
	case Held:
		if len(qa.Facts) == 0 {
			return bad("held needs at least one fact")
		}
	case VerifiedNegative:
		if !qa.Search.complete() {
			return bad("verified_negative needs the registers, identifiers, period, time and role of the search")
		}
	case CannotSay, RefusedAnswer:
		if qa.Code == "" {
			return bad("this result needs a code")
		}
	case Elsewhere, Pending:
		return bad("that result is not a unit's to give")
	default:
		return bad("the result is not known")
	}
	return nil
}

func (s *Search) complete() bool {
	return s != nil && len(s.Registers) > 0 && len(s.Identifiers) > 0 && s.From != "" && s.To != "" && !s.DoneAt.IsZero() && s.Role != ""
}

func (r Request) acknowledgeStop(c AcknowledgeStop) ([]Event, error) {
	if t, _ := r.Task(c.Task); t.StopSeen {
		return nil, nil
	}
	return one(StopAcknowledged(c))
}
