package access

// Shows is what the answer of an operation shows, and with it what must be known of whoever was answered (package
// evidence). A command that was recorded is its own evidence, with all that it is answered with; what is asked for here is
// what changes nothing in the record.
type Shows string

// What answers show. An operation that is declared nowhere shows Undeclared, and an edge that serves one does not start:
// no read can be added without saying what it shows.
const (
	Undeclared    Shows = ""
	ShowsContent  Shows = "content"  // words of a case: from L2 up the evidence is on the disk before they leave
	ShowsExport   Shows = "export"   // a file that goes on by itself: so it is of every export, whatever is in it
	ShowsRows     Shows = "rows"     // numbers, degrees, states and clocks of cases, no words: noted, and never waited for
	ShowsEvidence Shows = "evidence" // who did what: noted likewise
	ShowsSession  Shows = "session"  // somebody came, went or proved who they are: noted likewise
	ShowsOwn      Shows = "own"      // what the caller has just sent, and its receipt
	ShowsHouse    Shows = "house"    // nothing of a case
)

// First says whether an answer waits until its evidence is on the disk.
func (s Shows) First() bool { return s == ShowsContent || s == ShowsExport }

// Noted says whether an answer leaves evidence at all.
func (s Shows) Noted() bool {
	switch s {
	case ShowsContent, ShowsExport, ShowsRows, ShowsEvidence, ShowsSession:
		return true
	case ShowsOwn, ShowsHouse, Undeclared:
	}
	return false
}

// Shown is what the answer of an operation shows.
func Shown(op Operation) Shows {
	switch op {
	case OpGetRequest, OpListAnswers, OpListConsents, OpGetTask, OpGetDraft, OpGetCandidates, OpGetPackage:
		return ShowsContent
	case OpAnswerQuestions, OpReplyToClarification, OpWithdrawRequest, OpConfirmAnswer, OpReopenRequest, OpDecideConsent,
		OpAcceptTask, OpDeclineTask, OpForwardTask, OpHoldTask, OpResumeTask, OpProposeClarification, OpAnswerTask, OpAssignTask,
		OpNoteTask, OpAcknowledgeStop, OpConfirmHold, OpRejectHold, OpClaimRequest, OpRouteRequest, OpAskAgency, OpAskPartner, OpRejectClarification,
		OpProposeRefusal, OpApproveRefusal, OpRejectRefusal, OpDeclareNotCompetent, OpMarkDuplicate, OpReturnToUnit, OpAskConsent,
		OpCorrectAnswer, OpDropCorrection, OpRecallVersion, OpExtendPromise, OpChangeDegree, OpSealRequest, OpSendToReview,
		OpDeclareAboveCeiling, OpHandleOutside, OpCloseCirculation, OpAppointKeeper, OpRepinPolicy, OpNoteRequest, OpSetBreachCause,
		OpAnnulBreach, OpPutPackage, OpReleasePackage, OpPlaceLegalHold, OpLiftLegalHold, OpProposeErasure, OpConfirmErasure,
		OpDropErasure, OpLowerLevel:
		return ShowsContent // a command that is repeated records nothing, and is answered with the case as it is now
	case OpExportBoard, OpExportStatistics:
		return ShowsExport
	case OpListRequests, OpStreamRequest, OpGetUnitQueue, OpStreamQueue, OpStreamTask, OpGetTaskClocks, OpGetBoard, OpStreamBoard,
		OpListNotices, OpListAlarms, OpConfirmAlarmTests, OpAppointAlarmed, OpListMilestones, OpListRetention, OpProposeErasures, OpConfirmErasures, OpGetClocks, OpFindRequest, OpFindByReference:
		return ShowsRows
	case OpGetReaders, OpGetHistory, OpListEvidence:
		return ShowsEvidence
	case OpSignIn, OpFinishAtProvider, OpEndByProvider, OpSignOut, OpReauthenticate, OpChangePassword, OpBeginSecondFactor,
		OpConfirmSecondFactor, OpSignOutEverywhere:
		return ShowsSession
	case OpSubmitRequest, OpFollowUp, OpRegisterRequest, OpRegisterStub, OpPutDraft, OpDeleteDraft, OpSetOnCall, OpSetKeepersOnDuty, OpTestAlarm, OpSetMark, OpPairScreen,
		OpRemoveScreen, OpProposeMonthEnd, OpConfirmMonthEnd, OpDropMonthEnd:
		return ShowsOwn
	case OpListPromises, OpListPeople, OpListGrants, OpListCompartments, OpListMonthEnds, OpGetStatistics, OpGetReference, OpGetLedger, OpListWays, OpBeginAtProvider, OpGetSession, OpListSessions,
		OpGetOnCall, OpGetMarks, OpGetWall, OpBeginPairing, OpListScreens, OpGetLive, OpGetReady, OpGetOpenAPI, OpGetKeySet, OpGetLedgerKeys:
		return ShowsHouse
	}
	return Undeclared
}
