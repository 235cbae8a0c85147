package verification

import (
	"errors"
	"slices"
	"time"
)

// What the table of permit.go leaves to the request: which person asks, and of what kind the request and the task are.

// permitPerson holds what depends on which person asks: four eyes, conflicts of interest, kinds of request.
func (r *Request) permitPerson(n Name, by Actor, task *Task) error {
	if by.Person != "" && slices.Contains(r.Excluded.Persons, by.Person) && !by.Has(RolePartner) {
		return refuse(ConflictOfInterest, "the routing excludes this officer")
	}
	if by.Person == "" && needsPerson(n) {
		return refuse(NotPermitted, "%s is for a person, not for a system", n)
	}
	switch n {
	case NameRoute, NameAnswerByDesk, NameAskAgency, NameAskPartner, NameSendToReview, NamePreparePackage, NameMarkDuplicate:
		return r.permitContent(n)
	case NameProposeRefusal:
		if r.Stub {
			return refuse(IsStub, "a stub has no content to refuse: it is handled outside")
		}
	case NameApproveRefusal:
		return r.permitApproval(by)
	case NameRejectRefusal:
		return r.permitProposal()
	case NameReturnTask:
		return r.permitReturn(by, task)
	case NameRejectClarification:
		if !r.ClarificationWaits() {
			return refuse(NoProposal, "no clarification that a unit proposed waits for the desk")
		}
	case NameAskConsent:
		return r.permitReviewer(by)
	case NameDecideConsent:
		return r.permitOriginator(by)
	case NameReleasePackage:
		return r.permitRelease(by)
	case NameRecordPull:
		if len(r.Releases) == 0 {
			return refuse(UnknownVersion, "nothing was released yet")
		}
	case NameConfirm:
		return r.permitConfirm()
	case NameFollowUp, NameCorrect:
		return r.permitAnswered()
	case NameReopen:
		return r.permitReopen(by)
	case NameExtend:
		if r.Kind == KindInformation {
			return refuse(IsInformation, "information has no promise")
		}
	case NameHandleOutside:
		if !r.Stub {
			return refuse(NotAStub, "only a stub is handled outside")
		}
	case NameAppointKeeper:
		if !r.Stub && r.Compartment == "" {
			return refuse(NotAStub, "only a stub or a sealed matter has a keeper")
		}
	case NameCloseInformation:
		if r.Kind != KindInformation {
			return refuse(NotInformation, "only information is closed by the desk")
		}
	case NameDropCorrection:
		if r.Correction == nil {
			return refuse(NoCorrection, "no correction is open")
		}
	case NameRecall:
		return r.permitRecall()
	case NameReplyToClarification:
		if r.State != Clarifying {
			return refuse(NothingAsked, "no question to you is open")
		}
	case NamePlaceLegalHold:
		if r.Hold != nil {
			return refuse(AlreadyHeld, "the request is under legal hold")
		}
	case NameLiftLegalHold:
		return r.permitLifting(by)
	case NameProposeErasure, NameConfirmErasure, NameDropErasure:
		return r.permitErasure(n, by)
	case NameLowerLevel:
		return r.permitLowering()
	case NameChangeDegree:
		return r.permitDegree(by)
	case NameConfirmHold, NameRejectHold:
		return task.permitHoldDecision(by)
	case NameAcceptTask, NameDeclineTask, NameForwardTask, NameHoldTask, NameAnswerTask, NameProposeClarification:
		return task.permitKind(n)
	case NameSubmit, NameRegister, NameRegisterStub, NameClaim, NameRemindPartner, NameExpireClarification,
		NameDeclareNotCompetent, NameExpireConsent, NameCloseSilent, NameWithdraw, NameSeal, NameFindAboveCeiling,
		NameRepinPolicy, NameAddNote, NameReachStep, NameSweep, NameExplainBreach, NameAnnulBreach,
		NameResumeTask, NameAssignTask, NameAcknowledgeStop:
		return nil
	}
	return nil
}

// needsPerson names what a credential without a person may not do: holding a request, every row of two people, and
// lowering its level.
func needsPerson(n Name) bool {
	switch n {
	case NameRegister, NameClaim, NameProposeRefusal, NameApproveRefusal, NameRejectRefusal, NameReturnTask, NameAskConsent,
		NamePreparePackage, NameReleasePackage, NameAnswerByDesk, NameConfirmHold, NameRejectHold, NamePlaceLegalHold,
		NameLiftLegalHold, NameProposeErasure, NameConfirmErasure, NameDropErasure, NameLowerLevel:
		return true
	default:
		return false
	}
}

// permitContent keeps the desk's work to requests that have content and a known sender.
func (r Request) permitContent(n Name) error {
	switch {
	case r.Stub:
		return refuse(IsStub, "a stub has no content: claim it, or record that it was handled outside")
	case r.Partner == "" && !(n == NameRoute && r.Kind == KindInformation):
		return refuse(SenderUnknown, "an unknown sender can only be refused, told not competent or kept as information")
	case r.Kind == KindInformation && n != NameRoute && n != NameMarkDuplicate && n != NameAskPartner:
		return refuse(IsInformation, "information is circulated, not answered")
	}
	return nil
}

func (r Request) permitProposal() error {
	if r.Refusal == nil || r.Refusal.Void {
		return refuse(NoProposal, "no refusal is proposed, or what was proposed is void: propose it again")
	}
	return nil
}

func (r Request) permitApproval(by Actor) error {
	if err := r.permitProposal(); err != nil {
		return err
	}
	if r.Refusal.By == by.Person {
		return refuse(SamePerson, "a refusal is approved by another person than the one who proposed it")
	}
	return nil
}

// permitOriginator keeps row 14 to who was asked.
func (r Request) permitOriginator(by Actor) error {
	if by.Partner == "" || !slices.ContainsFunc(r.Consents, func(c Consent) bool { return c.Originator == by.Partner }) {
		return refuse(UnknownConsent, "there is no such ask")
	}
	return nil
}

// permitReturn is the guard of row 12.
func (r Request) permitReturn(by Actor, t *Task) error {
	switch {
	case t.Kind == TaskNotice:
		return refuse(IsInformation, "a notice is not answered")
	case t.Round != r.Round:
		return refuse(WrongState, "the task belongs to an earlier round")
	case len(r.unsaid(t.Questions)) == 0:
		return refuse(QuestionClosed, "the desk has answered what the task was asked")
	case r.Correction == nil && (t.State == TaskDone || len(r.untold(r.unsaid(t.Questions))) == 0):
		return refuse(WrongState, "the answer of this task has gone out: it is corrected once the request is answered")
	case r.unitExcluded(*t):
		return refuse(UnitExcluded, "the routing excludes the unit of that task: give its questions to another")
	case r.officersExcluded(*t):
		return refuse(ConflictOfInterest, "the routing excludes whom the task names: give its questions to others")
	case t.Returns >= maxReturns:
		return refuse(ReturnedTwice, "the task was returned twice: decide with what is there")
	case slices.ContainsFunc(t.Answers, func(a TaskAnswer) bool { return a.By == by.Person }):
		return refuse(SamePerson, "who wrote an answer does not review it")
	}
	return r.permitReviewer(by)
}

// permitReviewer is the REVIEWER of lifecycle.md: a desk person other than the editor of the package and the authors
// of the answers in it.
func (r Request) permitReviewer(by Actor) error {
	if r.Package == nil || r.Package.Void != "" {
		return nil
	}
	if r.Package.Editor == by.Person || slices.Contains(r.Package.Authors, by.Person) {
		return refuse(SamePerson, "the editor of the package and the authors of its answers do not review it")
	}
	return nil
}

func (r Request) permitRelease(by Actor) error {
	if r.Package == nil {
		return refuse(NoPackage, "nothing has been prepared for release")
	}
	if r.Package.Void != "" {
		return refuse(PackageVoid, "the package is void (%s): prepare it again", r.Package.Void)
	}
	if err := r.kindHolds(); err != nil {
		return err
	}
	if err := r.permitReviewer(by); err != nil {
		return err
	}
	if !r.NeedsLead() && !r.actsAs(RoleDesk, NameReleasePackage, by, nil) {
		return refuse(NotPermitted, "this package is released by a reviewer of the desk")
	}
	for _, a := range r.Package.Approvals {
		if a.Person == by.Person {
			return refuse(SamePerson, "you have approved this package: a second person releases it")
		}
	}
	if r.NeedsLead() && r.missingApproval(by) == "" {
		return refuse(SamePerson, "one approval of the reviewer and one of the lead are needed: yours is there already")
	}
	return nil
}

// NeedsLead says whether a release needs the reviewer and the lead, two persons: L3, and H3, which the partner names
// for the request or a unit for a fact in the package.
func (r Request) NeedsLead() bool { return r.ThirdParty || r.sealedLevel() || r.packageHasH3() }

func (r Request) packageHasH3() bool {
	return r.Package != nil && slices.ContainsFunc(r.Package.Facts, func(id FactID) bool {
		f, _, _, ok := r.Fact(id)
		return ok && f.thirdParty()
	})
}

// MissingApprovals are the roles whose approval the package still needs before it goes out: none when there is no
// package, it is void, it is final while an originator is asked, or nothing is released from where the request is.
func (r Request) MissingApprovals() []Role {
	if r.Package == nil || r.Package.Void != "" || !reviewing(r.State) || r.kindHolds() != nil {
		return nil
	}
	if !r.NeedsLead() {
		return []Role{RoleDesk}
	}
	return slices.DeleteFunc([]Role{RoleDesk, RoleLead}, func(role Role) bool {
		return slices.ContainsFunc(r.Package.Approvals, func(a Approval) bool { return a.Role == role })
	})
}

// WaitsSince is since when the package waits for the next person: since its first approval where it has one, else since it
// was prepared; zero when it waits for nobody.
func (r Request) WaitsSince() time.Time {
	if len(r.MissingApprovals()) == 0 {
		return time.Time{}
	}
	if n := len(r.Package.Approvals); n > 0 {
		return r.Package.Approvals[n-1].At
	}
	return r.Package.At
}

// Barred is the code with which a command on the request, whatever it would carry, is refused to the actor now; empty
// when it is among Allowed.
func (r Request) Barred(n Name, by Actor) Code {
	refusal, refused := errors.AsType[*Refusal](r.permit(n, by, ""))
	if !refused {
		return ""
	}
	return refusal.Code
}

// missingApproval returns the role in which the actor's approval would count; empty when it would not. Who is both
// counts as lead while no lead has approved, so that the order of the two does not matter.
func (r Request) missingApproval(by Actor) Role {
	has := func(role Role) bool {
		return slices.ContainsFunc(r.Package.Approvals, func(a Approval) bool { return a.Role == role })
	}
	switch {
	case by.Has(RoleLead) && !has(RoleLead):
		return RoleLead
	case r.actsAs(RoleDesk, NameReleasePackage, by, nil) && !has(RoleDesk):
		return RoleDesk
	}
	return ""
}

func (t Task) permitHoldDecision(by Actor) error {
	hold, waits := t.Undecided(by.Person)
	if !waits {
		return refuse(NoHold, "no hold of this task waits for confirmation")
	}
	if hold.By == by.Person {
		return refuse(SamePerson, "a hold is confirmed or rejected by another person than the one who set it")
	}
	return nil
}

func (t Task) permitKind(n Name) error {
	if t.Kind == TaskNotice && n != NameAcceptTask {
		return refuse(IsInformation, "a notice is only read: accept it")
	}
	if t.Kind == TaskAgency && n == NameForwardTask {
		return refuse(NotDesk, "an agency is asked by the desk: this task cannot be forwarded")
	}
	return nil
}
