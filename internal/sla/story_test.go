package sla_test

import (
	"crypto/sha256"
	"encoding/hex"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// fatal is what *testing.T and *rapid.T share.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

// story plays commands on one request as the gateway does: decide, fold, breach, fold again.
type story struct {
	t       fatal
	rules   *sla.Rules
	request verification.Request
	clocks  sla.Clocks
	start   time.Time
	facts   int
	trace   []played
}

// played is one decision with the states around it, and what was due before.
type played struct {
	before, after verification.Request
	decision      verification.Decision
	clocks        sla.Clocks
}

const id verification.RequestID = "0123456789abcdefghjkmnpqrs"

func task(n int) verification.TaskID { return verification.NewTaskID(id, n) }

var (
	partner  = verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	desk     = verification.Actor{Person: "p_desk", Roles: []verification.Role{verification.RoleDesk}}
	reviewer = verification.Actor{Person: "p_reviewer", Roles: []verification.Role{verification.RoleDesk}}
	lead     = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}
	th       = verification.Actor{Person: "p_th", Roles: []verification.Role{verification.RolePartner}, Partner: "TH"}
	system   = verification.System()
)

func officer(unit verification.UnitCode) verification.Actor {
	return verification.Actor{Person: verification.PersonID("p_" + unit), Roles: []verification.Role{verification.RoleUnit}, Unit: unit}
}

// received is the instant at which stories begin unless they say otherwise.
func received() time.Time { return time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC) }

// intake is pinned to the versions of the first requests, whose clocks stay what they are for ever.
func intake(degree verification.Degree, at time.Time) verification.Intake {
	return verification.Intake{
		Number: "VR", Partner: "NG", Kind: verification.KindRequest, Degree: degree, Level: marking.L1, Receipt: "r1",
		Policy: "1", Calendar: sla.AroundTheClockVersion, ReceivedAt: at,
	}
}

func begin(t fatal, rules *sla.Rules) *story {
	return &story{t: t, rules: rules, start: received()}
}

// submitted begins with a request of those types of question, unrouted.
func submitted(t testing.TB, degree verification.Degree, codes ...string) *story {
	t.Helper()
	s := begin(t, load(t))
	s.submit(intake(degree, s.start), nil, codes...)
	return s
}

func (s *story) submit(in verification.Intake, route []verification.Assignment, codes ...string) {
	s.t.Helper()
	in.DueAt = s.rules.Promise(in.Policy, in.Calendar, in.Degree, in.ReceivedAt, in.PhysicalEvent, codes)
	s.at(in.ReceivedAt, partner, verification.Submit{ID: id, Intake: in, Questions: questions(codes), Route: route})
}

func questions(codes []string) []verification.Question {
	var out []verification.Question
	for i, code := range codes {
		out = append(out, verification.Question{N: i + 1, Code: code})
	}
	return out
}

// after plays a command that long after the start.
func (s *story) after(d time.Duration, by verification.Actor, c verification.Command) {
	s.t.Helper()
	s.at(s.start.Add(d), by, c)
}

// fold folds a decision once more.
func fold(t fatal, rules *sla.Rules, c sla.Clocks, p played) sla.Clocks {
	t.Helper()
	c, err := rules.Apply(c, p.before, p.after, p.decision)
	if err != nil {
		t.Fatalf("fold: %v", err)
	}
	return c
}

func (s *story) at(at time.Time, by verification.Actor, c verification.Command) {
	s.t.Helper()
	if err := s.try(at, by, c); err != nil {
		s.t.Fatalf("%T: %v", c, err)
	}
}

func (s *story) try(at time.Time, by verification.Actor, c verification.Command) error {
	stamp := verification.Stamp{At: at, By: by}
	events, err := verification.Decide(s.request, verification.Order{Stamp: stamp, Command: c})
	if err != nil || len(events) == 0 {
		return err
	}
	d := verification.Decision{Stamp: stamp, Events: events}
	after := s.request.Apply(d)
	clocks, err := s.rules.Apply(s.clocks, s.request, after, d)
	if err != nil {
		return err
	}
	d.Events = append(d.Events, s.rules.Missed(s.clocks, clocks, after, at)...)
	before := s.request
	s.request = before.Apply(d)
	if s.clocks, err = s.rules.Apply(s.clocks, before, s.request, d); err != nil {
		return err
	}
	s.trace = append(s.trace, played{before: before, after: s.request, decision: d, clocks: s.clocks})
	return nil
}

func (s *story) route(d time.Duration, units ...verification.UnitCode) {
	s.t.Helper()
	var all []int
	for _, q := range s.request.RoundQuestions() {
		all = append(all, q.N)
	}
	var assignments []verification.Assignment
	for _, unit := range units {
		assignments = append(assignments, verification.Assignment{Unit: unit, Questions: all})
	}
	s.after(d, desk, verification.Route{Assignments: assignments})
}

// reply gives a fact to the first question; a final one says of the others that it cannot say.
func (s *story) reply(n int, final bool) verification.AnswerTask {
	t, _ := s.request.Task(task(n))
	c := verification.AnswerTask{Task: t.Task, Final: final, Level: marking.L1}
	for i, q := range t.Questions {
		s.facts++
		fact := verification.Fact{ID: verification.FactID(rune('a' + s.facts)), Text: "f", Level: marking.L1}
		switch {
		case i == 0:
			c.Questions = append(c.Questions, verification.QuestionAnswer{N: q, Result: verification.Held, Facts: []verification.Fact{fact}})
		case final:
			c.Questions = append(c.Questions, verification.QuestionAnswer{N: q, Result: verification.CannotSay, Code: "no_register"})
		}
	}
	return c
}

// release prepares the final package that the answers give and releases it.
func (s *story) release(d time.Duration) {
	s.t.Helper()
	sum := sha256.Sum256([]byte(`{}`))
	hash := hex.EncodeToString(sum[:])
	var facts []verification.FactID
	for _, t := range s.request.Tasks {
		for _, a := range t.Answers {
			for _, q := range a.Questions {
				for _, f := range q.Facts {
					if t.Round == s.request.Round && !s.request.Locked(f.ID) {
						facts = append(facts, f.ID)
					}
				}
			}
		}
	}
	var questions []verification.PackageQuestion
	for _, q := range s.request.RoundQuestions() {
		given := s.request.ResultOf(q, facts)
		given.Outcome = ""
		questions = append(questions, given)
	}
	s.after(d, desk, verification.PreparePackage{Kind: verification.ReleaseFinal, Questions: questions, Facts: facts, Bytes: []byte(`{}`), Hash: hash})
	s.after(d, reviewer, verification.ReleasePackage{Hash: hash})
}

func (s *story) clock(name sla.Name, n int) sla.Clock {
	s.t.Helper()
	var on verification.TaskID
	if n > 0 {
		on = task(n)
	}
	c, ok := s.clocks.Find(name, on)
	if !ok {
		s.t.Fatalf("no clock %s on task %d", name, n)
	}
	return c
}

// due wants a clock due that long after the start.
func (s *story) due(name sla.Name, n int, want time.Duration) {
	s.t.Helper()
	if c := s.clock(name, n); !c.DueAt.Equal(s.start.Add(want)) {
		s.t.Fatalf("%s on task %d is due after %s, not %s", name, n, c.DueAt.Sub(s.start), want)
	}
}

func (s *story) state(name sla.Name, n int, want sla.State) {
	s.t.Helper()
	if c := s.clock(name, n); c.State != want {
		s.t.Fatalf("%s on task %d is %s, not %s", name, n, c.State, want)
	}
}

// open wants exactly these clocks to be open, in any order.
func (s *story) open(want ...sla.Name) {
	s.t.Helper()
	got := map[sla.Name]int{}
	for _, c := range s.clocks.Open() {
		got[c.Name]++
	}
	for _, name := range want {
		got[name]--
	}
	for name, n := range got {
		if n != 0 {
			s.t.Fatalf("%d too many %s are open: want %v", n, name, want)
		}
	}
}

// breach is a breach without its number.
type breach struct {
	Clock   string
	Task    verification.TaskID
	Promise int
	After   time.Duration
}

func (s *story) breaches(want ...breach) {
	s.t.Helper()
	var got []breach
	for _, b := range s.request.Breaches {
		got = append(got, breach{b.Step.Clock, b.Step.Task, b.Step.Promise, b.Step.DueAt.Sub(s.start)})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Fatalf("breaches (-want +got):\n%s", diff)
	}
}
