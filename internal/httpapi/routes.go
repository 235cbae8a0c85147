package httpapi

import (
	"errors"
	"fmt"
	"strings"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
)

// body is what an operation accepts: the schema that it is checked against, and the generated type whose tags say the
// rest, narrowed when the handler is given the body as it came.
type body struct {
	schema string
	form   any
}

// bodies lists the operations that take one. A test holds it against the contract.
func bodies() map[access.Operation]body {
	return map[access.Operation]body{
		access.OpSubmitRequest:        {"verbatim-request", narrow(server.VerificationRequest{})},
		access.OpAnswerQuestions:      {"desk-answers", server.DeskAnswers{}},
		access.OpReplyToClarification: {"partner-reply", server.PartnerReply{}},
		access.OpWithdrawRequest:      {"withdrawal", server.Withdrawal{}},
		access.OpConfirmAnswer:        {"confirmation", server.Confirmation{}},
		access.OpFollowUp:             {"follow-up", narrow(server.FollowUp{})},
		access.OpReopenRequest:        {"reopening", server.Reopening{}},
		access.OpDecideConsent:        {"consent-decision", server.ConsentDecision{}},
		access.OpPutDraft:             {"draft", server.Draft{}},
		access.OpAcceptTask:           {"acceptance", server.Acceptance{}},
		access.OpDeclineTask:          {"decline", server.Decline{}},
		access.OpForwardTask:          {"forward", server.Forward{}},
		access.OpHoldTask:             {"hold", server.Hold{}},
		access.OpResumeTask:           {"resume", server.Resume{}},
		access.OpProposeClarification: {"clarification", server.Clarification{}},
		access.OpAnswerTask:           {"answer-by-unit", server.AnswerByUnit{}},
		access.OpAssignTask:           {"assignment", server.Assignment{}},
		access.OpNoteTask:             {"notes", server.Notes{}},
		access.OpAcknowledgeStop:      {"stop-acknowledgement", server.StopAcknowledgement{}},
		access.OpConfirmHold:          {"hold-confirmation", server.HoldConfirmation{}},
		access.OpRejectHold:           {"hold-rejection", server.HoldRejection{}},
		access.OpRegisterRequest:      {"registration", server.Registration{}},
		access.OpRegisterStub:         {"stub", server.Stub{}},
		access.OpClaimRequest:         {"claim", server.Claim{}},
		access.OpRouteRequest:         {"routing", server.Routing{}},
		access.OpAskAgency:            {"agency", server.Agency{}},
		access.OpAskPartner:           {"clarification", server.Clarification{}},
		access.OpRejectClarification:  {"clarification-rejection", server.ClarificationRejection{}},
		access.OpProposeRefusal:       {"refusal", server.Refusal{}},
		access.OpApproveRefusal:       {"refusal-approval", server.RefusalApproval{}},
		access.OpRejectRefusal:        {"refusal-rejection", server.RefusalRejection{}},
		access.OpDeclareNotCompetent:  {"not-competent", server.NotCompetent{}},
		access.OpMarkDuplicate:        {"duplicate", server.Duplicate{}},
		access.OpReturnToUnit:         {"return", server.Return{}},
		access.OpAskConsent:           {"consent", server.Consent{}},
		access.OpCorrectAnswer:        {"correction", server.Correction{}},
		access.OpDropCorrection:       {"correction-dropped", server.CorrectionDropped{}},
		access.OpRecallVersion:        {"recall", server.Recall{}},
		access.OpExtendPromise:        {"extension", server.Extension{}},
		access.OpChangeDegree:         {"degree-change", server.DegreeChange{}},
		access.OpSealRequest:          {"compartment", server.Compartment{}},
		access.OpSendToReview:         {"review", server.Review{}},
		access.OpDeclareAboveCeiling:  {"above-ceiling", server.AboveCeiling{}},
		access.OpHandleOutside:        {"handled-outside", server.HandledOutside{}},
		access.OpCloseCirculation:     {"closure", server.Closure{}},
		access.OpAppointKeeper:        {"keeper", server.Keeper{}},
		access.OpAppointAlarmed:       {"keeper", server.Keeper{}},
		access.OpRepinPolicy:          {"policy", server.Policy{}},
		access.OpPlaceLegalHold:       {"legal-hold", server.LegalHold{}},
		access.OpLiftLegalHold:        {"legal-hold-lifting", server.LegalHoldLifting{}},
		access.OpProposeErasure:       {"erasure-proposal", server.ErasureProposal{}},
		access.OpConfirmErasure:       {"erasure-confirmation", server.ErasureConfirmation{}},
		access.OpDropErasure:          {"erasure-drop", server.ErasureDrop{}},
		access.OpLowerLevel:           {"level-lowering", server.LevelLowering{}},
		access.OpProposeErasures:      {"retention-batch", server.RetentionBatch{}},
		access.OpConfirmErasures:      {"retention-batch", server.RetentionBatch{}},
		access.OpProposeMonthEnd:      {"month-end-proposal", server.MonthEndProposal{}},
		access.OpConfirmMonthEnd:      {"month-end-confirmation", server.MonthEndConfirmation{}},
		access.OpDropMonthEnd:         {"month-end-drop", server.MonthEndDrop{}},
		access.OpNoteRequest:          {"notes", server.Notes{}},
		access.OpBeginPairing:         {"pairing-start", server.PairingStart{}},
		access.OpPairScreen:           {"screen-pairing", server.ScreenPairing{}},
		access.OpSignIn:               {"sign-in", server.SignIn{}},
		access.OpBeginAtProvider:      {"provider-start", server.ProviderStart{}},
		access.OpReauthenticate:       {"reauthentication", server.Reauthentication{}},
		access.OpChangePassword:       {"password-change", server.PasswordChange{}},
		access.OpBeginSecondFactor:    {"second-factor-start", server.SecondFactorStart{}},
		access.OpConfirmSecondFactor:  {"second-factor-code", server.SecondFactorCode{}},
		access.OpSetOnCall:            {"on-call-turn", server.OnCallTurn{}},
		access.OpSetKeepersOnDuty:     {"keepers-turn", server.KeepersTurn{}},
		access.OpTestAlarm:            {"alarm-test", server.AlarmTest{}},
		access.OpConfirmAlarmTests:    {"alarm-test-confirmation", server.AlarmTestConfirmation{}},
		access.OpSetMark:              {"mark", server.Mark{}},
		access.OpSetBreachCause:       {"breach-cause", server.BreachCause{}},
		access.OpAnnulBreach:          {"breach-annulment", server.BreachAnnulment{}},
		access.OpPutPackage:           {"package-put", server.PackagePut{}},
		access.OpReleasePackage:       {"release", server.Release{}},
		access.OpFindByReference:      {"reference-search", server.ReferenceSearch{}},
	}
}

// needsKey says whether an operation is refused without an Idempotency-Key: those that create.
func needsKey(op access.Operation) bool {
	switch op {
	case access.OpSubmitRequest, access.OpRegisterRequest, access.OpRegisterStub, access.OpFollowUp:
		return true
	default:
		return false
	}
}

// rulesOf joins the contract's routes with the authoriser's table. One that is missing on either side is an error: a
// route without a row would be open, a row without a route a promise nobody keeps.
func rulesOf(routes []*echo.Route, table []access.Rule) (map[string]access.Rule, error) {
	rules := make(map[string]access.Rule, len(table))
	for _, rule := range table {
		rules[rule.Method+" "+pattern(rule.Path)] = rule
	}
	var wrong []error
	served := map[string]bool{}
	for _, r := range routes {
		key := r.Method + " " + r.Path
		served[key] = true
		rule, ok := rules[key]
		if !ok {
			wrong = append(wrong, fmt.Errorf("%s is in the contract and has no row in the table of access", key))
		} else if access.Shown(rule.Operation) == access.Undeclared {
			wrong = append(wrong, fmt.Errorf("%s does not say what it shows: declare it in access.Shown, so that who reads it leaves evidence", key))
		}
	}
	for key := range rules {
		if !served[key] {
			wrong = append(wrong, fmt.Errorf("%s has a row in the table of access and is not in the contract", key))
		}
	}
	return rules, errors.Join(wrong...)
}

// pattern writes the contract's {id} as Echo's :id.
func pattern(path string) string {
	return strings.ReplaceAll(strings.ReplaceAll(path, "{", ":"), "}", "")
}
