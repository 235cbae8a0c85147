package statistics_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/marking"
	"verigate/internal/sla"
	"verigate/internal/statistics"
	"verigate/internal/verification"
	"verigate/schemas"
)

const hour = time.Hour

func same(t testing.TB, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
}

// near says whether a stage's seconds are as close as buckets are.
func near(seconds time.Duration, got int64) bool {
	off := got - int64(seconds/time.Second)
	return 32*max(off, -off) <= int64(seconds/time.Second)
}

func stage(t testing.TB, f statistics.Figures, name sla.Name) statistics.Stage {
	t.Helper()
	i := slices.IndexFunc(f.Stages, func(s statistics.Stage) bool { return s.Name == name })
	if i < 0 {
		t.Fatalf("no stage %s", name)
	}
	return f.Stages[i]
}

func TestANightsWorkIsCountedOnceAtEachLevel(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(hour, "03")
	s.accept(2*hour, "03", 1)
	s.after(3*hour, officer("03"), verification.HoldTask{Task: task(1), Code: "laboratory"})
	s.after(5*hour, officer("03"), verification.ResumeTask{Task: task(1)})
	s.answer(6*hour, "03", 1)
	s.release(7 * hour)

	got := s.read(headquarters())
	same(t, [...]int64{1, 0, 1, 0, 0, 1, 0, 1, 0}, [...]int64{
		got.Received, got.Open, got.Answered, got.Ended, got.Overdue, got.Tasks, got.Forwarded, got.Answers, got.Returned,
	})
	// Total: 1 h at the desk, 2 h and 1 h at the unit, 2 h at the laboratory, 1 h in review.
	same(t, []statistics.Waiting{
		{Party: "desk", Seconds: 2 * 3600}, {Party: "laboratory", Seconds: 2 * 3600}, {Party: "unit", Seconds: 3 * 3600},
	}, got.Waiting)
	if total := stage(t, got, sla.Total); total.Stopped != 1 || total.OnTime != 1 || !near(7*hour, total.Median) || !near(7*hour, total.P90) {
		t.Errorf("total: %+v", total)
	}
	if review := stage(t, got, sla.Review); review.Stopped != 1 || !near(hour, review.Median) {
		t.Errorf("review: %+v", review)
	}

	unit := s.read(department("03"))
	same(t, [...]int64{1, 0, 1, 0}, [...]int64{unit.Received, unit.Open, unit.Answered, unit.Ended})
	if answer := stage(t, unit, sla.Answer); answer.Stopped != 1 || !near(3*hour, answer.Median) {
		t.Errorf("what is at the laboratory is not the unit's time: %+v", answer)
	}
	same(t, []statistics.Waiting{{Party: "laboratory", Seconds: 2 * 3600}, {Party: "unit", Seconds: 3 * 3600}}, unit.Waiting)
	if slices.ContainsFunc(unit.Stages, func(s statistics.Stage) bool { return s.Name == sla.Total || s.Name == sla.Review }) {
		t.Errorf("a unit answers for its own clocks alone: %v", unit.Stages)
	}
	same(t, statistics.Figures{}, s.read(department("45")))
}

func TestTheMonthIsThatOfTheReceiptInHanoi(t *testing.T) {
	t.Parallel()
	s := submitted(t, func(i *verification.Intake) { i.ReceivedAt = start().Add(31 * time.Minute) })
	for _, c := range s.cells() {
		if c.Cell.Month != "2021-09" {
			t.Errorf("half past midnight on the first of September: %s", c.Cell.Month)
		}
	}
	same(t, []statistics.Month{"2021-11", "2021-12", "2022-01"}, statistics.Months("2021-11", "2022-01"))
	for _, wrong := range []string{"2021-13", "2021-9", "", "2021-09-01", "21-09"} {
		if m, ok := statistics.ParseMonth(wrong); ok {
			t.Errorf("%q is the month %s", wrong, m)
		}
	}
}

func TestLateIsWhatTheRecordHoldsABreachOf(t *testing.T) {
	t.Parallel()
	s := submitted(t) // urgent: acknowledged within an hour, accepted within one
	s.routed(hour, "03")
	late := func() [4]int64 {
		f := s.read(headquarters())
		k := stage(t, f, sla.Acknowledge)
		return [4]int64{k.Stopped, k.OnTime, f.Breaches, f.Overdue}
	}
	n := len(s.request.Breaches)
	if n == 0 {
		t.Fatal("stopped at its due a clock is late")
	}
	same(t, [4]int64{1, 0, int64(n), 0}, late())
	same(t, []statistics.Cause{{Code: "none", Count: int64(n)}}, s.read(headquarters()).Causes)

	s.after(2*hour, desk, verification.ExplainBreach{N: 1, Code: "workload"})
	same(t, true, slices.Contains(s.read(headquarters()).Causes, statistics.Cause{Code: "workload", Count: 1}))
	s.after(2*hour, lead, verification.AnnulBreach{N: 1, Code: "clock_error"})
	same(t, [4]int64{1, 1, int64(n) - 1, 0}, late())
}

func TestWhatRunsOnAfterItsBreachIsOverdue(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03", "45")
	at := 30 * hour // behind every due
	for range 40 {  // as the sweep does
		step, ok := s.clocks.Next(start().Add(at))
		if !ok || step.DueAt.After(start().Add(at)) {
			break
		}
		s.after(at, verification.System(), verification.ReachStep{Step: step})
	}
	same(t, [...]int64{1, 1}, [...]int64{s.read(headquarters()).Open, s.read(headquarters()).Overdue})
	same(t, [...]int64{1, 1}, [...]int64{s.read(department("03")).Open, s.read(department("03")).Overdue})
	all := s.read(statistics.Query{Level: statistics.Department})
	same(t, [...]int64{2, 2}, [...]int64{all.Open, all.Overdue})
	same(t, []statistics.Waiting{{Party: "unit", Now: 1}}, s.read(headquarters()).Waiting)
	s.after(at, lead, verification.Extend{DueAt: start().Add(40 * hour), Code: "workload"})
	s.accept(at, "03", 1)
	s.answer(at, "03", 1)
	same(t, int64(0), s.read(department("03")).Overdue)
	if total := stage(t, s.read(headquarters()), sla.Total); total.Stopped != 0 || total.Owed != 1 || total.Judged() != 1 || total.OnTime != 0 {
		t.Errorf("late is late before it is over, and an extension does not mend the promise that was broken: %+v", total)
	}
	s.after(31*hour, partner, verification.Withdraw{})
	same(t, statistics.Stage{}, s.read(headquarters()).Promise(statistics.Headquarters))
}

func TestWhatWasNotDoneIsNeitherInTimeNorLate(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03", "45")
	s.after(2*time.Minute, officer("03"), verification.DeclineTask{Task: task(1), Code: "no_competence"})
	declined := s.read(department("03"))
	same(t, [...]int64{1, 0, 1}, [...]int64{declined.Received, declined.Answered, declined.Ended})
	same(t, statistics.Stage{}, declined.Promise(statistics.Department))
	s.accept(hour, "45", 2)
	s.answer(2*hour, "45", 2)
	unit := s.read(department("45"))
	if p := unit.Promise(statistics.Department); p.Stopped != 1 || p.OnTime != 1 {
		t.Errorf("who has answered: %+v", p)
	}
	// The partner has nothing yet: headquarters is not measured by what a unit did.
	same(t, statistics.Stage{}, s.read(headquarters()).Promise(statistics.Headquarters))
	s.after(3*hour, partner, verification.Withdraw{})
	same(t, statistics.Stage{}, s.read(headquarters()).Promise(statistics.Headquarters))
}

// stages are those that a place is measured by: how many were done, and how many of them in time.
func (s *story) stages(q statistics.Query) map[sla.Name][2]int64 {
	out := map[sla.Name][2]int64{}
	for _, k := range s.read(q).Stages {
		out[k.Name] = [2]int64{k.Stopped, k.OnTime}
	}
	return out
}

func TestWhatAnEndCutsOffNobodyHasDone(t *testing.T) {
	t.Parallel()
	type counts = map[sla.Name][2]int64
	one := [2]int64{1, 1}
	landing := func(i *verification.Intake) {
		i.PhysicalEvent = &verification.PhysicalEvent{Type: "flight_arrival", At: start().Add(9 * hour)}
	}
	for name, c := range map[string]struct {
		given func(s *story)
		want  counts
		unit  counts // of 03
	}{
		"withdrawn before anybody had it": {func(*story) {}, counts{}, counts{}},
		"claimed and withdrawn": {func(s *story) {
			s.after(time.Minute, desk, verification.Claim{})
		}, counts{sla.Acknowledge: one}, counts{}},
		"withdrawn while the tasks wait": {func(s *story) {
			s.routed(time.Minute, "03", "45")
		}, counts{sla.Acknowledge: one, sla.Route: one}, counts{}},
		"one of two was accepted": {func(s *story) {
			s.routed(time.Minute, "03", "45")
			s.accept(2*time.Minute, "03", 1)
		}, counts{sla.Acknowledge: one, sla.Route: one, sla.Accept: one}, counts{sla.Accept: one}},
		"declined": {func(s *story) {
			s.routed(time.Minute, "03", "45")
			s.after(2*time.Minute, officer("03"), verification.DeclineTask{Task: task(1), Code: "no_competence"})
		}, counts{sla.Acknowledge: one, sla.Route: one, sla.Accept: one}, counts{sla.Accept: one}},
		"an interim answer, and no second": {
			func(s *story) {
				s.routed(time.Minute, "03")
				s.accept(2*time.Minute, "03", 1)
				s.interim(3*time.Minute, "03", 1)
			},
			counts{sla.Acknowledge: one, sla.Route: one, sla.Accept: one, sla.Interim: one, sla.Action: one},
			counts{sla.Accept: one, sla.Interim: one, sla.Action: one},
		},
		"in review": {
			func(s *story) {
				s.routed(time.Minute, "03")
				s.accept(2*time.Minute, "03", 1)
				s.answer(3*time.Minute, "03", 1)
			},
			counts{sla.Acknowledge: one, sla.Route: one, sla.Accept: one, sla.Answer: one, sla.Interim: one, sla.Action: one},
			counts{sla.Accept: one, sla.Answer: one, sla.Interim: one, sla.Action: one},
		},
		"returned, and not answered again": {
			func(s *story) {
				s.routed(time.Minute, "03")
				s.accept(2*time.Minute, "03", 1)
				s.answer(3*time.Minute, "03", 1)
				s.after(4*time.Minute, reviewer, verification.ReturnTask{Task: task(1), Code: "incomplete"})
			},
			counts{sla.Acknowledge: one, sla.Route: one, sla.Accept: one, sla.Answer: one, sla.Interim: one, sla.Action: one, sla.Review: one},
			counts{sla.Accept: one, sla.Answer: one, sla.Interim: one, sla.Action: one},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := submitted(t, landing)
			c.given(s)
			s.after(10*time.Minute, partner, verification.Withdraw{})
			same(t, c.want, s.stages(headquarters()))
			same(t, c.unit, s.stages(department("03")))
		})
	}
}

func TestAllThatLeadsToAnAnswerIsDone(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03")
	s.accept(2*time.Minute, "03", 1)
	s.answer(3*time.Minute, "03", 1)
	s.release(4 * time.Minute)
	one := [2]int64{1, 1}
	same(t, map[sla.Name][2]int64{
		sla.Total: one, sla.Acknowledge: one, sla.Route: one, sla.Accept: one, sla.Answer: one, sla.Interim: one, sla.Review: one,
	}, s.stages(headquarters()))
}

// In records from before the kind of a package had to be true, parts left nothing open, and what was called final did not
// answer the round because an originator was asked.
func TestARoundIsAnsweredByWhatLeftNothingOpenWhateverItWasCalled(t *testing.T) {
	t.Parallel()
	one := [2]int64{1, 1}
	sent := func(s *story, d time.Duration, n int, kind verification.ReleaseKind) {
		given := []verification.PackageQuestion{{N: 1, Result: verification.CannotSay, Code: "no_register"}}
		s.recorded(d, desk, verification.PackagePrepared{Version: n, Kind: kind, Questions: given, Bytes: []byte(`{}`), Hash: "h"})
		s.recorded(d, reviewer, verification.Released{Release: n, Package: n, Hash: "h"})
	}
	begun := func() *story {
		s := submitted(t)
		s.routed(time.Minute, "03")
		s.accept(2*time.Minute, "03", 1)
		s.answer(3*time.Minute, "03", 1)
		return s
	}
	s := begun()
	sent(s, 4*time.Minute, 1, verification.ReleasePartial)
	same(t, verification.Answered, s.request.State)
	same(t, int64(1), s.read(headquarters()).Answered)
	same(t, [2][2]int64{one, one}, [2][2]int64{s.stages(headquarters())[sla.Total], s.stages(headquarters())[sla.Review]})

	s = begun()
	s.recorded(4*time.Minute, reviewer, verification.ConsentAsked{N: 1, Facts: []verification.FactID{"f1"}, Originator: "TH"})
	sent(s, 5*time.Minute, 1, verification.ReleaseFinal)
	same(t, verification.ConsentPending, s.request.State)
	s.after(6*time.Minute, partner, verification.Withdraw{})
	got := s.read(headquarters())
	same(t, [2]int64{0, 1}, [2]int64{got.Answered, got.Ended})
	same(t, [2]int64{}, s.stages(headquarters())[sla.Total])
}

// The round in which the partner was silent gave it nothing: the refusal is that of the next.
func TestARefusalKeepsThePromiseOfItsRoundAlone(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.after(time.Minute, desk, verification.Claim{})
	s.after(time.Minute, desk, verification.AskPartner{Code: "identity", Text: "Which?", ReplyBy: start().Add(hour)})
	s.after(3*hour, verification.System(), verification.ExpireClarification{Due: start().Add(3 * hour)})
	s.after(4*hour, partner, verification.Reopen{Questions: []int{1}, DueAt: start().Add(30 * hour), Receipt: "r2"})
	same(t, [2]int64{}, s.stages(headquarters())[sla.Total])
	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
	s.after(5*hour, desk, verification.ProposeRefusal{Code: "no_legal_basis", Bytes: []byte(`{}`), Hash: hash})
	s.after(5*hour, lead, verification.ApproveRefusal{Hash: hash})
	same(t, [2]int64{1, 1}, s.stages(headquarters())[sla.Total])
}

func TestMonthsAreFewWhateverTheYear(t *testing.T) {
	t.Parallel()
	same(t, []statistics.Month{"9999-12"}, statistics.Months("9999-12", "9999-12"))
}

func TestForwardsAndReturnsAreCountedWhereTheyHappened(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03")
	s.after(time.Hour, officer("03"), verification.AcceptTask{Task: task(1)})
	s.after(time.Hour, officer("03"), verification.ForwardTask{Task: task(1), Unit: "45", Code: "theirs"})
	s.accept(2*time.Hour, "45", 2)
	s.answer(3*time.Hour, "45", 2)
	s.after(4*time.Hour, reviewer, verification.ReturnTask{Task: task(2), Code: "incomplete"})
	s.answer(5*time.Hour, "45", 2)
	rates := func(q statistics.Query) [4]int64 {
		f := s.read(q)
		return [...]int64{f.Tasks, f.Forwarded, f.Answers, f.Returned}
	}
	same(t, [4]int64{2, 1, 2, 1}, rates(headquarters()))
	same(t, [4]int64{1, 1, 0, 0}, rates(department("03")))
	same(t, [4]int64{1, 0, 2, 1}, rates(department("45")))
	same(t, int64(1), s.read(department("03")).Ended)
}

// What was not in the part that went out is asked again in another task: its answer was returned all the same, and the new task
// has clocks of its own.
func TestAReturnAfterAPartIsCounted(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.recorded(0, partner, verification.FollowedUp{
		Round: 2, Questions: []verification.Question{{Round: 2, N: 1, Code: "CON"}, {Round: 2, N: 2, Code: "CON"}}, DueAt: start().Add(24 * hour), Receipt: "r2",
	})
	s.after(time.Minute, desk, verification.Claim{})
	s.after(time.Minute, desk, verification.Route{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}}}})
	s.accept(2*time.Minute, "03", 1)
	unable := verification.QuestionAnswer{N: 1, Result: verification.CannotSay, Code: "no_register"}
	also := unable
	also.N = 2
	s.after(3*time.Minute, officer("03"), verification.AnswerTask{Task: task(1), Final: true, Level: marking.L1, Questions: []verification.QuestionAnswer{unable, also}})
	const hash = "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a" // of {}
	s.after(4*time.Minute, desk, verification.PreparePackage{Kind: verification.ReleasePartial, Bytes: []byte(`{}`), Hash: hash, Questions: []verification.PackageQuestion{
		{N: 1, Result: verification.CannotSay, Code: "no_register"}, {N: 2, Result: verification.Pending},
	}})
	s.after(5*time.Minute, reviewer, verification.ReleasePackage{Hash: hash})
	s.after(6*time.Minute, reviewer, verification.ReturnTask{Task: task(1), Code: "incomplete"})
	for _, name := range []sla.Name{sla.Accept, sla.Answer, sla.Interim} {
		if k, ok := s.clocks.Find(name, task(2)); !ok || k.State == sla.Stopped {
			t.Errorf("no %s runs for the new task", name)
		}
	}
	s.accept(7*time.Minute, "03", 2)
	s.after(8*time.Minute, officer("03"), verification.AnswerTask{Task: task(2), Final: true, Level: marking.L1, Questions: []verification.QuestionAnswer{also}})
	f := s.read(department("03"))
	same(t, [4]int64{2, 2, 1, 2}, [...]int64{f.Tasks, f.Answers, f.Returned, f.Answered})
}

func TestASubDepartmentHasWhatItWasAssigned(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(time.Minute, "03", "A1K2")
	of := func(unit verification.UnitCode, sub string) int64 {
		return s.read(statistics.Query{Level: statistics.SubDepartment, Unit: unit, SubDepartment: sub}).Received
	}
	same(t, int64(0), of("03", ""))
	s.accept(time.Hour, "03", 1)
	s.after(time.Hour, officer("03"), verification.AssignTask{Task: task(1), Officers: []verification.PersonID{"p_03"}, SubDepartment: "03CC"})
	s.accept(time.Hour, "A1K2", 2)
	s.after(time.Hour, officer("A1K2"), verification.AssignTask{Task: task(2), Officers: []verification.PersonID{"p_A1K2"}, SubDepartment: "team 1"})
	same(t, [...]int64{1, 1, 0, 0}, [...]int64{of("03", ""), of("03", "03CC"), of("03", "03CD"), of("45", "")})
	same(t, int64(1), s.read(statistics.Query{Level: statistics.Department}).Received) // A1K2 is headquarters' own
	same(t, int64(2), s.read(headquarters()).Tasks)
	s.after(2*time.Hour, officer("03"), verification.AssignTask{Task: task(1), Officers: []verification.PersonID{"p_03"}, SubDepartment: "03CD"})
	same(t, [...]int64{0, 1}, [...]int64{of("03", "03CC"), of("03", "03CD")})
}

func TestEveryDivisionSumsUpToTheWhole(t *testing.T) {
	t.Parallel()
	s := submitted(t, func(i *verification.Intake) { i.Campaign = "" })
	s.routed(time.Minute, "03")
	for _, by := range []statistics.By{statistics.ByNone, statistics.ByPartner, statistics.ByCampaign, statistics.ByDegree} {
		rows, all := statistics.Sum(statistics.Query{Level: statistics.Department, By: by, From: "2021-08", To: "2021-09"}, s.cells())
		if len(rows) != 1 || all.Figures().Received != 1 {
			t.Errorf("by %s: %v", by, rows)
		}
	}
}

func TestWhatIsSealedCountsNowhere(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*verification.Intake){
		"by its level": func(i *verification.Intake) { i.Level, i.Compartment = marking.L3, "drugs" },
		"never marked": func(i *verification.Intake) { i.Level = marking.Level(0) },
	} {
		if got := submitted(t, change).cells(); len(got) != 0 {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := statistics.Of(nil, verification.Request{}, nil); len(got) != 0 {
		t.Errorf("what was not submitted: %v", got)
	}
}

// No counter names anybody: a store may show them.
func TestACounterNamesNobody(t *testing.T) {
	t.Parallel()
	s := submitted(t)
	s.routed(hour, "03", "45")
	s.after(2*hour, desk, verification.ExplainBreach{N: 1, Code: "Mr Tran | said\nso"})
	for _, c := range s.cells() {
		for name := range c.Counts {
			if said := fmt.Sprint(name); strings.ContainsAny(said, " |\n") || strings.Contains(said, "03") && !strings.HasPrefix(said, "took:") || strings.Contains(said, "Tran") {
				t.Errorf("counter %q", said)
			}
		}
	}
}

// The contract's lists are this package's.
func TestTheVocabulariesAreThoseOfTheContract(t *testing.T) {
	t.Parallel()
	enum := func(schema, property string) []string {
		text, err := schemas.FS.ReadFile(schema + ".json")
		if err != nil {
			t.Fatal(err)
		}
		var s struct {
			Properties map[string]struct{ Enum []string }
		}
		if err := json.Unmarshal(text, &s); err != nil {
			t.Fatal(err)
		}
		return s.Properties[property].Enum
	}
	same(t, append([]string{"none"}, enum("breach-cause", "code")...), statistics.Causes())
	same(t, enum("statistics-waiting", "party"), statistics.Parties())
	var stages []string
	for _, name := range statistics.Stages() {
		stages = append(stages, string(name))
	}
	same(t, enum("statistics-stage", "stage"), stages)
}
