package verification

import (
	"slices"
	"time"
)

// rule is one row of lifecycle.md as far as it does not depend on what the command carries. Nothing
// of it is allocated: every view lists what is allowed, and for that reads all rows.
type rule struct {
	by     roles
	from   func(State) bool
	onTask func(TaskState) bool // of the task; nil: the command is not about a task
	// inCorrection: also while an answer is being corrected (row 19 names the few).
	inCorrection bool
}

// roles are those of a row, five at most: the rest is empty, which is nobody's role.
type roles [5]Role

func unborn(s State) bool     { return s == Unborn }
func ever(s State) bool       { return s != Unborn }
func triage(s State) bool     { return s == Triage }
func withUnits(s State) bool  { return s == WithUnits }
func clarifying(s State) bool { return s == Clarifying }
func answered(s State) bool   { return s == Answered }
func working(s State) bool    { return s == Triage || s == WithUnits || s == InReview }
func refusable(s State) bool  { return s == Triage || s == InReview }
func circulated(s State) bool { return s == Triage || s == WithUnits }
func reviewing(s State) bool  { return s == InReview || s == ConsentPending }
func after(s State) bool      { return s == Answered || s == Confirmed || s == Closed }
func reopenable(s State) bool { return s == Expired || s == Closed }

func queued(s TaskState) bool     { return s == Queued }
func onHold(s TaskState) bool     { return s == OnHold }
func stopped(s TaskState) bool    { return s == TaskStopped }
func returnable(s TaskState) bool { return s == TaskAnswered || s == TaskDone }
func taken(s TaskState) bool      { return s.Live() && s != Queued }
func active(s TaskState) bool     { return taken(s) && s != OnHold }
func anyTask(TaskState) bool      { return true }

// ruleOf is the table of lifecycle.md: who may give a command, and from which states.
func ruleOf(n Name) rule {
	switch n {
	case NameSubmit:
		return rule{by: roles{RolePartner}, from: unborn}
	case NameRegister, NameRegisterStub:
		return rule{by: roles{RoleDesk}, from: unborn}
	case NameClaim:
		return rule{by: roles{RoleDesk}, from: State.Open}
	case NameRoute, NameAnswerByDesk, NameAskAgency, NameAskPartner:
		return rule{by: roles{RoleDesk}, from: working}
	case NameMarkDuplicate:
		return rule{by: roles{RoleDesk}, from: State.Open}
	case NameProposeClarification:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: taken}
	case NameRejectClarification:
		return rule{by: roles{RoleDesk}, from: working}
	case NameReplyToClarification:
		return rule{by: roles{RolePartner}, from: ever, inCorrection: true}
	case NameRemindPartner, NameExpireClarification:
		return rule{by: roles{RoleSystem}, from: clarifying}
	case NameProposeRefusal:
		return rule{by: roles{RoleDesk}, from: refusable}
	case NameApproveRefusal, NameRejectRefusal:
		return rule{by: roles{RoleLead}, from: refusable}
	case NameDeclareNotCompetent:
		return rule{by: roles{RoleDesk}, from: triage}
	case NameSendToReview:
		return rule{by: roles{RoleDesk}, from: withUnits}
	case NameReturnTask:
		return rule{by: roles{RoleDesk}, from: reviewing, onTask: returnable, inCorrection: true}
	case NameAskConsent, NamePreparePackage:
		return rule{by: roles{RoleDesk}, from: reviewing, inCorrection: true}
	case NameReleasePackage:
		return rule{by: roles{RoleDesk, RoleLead}, from: reviewing, inCorrection: true}
	case NameDecideConsent:
		return rule{by: roles{RolePartner}, from: ever, inCorrection: true}
	case NameExpireConsent:
		return rule{by: roles{RoleSystem}, from: ever, inCorrection: true}
	case NameRecordPull:
		return rule{by: roles{RolePartner}, from: ever, inCorrection: true}
	case NameConfirm:
		return rule{by: roles{RolePartner}, from: answered}
	case NameFollowUp:
		return rule{by: roles{RolePartner}, from: after}
	case NameCloseSilent:
		return rule{by: roles{RoleSystem}, from: answered}
	case NameCorrect:
		return rule{by: roles{RoleDesk}, from: after}
	case NameDropCorrection:
		return rule{by: roles{RoleDesk}, from: State.Open, inCorrection: true}
	case NameRecall:
		return rule{by: roles{RoleLead}, from: ever, inCorrection: true}
	case NameWithdraw:
		return rule{by: roles{RolePartner}, from: State.Open}
	case NameReopen:
		return rule{by: roles{RolePartner, RoleDesk}, from: reopenable}
	case NameSeal:
		return rule{by: roles{RoleDesk, RoleKeeper}, from: ever, inCorrection: true}
	case NameExtend:
		return rule{by: roles{RoleLead}, from: State.Open, inCorrection: true}
	case NameFindAboveCeiling:
		return rule{by: roles{RoleLead}, from: ever, inCorrection: true}
	case NameHandleOutside:
		return rule{by: roles{RoleLead}, from: triage}
	case NameChangeDegree:
		return rule{by: roles{RoleDesk, RoleLead}, from: State.Open}
	case NameCloseInformation:
		return rule{by: roles{RoleDesk}, from: circulated}
	case NameAppointKeeper:
		return rule{by: roles{RoleLead}, from: State.Open, inCorrection: true}
	case NameRepinPolicy, NameAnnulBreach:
		return rule{by: roles{RoleLead}, from: ever, inCorrection: true}
	case NameAddNote, NameExplainBreach:
		return rule{by: roles{RoleDesk, RoleLead, RoleKeeper, RoleUnit, RoleUnitLead}, from: ever, inCorrection: true}
	case NameReachStep, NameSweep:
		return rule{by: roles{RoleSystem}, from: ever, inCorrection: true}
	case NamePlaceLegalHold, NameLiftLegalHold:
		return rule{by: roles{RoleLead}, from: ever, inCorrection: true}
	case NameProposeErasure, NameConfirmErasure, NameDropErasure:
		return rule{by: roles{RoleLead}, from: State.Ended}
	case NameLowerLevel:
		return rule{by: roles{RoleLead}, from: ever, inCorrection: true}
	case NameAcceptTask, NameDeclineTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: queued, inCorrection: true}
	case NameForwardTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: taken, inCorrection: true}
	case NameHoldTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: active, inCorrection: true}
	case NameResumeTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: onHold, inCorrection: true}
	case NameConfirmHold, NameRejectHold:
		return rule{by: roles{RoleUnitLead, RoleLead}, from: State.Open, onTask: anyTask, inCorrection: true}
	case NameAnswerTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: taken, inCorrection: true}
	case NameAssignTask:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: State.Open, onTask: TaskState.Live, inCorrection: true}
	case NameAcknowledgeStop:
		return rule{by: roles{RoleUnit, RoleUnitLead}, from: ever, onTask: stopped, inCorrection: true}
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
	return r.permitted(n, row, by, task)
}

func (r *Request) permitted(n Name, row rule, by Actor, task *Task) error {
	if !r.permitRole(n, row, by, task) {
		return refuse(NotPermitted, "%s is not for this role on this request", n)
	}
	if err := r.permitState(n, row); err != nil {
		return err
	}
	if task != nil && row.onTask != nil && !row.onTask(task.State) {
		return refuse(WrongState, "the task is %s: %s does not apply to it", task.State, n)
	}
	return r.permitPerson(n, by, task)
}

// permitRole compares what the actor was granted with the row. A keeper has the desk's rights inside the compartment,
// and only there; the keeper of a stub over that stub.
func (r *Request) permitRole(n Name, row rule, by Actor, task *Task) bool {
	for _, role := range row.by {
		if role != "" && r.actsAs(role, n, by, task) {
			return true
		}
	}
	return false
}

func (r *Request) actsAs(role Role, n Name, by Actor, task *Task) bool {
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
	case RoleSystem, RoleLead, RoleSupervisor, RoleAuditor, RoleOperator, RoleScreen:
		return by.Has(role)
	}
	return false
}

func (r *Request) permitState(n Name, row rule) error {
	switch {
	case r.State == Unborn && !row.from(Unborn):
		return refuse(NotFound, "there is no such request")
	case r.State != Unborn && row.from(Unborn):
		return refuse(AlreadyExists, "the request was created before")
	case !row.from(r.State):
		return refuse(WrongState, "%s does not apply to the request as it stands now", n) // where that is, not everybody may know
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
		NameReachStep, NameSweep, NameExplainBreach, NameAnnulBreach, NameAcknowledgeStop, NameWithdraw, NameDeclareNotCompetent,
		NameSeal, NameFindAboveCeiling, NameRecall, NameRecordPull, NameCloseSilent, NameDecideConsent, NameExpireConsent:
		return true
	default:
		return false
	}
}

// Allowed lists the commands on the request itself that the actor may give now, in the order of lifecycle.md. It
// asks the same rules as Decide, so a command that is not listed is refused.
func (r Request) Allowed(by Actor) []Name {
	var allowed []Name
	for _, n := range Names() {
		if row := ruleOf(n); row.onTask == nil && r.allows(n, row, by, nil) {
			allowed = append(allowed, n)
		}
	}
	return allowed
}

// AllowedAt is Allowed at an instant: what is too late by then is offered to nobody.
func (r Request) AllowedAt(by Actor, at time.Time) []Name {
	return slices.DeleteFunc(r.Allowed(by), func(n Name) bool { return r.tooLate(n, by, at) })
}

// AllowedOnTask lists the commands on one task that the actor may give now.
func (r Request) AllowedOnTask(id TaskID, by Actor) []Name {
	task, ok := r.Task(id)
	if !ok {
		return nil
	}
	var allowed []Name
	for _, n := range Names() {
		if row := ruleOf(n); (row.onTask != nil || n == NameAddNote) && r.allows(n, row, by, &task) {
			allowed = append(allowed, n)
		}
	}
	return allowed
}

// allows is permitted for a list. Most of it is ruled out by role and state: they are asked before reasons are written. What is
// asked for each of some sixty commands takes the request, which is a kilobyte, by its address; none of it changes it.
func (r *Request) allows(n Name, row rule, by Actor, task *Task) bool {
	return r.permitRole(n, row, by, task) && row.from(r.State) && r.permitted(n, row, by, task) == nil
}
