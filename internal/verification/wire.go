package verification

import (
	"encoding/json"
	"fmt"
)

// The kinds of events on the wire. A kind is never reused: when an event's form must change it gets a new version and
// the old one stays readable.

// EventKind implements Event.
func (Submitted) EventKind() string { return "submitted.v1" }

// EventKind implements Event.
func (Registered) EventKind() string { return "registered.v1" }

// EventKind implements Event.
func (StubRegistered) EventKind() string { return "stub_registered.v1" }

// EventKind implements Event.
func (Claimed) EventKind() string { return "claimed.v1" }

// EventKind implements Event.
func (Routed) EventKind() string { return "routed.v1" }

// EventKind implements Event.
func (DeskAnswered) EventKind() string { return "desk_answered.v1" }

// EventKind implements Event.
func (AgencyAsked) EventKind() string { return "agency_asked.v1" }

// EventKind implements Event.
func (DuplicateMarked) EventKind() string { return "duplicate_marked.v1" }

// EventKind implements Event.
func (PartnerAsked) EventKind() string { return "partner_asked.v1" }

// EventKind implements Event.
func (ClarificationProposed) EventKind() string { return "clarification_proposed.v1" }

// EventKind implements Event.
func (ClarificationRejected) EventKind() string { return "clarification_rejected.v1" }

// EventKind implements Event.
func (PartnerReplied) EventKind() string { return "partner_replied.v1" }

// EventKind implements Event.
func (PartnerReminded) EventKind() string { return "partner_reminded.v1" }

// EventKind implements Event.
func (ClarificationExpired) EventKind() string { return "clarification_expired.v1" }

// EventKind implements Event.
func (RefusalProposed) EventKind() string { return "refusal_proposed.v1" }

// EventKind implements Event.
func (RefusalApproved) EventKind() string { return "refusal_approved.v1" }

// EventKind implements Event.
func (RefusalRejected) EventKind() string { return "refusal_rejected.v1" }

// EventKind implements Event.
func (NotCompetentDeclared) EventKind() string { return "not_competent_declared.v1" }

// EventKind implements Event.
func (SentToReview) EventKind() string { return "sent_to_review.v1" }

// EventKind implements Event.
func (TaskSentBack) EventKind() string { return "task_sent_back.v1" }

// EventKind implements Event.
func (ConsentAsked) EventKind() string { return "consent_asked.v1" }

// EventKind implements Event.
func (ConsentDecided) EventKind() string { return "consent_decided.v1" }

// EventKind implements Event.
func (PackagePrepared) EventKind() string { return "package_prepared.v1" }

// EventKind implements Event.
func (ReleaseApproved) EventKind() string { return "release_approved.v1" }

// EventKind implements Event.
func (Released) EventKind() string { return "released.v1" }

// EventKind implements Event.
func (Pulled) EventKind() string { return "pulled.v1" }

// EventKind implements Event.
func (AnswerConfirmed) EventKind() string { return "answer_confirmed.v1" }

// EventKind implements Event.
func (FollowedUp) EventKind() string { return "followed_up.v1" }

// EventKind implements Event.
func (ClosedSilent) EventKind() string { return "closed_silent.v1" }

// EventKind implements Event.
func (CorrectionOpened) EventKind() string { return "correction_opened.v1" }

// EventKind implements Event.
func (CorrectionDropped) EventKind() string { return "correction_dropped.v1" }

// EventKind implements Event.
func (Recalled) EventKind() string { return "recalled.v1" }

// EventKind implements Event.
func (RequestWithdrawn) EventKind() string { return "request_withdrawn.v1" }

// EventKind implements Event.
func (Reopened) EventKind() string { return "reopened.v1" }

// EventKind implements Event.
func (Sealed) EventKind() string { return "sealed.v1" }

// EventKind implements Event.
func (Extended) EventKind() string { return "extended.v1" }

// EventKind implements Event.
func (AboveCeilingFound) EventKind() string { return "above_ceiling_found.v1" }

// EventKind implements Event.
func (HandledOutside) EventKind() string { return "handled_outside.v1" }

// EventKind implements Event.
func (DegreeChanged) EventKind() string { return "degree_changed.v1" }

// EventKind implements Event.
func (Circulated) EventKind() string { return "circulated.v1" }

// EventKind implements Event.
func (KeeperAppointed) EventKind() string { return "keeper_appointed.v1" }

// EventKind implements Event.
func (PolicyRepinned) EventKind() string { return "policy_repinned.v1" }

// EventKind implements Event.
func (Noted) EventKind() string { return "noted.v1" }

// EventKind implements Event.
func (StepReached) EventKind() string { return "step_reached.v1" }

// EventKind implements Event.
func (Breached) EventKind() string { return "breached.v1" }

// EventKind implements Event.
func (BreachExplained) EventKind() string { return "breach_explained.v1" }

// EventKind implements Event.
func (BreachAnnulled) EventKind() string { return "breach_annulled.v1" }

// EventKind implements Event.
func (LegalHoldPlaced) EventKind() string { return "legal_hold_placed.v1" }

// EventKind implements Event.
func (LegalHoldLifted) EventKind() string { return "legal_hold_lifted.v1" }

// EventKind implements Event.
func (ErasureProposed) EventKind() string { return "erasure_proposed.v1" }

// EventKind implements Event.
func (ErasureDropped) EventKind() string { return "erasure_dropped.v1" }

// EventKind implements Event.
func (LevelLowered) EventKind() string { return "level_lowered.v1" }

// EventKind implements Event.
func (Erased) EventKind() string { return "erased.v1" }

// EventKind implements Event.
func (TaskTaken) EventKind() string { return "task_taken.v1" }

// EventKind implements Event.
func (TaskTakenAway) EventKind() string { return "task_taken_away.v1" }

// EventKind implements Event.
func (TaskGivenBack) EventKind() string { return "task_given_back.v1" }

// EventKind implements Event.
func (TaskPassedOn) EventKind() string { return "task_passed_on.v1" }

// EventKind implements Event.
func (TaskHeld) EventKind() string { return "task_held.v1" }

// EventKind implements Event.
func (TaskResumed) EventKind() string { return "task_resumed.v1" }

// EventKind implements Event.
func (HoldConfirmed) EventKind() string { return "hold_confirmed.v1" }

// EventKind implements Event.
func (PauseCancelled) EventKind() string { return "pause_cancelled.v1" }

// EventKind implements Event.
func (TaskReplied) EventKind() string { return "task_replied.v1" }

// EventKind implements Event.
func (TaskAssigned) EventKind() string { return "task_assigned.v1" }

// EventKind implements Event.
func (StopAcknowledged) EventKind() string { return "stop_acknowledged.v1" }

// The marks that seal Event: nothing outside this package is one.

func (Submitted) event()             {}
func (Registered) event()            {}
func (StubRegistered) event()        {}
func (Claimed) event()               {}
func (Routed) event()                {}
func (DeskAnswered) event()          {}
func (AgencyAsked) event()           {}
func (DuplicateMarked) event()       {}
func (PartnerAsked) event()          {}
func (ClarificationProposed) event() {}
func (ClarificationRejected) event() {}
func (PartnerReplied) event()        {}
func (PartnerReminded) event()       {}
func (ClarificationExpired) event()  {}
func (RefusalProposed) event()       {}
func (RefusalApproved) event()       {}
func (RefusalRejected) event()       {}
func (NotCompetentDeclared) event()  {}
func (SentToReview) event()          {}
func (TaskSentBack) event()          {}
func (ConsentAsked) event()          {}
func (ConsentDecided) event()        {}
func (PackagePrepared) event()       {}
func (ReleaseApproved) event()       {}
func (Released) event()              {}
func (Pulled) event()                {}
func (AnswerConfirmed) event()       {}
func (FollowedUp) event()            {}
func (ClosedSilent) event()          {}
func (CorrectionOpened) event()      {}
func (CorrectionDropped) event()     {}
func (Recalled) event()              {}
func (RequestWithdrawn) event()      {}
func (Reopened) event()              {}
func (Sealed) event()                {}
func (Extended) event()              {}
func (AboveCeilingFound) event()     {}
func (HandledOutside) event()        {}
func (DegreeChanged) event()         {}
func (Circulated) event()            {}
func (KeeperAppointed) event()       {}
func (PolicyRepinned) event()        {}
func (Noted) event()                 {}
func (StepReached) event()           {}
func (Breached) event()              {}
func (BreachExplained) event()       {}
func (BreachAnnulled) event()        {}
func (LegalHoldPlaced) event()       {}
func (LegalHoldLifted) event()       {}
func (ErasureProposed) event()       {}
func (ErasureDropped) event()        {}
func (Erased) event()                {}
func (LevelLowered) event()          {}
func (TaskTaken) event()             {}
func (TaskTakenAway) event()         {}
func (TaskGivenBack) event()         {}
func (TaskPassedOn) event()          {}
func (TaskHeld) event()              {}
func (TaskResumed) event()           {}
func (HoldConfirmed) event()         {}
func (PauseCancelled) event()        {}
func (TaskReplied) event()           {}
func (TaskAssigned) event()          {}
func (StopAcknowledged) event()      {}

// DecodeEvent reads the plain form of an event. An unknown kind is an error, never a skip: a fold that leaves an
// event out is a wrong state. Unknown members are tolerated, so that a later version may add some.
func DecodeEvent(kind string, data []byte) (Event, error) {
	switch kind {
	case Submitted{}.EventKind():
		return decode[Submitted](kind, data)
	case Registered{}.EventKind():
		return decode[Registered](kind, data)
	case StubRegistered{}.EventKind():
		return decode[StubRegistered](kind, data)
	case Claimed{}.EventKind():
		return decode[Claimed](kind, data)
	case Routed{}.EventKind():
		return decode[Routed](kind, data)
	case DeskAnswered{}.EventKind():
		return decode[DeskAnswered](kind, data)
	case AgencyAsked{}.EventKind():
		return decode[AgencyAsked](kind, data)
	case DuplicateMarked{}.EventKind():
		return decode[DuplicateMarked](kind, data)
	case PartnerAsked{}.EventKind():
		return decode[PartnerAsked](kind, data)
	case ClarificationProposed{}.EventKind():
		return decode[ClarificationProposed](kind, data)
	case ClarificationRejected{}.EventKind():
		return decode[ClarificationRejected](kind, data)
	case PartnerReplied{}.EventKind():
		return decode[PartnerReplied](kind, data)
	case PartnerReminded{}.EventKind():
		return decode[PartnerReminded](kind, data)
	case ClarificationExpired{}.EventKind():
		return decode[ClarificationExpired](kind, data)
	case RefusalProposed{}.EventKind():
		return decode[RefusalProposed](kind, data)
	case RefusalApproved{}.EventKind():
		return decode[RefusalApproved](kind, data)
	case RefusalRejected{}.EventKind():
		return decode[RefusalRejected](kind, data)
	case NotCompetentDeclared{}.EventKind():
		return decode[NotCompetentDeclared](kind, data)
	case SentToReview{}.EventKind():
		return decode[SentToReview](kind, data)
	case TaskSentBack{}.EventKind():
		return decode[TaskSentBack](kind, data)
	case ConsentAsked{}.EventKind():
		return decode[ConsentAsked](kind, data)
	case ConsentDecided{}.EventKind():
		return decode[ConsentDecided](kind, data)
	case PackagePrepared{}.EventKind():
		return decode[PackagePrepared](kind, data)
	case ReleaseApproved{}.EventKind():
		return decode[ReleaseApproved](kind, data)
	case Released{}.EventKind():
		return decode[Released](kind, data)
	case Pulled{}.EventKind():
		return decode[Pulled](kind, data)
	case AnswerConfirmed{}.EventKind():
		return decode[AnswerConfirmed](kind, data)
	case FollowedUp{}.EventKind():
		return decode[FollowedUp](kind, data)
	case ClosedSilent{}.EventKind():
		return decode[ClosedSilent](kind, data)
	case CorrectionOpened{}.EventKind():
		return decode[CorrectionOpened](kind, data)
	case CorrectionDropped{}.EventKind():
		return decode[CorrectionDropped](kind, data)
	case Recalled{}.EventKind():
		return decode[Recalled](kind, data)
	case RequestWithdrawn{}.EventKind():
		return decode[RequestWithdrawn](kind, data)
	case Reopened{}.EventKind():
		return decode[Reopened](kind, data)
	case Sealed{}.EventKind():
		return decode[Sealed](kind, data)
	case Extended{}.EventKind():
		return decode[Extended](kind, data)
	case AboveCeilingFound{}.EventKind():
		return decode[AboveCeilingFound](kind, data)
	case HandledOutside{}.EventKind():
		return decode[HandledOutside](kind, data)
	case DegreeChanged{}.EventKind():
		return decode[DegreeChanged](kind, data)
	case Circulated{}.EventKind():
		return decode[Circulated](kind, data)
	case KeeperAppointed{}.EventKind():
		return decode[KeeperAppointed](kind, data)
	case PolicyRepinned{}.EventKind():
		return decode[PolicyRepinned](kind, data)
	case Noted{}.EventKind():
		return decode[Noted](kind, data)
	case StepReached{}.EventKind():
		return decode[StepReached](kind, data)
	case Breached{}.EventKind():
		return decode[Breached](kind, data)
	case BreachExplained{}.EventKind():
		return decode[BreachExplained](kind, data)
	case BreachAnnulled{}.EventKind():
		return decode[BreachAnnulled](kind, data)
	case LegalHoldPlaced{}.EventKind():
		return decode[LegalHoldPlaced](kind, data)
	case LegalHoldLifted{}.EventKind():
		return decode[LegalHoldLifted](kind, data)
	case ErasureProposed{}.EventKind():
		return decode[ErasureProposed](kind, data)
	case ErasureDropped{}.EventKind():
		return decode[ErasureDropped](kind, data)
	case Erased{}.EventKind():
		return decode[Erased](kind, data)
	case LevelLowered{}.EventKind():
		return decode[LevelLowered](kind, data)
	case TaskTaken{}.EventKind():
		return decode[TaskTaken](kind, data)
	case TaskTakenAway{}.EventKind():
		return decode[TaskTakenAway](kind, data)
	case TaskGivenBack{}.EventKind():
		return decode[TaskGivenBack](kind, data)
	case TaskPassedOn{}.EventKind():
		return decode[TaskPassedOn](kind, data)
	case TaskHeld{}.EventKind():
		return decode[TaskHeld](kind, data)
	case TaskResumed{}.EventKind():
		return decode[TaskResumed](kind, data)
	case HoldConfirmed{}.EventKind():
		return decode[HoldConfirmed](kind, data)
	case PauseCancelled{}.EventKind():
		return decode[PauseCancelled](kind, data)
	case TaskReplied{}.EventKind():
		return decode[TaskReplied](kind, data)
	case TaskAssigned{}.EventKind():
		return decode[TaskAssigned](kind, data)
	case StopAcknowledged{}.EventKind():
		return decode[StopAcknowledged](kind, data)
	}
	return nil, fmt.Errorf("event kind %q is not known to this version: the record was written by a newer one or is damaged", kind)
}

// EventKinds lists every kind that was ever written, with an empty event of it.
func EventKinds() []Event {
	return []Event{
		Submitted{},
		Registered{},
		StubRegistered{},
		Claimed{},
		Routed{},
		DeskAnswered{},
		AgencyAsked{},
		DuplicateMarked{},
		PartnerAsked{},
		ClarificationProposed{},
		ClarificationRejected{},
		PartnerReplied{},
		PartnerReminded{},
		ClarificationExpired{},
		RefusalProposed{},
		RefusalApproved{},
		RefusalRejected{},
		NotCompetentDeclared{},
		SentToReview{},
		TaskSentBack{},
		ConsentAsked{},
		ConsentDecided{},
		PackagePrepared{},
		ReleaseApproved{},
		Released{},
		Pulled{},
		AnswerConfirmed{},
		FollowedUp{},
		ClosedSilent{},
		CorrectionOpened{},
		CorrectionDropped{},
		Recalled{},
		RequestWithdrawn{},
		Reopened{},
		Sealed{},
		Extended{},
		AboveCeilingFound{},
		HandledOutside{},
		DegreeChanged{},
		Circulated{},
		KeeperAppointed{},
		PolicyRepinned{},
		Noted{},
		StepReached{},
		Breached{},
		BreachExplained{},
		BreachAnnulled{},
		LegalHoldPlaced{},
		LegalHoldLifted{},
		ErasureProposed{},
		ErasureDropped{},
		Erased{},
		LevelLowered{},
		TaskTaken{},
		TaskTakenAway{},
		TaskGivenBack{},
		TaskPassedOn{},
		TaskHeld{},
		TaskResumed{},
		HoldConfirmed{},
		PauseCancelled{},
		TaskReplied{},
		TaskAssigned{},
		StopAcknowledged{},
	}
}

func decode[E Event](kind string, data []byte) (Event, error) {
	var e E
	if err := json.Unmarshal(data, &e); err != nil {
		return nil, fmt.Errorf("decode %s: %w", kind, err)
	}
	return e, nil
}
