package board_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io/fs"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/board"
	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
	"verigate/schemas"
)

const id verification.RequestID = "0123456789abcdefghjkmnpqrs"

var (
	partner  = verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	desk     = verification.Actor{Person: "p_desk", Roles: []verification.Role{verification.RoleDesk}}
	reviewer = verification.Actor{Person: "p_reviewer", Roles: []verification.Role{verification.RoleDesk}}
	lead     = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}
	officer  = verification.Actor{Person: "p_unit", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
)

const task = verification.TaskID(id + "-01")

// story plays commands as the gateway does and folds rows as the follower does.
type story struct {
	t       testing.TB
	rules   *sla.Rules
	request verification.Request
	clocks  sla.Clocks
	rows    board.Rows
	at      time.Time
	history []verification.Decision
}

// begin submits an urgent request with two questions.
func begin(t testing.TB) *story {
	t.Helper()
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{t: t, rules: rules, at: time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC)}
	in := verification.Intake{
		Number: "VR-7Q4K-M2XD-3F9T", Partner: "NG", Kind: verification.KindRequest, Degree: verification.Urgent,
		Level: marking.L1, Receipt: "r", Policy: sla.PolicyVersion, Calendar: "vn-1", ReceivedAt: s.at,
		OwnReference: "NG-1", Identifiers: []verification.Identifier{{Kind: "container", Raw: "msku 1", Normalised: "MSKU1"}},
	}
	in.DueAt = rules.Promise(in.Policy, in.Calendar, in.Degree, s.at, nil, nil)
	s.play(0, partner, verification.Submit{ID: id, Intake: in, Questions: []verification.Question{{N: 1, Code: "CON"}, {N: 2, Code: "CON"}}})
	return s
}

func (s *story) play(later time.Duration, by verification.Actor, c verification.Command) {
	s.t.Helper()
	s.at = s.at.Add(later)
	stamp := verification.Stamp{At: s.at, By: by}
	events, err := verification.Decide(s.request, verification.Order{Stamp: stamp, Command: c})
	if err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
	s.fold(verification.Decision{Stamp: stamp, Events: events})
}

func (s *story) fold(d verification.Decision) {
	after, was := s.request.Apply(d), s.clocks
	var err error
	if s.clocks, err = s.rules.Apply(was, s.request, after, d); err != nil {
		s.t.Fatal(err)
	}
	s.request = after
	s.rows = board.Apply(s.rows, notice.Decided{Rules: s.rules, Request: after, Before: was, After: s.clocks, Decision: d})
	s.history = append(s.history, d)
}

func (s *story) route() {
	s.t.Helper()
	s.play(time.Minute, desk, verification.Claim{})
	s.play(time.Minute, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}}}})
}

func answer() verification.AnswerTask {
	return verification.AnswerTask{Task: task, Final: true, Level: marking.L1, Questions: []verification.QuestionAnswer{
		{N: 1, Result: verification.Held, Facts: []verification.Fact{{ID: "f1", Text: "seen", Level: marking.L1}}},
		{N: 2, Result: verification.CannotSay, Code: "no_register"},
	}}
}

func (s *story) release() {
	s.t.Helper()
	s.play(time.Minute, reviewer, verification.ReleasePackage{Hash: s.prepare()})
}

// prepare makes the final package and returns its hash.
func (s *story) prepare() string {
	s.t.Helper()
	return s.pack(verification.ReleaseFinal, `{}`, verification.PackageQuestion{N: 2, Result: verification.CannotSay, Code: "no_register"})
}

// pack makes a package in which the first question is held and returns its hash.
func (s *story) pack(kind verification.ReleaseKind, bytes string, second verification.PackageQuestion) string {
	s.t.Helper()
	sum := sha256.Sum256([]byte(bytes))
	hash := hex.EncodeToString(sum[:])
	s.play(time.Minute, desk, verification.PreparePackage{
		Kind: kind, Bytes: []byte(bytes), Hash: hash, Facts: []verification.FactID{"f1"},
		Questions: []verification.PackageQuestion{{N: 1, Result: verification.Held}, second},
	})
	return hash
}

func TestAPackageWaitsForAnotherPersonUntilItIsReleased(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	waits := func() bool { return slices.Contains(s.rows.Request.Flags, board.FlagSecondReviewer) }
	if waits() {
		t.Error("waits for approval before there is a package")
	}
	hash := s.prepare()
	if !waits() || !s.rows.Request.WaitsSince.Equal(s.at) {
		t.Errorf("prepared at %s: %v since %s", s.at, s.rows.Request.Flags, s.rows.Request.WaitsSince)
	}
	if set := board.SetFlag(board.FlagSecondReviewer); !slices.ContainsFunc(s.rows.Places(), func(p board.Place) bool { return p.Set == set }) {
		t.Errorf("it is not in %s", set)
	}
	s.play(time.Minute, reviewer, verification.ReleasePackage{Hash: hash})
	if waits() || !s.rows.Request.WaitsSince.IsZero() {
		t.Errorf("released: %v since %s", s.rows.Request.Flags, s.rows.Request.WaitsSince)
	}
}

// The unit takes back a fact that is in it: nobody is waited for to release that.
func TestAPackageThatIsOvertakenWaitsForNobody(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	interim, final := answer(), answer()
	interim.Final, interim.Questions = false, interim.Questions[:1]
	final.Questions[0] = verification.QuestionAnswer{N: 1, Result: verification.CannotSay, Code: "no_register"}
	s.play(time.Minute, officer, interim)
	s.play(time.Minute, desk, verification.SendToReview{})
	sum := sha256.Sum256([]byte(`{}`))
	s.play(time.Minute, desk, verification.PreparePackage{
		Kind: verification.ReleasePartial, Bytes: []byte(`{}`), Hash: hex.EncodeToString(sum[:]), Facts: []verification.FactID{"f1"},
		Questions: []verification.PackageQuestion{{N: 1, Result: verification.Pending}, {N: 2, Result: verification.Pending}},
	})
	waits := func() bool { return slices.Contains(s.rows.Request.Flags, board.FlagSecondReviewer) }
	if !waits() {
		t.Error("what was prepared waits for nobody")
	}
	s.play(time.Minute, officer, final)
	if waits() || !s.rows.Request.WaitsSince.IsZero() {
		t.Errorf("overtaken: %v since %s", s.rows.Request.Flags, s.rows.Request.WaitsSince)
	}
}

func TestInternalStepsMoveNothingThatAPartnerSees(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.play(time.Minute, desk, verification.Claim{})
	if s.rows.Partner.UpdatedAt != s.rows.Request.ReceivedAt {
		t.Error("a claim is visible")
	}
	s.play(time.Minute, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}}}})
	if s.rows.Partner.UpdatedAt != s.at || s.rows.Partner.Status != verification.StatusInProgress {
		t.Errorf("routing is not visible: %+v", s.rows.Partner)
	}
	before := s.rows.Partner
	for _, c := range []verification.Command{
		verification.AcceptTask{Task: task},
		verification.HoldTask{Task: task, Code: "laboratory", Evidence: "sample 7", ReviewAt: s.at.Add(48 * time.Hour)},
		verification.ResumeTask{Task: task},
		answer(),
	} {
		s.play(time.Minute, officer, c)
	}
	s.play(time.Minute, desk, verification.AddNote{Text: "n"})
	s.play(time.Minute, desk, verification.Seal{Compartment: "drugs"})
	if diff := cmp.Diff(before, s.rows.Partner); diff != "" {
		t.Errorf("inside steps are visible:\n%s", diff)
	}
	if s.rows.Request.UpdatedAt != s.at || !s.rows.Audience.Sealed() {
		t.Errorf("the desk's row: %+v", s.rows)
	}
}

func TestEachStepTowardsThePartnerMovesItsRow(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	seen := func(what string) {
		t.Helper()
		if !s.rows.Partner.UpdatedAt.Equal(s.at) {
			t.Errorf("%s is not visible", what)
		}
	}
	s.play(time.Hour, desk, verification.AskPartner{Code: "which", Text: "which one?", ReplyBy: s.at.Add(5 * time.Hour)})
	seen("a question to the partner")
	due := s.rows.Partner.DueAt
	s.play(time.Hour, partner, verification.ReplyToClarification{Body: json.RawMessage(`{}`)})
	seen("the reply")
	if moved := s.rows.Partner.DueAt.Sub(due); moved != time.Hour {
		t.Errorf("an hour of waiting for the partner moves the promise by %s", moved)
	}
	s.play(time.Hour, lead, verification.Extend{DueAt: s.rows.Partner.DueAt.Add(24 * time.Hour), Code: "laboratory"})
	seen("an extension")
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, answer())
	s.release()
	seen("the answer")
	s.play(time.Minute, partner, verification.RecordPull{Release: 1})
	seen("that it was read")
	if s.rows.Request.State != verification.Answered || len(s.rows.Tasks) != 0 {
		t.Errorf("answered: %+v", s.rows)
	}
}

func TestRowsAreTheSameWheneverTheyAreFolded(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Hour, officer, verification.AcceptTask{Task: task})
	s.play(time.Hour, officer, answer())
	s.release()
	_, clocks, rows, err := board.Fold(s.rules, s.history...)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(s.rows, rows); diff != "" {
		t.Errorf("folded again:\n%s", diff)
	}
	if diff := cmp.Diff(s.clocks, clocks, cmp.AllowUnexported()); diff != "" {
		t.Errorf("clocks folded again:\n%s", diff)
	}
	if rows.Digest() != s.rows.Digest() {
		t.Error("digests differ")
	}
	// And when the rows before came back from a store.
	through := board.Rows{}
	var r verification.Request
	var c sla.Clocks
	for _, d := range s.history {
		before, was := r, c
		r = r.Apply(d)
		if c, err = s.rules.Apply(was, before, r, d); err != nil {
			t.Fatal(err)
		}
		b, err := json.Marshal(board.Apply(through, notice.Decided{Rules: s.rules, Request: r, Before: was, After: c, Decision: d}))
		if err != nil {
			t.Fatal(err)
		}
		through = board.Rows{}
		if err := json.Unmarshal(b, &through); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(s.rows, through); diff != "" {
		t.Errorf("folded through a store:\n%s", diff)
	}
}

func TestTheRowShowsTheClockThatRunsOutFirst(t *testing.T) {
	t.Parallel()
	s := begin(t)
	if row := s.rows.Request; row.Clock != "acknowledge" || row.WaitingOn != "desk" || row.DueAt != s.at.Add(time.Hour) {
		t.Errorf("received: %+v", row)
	}
	s.route()
	row, item := s.rows.Request, s.rows.Tasks[0]
	if row.Clock != "accept" || row.WaitingOn != "unit:03" || row.DueAt != item.AcceptDueAt || !slices.Equal(row.Units, []verification.UnitCode{"03"}) {
		t.Errorf("routed: %+v", row)
	}
	if !row.Overdue(row.DueAt) || row.Overdue(row.DueAt.Add(-time.Second)) {
		t.Error("at its due time it is late, before it is not")
	}
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	s.play(time.Minute, officer, verification.HoldTask{Task: task, Code: "laboratory", Evidence: "e", ReviewAt: s.at.Add(48 * time.Hour)})
	if row := s.rows.Request; row.Clock != "total" || !slices.Contains(row.Flags, board.FlagUnconfirmed) {
		t.Errorf("on hold: %+v", row)
	}
	if item := s.rows.Tasks[0]; item.Hold != "laboratory" || !item.AnswerDueAt.IsZero() {
		t.Errorf("the item on hold: %+v", item)
	}
}

func TestTheFlagOfAHoldStaysUntilEveryHoldIsDecided(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	flagged := func(want bool) {
		t.Helper()
		if row, item := s.rows.Request, s.rows.Tasks[0]; slices.Contains(row.Flags, board.FlagUnconfirmed) != want || item.Unconfirmed != want {
			t.Errorf("flags %v, the item is unconfirmed: %t", row.Flags, item.Unconfirmed)
		}
	}
	s.play(time.Minute, officer, verification.AcceptTask{Task: task})
	flagged(false)
	for range 2 {
		s.play(time.Minute, officer, verification.HoldTask{Task: task, Code: "laboratory"})
		s.play(time.Hour, officer, verification.ResumeTask{Task: task})
		flagged(true)
	}
	s.play(time.Minute, lead, verification.RejectHold{Task: task, Code: "c"})
	flagged(true)
	s.play(time.Minute, lead, verification.ConfirmHold{Task: task})
	flagged(false)
}

func TestWithdrawalStopsTheQueueUntilItIsAcknowledged(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	s.play(time.Minute, partner, verification.Withdraw{})
	if len(s.rows.Tasks) != 1 || s.rows.Tasks[0].State != verification.TaskStopped {
		t.Fatalf("queue: %+v", s.rows.Tasks)
	}
	s.play(time.Minute, officer, verification.AcknowledgeStop{Task: task})
	if len(s.rows.Tasks) != 0 {
		t.Errorf("queue: %+v", s.rows.Tasks)
	}
	for _, p := range s.rows.Places() {
		if p.Set == board.SetDue || p.Set == board.SetState(verification.Withdrawn) {
			t.Errorf("an ended request is in %s", p.Set)
		}
	}
}

func TestWhatIsTakenAwayFromWhoMustNotKnowWaitsInNoQueue(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	unit := s.rows.Tasks[0].Unit
	s.play(time.Minute, desk, verification.Route{
		Assignments: []verification.Assignment{{Unit: "45", Questions: s.rows.Tasks[0].Questions}},
		Exclude:     verification.Exclusion{Units: []verification.UnitCode{unit}},
	})
	if len(s.rows.Tasks) != 1 || s.rows.Tasks[0].Unit != "45" || !slices.Equal(s.rows.Request.Units, []verification.UnitCode{"45"}) {
		t.Errorf("queues: %+v, on the board for %v", s.rows.Tasks, s.rows.Request.Units)
	}
	for _, c := range s.clocks {
		if c.Task == task && c.State != sla.Stopped {
			t.Errorf("%s of the task runs on", c.Name)
		}
	}
}

func TestSealedRowsAreInNoSharedSet(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	shared := map[board.Set]bool{}
	for _, p := range s.rows.Places() {
		shared[p.Set] = true
	}
	s.play(time.Minute, desk, verification.Seal{Compartment: "drugs"})
	for _, p := range s.rows.Places() {
		switch p.Set { // the partner's own list, a number that must be known, and what no person reads
		case board.SetPartner("NG"), board.SetNumber(s.request.Number), board.SetDue:
		default:
			if shared[p.Set] {
				t.Errorf("still in %s", p.Set)
			}
		}
	}
}

// Every member of a row is one of the schema's; what the schema has beside it is filled in by who shows it.
func TestRowsHaveTheMembersOfTheSchemas(t *testing.T) {
	t.Parallel()
	s := begin(t)
	s.route()
	for name, c := range map[string]struct {
		of     any
		inside []string // members that are not shown
	}{
		"board-row.json":   {s.rows.Request, nil},
		"queue-item.json":  {s.rows.Tasks[0], []string{"unit", "sub_department"}},
		"request-row.json": {s.rows.Partner, []string{"partner", "view"}},
	} {
		var schema struct {
			Properties map[string]any `json:"properties"`
			Required   []string       `json:"required"`
		}
		decode(t, read(t, name), &schema)
		b, err := json.Marshal(c.of)
		if err != nil {
			t.Fatal(err)
		}
		var members map[string]any
		decode(t, b, &members)
		for m := range members {
			if _, ok := schema.Properties[m]; !ok && !slices.Contains(c.inside, m) {
				t.Errorf("%s knows no %s", name, m)
			}
		}
		for _, m := range schema.Required {
			if _, ok := members[m]; !ok && m != "row" {
				t.Errorf("%s requires %s", name, m)
			}
		}
	}
}

func read(t *testing.T, name string) []byte {
	t.Helper()
	b, err := fs.ReadFile(schemas.FS, name)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func decode(t *testing.T, b []byte, into any) {
	t.Helper()
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

func TestOnlySetsOfOneNumberOrIdentifierAreNotShared(t *testing.T) {
	t.Parallel()
	for set, want := range map[board.Set]bool{
		board.SetDue: true, board.SetDegree("urgent"): true, board.SetUnit("03").Sealed("drugs"): true, board.SetQueue("03").Sealed(""): true, board.SetPartner("NG"): true,
		board.SetNumber("VR-7Q4K-M2XD-3F9T"): false, board.SetIdentifier("", false, "container:MSKU1"): false,
		board.SetIdentifier("drugs", true, "container:MSKU1"): false, board.SetReference("NG20210417").Sealed("drugs"): false,
	} {
		if set.Shared() != want {
			t.Errorf("%s: got %v", set, !want)
		}
	}
}
