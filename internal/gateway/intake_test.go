package gateway_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/canonical"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/marking"
	"verigate/internal/receipt"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

func hanoi(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s+"+07:00")
	if err != nil {
		t.Fatal(err)
	}
	return at
}

func dueAt(t *testing.T, v gateway.View, name sla.Name, task verification.TaskID, at string) {
	t.Helper()
	c, ok := v.Clocks.Find(name, task)
	if !ok || !c.DueAt.Equal(hanoi(t, at)) {
		t.Errorf("%s is due %v (%v), want %s", name, c.DueAt, ok, at)
	}
}

func TestS01IsRoutedByRuleInOneWriteWithItsClocks(t *testing.T) {
	t.Parallel()
	w := still(t)
	body := w.Example("S01", nil)
	c := w.Submit(gatewaytest.Partner("NG"), "k", body)
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 1 {
		t.Errorf("%d writes, want 1", end)
	}
	if c.Status != verification.StatusInProgress || c.Round != 1 || !c.ReceivedAt.Equal(gatewaytest.Night()) || !c.DueAt.Equal(hanoi(t, "2021-09-03T23:40:00")) {
		t.Errorf("created %+v", c)
	}
	if _, ok := gateway.ValidNumber(c.Number); !ok {
		t.Errorf("number %q", c.Number)
	}
	v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
	if err != nil || len(v.Request.Tasks) != 1 || v.Request.Tasks[0].Unit != "03" || len(v.Request.Tasks[0].Reasons) == 0 {
		t.Fatalf("tasks %+v, %v", v.Request.Tasks, err)
	}
	task := v.Request.Tasks[0].Task
	dueAt(t, v, sla.Total, "", "2021-09-03T23:40:00")
	dueAt(t, v, sla.Answer, task, "2021-09-03T17:40:00")
	dueAt(t, v, sla.Accept, task, "2021-09-03T01:40:00")
	if ack, ok := v.Clocks.Find(sla.Acknowledge, ""); ok && ack.State != sla.Stopped {
		t.Errorf("acknowledge goes on: %+v", ack)
	}

	claims, err := receipt.Verify(w.Keyset(), c.Receipt)
	if err != nil {
		t.Fatal(err)
	}
	_, digest, _ := canonical.Sum(body)
	if claims.ID != string(c.ID) || claims.BodySHA256 != digest || claims.Number != c.Number || claims.Partner != "NG" || !claims.DueAt.Equal(c.DueAt) {
		t.Errorf("the receipt says %+v", claims)
	}
}

func TestS03IsNotRoutedByRuleAndNamesBothGates(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("TH"), "k", w.Example("S03", nil))
	if c.Status != verification.StatusReceived {
		t.Errorf("status %s", c.Status)
	}
	got, v, err := w.Gateway.Candidates(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetCandidates), c.ID)
	if err != nil || v.Request.State != verification.Received && v.Request.State != verification.Triage || len(v.Request.Tasks) != 0 {
		t.Fatalf("%s with %d tasks, %v", v.Request.State, len(v.Request.Tasks), err)
	}
	var units []string
	for _, u := range got.Units {
		units = append(units, u.Unit)
	}
	if got.Rule.OK || !slices.Contains(units, "30") || !slices.Contains(units, "45") {
		t.Errorf("rule %v, candidates %v", got.Rule.OK, units)
	}
	if ack, ok := v.Clocks.Find(sla.Acknowledge, ""); !ok || ack.State != sla.Running {
		t.Errorf("acknowledge %+v", ack)
	}
}

func TestAnUrgentRequestThatWaitsForTheDeskIsAcknowledgedWithinTheHour(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"questions.0.code": "TRV"}))
	v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
	if err != nil || len(v.Request.Tasks) != 0 {
		t.Fatalf("%d tasks, %v", len(v.Request.Tasks), err)
	}
	dueAt(t, v, sla.Acknowledge, "", "2021-09-03T00:40:00")
}

func TestAnL3RequestIsNotRoutedByRuleAndLiesInItsCompartment(t *testing.T) {
	t.Parallel()
	w := still(t)
	w.Clock.Set(hanoi(t, "2021-09-05T02:10:00"))
	c := w.Submit(gatewaytest.Partner("AO"), "k", w.Example("S12", nil))
	v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
	if err != nil || len(v.Request.Tasks) != 0 || v.Request.Level != marking.L3 || v.Request.Compartment != "wildlife-l3" {
		t.Fatalf("%s in %q with %d tasks, %v", v.Request.Level, v.Request.Compartment, len(v.Request.Tasks), err)
	}
	dueAt(t, v, sla.Acknowledge, "", "2021-09-05T02:25:00")
	dueAt(t, v, sla.Total, "", "2021-09-05T10:10:00")

	drugs := w.Example("S01", map[string]any{"handling.compartment_hint": "drugs"})
	d := w.Submit(gatewaytest.Partner("NG"), "d", drugs)
	v, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), d.ID)
	if err != nil || v.Request.Compartment != "drugs" || len(v.Request.Tasks) != 0 {
		t.Errorf("in %q with %d tasks, %v", v.Request.Compartment, len(v.Request.Tasks), err)
	}

	subject := map[string]any{"id": "s5", "kind": "drug", "inn": "ephedrine", "precursor": true}
	p := w.Submit(gatewaytest.Partner("NG"), "p", w.Example("S01", map[string]any{"subjects.4": subject}))
	v, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), p.ID)
	if err != nil || v.Request.Compartment != "precursor" || len(v.Request.Tasks) != 0 {
		t.Errorf("in %q with %d tasks, %v", v.Request.Compartment, len(v.Request.Tasks), err)
	}
}

func TestWhatNobodyCouldActOnIsRefusedAndNothingIsKept(t *testing.T) {
	t.Parallel()
	w := still(t)
	for name, c := range map[string]struct {
		set           map[string]any
		pointer, code string
	}{
		"outbound":             {map[string]any{"questions.0.code": "OUT"}, "/questions/0/code", "wrong_direction"},
		"a notice as question": {map[string]any{"questions.1.code": "MOD"}, "/questions/1/code", "unknown_value"},
		"unknown type":         {map[string]any{"questions.2.code": "XXX"}, "/questions/2/code", "unknown_value"},
		"number twice":         {map[string]any{"questions.1.n": 1}, "/questions/1/n", "not_unique"},
		"no such subject":      {map[string]any{"questions.0.subjects": []string{"s1", "s9"}}, "/questions/0/subjects/1", "unknown_subject"},
		"unknown campaign":     {map[string]any{"campaign": "golden-strike-1999"}, "/campaign", "unknown_value"},
		"above the ceiling":    {map[string]any{"handling.vn_level": "mat"}, "/handling/vn_level", "above_ceiling"},
		"a false phone":        {map[string]any{"subjects.4": map[string]any{"id": "s5", "kind": "phone", "e164": "+99912"}}, "/subjects/4/e164", "invalid_phone"},
		"a false IBAN":         {map[string]any{"subjects.4": map[string]any{"id": "s5", "kind": "account", "iban": "GB83WEST12345698765432"}}, "/subjects/4/iban", "invalid_iban"},
	} {
		_, err := w.Gateway.Submit(t.Context(), gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpSubmitRequest, name, w.Example("S01", c.set)))
		t.Run(name, func(t *testing.T) { violated(t, err, c.pointer, c.code) })
	}
	if end, _ := w.Journal.Last(t.Context()); end.Count() != 0 {
		t.Errorf("%d messages were written", end)
	}
}

func TestAFalseMarkOnGoodsWarnsAndIsKept(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"subjects.0.number": "ZZZU4002170"}))
	if !slices.Contains(c.Warnings, verification.Warning{Pointer: "/subjects/0/number", Code: "check_failed_container"}) {
		t.Errorf("warnings %v", c.Warnings)
	}
	early := w.Submit(gatewaytest.Partner("NG"), "e", w.Example("S01", nil)) // wanted by 18:00, promised for 23:40
	if !slices.Contains(early.Warnings, verification.Warning{Pointer: "/urgency/wanted_by", Code: "earlier_than_promise"}) {
		t.Errorf("warnings %v", early.Warnings)
	}
	late := w.Submit(gatewaytest.Partner("NG"), "l", w.Example("S01", map[string]any{"urgency.wanted_by": "2021-09-05T00:00:00Z"}))
	if slices.ContainsFunc(late.Warnings, func(v verification.Warning) bool { return v.Pointer == "/urgency/wanted_by" }) {
		t.Errorf("warnings %v", late.Warnings)
	}
}

func TestOnlyFloorsRaiseTheDegreeOfAPartner(t *testing.T) {
	t.Parallel()
	w := still(t)
	for name, c := range map[string]struct {
		set  map[string]any
		want verification.Degree
	}{
		"the partner's own holds":   {map[string]any{"urgency.degree": "routine"}, verification.Routine},
		"controlled delivery flash": {map[string]any{"urgency.degree": "routine", "questions.0.code": "CDL"}, verification.Flash},
		"drugs priority at least":   {map[string]any{"urgency.degree": "routine", "handling.compartment_hint": "drugs"}, verification.Priority},
		"drugs lowers nothing":      {map[string]any{"urgency.degree": "flash", "handling.compartment_hint": "drugs"}, verification.Flash},
	} {
		id := w.Submit(gatewaytest.Partner("NG"), name, w.Example("S01", c.set)).ID
		if got := w.Latest()[string(id)].Request.Degree; got != c.want {
			t.Errorf("%s: %s, want %s", name, got, c.want)
		}
	}
}

func TestWhatTheDeskRegistersRunsFromItsArrival(t *testing.T) {
	t.Parallel()
	w := still(t)
	arrived := gatewaytest.Night().Add(-time.Hour)
	call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterRequest, "k", []byte(`{"n":1}`))
	r := gateway.Registration{Partner: "NG", ReceivedAt: arrived, RegisterNumber: "R-1", Request: w.Example("S01", nil)}
	c, err := w.Gateway.Register(t.Context(), call, r)
	if err != nil || !c.ReceivedAt.Equal(arrived) || !c.DueAt.Equal(arrived.Add(24*time.Hour)) {
		t.Fatalf("%+v, %v", c, err)
	}
	got := w.Latest()[string(c.ID)].Request
	if got.State != verification.Triage || got.Holder != "p_editor" || got.Partner != "NG" {
		t.Errorf("%s held by %s for %s", got.State, got.Holder, got.Partner)
	}
	call.Key = "future"
	r.ReceivedAt = gatewaytest.Night().Add(time.Minute)
	_, err = w.Gateway.Register(t.Context(), call, r)
	violated(t, err, "/received_at", "out_of_range")
	r.ReceivedAt = time.Date(2017, 12, 31, 16, 59, 59, 0, time.UTC)
	_, err = w.Gateway.Register(t.Context(), call, r)
	violated(t, err, "/received_at", "out_of_range")
	r.ReceivedAt, r.Partner = arrived, "ZZ"
	_, err = w.Gateway.Register(t.Context(), call, r)
	violated(t, err, "/partner", "unknown_value")
	r.Partner, r.Request = "NG", w.Example("S01", map[string]any{"campaign": "none"})
	_, err = w.Gateway.Register(t.Context(), call, r)
	violated(t, err, "/request/campaign", "unknown_value")
	call.Key, r.Request, r.ReceivedAt = "first", w.Example("S01", nil), hanoi(t, "2018-01-01T00:00:00")
	if _, err = w.Gateway.Register(t.Context(), call, r); err != nil {
		t.Errorf("the first moment of the look-back: %v", err)
	}
}

// Priority from Wednesday 1 September 2021 at 10:05: in the campaign three days, outside it three working days over the
// national day. The peak ends with Sunday the fifth.
func TestARoundInThePeakOfItsCampaignIsAroundTheClock(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		received        string
		campaign        any
		degree          verification.Degree
		calendar, total string
		due             string
	}{
		"in the peak":                      {"2021-09-01T10:05:00", "golden-strike-2021", "priority", "24x7-1", "24x7-1", "2021-09-04T10:05:00"},
		"of no campaign":                   {"2021-09-01T10:05:00", nil, "priority", "vn-1", "vn-1/headquarters", "2021-09-08T10:05:00"},
		"before the peak":                  {"2021-08-31T16:00:00", "golden-strike-2021", "priority", "vn-1", "vn-1/headquarters", "2021-09-07T16:00:00"},
		"in its last second":               {"2021-09-05T23:59:59", "golden-strike-2021", "priority", "24x7-1", "24x7-1", "2021-09-08T23:59:59"},
		"when it is over":                  {"2021-09-06T00:00:00", "golden-strike-2021", "priority", "vn-1", "vn-1/headquarters", "2021-09-08T17:00:00"},
		"urgent never waits for an office": {"2021-09-04T23:40:00", nil, "urgent", "vn-1", "24x7-1", "2021-09-05T23:40:00"},
	} {
		w := still(t)
		w.Clock.Set(hanoi(t, c.received))
		body := w.Example("S01", map[string]any{"campaign": c.campaign, "urgency.degree": string(c.degree)})
		created := w.Submit(gatewaytest.Partner("NG"), "k", body)
		registered, err := w.Gateway.Register(t.Context(), gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterRequest, "r", []byte(`{}`)),
			gateway.Registration{Partner: "NG", ReceivedAt: hanoi(t, c.received), RegisterNumber: "R-1", Request: body})
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range []verification.RequestID{created.ID, registered.ID} {
			v, err := w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), id)
			if err != nil || v.Request.Policy != "2" || v.Request.Calendar != c.calendar || !v.Request.DueAt.Equal(hanoi(t, c.due)) {
				t.Errorf("%s: pinned to %s and %s, due %s, %v", name, v.Request.Policy, v.Request.Calendar, v.Request.DueAt, err)
			}
			if total, _ := v.Clocks.Find(sla.Total, ""); total.Calendar != c.total || !total.DueAt.Equal(v.Request.DueAt) {
				t.Errorf("%s: total is due %s in %s", name, total.DueAt, total.Calendar)
			}
		}
		claims, err := receipt.Verify(w.Keyset(), created.Receipt)
		if err != nil || claims.PolicyVersion != "2" || !claims.DueAt.Equal(hanoi(t, c.due)) {
			t.Errorf("%s: the receipt says %+v, %v", name, claims, err)
		}
	}
}

func TestACampaignThatSwitchesNoClockLeavesItsRoundsOnOfficeHours(t *testing.T) {
	t.Parallel()
	w := still(t)
	campaign, _ := w.Directory().Campaign("golden-strike-2021")
	campaign.Clock.InPeak = ""
	dir, err := w.Directory().WithCampaign(campaign)
	if err != nil {
		t.Fatal(err)
	}
	w.SetDirectory(dir)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"urgency.degree": "priority"})).ID
	if got := w.Latest()[string(id)].Request.Calendar; got != "vn-1" {
		t.Errorf("pinned to %s", got)
	}
}

func TestAPhysicalEventThatIsOverWarns(t *testing.T) {
	t.Parallel()
	w := still(t)
	want := verification.Warning{Pointer: "/urgency/physical_event/at", Code: "event_past"}
	for key, at := range map[string]time.Time{"over": gatewaytest.Night().Add(-time.Second), "now": gatewaytest.Night(), "ahead": gatewaytest.Night().Add(time.Hour)} {
		c := w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", map[string]any{"urgency.physical_event.at": at}))
		if slices.Contains(c.Warnings, want) != (key == "over") {
			t.Errorf("%s: warnings %v", key, c.Warnings)
		}
	}
}

func TestAnUnknownSenderIsNoPartnerAndIsRefusedByTwo(t *testing.T) {
	t.Parallel()
	w := still(t)
	call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterRequest, "k", []byte(`{"n":1}`))
	c, err := w.Gateway.Register(t.Context(), call, gateway.Registration{
		SenderUnknown: true, Partner: "NG", Sender: "somebody", ReceivedAt: gatewaytest.Night(), Request: w.Example("S01", nil),
	})
	if err != nil || c.Receipt != "" {
		t.Fatalf("%+v, %v", c, err)
	}
	_, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpGetRequest), c.ID)
	want(t, err, gateway.ErrHidden)
	_, err = w.Gateway.Route(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpRouteRequest), c.ID,
		gateway.Routing{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2, 3}}}})
	refused(t, err, verification.SenderUnknown)
	v, err := w.Gateway.ProposeRefusal(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpProposeRefusal), c.ID, "not_authorised", "No.")
	if err != nil {
		t.Fatal(err)
	}
	approve := gatewaytest.Call(gatewaytest.Lead(), access.OpApproveRefusal)
	_, err = w.Gateway.ApproveRefusal(t.Context(), approve, c.ID, "nonsense")
	refused(t, err, verification.HashMismatch)
	same := gatewaytest.Lead()
	same.Person = "p_editor"
	_, err = w.Gateway.ApproveRefusal(t.Context(), gatewaytest.Call(same, access.OpApproveRefusal), c.ID, v.Request.Refusal.Hash)
	refused(t, err, verification.SamePerson)
	v, err = w.Gateway.ApproveRefusal(t.Context(), approve, c.ID, v.Request.Refusal.Hash)
	if err != nil || v.Request.State != verification.Refused {
		t.Errorf("%s, %v", v.Request.State, err)
	}
}

func TestAStubHasNoContentAndIsHiddenFromTheDesk(t *testing.T) {
	t.Parallel()
	w := running(t)
	keeper := gatewaytest.Editor()
	stub := gateway.Stub{
		Partner: "TH", OwnReference: "TH/CD/2", Channel: "bilateral", RegisterNumber: "CD-02", Keeper: keeper.Person,
		Degree: verification.Flash, ReceivedAt: gatewaytest.Night(),
	}
	c, err := w.Gateway.RegisterStub(t.Context(), gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterStub, "k", []byte(`{}`)), stub)
	if err != nil {
		t.Fatal(err)
	}
	for _, at := range []time.Time{gatewaytest.Night().Add(time.Minute), hanoi(t, "2017-12-31T23:59:59")} {
		wrong := stub
		wrong.ReceivedAt = at
		_, err := w.Gateway.RegisterStub(t.Context(), gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterStub, at.String(), []byte(`{}`)), wrong)
		violated(t, err, "/received_at", "out_of_range")
	}
	w.Settle()
	r := w.Latest()[string(c.ID)].Request
	if !r.Stub || len(r.Body) > 0 || r.State != verification.Triage || r.Policy != "2" || r.Calendar != "vn-1" {
		t.Errorf("stub %+v", r)
	}
	_, err = w.Gateway.Get(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetRequest), c.ID)
	want(t, err, gateway.ErrHidden)
	for by, rows := range map[*gateway.Call]int{
		ptr(gatewaytest.Call(keeper, access.OpGetBoard)): 1, ptr(gatewaytest.Call(gatewaytest.Outsider(), access.OpGetBoard)): 0,
	} {
		page, err := w.Gateway.BoardPage(t.Context(), *by, board.Filter{}, gateway.Page{Limit: 10})
		if err != nil || len(page.Items) != rows {
			t.Errorf("%s sees %d rows, %v", by.By.Person, len(page.Items), err)
		}
	}
	v, err := w.Gateway.HandleOutside(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpHandleOutside), c.ID)
	if err != nil || v.Request.State != verification.Closed {
		t.Fatalf("%s, %v", v.Request.State, err)
	}
	answers := w.Pull(gatewaytest.Partner("TH"), c.ID)
	if len(answers) != 1 || len(answers[0].Bytes) == 0 {
		t.Errorf("the partner pulls %+v", answers)
	}
	stub.Partner = "ZZ"
	_, err = w.Gateway.RegisterStub(t.Context(), gatewaytest.Keyed(gatewaytest.Editor(), access.OpRegisterStub, "z", []byte(`{}`)), stub)
	violated(t, err, "/partner", "unknown_value")
}

func ptr[T any](v T) *T { return &v }

func TestAPartnerWhoseTimeHasEndedAsksNoMore(t *testing.T) {
	t.Parallel()
	w := still(t)
	body := w.Example("S01", nil)
	ng := gatewaytest.Partner("NG")
	first := w.Submit(ng, "k", body)
	p, _ := w.Directory().Partner("NG")
	p.To = "2021-09-01"
	d, err := w.Directory().WithPartner(p)
	if err != nil {
		t.Fatal(err)
	}
	w.SetDirectory(d)
	_, err = w.Gateway.Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "new", body))
	want(t, err, gateway.ErrForbidden)
	again, err := w.Another().Submit(t.Context(), gatewaytest.Keyed(ng, access.OpSubmitRequest, "k", body))
	if err != nil || again.Receipt != first.Receipt {
		t.Errorf("the repeat of an earlier day: %v", err)
	}
}

// A time of receipt that lies before what is recorded already would be wrong, and is signed.
func TestNothingNewIsTakenWhileTheClockIsBehindTheRecord(t *testing.T) {
	t.Parallel()
	w := running(t)
	first := w.Submit(gatewaytest.Partner("NG"), "first", w.Example("S01", nil))
	w.Settle()
	w.Clock.Move(-time.Hour)
	again := w.Submit(gatewaytest.Partner("NG"), "first", w.Example("S01", nil))
	if again.Receipt != first.Receipt {
		t.Errorf("a repeat is answered %+v", again)
	}
	end, err := w.Journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	body := w.Example("S01", nil)
	if _, err := w.Gateway.Submit(t.Context(), gatewaytest.Keyed(gatewaytest.Partner("NG"), access.OpSubmitRequest, "second", body)); !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("taken: %v", err)
	}
	if now, err := w.Journal.Last(t.Context()); err != nil || now != end {
		t.Errorf("recorded up to %v, %v", now, err)
	}
	w.Clock.Move(time.Hour)
	w.Submit(gatewaytest.Partner("NG"), "second", body)
}
