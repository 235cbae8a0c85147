package sla_test

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"verigate/deploy"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// random plays any history: commands that the rules refuse at that moment are tries like others.
func random(t *rapid.T, rules *sla.Rules) *story {
	s := begin(t, rules)
	degrees := []verification.Degree{verification.Flash, verification.Urgent, verification.Priority, verification.Complex}
	pin := rapid.SampledFrom(pins()).Draw(t, "pin")
	if pin.Calendar == current { // a night, a weekend, the national day and Tet are near
		s.start = s.start.Add(time.Duration(rapid.Int64Range(0, int64(160*day)).Draw(t, "start"))).Truncate(time.Millisecond)
	}
	in := intake(rapid.SampledFrom(degrees).Draw(t, "degree"), s.start)
	in.Policy, in.Calendar = pin.Policy, pin.Calendar
	if rapid.Bool().Draw(t, "event") {
		in.PhysicalEvent = &verification.PhysicalEvent{Type: "flight_arrival", At: s.start.Add(6 * hour)}
	}
	s.submit(in, nil, "CON", "TRV")
	at := s.start
	longest := rapid.SampledFrom([]time.Duration{5 * hour, 30 * hour}).Draw(t, "longest wait")
	for range rapid.IntRange(1, 30).Draw(t, "decisions") {
		at = at.Add(time.Duration(rapid.Int64Range(0, int64(longest)).Draw(t, "wait")))
		for tries, before := 0, len(s.trace); tries < 8 && len(s.trace) == before; tries++ {
			by, c := s.any(t, at)
			_ = s.try(at, by, c) // a refusal changes nothing
		}
	}
	return s
}

// pins are the versions that requests are pinned to.
func pins() []verification.RepinPolicy {
	return []verification.RepinPolicy{
		{Policy: "1", Calendar: "24x7-1"}, {Policy: "2", Calendar: "24x7-1"}, {Policy: "2", Calendar: "vn-1"}, {Policy: "2", Calendar: "vn-1"},
	}
}

// any draws a command that may well be allowed, with who may give it.
func (s *story) any(t *rapid.T, at time.Time) (verification.Actor, verification.Command) {
	n := rapid.IntRange(1, max(1, len(s.request.Tasks))).Draw(t, "task")
	on, _ := s.request.Task(task(n))
	unit := officer(on.Unit)
	other := verification.UnitCode(rapid.SampledFrom([]string{"03", "02", "33", "06"}).Draw(t, "unit"))
	switch rapid.SampledFrom([]string{
		"claim", "route", "route", "accept", "accept", "interim", "final", "hold", "resume", "reject", "confirm hold", "ask", "reply",
		"forward", "decline", "return", "review", "extend", "degree", "release", "release", "late", "late", "late", "late", "late", "late",
	}).Draw(t, "command") {
	case "claim":
		return desk, verification.Claim{}
	case "route":
		return desk, verification.Route{Assignments: []verification.Assignment{{Unit: other, Questions: []int{1, 2}}}}
	case "accept":
		return unit, verification.AcceptTask{Task: task(n)}
	case "interim":
		return unit, s.reply(n, false)
	case "final":
		return unit, s.reply(n, true)
	case "hold":
		code := rapid.SampledFrom([]string{"laboratory", "internal"}).Draw(t, "code")
		return unit, verification.HoldTask{Task: task(n), Code: code}
	case "resume":
		return unit, verification.ResumeTask{Task: task(n)}
	case "reject":
		return lead, verification.RejectHold{Task: task(n), Code: "no"}
	case "confirm hold":
		return lead, verification.ConfirmHold{Task: task(n)}
	case "ask":
		return desk, verification.AskPartner{Code: "which"}
	case "reply":
		floor := rapid.SampledFrom([]verification.Degree{"", verification.Flash, verification.Priority}).Draw(t, "floor")
		due := s.rules.PromiseAfter(s.clocks, s.request, floor, at)
		return partner, verification.ReplyToClarification{Body: []byte(`{}`), Degree: floor, DueAt: due}
	case "forward":
		return unit, verification.ForwardTask{Task: task(n), Unit: other, Code: "theirs"}
	case "decline":
		return unit, verification.DeclineTask{Task: task(n), Code: "not_ours"}
	case "return":
		return reviewer, verification.ReturnTask{Task: task(n), Code: "incomplete"}
	case "review":
		return desk, verification.SendToReview{}
	case "extend":
		return lead, verification.Extend{DueAt: at.Add(3 * day), Code: "laboratory"}
	case "degree":
		to := rapid.SampledFrom([]verification.Degree{verification.Flash, verification.Priority, verification.Routine}).Draw(t, "to")
		due := s.rules.PromiseAfter(s.clocks, s.request, to, at)
		return lead, verification.ChangeDegree{Degree: to, Code: "reassessed", DueAt: due}
	case "release":
		return s.quietly(at)
	}
	return s.late(t, n, at)
}

// late draws from the end of a request's life.
func (s *story) late(t *rapid.T, n int, at time.Time) (verification.Actor, verification.Command) {
	switch rapid.SampledFrom([]string{
		"pull", "correct", "drop", "more", "recall", "step", "agency", "withdraw", "consent", "decide", "cause", "repin",
	}).Draw(t, "late") {
	case "pull":
		return partner, verification.RecordPull{Release: len(s.request.Releases)}
	case "correct":
		return desk, verification.Correct{Code: "wrong"}
	case "drop":
		return desk, verification.DropCorrection{}
	case "more":
		return partner, verification.FollowUp{
			Questions: questions([]string{"COM"}), Body: []byte(`{}`), Receipt: fmt.Sprint("r", len(s.trace)), DueAt: at.Add(2 * day),
			Calendar: rapid.SampledFrom([]string{"24x7-1", "vn-1"}).Draw(t, "round"),
			Degree:   rapid.SampledFrom([]verification.Degree{"", verification.Flash}).Draw(t, "floor"),
		}
	case "repin":
		return lead, rapid.SampledFrom(pins()).Draw(t, "repin")
	case "recall":
		if len(s.request.Releases) > 0 {
			return lead, verification.Recall{Release: 1, Code: "wrong", Bytes: []byte(`{}`), Hash: s.request.Releases[0].Hash}
		}
	case "step":
		step, _ := s.clocks.Next(at)
		return system, verification.ReachStep{Step: step}
	case "agency":
		return desk, verification.AskAgency{Agency: "A08", Questions: []int{2}}
	case "withdraw":
		return partner, verification.Withdraw{}
	case "consent":
		for _, a := range s.request.Tasks {
			for _, given := range a.Answers {
				if len(given.Questions) == 0 {
					continue
				}
				return reviewer, verification.AskConsent{Facts: []verification.FactID{given.Questions[0].Facts[0].ID}, Originator: "TH"}
			}
		}
	case "decide":
		return th, verification.DecideConsent{N: 1, State: verification.ConsentGranted}
	case "cause":
		return desk, verification.ExplainBreach{N: n, Code: "night"}
	}
	return desk, verification.AddNote{Text: "nothing happens"}
}

// quietly prepares a package; if one is prepared it releases it.
func (s *story) quietly(at time.Time) (verification.Actor, verification.Command) {
	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
	var facts []verification.FactID
	var questions []verification.PackageQuestion
	kind := verification.ReleaseFinal
	for _, q := range s.request.RoundQuestions() {
		given := s.request.ResultOf(q, facts)
		if given.Outcome = ""; given.Result == verification.Pending || s.request.State == verification.ConsentPending {
			kind = verification.ReleasePartial
		}
		questions = append(questions, given)
	}
	if s.request.Correction != nil {
		kind = verification.ReleaseCorrection
	}
	_ = s.try(at, desk, verification.PreparePackage{Kind: kind, Questions: questions, Facts: facts, Bytes: []byte(`{}`), Hash: hash})
	return reviewer, verification.ReleasePackage{Hash: hash}
}

func TestRunningAndPausedAreTheWallTimeInScope(t *testing.T) {
	t.Parallel()
	rules, calendars := load(t), every(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		at := s.request.At.Add(time.Duration(rapid.Int64Range(0, int64(9*day)).Draw(t, "later")))
		for _, c := range s.clocks {
			end := at
			if c.State == sla.Stopped {
				end = c.StoppedAt
			}
			running := time.Duration(0)
			for _, s := range rules.Segments(*c, at) {
				if s.Counts {
					running += s.To.Sub(s.From)
				}
			}
			if got := running + rules.Paused(*c, at); got != end.Sub(c.StartedAt) {
				t.Fatalf("%s: running and paused are %s of %s", c.Name, got, end.Sub(c.StartedAt))
			}
			checkSegments(t, rules.Segments(*c, at), *c, calendars[c.Calendar], end, rules.Used(*c, at))
		}
	})
}

// every returns all calendars by the name under which clocks keep them.
func every(t testing.TB) map[string]sla.Calendar {
	t.Helper()
	out := map[string]sla.Calendar{"24x7-1": sla.AroundTheClock()}
	versions, err := sla.LoadCalendars(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	for _, version := range versions {
		for _, c := range version.All() {
			out[c.Version] = c
		}
	}
	return out
}

func checkSegments(t *rapid.T, segments []sla.Segment, c sla.Clock, cal sla.Calendar, end time.Time, used time.Duration) {
	from, counted := c.StartedAt, time.Duration(0)
	for _, s := range segments {
		if !s.From.Equal(from) || !s.To.After(s.From) || s.ChargedTo == "" || s.Cause == "" {
			t.Fatalf("%s: a segment %+v after %s", c.Name, s, from)
		}
		if s.Counts {
			counted += cal.Between(s.From, s.To)
		}
		from = s.To
	}
	if end.After(c.StartedAt) && !from.Equal(end) || counted != used {
		t.Fatalf("%s: segments end at %s, not %s, and count %s of %s", c.Name, from, end, counted, used)
	}
}

// Also after a change of degree or a re-pin that moved the clock to another calendar.
func TestWhatIsUsedAndWhatIsLeftMakeUpTheLimit(t *testing.T) {
	t.Parallel()
	rules, calendars := load(t), every(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		at := s.request.At
		for _, c := range s.clocks.Open() {
			if c.State == sla.Paused || c.Late(at) {
				continue
			}
			if left := calendars[c.Calendar].Between(at, c.DueAt); rules.Used(c, at)+left != c.Limit {
				t.Fatalf("%s: %s used, %s left of %s: %+v", c.Name, rules.Used(c, at), left, c.Limit, c)
			}
		}
	})
}

// Without a question back the promise is due when the partner was told: at the receipt, with an extension, a change of
// degree; a re-pin tells nothing.
func TestAPromiseThatWasNeverPausedIsDueWhenThePartnerWasTold(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		for _, p := range random(t, rules).trace {
			total, _ := p.clocks.Find(sla.Total, "")
			if total.State == sla.Running && len(total.Pauses) == 0 && !total.Late(p.after.At) && !total.DueAt.Equal(p.after.DueAt) {
				t.Fatalf("due %s, told %s: %+v", total.DueAt, p.after.DueAt, total)
			}
		}
	})
}

func TestThePromiseIsPausedByClarifyingAlone(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		for _, p := range s.trace {
			for _, c := range p.clocks {
				checkPauses(t, *c, p.after)
			}
		}
	})
}

func checkPauses(t *rapid.T, c sla.Clock, r verification.Request) {
	for _, p := range c.Pauses {
		switch c.Name {
		case sla.Total, sla.Route:
			if p.Cause != "clarifying" {
				t.Fatalf("%s is paused by %s", c.Name, p.Cause)
			}
		case sla.Answer, sla.Interim:
			if p.Cause != "clarifying" && p.Cause != "hold:laboratory" {
				t.Fatalf("%s is paused by %s", c.Name, p.Cause)
			}
		case sla.Review:
			if p.Cause != "consent_pending" {
				t.Fatalf("%s is paused by %s", c.Name, p.Cause)
			}
		case sla.Acknowledge, sla.Accept, sla.Action, sla.Clarify, sla.Confirm, sla.Consent, sla.RecallNotice, sla.RedCause:
			t.Fatalf("%s is paused", c.Name)
		}
	}
	if c.Name == sla.Total && c.State != sla.Stopped && (c.State == sla.Paused) != (r.State == verification.Clarifying) {
		t.Fatalf("the promise is %s while the request is %s", c.State, r.State)
	}
}

// Only what pauses, promises anew or takes back a pause moves a due; a stopped clock moves only when a pause of it is
// taken back; and a clock that has stopped stays.
func TestADueNeverMovesWithoutAnEventThatMovesIt(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		var before sla.Clocks
		for _, p := range random(t, rules).trace {
			for i, was := range before {
				now := p.clocks[i]
				if now.Name != was.Name || now.Task != was.Task || !now.StartedAt.Equal(was.StartedAt) {
					t.Fatalf("clock %d was %s and is %s", i, was.Name, now.Name)
				}
				same := now.DueAt.Equal(was.DueAt)
				samePauses := cmp.Equal(now.Pauses, was.Pauses)
				if !same && samePauses && now.Promise == was.Promise {
					t.Fatalf("%s moved from %s to %s by %+v", now.Name, was.DueAt, now.DueAt, p.decision.Events)
				}
				if was.State == sla.Stopped && (now.State != sla.Stopped || !now.StoppedAt.Equal(was.StoppedAt)) {
					t.Fatalf("%s goes on after it stopped", now.Name)
				}
			}
			before = p.clocks
		}
	})
}

func TestReplayGivesTheSameClocksFromAnywhere(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		from := rapid.IntRange(0, len(s.trace)).Draw(t, "from")
		var r verification.Request
		var c sla.Clocks
		if from > 0 { // as a cache that kept what was folded once, in bytes
			r = s.trace[from-1].after
			raw, err := json.Marshal(s.trace[from-1].clocks)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(raw, &c); err != nil {
				t.Fatal(err)
			}
		}
		for _, p := range s.trace[from:] {
			p.before, p.after = r, r.Apply(p.decision)
			c = fold(t, rules, c, p)
			r = p.after
		}
		if diff := cmp.Diff(s.clocks, c, cmpopts.EquateEmpty()); diff != "" {
			t.Fatal(diff)
		}
	})
}

func TestAFoldLeavesWhatItWasGiven(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		written := make([]string, len(s.trace))
		var c sla.Clocks
		var folded []sla.Clocks
		for i, p := range s.trace {
			c = fold(t, rules, c, p)
			raw, _ := json.Marshal(c)
			written[i], folded = string(raw), append(folded, c)
			fold(t, rules, c, p) // a second fold of the same may not change it either
		}
		for i, c := range folded {
			if raw, _ := json.Marshal(c); string(raw) != written[i] {
				t.Fatalf("decision %d: was %s, is %s", i, written[i], raw)
			}
		}
	})
}

// A clock that stopped in time has no breach; one that stopped late has exactly one, with its real due.
func TestEveryClockThatStopsLateIsBreachedOnce(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		count := map[verification.Step]int{}
		for _, b := range s.request.Breaches {
			step := b.Step
			step.DueAt = time.Time{}
			count[step]++
			if count[step] > 1 {
				t.Fatalf("breached twice: %+v", b.Step)
			}
		}
		for _, c := range s.clocks {
			if c.State != sla.Stopped || c.Name == sla.Clarify || c.Name == sla.Confirm || c.Name == sla.Consent {
				continue
			}
			step := c.Step(sla.Mark{Percent: 100})
			if late := c.Late(c.StoppedAt); late != (count[step] == 1) && !s.tookBack(*c) {
				t.Fatalf("%s is late: %t, breaches %d: %+v", c.Name, late, count[step], c)
			}
		}
	})
}

// tookBack says whether a hold of the clock's task was ever rejected: what was late before may not be late by the end.
func (s *story) tookBack(c sla.Clock) bool {
	t, _ := s.request.Task(c.Task)
	for _, h := range t.Holds {
		if h.Rejected {
			return true
		}
	}
	return false
}

func TestTheStagesEndWithinThePromise(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := begin(t, rules)
		in := intake(rapid.SampledFrom([]verification.Degree{verification.Flash, verification.Routine}).Draw(t, "degree"), s.start)
		pin := rapid.SampledFrom(pins()).Draw(t, "pin")
		in.Policy, in.Calendar = pin.Policy, pin.Calendar
		s.submit(in, nil, "CON")
		claimed := time.Duration(rapid.Int64Range(0, int64(7*hour)).Draw(t, "claimed"))
		s.after(claimed, desk, verification.Claim{})
		s.route(claimed+time.Duration(rapid.Int64Range(0, int64(30*minute)).Draw(t, "routed")), "03")
		total := s.clock(sla.Total, 0)
		for _, c := range []sla.Clock{s.clock(sla.Route, 0), s.clock(sla.Answer, 1)} {
			if c.DueAt.After(total.DueAt) || c.Limit > c.Full || c.Squeezed != (c.Limit < c.Full) {
				t.Fatalf("%s: %s of %s, due %s after the promise", c.Name, c.Limit, c.Full, c.DueAt.Sub(total.DueAt))
			}
		}
	})
}

// A decision that is computed and then refused by the record must not show in what is decided instead.
func TestTwoFoldsFromTheSameClocksDoNotMeet(t *testing.T) {
	t.Parallel()
	rules := load(t)
	rapid.Check(t, func(t *rapid.T) {
		s := random(t, rules)
		other := *s
		at := s.request.At
		for range 10 {
			by, c := s.any(t, at)
			_ = s.try(at, by, c)
		}
		raw, _ := json.Marshal(s.clocks)
		for range 10 {
			by, c := other.any(t, at.Add(minute))
			_ = other.try(at.Add(minute), by, c)
		}
		if again, _ := json.Marshal(s.clocks); string(again) != string(raw) {
			t.Fatalf("was %s, is %s", raw, again)
		}
	})
}
