package gateway_test

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/receipt"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func TestIfMatchOfAnOlderVersionIsStale(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpClaimRequest, "c", []byte(`{}`))
	call.Match = func(v gateway.View) bool { return v.Request.Version == 1 }
	if _, err := w.Gateway.Do(t.Context(), call, id, verification.Claim{}); err != nil {
		t.Fatal(err)
	}
	_, err := w.Gateway.Do(t.Context(), call, id, verification.Claim{})
	want(t, err, nil) // a repeat is found before its version is compared
	call.Key = "d"
	_, err = w.Gateway.Do(t.Context(), call, id, verification.Claim{})
	want(t, err, gateway.ErrStale)
}

func TestAFollowUpIsARoundWithAReceiptOfItsOwn(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Released("k")
	w.Pull(gatewaytest.Partner("NG"), id)
	w.Clock.Move(48 * time.Hour)
	body := []byte(`{"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["s1"]}]}`)
	call := gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpFollowUp, "f", body)
	c, v, err := w.Gateway.FollowUp(t.Context(), call, id)
	if err != nil || c.Round != 2 || v.Request.State != verification.Triage || !c.ReceivedAt.Equal(w.Clock.Now()) || !c.DueAt.Equal(w.Clock.Now().Add(24*time.Hour)) {
		t.Fatalf("%+v in %s, %v", c, v.Request.State, err)
	}
	claims, err := receipt.Verify(w.Keyset(), c.Receipt)
	if err != nil || claims.ID != string(id) || !claims.ReceivedAt.Equal(c.ReceivedAt) || !claims.DueAt.Equal(c.DueAt) {
		t.Errorf("the receipt says %+v, %v", claims, err)
	}
	w.Clock.Move(time.Hour)
	again, _, err := w.Another().FollowUp(t.Context(), call, id)
	if err != nil || again.Receipt != c.Receipt || !again.DueAt.Equal(c.DueAt) {
		t.Errorf("the repeat: %+v, %v", again, err)
	}
	call.Body = []byte(`{"questions":[{"n":2,"code":"CON","text":"And now?","subjects":["s1"]}]}`)
	_, _, err = w.Gateway.FollowUp(t.Context(), call, id)
	want(t, err, gateway.ErrKeyReused)
	call.Key, call.Body = "g", []byte(`{"questions":[{"n":1,"code":"OUT","text":"x","subjects":["s9"]}]}`)
	_, _, err = w.Gateway.FollowUp(t.Context(), call, id)
	violated(t, err, "/questions/0/code", "wrong_direction")
	violated(t, err, "/questions/0/subjects/0", "unknown_subject")
}

// The first round began in the peak; on Monday it is over, and more is asked at 10:00: three working days.
func TestAFollowUpAfterThePeakIsOnOfficeHours(t *testing.T) {
	t.Parallel()
	w := still(t)
	w.Clock.Set(hanoi(t, "2021-09-04T23:40:00"))
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"urgency.degree": "priority"}))
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	w.Clock.Set(hanoi(t, "2021-09-06T09:00:00"))
	v := w.Answer(gatewaytest.Officer("03"), c.ID, 1, true, gatewaytest.Held(1, "ARRIVED", "It came."), gatewaytest.Held(2, "CONFIRMED", "It is."), gatewaytest.Held(3, "ARRIVED", "It came."))
	if review, _ := v.Clocks.Find(sla.Review, ""); v.Request.Calendar != "24x7-1" || review.Calendar != "24x7-1" {
		t.Fatalf("pinned to %s, in review on %s", v.Request.Calendar, review.Calendar)
	}
	v = w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{})
	w.Release(gatewaytest.Reviewer(), c.ID, v.Request.Package.Hash)
	w.Pull(gatewaytest.Partner("NG"), c.ID)

	w.Clock.Set(hanoi(t, "2021-09-06T10:00:00"))
	body := []byte(`{"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["s1"]}]}`)
	call := gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpFollowUp, "f", body)
	before, _ := w.Journal.Last(t.Context())
	more, v, err := w.Gateway.FollowUp(t.Context(), call, c.ID)
	if err != nil || v.Request.Policy != "2" || v.Request.Calendar != "vn-1" || !more.DueAt.Equal(hanoi(t, "2021-09-09T10:00:00")) {
		t.Fatalf("pinned to %s and %s, due %s, %v", v.Request.Policy, v.Request.Calendar, more.DueAt, err)
	}
	dueAt(t, v, sla.Total, "", "2021-09-09T10:00:00")
	if after, _ := w.Journal.Last(t.Context()); after.Count() != before.Count()+1 {
		t.Errorf("%d writes", after.Count()-before.Count())
	}
	if again, _, err := w.Another().FollowUp(t.Context(), call, c.ID); err != nil || again.Receipt != more.Receipt {
		t.Errorf("the repeat: %+v, %v", again, err)
	}
	history, err := w.Gateway.History(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetHistory), c.ID)
	if last := history[len(history)-1].Kinds; err != nil || !slices.Equal(last, []string{"policy_repinned.v1", "followed_up.v1"}) {
		t.Errorf("%v, %v", last, err)
	}
}

func TestARepinWithoutNamesPinsWhatIsCurrent(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		campaign  any
		given     verification.RepinPolicy
		policy    string
		calendar  string
		total     string
		violation string
	}{
		"a round in the peak stays around the clock": {"golden-strike-2021", verification.RepinPolicy{}, "2", "24x7-1", "24x7-1", ""},
		"any other goes to office hours":             {nil, verification.RepinPolicy{}, "2", "vn-1", "vn-1/headquarters", ""},
		"what is named is taken":                     {nil, verification.RepinPolicy{Calendar: "24x7-1"}, "2", "24x7-1", "24x7-1", ""},
		"an unknown calendar is not":                 {nil, verification.RepinPolicy{Calendar: "vn-9"}, "", "", "", "/policy"},
		"nor a place of one":                         {nil, verification.RepinPolicy{Calendar: "vn-1/north"}, "", "", "", "/policy"},
	} {
		w := still(t)
		w.Clock.Set(hanoi(t, "2021-09-05T10:00:00"))
		created := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"campaign": c.campaign, "urgency.degree": "priority"}))
		lead := func(key string) gateway.Call {
			return gatewaytest.Keyed(gatewaytest.Lead(), access.OpRepinPolicy, key, []byte(`{}`))
		}
		if _, err := w.Gateway.Repin(t.Context(), lead("old"), created.ID, verification.RepinPolicy{Policy: "1"}); err != nil {
			t.Fatal(err)
		}
		w.Clock.Set(hanoi(t, "2021-09-06T10:00:00")) // the peak is over; the round began in it
		v, err := w.Gateway.Repin(t.Context(), lead("new"), created.ID, c.given)
		if c.violation != "" {
			violated(t, err, c.violation, "unknown_value")
			continue
		}
		if err != nil || v.Request.Policy != c.policy || v.Request.Calendar != c.calendar || !v.Request.DueAt.Equal(created.DueAt) {
			t.Errorf("%s: pinned to %s and %s, due %s, %v", name, v.Request.Policy, v.Request.Calendar, v.Request.DueAt, err)
		}
		if total, _ := v.Clocks.Find(sla.Total, ""); total.Calendar != c.total || !total.DueAt.Equal(created.DueAt) {
			t.Errorf("%s: total is due %s in %s", name, total.DueAt, total.Calendar)
		}
	}
}

func TestAFollowUpAboutDrugsGoesIntoTheirCompartment(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Released("k")
	body := []byte(`{"subjects":[{"id":"x1","kind":"drug","inn":"heroin"}],"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["x1"]}]}`)
	_, v, err := w.Gateway.FollowUp(t.Context(), gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpFollowUp, "f", body), id)
	if err != nil || !v.Request.Level.Sealed() || v.Request.Compartment != "drugs" {
		t.Errorf("%s in %q, %v", v.Request.Level, v.Request.Compartment, err)
	}
}

// withoutFloor is the S01 of NG without a campaign or an event, of a degree that no floor raises.
func withoutFloor(w *gatewaytest.World, degree string) []byte {
	return w.Example("S01", map[string]any{"campaign": nil, "urgency.physical_event": nil, "urgency.degree": degree})
}

// What is asked later has the floors that it has at the door: the round's clocks begin with them, and its receipt says so.
func TestAFollowUpTakesTheFloorOfWhatItAsks(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		before, body string
		want         verification.Degree
		within       time.Duration // around the clock; zero: as the degree before has it
	}{
		"a controlled delivery": {"routine", `{"questions":[{"n":1,"code":"CDL","text":"May it go on?","subjects":["s1"]}]}`, verification.Flash, 8 * time.Hour},
		"a drug": {
			"routine", `{"subjects":[{"id":"x1","kind":"drug","inn":"heroin"}],"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["x1"]}]}`,
			verification.Priority, 0,
		},
		"nothing that binds":     {"routine", `{"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["s1"]}]}`, verification.Routine, 0},
		"what is faster already": {"urgent", `{"subjects":[{"id":"x1","kind":"drug","inn":"heroin"}],"questions":[{"n":1,"code":"CON","text":"And now?","subjects":["x1"]}]}`, verification.Urgent, 24 * time.Hour},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := still(t)
			ng := gatewaytest.Partner("NG")
			id := w.Submit(ng, "k", withoutFloor(w, c.before)).ID
			w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
			w.Answer(gatewaytest.Officer("03"), id, 1, true,
				gatewaytest.Held(1, "ARRIVED", "a"), gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c"))
			w.Release(gatewaytest.Reviewer(), id, w.Prepare(gatewaytest.Editor(), id, gateway.Edit{}).Request.Package.Hash)
			created, v, err := w.Gateway.FollowUp(t.Context(), gatewaytest.Keyed(ng, access.OpFollowUp, "f", []byte(c.body)), id)
			if err != nil || v.Request.Degree != c.want {
				t.Fatalf("%s, %v", v.Request.Degree, err)
			}
			now := w.Clock.Now()
			due := w.Rules.Promise(v.Request.Policy, v.Request.Calendar, c.want, now, nil, nil)
			if c.within > 0 && !due.Equal(now.Add(c.within)) {
				t.Fatalf("the policy promises %s", due)
			}
			claims, err := receipt.Verify(w.Keyset(), created.Receipt)
			if err != nil || !created.DueAt.Equal(due) || !claims.DueAt.Equal(due) {
				t.Errorf("due %s, and %s by its receipt, %v: want %s", created.DueAt, claims.DueAt, err, due)
			}
			total, _ := v.Clocks.Find(sla.Total, "")
			acknowledge, _ := v.Clocks.Find(sla.Acknowledge, "")
			if total.Round != 2 || total.Promise != 1 || !total.DueAt.Equal(due) || acknowledge.Promise != 1 {
				t.Errorf("total %+v, acknowledge %+v", total, acknowledge)
			}
			if atOnce := acknowledge.DueAt.Sub(now) <= 15*time.Minute; atOnce != (c.want == verification.Flash) {
				t.Errorf("to be acknowledged until %s", acknowledge.DueAt)
			}
		})
	}
}

// A reply that names a drug raises the degree in the decision that seals it.
func TestAReplyTakesTheFloorOfWhatItNames(t *testing.T) {
	t.Parallel()
	const drug, goods = `{"text":"It is heroin.","subjects":[{"id":"x1","kind":"drug","inn":"heroin"}]}`, `{"text":"It is timber."}`
	for name, c := range map[string]struct {
		before, body string
		want         verification.Degree
		kinds        []string
	}{
		"a drug":                 {"routine", drug, verification.Priority, []string{"partner_replied.v1", "sealed.v1", "degree_changed.v1"}},
		"nothing that binds":     {"routine", goods, verification.Routine, []string{"partner_replied.v1"}},
		"what is faster already": {"urgent", drug, verification.Urgent, []string{"partner_replied.v1", "sealed.v1"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := still(t)
			ng, editor := gatewaytest.Partner("NG"), gatewaytest.Editor()
			created := w.Submit(ng, "k", withoutFloor(w, c.before))
			w.Claim(editor, created.ID)
			w.Clock.Move(time.Hour)
			asked := verification.AskPartner{Code: "which_goods", Text: "Which?"}
			if _, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(editor, access.OpAskPartner), created.ID, asked); err != nil {
				t.Fatal(err)
			}
			w.Clock.Move(time.Hour)
			v, err := w.Gateway.Reply(t.Context(), gatewaytest.Keyed(ng, access.OpReplyToClarification, "r", []byte(c.body)), created.ID)
			if err != nil || v.Request.Degree != c.want {
				t.Fatalf("%s, %v", v.Request.Degree, err)
			}
			total, _ := v.Clocks.Find(sla.Total, "")
			raised := string(c.want) != c.before
			if (total.Promise == 2) != raised || raised && (!v.Request.DueAt.Before(created.DueAt) || !total.DueAt.Equal(v.Request.DueAt)) {
				t.Errorf("due %s, was %s; total %+v", v.Request.DueAt, created.DueAt, total)
			}
			history, err := w.Gateway.History(t.Context(), gatewaytest.Call(editor, access.OpGetHistory), created.ID)
			if last := history[len(history)-1].Kinds; err != nil || !slices.Equal(last, c.kinds) {
				t.Errorf("%v, %v", last, err)
			}
		})
	}
}

func TestAnAnswerBelowL3PutsTheRequestIntoNoCompartment(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Answered("k")
	r := w.Latest()[string(id)]
	if r.Request.Compartment != "" || r.Rows.Audience.Sealed() {
		t.Errorf("%s in %q", r.Request.Level, r.Request.Compartment)
	}
}

func TestAFactMarkedHigherRaisesTheRequest(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, id, 1, gatewaytest.Accept)
	held := gatewaytest.Held(1, "ARRIVED", "a")
	held.Facts[0].Handling = json.RawMessage(`{"vn_level":"mat"}`)
	task := verification.NewTaskID(id, 1)
	call := gatewaytest.Call(gatewaytest.Officer("03"), access.OpAnswerTask)
	_, err := w.Gateway.AnswerTask(t.Context(), call, task, gateway.UnitAnswer{Questions: []verification.QuestionAnswer{held}})
	violated(t, err, "/questions/0/facts/0/handling", "above_ceiling")
	held.Outcome = "CONFIRMED"
	_, err = w.Gateway.AnswerTask(t.Context(), call, task, gateway.UnitAnswer{Questions: []verification.QuestionAnswer{held}})
	violated(t, err, "/questions/0/outcome", "unknown_value")
	held = gatewaytest.Held(1, "ARRIVED", "a")
	held.Facts[0].Handling = json.RawMessage(`{"tlp":"RED"}`)
	v := w.Answer(gatewaytest.Officer("03"), id, 1, false, held)
	if !v.Request.Level.Sealed() || v.Request.Compartment != "wildlife-l3" {
		t.Errorf("%s in %q", v.Request.Level, v.Request.Compartment)
	}
}

func TestARecalledVersionIsWithdrawnUnreadOrNotified(t *testing.T) {
	t.Parallel()
	for name, read := range map[string]bool{"unread": false, "read": true} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := still(t)
			id := w.Released("k")
			ng := gatewaytest.Partner("NG")
			if read {
				w.Pull(ng, id)
			}
			v, err := w.Gateway.Recall(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpRecallVersion), id, 1, "wrong_person", "INTERNAL")
			if err != nil || v.Request.State != verification.Answered {
				t.Fatalf("%s, %v", v.Request.State, err)
			}
			_, runs := v.Clocks.Find(sla.RecallNotice, "")
			got := w.Pull(ng, id)
			if len(got) != 2 || got[0].Bytes != nil || !got[0].Recalled || got[0].PulledAt.IsZero() == read {
				t.Errorf("pulled %+v", got[0])
			}
			if got[1].Kind != verification.ReleaseRecall || runs != read || slices.Contains([]string{string(got[1].Bytes)}, "INTERNAL") {
				t.Errorf("the notice %+v, its clock %v", got[1], runs)
			}
			yes := true
			_, err = w.Gateway.Do(t.Context(), gatewaytest.Call(ng, access.OpConfirmAnswer), id, verification.Confirm{Release: 1, Useful: &yes})
			refused(t, err, verification.IsRecalled)
		})
	}
}

func TestAnExpiredRequestIsReopenedWithAnotherPromise(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil)).ID
	w.Claim(gatewaytest.Editor(), id)
	v, err := w.Gateway.AskPartner(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpAskPartner), id, verification.AskPartner{Code: "identity", Text: "Which?"})
	if err != nil || v.Request.Asked.ReplyBy.IsZero() {
		t.Fatalf("asked %+v, %v", v.Request.Asked, err)
	}
	limit := v.Request.Asked.ReplyBy.Sub(w.Clock.Now())
	w.Clock.Move(2*limit + time.Minute)
	due := v.Request.Asked.At.Add(2 * limit)
	system := gatewaytest.Call(access.Gateway(), "")
	_, err = w.Gateway.Do(t.Context(), system, id, verification.ExpireClarification{Due: due})
	want(t, err, gateway.ErrHidden) // it passes no edge: the sweep gives it otherwise
	for _, c := range []verification.Command{verification.ExpireClarification{Due: due}} {
		w.Append(id, access.Gateway(), c)
	}
	v, err = w.Another().Reopen(t.Context(), gatewaytest.Keyed(gatewaytest.Partner("TH"), access.OpReopenRequest, "r", []byte(`{}`)), id, nil)
	if err != nil || v.Request.Round != 2 || v.Request.State != verification.Triage || !v.Request.DueAt.After(w.Clock.Now()) {
		t.Errorf("%s round %d, %v", v.Request.State, v.Request.Round, err)
	}
}

func TestARaisedDegreePromisesNeverLater(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	change := func(by access.Caller, d verification.Degree) (gateway.View, error) {
		return w.Gateway.ChangeDegree(t.Context(), gatewaytest.Call(by, access.OpChangeDegree), c.ID, verification.ChangeDegree{Degree: d, Code: "life"})
	}
	w.Clock.Move(20 * time.Hour)
	v, err := change(gatewaytest.Editor(), verification.Flash)
	if err != nil || !v.Request.DueAt.Equal(c.DueAt) {
		t.Errorf("due %v, %v: want the old due %v", v.Request.DueAt, err, c.DueAt)
	}
	_, err = change(gatewaytest.Editor(), verification.Priority)
	refused(t, err, verification.NotPermitted)
	v, err = change(gatewaytest.Lead(), verification.Priority)
	if err != nil || !v.Request.DueAt.Equal(gatewaytest.Night().Add(72*time.Hour)) {
		t.Errorf("due %v, %v", v.Request.DueAt, err)
	}
}

func TestAClockStoppedLateIsABreachInTheSameDecision(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	w.Clock.Move(3 * time.Hour) // to be accepted within two
	before, _ := w.Journal.Last(t.Context())
	v := w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	after, _ := w.Journal.Last(t.Context())
	if len(v.Request.Breaches) != 1 || after.Count() != before.Count()+1 {
		t.Fatalf("%d breaches in %d decisions", len(v.Request.Breaches), after.Count()-before.Count())
	}
	b := v.Request.Breaches[0]
	if b.Step.Clock != string(sla.Accept) || b.Step.Percent != 100 || !b.Step.DueAt.Equal(gatewaytest.Night().Add(2*time.Hour)) || !b.DetectedAt.Equal(w.Clock.Now()) {
		t.Errorf("breach %+v", b)
	}
	onTime := w.Submit(gatewaytest.Partner("NG"), "l", w.Example("S01", nil))
	w.Clock.Move(2*time.Hour - time.Second)
	v = w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, onTime.ID, 1, gatewaytest.Accept)
	if len(v.Request.Breaches) != 0 {
		t.Errorf("breaches %+v", v.Request.Breaches)
	}
}

func TestTimeNeverGoesBackInARequest(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	w.Clock.Move(-time.Hour)
	v := w.Claim(gatewaytest.Editor(), c.ID)
	if v.Request.At.Before(gatewaytest.Night()) {
		t.Errorf("decided at %v", v.Request.At)
	}
}

func TestWhoRaisesTheRequestKeepsTheOwnTask(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	author, task := gatewaytest.Officer("03"), verification.NewTaskID(id, 1)
	w.DoTask(author, access.OpAcceptTask, id, 1, gatewaytest.Accept)
	held := gatewaytest.Held(1, "ARRIVED", "a")
	held.Facts[0].Handling = json.RawMessage(`{"tlp":"RED"}`)
	answer := gateway.UnitAnswer{Final: true, Questions: []verification.QuestionAnswer{
		held, gatewaytest.Held(2, "CONFIRMED", "b"), gatewaytest.Held(3, "SEIZED", "c"),
	}}
	call := gatewaytest.Keyed(author, access.OpAnswerTask, "a", []byte(`{"kind":"final"}`))
	for range 2 {
		v, err := w.Gateway.AnswerTask(t.Context(), call, task, answer)
		if err != nil || !v.Request.Level.Sealed() || len(v.Request.Tasks[0].Answers) != 1 {
			t.Fatalf("%s, %v", v.Request.Level, err)
		}
	}
	_, _, err := w.Another().Task(t.Context(), gatewaytest.Call(author, access.OpGetTask), task)
	want(t, err, nil)
	author.Person = "p_colleague_03"
	_, _, err = w.Gateway.Task(t.Context(), gatewaytest.Call(author, access.OpGetTask), task)
	want(t, err, gateway.ErrHidden)
}

func TestCirculatingToAllPassesOverWhoIsExcluded(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("WCO"), "k", w.Example("S20", map[string]any{"campaign": "golden-strike-2021"})).ID
	w.Claim(gatewaytest.Editor(), id)
	v, err := w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), id, gateway.Routing{
		All: true, Exclude: verification.Exclusion{Units: []verification.UnitCode{"03"}},
	})
	if err != nil || len(v.Request.Tasks) != 34 {
		t.Fatalf("%d notices, %v", len(v.Request.Tasks), err)
	}
	for _, task := range v.Request.Tasks {
		if task.Unit == "03" {
			t.Error("unit 03 has a notice")
		}
	}
}
