package verification

import (
	"encoding/json"
	"time"

	"verigate/internal/marking"
)

// Name is a command's name, as views list it under `allowed` and as tests walk it.
type Name string

// Command is something that somebody wants of a request. Commands carry values, not questions: due times, candidates
// and hashes were computed before, from the version that guards the append.
//
//sumtype:decl
type Command interface {
	name() Name
}

// Order is a command with who gives it and when.
type Order struct {
	Stamp
	Command Command
}

// The commands, in the order of the rows of lifecycle.md.
type (
	// Submit is row 1, and row 2 in the same decision when Route is given.
	Submit struct {
		ID        RequestID
		Intake    Intake
		Questions []Question
		Route     []Assignment // by rule; empty: triage
	}

	// Register is row 1b: the desk enters what came by paper, telephone or e-mail.
	Register struct {
		ID        RequestID
		Intake    Intake
		Questions []Question
	}

	// RegisterStub is row 1c: above the ceiling, no text field exists.
	RegisterStub struct {
		ID     RequestID
		Intake Intake
		Keeper PersonID
	}

	// Claim is row 3: claim, hand over (To) or take over (TakeOver with a reason).
	Claim struct {
		To       PersonID
		TakeOver bool
		Reason   string
	}

	// Route is row 4. For information, Assignments without questions distribute it.
	Route struct {
		Assignments []Assignment // ids are given by the rules, in order
		Exclude     Exclusion
	}

	// AnswerByDesk is row 4b.
	AnswerByDesk struct{ Answers []DeskAnswer }

	// AskAgency is row 4c.
	AskAgency struct {
		Agency    string
		Questions []int
	}

	// MarkDuplicate is row 5. The twin was read by the gateway.
	MarkDuplicate struct{ Of Twin }

	// AskPartner is row 6.
	AskPartner struct {
		Code      string
		Text      string
		Questions []int
		ReplyBy   time.Time
	}

	// ProposeClarification is row 6 by a unit: the desk decides.
	ProposeClarification struct {
		Task      TaskID
		Code      string
		Text      string
		Questions []int
		ReplyBy   time.Time
	}

	// RejectClarification is row 6b: the desk turns down what a unit proposed. Proposal is its number, from 1 over the request.
	RejectClarification struct {
		Proposal   int
		Code, Text string
	}

	// ReplyToClarification is row 7.
	ReplyToClarification struct {
		Body        json.RawMessage
		Identifiers []Identifier
		Warnings    []Warning
		Level       marking.Level // that the subjects and the marking in it raise the request to; zero: none
		Marked      marking.Level // that it states: what its words mean; zero: it states none
		// Compartment is where the request goes if this raises it to L3 and it is in none.
		Compartment Compartment
		// Degree is the floor of what is asked, with what this names, and DueAt the promise if that raises it.
		Degree Degree
		DueAt  time.Time
	}

	// RemindPartner is row 8 at the limit of the clarification, Due.
	RemindPartner struct{ Due time.Time }

	// ExpireClarification is row 8 at twice the limit, Due.
	ExpireClarification struct{ Due time.Time }

	// ProposeRefusal is row 9a. Bytes are what the partner would read.
	ProposeRefusal struct {
		Code  string
		Text  string
		Bytes json.RawMessage
		Hash  string
	}

	// ApproveRefusal is row 9b.
	ApproveRefusal struct {
		Hash      string
		Signature string
		PromiseAt time.Time // until when the answer is promised, by its clock
	}

	// RejectRefusal is row 9c.
	RejectRefusal struct{ Code, Text string }

	// DeclareNotCompetent is row 10.
	DeclareNotCompetent struct {
		Channel   string
		Text      string
		Bytes     json.RawMessage
		Hash      string
		Signature string
		PromiseAt time.Time // as of ApproveRefusal
	}

	// SendToReview is row 11.
	SendToReview struct{}

	// ReturnTask is row 12; in a correction it makes a new task.
	ReturnTask struct {
		Task TaskID
		Code string
		Text string
	}

	// AskConsent is row 13.
	AskConsent struct {
		Facts      []FactID
		Originator PartnerCode
		Text       string
	}

	// DecideConsent is row 14 by the originator.
	DecideConsent struct {
		N          int
		State      ConsentState // granted, denied or withdrawn
		Conditions string
	}

	// ExpireConsent is row 14 by the clock.
	ExpireConsent struct {
		N   int
		Due time.Time
	}

	// PreparePackage is row 15a.
	PreparePackage struct {
		Kind      ReleaseKind
		Questions []PackageQuestion
		Facts     []FactID
		Bytes     json.RawMessage
		Hash      string
		Edit      json.RawMessage // by which Bytes were made, kept for who reviews and who edits again; empty: not known
	}

	// ReleasePackage is row 15.
	ReleasePackage struct {
		Hash      string
		Signature string
		PromiseAt time.Time // as of ApproveRefusal; of a correction, that of the answer
	}

	// RecordPull is row 15b.
	RecordPull struct{ Release int }

	// Confirm is row 16.
	Confirm struct {
		Release int
		Useful  *bool
		Text    string
	}

	// FollowUp is row 17: a round with a receipt and due time of its own.
	FollowUp struct {
		Questions   []Question
		Body        json.RawMessage
		Identifiers []Identifier
		Warnings    []Warning
		Receipt     string
		DueAt       time.Time
		Level       marking.Level
		// Compartment is where the request goes if this raises it to L3 and it is in none.
		Compartment Compartment
		// Calendar is what the round is pinned to; empty is that of the request.
		Calendar string
		// Degree is that of the round, by which DueAt was promised, if it is faster than that of the request.
		Degree Degree
	}

	// CloseSilent is row 18, Due being 14 days after the last release.
	CloseSilent struct{ Due time.Time }

	// Correct is row 19.
	Correct struct{ Code, Text string }

	// DropCorrection is row 19's way back.
	DropCorrection struct{}

	// Recall is row 20. Bytes are the notice.
	Recall struct {
		Release   int
		Code      string
		Text      string
		Bytes     json.RawMessage
		Hash      string
		Signature string
	}

	// Withdraw is row 21.
	Withdraw struct{ Text string }

	// Reopen is row 22. Questions are the numbers asked again after closed; after expired it is the unanswered ones.
	// Calendar is what the round is pinned to; empty is that of the request.
	Reopen struct {
		Questions []int
		Receipt   string
		DueAt     time.Time
		Calendar  string
	}

	// Seal is row 23.
	Seal struct {
		Compartment Compartment
		Reason      string
	}

	// Extend is row 24.
	Extend struct {
		DueAt time.Time
		Code  string
		Text  string
	}

	// FindAboveCeiling is row 25.
	FindAboveCeiling struct {
		Code   string
		Keeper PersonID
	}

	// HandleOutside is row 26. Bytes are the policy's fixed text.
	HandleOutside struct {
		Bytes     json.RawMessage
		Hash      string
		Signature string
		PromiseAt time.Time // as of ApproveRefusal
	}

	// ChangeDegree is row 27, DueAt being the new promise.
	ChangeDegree struct {
		Degree Degree
		Code   string
		Text   string
		DueAt  time.Time
	}

	// CloseInformation ends the circulation before all have read.
	CloseInformation struct{}

	// AppointKeeper names who keeps a stub or a sealed matter.
	AppointKeeper struct{ Person PersonID }

	// RepinPolicy moves the request to another version of the limits.
	RepinPolicy struct {
		Policy   string
		Calendar string
	}

	// AddNote keeps an internal remark, on a task when Task is given.
	AddNote struct {
		Task TaskID
		Text string
		Call *Call
	}

	// ReachStep records a step of a clock that the sweep found due.
	ReachStep struct{ Step Step }

	// Sweep is all that the sweep found due on the request at one instant, in the order in which it fell due: one decision.
	Sweep struct{ Due []Timed }

	// ExplainBreach gives a coded cause.
	ExplainBreach struct {
		N    int
		Code string
		Text string
	}

	// AnnulBreach takes back a breach that was wrong.
	AnnulBreach struct {
		N    int
		Code string
		Text string
	}

	// PlaceLegalHold is row 28a: while it holds, no retention takes the content.
	PlaceLegalHold struct{ Reason string }

	// LiftLegalHold is row 28b, by another person.
	LiftLegalHold struct{ Reason string }

	// ProposeErasure is row 29a. Rule is the one of package retention that decides and DueAt when its period ends; zero:
	// no period runs.
	ProposeErasure struct {
		Rule  string
		DueAt time.Time
	}

	// ConfirmErasure is row 29b: it removes the content for good. DueAt is when the period ends by the rules of now.
	ConfirmErasure struct{ DueAt time.Time }

	// LowerLevel is row 30. AgreedIn names the words by which the partner agrees: the number of a clarification that it replied
	// to, 0 for the request itself. Marked is what the request came marked with, zero when with nothing; Floor is
	// the highest of what the matter itself demands, zero when it demands nothing.
	LowerLevel struct {
		Level    marking.Level
		Code     string
		Text     string
		AgreedIn int
		Marked   marking.Level
		Floor    marking.Reason
	}

	// DropErasure is row 29c: withdrawn by who proposed it, or turned down by another.
	DropErasure struct{ Reason string }
)

// The commands on a task.
type (
	// AcceptTask takes it on; of a notice it is the read receipt.
	AcceptTask struct{ Task TaskID }

	// DeclineTask gives it back before accepting.
	DeclineTask struct {
		Task TaskID
		Code string
		Note string
	}

	// ForwardTask passes questions (none named: all) to another unit.
	ForwardTask struct {
		Task      TaskID
		Unit      UnitCode
		Questions []int
		Officers  []PersonID
		Code      string
		Note      string
	}

	// HoldTask pauses the unit's clocks.
	HoldTask struct {
		Task     TaskID
		Code     string
		Evidence string
		ReviewAt time.Time
		Note     string
	}

	// ResumeTask ends the hold.
	ResumeTask struct{ Task TaskID }

	// ConfirmHold makes a hold stand: the one of Task.Undecided.
	ConfirmHold struct{ Task TaskID }

	// RejectHold undoes that hold: as if never paused.
	RejectHold struct {
		Task TaskID
		Code string
		Text string
	}

	// AnswerTask answers questions, interim or final.
	AnswerTask struct {
		Task      TaskID
		Final     bool
		Questions []QuestionAnswer
		Level     marking.Level // the highest of what it quotes
		// Compartment is where the request goes if this raises it to L3 and it is in none.
		Compartment Compartment
	}

	// AssignTask names officers and a sub-department.
	AssignTask struct {
		Task          TaskID
		Officers      []PersonID
		SubDepartment string
	}

	// AcknowledgeStop says that the unit has stopped.
	AcknowledgeStop struct{ Task TaskID }
)
