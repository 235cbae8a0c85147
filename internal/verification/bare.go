package verification

import "slices"

// Erases says whether a decision takes the content of its request: by row 25, or because its retention has run out.
func (d Decision) Erases() bool {
	return slices.ContainsFunc(d.Events, func(e Event) bool {
		switch e.(type) { //nolint:gochecksumtype // of all events these two
		case Erased, AboveCeilingFound:
			return true
		default:
			return false
		}
	})
}

// Bare is a history without its content: who did what and when, and what clocks and counters need. Folded before a
// decision that erases, it gives the same state as the history itself would: what that decision keeps of what was
// before it, so that number, partner and clocks outlive the key under which all of it was sealed.
func Bare(history ...Decision) []Decision {
	out := make([]Decision, len(history))
	for i, d := range history {
		out[i] = Decision{Stamp: d.Stamp, Events: make([]Event, len(d.Events))}
		for j, e := range d.Events {
			out[i].Events[j] = emptied(e)
		}
	}
	return out
}

// emptied is an event without its content. What a later event needs of it stays: ids, codes, times, hashes.
func emptied(e Event) Event {
	switch e := e.(type) {
	case Submitted:
		e.Intake, e.Questions = e.emptied(), bareQuestions(e.Questions)
		return e
	case Registered:
		e.Intake, e.Questions = e.emptied(), bareQuestions(e.Questions)
		return e
	case StubRegistered:
		e.Intake = e.emptied()
		return e
	case Claimed:
		e.Reason = ""
		return e
	case Routed:
		e.Assignments = slices.Clone(e.Assignments)
		for i := range e.Assignments {
			e.Assignments[i].Reasons = nil
		}
		return e
	case DeskAnswered:
		e.Answers = slices.Clone(e.Answers)
		for i := range e.Answers {
			e.Answers[i].Text = ""
		}
		return e
	case AgencyAsked:
		e.Assignment.Reasons = nil
		return e
	case PartnerAsked:
		e.Text = ""
		return e
	case ClarificationProposed:
		e.Text = ""
		return e
	case ClarificationRejected:
		e.Text = ""
		return e
	case PartnerReplied:
		return PartnerReplied{Level: e.Level, Marked: e.Marked}
	case RefusalProposed:
		e.Text, e.Bytes = "", nil
		return e
	case RefusalRejected:
		e.Text = ""
		return e
	case NotCompetentDeclared:
		e.Text, e.Bytes = "", nil
		return e
	case TaskSentBack:
		e.Text, e.New = "", bareAssignment(e.New)
		return e
	case ConsentAsked:
		e.Text = ""
		return e
	case ConsentDecided:
		e.Conditions = ""
		return e
	case PackagePrepared:
		e.Bytes, e.Edit = nil, nil
		e.Questions = slices.Clone(e.Questions)
		for i, q := range e.Questions {
			e.Questions[i] = PackageQuestion{N: q.N}
			if q.Result == Pending {
				e.Questions[i].Result = Pending // it did not go out
			}
		}
		return e
	case AnswerConfirmed:
		e.Text = ""
		return e
	case FollowedUp:
		e.Questions, e.Body, e.Identifiers, e.Warnings = bareQuestions(e.Questions), nil, nil, nil
		return e
	case CorrectionOpened:
		e.Text = ""
		return e
	case Recalled:
		e.Text, e.Bytes = "", nil
		return e
	case RequestWithdrawn:
		return RequestWithdrawn{}
	case Sealed:
		e.Reason = ""
		return e
	case Extended:
		e.Text = ""
		return e
	case HandledOutside:
		e.Bytes = nil
		return e
	case DegreeChanged:
		e.Text = ""
		return e
	case Noted:
		e.Text = ""
		return e
	case BreachExplained:
		e.Text = ""
		return e
	case BreachAnnulled:
		e.Text = ""
		return e
	case LegalHoldPlaced:
		e.Reason = ""
		return e
	case LegalHoldLifted:
		e.Reason = ""
		return e
	case ErasureDropped:
		e.Reason = ""
		return e
	case LevelLowered:
		e.Text = ""
		return e
	case TaskGivenBack:
		e.Note = ""
		return e
	case TaskPassedOn:
		e.Note, e.New = "", bareAssignment(e.New)
		return e
	case TaskHeld:
		e.Evidence, e.Note = "", ""
		return e
	case PauseCancelled:
		e.Text = ""
		return e
	case TaskAssigned:
		e.SubDepartment = "" // a line that the unit types
		return e
	case TaskReplied:
		e.Questions = bareAnswers(e.Questions)
		return e
	case DuplicateMarked, PartnerReminded, ClarificationExpired, RefusalApproved, SentToReview, ReleaseApproved, Released,
		Pulled, ClosedSilent, CorrectionDropped, Reopened, AboveCeilingFound, Circulated, KeeperAppointed, PolicyRepinned,
		StepReached, Breached, ErasureProposed, Erased, TaskTaken, TaskTakenAway, TaskResumed, HoldConfirmed, StopAcknowledged:
		return e // ids, codes and times alone
	}
	return e
}

// emptied is what of an intake outlives its content: what the clocks, the board and the counters go by.
func (i Intake) emptied() Intake {
	i.Body, i.Identifiers, i.Warnings, i.OwnReference, i.Sender, i.Theme = nil, nil, nil, "", "", ""
	if i.PhysicalEvent != nil {
		event := *i.PhysicalEvent
		event.Place = ""
		i.PhysicalEvent = &event
	}
	return i
}

func bareQuestions(all []Question) []Question {
	all = slices.Clone(all)
	for i := range all {
		all[i].Text, all[i].Subjects = "", nil
	}
	return all
}

func bareAssignment(a *Assignment) *Assignment {
	if a == nil {
		return nil
	}
	out := *a
	out.Reasons = nil
	return &out
}

// bareAnswers leaves of an answer which questions it was to and the ids of its facts: not what the result was.
func bareAnswers(all []QuestionAnswer) []QuestionAnswer {
	out := make([]QuestionAnswer, len(all))
	for i, q := range all {
		out[i] = QuestionAnswer{N: q.N}
		for _, f := range q.Facts {
			out[i].Facts = append(out[i].Facts, Fact{ID: f.ID, Level: f.Level})
		}
	}
	return out
}
