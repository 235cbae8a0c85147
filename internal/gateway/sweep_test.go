package gateway_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func tick(t testing.TB, g *gateway.Gateway, id verification.RequestID) gateway.Ticked {
	t.Helper()
	ticked, err := g.Tick(t.Context(), id)
	if err != nil {
		t.Fatalf("tick: %v", err)
	}
	return ticked
}

// unhurried is S01 without the ship: no clock that nothing pauses runs at the unit.
func unhurried(w *gatewaytest.World, key string) verification.RequestID {
	w.Helper()
	return w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", map[string]any{"urgency.physical_event": nil})).ID
}

// decisions are those on a request, oldest first.
func decisions(t testing.TB, w *gatewaytest.World, id verification.RequestID) []verification.Decision {
	t.Helper()
	entries, err := w.Log.Read(t.Context(), record.Request(string(id)))
	if err != nil {
		t.Fatal(err)
	}
	var out []verification.Decision
	for _, e := range entries {
		out = append(out, e.Decision)
	}
	return out
}

// lastly are the kinds of events of the last decision.
func lastly(t testing.TB, w *gatewaytest.World, id verification.RequestID) []string {
	t.Helper()
	all := decisions(t, w, id)
	var kinds []string
	for _, e := range all[len(all)-1].Events {
		kinds = append(kinds, e.EventKind())
	}
	return kinds
}

func TestATickRecordsAWarningAndABreachWithDueAndDetection(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID // accept within 2 hours
	w.Clock.Move(time.Hour - time.Second)
	if got := tick(t, w.Gateway, id); got != (gateway.Ticked{}) {
		t.Errorf("before its time: %+v", got)
	}
	w.Clock.Move(time.Second)
	if got := tick(t, w.Gateway, id); got != (gateway.Ticked{Steps: 1}) {
		t.Errorf("at its time: %+v", got)
	}
	w.Clock.Move(time.Hour + 10*time.Minute)
	if got := tick(t, w.Gateway, id); got != (gateway.Ticked{Steps: 1, Late: 10 * time.Minute}) {
		t.Errorf("late: %+v", got)
	}
	r := w.Latest()[string(id)].Request
	if len(r.Breaches) != 1 || len(r.Steps) != 1 || r.Steps[0].Percent != 50 {
		t.Fatalf("steps %+v, breaches %+v", r.Steps, r.Breaches)
	}
	if b := r.Breaches[0]; !b.Step.DueAt.Equal(gatewaytest.Night().Add(2*time.Hour)) || !b.DetectedAt.Equal(w.Clock.Now()) {
		t.Errorf("breach %+v", b)
	}
	all := decisions(t, w, id)
	if by := all[len(all)-1].By; !by.Has(verification.RoleSystem) || by.Person != "" {
		t.Errorf("recorded by %+v", by)
	}
	end, _ := w.Journal.Last(t.Context())
	tick(t, w.Gateway, id)
	tick(t, w.Another(), id)
	if again, _ := w.Journal.Last(t.Context()); again != end {
		t.Errorf("ticking again wrote %d messages", end.Lacks(again))
	}
}

func TestAfterADowntimeOneDecisionHoldsAllThatIsDue(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := unhurried(w, "k")
	w.Clock.Move(9 * 24 * time.Hour)
	end, _ := w.Journal.Last(t.Context())
	tick(t, w.Another(), id)
	if now, _ := w.Journal.Last(t.Context()); now.Count() != end.Count()+1 {
		t.Fatalf("%d messages", end.Lacks(now))
	}
	r := w.Latest()[string(id)].Request
	for _, s := range r.Steps {
		if s.Percent != 125 {
			t.Errorf("a warning that the breach has overtaken: %+v", s)
		}
	}
	if len(r.Breaches) != 4 || len(r.Steps) != 4 { // accept, interim, answer, total
		t.Errorf("%d breaches, %d steps", len(r.Breaches), len(r.Steps))
	}
	if rows := w.Rows(id); !rows.Due.After(w.Clock.Now()) {
		t.Errorf("the next step is due %s, now is %s", rows.Due, w.Clock.Now())
	}
}

func TestATickOfAPausedAStoppedOrAMovedClockYieldsNothing(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := unhurried(w, "k")
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept) // accept has stopped
	w.DoTask(gatewaytest.Officer("03"), access.OpHoldTask, id, 1, func(task verification.TaskID) verification.Command {
		return verification.HoldTask{Task: task, Code: "laboratory"}
	})
	w.Do(gatewaytest.Lead(), access.OpExtendPromise, id, verification.Extend{DueAt: w.Clock.Now().Add(20 * 24 * time.Hour), Code: "laboratory"})
	w.Clock.Move(5 * 24 * time.Hour) // total has moved, answer and interim are paused
	if got := tick(t, w.Gateway, id); got.Steps != 0 {
		t.Errorf("recorded %v", lastly(t, w, id))
	}
}

// asked is a request on which the partner was asked something, and the limit of the reply.
func asked(t *testing.T, w *gatewaytest.World) (verification.RequestID, time.Duration) {
	t.Helper()
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	v, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpAskPartner), id, verification.AskPartner{Code: "identity", Text: "Which?"})
	if err != nil {
		t.Fatal(err)
	}
	return id, v.Request.Asked.ReplyBy.Sub(w.Clock.Now())
}

// Row 8.
func TestAPartnerWhoDoesNotReplyIsRemindedAndThenTheRequestExpires(t *testing.T) {
	t.Parallel()
	w := still(t)
	id, limit := asked(t, w)
	before := w.Rows(id).Partner
	w.Clock.Move(limit)
	tick(t, w.Gateway, id)
	if after := w.Rows(id).Partner; after.View == before.View || !after.UpdatedAt.Equal(w.Clock.Now()) {
		t.Errorf("the partner was not reminded: %+v", after)
	}
	if got := lastly(t, w, id); !slices.Equal(got, []string{"partner_reminded.v1"}) {
		t.Fatalf("at the limit: %v", got)
	}
	w.Clock.Move(limit - time.Second)
	if tick(t, w.Gateway, id).Steps != 0 {
		t.Errorf("before twice the limit: %v", lastly(t, w, id))
	}
	w.Clock.Move(time.Second)
	tick(t, w.Another(), id)
	if r := w.Latest()[string(id)].Request; r.State != verification.Expired || r.Status() != verification.StatusExpired {
		t.Errorf("at twice the limit it is %s, %s to the partner", r.State, r.Status())
	}
	if rows := w.Rows(id); !rows.Due.IsZero() {
		t.Errorf("an expired request is due %s", rows.Due)
	}
}

func TestAReplyIsAskedForByATimeToCome(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	_, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpAskPartner), id,
		verification.AskPartner{Code: "identity", Text: "Which?", ReplyBy: w.Clock.Now()})
	violated(t, err, "/reply_by", "out_of_range")
}

// Row 14.
func TestAConsentThatNobodyGivesExpires(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	r := w.Latest()[string(id)].Request
	fact := r.Tasks[0].Answers[0].Questions[0].Facts[0].ID
	v := w.Do(gatewaytest.Reviewer(), access.OpAskConsent, id, verification.AskConsent{Facts: []verification.FactID{fact}, Originator: "TH", Text: "May we?"})
	c, ok := v.Clocks.Find(sla.Consent, "")
	if !ok || v.Request.State != verification.ConsentPending {
		t.Fatalf("%s, %+v", v.Request.State, c)
	}
	w.Clock.Set(c.DueAt)
	tick(t, w.Another(), id)
	r = w.Latest()[string(id)].Request
	if r.State != verification.InReview || r.Consents[0].State != verification.ConsentExpired {
		t.Errorf("it is %s, the ask %+v", r.State, r.Consents[0])
	}
}

// Row 18.
func TestAnAnswerOfWhichNothingIsHeardIsClosedUnlessRecalled(t *testing.T) {
	t.Parallel()
	w := still(t)
	silent, recalled := w.Released("k"), w.Released("l")
	if _, err := w.Gateway.Recall(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpRecallVersion), recalled, 1, "wrong_person", "x"); err != nil {
		t.Fatal(err)
	}
	w.Clock.Move(14*24*time.Hour - time.Second)
	if tick(t, w.Gateway, silent); w.Latest()[string(silent)].Request.State != verification.Answered {
		t.Error("closed too early")
	}
	w.Clock.Move(time.Second)
	tick(t, w.Gateway, silent)
	tick(t, w.Gateway, recalled)
	all := w.Latest()
	if r := all[string(silent)].Request; r.State != verification.Closed {
		t.Errorf("the silent one is %s", r.State)
	}
	if r := all[string(recalled)].Request; r.State != verification.Answered {
		t.Errorf("the recalled one is %s", r.State)
	}
}

// What was recalled and found above the ceiling has no content, and nothing can replace it.
func TestARecalledAnswerThatIsErasedIsClosedBySilence(t *testing.T) {
	t.Parallel()
	w := still(t)
	for _, found := range []bool{true, false} {
		id := w.Released(fmt.Sprint("k", found))
		steps := []func() error{
			func() error {
				_, err := w.Gateway.Recall(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpRecallVersion), id, 1, "wrong_person", "x")
				return err
			},
			func() error {
				_, err := w.Gateway.Do(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpDeclareAboveCeiling), id, verification.FindAboveCeiling{Code: "state_secret"})
				return err
			},
		}
		if found {
			slices.Reverse(steps)
		}
		for _, step := range steps {
			if err := step(); err != nil {
				t.Fatal(err)
			}
			w.Clock.Move(time.Hour)
		}
		w.Clock.Move(14 * 24 * time.Hour)
		tick(t, w.Gateway, id)
		if r := w.Latest()[string(id)].Request; r.State != verification.Closed {
			t.Errorf("found first: %t: it is %s", found, r.State)
		}
	}
}

func TestOfManyTicksAtOnceOverTwoGatewaysOneRecords(t *testing.T) {
	t.Parallel()
	w := still(t)
	gateways := []*gateway.Gateway{w.Gateway, w.Another()}
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.Clock.Move(3 * time.Hour)
	var all sync.WaitGroup
	for i := range 16 {
		all.Go(func() {
			if _, err := gateways[i%2].Tick(t.Context(), id); err != nil {
				t.Errorf("tick: %v", err)
			}
		})
	}
	all.Wait()
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 2 {
		t.Errorf("%d messages, want 2", end)
	}
}

func TestAGatewayThatIsBehindFindsWhatIsDueInTheRecord(t *testing.T) {
	t.Parallel()
	w := still(t) // nothing tells one gateway of what the other has recorded
	other := w.Another()
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	task := verification.NewTaskID(id, 1)
	do := func(g *gateway.Gateway, op access.Operation, c verification.Command) {
		t.Helper()
		_, err := g.DoTask(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), op), task, c)
		want(t, err, nil)
	}
	do(w.Gateway, access.OpAcceptTask, verification.AcceptTask{Task: task})
	_, clocks, _, err := board.Fold(w.Rules, decisions(t, w, id)...)
	want(t, err, nil)
	interim := clocks[slices.IndexFunc(clocks, func(c *sla.Clock) bool { return c.Name == sla.Interim })]
	w.Clock.Set(interim.DueAt)
	do(w.Gateway, access.OpHoldTask, verification.HoldTask{Task: task, Code: "laboratory"})
	tick(t, w.Gateway, id) // of what does not stand
	do(other, access.OpResumeTask, verification.ResumeTask{Task: task})
	if tick(t, w.Gateway, id).Steps == 0 {
		t.Error("the interim answer is due, and nothing was recorded")
	}
}

func TestATickOfWhatIsNotInTheRecordIsAnError(t *testing.T) {
	t.Parallel()
	w := still(t)
	_, err := w.Gateway.Tick(t.Context(), "0123456789abcdefghjkmnpqrs")
	want(t, err, gateway.ErrHidden)
}

func TestNoStepChangesWhatThePartnerSees(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	before := w.Rows(id).Partner
	w.Clock.Move(30 * time.Hour)
	if tick(t, w.Gateway, id).Steps == 0 {
		t.Fatal("nothing was recorded")
	}
	if after := w.Rows(id).Partner; after != before {
		t.Errorf("the partner's row was %+v and is %+v", before, after)
	}
}

// Whatever two gateways tick, when and in what order, among the work of others: each step is recorded at most once,
// never before its due, and after a last tick no clock is past its due without a breach.
func TestTicksInAnyOrderRecordEachStepOnceAndMissNone(t *testing.T) {
	t.Parallel()
	w := still(t)
	gateways := []*gateway.Gateway{w.Gateway, w.Another()}
	requests := 0
	rapid.Check(t, func(rt *rapid.T) {
		requests++
		id := w.Submit(gatewaytest.Partner("NG"), fmt.Sprint("k", requests), w.Example("S01", nil)).ID
		task := verification.NewTaskID(id, 1)
		for range rapid.IntRange(1, 12).Draw(rt, "acts") {
			w.Clock.Move(time.Duration(rapid.Int64Range(0, int64(9*time.Hour)).Draw(rt, "silence")))
			g := gateways[rapid.IntRange(0, 1).Draw(rt, "gateway")]
			unit := func(op access.Operation, c verification.Command) {
				_, _ = g.DoTask(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), op), task, c) // may be refused
			}
			switch rapid.IntRange(0, 9).Draw(rt, "act") {
			case 0:
				unit(access.OpAcceptTask, verification.AcceptTask{Task: task})
			case 1:
				unit(access.OpHoldTask, verification.HoldTask{Task: task, Code: "laboratory"})
			case 2:
				unit(access.OpResumeTask, verification.ResumeTask{Task: task})
			case 3:
				extend := verification.Extend{DueAt: w.Clock.Now().Add(40 * time.Hour), Code: "laboratory"}
				_, _ = g.Do(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpExtendPromise), id, extend)
			default:
				tick(t, g, id)
			}
		}
		w.Clock.Move(time.Duration(rapid.Int64Range(0, int64(40*24*time.Hour)).Draw(rt, "long silence")))
		tick(t, gateways[0], id)
		checkSteps(rt, w, id)
	})
}

func checkSteps(t *rapid.T, w *gatewaytest.World, id verification.RequestID) {
	once := map[verification.Step]bool{}
	history := decisions(w.TB, w, id)
	for _, d := range history {
		for _, e := range d.Events {
			var step verification.Step
			switch e := e.(type) { //nolint:gochecksumtype // steps alone are looked at
			case verification.StepReached:
				step = e.Step
			case verification.Breached:
				step = e.Step
			default:
				continue
			}
			if step.DueAt.After(d.At) {
				t.Fatalf("%+v was recorded at %s", step, d.At)
			}
			if step.DueAt = (time.Time{}); once[step] {
				t.Fatalf("%+v was recorded twice", step)
			}
			once[step] = true
		}
	}
	_, clocks, _, err := board.Fold(w.Rules, history...)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range clocks {
		step := c.Step(sla.Mark{Percent: 100})
		if c.State == sla.Running && !w.Clock.Now().Before(c.DueAt) && !once[step] {
			t.Fatalf("%s was due %s, and at %s no breach is recorded", c.Name, c.DueAt, w.Clock.Now())
		}
	}
}
