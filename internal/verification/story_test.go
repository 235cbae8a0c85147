package verification_test

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"verigate/internal/marking"
	. "verigate/internal/verification" //nolint:revive // tables of rules read better without the package's name
)

// The cast. Each is one person with one role, so that a rule of two people has two to choose from.

func liaison() Actor { return Actor{Person: "p_liaison", Roles: []Role{RolePartner}, Partner: "NG"} }

func stranger() Actor  { return Actor{Person: "p_stranger", Roles: []Role{RolePartner}, Partner: "TH"} }
func desk() Actor      { return Actor{Person: "p_desk", Roles: []Role{RoleDesk}} }
func colleague() Actor { return Actor{Person: "p_colleague", Roles: []Role{RoleDesk}} }
func lead() Actor      { return Actor{Person: "p_lead", Roles: []Role{RoleLead}} }
func deskLead() Actor {
	return Actor{Person: "p_desklead", Roles: []Role{RoleDesk, RoleLead}}
}

func keeper() Actor {
	return Actor{Person: "p_keeper", Roles: []Role{RoleKeeper}, Keeps: []Compartment{"drugs"}}
}

func officer(unit UnitCode) Actor {
	return Actor{Person: PersonID("p_officer" + unit), Roles: []Role{RoleUnit}, Unit: unit}
}

func unitLead(unit UnitCode) Actor {
	return Actor{Person: PersonID("p_head" + unit), Roles: []Role{RoleUnitLead}, Unit: unit}
}

func start() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

const day = 24 * time.Hour

// move is one order of a story. It comes a minute after the one before, or Later after it.
type move struct {
	By    Actor
	What  Command
	Later time.Duration
}

func then(by Actor, what Command) []move { return []move{{By: by, What: what}} }

func later(d time.Duration, by Actor, what Command) []move { return []move{{by, what, d}} }

// after joins chapters to what was given.
func after(chapters ...[]move) []move {
	var all []move
	for _, c := range chapters {
		all = append(all, c...)
	}
	return all
}

// story plays orders against one request and keeps the record of it.
type story struct {
	t       *testing.T
	at      time.Time
	request Request
	record  []Decision
}

func tell(t *testing.T, given []move) *story {
	t.Helper()
	s := &story{t: t, at: start()}
	for _, m := range given {
		if err := s.play(m); err != nil {
			s.fail("%s gave %T and was refused: %v", m.By.Person, m.What, err)
		}
	}
	return s
}

// play gives one order, and keeps what came of it.
func (s *story) play(m move) error {
	s.t.Helper()
	s.at = s.at.Add(max(m.Later, time.Minute))
	stamp := Stamp{At: s.at, By: m.By, Command: CommandID(fmt.Sprint("c", len(s.record)))}
	events, err := Decide(s.request, Order{Stamp: stamp, Command: m.What})
	if err != nil {
		if events != nil {
			s.fail("%T was refused and has events", m.What)
		}
		return err
	}
	if len(events) == 0 {
		return nil
	}
	d := Decision{Stamp: stamp, Events: events}
	s.record = append(s.record, d)
	s.request = s.request.Apply(d)
	return nil
}

func (s *story) does(by Actor, what Command) *story {
	s.t.Helper()
	if err := s.play(move{By: by, What: what}); err != nil {
		s.fail("%s gave %T and was refused: %v", by.Person, what, err)
	}
	return s
}

func (s *story) isRefused(by Actor, what Command, code Code) *story {
	s.t.Helper()
	before := s.request
	err := s.play(move{By: by, What: what})
	var refusal *Refusal
	if !errors.As(err, &refusal) || refusal.Code != code {
		s.fail("%s gave %T: got %v, want a refusal %s", by.Person, what, err, code)
	}
	if before.Version != s.request.Version {
		s.fail("a refused %T changed the request", what)
	}
	return s
}

func (s *story) is(state State) *story {
	s.t.Helper()
	if s.request.State != state {
		s.fail("the request is %s, want %s", s.request.State, state)
	}
	return s
}

func (s *story) task(n int, state TaskState) *story {
	s.t.Helper()
	t, ok := s.request.Task(NewTaskID("r", n))
	if !ok || t.State != state {
		s.fail("task %d is %q, want %s", n, t.State, state)
	}
	return s
}

func (s *story) shows(status Status) *story {
	s.t.Helper()
	if got := s.request.Status(); got != status {
		s.fail("the partner sees %s, want %s", got, status)
	}
	return s
}

func (s *story) fail(format string, args ...any) {
	s.t.Helper()
	s.t.Fatalf(format+"\n%s", append(args, told(s.record))...)
}

// told shows a record as a person would read it: who, what, in which words.
func told(record []Decision) string {
	var b strings.Builder
	for i, d := range record {
		for _, e := range d.Events {
			body, _ := json.Marshal(e)
			fmt.Fprintf(&b, "%3d %s %-14s %-24s %.200s\n", i+1, d.At.Format("02 15:04"), d.By.Person, e.EventKind(), body)
		}
	}
	return b.String()
}

// Chapters that many stories begin with.

func intake(level marking.Level) Intake {
	return Intake{
		Number: "VR-7Q4K-M2XD-3F9T", Partner: "NG", Kind: KindRequest, Channel: "api", Degree: Urgent, Level: level,
		Body: json.RawMessage(`{"purpose":"x"}`), Policy: "1", Calendar: "24x7-1",
		ReceivedAt: start(), DueAt: start().Add(day),
	}
}

func asks(numbers ...int) []Question {
	var questions []Question
	for _, n := range numbers {
		questions = append(questions, Question{N: n, Code: "CON", Text: "?"})
	}
	return questions
}

func submit(questions ...int) Submit {
	return Submit{ID: "r", Intake: intake(marking.L1), Questions: asks(questions...)}
}

func submitSealed(questions ...int) Submit {
	c := submit(questions...)
	c.Intake.Level, c.Intake.Compartment = marking.L3, "drugs"
	return c
}

func submitInformation() Submit {
	c := submit()
	c.Intake.Kind, c.Intake.DueAt = KindInformation, time.Time{}
	return c
}

func toUnit(unit UnitCode, questions ...int) Assignment {
	return Assignment{Unit: unit, Questions: questions}
}

func route(a ...Assignment) Route { return Route{Assignments: a} }

func task(n int) TaskID { return NewTaskID("r", n) }

func fact(id FactID) Fact {
	return Fact{ID: id, Text: "discharged at 08:15", Source: "A", Information: "1", Level: marking.L1}
}

func held(n int, facts ...FactID) QuestionAnswer {
	qa := QuestionAnswer{N: n, Result: Held, Outcome: "HELD"}
	for _, id := range facts {
		qa.Facts = append(qa.Facts, fact(id))
	}
	return qa
}

func negative(n int) QuestionAnswer {
	return QuestionAnswer{N: n, Result: VerifiedNegative, Outcome: "NOT_HELD", Search: &Search{
		Registers: []string{"declarations"}, Identifiers: []string{"9900000129"}, From: "2018", To: "2021", DoneAt: start(), Role: "officer",
	}}
}

func unable(n int) QuestionAnswer {
	return QuestionAnswer{N: n, Result: CannotSay, Code: "not_in_registers"}
}

func final(n int, answers ...QuestionAnswer) AnswerTask {
	return AnswerTask{Task: task(n), Final: true, Questions: answers}
}

func interim(n int, answers ...QuestionAnswer) AnswerTask {
	return AnswerTask{Task: task(n), Questions: answers}
}

// written gives bytes and their hash.
func written(text string) (json.RawMessage, string) {
	bytes, _ := json.Marshal(map[string]string{"text": text})
	sum := sha256.Sum256(bytes)
	return bytes, hex.EncodeToString(sum[:])
}

func hashOf(text string) string { _, hash := written(text); return hash }

func pack(kind ReleaseKind, text string, facts []FactID, questions ...PackageQuestion) PreparePackage {
	bytes, hash := written(text)
	return PreparePackage{Kind: kind, Questions: questions, Facts: facts, Bytes: bytes, Hash: hash}
}

func gives(n int, result Result) PackageQuestion { return PackageQuestion{N: n, Result: result} }

func release(text string) ReleasePackage { return ReleasePackage{Hash: hashOf(text), Signature: "sig"} }

func refusalOf(text string) ProposeRefusal {
	bytes, hash := written(text)
	return ProposeRefusal{Code: "no_legal_basis", Text: text, Bytes: bytes, Hash: hash}
}

func recallOf(release int) Recall {
	bytes, hash := written("recalled")
	return Recall{Release: release, Code: "wrong_person", Bytes: bytes, Hash: hash}
}

func outside() HandleOutside {
	bytes, hash := written("handled outside")
	return HandleOutside{Bytes: bytes, Hash: hash}
}

func notOurs() DeclareNotCompetent {
	bytes, hash := written("ask the police")
	return DeclareNotCompetent{Channel: "interpol", Bytes: bytes, Hash: hash}
}

func submitted() []move { return then(liaison(), submit(1)) }

func inTriage() []move { return after(submitted(), then(desk(), Claim{})) }

func withUnit() []move { return after(inTriage(), then(desk(), route(toUnit("03", 1)))) }

func accepted() []move { return after(withUnit(), then(officer("03"), AcceptTask{Task: task(1)})) }

func answered() []move { return after(accepted(), then(officer("03"), final(1, held(1, "f1")))) }

func packaged() []move {
	return after(answered(), then(desk(), pack(ReleaseFinal, "v1", []FactID{"f1"}, gives(1, Held))))
}

func released() []move { return after(packaged(), then(colleague(), release("v1"))) }

func read() []move { return after(released(), then(liaison(), RecordPull{Release: 1})) }

func confirmed() []move { return after(read(), then(liaison(), Confirm{Release: 1})) }

func closed() []move {
	return after(released(), later(15*day, System(), CloseSilent{Due: start().Add(14*day + time.Hour)}))
}

func clarifying() []move {
	return after(inTriage(), then(desk(), AskPartner{Code: "which_container", Text: "?"}))
}

func expired() []move {
	return after(clarifying(), later(3*day, System(), ExpireClarification{Due: start().Add(2 * day)}))
}

func refusalProposed() []move { return after(inTriage(), then(desk(), refusalOf("no"))) }

func asking() []move {
	return after(answered(), then(desk(), AskConsent{Facts: []FactID{"f1"}, Originator: "TH"}))
}

func correcting() []move { return after(read(), then(desk(), Correct{Code: "wrong_date"})) }

func circulating() []move {
	return after(then(liaison(), submitInformation()), then(desk(), Claim{}),
		then(desk(), route(Assignment{Unit: "03"}, Assignment{Unit: "30"})))
}

func stub() []move {
	return then(desk(), RegisterStub{ID: "r", Keeper: "p_keeper", Intake: intake(marking.L4)})
}
