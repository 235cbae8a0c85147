package verification

import (
	"slices"

	"verigate/internal/marking"
)

// Apply folds one decision.
func (r Request) Apply(d Decision) Request {
	for _, e := range d.Events {
		r = Evolve(r, d.Stamp, e)
	}
	r.Version++
	if d.At.After(r.At) {
		r.At = d.At
	}
	return r
}

// Fold folds a whole history, oldest first.
func Fold(history ...Decision) Request {
	var r Request
	for _, d := range history {
		r = r.Apply(d)
	}
	return r
}

// Evolve folds one event. It cannot fail: what was decided happened. It returns a changed copy; what it changes it
// first makes its own, so that a state that others read stays as it was.
func Evolve(r Request, s Stamp, e Event) Request {
	open := !r.Level.Sealed()
	r = r.own().evolved(s, e)
	if open && r.Level.Sealed() && !r.Stub {
		r = r.named()
	}
	return r
}

func (r Request) evolved(s Stamp, e Event) Request {
	switch e := e.(type) {
	case Submitted:
		return r.born(e.ID, e.Intake, e.Questions, Received)
	case Registered:
		r = r.born(e.ID, e.Intake, e.Questions, Triage)
		r.Registered, r.Holder = true, s.By.Person
		return r
	case StubRegistered:
		r = r.born(e.ID, e.Intake, nil, Triage)
		r.Registered, r.Stub, r.Keeper = true, true, e.Keeper
		return r
	case Claimed:
		r = r.noted(s, "", e.Reason)
		r.Holder = e.Person
		if r.State == Received {
			r.State = Triage
		}
		return r
	case Routed:
		return r.routed(s, e.Assignments, e.Exclude)
	case DeskAnswered:
		return r.deskAnswered(s, e)
	case AgencyAsked:
		return r.routed(s, []Assignment{e.Assignment}, Exclusion{})
	case DuplicateMarked:
		r.DuplicateOf = e.Of
		return r.end(s, Duplicate, "duplicate")
	case PartnerAsked:
		r.Asks++
		r.Asked = &Clarification{
			N: r.Asks, Round: r.Round, Code: e.Code, Text: e.Text, Questions: e.Questions, By: s.By.Person, At: s.At, ReplyBy: e.ReplyBy,
		}
		r.State = Clarifying
		return r
	case ClarificationProposed:
		r.Proposals = append(r.Proposals, Proposal{
			Task: e.Task, Code: e.Code, Text: e.Text, Questions: e.Questions, ReplyBy: e.ReplyBy, At: s.At, By: s.By.Person, Asked: r.Asks,
		})
		return r.onTask(e.Task, begun)
	case ClarificationRejected:
		change(r.Proposals, e.Proposal, func(p *Proposal) {
			p.Rejected = &Rejection{Code: e.Code, Text: e.Text, By: s.By.Person, At: s.At}
		})
		return r
	case PartnerReplied:
		return r.partnerReplied(s, e).rested()
	case PartnerReminded:
		if r.Asked != nil {
			r.Asked.RemindedAt = s.At
		}
		return r
	case ClarificationExpired:
		return r.clarificationExpired(s)
	case RefusalProposed:
		r.Refusal = &RefusalProposal{Code: e.Code, Text: e.Text, Bytes: e.Bytes, Hash: e.Hash, By: s.By.Person, At: s.At}
		return r
	case RefusalApproved:
		return r.refused(s, e)
	case RefusalRejected:
		r.Refusal = nil
		return r.noted(s, "", reason(e.Code, e.Text))
	case NotCompetentDeclared:
		r = r.issued(s, Release{Kind: ReleaseNotCompetent, Bytes: e.Bytes, Hash: e.Hash, Signature: e.Signature, PromiseAt: e.PromiseAt})
		return r.end(s, NotCompetent, "not_competent")
	case SentToReview:
		r.State = InReview
		return r
	case TaskSentBack:
		return r.sentBack(s, e)
	case ConsentAsked:
		r.Consents = append(r.Consents, Consent{
			N: e.N, Round: r.Round, Correction: r.correcting(), Facts: e.Facts, Originator: e.Originator, Text: e.Text, By: s.By.Person, At: s.At, State: ConsentOpenState,
		})
		r.State = ConsentPending
		return r.voidPackageWith(e.Facts, VoidConsentAsked)
	case ConsentDecided:
		return r.consentDecided(s, e)
	case PackagePrepared:
		r.Package = &Package{
			Version: e.Version, Kind: e.Kind, Questions: e.Questions, Facts: e.Facts, Bytes: e.Bytes, Hash: e.Hash,
			Editor: s.By.Person, Authors: e.Authors, At: s.At, Edit: e.Edit, TakenBack: e.TakenBack,
		}
		return r
	case ReleaseApproved:
		if r.Package != nil {
			r.Package.Approvals = append(r.Package.Approvals, Approval{Person: s.By.Person, Role: e.Role, At: s.At})
		}
		return r
	case Released:
		return r.released(s, e)
	case Pulled:
		change(r.Releases, e.Release, func(v *Release) { v.PulledAt = s.At })
		return r
	case AnswerConfirmed:
		r.Useful = e.Useful
		return r.noted(s, "", e.Text).end(s, Confirmed, "confirmed")
	case FollowedUp:
		return r.followedUp(s, e)
	case ClosedSilent:
		return r.end(s, Closed, CodeAutomaticallyEnded)
	case CorrectionOpened:
		r.Correction = &Correction{K: e.K, From: r.State, Code: e.Code, Text: e.Text, At: s.At, By: s.By.Person}
		r.Corrections, r.State, r.Erasure = e.K, InReview, nil
		return r.voidPackage(VoidCorrectionOpened)
	case CorrectionDropped:
		return r.correctionDropped(s).voidPackage(VoidCorrectionDropped)
	case Recalled:
		return r.noted(s, "", e.Text).recalled(s, e)
	case RequestWithdrawn:
		return r.noted(s, "", e.Text).end(s, Withdrawn, "withdrawn")
	case Reopened:
		return r.reopened(s, e)
	case Sealed:
		if !r.Stub && r.Compartment != e.Compartment {
			r.Keeper = "" // who kept it there need not be of this one; a stub's keeper is the stub's
		}
		r.Compartment, r.Level = e.Compartment, max(r.Level, marking.L3)
		r.OneWay = r.OneWay || !s.By.Has(RolePartner) // a partner's words seal too, and theirs may be taken back
		return r.noted(s, "", e.Reason).voidPackage(VoidSealed)
	case Extended:
		r.DueAt, r.Extended = e.DueAt, true
		return r.noted(s, "", e.Text)
	case AboveCeilingFound:
		return r.aboveCeiling(s, e)
	case HandledOutside:
		r = r.issued(s, Release{Kind: ReleaseNotice, Bytes: e.Bytes, Hash: e.Hash, Signature: e.Signature, PromiseAt: e.PromiseAt})
		return r.end(s, Closed, CodeHandledOffGateway)
	case DegreeChanged:
		r.Degree, r.DueAt, r.Extended = e.Degree, e.DueAt, false // a new promise: nothing of it is extended
		return r.noted(s, "", e.Text)
	case Circulated:
		return r.end(s, Closed, r.circulation(e))
	case KeeperAppointed:
		r.Keeper = e.Person
		return r
	case PolicyRepinned:
		r.Policy, r.Calendar = e.Policy, e.Calendar
		return r
	case Noted:
		if e.Call != nil {
			r.Notes = append(r.Notes, Note{Task: e.Task, Text: e.Text, At: s.At, By: s.By.Person, Call: e.Call})
			return r
		}
		return r.noted(s, e.Task, e.Text)
	case StepReached:
		r.Steps = append(r.Steps, e.Step)
		return r
	case Breached:
		r.Breaches = append(r.Breaches, Breach{N: e.N, Step: e.Step, DetectedAt: s.At})
		return r
	case BreachExplained:
		change(r.Breaches, e.N, func(b *Breach) {
			b.CauseCode, b.CauseText, b.CauseBy, b.CauseAt = e.Code, e.Text, s.By.Person, s.At
		})
		return r
	case BreachAnnulled:
		change(r.Breaches, e.N, func(b *Breach) { b.Annulled, b.AnnulCode, b.AnnulText = true, e.Code, e.Text })
		return r
	case LegalHoldPlaced:
		r.Hold, r.Erasure = &LegalHold{Reason: e.Reason, By: s.By.Person, At: s.At}, nil
		return r.noted(s, "", e.Reason)
	case LegalHoldLifted:
		r.Hold = nil
		return r.noted(s, "", e.Reason)
	case ErasureProposed:
		r.Erasure = &ErasureProposal{Rule: e.Rule, DueAt: e.DueAt, By: s.By.Person, At: s.At}
		return r
	case ErasureDropped:
		r.Erasure = nil
		return r.noted(s, "", e.Reason)
	case LevelLowered:
		return r.lowered(s, e)
	case Erased:
		r.Erased, r.ErasedAt = true, s.At
		return r.erased(s)
	case TaskTaken:
		return r.taskTaken(s, e)
	case TaskTakenAway:
		return r.onTask(e.Task, func(t *Task) { t.stop(s); t.TakenAway = true }).followed()
	case TaskGivenBack:
		return r.onTask(e.Task, func(t *Task) { t.State, t.DeclineCode, t.DeclineNote = TaskDeclined, e.Code, e.Note }).followed()
	case TaskPassedOn:
		return r.passedOn(s, e).noted(s, e.Task, reason(e.Code, e.Note))
	case TaskHeld:
		return r.noted(s, e.Task, e.Note).onTask(e.Task, func(t *Task) {
			t.State = OnHold
			t.Holds = append(t.Holds, Hold{Code: e.Code, Evidence: e.Evidence, ReviewAt: e.ReviewAt, By: s.By.Person, From: s.At})
		})
	case TaskResumed:
		return r.onTask(e.Task, func(t *Task) { t.endHold(s); t.State = InProgress })
	case HoldConfirmed:
		return r.onTask(e.Task, func(t *Task) { t.confirmHold(e.Hold) })
	case PauseCancelled:
		return r.noted(s, e.Task, reason(e.Code, e.Text)).onTask(e.Task, func(t *Task) { t.cancelPause(s, e.Hold) })
	case TaskReplied:
		return r.replied(s, e)
	case TaskAssigned:
		return r.onTask(e.Task, func(t *Task) { t.Officers, t.SubDepartment = e.Officers, e.SubDepartment })
	case StopAcknowledged:
		return r.onTask(e.Task, func(t *Task) { t.StopSeen = true })
	}
	return r
}

// own makes the slices that an event may change this copy's own.
func (r Request) own() Request {
	r.Questions, r.Tasks = slices.Clone(r.Questions), slices.Clone(r.Tasks)
	r.FollowUps, r.Replied = slices.Clone(r.FollowUps), slices.Clone(r.Replied)
	r.Proposals, r.Consents = slices.Clone(r.Proposals), slices.Clone(r.Consents)
	r.Releases, r.Breaches, r.Notes = slices.Clone(r.Releases), slices.Clone(r.Breaches), slices.Clone(r.Notes)
	r.Steps = slices.Clone(r.Steps)
	if r.Asked != nil {
		asked := *r.Asked
		r.Asked = &asked
	}
	if r.Refusal != nil {
		refusal := *r.Refusal
		r.Refusal = &refusal
	}
	if r.Package != nil {
		p := *r.Package
		p.Approvals = slices.Clone(p.Approvals)
		r.Package = &p
	}
	return r
}

// noted keeps what was said with a command. Nothing said is no note.
func (r Request) noted(s Stamp, task TaskID, text string) Request {
	if text != "" {
		r.Notes = append(r.Notes, Note{Task: task, Text: text, At: s.At, By: s.By.Person})
	}
	return r
}

// reason is a code with what was said to it.
func reason(code, text string) string {
	if code == "" || text == "" {
		return code + text
	}
	return code + ": " + text
}

func (r Request) onTask(id TaskID, change func(*Task)) Request {
	if i := r.taskIndex(id); i >= 0 {
		t := r.Tasks[i]
		t.Holds, t.Answers = slices.Clone(t.Holds), slices.Clone(t.Answers)
		change(&t)
		r.Tasks[i] = t
	}
	return r
}

// rested leads to the resting place.
func (r Request) rested() Request {
	r.State = r.rest()
	return r
}

// followed leads there only from the states that follow from the questions.
func (r Request) followed() Request {
	if r.followsQuestions() {
		return r.rested()
	}
	return r
}

// change changes the n-th of a list that counts from 1. A number that the list has not changes nothing: a fold of
// whatever history ends in a state, never in a panic.
func change[T any](list []T, n int, do func(*T)) {
	if n >= 1 && n <= len(list) {
		do(&list[n-1])
	}
}
