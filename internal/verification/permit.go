package verification

import "slices"

// rule is one row of lifecycle.md as far as it does not depend on what the command carries.
type rule struct {
	by     []Role
	from   []State
	onTask []TaskState // states of the task; nil: the command is not about a task
	// inCorrection: also while an answer is being corrected (row 19 names the few).
	inCorrection bool
}

func open() []State {
	return []State{Received, Triage, WithUnits, Clarifying, InReview, ConsentPending}
}

func ends() []State {
	return []State{Confirmed, Closed, Refused, NotCompetent, Withdrawn, Expired, Duplicate}
}

func ever() []State {
	return []State{
		Received, Triage, WithUnits, Clarifying, InReview, ConsentPending, Answered,
		Confirmed, Closed, Refused, NotCompetent, Withdrawn, Expired, Duplicate,
	}
}
func roles(of ...Role) []Role { return of }
func working() []State        { return []State{Triage, WithUnits, InReview} }
func reviewing() []State      { return []State{InReview, ConsentPending} }
func after() []State          { return []State{Answered, Confirmed, Closed} }
func live() []TaskState       { return []TaskState{Queued, Accepted, InProgress, OnHold, TaskReturned} }
func taken() []TaskState      { return []TaskState{Accepted, InProgress, OnHold, TaskReturned} }
func active() []TaskState     { return []TaskState{Accepted, InProgress, TaskReturned} }
func anyTask() []TaskState {
	return []TaskState{Queued, Accepted, InProgress, OnHold, TaskReturned, TaskAnswered, TaskDone, TaskDeclined, TaskForwarded, TaskStopped}
}

// ruleOf is the table of lifecycle.md: who may give a command, and from which states.
func ruleOf(n Name) rule {
	switch n {
	case NameSubmit:
		return rule{by: roles(RolePartner), from: []State{Unborn}}
	case NameRegister, NameRegisterStub:
		return rule{by: roles(RoleDesk), from: []State{Unborn}}
	case NameClaim:
		return rule{by: roles(RoleDesk), from: open()}
	case NameRoute, NameAnswerByDesk, NameAskAgency, NameAskPartner:
		return rule{by: roles(RoleDesk), from: working()}
	case NameMarkDuplicate:
		return rule{by: roles(RoleDesk), from: open()}
	case NameProposeClarification:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: taken()}
	case NameReplyToClarification:
		return rule{by: roles(RolePartner), from: ever(), inCorrection: true}
	case NameRemindPartner, NameExpireClarification:
		return rule{by: roles(RoleSystem), from: []State{Clarifying}}
	case NameProposeRefusal:
		return rule{by: roles(RoleDesk), from: []State{Triage, InReview}}
	case NameApproveRefusal, NameRejectRefusal:
		return rule{by: roles(RoleLead), from: []State{Triage, InReview}}
	case NameDeclareNotCompetent:
		return rule{by: roles(RoleDesk), from: []State{Triage}}
	case NameSendToReview:
		return rule{by: roles(RoleDesk), from: []State{WithUnits}}
	case NameReturnTask:
		return rule{by: roles(RoleDesk), from: reviewing(), onTask: []TaskState{TaskAnswered, TaskDone}, inCorrection: true}
	case NameAskConsent, NamePreparePackage:
		return rule{by: roles(RoleDesk), from: reviewing(), inCorrection: true}
	case NameReleasePackage:
		return rule{by: roles(RoleDesk, RoleLead), from: reviewing(), inCorrection: true}
	case NameDecideConsent:
		return rule{by: roles(RolePartner), from: ever(), inCorrection: true}
	case NameExpireConsent:
		return rule{by: roles(RoleSystem), from: ever(), inCorrection: true}
	case NameRecordPull:
		return rule{by: roles(RolePartner), from: ever(), inCorrection: true}
	case NameConfirm:
		return rule{by: roles(RolePartner), from: []State{Answered}}
	case NameFollowUp:
		return rule{by: roles(RolePartner), from: after()}
	case NameCloseSilent:
		return rule{by: roles(RoleSystem), from: []State{Answered}}
	case NameCorrect:
		return rule{by: roles(RoleDesk), from: after()}
	case NameDropCorrection:
		return rule{by: roles(RoleDesk), from: open(), inCorrection: true}
	case NameRecall:
		return rule{by: roles(RoleLead), from: []State{Answered, Confirmed, Closed, Received, Triage, WithUnits, Clarifying, InReview, ConsentPending}, inCorrection: true}
	case NameWithdraw:
		return rule{by: roles(RolePartner), from: open()}
	case NameReopen:
		return rule{by: roles(RolePartner, RoleDesk), from: []State{Expired, Closed}}
	case NameSeal:
		return rule{by: roles(RoleDesk, RoleKeeper), from: ever(), inCorrection: true}
	case NameExtend:
		return rule{by: roles(RoleLead), from: open(), inCorrection: true}
	case NameFindAboveCeiling:
		return rule{by: roles(RoleLead), from: ever(), inCorrection: true}
	case NameHandleOutside:
		return rule{by: roles(RoleLead), from: []State{Triage}}
	case NameChangeDegree:
		return rule{by: roles(RoleDesk, RoleLead), from: open()}
	case NameCloseInformation:
		return rule{by: roles(RoleDesk), from: []State{Triage, WithUnits}}
	case NameAppointKeeper:
		return rule{by: roles(RoleLead), from: open(), inCorrection: true}
	case NameRepinPolicy, NameAnnulBreach:
		return rule{by: roles(RoleLead), from: ever(), inCorrection: true}
	case NameAddNote, NameExplainBreach:
		return rule{by: roles(RoleDesk, RoleLead, RoleKeeper, RoleUnit, RoleUnitLead), from: ever(), inCorrection: true}
	case NameReachStep:
		return rule{by: roles(RoleSystem), from: ever(), inCorrection: true}
	case NameErase:
		return rule{by: roles(RoleSystem), from: ends()}
	case NameAcceptTask, NameDeclineTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: []TaskState{Queued}, inCorrection: true}
	case NameForwardTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: taken(), inCorrection: true}
	case NameHoldTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: active(), inCorrection: true}
	case NameResumeTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: []TaskState{OnHold}, inCorrection: true}
	case NameConfirmHold, NameRejectHold:
		return rule{by: roles(RoleUnitLead, RoleLead), from: open(), onTask: anyTask(), inCorrection: true}
	case NameAnswerTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: taken(), inCorrection: true}
	case NameAssignTask:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: open(), onTask: live(), inCorrection: true}
	case NameAcknowledgeStop:
		return rule{by: roles(RoleUnit, RoleUnitLead), from: ever(), onTask: []TaskState{TaskStopped}, inCorrection: true}
	}
	return rule{}
}

// permit says whether the actor may give a command of that name now, whatever it would carry: the role first, then
// the state, then what depends on persons.
func (r Request) permit(n Name, by Actor, id TaskID) error {
	row := ruleOf(n)
	var task *Task
	if row.onTask != nil || id != "" {
		found, ok := r.Task(id)
		if !ok {
			return refuse(UnknownTask, "the request has no such task")
		}
		task = &found
	}
	if err := r.permitRole(n, row, by, task); err != nil {
		return err
	}
	if err := r.permitState(n, row); err != nil {
		return err
	}
	if task != nil && row.onTask != nil && !slices.Contains(row.onTask, task.State) {
		return refuse(WrongState, "the task is %s: %s does not apply to it", task.State, n)
	}
	return r.permitPerson(n, by, task)
}

// permitRole compares what the actor was granted with the row. A keeper has the desk's rights inside the compartment,
// and only there; the keeper of a stub over that stub.
func (r Request) permitRole(n Name, row rule, by Actor, task *Task) error {
	for _, role := range row.by {
		if r.actsAs(role, n, by, task) {
			return nil
		}
	}
	return refuse(NotPermitted, "%s is not for this role on this request", n)
}

func (r Request) actsAs(role Role, n Name, by Actor, task *Task) bool {
	switch role {
	case RoleDesk:
		inside := by.KeepsCompartment(r.Compartment) || r.Stub && by.Has(RoleKeeper) && by.Person == r.Keeper && by.Person != ""
		return by.Has(RoleDesk) || inside
	case RoleKeeper:
		return by.KeepsCompartment(r.Compartment)
	case RolePartner:
		if n == NameSubmit {
			return by.Has(RolePartner) && by.Partner != ""
		}
		if n == NameDecideConsent {
			return by.Has(RolePartner) // of which consent is looked at when it is decided
		}
		return by.Has(RolePartner) && by.Partner != "" && by.Partner == r.Partner
	case RoleUnit, RoleUnitLead:
		if n == NameExplainBreach {
			return by.Has(role) && r.owesCause(by)
		}
		return task != nil && (by.Has(role) && by.Unit == task.Unit || task.Unit == DeskUnit && role == RoleUnit && r.actsAs(RoleDesk, n, by, nil))
	case RoleSystem, RoleLead, RoleSupervisor, RoleAuditor, RoleOperator:
		return by.Has(role)
	}
	return false
}

func (r Request) permitState(n Name, row rule) error {
	switch {
	case r.State == Unborn && !slices.Contains(row.from, Unborn):
		return refuse(NotFound, "there is no such request")
	case r.State != Unborn && slices.Contains(row.from, Unborn):
		return refuse(AlreadyExists, "the request was created before")
	case !slices.Contains(row.from, r.State):
		return refuse(WrongState, "the request is %s: %s does not apply to it", r.State, n)
	case r.Correction != nil && !row.inCorrection:
		return refuse(InCorrection, "an answer is being corrected: release the correction or drop it first")
	case r.Erased && !afterErasure(n):
		return refuse(ContentErased, "the content of this request was erased")
	}
	return nil
}

// afterErasure names what may still be done when the content is gone.
func afterErasure(n Name) bool {
	switch n {
	case NameClaim, NameExtend, NameHandleOutside, NameChangeDegree, NameAppointKeeper, NameRepinPolicy, NameAddNote,
		NameReachStep, NameExplainBreach, NameAnnulBreach, NameErase, NameAcknowledgeStop, NameWithdraw, NameDeclareNotCompetent,
		NameSeal, NameFindAboveCeiling, NameRecall, NameRecordPull, NameCloseSilent, NameDecideConsent, NameExpireConsent:
		return true
	default:
		return false
	}
}

// permitPerson holds what depends on which person asks: four eyes, conflicts of interest, kinds of request.
func (r Request) permitPerson(n Name, by Actor, task *Task) error {
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
		if r.Correction == nil && r.State.Open() {
			return refuse(WrongState, "the request is %s: a version is recalled once it is answered", r.State)
		}
		if _, answered := r.latestAnswer(); !answered {
			return refuse(UnknownVersion, "nothing was released")
		}
	case NameReplyToClarification:
		if r.State != Clarifying {
			return refuse(NothingAsked, "no question to you is open")
		}
	case NameConfirmHold, NameRejectHold:
		return task.permitHoldDecision(by)
	case NameAcceptTask, NameDeclineTask, NameForwardTask, NameHoldTask, NameAnswerTask, NameProposeClarification:
		return task.permitKind(n)
	case NameSubmit, NameRegister, NameRegisterStub, NameClaim, NameRemindPartner, NameExpireClarification,
		NameDeclareNotCompetent, NameExpireConsent, NameCloseSilent, NameWithdraw, NameSeal, NameFindAboveCeiling,
		NameChangeDegree, NameRepinPolicy, NameAddNote, NameReachStep, NameExplainBreach, NameAnnulBreach, NameErase,
		NameResumeTask, NameAssignTask, NameAcknowledgeStop:
		return nil
	}
	return nil
}

// needsPerson names what a credential without a person may not do: holding a request, and every row of two people.
func needsPerson(n Name) bool {
	switch n {
	case NameRegister, NameClaim, NameProposeRefusal, NameApproveRefusal, NameRejectRefusal, NameReturnTask, NameAskConsent,
		NamePreparePackage, NameReleasePackage, NameAnswerByDesk, NameConfirmHold, NameRejectHold:
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
	case t.State == TaskDone && r.Correction == nil:
		return refuse(WrongState, "the answer of this task was released: correct it")
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
	hold := t.undecidedHold()
	if hold == nil {
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

// Allowed lists the commands on the request itself that the actor may give now, in the order of lifecycle.md. It
// asks the same rules as Decide, so a command that is not listed is refused.
func (r Request) Allowed(by Actor) []Name {
	var allowed []Name
	for _, n := range Names() {
		if ruleOf(n).onTask == nil && r.permit(n, by, "") == nil {
			allowed = append(allowed, n)
		}
	}
	return allowed
}

// AllowedOnTask lists the commands on one task that the actor may give now.
func (r Request) AllowedOnTask(id TaskID, by Actor) []Name {
	var allowed []Name
	for _, n := range Names() {
		if (ruleOf(n).onTask != nil || n == NameAddNote) && r.permit(n, by, id) == nil {
			allowed = append(allowed, n)
		}
	}
	return allowed
}
