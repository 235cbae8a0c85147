package statistics_test

import (
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

const id verification.RequestID = "0123456789abcdefghjkmnpqrs"

var (
	partner  = verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	desk     = verification.Actor{Person: "p_desk", Roles: []verification.Role{verification.RoleDesk}}
	reviewer = verification.Actor{Person: "p_reviewer", Roles: []verification.Role{verification.RoleDesk}}
	lead     = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}
)

func officer(unit verification.UnitCode) verification.Actor {
	return verification.Actor{Person: verification.PersonID("p_" + unit), Roles: []verification.Role{verification.RoleUnit}, Unit: unit}
}

func task(n int) verification.TaskID { return verification.NewTaskID(id, n) }

// story plays commands on one request as the gateway does: decide, fold, breach, fold again.
type story struct {
	testing.TB
	rules   *sla.Rules
	request verification.Request
	clocks  sla.Clocks
}

// start is in the evening of the last day of August in Hanoi.
func start() time.Time { return time.Date(2021, 8, 31, 16, 30, 0, 0, time.UTC) }

func submitted(t testing.TB, change ...func(*verification.Intake)) *story {
	t.Helper()
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	s := &story{TB: t, rules: rules}
	in := verification.Intake{
		Number: "VR", Partner: "NG", Kind: verification.KindRequest, Degree: verification.Urgent, Level: marking.L1, Receipt: "r1",
		Policy: "1", Calendar: sla.AroundTheClockVersion, ReceivedAt: start(),
	}
	for _, c := range change {
		c(&in)
	}
	in.DueAt = rules.Promise(in.Policy, in.Calendar, in.Degree, in.ReceivedAt, nil, []string{"CON"})
	s.after(0, partner, verification.Submit{ID: id, Intake: in, Questions: []verification.Question{{N: 1, Code: "CON"}}})
	return s
}

func (s *story) after(d time.Duration, by verification.Actor, c verification.Command) {
	s.Helper()
	stamp := verification.Stamp{At: start().Add(d), By: by}
	events, err := verification.Decide(s.request, verification.Order{Stamp: stamp, Command: c})
	if err != nil || len(events) == 0 {
		s.Fatalf("%T: %v", c, err)
	}
	s.fold(verification.Decision{Stamp: stamp, Events: events})
}

// recorded folds what a record tells that no command brings about any more.
func (s *story) recorded(d time.Duration, by verification.Actor, events ...verification.Event) {
	s.Helper()
	s.fold(verification.Decision{Stamp: verification.Stamp{At: start().Add(d), By: by}, Events: events})
}

func (s *story) fold(decision verification.Decision) {
	s.Helper()
	after := s.request.Apply(decision)
	clocks, err := s.rules.Apply(s.clocks, s.request, after, decision)
	if err != nil {
		s.Fatal(err)
	}
	decision.Events = append(decision.Events, s.rules.Missed(s.clocks, clocks, after, decision.At)...)
	before := s.request
	s.request = before.Apply(decision)
	if s.clocks, err = s.rules.Apply(s.clocks, before, s.request, decision); err != nil {
		s.Fatal(err)
	}
}

// routed claims the request and sends the question to units.
func (s *story) routed(d time.Duration, units ...verification.UnitCode) {
	s.Helper()
	var all []verification.Assignment
	for _, u := range units {
		all = append(all, verification.Assignment{Unit: u, Questions: []int{1}})
	}
	s.after(d, desk, verification.Claim{})
	s.after(d, desk, verification.Route{Assignments: all})
}

func (s *story) accept(d time.Duration, unit verification.UnitCode, n int) {
	s.Helper()
	s.after(d, officer(unit), verification.AcceptTask{Task: task(n)})
}

func (s *story) answer(d time.Duration, unit verification.UnitCode, n int) {
	s.Helper()
	s.after(d, officer(unit), verification.AnswerTask{
		Task: task(n), Final: true, Level: marking.L1,
		Questions: []verification.QuestionAnswer{{N: 1, Result: verification.CannotSay, Code: "no_register"}},
	})
}

func (s *story) interim(d time.Duration, unit verification.UnitCode, n int) {
	s.Helper()
	s.after(d, officer(unit), verification.AnswerTask{
		Task: task(n), Level: marking.L1,
		Questions: []verification.QuestionAnswer{{N: 1, Result: verification.Held, Facts: []verification.Fact{{ID: "f1", Text: "seen", Level: marking.L1}}}},
	})
}

func (s *story) release(d time.Duration) {
	s.Helper()
	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
	given := s.request.ResultOf(s.request.Questions[0], nil)
	given.Outcome = ""
	s.after(d, desk, verification.PreparePackage{
		Kind: verification.ReleaseFinal, Questions: []verification.PackageQuestion{given}, Bytes: []byte(`{}`), Hash: hash,
	})
	s.after(d, reviewer, verification.ReleasePackage{Hash: hash})
}

// read are the figures of a place in August 2021, all of it.
func (s *story) read(q statistics.Query) statistics.Figures {
	s.Helper()
	q.By, q.From, q.To = statistics.ByNone, "2021-08", "2021-08"
	_, all := statistics.Sum(q, s.cells())
	return all.Figures()
}

func (s *story) cells() []statistics.Counted {
	t := statistics.Tally{}
	t.Add(statistics.Of(s.rules, s.request, s.clocks), 1)
	var all []statistics.Counted
	for cell, counts := range t {
		all = append(all, statistics.Counted{Cell: cell, Counts: counts})
	}
	return all
}

func headquarters() statistics.Query { return statistics.Query{Level: statistics.Headquarters} }

func department(unit verification.UnitCode) statistics.Query {
	return statistics.Query{Level: statistics.Department, Unit: unit}
}
