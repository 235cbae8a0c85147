package verification

import (
	"encoding/json"
	"slices"
	"time"

	"verigate/internal/marking"
)

// TaskState is where a task is in its life.
type TaskState string

// The states of lifecycle.md. Live are Queued, Accepted, InProgress, OnHold and Returned.
const (
	Queued        TaskState = "queued"
	Accepted      TaskState = "accepted"
	InProgress    TaskState = "in_progress"
	OnHold        TaskState = "on_hold"
	TaskReturned  TaskState = "returned"
	TaskAnswered  TaskState = "answered"
	TaskDone      TaskState = "done"
	TaskDeclined  TaskState = "declined"
	TaskForwarded TaskState = "forwarded"
	TaskStopped   TaskState = "stopped"
)

// Live says whether the unit still has something to do.
func (s TaskState) Live() bool {
	switch s {
	case Queued, Accepted, InProgress, OnHold, TaskReturned:
		return true
	case TaskAnswered, TaskDone, TaskDeclined, TaskForwarded, TaskStopped:
		return false
	}
	return false
}

// TaskKind tells what a unit is to do.
type TaskKind string

// A question is answered, a notice only read, and an agency task is the desk's own, asked outside (row 4c).
const (
	TaskQuestion TaskKind = "question"
	TaskNotice   TaskKind = "notice"
	TaskAgency   TaskKind = "agency"
)

// Assignment is a new task, as routed.
type Assignment struct {
	Task      TaskID     `json:"task"`
	Kind      TaskKind   `json:"kind"`
	Unit      UnitCode   `json:"unit"`
	Agency    string     `json:"agency,omitempty"` // who is asked outside
	Questions []int      `json:"questions,omitempty"`
	Officers  []PersonID `json:"officers,omitempty"`
	Reasons   []string   `json:"reasons,omitempty"` // why a rule chose the unit
}

// Task is one unit's part of a request.
type Task struct {
	Assignment
	Round         int
	State         TaskState
	SubDepartment string
	QueuedAt      time.Time
	AcceptedBy    PersonID
	Holds         []Hold
	Answers       []TaskAnswer
	PassedOn      []int // questions it once held and forwarded
	AskedAgain    []int // questions that were returned after a part: another task asks them, nothing that this one said to them stands
	Returns       int
	ReturnCode    string
	ReturnText    string
	DeclineCode   string
	DeclineNote   string
	ForwardedTo   TaskID
	StopSeen      bool // the unit acknowledged that its work was stopped
	TakenAway     bool // it was stopped because of a conflict of interest
}

// Hold is a pause that a unit asks for. It stands unless the lead of the unit or of the desk rejects it.
type Hold struct {
	Code      string
	Evidence  string
	ReviewAt  time.Time
	By        PersonID
	From      time.Time
	To        time.Time // zero while it lasts
	Confirmed bool
	Rejected  bool
}

// Result is what became of a question.
type Result string

// The four results of a unit's answer, then the two that only the desk and a package use.
const (
	Held             Result = "held"
	VerifiedNegative Result = "verified_negative"
	CannotSay        Result = "cannot_say"
	RefusedAnswer    Result = "refused"
	Elsewhere        Result = "elsewhere" // the desk names the proper channel
	Pending          Result = "pending"   // a partial package leaves the question open
)

// Codes of cannot_say that the rules themselves give.
const (
	CodeNoReply            = "no_reply"            // row 8
	CodeNothingReleasable  = "nothing_releasable"  // a fact is withheld or its originator did not agree
	CodeHandledOffGateway  = "handled_off_gateway" // row 26
	CodeCirculated         = "circulated"          // information read by all
	CodeCirculatedInPart   = "circulated_in_part"  // closed by the desk before all had read
	CodeKeptUnread         = "kept"                // information closed by the desk and sent to nobody
	CodeAutomaticallyEnded = "no_word"             // row 18
	CodeRetention          = "retention"           // row 29b
)

// TaskAnswer is one answer of a unit, interim or final.
type TaskAnswer struct {
	Final     bool             `json:"final,omitempty"`
	By        PersonID         `json:"by"`
	At        time.Time        `json:"at"`
	Questions []QuestionAnswer `json:"questions"`
	Returned  bool             `json:"returned,omitempty"` // a reviewer sent it back: nothing of it stands
}

// QuestionAnswer is what a unit says to one question.
type QuestionAnswer struct {
	N       int     `json:"n"`
	Result  Result  `json:"result"`
	Outcome string  `json:"outcome,omitempty"`
	Code    string  `json:"code,omitempty"`
	Text    string  `json:"text,omitempty"`
	Facts   []Fact  `json:"facts,omitempty"`
	Search  *Search `json:"search,omitempty"`
	// Attachments are declared: name, size and SHA-256, in the words of the contract.
	Attachments json.RawMessage `json:"attachments,omitempty"`
}

// Search is what makes "nothing held" a real answer: which registers were searched, for what, when and by whom.
type Search struct {
	Registers   []string  `json:"registers"`
	Identifiers []string  `json:"identifiers"`
	From        string    `json:"from"` // EDTF date
	To          string    `json:"to"`
	DoneAt      time.Time `json:"done_at"`
	Role        string    `json:"role"`
}

// Fact is the smallest thing that is released or withheld.
type Fact struct {
	ID          FactID          `json:"id"`
	Text        string          `json:"text"`
	Language    string          `json:"language,omitempty"`
	Subject     string          `json:"subject,omitempty"`
	ObservedAt  time.Time       `json:"observed_at,omitzero"`
	Source      string          `json:"source,omitempty"`      // A, B, C, X
	Information string          `json:"information,omitempty"` // 1-4
	Handling    json.RawMessage `json:"handling,omitempty"`    // as the unit marked it, in the words of the contract
	Level       marking.Level   `json:"level"`
	Originator  PartnerCode     `json:"originator,omitempty"` // a foreign originator whose consent a release needs
	Quantities  []Quantity      `json:"quantities,omitempty"`
}

// thirdParty says whether the unit marked the fact H3. A marking that cannot be read counts as one.
func (f Fact) thirdParty() bool {
	if len(f.Handling) == 0 {
		return false
	}
	var marked struct {
		Code  string   `json:"code"`
		Codes []string `json:"codes"`
	}
	if err := json.Unmarshal(f.Handling, &marked); err != nil {
		return true
	}
	return marked.Code == "H3" || slices.Contains(marked.Codes, "H3")
}

// passes says whether the fact's originator lets it be passed on to a partner at a time without being asked: the standing
// consent of its handling, `onward` {allowed_to, until}, which ends at `until`. It names partners by their codes; what
// cannot be read passes nothing on.
func (f Fact) passes(to PartnerCode, at time.Time) bool {
	var marked struct {
		Onward struct {
			AllowedTo []PartnerCode `json:"allowed_to"`
			Until     time.Time     `json:"until"`
		} `json:"onward"`
	}
	if len(f.Handling) == 0 || json.Unmarshal(f.Handling, &marked) != nil {
		return false
	}
	until := marked.Onward.Until
	return slices.Contains(marked.Onward.AllowedTo, to) && to != "" && (until.IsZero() || at.Before(until))
}

// Quantity is a number with its unit of measure.
type Quantity struct {
	Value string `json:"value"` // decimal string
	Unit  string `json:"unit"`  // uom.csv
	Of    string `json:"of,omitempty"`
}

// StopWaits says whether the unit has still to acknowledge that its work was stopped. What was taken away waits for nobody:
// who had it must not know of it.
func (t Task) StopWaits() bool { return t.State == TaskStopped && !t.StopSeen && !t.TakenAway }

// HoldsQuestion says whether the task holds the question now.
func (t Task) HoldsQuestion(n int) bool { return slices.Contains(t.Questions, n) }
