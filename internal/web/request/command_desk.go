package request

import (
	"net/http"

	"verigate/api/client"
	"verigate/internal/verification"
)

// reason and remark are asked by many forms.
func reason(set string, codes []string) field {
	return field{name: "code", label: "request.field.code", kind: choice, set: set, codes: codes, required: true}
}

func remark(name string) field {
	return field{name: name, label: "request.field.remark", hint: "request.field.remark.hint", kind: area}
}

// holding is who works on it (row 3) and what is put down beside it.
func holding() []command {
	return []command{
		{
			name: verification.NameClaim, path: "claim", hint: "request.claim.hint", key: "c",
			applies: func(r client.StaffView, _ base) bool { return r.Holder.Person == "" },
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ClaimRequest(in.context(), in.id(), (*client.ClaimRequestParams)(in.once()), client.Claim{})
			},
		},
		{
			name: takeOver, path: "take-over", hint: "request.take_over.hint",
			applies: func(r client.StaffView, b base) bool { return r.Holder.Person != "" && !b.Me(r.Holder.Person) },
			fields:  []field{{name: "reason", label: "request.field.reason", hint: "request.take_over.reason.hint", kind: area, required: true}},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ClaimRequest(in.context(), in.id(), (*client.ClaimRequestParams)(in.once()), client.Claim{TakeOver: true, Reason: in.text("reason")})
			},
		},
		{
			name: handOver, path: "hand-over", hint: "request.hand_over.hint",
			applies: func(r client.StaffView, b base) bool { return b.Me(r.Holder.Person) },
			fields: []field{
				{name: "to", label: "request.field.to", kind: person, roles: []string{"desk", "keeper"}, required: true},
				remark("reason"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ClaimRequest(in.context(), in.id(), (*client.ClaimRequestParams)(in.once()), client.Claim{To: in.text("to"), Reason: in.text("reason")})
			},
		},
		{
			name: verification.NameSendToReview, path: "send-to-review", hint: "request.send_to_review.hint", fields: []field{remark("note")},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.SendToReview(in.context(), in.id(), (*client.SendToReviewParams)(in.once()), client.Review{Note: in.text("note")})
			},
		},
		{
			name: verification.NameAddNote, path: "notes", hint: "request.note.hint",
			fields: []field{{name: "text", label: "request.field.note", kind: area, required: true}},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.NoteRequest(in.context(), in.id(), (*client.NoteRequestParams)(in.once()), client.Notes{Text: in.text("text")})
			},
		},
	}
}

// A claim has three faces, which the contract and the list of allowed commands know as one.
const (
	takeOver verification.Name = "take_over"
	handOver verification.Name = "hand_over"
)

// listed is the name under which the list of allowed commands has it.
func (c command) listed() string {
	if c.name == takeOver || c.name == handOver {
		return string(verification.NameClaim)
	}
	return string(c.name)
}

// asking is what triage sends elsewhere: to an agency, the partner, another request or nobody.
func asking() []command {
	return []command{
		{
			name: verification.NameAskAgency, path: "agency", hint: "request.ask_agency.hint", place: onTriage,
			fields: []field{
				{name: "agency", label: "request.field.agency", kind: choice, set: "agency", codes: agencies(), required: true},
				{name: "questions", label: "request.field.questions", kind: questions, required: true},
				{name: "reference", label: "request.field.reference", hint: "request.ask_agency.reference.hint", kind: line},
				remark("text"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.AskAgency(in.context(), in.id(), (*client.AskAgencyParams)(in.once()), client.Agency{
					Agency: client.AgencyAgency(in.text("agency")), Questions: in.numbers("questions"), Reference: in.text("reference"), Text: in.text("text"),
				})
			},
		},
		{
			name: verification.NameAskPartner, path: "clarification", hint: "request.ask_partner.hint", place: onTriage,
			fields: []field{
				reason("clarification", clarifications()),
				{name: "text", label: "request.field.question", hint: "request.ask_partner.text.hint", kind: area, required: true},
				{name: "questions", label: "request.field.questions", hint: "request.ask_partner.questions.hint", kind: questions},
				{name: "reply_by", label: "request.field.reply_by", hint: "request.ask_partner.reply_by.hint", kind: moment},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.AskPartner(in.context(), in.id(), (*client.AskPartnerParams)(in.once()), client.Clarification{
					Code: client.ClarificationCode(in.text("code")), Text: in.text("text"), Questions: in.numbers("questions"), ReplyBy: in.moment("reply_by"),
				})
			},
		},
		{
			name: verification.NameRejectClarification, path: "clarification/rejection", hint: "request.reject_clarification.hint", place: onTriage,
			fields: []field{
				{name: "proposal", label: "request.field.proposal", kind: proposal, required: true},
				reason("clarification_rejection", clarificationRejections()),
				{name: "text", label: "request.field.remark", hint: "request.reject_clarification.text.hint", kind: area},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.RejectClarification(in.context(), in.id(), (*client.RejectClarificationParams)(in.once()), client.ClarificationRejection{
					Proposal: in.number("proposal"), Code: client.ClarificationRejectionCode(in.text("code")), Text: in.text("text"),
				})
			},
		},
		{
			name: verification.NameMarkDuplicate, path: "duplicate", hint: "request.mark_duplicate.hint", sure: "request.mark_duplicate.sure", place: onTriage,
			fields: []field{
				{name: "of", label: "request.field.of", hint: "request.mark_duplicate.of.hint", kind: line, required: true}, remark("note"),
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.MarkDuplicate(in.context(), in.id(), (*client.MarkDuplicateParams)(in.once()), client.Duplicate{Of: in.text("of"), Note: in.text("note")})
			},
		},
		{
			name: verification.NameProposeRefusal, path: "refusal", hint: "request.propose_refusal.hint", place: onTriage,
			fields: []field{
				reason("refusal", refusals()),
				{name: "text", label: "request.field.words", hint: "request.propose_refusal.text.hint", kind: area, required: true},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.ProposeRefusal(in.context(), in.id(), (*client.ProposeRefusalParams)(in.once()), client.Refusal{Code: client.RefusalCode(in.text("code")), Text: in.text("text")})
			},
		},
		{
			name: verification.NameDeclareNotCompetent, path: "not-competent", hint: "request.declare_not_competent.hint", sure: "request.declare_not_competent.sure", place: onTriage,
			fields: []field{
				{name: "channel", label: "request.field.channel", kind: choice, set: "proper_channel", codes: properChannels(), required: true},
				{name: "text", label: "request.field.words", hint: "request.declare_not_competent.text.hint", kind: area},
			},
			send: func(in *input) (*http.Response, error) {
				return in.visit.API.DeclareNotCompetent(in.context(), in.id(), (*client.DeclareNotCompetentParams)(in.once()), client.NotCompetent{Channel: client.ProperChannel(in.text("channel")), Text: in.text("text")})
			},
		},
	}
}
