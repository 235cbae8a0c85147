package access_test

import (
	"errors"
	"slices"
	"testing"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// commands are the commands that the operations on an existing request give.
func commands() map[access.Operation]verification.Command {
	const task = "r-01"
	return map[access.Operation]verification.Command{
		access.OpAnswerQuestions: verification.AnswerByDesk{}, access.OpReplyToClarification: verification.ReplyToClarification{},
		access.OpWithdrawRequest: verification.Withdraw{}, access.OpConfirmAnswer: verification.Confirm{},
		access.OpFollowUp: verification.FollowUp{}, access.OpReopenRequest: verification.Reopen{},
		access.OpClaimRequest: verification.Claim{}, access.OpRouteRequest: verification.Route{},
		access.OpAskAgency: verification.AskAgency{}, access.OpAskPartner: verification.AskPartner{},
		access.OpRejectClarification: verification.RejectClarification{},
		access.OpProposeRefusal:      verification.ProposeRefusal{}, access.OpApproveRefusal: verification.ApproveRefusal{},
		access.OpRejectRefusal: verification.RejectRefusal{}, access.OpDeclareNotCompetent: verification.DeclareNotCompetent{},
		access.OpMarkDuplicate: verification.MarkDuplicate{}, access.OpAskConsent: verification.AskConsent{},
		access.OpReturnToUnit: verification.ReturnTask{Task: task}, access.OpCorrectAnswer: verification.Correct{},
		access.OpDropCorrection: verification.DropCorrection{}, access.OpRecallVersion: verification.Recall{},
		access.OpExtendPromise: verification.Extend{}, access.OpChangeDegree: verification.ChangeDegree{},
		access.OpSealRequest: verification.Seal{}, access.OpSendToReview: verification.SendToReview{},
		access.OpDeclareAboveCeiling: verification.FindAboveCeiling{}, access.OpHandleOutside: verification.HandleOutside{},
		access.OpCloseCirculation: verification.CloseInformation{}, access.OpAppointKeeper: verification.AppointKeeper{}, access.OpAppointAlarmed: verification.AppointKeeper{},
		access.OpPlaceLegalHold: verification.PlaceLegalHold{}, access.OpLiftLegalHold: verification.LiftLegalHold{},
		access.OpProposeErasure: verification.ProposeErasure{}, access.OpConfirmErasure: verification.ConfirmErasure{}, access.OpDropErasure: verification.DropErasure{}, access.OpLowerLevel: verification.LowerLevel{},
		access.OpRepinPolicy: verification.RepinPolicy{}, access.OpNoteRequest: verification.AddNote{},
		access.OpSetBreachCause: verification.ExplainBreach{N: 1}, access.OpAnnulBreach: verification.AnnulBreach{},
		access.OpPutPackage: verification.PreparePackage{}, access.OpReleasePackage: verification.ReleasePackage{},
		access.OpAcceptTask: verification.AcceptTask{Task: task}, access.OpDeclineTask: verification.DeclineTask{Task: task},
		access.OpForwardTask: verification.ForwardTask{Task: task}, access.OpHoldTask: verification.HoldTask{Task: task},
		access.OpResumeTask: verification.ResumeTask{Task: task}, access.OpProposeClarification: verification.ProposeClarification{Task: task},
		access.OpAnswerTask: verification.AnswerTask{Task: task}, access.OpAssignTask: verification.AssignTask{Task: task},
		access.OpNoteTask: verification.AddNote{Task: task}, access.OpAcknowledgeStop: verification.AcknowledgeStop{Task: task},
		access.OpConfirmHold: verification.ConfirmHold{Task: task}, access.OpRejectHold: verification.RejectHold{Task: task},
	}
}

// TestTheTableAndTheMachineNameTheSameRoles: the authoriser and the rules of a request are two locks on one door, and a
// role that only one of them knows is a mistake in either.
func TestTheTableAndTheMachineNameTheSameRoles(t *testing.T) {
	t.Parallel()
	inside := columns()[3] // in drugs: every actor's role counts there
	inside.Breaches = []verification.Breach{{N: 1, Step: verification.Step{Clock: "answer", Task: "r-01"}}}
	for op, command := range commands() {
		rule, ok := access.RuleOf(op)
		if !ok {
			t.Fatal(op)
		}
		for name, caller := range actors() {
			verdict := access.May(caller, op, objectFor(rule, inside))
			_, err := verification.Decide(inside, verification.Order{Stamp: stamp(caller.Actor), Command: command})
			forbids := errors.Is(err, &verification.Refusal{Code: verification.NotPermitted})
			switch {
			case verdict == access.Allowed && forbids:
				t.Errorf("%s by %s: allowed here, not permitted there", op, name)
			case verdict != access.Allowed && !forbids:
				t.Errorf("%s by %s: %s here, permitted there (%v)", op, name, verdict, err)
			}
		}
	}
	writes := 0
	beside := []access.Operation{access.OpPutDraft, access.OpDeleteDraft} // what is being written changes no request
	for _, rule := range access.Table() {
		if rule.Method != "GET" && !slices.Contains(beside, rule.Operation) && (rule.Object == access.OnRequest || rule.Object == access.OnTask) {
			writes++
		}
	}
	if writes != len(commands()) {
		t.Errorf("%d operations change a request, %d are compared", writes, len(commands()))
	}
}
