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
