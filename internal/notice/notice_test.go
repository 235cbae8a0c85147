package notice_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/notice"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Answer has 18 h: 9 h, 13 h 30, 16 h 12, 18 h and 22 h 30. Each step is told one rung higher, and all stay open while
// the clock runs: who was told first is not relieved by who is told later.
func TestANeglectedTaskClimbsTheWholeLadder(t *testing.T) {
	t.Parallel()
	for _, policy := range []string{"1", "2"} {
		s := routed(t, policy, verification.Urgent)
		s.after(time.Minute, officer, verification.AcceptTask{Task: task})
		for at := 30 * time.Minute; at <= 22*hour+30*time.Minute; at += 6 * time.Minute {
			s.sweep(at)
		}
		s.want(sla.Answer, "answer 50 [unit_officer]", "answer 75 [unit_lead]", "answer 90 [desk]", "answer 100 [lead]", "answer 125 [headquarters]")
		for percent, after := range map[int]time.Duration{
			50: 9 * hour, 75: 13*hour + 30*time.Minute, 90: 16*hour + 12*time.Minute, 100: 18 * hour, 125: 22*hour + 30*time.Minute,
		} {
			n := s.one(sla.Answer, percent)
			if !n.Step.DueAt.Equal(s.start.Add(after)) || !n.At.Equal(s.start.Add(after)) || !n.DueAt.Equal(s.start.Add(18*hour)) {
				t.Errorf("%d: %+v", percent, n)
			}
			if n.Unit != "03" || n.ChargedTo != "unit:03" || n.Step.Task != task || n.ToUnit() != (percent < 90 || percent == 100) {
				t.Errorf("%d: %+v", percent, n) // of the breach the officer is asked for the cause
			}
		}
		if top, ok := notice.Top(s.notices); !ok || top.Highest() != sla.RungHeadquarters || top.Step.Clock != "interim" {
			t.Errorf("climbed to %+v", top) // interim was beyond at 10 h already
		}
	}
}

// Flash has no step at 50: who would have been told then is told at 75, of an answer within 6 h that is 4 h 30.
func TestAFlashTellsOfficerAndLeadAtOnce(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Flash)
	s.sweep(3 * hour)
	s.want(sla.Answer)
	s.sweep(4*hour + 30*time.Minute)
	s.want(sla.Answer, "answer 75 [unit_officer unit_lead]")
	if n := s.one(sla.Answer, 75); n.Lowest() != sla.RungUnitOfficer || !n.ToUnit() {
		t.Errorf("%+v", n)
	}
}

// The sweep slept until 17 h: of answer only 90 per cent, due at 16 h 12, is on record, and of accept its breach and
// what is beyond it. Whom the steps between would have told is told with them.
func TestOfStepsThatAreRecordedLateOnlyTheLatestIsTold(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	s.sweep(17 * hour)
	s.want(sla.Answer, "answer 90 [unit_officer unit_lead desk]")
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead]", "accept 125 [headquarters]")
	n := s.one(sla.Answer, 90)
	if !n.Step.DueAt.Equal(s.start.Add(16*hour+12*time.Minute)) || !n.At.Equal(s.start.Add(17*hour)) {
		t.Errorf("due and recorded: %+v", n)
	}
}

func TestWhatStopsTheClockSettlesItsNotices(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	s.sweep(13*hour + 30*time.Minute)
	s.after(14*hour, officer, answer())
	s.want(sla.Answer, "answer 75 [unit_officer unit_lead] stopped")
	if n := s.one(sla.Answer, 75); !n.Settled.At.Equal(s.start.Add(14 * hour)) {
		t.Errorf("%+v", n.Settled)
	}
}

// The desk's ladder tells the desk at 50 and 75 and the lead at 90 and 100: of 24 h, 12, 18, 21 h 36.
func TestALaterStepThatTellsTheSameRungReplacesTheEarlier(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	s.sweep(12 * hour)
	s.want(sla.Total, "total 50 [desk]")
	s.sweep(18 * hour)
	s.sweep(21*hour + 36*time.Minute)
	s.want(sla.Total, "total 50 [desk] later_step", "total 75 [desk]", "total 90 [lead]")
}

func TestAHoldThatStandsStillAddsNothingAndSettlesNothing(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	s.sweep(9 * hour)
	s.after(10*hour, officer, verification.HoldTask{Task: task, Code: "laboratory", Evidence: "e", ReviewAt: s.start.Add(3 * day)})
	s.sweep(23 * hour)
	s.want(sla.Answer, "answer 50 [unit_officer]")
	s.after(23*hour, officer, verification.ResumeTask{Task: task}) // 8 h are left: due at 31 h, 75 per cent at 26 h 30
	if n := s.one(sla.Answer, 50); !n.DueAt.Equal(s.start.Add(31*hour)) || !n.Open() {
		t.Errorf("%+v", n)
	}
	s.sweep(26*hour + 30*time.Minute)
	s.want(sla.Answer, "answer 50 [unit_officer]", "answer 75 [unit_lead]")
}

// Held from 10 h on, and rejected at 23 h: as if never paused, the answer ran out at 18 h and is told now.
func TestARejectedHoldIsToldWithTheTimeAtWhichItRanOut(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	s.after(10*hour, officer, verification.HoldTask{Task: task, Code: "laboratory", Evidence: "e", ReviewAt: s.start.Add(3 * day)})
	s.after(23*hour, lead, verification.RejectHold{Task: task, Code: "no_evidence"})
	n := s.one(sla.Answer, 100)
	if !n.Step.DueAt.Equal(s.start.Add(18*hour)) || !n.At.Equal(s.start.Add(23*hour)) || !n.CauseDueAt.Equal(s.start.Add(47*hour)) {
		t.Errorf("%+v", n)
	}
}

// Lowered at 19 h to routine: steps begin again, and those told of the old promises are settled. That the answer had run
// out at 18 h is told in the same decision, of the unit, and stays open for its cause.
func TestAChangeOfDegreeSettlesWhatItsPromiseReplaces(t *testing.T) {
	t.Parallel()
	s := routed(t, "1", verification.Urgent)
	s.after(time.Minute, officer, verification.AcceptTask{Task: task})
	s.sweep(13*hour + 30*time.Minute)
	s.want(sla.Total, "total 50 [desk]")
	s.after(19*hour, lead, verification.ChangeDegree{Degree: verification.Routine, Code: "other"})
	s.want(sla.Total, "total 50 [desk] new_promise")
	s.want(sla.Answer, "answer 75 [unit_officer unit_lead] new_promise", "answer 100 [desk lead]")
	if n := s.one(sla.Answer, 100); n.ChargedTo != "unit:03" || n.Asked != sla.RungUnitOfficer || !n.CauseDueAt.Equal(s.start.Add(43*hour)) {
		t.Errorf("%+v", n)
	}
}

// The answer comes at 19 h, an hour late: one decision stops the clock and records the breach, whose cause is due a day
// later.
func TestABreachIsOpenUntilItIsExplainedAlthoughItsClockHasStopped(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	s.after(19*hour, officer, answer())
	n := s.one(sla.Answer, 100)
	if !n.Open() || n.Breach == 0 || n.Lowest() != sla.RungUnitOfficer || n.Highest() != sla.RungLead || !n.CauseDueAt.Equal(s.start.Add(43*hour)) {
		t.Fatalf("%+v", n)
	}
	s.sweep(31 * hour)
	s.want(sla.RedCause, "red_cause 50 [unit_officer]", "red_cause 50 [unit_officer]") // interim was late as well
	s.after(32*hour, officer, verification.ExplainBreach{N: n.Breach, Code: "workload"})
	s.want(sla.Answer, "answer 100 [unit_officer unit_lead desk lead] explained")
	if n := s.one(sla.Answer, 100); !n.CauseDueAt.IsZero() || !n.Settled.At.Equal(s.start.Add(32*hour)) {
		t.Errorf("%+v", n)
	}
	open := 0
	for _, n := range s.notices {
		if n.Step.Clock == "red_cause" && n.Open() {
			open++
		}
	}
	if open != 1 {
		t.Errorf("%d questions for a cause are open: %q", open, s.said(""))
	}
}

// Nobody says why accept was late at 2 h: officer, unit lead and desk are reminded in the day that follows, and then
// headquarters is told, although the lead was told of the breach.
func TestACauseThatStaysMissingClimbsAboveTheLead(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	s.sweep(2 * hour)
	s.after(2*hour+time.Minute, officer, verification.AcceptTask{Task: task})
	s.after(2*hour+2*time.Minute, partner, verification.Withdraw{}) // an end excuses nobody
	for at := 3 * hour; at <= 33*hour; at += 12 * time.Minute {
		s.sweep(at)
	}
	s.want(sla.RedCause, "red_cause 50 [unit_officer]", "red_cause 75 [unit_lead]", "red_cause 90 [desk]",
		"red_cause 100 [headquarters] later_step", "red_cause 125 [headquarters]")
	if n := s.one(sla.RedCause, 125); n.Breach != 1 || n.Asked != "" || !n.CauseDueAt.IsZero() {
		t.Errorf("%+v", n) // of the breach that is to be explained, and no cause is asked for the cause
	}
	if top, ok := notice.Top(s.notices); !ok || top.Highest() != sla.RungHeadquarters {
		t.Errorf("climbed to %+v", top)
	}
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead]")
	s.after(34*hour, officer, verification.ExplainBreach{N: 1, Code: "staffing"})
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead] explained")
	for _, n := range s.notices {
		if n.Step.Clock == "red_cause" && n.Open() {
			t.Errorf("still open: %+v", n)
		}
	}
}

func TestABreachThatWasWrongIsAnnulledWithWhatCameAfterIt(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	s.sweep(2 * hour)
	s.sweep(2*hour + 30*time.Minute)
	s.after(3*hour, lead, verification.AnnulBreach{N: 1, Code: "system_outage"})
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead] annulled", "accept 125 [headquarters] annulled")
}

// What was told before the breach was right.
func TestAWarningStaysWhenTheBreachIsAnnulled(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	for at := time.Hour; at <= 2*hour; at += 6 * time.Minute {
		s.sweep(at)
	}
	s.after(3*hour, lead, verification.AnnulBreach{N: 1, Code: "system_outage"})
	s.want(sla.Accept, "accept 50 [unit_officer]", "accept 75 [unit_lead]", "accept 90 [desk]", "accept 100 [lead] annulled")
}

func TestABreachIsAnnulledForItsOwnPromiseOnly(t *testing.T) {
	t.Parallel()
	of := verification.Step{Clock: "accept", Task: task, Round: 1, Promise: 1, Percent: 100}
	for name, change := range map[string]func(*verification.Step){
		"another clock": func(s *verification.Step) { s.Clock = "answer" }, "another task": func(s *verification.Step) { s.Task = verification.TaskID(id + "-02") },
		"another round": func(s *verification.Step) { s.Round = 2 }, "another promise": func(s *verification.Step) { s.Promise = 2 },
	} {
		other := of
		change(&other)
		d := notice.Decided{Rules: rules(t), Request: verification.Request{Breaches: []verification.Breach{{Step: of, Annulled: true}, {Step: other}}}}
		told := func(s verification.Step, n int) notice.Notice {
			return notice.Notice{Step: s, Told: []sla.Rung{sla.RungLead}, Asked: sla.RungUnitOfficer, Breach: n}
		}
		all := notice.Next([]notice.Notice{told(of, 1), told(other, 2)}, d)
		if len(all) != 2 || all[0].Settled.By != notice.Annulled || !all[1].Open() {
			t.Errorf("%s: %+v", name, all)
		}
	}
}

// Two units have a task each, and neither takes it.
func TestWhatBecomesOfOneTaskLeavesTheNoticesOfAnother(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent, "45")
	s.sweep(2 * hour)
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead]", "accept 100 [unit_officer unit_lead desk lead]")
	s.after(3*hour, lead, verification.AnnulBreach{N: 1, Code: "system_outage"})
	s.want(sla.Accept, "accept 100 [unit_officer unit_lead desk lead] annulled", "accept 100 [unit_officer unit_lead desk lead]")
	if n := s.notices[len(s.notices)-1]; n.Breach != 2 || n.Unit != "45" {
		t.Errorf("open is %+v", n)
	}
}

func TestNobodyIsToldWhatAPartnerOwes(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	s.after(time.Minute, officer, verification.AcceptTask{Task: task})
	s.after(2*time.Minute, desk, verification.Claim{})
	s.after(3*time.Minute, desk, verification.AskPartner{Code: "which", Text: "Which?", ReplyBy: s.start.Add(12 * hour)})
	s.sweep(13 * hour)
	if s.want(""); s.request.Asked.RemindedAt.IsZero() {
		t.Error("the partner was not reminded")
	}
}

// A record may hold a step of a clock that its rules do not make: the desk hears of it, and nobody where no ladder is known.
func TestAStepOfAClockThatNobodyKnowsIsTheDesks(t *testing.T) {
	t.Parallel()
	step := verification.Step{Clock: "total", Round: 1, Promise: 7, Percent: 100, DueAt: received()}
	for policy, want := range map[string]int{sla.PolicyVersion: 1, "none": 0} {
		d := notice.Decided{Rules: rules(t), Request: verification.Request{Intake: verification.Intake{Policy: policy, Degree: verification.Urgent}}}
		d.Decision = verification.Decision{Stamp: verification.Stamp{At: received()}, Events: []verification.Event{verification.StepReached{Step: step}}}
		all := notice.Next(nil, d)
		if len(all) != want || want == 1 && (all[0].ChargedTo != sla.ChargedDesk || all[0].Highest() != sla.RungLead || all[0].Settled.By != notice.NewPromise) {
			t.Errorf("by policy %s: %+v", policy, all)
		}
	}
}

// Consents and recalls are numbered as breaches are.
func TestTheCauseIsDueByTheClockThatWaitsForIt(t *testing.T) {
	t.Parallel()
	due := received().Add(day)
	clock := func(name sla.Name, item int, due time.Time) *sla.Clock {
		return &sla.Clock{Name: name, Round: 1, Promise: 1, Item: item, State: sla.Running, DueAt: due}
	}
	d := notice.Decided{
		Rules: rules(t), Request: verification.Request{Breaches: []verification.Breach{{}}},
		After: sla.Clocks{clock(sla.Consent, 1, due.Add(hour)), clock(sla.RedCause, 2, due.Add(2*hour)), clock(sla.RedCause, 1, due)},
	}
	all := notice.Next([]notice.Notice{{Step: verification.Step{Clock: "accept"}, Told: []sla.Rung{sla.RungLead}, Asked: sla.RungUnitOfficer, Breach: 1}}, d)
	if len(all) != 1 || !all[0].CauseDueAt.Equal(due) {
		t.Errorf("%+v", all)
	}
}

func TestANoticeIsOfItsKind(t *testing.T) {
	t.Parallel()
	for percent, want := range map[int]notice.Kind{50: notice.Warning, 99: notice.Warning, 100: notice.Breach, 101: notice.Beyond, 125: notice.Beyond} {
		if got := (notice.Notice{Step: verification.Step{Percent: percent}}).Kind(); got != want {
			t.Errorf("%d: %s", percent, got)
		}
	}
}

func TestTheTopIsTheHighestRungThenTheLatestStepThenTheFirst(t *testing.T) {
	t.Parallel()
	of := func(round, percent int, told ...sla.Rung) notice.Notice {
		return notice.Notice{Step: verification.Step{Round: round, Percent: percent}, Told: told}
	}
	over := of(9, 125, sla.RungHeadquarters)
	over.Settled.By = notice.Stopped
	officer, lead := of(1, 125, sla.RungUnitOfficer), of(2, 100, sla.RungDesk, sla.RungLead)
	for name, c := range map[string]struct {
		all  []notice.Notice
		want int // the round; 0: none
	}{
		"nothing": {nil, 0}, "nothing open": {[]notice.Notice{over}, 0}, "one": {[]notice.Notice{officer}, 1},
		"the rung before the step": {[]notice.Notice{officer, lead}, 2}, "whatever the order": {[]notice.Notice{lead, over, officer}, 2},
		"the later step":  {[]notice.Notice{lead, of(3, 125, sla.RungLead)}, 3},
		"the first":       {[]notice.Notice{lead, of(3, 100, sla.RungLead)}, 2},
		"also of a third": {[]notice.Notice{officer, lead, of(3, 90, sla.RungHeadquarters)}, 3},
	} {
		if top, ok := notice.Top(c.all); ok != (c.want > 0) || top.Step.Round != c.want {
			t.Errorf("%s: %v, %+v", name, ok, top)
		}
	}
}

func TestNoticesAreTheSameWheneverTheyAreFolded(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	for at := hour; at < 30*hour; at += 17 * time.Minute {
		s.sweep(at)
	}
	s.after(30*hour, officer, verification.ExplainBreach{N: 1, Code: "workload"})
	s.after(31*hour, lead, verification.ChangeDegree{Degree: verification.Complex, Code: "other"})
	if diff := cmp.Diff(s.notices, s.again()); diff != "" || len(s.notices) < 10 {
		t.Errorf("%d notices, folded again:\n%s", len(s.notices), diff)
	}
	ids := map[string]bool{}
	for _, n := range s.notices {
		ids[n.ID(id)] = true
	}
	if len(ids) != len(s.notices) {
		t.Errorf("%d ids for %d notices", len(ids), len(s.notices))
	}
}

// The id is a promise to whoever keeps it: it may never change.
func TestTheIDOfANoticeIsForEver(t *testing.T) {
	t.Parallel()
	n := notice.Notice{Step: verification.Step{Clock: "answer", Task: task, Round: 1, Promise: 2, Percent: 100}}
	if got, want := n.ID(id), "0123456789abcdefghjkmnpqrs-k94e0gkwvdze"; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}

// Of a request that is over the last two are kept, the breach that was explained among them.
func TestOfARequestThatIsOverLittleIsKept(t *testing.T) {
	t.Parallel()
	s := routed(t, sla.PolicyVersion, verification.Urgent)
	s.sweep(2 * hour)
	s.after(3*hour, partner, verification.Withdraw{})
	for at := 3 * hour; at <= 25*hour; at += 12 * time.Minute {
		s.sweep(at)
	}
	s.want("", "accept 100 [unit_officer unit_lead desk lead]", "red_cause 50 [unit_officer]", "red_cause 75 [unit_lead]", "red_cause 90 [desk]")
	s.after(25*hour, officer, verification.ExplainBreach{N: 1, Code: "workload"})
	s.want("", "accept 100 [unit_officer unit_lead desk lead] explained", "red_cause 90 [desk] stopped")
}

// Eight that are settled are kept, and those for a week.
func TestWhatIsSettledIsKeptForAWhile(t *testing.T) {
	t.Parallel()
	s := accepted(t, verification.Urgent)
	for at := hour; at < 23*hour; at += 12 * time.Minute {
		s.sweep(at)
	}
	for n := range s.request.Breaches {
		s.after(23*hour, officer, verification.ExplainBreach{N: n + 1, Code: "workload"})
	}
	s.after(23*hour, officer, answer())
	settled := func() (n int) {
		for _, of := range s.notices {
			if !of.Open() {
				n++
			}
		}
		return n
	}
	if settled() != 8 {
		t.Errorf("kept %d: %q", settled(), s.said(""))
	}
	s.after(8*day, desk, verification.AddNote{Text: "n"})
	if settled() != 0 {
		t.Errorf("kept after a week: %q", s.said(""))
	}
}
