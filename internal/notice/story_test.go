package notice_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/marking"
	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

const (
	id   verification.RequestID = "0123456789abcdefghjkmnpqrs"
	task                        = verification.TaskID(id + "-01")
	hour                        = time.Hour
	day                         = 24 * time.Hour
)

var (
	partner = verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	desk    = verification.Actor{Person: "p_desk", Roles: []verification.Role{verification.RoleDesk}}
	lead    = verification.Actor{Person: "p_lead", Roles: []verification.Role{verification.RoleLead}}
	officer = verification.Actor{Person: "p_unit", Roles: []verification.Role{verification.RoleUnit}, Unit: "03"}
)

// fatal is what *testing.T and *rapid.T share.
type fatal interface {
	Helper()
	Fatal(args ...any)
	Fatalf(format string, args ...any)
	Errorf(format string, args ...any)
}

// story plays commands on one request as the gateway does, sweeps too, and folds notices as a follower does.
type story struct {
	fatal
	rules   *sla.Rules
	start   time.Time
	request verification.Request
	clocks  sla.Clocks
	notices []notice.Notice
	history []verification.Decision
}

// received is a Thursday evening. Urgent around the clock: acknowledge 1 h, accept 2 h, interim 8 h, answer 18 h, total
// 24 h, red_cause 24 h; flash: 15 min, 30 min, 2 h, 6 h, 8 h, without 50 per cent.
func received() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

func rules(t fatal) *sla.Rules {
	t.Helper()
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	return rules
}

// routed begins with a request at unit 03, which a rule has sent there at once; a second question goes to another unit.
func routed(t fatal, policy string, degree verification.Degree, others ...verification.UnitCode) *story {
	t.Helper()
	s := &story{fatal: t, rules: rules(t), start: received()}
	in := verification.Intake{
		Number: "VR-7Q4K-M2XD-3F9T", Partner: "NG", Kind: verification.KindRequest, Degree: degree, Level: marking.L1,
		Receipt: "r", Policy: policy, Calendar: sla.AroundTheClockVersion, ReceivedAt: s.start,
	}
	in.DueAt = s.rules.Promise(in.Policy, in.Calendar, in.Degree, s.start, nil, nil)
	submit := verification.Submit{
		ID: id, Intake: in, Questions: []verification.Question{{N: 1, Code: "CON"}},
		Route: []verification.Assignment{{Unit: "03", Questions: []int{1}}},
	}
	for i, unit := range others {
		submit.Questions = append(submit.Questions, verification.Question{N: i + 2, Code: "CON"})
		submit.Route = append(submit.Route, verification.Assignment{Unit: unit, Questions: []int{i + 2}})
	}
	s.after(0, partner, submit)
	return s
}

// accepted is routed, and the task is taken within a minute.
func accepted(t fatal, degree verification.Degree) *story {
	t.Helper()
	s := routed(t, sla.PolicyVersion, degree)
	s.after(time.Minute, officer, verification.AcceptTask{Task: task})
	return s
}

// after plays a command that long after the start, with the breaches that belong into its decision.
func (s *story) after(d time.Duration, by verification.Actor, c verification.Command) {
	s.Helper()
	if err := s.try(d, by, c); err != nil {
		s.Fatalf("%T: %v", c, err)
	}
}

func (s *story) try(d time.Duration, by verification.Actor, c verification.Command) error {
	s.Helper()
	stamp := verification.Stamp{At: s.start.Add(d), By: by}
	events, err := verification.Decide(s.request, verification.Order{Stamp: stamp, Command: c})
	if err != nil || len(events) == 0 {
		return err
	}
	decision := verification.Decision{Stamp: stamp, Events: events}
	after := s.request.Apply(decision)
	clocks, err := s.rules.Apply(s.clocks, s.request, after, decision)
	if err != nil {
		s.Fatal(err)
	}
	decision.Events = append(decision.Events, s.rules.Missed(s.clocks, clocks, after, stamp.At)...)
	s.fold(decision)
	return nil
}

func (s *story) fold(d verification.Decision) {
	s.Helper()
	after := s.request.Apply(d)
	clocks, err := s.rules.Apply(s.clocks, s.request, after, d)
	if err != nil {
		s.Fatal(err)
	}
	s.notices = notice.Next(s.notices, notice.Decided{
		Rules: s.rules, Request: after, Before: s.clocks, After: clocks, Decision: d,
	})
	s.request, s.clocks, s.history = after, clocks, append(s.history, d)
}

// sweep records what is due that long after the start.
func (s *story) sweep(d time.Duration) {
	s.Helper()
	sweep := verification.Sweep{}
	for _, due := range s.clocks.Due(s.start.Add(d)) {
		sweep.Due = append(sweep.Due, due.Command())
	}
	s.after(d, verification.System(), sweep)
}

// said writes notices one a line: "answer 75 unit_lead", and what settled those that are.
func (s *story) said(of sla.Name) []string {
	var out []string
	for _, n := range s.notices {
		if of != "" && n.Step.Clock != string(of) {
			continue
		}
		line := fmt.Sprintf("%s %d %v", n.Step.Clock, n.Step.Percent, n.Told)
		if !n.Open() {
			line += " " + string(n.Settled.By)
		}
		out = append(out, line)
	}
	return out
}

func (s *story) want(of sla.Name, lines ...string) {
	s.Helper()
	if diff := cmp.Diff(lines, s.said(of)); diff != "" {
		s.Errorf("notices of %s, -want +got:\n%s", of, diff)
	}
}

// one is the only notice of a step.
func (s *story) one(clock sla.Name, percent int) notice.Notice {
	s.Helper()
	is := func(n notice.Notice) bool { return n.Step.Clock == string(clock) && n.Step.Percent == percent }
	i := slices.IndexFunc(s.notices, is)
	if i < 0 || slices.ContainsFunc(s.notices[i+1:], is) {
		s.Fatalf("not one notice of %s at %d: %q", clock, percent, s.said(""))
	}
	return s.notices[i]
}

// again folds the whole history once more, through what a store outside the process gives back.
func (s *story) again() []notice.Notice {
	s.Helper()
	fresh := &story{fatal: s.fatal, rules: s.rules}
	for _, d := range s.history {
		fresh.fold(d)
		form, err := json.Marshal(fresh.notices)
		if err != nil {
			s.Fatal(err)
		}
		fresh.notices = nil
		if err := json.Unmarshal(form, &fresh.notices); err != nil {
			s.Fatal(err)
		}
	}
	return fresh.notices
}

func answer() verification.AnswerTask {
	return verification.AnswerTask{Task: task, Final: true, Level: marking.L1, Questions: []verification.QuestionAnswer{
		{N: 1, Result: verification.Held, Facts: []verification.Fact{{ID: "f1", Text: "seen", Level: marking.L1}}},
	}}
}
