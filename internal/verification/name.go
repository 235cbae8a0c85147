package verification

// The names of the commands. Views list those that their reader may give now.
const (
	NameSubmit               Name = "submit"
	NameRegister             Name = "register"
	NameRegisterStub         Name = "register_stub"
	NameClaim                Name = "claim"
	NameRoute                Name = "route"
	NameAnswerByDesk         Name = "answer_by_desk"
	NameAskAgency            Name = "ask_agency"
	NameMarkDuplicate        Name = "mark_duplicate"
	NameAskPartner           Name = "ask_partner"
	NameProposeClarification Name = "propose_clarification"
	NameRejectClarification  Name = "reject_clarification"
	NameReplyToClarification Name = "reply"
	NameRemindPartner        Name = "remind_partner"
	NameExpireClarification  Name = "expire_clarification"
	NameProposeRefusal       Name = "propose_refusal"
	NameApproveRefusal       Name = "approve_refusal"
	NameRejectRefusal        Name = "reject_refusal"
	NameDeclareNotCompetent  Name = "declare_not_competent"
	NameSendToReview         Name = "send_to_review"
	NameReturnTask           Name = "return"
	NameAskConsent           Name = "ask_consent"
	NameDecideConsent        Name = "decide_consent"
	NameExpireConsent        Name = "expire_consent"
	NamePreparePackage       Name = "prepare_package"
	NameReleasePackage       Name = "release"
	NameRecordPull           Name = "pull"
	NameConfirm              Name = "confirm"
	NameFollowUp             Name = "follow_up"
	NameCloseSilent          Name = "close_silent"
	NameCorrect              Name = "correct"
	NameDropCorrection       Name = "drop_correction"
	NameRecall               Name = "recall"
	NameWithdraw             Name = "withdraw"
	NameReopen               Name = "reopen"
	NameSeal                 Name = "seal"
	NameExtend               Name = "extend"
	NameFindAboveCeiling     Name = "find_above_ceiling"
	NameHandleOutside        Name = "handle_outside"
	NameChangeDegree         Name = "change_degree"
	NameCloseInformation     Name = "close_information"
	NameAppointKeeper        Name = "appoint_keeper"
	NameRepinPolicy          Name = "repin_policy"
	NameAddNote              Name = "note"
	NameReachStep            Name = "reach_step"
	NameSweep                Name = "sweep"
	NameExplainBreach        Name = "explain_breach"
	NameAnnulBreach          Name = "annul_breach"
	NamePlaceLegalHold       Name = "place_legal_hold"
	NameLiftLegalHold        Name = "lift_legal_hold"
	NameProposeErasure       Name = "propose_erasure"
	NameConfirmErasure       Name = "confirm_erasure"
	NameDropErasure          Name = "drop_erasure"
	NameLowerLevel           Name = "lower_level"
	NameAcceptTask           Name = "accept"
	NameDeclineTask          Name = "decline"
	NameForwardTask          Name = "forward"
	NameHoldTask             Name = "hold"
	NameResumeTask           Name = "resume"
	NameConfirmHold          Name = "confirm_hold"
	NameRejectHold           Name = "reject_hold"
	NameAnswerTask           Name = "answer"
	NameAssignTask           Name = "assign"
	NameAcknowledgeStop      Name = "acknowledge_stop"
)

// Names lists every command name, in the order of the rows of lifecycle.md.
func Names() []Name {
	return []Name{
		NameSubmit,
		NameRegister,
		NameRegisterStub,
		NameClaim,
		NameRoute,
		NameAnswerByDesk,
		NameAskAgency,
		NameMarkDuplicate,
		NameAskPartner,
		NameProposeClarification,
		NameRejectClarification,
		NameReplyToClarification,
		NameRemindPartner,
		NameExpireClarification,
		NameProposeRefusal,
		NameApproveRefusal,
		NameRejectRefusal,
		NameDeclareNotCompetent,
		NameSendToReview,
		NameReturnTask,
		NameAskConsent,
		NameDecideConsent,
		NameExpireConsent,
		NamePreparePackage,
		NameReleasePackage,
		NameRecordPull,
		NameConfirm,
		NameFollowUp,
		NameCloseSilent,
		NameCorrect,
		NameDropCorrection,
		NameRecall,
		NameWithdraw,
		NameReopen,
		NameSeal,
		NameExtend,
		NameFindAboveCeiling,
		NameHandleOutside,
		NameChangeDegree,
		NameCloseInformation,
		NameAppointKeeper,
		NameRepinPolicy,
		NameAddNote,
		NameReachStep,
		NameSweep,
		NameExplainBreach,
		NameAnnulBreach,
		NamePlaceLegalHold,
		NameLiftLegalHold,
		NameProposeErasure,
		NameConfirmErasure,
		NameDropErasure,
		NameLowerLevel,
		NameAcceptTask,
		NameDeclineTask,
		NameForwardTask,
		NameHoldTask,
		NameResumeTask,
		NameConfirmHold,
		NameRejectHold,
		NameAnswerTask,
		NameAssignTask,
		NameAcknowledgeStop,
	}
}

func (Submit) name() Name               { return NameSubmit }
func (Register) name() Name             { return NameRegister }
func (RegisterStub) name() Name         { return NameRegisterStub }
func (Claim) name() Name                { return NameClaim }
func (Route) name() Name                { return NameRoute }
func (AnswerByDesk) name() Name         { return NameAnswerByDesk }
func (AskAgency) name() Name            { return NameAskAgency }
func (MarkDuplicate) name() Name        { return NameMarkDuplicate }
func (AskPartner) name() Name           { return NameAskPartner }
func (ProposeClarification) name() Name { return NameProposeClarification }

func (RejectClarification) name() Name  { return NameRejectClarification }
func (ReplyToClarification) name() Name { return NameReplyToClarification }
func (RemindPartner) name() Name        { return NameRemindPartner }
func (ExpireClarification) name() Name  { return NameExpireClarification }
func (ProposeRefusal) name() Name       { return NameProposeRefusal }
func (ApproveRefusal) name() Name       { return NameApproveRefusal }
func (RejectRefusal) name() Name        { return NameRejectRefusal }
func (DeclareNotCompetent) name() Name  { return NameDeclareNotCompetent }
func (SendToReview) name() Name         { return NameSendToReview }
func (ReturnTask) name() Name           { return NameReturnTask }
func (AskConsent) name() Name           { return NameAskConsent }
func (DecideConsent) name() Name        { return NameDecideConsent }
func (ExpireConsent) name() Name        { return NameExpireConsent }
func (PreparePackage) name() Name       { return NamePreparePackage }
func (ReleasePackage) name() Name       { return NameReleasePackage }
func (RecordPull) name() Name           { return NameRecordPull }
func (Confirm) name() Name              { return NameConfirm }
func (FollowUp) name() Name             { return NameFollowUp }
func (CloseSilent) name() Name          { return NameCloseSilent }
func (Correct) name() Name              { return NameCorrect }
func (DropCorrection) name() Name       { return NameDropCorrection }
func (Recall) name() Name               { return NameRecall }
func (Withdraw) name() Name             { return NameWithdraw }
func (Reopen) name() Name               { return NameReopen }
func (Seal) name() Name                 { return NameSeal }
func (Extend) name() Name               { return NameExtend }
func (FindAboveCeiling) name() Name     { return NameFindAboveCeiling }
func (HandleOutside) name() Name        { return NameHandleOutside }
func (ChangeDegree) name() Name         { return NameChangeDegree }
func (CloseInformation) name() Name     { return NameCloseInformation }
func (AppointKeeper) name() Name        { return NameAppointKeeper }
func (RepinPolicy) name() Name          { return NameRepinPolicy }
func (AddNote) name() Name              { return NameAddNote }
func (ReachStep) name() Name            { return NameReachStep }
func (Sweep) name() Name                { return NameSweep }
func (ExplainBreach) name() Name        { return NameExplainBreach }
func (AnnulBreach) name() Name          { return NameAnnulBreach }
func (PlaceLegalHold) name() Name       { return NamePlaceLegalHold }
func (LiftLegalHold) name() Name        { return NameLiftLegalHold }
func (ProposeErasure) name() Name       { return NameProposeErasure }
func (ConfirmErasure) name() Name       { return NameConfirmErasure }
func (DropErasure) name() Name          { return NameDropErasure }
func (LowerLevel) name() Name           { return NameLowerLevel }
func (AcceptTask) name() Name           { return NameAcceptTask }
func (DeclineTask) name() Name          { return NameDeclineTask }
func (ForwardTask) name() Name          { return NameForwardTask }
func (HoldTask) name() Name             { return NameHoldTask }
func (ResumeTask) name() Name           { return NameResumeTask }
func (ConfirmHold) name() Name          { return NameConfirmHold }
func (RejectHold) name() Name           { return NameRejectHold }
func (AnswerTask) name() Name           { return NameAnswerTask }
func (AssignTask) name() Name           { return NameAssignTask }
func (AcknowledgeStop) name() Name      { return NameAcknowledgeStop }
