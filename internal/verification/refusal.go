package verification

import "fmt"

// Code names why a rule said no. It is part of the contract: a code may be added, never renamed or given a new meaning.
type Code string

// The refusals. NotPermitted is about who asks and answers 403; every other is about the state and answers 409.
const (
	NotPermitted        Code = "not_permitted"         // the role may never do this to this request
	WrongState          Code = "wrong_state"           // not from the state in which the request or task is
	SamePerson          Code = "same_person"           // two people are needed and this is the first again
	ConflictOfInterest  Code = "conflict_of_interest"  // the routing excludes this unit or officer
	AlreadyClaimed      Code = "already_claimed"       // somebody else holds it: take over with a reason
	ReasonMissing       Code = "reason_missing"        // this needs a code or a reason
	NotTheHolder        Code = "not_the_holder"        // only who holds it hands it over
	UnknownQuestion     Code = "unknown_question"      // the round has no question of that number
	QuestionClosed      Code = "question_closed"       // the question is answered already
	QuestionOpen        Code = "question_open"         // a question still has no answer
	QuestionUnassigned  Code = "question_unassigned"   // routing leaves an open question with nobody
	NothingToRoute      Code = "nothing_to_route"      // no assignment was given
	UnitHasQuestion     Code = "unit_has_question"     // the unit had this question already in this round
	UnitExcluded        Code = "unit_excluded"         // exclude names the unit
	SealedNoRule        Code = "sealed_no_rule"        // no L3 request is routed by rule
	OtherPartner        Code = "other_partner"         // another partner's twin is linked, never merged
	TwinUnanswered      Code = "twin_unanswered"       // the twin gives no answer: nothing is merged into it
	TwinLater           Code = "twin_later"            // of two twins the later is merged, into the earlier
	NothingAsked        Code = "nothing_asked"         // no clarification is open
	AlreadyAsked        Code = "already_asked"         // one open clarification at most
	NotDue              Code = "not_due"               // the clock has not run out
	NoProposal          Code = "no_proposal"           // no refusal, erasure or clarification is proposed
	HashMismatch        Code = "hash_mismatch"         // the approval names other bytes than the proposal
	ReturnedTwice       Code = "returned_twice"        // at most two returns per task
	UnknownFact         Code = "unknown_fact"          // no answer of this request holds that fact
	FactLocked          Code = "fact_locked"           // its originator has not agreed
	ConsentOpen         Code = "consent_open"          // a consent is still being asked
	UnknownConsent      Code = "unknown_consent"       // no such ask
	NoPackage           Code = "no_package"            // nothing has been prepared
	PackageVoid         Code = "package_void"          // something changed since: prepare it again
	PackageInvalid      Code = "package_invalid"       // hash and bytes differ, or a result is not what the rules give
	MoreCertain         Code = "more_certain"          // a package may only be less certain than the answers
	UnknownVersion      Code = "unknown_version"       // no release of that version
	NotRead             Code = "not_read"              // the answer has not been pulled
	IsRecalled          Code = "recalled"              // the version was recalled
	TooLate             Code = "too_late"              // the period for this has ended
	NotLater            Code = "not_later"             // an extension must promise a later time
	SameDegree          Code = "same_degree"           // it has that degree already
	CompartmentTooSmall Code = "compartment_too_small" // fewer than three persons of the desk's side are in it
	NotAStub            Code = "not_a_stub"            // only for stubs
	IsStub              Code = "is_stub"               // a stub has no content
	NotInformation      Code = "not_information"       // only for kind information
	IsInformation       Code = "is_information"        // information is circulated, not answered
	UnknownTask         Code = "unknown_task"          // the request has no such task
	AnswerIncomplete    Code = "answer_incomplete"     // a final answer covers every question of its task
	AnswerInvalid       Code = "answer_invalid"        // facts, search or code are missing for the result
	NoHold              Code = "no_hold"               // no hold waits for this
	UnknownBreach       Code = "unknown_breach"        // no breach of that number
	AlreadyExplained    Code = "already_explained"     // the cause is given
	SenderUnknown       Code = "sender_unknown"        // an unknown sender is only refused, told not competent or kept as information
	InCorrection        Code = "in_correction"         // not while a correction is prepared
	NoCorrection        Code = "no_correction"         // no correction is open
	NothingNew          Code = "nothing_new"           // the command changes nothing
	AlreadyExists       Code = "already_exists"        // the request was created before
	NotFound            Code = "not_found"             // there is no request
	ContentErased       Code = "content_erased"        // the content is gone
	WrongDirection      Code = "wrong_direction"       // outbound requests have a channel of their own
	ForwardsToItself    Code = "forwards_to_itself"    // a unit cannot forward to itself
	StopAcknowledgement Code = "nothing_stopped"       // no stop waits for acknowledgement
	PolicyCurrent       Code = "policy_current"        // the request is pinned to that policy already
	NotDesk             Code = "desk_unit_only"        // agency tasks belong to the desk's own unit
	ArrivalInFuture     Code = "arrival_in_future"     // a registration's time of arrival is after now
	NoQuestions         Code = "no_questions"          // a request needs a question
	QuestionTwice       Code = "question_twice"        // two questions have one number
	NotByRule           Code = "not_by_rule"           // row 2 does not apply to a question of this type
	UnderHold           Code = "under_legal_hold"      // nothing of it is erased by retention
	AlreadyHeld         Code = "already_held"          // one legal hold at most
	NotHeld             Code = "not_held"              // no legal hold is there to be lifted
	ErasureWaits        Code = "erasure_waits"         // an erasure is proposed already
	NotLower            Code = "not_lower"             // the level named is not below the one that it has
	FloorHolds          Code = "floor_holds"           // the matter itself, or a fact in it, demands a higher level
	ConsentMissing      Code = "consent_missing"       // no stored words of its originator permit that level
	TimeWentBack        Code = "time_went_back"        // the command is older than the last decision
)

// Refusal is a rule that said no. It is the only error that a decision returns, and it is safe to show: it never
// holds a value of the request.
type Refusal struct {
	Code   Code
	Reason string // one sentence: what happened and what to do
}

// Error implements error.
func (r *Refusal) Error() string { return string(r.Code) + ": " + r.Reason }

// Is makes errors.Is compare refusals by their code.
func (r *Refusal) Is(target error) bool {
	other, ok := target.(*Refusal)
	return ok && other.Code == r.Code
}

func refuse(code Code, format string, args ...any) error {
	return &Refusal{Code: code, Reason: fmt.Sprintf(format, args...)}
}
