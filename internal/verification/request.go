package verification

import (
	"encoding/json"
	"slices"
	"time"

	"verigate/internal/identifier"
	"verigate/internal/marking"
)

// State is where a request is in its life.
type State string

// The states of lifecycle.md. Unborn is the zero value: not submitted. Open are Received to ConsentPending.
const (
	Unborn         State = ""
	Received       State = "received"
	Triage         State = "triage"
	WithUnits      State = "with_units"
	Clarifying     State = "clarifying"
	InReview       State = "in_review"
	ConsentPending State = "consent_pending"
	Answered       State = "answered"
	Confirmed      State = "confirmed"
	Closed         State = "closed"
	Refused        State = "refused"
	NotCompetent   State = "not_competent"
	Withdrawn      State = "withdrawn"
	Expired        State = "expired"
	Duplicate      State = "duplicate"
)

// Open says whether work on the request goes on: the first six states.
func (s State) Open() bool {
	switch s {
	case Received, Triage, WithUnits, Clarifying, InReview, ConsentPending:
		return true
	case Unborn, Answered, Confirmed, Closed, Refused, NotCompetent, Withdrawn, Expired, Duplicate:
		return false
	}
	return false
}

// Ended says whether the request came to an end; Answered is neither open nor an end.
func (s State) Ended() bool {
	return s != Unborn && s != Answered && !s.Open()
}

// RequestKind tells a request that wants answers from information that wants none.
type RequestKind string

// The kinds of fields.md.
const (
	KindRequest     RequestKind = "request"
	KindInformation RequestKind = "information"
)

// Degree is how fast a partner needs the answer; the partner's holds.
type Degree string

// The degrees, the most urgent first; what each allows is the policy's.
const (
	Flash    Degree = "flash"
	Urgent   Degree = "urgent"
	Priority Degree = "priority"
	Routine  Degree = "routine"
	LookBack Degree = "look_back"
	Complex  Degree = "complex"
)

// Degrees lists them, the most urgent first.
func Degrees() []Degree { return []Degree{Flash, Urgent, Priority, Routine, LookBack, Complex} }

// Rank orders degrees, 0 for flash; an unknown one ranks last.
func (d Degree) Rank() int {
	switch d {
	case Flash:
		return 0
	case Urgent:
		return 1
	case Priority:
		return 2
	case Routine:
		return 3
	case LookBack:
		return 4
	case Complex:
		return 5
	}
	return 6
}

// Request is the fold of one aggregate: what the partner asked, and the tasks of the units that answer it. The zero
// value is a request that was not submitted. It is a value: Evolve returns a changed copy and shares no slice that
// it changed, so a folded state may be read by many at once.
type Request struct {
	ID          RequestID
	State       State
	Version     uint64           // decisions folded so far
	At          time.Time        // time of the last decision
	Intake                       // what was accepted at the door, and what later rounds and corrections of it say
	Round       int              // 1 at intake, one more for each follow-up or reopening
	RoutedRound int              // the last round in which anything was routed: the partner sees in_progress from then on
	Stub        bool             // above the ceiling: number, partner, keeper and clocks, no content
	Registered  bool             // came by paper, telephone, e-mail …: no receipt was handed out
	OneWay      bool             // sealed by row 23: not lowered before the case has ended
	Keeper      PersonID         // of the stub
	Holder      PersonID         // the desk person who claimed it
	Erased      bool             // the content is gone; number, partner and clocks stay
	ErasedAt    time.Time        // when that was decided last
	Hold        *LegalHold       // nil: none; it outlives rounds and corrections
	Erasure     *ErasureProposal // nil: none waits
	Extended    bool             // the promise of this round was extended (row 24)
	Questions   []Question
	Tasks       []Task
	Excluded    Exclusion
	FollowUps   []FollowUpBody  // what was asked since, as accepted
	Asked       *Clarification  // open while the state is Clarifying; the last one of the round afterwards
	Replied     []Clarification // every clarification that the partner replied to, in all rounds
	Asks        int             // clarifications that were ever asked
	Proposals   []Proposal      // clarifications that units propose to the desk
	Refusal     *RefusalProposal
	Consents    []Consent
	Package     *Package // the latest
	Releases    []Release
	Correction  *Correction // open correction
	Corrections int         // numbered from 1
	Breaches    []Breach
	Steps       []Step // warning steps recorded so far; the breach of a step is in Breaches
	Notes       []Note
	RoundAt     time.Time // start of the round
	RoundEndAt  time.Time // when the last end was reached, for the 30 days of rows 17 and 22
	Outcome     string    // coded why of an end: circulated, handled_off_gateway, a refusal's or withdrawal's code
	DuplicateOf RequestID
	Useful      *bool // what the partner said on confirming
}

// Intake is what was accepted at the door: the body in canonical form and, beside it, what decisions need of it.
type Intake struct {
	Number        string          `json:"number"`
	Partner       PartnerCode     `json:"partner,omitempty"` // empty: unknown sender
	Sender        string          `json:"sender,omitempty"`  // what is known of an unknown sender
	Kind          RequestKind     `json:"kind"`
	OwnReference  string          `json:"own_reference,omitempty"`
	Campaign      string          `json:"campaign,omitempty"`
	Channel       string          `json:"channel,omitempty"`
	RegisterNo    string          `json:"register_number,omitempty"` // paper register, for what the desk registers
	Language      string          `json:"language,omitempty"`
	Degree        Degree          `json:"degree"`
	Level         marking.Level   `json:"level"`
	Compartment   Compartment     `json:"compartment,omitempty"`
	ThirdParty    bool            `json:"third_party,omitempty"` // handling H3: two people of the desk and the lead release
	DoNotAlert    bool            `json:"do_not_alert,omitempty"`
	PhysicalEvent *PhysicalEvent  `json:"physical_event,omitempty"`
	Body          json.RawMessage `json:"body,omitempty"` // RFC 8785 form of the accepted body; its SHA-256 is in the receipt
	Identifiers   []Identifier    `json:"identifiers,omitempty"`
	Warnings      []Warning       `json:"warnings,omitempty"`
	Policy        string          `json:"policy"`   // version of the limits, pinned
	Calendar      string          `json:"calendar"` // version of the calendar, pinned
	ReceivedAt    time.Time       `json:"received_at"`
	DueAt         time.Time       `json:"due_at,omitzero"` // the promise; zero for information
	Receipt       string          `json:"receipt,omitempty"`
	Suggested     Degree          `json:"suggested_degree,omitempty"`
	Theme         string          `json:"theme,omitempty"`
}

// PhysicalEvent is a moment in the world that does not wait: a landing, a gate-out, a court date.
type PhysicalEvent struct {
	Type  string    `json:"type"`
	At    time.Time `json:"at"`
	Place string    `json:"place,omitempty"`
	// LeadSeconds is how long before it the unit must act; zero: the default of the type
	LeadSeconds int64 `json:"lead_seconds,omitempty"`
}

// Identifier is one identifier of a subject as sent, as compared, and what its check said.
type Identifier struct {
	Pointer    string `json:"pointer"` // RFC 6901, into the body
	Kind       string `json:"kind"`
	Raw        string `json:"raw"`
	Normalised string `json:"normalised"`
	Check      string `json:"check"` // ok, failed, not_applicable
}

// Strong says whether another request with the same identifier is likely to be about the same thing.
func (i Identifier) Strong() bool { return i.Normalised != "" && identifier.Kind(i.Kind).Strong() }

// Warning is something that was accepted and should be looked at.
type Warning struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
}

// Question is one thing asked, with what became of it. Numbers are unique within a round.
type Question struct {
	Round    int         `json:"round"`
	N        int         `json:"n"`
	Code     string      `json:"code"` // request-types.csv
	Text     string      `json:"text,omitempty"`
	Subjects []string    `json:"subjects,omitempty"`
	Desk     *DeskAnswer `json:"-"` // answered by the desk itself (row 4b)
	Silent   bool        `json:"-"` // the partner never replied: cannot_say no_reply (row 8)
	Released bool        `json:"-"` // the partner has been given a result, and the round's part that gave it was not recalled
	Hops     int         `json:"-"` // forwards of it in this round, at most 3
}

// DeskAnswer is a question that the desk answers itself.
type DeskAnswer struct {
	N       int      `json:"n"`
	Result  Result   `json:"result"` // refused, cannot_say or elsewhere
	Code    string   `json:"code"`
	Channel string   `json:"channel,omitempty"` // for elsewhere: the proper channel
	Text    string   `json:"text,omitempty"`
	By      PersonID `json:"-"` // from the stamp
}

// Exclusion names units and officers with a conflict of interest. It only grows; forwards obey it, and who is in it neither
// holds nor keeps the request.
type Exclusion struct {
	Units   []UnitCode `json:"units,omitempty"`
	Persons []PersonID `json:"persons,omitempty"`
}

// FollowUpBody is the body of a follow-up in canonical form, and the round that it opened.
type FollowUpBody struct {
	Round int
	At    time.Time
	Body  json.RawMessage
}

// Clarification is what the partner was asked, and the reply.
type Clarification struct {
	N          int // from 1 over the request
	Round      int
	Code       string
	Text       string
	Questions  []int
	By         PersonID
	At         time.Time
	ReplyBy    time.Time
	RemindedAt time.Time
	Reply      json.RawMessage
	RepliedAt  time.Time
	Marked     marking.Level // that the reply states; zero: it states none
}

// Proposal is a clarification that a unit proposes to the desk.
type Proposal struct {
	Task      TaskID
	Code      string
	Text      string
	Questions []int
	ReplyBy   time.Time
	At        time.Time
	By        PersonID
	Asked     int        // clarifications that had been asked before
	Rejected  *Rejection // nil: the desk has not turned it down
}

// Rejection is why the desk turned down what a unit proposed. The unit reads it; nobody outside does.
type Rejection struct {
	Code string
	Text string
	By   PersonID
	At   time.Time
}

// RefusalProposal waits for the lead; any routing, answer, release, recall, reply of the partner or newer proposal voids it.
type RefusalProposal struct {
	Code  string
	Text  string
	Bytes json.RawMessage // exactly what the partner will read
	Hash  string          // SHA-256 of Bytes, hex
	By    PersonID
	At    time.Time
	Void  bool
}

// ConsentState is what the originator of a fact said.
type ConsentState string

// The states of an ask. Anything but granted locks its facts.
const (
	ConsentOpenState ConsentState = "open"
	ConsentGranted   ConsentState = "granted"
	ConsentDenied    ConsentState = "denied"
	ConsentExpired   ConsentState = "expired"
	ConsentWithdrawn ConsentState = "withdrawn"
)

// Consent is one ask of an originator (row 13). The ask names neither recipient nor request to them.
type Consent struct {
	N          int
	Round      int // in which it was asked
	Correction int // in which it was asked, 0: in none
	Facts      []FactID
	Originator PartnerCode
	Text       string
	By         PersonID
	At         time.Time
	State      ConsentState
	Conditions string
	DecidedAt  time.Time
}

// Correction is an answer being corrected after it was sent (row 19).
type Correction struct {
	K         int
	From      State // the state that dropping it returns to
	Code      string
	Text      string
	At        time.Time
	By        PersonID
	TakenBack []TakenBack // what dropping it gives back; nothing of what has gone out corrected
}

// TakenBack is a return in a correction: the places of the task's answers that stood when the correction was opened, and do
// not any more.
type TakenBack struct {
	Task    TaskID
	Answers []int
}

// Breach is a clock that ran out, as recorded; n counts from 1 over the request.
type Breach struct {
	N          int
	Step       Step
	DetectedAt time.Time
	CauseCode  string
	CauseText  string
	CauseBy    PersonID
	CauseAt    time.Time
	Annulled   bool
	AnnulCode  string
	AnnulText  string
}

// Step names one step of one clock's promise: 50, 75, 90, 100 or 125 per cent of it.
type Step struct {
	Clock   string    `json:"clock"`
	Task    TaskID    `json:"task,omitempty"`
	Round   int       `json:"round"`
	Promise int       `json:"promise"` // 1 at the start of the clock, one more for each extension, return and change of degree
	Percent int       `json:"percent"`
	DueAt   time.Time `json:"due_at"`
}

// Note is an internal remark, or what was said with a command and has no other place. It never leaves.
type Note struct {
	Task TaskID
	Text string
	At   time.Time
	By   PersonID
	Call *Call // nil: the note is of none
}

// Call is a telephone call.
type Call struct {
	PromisedAt time.Time `json:"promised_at,omitzero"` // when the next one was promised; zero: none was
}

// PromisedCall is when somebody was promised a call, by the last call that was noted: a call that promises none has kept
// what was promised before it. Zero: nobody waits for one.
func (r Request) PromisedCall() time.Time {
	for _, n := range slices.Backward(r.Notes) {
		if n.Call != nil {
			return n.Call.PromisedAt
		}
	}
	return time.Time{}
}

// Package is what the editor prepared for the partner: the exact bytes, and who has approved their hash so far.
type Package struct {
	Version   int
	Kind      ReleaseKind
	Questions []PackageQuestion
	Facts     []FactID
	Bytes     json.RawMessage
	Hash      string
	Editor    PersonID
	TakenBack []FactID   // of earlier versions, which it says stand no more
	Authors   []PersonID // of the answers in it: none of them may release it
	At        time.Time
	Approvals []Approval
	Edit      json.RawMessage // what the editor chose, masked and wrote; empty in records from before it was kept
	Void      VoidReason      // why it may no longer be released; empty while it may
}

// VoidReason is why a package may no longer be released. It is part of the contract, like Code.
type VoidReason string

// The reasons of row 15, and that nothing is left to release.
const (
	VoidConsentAsked      VoidReason = "consent_asked"
	VoidConsentMissing    VoidReason = "consent_missing" // denied, expired or withdrawn, or a standing one has ended
	VoidReturned          VoidReason = "returned"        // an answer in it went back to its unit
	VoidLevelRaised       VoidReason = "level_raised"
	VoidLevelLowered      VoidReason = "level_lowered"
	VoidSealed            VoidReason = "sealed"
	VoidCorrectionOpened  VoidReason = "correction_opened"
	VoidCorrectionDropped VoidReason = "correction_dropped"
	VoidRecalled          VoidReason = "recalled" // its number was taken by the recall
	VoidMoreAsked         VoidReason = "more_asked"
	VoidAskedAgain        VoidReason = "asked_again" // a unit or an agency has a question of it anew
	VoidReleased          VoidReason = "released"
	VoidEnded             VoidReason = "ended"

	// Of what overtakes a package without a word about it (Request.AsOf); no record holds them.
	VoidTakenBack      VoidReason = "taken_back"      // a fact in it, or one that went out earlier and it does not say so
	VoidAnswersChanged VoidReason = "answers_changed" // a question would say more than the answers do now
	VoidNothingFollows VoidReason = "nothing_follows" // it is called a part
)

// Approval is one of the two people that H3 and L3 need.
type Approval struct {
	Person PersonID  `json:"person"`
	Role   Role      `json:"role"` // DESK for the reviewer, LEAD
	At     time.Time `json:"at"`
}

// PackageQuestion is the result a package gives to a question.
type PackageQuestion struct {
	N       int    `json:"n"`
	Result  Result `json:"result"`
	Outcome string `json:"outcome,omitempty"`
	Code    string `json:"code,omitempty"` // of cannot_say, refused, elsewhere
}

// ReleaseKind is what a released document is.
type ReleaseKind string

// The kinds of an answer (fields.md).
const (
	ReleasePartial      ReleaseKind = "partial"
	ReleaseFinal        ReleaseKind = "final"
	ReleaseCorrection   ReleaseKind = "correction"
	ReleaseRefusal      ReleaseKind = "refusal"
	ReleaseNotCompetent ReleaseKind = "not_competent"
	ReleaseRecall       ReleaseKind = "recall"
	ReleaseNotice       ReleaseKind = "notice" // the fixed text of a matter handled outside
)

// answers says whether it answers questions of the partner.
func (k ReleaseKind) answers() bool {
	return k == ReleasePartial || k == ReleaseFinal || k == ReleaseCorrection
}

// Recallable says whether row 20 takes such a version back: an answer, and what was said of a matter handled outside. A
// refusal and the right channel end the request, and the notice of a recall is not undone.
func (k ReleaseKind) Recallable() bool { return k.answers() || k == ReleaseNotice }

// Release is one version that the partner may pull.
type Release struct {
	Version   int
	Round     int
	Kind      ReleaseKind
	Bytes     json.RawMessage
	Hash      string
	At        time.Time
	PromiseAt time.Time // until when it was promised when it went out, what the partner was asked counted in; zero without a promise
	Signature string
	By        PersonID
	PulledAt  time.Time // first pull, zero: unread
	Recalled  bool
	Gave      []int    // the questions that it gave a result, a part not all of the round's
	Facts     []FactID // that it gave, also to a question that it left pending
	Whole     bool     // with it the round was answered: no question of it was left
	Recalls   int      // of the notice of a recall: the version that it takes back
}
