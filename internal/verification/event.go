package verification

import (
	"encoding/json"
	"time"

	"verigate/internal/marking"
)

// Event is something that happened to a request. Events are in the past tense and never changed: what was written
// once must decode and fold for good. When and by whom is in the decision's stamp.
//
//sumtype:decl
type Event interface {
	// EventKind is the event's name and version on the wire.
	EventKind() string
	event()
}

// The events of intake and routing.
type (
	// Submitted is a partner's request, accepted (row 1).
	Submitted struct {
		ID RequestID `json:"id"`
		Intake
		Questions []Question `json:"questions,omitempty"`
	}

	// Registered is what the desk entered for a sender (row 1b). It is claimed by who entered it.
	Registered struct {
		ID RequestID `json:"id"`
		Intake
		Questions []Question `json:"questions,omitempty"`
	}

	// StubRegistered is a matter above the ceiling (row 1c).
	StubRegistered struct {
		ID RequestID `json:"id"`
		Intake
		Keeper PersonID `json:"keeper"`
	}

	// Claimed says who holds the request now (row 3).
	Claimed struct {
		Person PersonID `json:"person"`
		How    string   `json:"how"` // claim, hand_over, take_over
		Reason string   `json:"reason,omitempty"`
	}

	// Routed is new tasks, by rule (row 2) or by the desk (row 4).
	Routed struct {
		Rule        bool         `json:"rule,omitempty"`
		Assignments []Assignment `json:"assignments"`
		Exclude     Exclusion    `json:"exclude,omitzero"`
	}

	// DeskAnswered is questions that the desk answered itself (row 4b).
	DeskAnswered struct {
		Answers []DeskAnswer `json:"answers"`
	}

	// AgencyAsked is a task of the desk's own unit towards an outside agency (row 4c).
	AgencyAsked struct {
		Assignment Assignment `json:"assignment"`
	}

	// DuplicateMarked ends a twin of the same partner (row 5).
	DuplicateMarked struct {
		Of RequestID `json:"of"`
	}
)

// The events of asking back and of endings before an answer.
type (
	// PartnerAsked opens a clarification (row 6).
	PartnerAsked struct {
		Code      string    `json:"code"`
		Text      string    `json:"text"`
		Questions []int     `json:"questions,omitempty"`
		ReplyBy   time.Time `json:"reply_by,omitzero"`
	}

	// ClarificationProposed is a unit's wish to ask (row 6).
	ClarificationProposed struct {
		Task      TaskID    `json:"task"`
		Code      string    `json:"code"`
		Text      string    `json:"text"`
		Questions []int     `json:"questions,omitempty"`
		ReplyBy   time.Time `json:"reply_by,omitzero"`
	}

	// ClarificationRejected is row 6b. Proposal is the number of what was proposed, from 1 over the request.
	ClarificationRejected struct {
		Proposal int    `json:"proposal"`
		Code     string `json:"code"`
		Text     string `json:"text,omitempty"`
	}

	// PartnerReplied closes the clarification (row 7). Pointers are into the body; Level is given when it rose, Marked when the
	// reply states a marking: the level that its words mean, which is the partner's consent to no lower one (row 30).
	PartnerReplied struct {
		Body        json.RawMessage `json:"body"`
		Identifiers []Identifier    `json:"identifiers,omitempty"`
		Warnings    []Warning       `json:"warnings,omitempty"`
		Level       marking.Level   `json:"level,omitzero"`
		Marked      marking.Level   `json:"marked,omitzero"`
	}

	// PartnerReminded is row 8 at the limit.
	PartnerReminded struct {
		DueAt time.Time `json:"due_at"`
	}

	// ClarificationExpired is row 8 at twice the limit: the open questions become cannot_say no_reply.
	ClarificationExpired struct {
		DueAt time.Time `json:"due_at"`
	}

	// RefusalProposed waits for the lead (row 9a).
	RefusalProposed struct {
		Code  string          `json:"code"`
		Text  string          `json:"text"`
		Bytes json.RawMessage `json:"bytes"`
		Hash  string          `json:"hash"`
	}

	// RefusalApproved ends the request (row 9b).
	RefusalApproved struct {
		Hash      string    `json:"hash"`
		Signature string    `json:"signature,omitempty"`
		PromiseAt time.Time `json:"promise_at,omitzero"` // until when the answer was promised; zero in old ones: see Request.DueAt
	}

	// RefusalRejected is row 9c.
	RefusalRejected struct {
		Code string `json:"code"`
		Text string `json:"text,omitempty"`
	}

	// NotCompetentDeclared ends the request and names the channel (row 10).
	NotCompetentDeclared struct {
		Channel   string          `json:"channel"`
		Text      string          `json:"text,omitempty"`
		Bytes     json.RawMessage `json:"bytes"`
		Hash      string          `json:"hash"`
		Signature string          `json:"signature,omitempty"`
		PromiseAt time.Time       `json:"promise_at,omitzero"` // as of RefusalApproved
	}
)

// The events of review and release.
type (
	// SentToReview is row 11.
	SentToReview struct{}

	// TaskSentBack is row 12. In a correction New is the task that repeats it, after a part the one that asks what was not in that.
	TaskSentBack struct {
		Task TaskID      `json:"task"`
		Code string      `json:"code"`
		Text string      `json:"text,omitempty"`
		New  *Assignment `json:"new,omitempty"`
	}

	// ConsentAsked is row 13.
	ConsentAsked struct {
		N          int         `json:"n"`
		Facts      []FactID    `json:"facts"`
		Originator PartnerCode `json:"originator"`
		Text       string      `json:"text,omitempty"`
	}

	// ConsentDecided is row 14: granted, denied, withdrawn or expired.
	ConsentDecided struct {
		N          int          `json:"n"`
		State      ConsentState `json:"state"`
		Conditions string       `json:"conditions,omitempty"`
		DueAt      time.Time    `json:"due_at,omitzero"`
	}

	// PackagePrepared is row 15a: exactly what the partner would read.
	PackagePrepared struct {
		Version   int               `json:"version"`
		Kind      ReleaseKind       `json:"kind"`
		Questions []PackageQuestion `json:"questions"`
		Facts     []FactID          `json:"facts,omitempty"`
		Bytes     json.RawMessage   `json:"bytes"`
		Hash      string            `json:"hash"`
		Authors   []PersonID        `json:"authors,omitempty"`
		Edit      json.RawMessage   `json:"edit,omitempty"` // the editor's choices and masks, in canonical form
		// TakenBack are facts of earlier versions that stand no more, which the bytes say; records from before it was kept name none.
		TakenBack []FactID `json:"taken_back,omitempty"`
	}

	// ReleaseApproved is the first of the two people that H3 and L3 need (row 15).
	ReleaseApproved struct {
		Package int    `json:"package"`
		Hash    string `json:"hash"`
		Role    Role   `json:"role"`
	}

	// Released hands the package to the partner (row 15). Release is the version that the partner sees.
	Released struct {
		Release   int       `json:"release"`
		Package   int       `json:"package"`
		Hash      string    `json:"hash"`
		Signature string    `json:"signature,omitempty"`
		PromiseAt time.Time `json:"promise_at,omitzero"` // as of RefusalApproved
	}

	// Pulled is the first time that the partner read a version (row 15b).
	Pulled struct {
		Release int `json:"release"`
	}
)

// The events after an answer.
type (
	// AnswerConfirmed is row 16.
	AnswerConfirmed struct {
		Release int    `json:"release"`
		Useful  *bool  `json:"useful,omitempty"`
		Text    string `json:"text,omitempty"`
	}

	// FollowedUp opens a round (row 17). Pointers are into the body; Degree is given when the floor of what is asked raised it.
	FollowedUp struct {
		Round       int             `json:"round"`
		Questions   []Question      `json:"questions"`
		Body        json.RawMessage `json:"body"`
		Identifiers []Identifier    `json:"identifiers,omitempty"`
		Warnings    []Warning       `json:"warnings,omitempty"`
		Receipt     string          `json:"receipt"`
		DueAt       time.Time       `json:"due_at"`
		Level       marking.Level   `json:"level"`
		Degree      Degree          `json:"degree,omitempty"`
	}

	// ClosedSilent is row 18.
	ClosedSilent struct {
		DueAt time.Time `json:"due_at"`
	}

	// CorrectionOpened is row 19.
	CorrectionOpened struct {
		K    int    `json:"k"`
		Code string `json:"code"`
		Text string `json:"text,omitempty"`
	}

	// CorrectionDropped goes back to where the correction came from.
	CorrectionDropped struct{}

	// Recalled is row 20. Notice is the version under which the partner reads the recall.
	Recalled struct {
		Release   int             `json:"release"`
		Unread    bool            `json:"unread,omitempty"` // the content was withdrawn before anybody read it
		Notice    int             `json:"notice"`
		Code      string          `json:"code"`
		Text      string          `json:"text,omitempty"`
		Bytes     json.RawMessage `json:"bytes"`
		Hash      string          `json:"hash"`
		Signature string          `json:"signature,omitempty"`
	}

	// RequestWithdrawn is row 21: live tasks are stopped.
	RequestWithdrawn struct {
		Text string `json:"text,omitempty"`
	}

	// Reopened is row 22.
	Reopened struct {
		Round     int       `json:"round"`
		Questions []int     `json:"questions"` // numbers of the round before that are asked again
		Receipt   string    `json:"receipt,omitempty"`
		DueAt     time.Time `json:"due_at"`
	}
)

// The events that may happen at any time.
type (
	// Sealed is row 23.
	Sealed struct {
		Compartment Compartment `json:"compartment"`
		Reason      string      `json:"reason,omitempty"`
	}

	// Extended is row 24.
	Extended struct {
		DueAt time.Time `json:"due_at"`
		Code  string    `json:"code"`
		Text  string    `json:"text,omitempty"`
	}

	// AboveCeilingFound is row 25: the content is erased, a stub stays.
	AboveCeilingFound struct {
		Code   string   `json:"code"`
		Keeper PersonID `json:"keeper,omitempty"`
	}

	// HandledOutside is row 26.
	HandledOutside struct {
		Bytes     json.RawMessage `json:"bytes"`
		Hash      string          `json:"hash"`
		Signature string          `json:"signature,omitempty"`
		PromiseAt time.Time       `json:"promise_at,omitzero"` // as of RefusalApproved
	}

	// DegreeChanged is row 27, or by its code CodeFloor what a partner's reply brought about: every open stage gets a new promise.
	DegreeChanged struct {
		Degree Degree    `json:"degree"`
		Code   string    `json:"code"`
		Text   string    `json:"text,omitempty"`
		DueAt  time.Time `json:"due_at"`
	}

	// Circulated closes information: everybody has read it, or the desk ended it and Unread have not.
	Circulated struct {
		Unread []UnitCode `json:"unread,omitempty"`
	}

	// KeeperAppointed names who keeps a stub or a sealed matter.
	KeeperAppointed struct {
		Person PersonID `json:"person"`
	}

	// PolicyRepinned moves the request to another version of the limits.
	PolicyRepinned struct {
		Policy   string `json:"policy"`
		Calendar string `json:"calendar"`
	}

	// Noted is an internal remark.
	Noted struct {
		Task TaskID `json:"task,omitempty"`
		Text string `json:"text"`
		Call *Call  `json:"call,omitempty"` // that the note is of; records from before it was kept have none
	}

	// StepReached is a warning step of a clock (50, 75, 90 or 125 per cent).
	StepReached struct {
		Step Step `json:"step"`
	}

	// Breached is a clock that was not stopped before its due time. Due is the real time, the stamp's the detection.
	Breached struct {
		N    int  `json:"n"`
		Step Step `json:"step"`
	}

	// BreachExplained gives a breach its cause.
	BreachExplained struct {
		N    int    `json:"n"`
		Code string `json:"code"`
		Text string `json:"text,omitempty"`
	}

	// BreachAnnulled takes back a breach that was wrong.
	BreachAnnulled struct {
		N    int    `json:"n"`
		Code string `json:"code"`
		Text string `json:"text,omitempty"`
	}

	// LegalHoldPlaced is row 28a. It voids a proposal to erase.
	LegalHoldPlaced struct {
		Reason string `json:"reason"`
	}

	// LegalHoldLifted is row 28b.
	LegalHoldLifted struct {
		Reason string `json:"reason"`
	}

	// ErasureProposed is row 29a: the rule by which the content is due, and since when.
	ErasureProposed struct {
		Rule  string    `json:"rule"`
		DueAt time.Time `json:"due_at"`
	}

	// ErasureDropped is row 29c.
	ErasureDropped struct {
		Reason string `json:"reason,omitempty"`
	}

	// LevelLowered is row 30. AgreedIn is the number of the clarification in whose reply the partner states the marking that it
	// agrees to, 0 the request itself, as it came marked; Agreed is the lowest level that those words permit.
	LevelLowered struct {
		From     marking.Level `json:"from"`
		Level    marking.Level `json:"level"`
		Code     string        `json:"code"`
		Text     string        `json:"text,omitempty"`
		AgreedIn int           `json:"agreed_in"`
		Agreed   marking.Level `json:"agreed"`
	}

	// Erased is the tombstone of a content whose retention has run out (row 29b).
	Erased struct {
		Code string `json:"code"`
	}
)

// The events of a task.
type (
	// TaskTaken is a task accepted; of a notice, read.
	TaskTaken struct {
		Task TaskID `json:"task"`
	}

	// TaskTakenAway is a task that the desk stopped because the routing excludes its unit, or everybody whom a sealed matter
	// names of it.
	TaskTakenAway struct {
		Task TaskID `json:"task"`
	}

	// TaskGivenBack is a task declined before it was accepted.
	TaskGivenBack struct {
		Task TaskID `json:"task"`
		Code string `json:"code"`
		Note string `json:"note,omitempty"`
	}

	// TaskPassedOn is questions forwarded to another unit. New is nil when the questions have been forwarded often
	// enough: then they are the desk's again.
	TaskPassedOn struct {
		Task      TaskID      `json:"task"`
		Questions []int       `json:"questions"`
		Code      string      `json:"code"`
		Note      string      `json:"note,omitempty"`
		New       *Assignment `json:"new,omitempty"`
	}

	// TaskHeld is a hold taken.
	TaskHeld struct {
		Task     TaskID    `json:"task"`
		Code     string    `json:"code"`
		Evidence string    `json:"evidence,omitempty"`
		ReviewAt time.Time `json:"review_at,omitzero"`
		Note     string    `json:"note,omitempty"`
	}

	// TaskResumed ends the hold.
	TaskResumed struct {
		Task TaskID `json:"task"`
	}

	// HoldConfirmed makes a hold stand. Hold is its number in the task, from 1; in records from before it was kept it is the
	// latest.
	HoldConfirmed struct {
		Task TaskID `json:"task"`
		Hold int    `json:"hold,omitempty"`
	}

	// PauseCancelled undoes a hold: as if never paused. Hold is as in HoldConfirmed.
	PauseCancelled struct {
		Task TaskID `json:"task"`
		Hold int    `json:"hold,omitempty"`
		Code string `json:"code"`
		Text string `json:"text,omitempty"`
	}

	// TaskReplied is an answer of the unit, interim or final.
	TaskReplied struct {
		Task      TaskID           `json:"task"`
		Final     bool             `json:"final,omitempty"`
		Questions []QuestionAnswer `json:"questions"`
		Level     marking.Level    `json:"level"` // of the request from now on
		// Compartment is given when the answer raised the request to L3.
		Compartment Compartment `json:"compartment,omitempty"`
	}

	// TaskAssigned names officers and a sub-department.
	TaskAssigned struct {
		Task          TaskID     `json:"task"`
		Officers      []PersonID `json:"officers,omitempty"`
		SubDepartment string     `json:"sub_department,omitempty"`
	}

	// StopAcknowledged says that the unit has stopped.
	StopAcknowledged struct {
		Task TaskID `json:"task"`
	}
)
