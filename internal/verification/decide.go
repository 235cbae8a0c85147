package verification

// Decide says what a command brings about: the events of one decision, or a *Refusal. It is pure: the same request
// and the same order give the same events. No events and no error means that there is nothing new, which makes every
// command safe to repeat.
func Decide(r Request, o Order) ([]Event, error) {
	if r.State != Unborn && o.At.Before(r.At) {
		return nil, refuse(TimeWentBack, "the command is older than the last decision on this request")
	}
	r = r.AsOf(o.At)
	if err := r.permit(o.Command.name(), o.By, taskOf(o.Command)); err != nil {
		return nil, err
	}
	switch c := o.Command.(type) {
	case Submit:
		return r.submit(c, o)
	case Register:
		return r.register(c, o)
	case RegisterStub:
		return r.registerStub(c, o)
	case Claim:
		return r.claim(c, o)
	case Route:
		return r.route(c, o)
	case AnswerByDesk:
		return r.answerByDesk(c)
	case AskAgency:
		return r.askAgency(c)
	case MarkDuplicate:
		return r.markDuplicate(c)
	case AskPartner:
		return r.askPartner(c)
	case ProposeClarification:
		return r.proposeClarification(c)
	case RejectClarification:
		return r.rejectClarification(c)
	case ReplyToClarification:
		return r.replyToClarification(c, o)
	case RemindPartner:
		return r.remindPartner(c, o)
	case ExpireClarification:
		return r.expireClarification(c, o)
	case ProposeRefusal:
		return r.proposeRefusal(c)
	case ApproveRefusal:
		return r.approveRefusal(c)
	case RejectRefusal:
		return one(RefusalRejected(c))
	case DeclareNotCompetent:
		return r.declareNotCompetent(c)
	case SendToReview:
		return one(SentToReview{})
	case ReturnTask:
		return r.returnTask(c)
	case AskConsent:
		return r.askConsent(c, o)
	case DecideConsent:
		return r.decideConsent(c, o)
	case ExpireConsent:
		return r.expireConsent(c, o)
	case PreparePackage:
		return r.preparePackage(c, o)
	case ReleasePackage:
		return r.release(c, o)
	case RecordPull:
		return r.recordPull(c)
	case Confirm:
		return r.confirm(c)
	case FollowUp:
		return r.followUp(c, o)
	case CloseSilent:
		return r.closeSilent(c, o)
	case Correct:
		return r.correct(c)
	case DropCorrection:
		return one(CorrectionDropped{})
	case Recall:
		return r.recall(c)
	case Withdraw:
		return one(RequestWithdrawn{Text: c.Text})
	case Reopen:
		return r.reopen(c, o)
	case Seal:
		return r.seal(c, o)
	case Extend:
		return r.extend(c, o)
	case FindAboveCeiling:
		return r.findAboveCeiling(c)
	case HandleOutside:
		return handleOutside(c)
	case ChangeDegree:
		return r.changeDegree(c, o)
	case CloseInformation:
		return one(Circulated{Unread: r.unread()})
	case AppointKeeper:
		return r.appointKeeper(c)
	case RepinPolicy:
		return r.repin(c)
	case AddNote:
		return r.addNote(c)
	case ReachStep:
		return r.reachStep(c, o)
	case Sweep:
		return r.sweep(c, o)
	case ExplainBreach:
		return r.explainBreach(c, o)
	case AnnulBreach:
		return r.annulBreach(c)
	case PlaceLegalHold:
		return placeLegalHold(c)
	case LiftLegalHold:
		return liftLegalHold(c)
	case ProposeErasure:
		return proposeErasure(c, o)
	case ConfirmErasure:
		return confirmErasure(c, o)
	case DropErasure:
		return one(ErasureDropped(c))
	case LowerLevel:
		return r.lowerLevel(c)
	case AcceptTask:
		return r.acceptTask(c)
	case DeclineTask:
		return r.declineTask(c)
	case ForwardTask:
		return r.forwardTask(c)
	case HoldTask:
		return holdTask(c)
	case ResumeTask:
		return one(TaskResumed(c))
	case ConfirmHold:
		return r.confirmHold(c, o)
	case RejectHold:
		return r.rejectHold(c, o)
	case AnswerTask:
		return r.answerTask(c, o)
	case AssignTask:
		return r.assignTask(c)
	case AcknowledgeStop:
		return r.acknowledgeStop(c)
	}
	return nil, refuse(NotPermitted, "no rule knows this command")
}

func one(e Event) ([]Event, error) { return []Event{e}, nil }

// taskOf returns the task that a command is about, or none.
func taskOf(c Command) TaskID {
	switch c := c.(type) {
	case ProposeClarification:
		return c.Task
	case ReturnTask:
		return c.Task
	case AddNote:
		return c.Task
	case AcceptTask:
		return c.Task
	case DeclineTask:
		return c.Task
	case ForwardTask:
		return c.Task
	case HoldTask:
		return c.Task
	case ResumeTask:
		return c.Task
	case ConfirmHold:
		return c.Task
	case RejectHold:
		return c.Task
	case AnswerTask:
		return c.Task
	case AssignTask:
		return c.Task
	case AcknowledgeStop:
		return c.Task
	case Submit, Register, RegisterStub, Claim, Route, AnswerByDesk, AskAgency, MarkDuplicate, AskPartner,
		RejectClarification, ReplyToClarification, RemindPartner, ExpireClarification, ProposeRefusal, ApproveRefusal, RejectRefusal,
		DeclareNotCompetent, SendToReview, AskConsent, DecideConsent, ExpireConsent, PreparePackage, ReleasePackage,
		RecordPull, Confirm, FollowUp, CloseSilent, Correct, DropCorrection, Recall, Withdraw, Reopen, Seal, Extend,
		FindAboveCeiling, HandleOutside, ChangeDegree, CloseInformation, AppointKeeper, RepinPolicy, ReachStep, Sweep,
		ExplainBreach, AnnulBreach, PlaceLegalHold, LiftLegalHold, ProposeErasure, ConfirmErasure, DropErasure,
		LowerLevel:
		return ""
	}
	return ""
}
