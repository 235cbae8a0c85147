package access

import (
	"net/http"
	"sync"

	"verigate/internal/verification"
)

// Operation is one call of the contract, by its operationId.
type Operation string

// The operations, in the order of the contract.
const (
	OpSubmitRequest        Operation = "submitRequest"
	OpListRequests         Operation = "listRequests"
	OpGetRequest           Operation = "getRequest"
	OpStreamRequest        Operation = "streamRequest"
	OpListAnswers          Operation = "listAnswers"
	OpAnswerQuestions      Operation = "answerQuestions"
	OpReplyToClarification Operation = "replyToClarification"
	OpWithdrawRequest      Operation = "withdrawRequest"
	OpConfirmAnswer        Operation = "confirmAnswer"
	OpFollowUp             Operation = "followUp"
	OpReopenRequest        Operation = "reopenRequest"
	OpListPromises         Operation = "listPromises"
	OpListConsents         Operation = "listConsents"
	OpDecideConsent        Operation = "decideConsent"
	OpGetUnitQueue         Operation = "getUnitQueue"
	OpStreamQueue          Operation = "streamQueue"
	OpGetTask              Operation = "getTask"
	OpStreamTask           Operation = "streamTask"
	OpGetTaskClocks        Operation = "getTaskClocks"
	OpGetDraft             Operation = "getDraft"
	OpPutDraft             Operation = "putDraft"
	OpDeleteDraft          Operation = "deleteDraft"
	OpAcceptTask           Operation = "acceptTask"
	OpDeclineTask          Operation = "declineTask"
	OpForwardTask          Operation = "forwardTask"
	OpHoldTask             Operation = "holdTask"
	OpResumeTask           Operation = "resumeTask"
	OpProposeClarification Operation = "proposeClarification"
	OpAnswerTask           Operation = "answerTask"
	OpAssignTask           Operation = "assignTask"
	OpNoteTask             Operation = "noteTask"
	OpAcknowledgeStop      Operation = "acknowledgeStop"
	OpConfirmHold          Operation = "confirmHold"
	OpRejectHold           Operation = "rejectHold"
	OpGetBoard             Operation = "getBoard"
	OpStreamBoard          Operation = "streamBoard"
	OpListNotices          Operation = "listNotices"
	OpListPeople           Operation = "listPeople"
	OpListGrants           Operation = "listGrants"
	OpListMilestones       Operation = "listMilestones"
	OpListCompartments     Operation = "listCompartments"
	OpSetKeepersOnDuty     Operation = "setKeepersOnDuty"
	OpTestAlarm            Operation = "testAlarm"
	OpListAlarms           Operation = "listAlarms"
	OpConfirmAlarmTests    Operation = "confirmAlarmTests"
	OpAppointAlarmed       Operation = "appointAlarmed"
	OpGetOnCall            Operation = "getOnCall"
	OpSetOnCall            Operation = "setOnCall"
	OpGetStatistics        Operation = "getStatistics"
	OpExportBoard          Operation = "exportBoard"
	OpExportStatistics     Operation = "exportStatistics"
	OpRegisterRequest      Operation = "registerRequest"
	OpRegisterStub         Operation = "registerStub"
	OpGetCandidates        Operation = "getCandidates"
	OpClaimRequest         Operation = "claimRequest"
	OpRouteRequest         Operation = "routeRequest"
	OpAskAgency            Operation = "askAgency"
	OpAskPartner           Operation = "askPartner"
	OpRejectClarification  Operation = "rejectClarification"
	OpProposeRefusal       Operation = "proposeRefusal"
	OpApproveRefusal       Operation = "approveRefusal"
	OpRejectRefusal        Operation = "rejectRefusal"
	OpDeclareNotCompetent  Operation = "declareNotCompetent"
	OpMarkDuplicate        Operation = "markDuplicate"
	OpReturnToUnit         Operation = "returnToUnit"
	OpAskConsent           Operation = "askConsent"
	OpCorrectAnswer        Operation = "correctAnswer"
	OpDropCorrection       Operation = "dropCorrection"
	OpRecallVersion        Operation = "recallVersion"
	OpExtendPromise        Operation = "extendPromise"
	OpChangeDegree         Operation = "changeDegree"
	OpSealRequest          Operation = "sealRequest"
	OpSendToReview         Operation = "sendToReview"
	OpDeclareAboveCeiling  Operation = "declareAboveCeiling"
	OpHandleOutside        Operation = "handleOutside"
	OpCloseCirculation     Operation = "closeCirculation"
	OpAppointKeeper        Operation = "appointKeeper"
	OpRepinPolicy          Operation = "repinPolicy"
	OpNoteRequest          Operation = "noteRequest"
	OpPlaceLegalHold       Operation = "placeLegalHold"
	OpLiftLegalHold        Operation = "liftLegalHold"
	OpLowerLevel           Operation = "lowerLevel"
	OpProposeErasure       Operation = "proposeErasure"
	OpConfirmErasure       Operation = "confirmErasure"
	OpDropErasure          Operation = "dropErasure"
	OpListRetention        Operation = "listRetention"
	OpListMonthEnds        Operation = "listMonthEnds"
	OpProposeMonthEnd      Operation = "proposeMonthEnd"
	OpConfirmMonthEnd      Operation = "confirmMonthEnd"
	OpDropMonthEnd         Operation = "dropMonthEnd"
	OpProposeErasures      Operation = "proposeErasures"
	OpConfirmErasures      Operation = "confirmErasures"
	OpSetBreachCause       Operation = "setBreachCause"
	OpAnnulBreach          Operation = "annulBreach"
	OpPutPackage           Operation = "putPackage"
	OpGetPackage           Operation = "getPackage"
	OpReleasePackage       Operation = "releasePackage"
	OpGetClocks            Operation = "getClocks"
	OpGetReaders           Operation = "getReaders"
	OpGetHistory           Operation = "getHistory"
	OpListEvidence         Operation = "listEvidence"
	OpFindRequest          Operation = "findRequest"
	OpFindByReference      Operation = "findByReference"
	OpGetReference         Operation = "getReference"
	OpGetLedger            Operation = "getLedger"
	OpGetWall              Operation = "getWall"
	OpBeginPairing         Operation = "beginPairing"
	OpListScreens          Operation = "listScreens"
	OpPairScreen           Operation = "pairScreen"
	OpRemoveScreen         Operation = "removeScreen"
	OpSignIn               Operation = "signIn"
	OpListWays             Operation = "listWays"
	OpBeginAtProvider      Operation = "beginAtProvider"
	OpFinishAtProvider     Operation = "finishAtProvider"
	OpEndByProvider        Operation = "endByProvider"
	OpGetSession           Operation = "getSession"
	OpSignOut              Operation = "signOut"
	OpReauthenticate       Operation = "reauthenticate"
	OpChangePassword       Operation = "changePassword"
	OpBeginSecondFactor    Operation = "beginSecondFactor"
	OpConfirmSecondFactor  Operation = "confirmSecondFactor"
	OpListSessions         Operation = "listSessions"
	OpSignOutEverywhere    Operation = "signOutEverywhere"
	OpGetMarks             Operation = "getMarks"
	OpSetMark              Operation = "setMark"
	OpGetLive              Operation = "getLive"
	OpGetReady             Operation = "getReady"
	OpGetOpenAPI           Operation = "getOpenAPI"
	OpGetKeySet            Operation = "getKeySet"
	OpGetLedgerKeys        Operation = "getLedgerKeys"
)

// ObjectRule says what an operation is about, and so against what a caller is measured.
type ObjectRule int

// The zero value is no rule: it allows nobody.
const (
	NoRule    ObjectRule = iota
	Public               // for everybody, signed in or not
	OnNothing            // makes something new, or is about what the house owns: the role is all there is
	OnRows               // a list, board or stream: the role, then each row by Visible
	OnRequest            // the request of the path
	OnTask               // the task of the path, with its request
	OnUnit               // the unit of the path
	OnConsent            // the ask of the path, which is its originator's and not the request's
	OnSession            // the caller's own session and account: whoever signed in, whatever the role
)

// Rule is one row of the table: for whom an operation is. A role counts as far as a policy of that role permits it on
// the object (policies/*.cedar); what the request's state allows is decided by package verification.
type Rule struct {
	Operation Operation
	Method    string
	Path      string // as the contract writes it: /v1/tasks/{task}
	Roles     []verification.Role
	Object    ObjectRule
}

// reads says whether the operation changes nothing.
func (r Rule) reads() bool { return r.Method == http.MethodGet }

// RuleOf finds the row of an operation. There is none for what is not in the contract: it is denied.
func RuleOf(op Operation) (Rule, bool) {
	rule, ok := rows()[op]
	return rule, ok
}

// rows is the table by operation. It is a constant that Go cannot write as one: made at the first question, for each
// call asks at least once, and never changed.
var rows = sync.OnceValue(func() map[Operation]Rule {
	table := Table()
	byOperation := make(map[Operation]Rule, len(table))
	for _, rule := range table {
		byOperation[rule.Operation] = rule
	}
	return byOperation
})

// Listed says whether a route, its path written as in the contract, has a row. A gateway that serves another route
// does not start.
func Listed(method, path string) bool {
	for _, rule := range Table() {
		if rule.Method == method && rule.Path == path {
			return true
		}
	}
	return false
}

// Table is who may call what: every operation of the contract once. A role that is not listed is denied. SYSTEM is in no
// row, for it passes no edge. OPERATOR works by the command line and sees no content: it is in the rows that tell of no
// request. SCREEN has the wall and nothing else, and nobody else has the wall.
func Table() []Rule {
	const (
		partners   = verification.RolePartner
		officers   = verification.RoleUnit
		unitLeads  = verification.RoleUnitLead
		dutyDesk   = verification.RoleDesk
		keepers    = verification.RoleKeeper
		headOfDesk = verification.RoleLead
		supervisor = verification.RoleSupervisor
		auditor    = verification.RoleAuditor
		operator   = verification.RoleOperator
		screens    = verification.RoleScreen
	)
	type roles = []verification.Role
	var (
		partner       = roles{partners}
		partnerOrDesk = roles{partners, dutyDesk, keepers}
		readers       = roles{partners, dutyDesk, headOfDesk, keepers, supervisor}
		unit          = roles{officers, unitLeads} // the desk acts as officer of its own unit
		unitOrDesk    = roles{officers, unitLeads, dutyDesk, headOfDesk, keepers}
		taskReaders   = roles{officers, unitLeads, dutyDesk, headOfDesk, keepers, supervisor}
		leads         = roles{unitLeads, headOfDesk}
		desk          = roles{dutyDesk}
		deskInside    = roles{dutyDesk, keepers}
		lead          = roles{headOfDesk}
		deskOrLead    = roles{dutyDesk, headOfDesk, keepers}
		tenders       = roles{keepers, headOfDesk} // each of what is theirs: Tends
		headquarters  = roles{dutyDesk, headOfDesk, keepers, supervisor}
		told          = roles{officers, unitLeads, dutyDesk, headOfDesk, keepers, supervisor}          // by rung: Hears
		colleagues    = roles{officers, unitLeads, dutyDesk, headOfDesk, keepers, supervisor, auditor} // a unit's are told their own
		house         = roles{headOfDesk, operator}
		screen        = roles{screens}
		evidence      = roles{dutyDesk, headOfDesk, keepers, auditor}
		proofs        = roles{auditor, operator}
		countReaders  = roles{dutyDesk, headOfDesk, supervisor, auditor, officers, unitLeads} // each its slice: CountedFor
	)
	return []Rule{
		{OpSubmitRequest, http.MethodPost, "/v1/verification-requests", partner, OnNothing},
		{OpListRequests, http.MethodGet, "/v1/verification-requests", partner, OnRows},
		{OpGetRequest, http.MethodGet, "/v1/verification-requests/{id}", readers, OnRequest},
		{OpStreamRequest, http.MethodGet, "/v1/verification-requests/{id}/events", readers, OnRequest},
		{OpListAnswers, http.MethodGet, "/v1/verification-requests/{id}/answers", partner, OnRequest},
		{OpAnswerQuestions, http.MethodPost, "/v1/verification-requests/{id}/answers", deskInside, OnRequest},
		{OpReplyToClarification, http.MethodPost, "/v1/verification-requests/{id}/clarifications", partner, OnRequest},
		{OpWithdrawRequest, http.MethodPost, "/v1/verification-requests/{id}/withdrawal", partner, OnRequest},
		{OpConfirmAnswer, http.MethodPost, "/v1/verification-requests/{id}/confirmation", partner, OnRequest},
		{OpFollowUp, http.MethodPost, "/v1/verification-requests/{id}/follow-ups", partner, OnRequest},
		{OpReopenRequest, http.MethodPost, "/v1/verification-requests/{id}/reopening", partnerOrDesk, OnRequest},
		{OpListPromises, http.MethodGet, "/v1/promises", partner, OnRows},
		{OpListConsents, http.MethodGet, "/v1/consents", partner, OnRows},
		{OpDecideConsent, http.MethodPost, "/v1/consents/{id}/decision", partner, OnConsent},
		{OpGetUnitQueue, http.MethodGet, "/v1/units/{unit}/queue", unit, OnUnit},
		{OpStreamQueue, http.MethodGet, "/v1/units/{unit}/queue/events", unit, OnUnit},
		{OpGetTask, http.MethodGet, "/v1/tasks/{task}", taskReaders, OnTask},
		{OpStreamTask, http.MethodGet, "/v1/tasks/{task}/events", taskReaders, OnTask},
		{OpGetTaskClocks, http.MethodGet, "/v1/tasks/{task}/clocks", taskReaders, OnTask},
		{OpGetDraft, http.MethodGet, "/v1/tasks/{task}/draft", unit, OnTask},
		{OpPutDraft, http.MethodPut, "/v1/tasks/{task}/draft", unit, OnTask},
		{OpDeleteDraft, http.MethodDelete, "/v1/tasks/{task}/draft", unit, OnTask},
		{OpAcceptTask, http.MethodPost, "/v1/tasks/{task}/acceptance", unit, OnTask},
		{OpDeclineTask, http.MethodPost, "/v1/tasks/{task}/decline", unit, OnTask},
		{OpForwardTask, http.MethodPost, "/v1/tasks/{task}/forward", unit, OnTask},
		{OpHoldTask, http.MethodPost, "/v1/tasks/{task}/hold", unit, OnTask},
		{OpResumeTask, http.MethodPost, "/v1/tasks/{task}/resume", unit, OnTask},
		{OpProposeClarification, http.MethodPost, "/v1/tasks/{task}/clarification", unit, OnTask},
		{OpAnswerTask, http.MethodPost, "/v1/tasks/{task}/answer", unit, OnTask},
		{OpAssignTask, http.MethodPost, "/v1/tasks/{task}/assignment", unit, OnTask},
		{OpNoteTask, http.MethodPost, "/v1/tasks/{task}/notes", unitOrDesk, OnTask},
		{OpAcknowledgeStop, http.MethodPost, "/v1/tasks/{task}/stop-acknowledgement", unit, OnTask},
		{OpConfirmHold, http.MethodPost, "/v1/tasks/{task}/hold/confirmation", leads, OnTask},
		{OpRejectHold, http.MethodPost, "/v1/tasks/{task}/hold/rejection", leads, OnTask},
		{OpGetBoard, http.MethodGet, "/v1/board", headquarters, OnRows},
		{OpStreamBoard, http.MethodGet, "/v1/board/events", headquarters, OnRows},
		{OpListNotices, http.MethodGet, "/v1/notices", told, OnRows},
		{OpListPeople, http.MethodGet, "/v1/people", colleagues, OnRows},
		{OpListMilestones, http.MethodGet, "/v1/milestones", headquarters, OnRows},
		{OpListCompartments, http.MethodGet, "/v1/compartments", tenders, OnRows},
		{OpSetKeepersOnDuty, http.MethodPut, "/v1/compartments/{compartment}/duty", tenders, OnNothing},
		{OpTestAlarm, http.MethodPut, "/v1/compartments/{compartment}/alarm-test", tenders, OnNothing},
		{OpListAlarms, http.MethodGet, "/v1/alarms", deskOrLead, OnRows},
		{OpConfirmAlarmTests, http.MethodPut, "/v1/alarms/confirmation", deskOrLead, OnNothing},
		{OpAppointAlarmed, http.MethodPost, "/v1/alarms/{id}/keeper", lead, OnRequest},
		{OpGetOnCall, http.MethodGet, "/v1/on-call", deskOrLead, OnRows},
		{OpSetOnCall, http.MethodPut, "/v1/on-call", lead, OnNothing},
		{OpGetStatistics, http.MethodGet, "/v1/statistics", countReaders, OnRows},
		{OpExportBoard, http.MethodGet, "/v1/board.csv", headquarters, OnRows},
		{OpExportStatistics, http.MethodGet, "/v1/statistics.csv", countReaders, OnRows},
		{OpRegisterRequest, http.MethodPost, "/v1/registrations", desk, OnNothing},
		{OpRegisterStub, http.MethodPost, "/v1/stubs", desk, OnNothing},
		{OpGetCandidates, http.MethodGet, "/v1/verification-requests/{id}/candidates", deskOrLead, OnRequest},
		{OpClaimRequest, http.MethodPost, "/v1/verification-requests/{id}/claim", deskInside, OnRequest},
		{OpRouteRequest, http.MethodPost, "/v1/verification-requests/{id}/routing", deskInside, OnRequest},
		{OpAskAgency, http.MethodPost, "/v1/verification-requests/{id}/agency", deskInside, OnRequest},
		{OpAskPartner, http.MethodPost, "/v1/verification-requests/{id}/clarification", deskInside, OnRequest},
		{OpRejectClarification, http.MethodPost, "/v1/verification-requests/{id}/clarification/rejection", deskInside, OnRequest},
		{OpProposeRefusal, http.MethodPost, "/v1/verification-requests/{id}/refusal", deskInside, OnRequest},
		{OpApproveRefusal, http.MethodPost, "/v1/verification-requests/{id}/refusal/approval", lead, OnRequest},
		{OpRejectRefusal, http.MethodPost, "/v1/verification-requests/{id}/refusal/rejection", lead, OnRequest},
		{OpDeclareNotCompetent, http.MethodPost, "/v1/verification-requests/{id}/not-competent", deskInside, OnRequest},
		{OpMarkDuplicate, http.MethodPost, "/v1/verification-requests/{id}/duplicate", deskInside, OnRequest},
		{OpReturnToUnit, http.MethodPost, "/v1/verification-requests/{id}/return", deskInside, OnRequest},
		{OpAskConsent, http.MethodPost, "/v1/verification-requests/{id}/consent", deskInside, OnRequest},
		{OpCorrectAnswer, http.MethodPost, "/v1/verification-requests/{id}/correction", deskInside, OnRequest},
		{OpDropCorrection, http.MethodPost, "/v1/verification-requests/{id}/correction/dropped", deskInside, OnRequest},
		{OpRecallVersion, http.MethodPost, "/v1/verification-requests/{id}/recall", lead, OnRequest},
		{OpExtendPromise, http.MethodPost, "/v1/verification-requests/{id}/extension", lead, OnRequest},
		{OpChangeDegree, http.MethodPost, "/v1/verification-requests/{id}/degree", deskOrLead, OnRequest},
		{OpSealRequest, http.MethodPost, "/v1/verification-requests/{id}/compartment", deskInside, OnRequest},
		{OpSendToReview, http.MethodPost, "/v1/verification-requests/{id}/review", deskInside, OnRequest},
		{OpDeclareAboveCeiling, http.MethodPost, "/v1/verification-requests/{id}/above-ceiling", lead, OnRequest},
		{OpHandleOutside, http.MethodPost, "/v1/verification-requests/{id}/handled-outside", lead, OnRequest},
		{OpCloseCirculation, http.MethodPost, "/v1/verification-requests/{id}/closure", deskInside, OnRequest},
		{OpAppointKeeper, http.MethodPost, "/v1/verification-requests/{id}/keeper", lead, OnRequest},
		{OpRepinPolicy, http.MethodPost, "/v1/verification-requests/{id}/policy", lead, OnRequest},
		{OpNoteRequest, http.MethodPost, "/v1/verification-requests/{id}/notes", deskOrLead, OnRequest},
		{OpPlaceLegalHold, http.MethodPost, "/v1/verification-requests/{id}/legal-hold", lead, OnRequest},
		{OpLiftLegalHold, http.MethodPost, "/v1/verification-requests/{id}/legal-hold/lifting", lead, OnRequest},
		{OpLowerLevel, http.MethodPost, "/v1/verification-requests/{id}/level", lead, OnRequest},
		{OpProposeErasure, http.MethodPost, "/v1/verification-requests/{id}/erasure", lead, OnRequest},
		{OpConfirmErasure, http.MethodPost, "/v1/verification-requests/{id}/erasure/confirmation", lead, OnRequest},
		{OpDropErasure, http.MethodPost, "/v1/verification-requests/{id}/erasure/dropped", lead, OnRequest},
		{OpListRetention, http.MethodGet, "/v1/retention", lead, OnRows},
		{OpProposeErasures, http.MethodPost, "/v1/retention/proposals", lead, OnRows}, // each request by itself: OpProposeErasure
		{OpConfirmErasures, http.MethodPost, "/v1/retention/confirmations", lead, OnRows},
		{OpListMonthEnds, http.MethodGet, "/v1/retention/months", lead, OnRows},
		{OpProposeMonthEnd, http.MethodPost, "/v1/retention/months/{month}/proposal", lead, OnNothing},
		{OpConfirmMonthEnd, http.MethodPost, "/v1/retention/months/{month}/confirmation", lead, OnNothing},
		{OpDropMonthEnd, http.MethodPost, "/v1/retention/months/{month}/dropped", lead, OnNothing},
		{OpSetBreachCause, http.MethodPost, "/v1/verification-requests/{id}/breaches/{n}/cause", unitOrDesk, OnRequest},
		{OpAnnulBreach, http.MethodPost, "/v1/verification-requests/{id}/breaches/{n}/annulment", lead, OnRequest},
		{OpPutPackage, http.MethodPut, "/v1/verification-requests/{id}/package", deskInside, OnRequest},
		{OpGetPackage, http.MethodGet, "/v1/verification-requests/{id}/package", deskOrLead, OnRequest},
		{OpReleasePackage, http.MethodPost, "/v1/verification-requests/{id}/release", deskOrLead, OnRequest},
		{OpGetClocks, http.MethodGet, "/v1/verification-requests/{id}/clocks", headquarters, OnRequest},
		{OpGetReaders, http.MethodGet, "/v1/verification-requests/{id}/readers", evidence, OnRequest},
		{OpGetHistory, http.MethodGet, "/v1/verification-requests/{id}/history", evidence, OnRequest},
		{OpListEvidence, http.MethodGet, "/v1/evidence", roles{auditor}, OnRows},
		{OpListGrants, http.MethodGet, "/v1/grants", roles{auditor}, OnRows},
		{OpFindRequest, http.MethodGet, "/v1/numbers/{number}", evidence, OnRows},
		{OpFindByReference, http.MethodPost, "/v1/references", deskOrLead, OnRows},
		{OpGetReference, http.MethodGet, "/v1/reference", house, OnRows},
		{OpGetLedger, http.MethodGet, "/v1/ledger", proofs, OnRows},
		{OpGetWall, http.MethodGet, "/v1/wall", screen, OnRows},
		{OpBeginPairing, http.MethodPost, "/v1/wall/pairing", nil, Public},
		{OpListScreens, http.MethodGet, "/v1/screens", house, OnRows},
		{OpPairScreen, http.MethodPost, "/v1/screens", house, OnNothing},
		{OpRemoveScreen, http.MethodDelete, "/v1/screens/{screen}", house, OnNothing},
		{OpSignIn, http.MethodPost, "/v1/session", nil, Public},
		{OpListWays, http.MethodGet, "/v1/session/ways", nil, Public},
		{OpBeginAtProvider, http.MethodPost, "/v1/session/provider", nil, Public},
		{OpFinishAtProvider, http.MethodGet, "/v1/session/provider/callback", nil, Public},
		{OpEndByProvider, http.MethodPost, "/v1/session/provider/logout", nil, Public},
		{OpGetSession, http.MethodGet, "/v1/session", nil, OnSession},
		{OpSignOut, http.MethodDelete, "/v1/session", nil, OnSession},
		{OpReauthenticate, http.MethodPost, "/v1/session/reauthentication", nil, OnSession},
		{OpChangePassword, http.MethodPut, "/v1/account/password", nil, OnSession},
		{OpBeginSecondFactor, http.MethodPost, "/v1/account/second-factor", nil, OnSession},
		{OpConfirmSecondFactor, http.MethodPost, "/v1/account/second-factor/confirmation", nil, OnSession},
		{OpListSessions, http.MethodGet, "/v1/account/sessions", nil, OnSession},
		{OpSignOutEverywhere, http.MethodDelete, "/v1/account/sessions", nil, OnSession},
		{OpGetMarks, http.MethodGet, "/v1/account/marks", nil, OnSession},
		{OpSetMark, http.MethodPut, "/v1/account/marks", nil, OnSession},
		{OpGetLive, http.MethodGet, "/health/live", nil, Public},
		{OpGetReady, http.MethodGet, "/health/ready", nil, Public},
		{OpGetOpenAPI, http.MethodGet, "/openapi.yaml", nil, Public},
		{OpGetKeySet, http.MethodGet, "/.well-known/jwks.json", nil, Public},
		{OpGetLedgerKeys, http.MethodGet, "/.well-known/ledger-keys.txt", nil, Public},
	}
}
