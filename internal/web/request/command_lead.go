package request

import (
	"cmp"
	"net/http"

	"verigate/api/client"
	"verigate/internal/verification"
)

// promising is what moves a promise or says why one was broken (rows 24 and 27, breaches).
func promising() []command {
	return []command{
		{
			name: verification.NameExtend, path: "extension", hint: "request.extend.hint",
			fields: []field{
				{name: "due_at", label: "request.field.due_at", hint: "request.extend.due_at.hint", kind: moment, required: true},
				reason("extension", extensions()), remark("text"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ExtendPromise(in.context(), in.id(), (*client.ExtendPromiseParams)(in.once()), client.Extension{
					DueAt: in.moment("due_at"), Code: client.ExtensionCode(in.text("code")), Text: in.text("text"),
				})
			},
		},
		{
			name: verification.NameChangeDegree, path: "degree", hint: "request.change_degree.hint",
			fields: []field{
				{name: "degree", label: "request.field.degree", kind: degree, required: true},
				reason("degree_reason", degreeReasons()), remark("text"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ChangeDegree(in.context(), in.id(), (*client.ChangeDegreeParams)(in.once()), client.DegreeChange{
					Degree: client.Degree(in.text("degree")), Code: client.DegreeChangeCode(in.text("code")), Text: in.text("text"),
				})
			},
		},
		{
			name: verification.NameRepinPolicy, path: "policy", hint: "request.repin_policy.hint",
			fields: []field{
				{name: "policy", label: "request.field.policy", hint: "request.repin_policy.policy.hint", kind: line},
				{name: "calendar", label: "request.field.calendar", kind: line},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.RepinPolicy(in.context(), in.id(), (*client.RepinPolicyParams)(in.once()), client.Policy{Policy: in.text("policy"), Calendar: in.text("calendar")})
			},
		},
		{
			name: verification.NameExplainBreach, path: "breaches/{n}/cause", hint: "request.explain_breach.hint", place: onBreach,
			fields: []field{reason("breach_cause", causes()), remark("text")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.SetBreachCause(in.context(), in.id(), in.breach(), (*client.SetBreachCauseParams)(in.once()), client.BreachCause{Code: client.BreachCauseCode(in.text("code")), Text: in.text("text")})
			},
		},
		{
			name: verification.NameAnnulBreach, path: "breaches/{n}/annulment", hint: "request.annul_breach.hint", sure: "request.annul_breach.sure", place: onBreach,
			fields: []field{reason("breach_cause", annulments()), remark("text")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.AnnulBreach(in.context(), in.id(), in.breach(), (*client.AnnulBreachParams)(in.once()), client.BreachAnnulment{Code: client.BreachAnnulmentCode(in.text("code")), Text: in.text("text")})
			},
		},
	}
}

// ending is what closes, corrects or reopens (rows 9b, 9c, 19 to 22, 26, and the end of a circulation).
func ending() []command {
	return []command{
		{
			name: verification.NameApproveRefusal, path: "refusal/approval", hint: "request.approve_refusal.hint", sure: "request.approve_refusal.sure",
			fields: []field{{name: "hash", kind: fixed}},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ApproveRefusal(in.context(), in.id(), (*client.ApproveRefusalParams)(in.once()), client.RefusalApproval{Hash: in.text("hash")})
			},
		},
		{
			name: verification.NameRejectRefusal, path: "refusal/rejection", hint: "request.reject_refusal.hint",
			fields: []field{reason("refusal", rejections()), remark("text")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.RejectRefusal(in.context(), in.id(), (*client.RejectRefusalParams)(in.once()), client.RefusalRejection{Code: client.RefusalRejectionCode(in.text("code")), Text: in.text("text")})
			},
		},
		{
			name: verification.NameCorrect, path: "correction", hint: "request.correct.hint", fields: []field{reason("correction", corrections()), remark("text")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.CorrectAnswer(in.context(), in.id(), (*client.CorrectAnswerParams)(in.once()), client.Correction{Code: client.CorrectionCode(in.text("code")), Text: in.text("text")})
			},
		},
		{
			name: verification.NameDropCorrection, path: "correction/dropped", hint: "request.drop_correction.hint", fields: []field{remark("text")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.DropCorrection(in.context(), in.id(), (*client.DropCorrectionParams)(in.once()), client.CorrectionDropped{Text: in.text("text")})
			},
		},
		{
			name: verification.NameRecall, path: "recall", hint: "request.recall.hint", sure: "request.recall.sure",
			fields: []field{
				{name: "recalled", body: "version", label: "request.field.version", kind: version, required: true}, reason("correction", recalls()), remark("text"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.RecallVersion(in.context(), in.id(), (*client.RecallVersionParams)(in.once()), client.Recall{
					Version: in.number("recalled"), Code: client.RecallCode(in.text("code")), Text: in.text("text"),
				})
			},
		},
		{
			name: verification.NameReopen, path: "reopening", hint: "request.reopen.hint",
			fields: []field{
				{name: "questions", label: "request.field.questions", hint: "request.reopen.questions.hint", kind: questions}, remark("text"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ReopenRequest(in.context(), in.id(), (*client.ReopenRequestParams)(in.once()), client.Reopening{Questions: in.numbers("questions"), Text: in.text("text")})
			},
		},
		{
			name: verification.NameCloseInformation, path: "closure", hint: "request.close_information.hint", sure: "request.close_information.sure", fields: []field{remark("note")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.CloseCirculation(in.context(), in.id(), (*client.CloseCirculationParams)(in.once()), client.Closure{Note: in.text("note")})
			},
		},
		{
			name: verification.NameHandleOutside, path: "handled-outside", hint: "request.handle_outside.hint", sure: "request.handle_outside.sure",
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.HandleOutside(in.context(), in.id(), (*client.HandleOutsideParams)(in.once()), client.HandledOutside{})
			},
		},
	}
}

// retaining is how long it is kept (rows 28 and 29).
func retaining() []command {
	why := field{name: "reason", label: "request.field.reason", hint: "request.field.hold_reason.hint", kind: area, required: true}
	return []command{
		{
			name: verification.NamePlaceLegalHold, path: "legal-hold", hint: "request.place_legal_hold.hint", fields: []field{why},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.PlaceLegalHold(in.context(), in.id(), (*client.PlaceLegalHoldParams)(in.once()), client.LegalHold{Reason: in.text("reason")})
			},
		},
		{
			name: verification.NameLiftLegalHold, path: "legal-hold/lifting", hint: "request.lift_legal_hold.hint", fields: []field{why},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.LiftLegalHold(in.context(), in.id(), (*client.LiftLegalHoldParams)(in.once()), client.LegalHoldLifting{Reason: in.text("reason")})
			},
		},
		{
			name: verification.NameProposeErasure, path: "erasure", hint: "request.propose_erasure.hint",
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ProposeErasure(in.context(), in.id(), (*client.ProposeErasureParams)(in.once()), client.ErasureProposal{})
			},
		},
		{
			name: verification.NameConfirmErasure, path: "erasure/confirmation", hint: "request.confirm_erasure.hint", sure: "request.confirm_erasure.sure",
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ConfirmErasure(in.context(), in.id(), (*client.ConfirmErasureParams)(in.once()), client.ErasureConfirmation{})
			},
		},
		{
			name: verification.NameDropErasure, path: "erasure/dropped", hint: "request.drop_erasure.hint",
			fields: []field{{name: "reason", label: "request.field.reason", kind: line}},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.DropErasure(in.context(), in.id(), (*client.DropErasureParams)(in.once()), client.ErasureDrop{Reason: in.text("reason")})
			},
		},
	}
}

// keeping is secrecy: who keeps it, what is sealed by hand (row 23), the way down (row 30), and what may not be here at all
// (row 25).
func keeping() []command {
	return []command{
		{
			name: verification.NameAppointKeeper, path: "keeper", hint: "request.appoint_keeper.hint",
			fields: []field{{name: "person", label: "request.field.keeper", kind: person, roles: []string{"desk", "keeper", "lead"}, required: true}},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.AppointKeeper(in.context(), in.id(), (*client.AppointKeeperParams)(in.once()), client.Keeper{Person: in.text("person")})
			},
		},
		{
			// Who seals into a compartment of others does not find the request again.
			name: verification.NameSeal, path: "compartment", hint: "request.seal.hint", sure: "request.seal.sure", after: "/board",
			fields: []field{
				{name: "compartment", label: "request.compartment", kind: choice, set: "request.compartment", codes: compartments()},
				{name: "named", label: "request.field.named", hint: "request.field.named.hint", kind: line},
				{name: "reason", label: "request.field.reason", hint: "request.seal.reason.hint", kind: area, required: true},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.SealRequest(in.context(), in.id(), (*client.SealRequestParams)(in.once()), client.Compartment{
					Compartment: cmp.Or(in.text("named"), in.text("compartment")), Reason: in.text("reason"),
				})
			},
		},
		lowering(),
		{
			name: verification.NameFindAboveCeiling, path: "above-ceiling", hint: "request.find_above_ceiling.hint", sure: "request.find_above_ceiling.sure",
			applies: func(r client.StaffView, _ base) bool { return !r.Stub }, // of a stub nothing is left to be found
			fields:  []field{reason("ceiling", ceilings())},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.DeclareAboveCeiling(in.context(), in.id(), (*client.DeclareAboveCeilingParams)(in.once()), client.AboveCeiling{Code: client.AboveCeilingCode(in.text("code"))})
			},
		},
	}
}
