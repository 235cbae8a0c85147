package httpapi_test

import (
	"bytes"
	"net/http"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

const onCall = "/v1/on-call"

// waiting takes a request to a package by the desk, and returns its id and since when it waits.
func (r *rig) waiting(t *testing.T, key string) (id, since string) {
	t.Helper()
	id = r.submit(t, key)
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit}, said{"desk", "{id}/claim", `{}`},
		said{"desk", "{id}/package", `{"kind":"final"}`},
	)
	return id, r.get(t, "desk", requests+"/"+id+"/package").text(t, "waits_since")
}

func (r *rig) turn(t *testing.T, by, person string, from, until time.Duration) reply {
	t.Helper()
	now := r.clock.now()
	body := `{"person":"` + person + `","from":"` + now.Add(from).Format(time.RFC3339) + `","until":"` + now.Add(until).Format(time.RFC3339) + `"}`
	return r.call(t, ask{by: by, method: http.MethodPut, path: onCall, body: body})
}

func TestWhoIsOnCallIsAlarmedOfWhatTheyMayApproveUntilTheyOpenIt(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lan := r.settled(t, "lan", verification.RoleDesk)
	r.keys.add("lan", access.Principal{ID: "p_lan", Roles: []verification.Role{verification.RoleDesk}, Unit: "A1K1"}.Caller("key-lan"))
	first, since := r.waiting(t, "a")
	r.pass(t, time.Minute)
	second, later := r.waiting(t, "b")
	alarmed := func(want string) reply {
		var last reply
		eventually(t, "alarmed of "+want, func() bool {
			last = lan.call(t, http.MethodGet, onCall, "")
			return last.status == http.StatusOK && (want == "" && !bytes.Contains(last.body, []byte("alarm")) || bytes.Contains(last.body, []byte(`"request":"`+want+`"`)))
		})
		return last
	}
	r.eventuallyGet(t, "desk", "/v1/board?flag=second_reviewer", func(g reply) bool {
		return bytes.Contains(g.body, []byte(first)) && bytes.Contains(g.body, []byte(second)) && bytes.Contains(g.body, []byte(`"waits_for_reviewer_since":"`+since+`"`))
	})
	alarmed("") // nobody is on call
	got := r.turn(t, "lead", "p_lan", 0, 8*time.Hour).want(t, http.StatusOK)
	r.fits(t, "on-call", got.body)
	if got.text(t, "turns.0.person") != "p_lan" {
		t.Errorf("set: %s", got.body)
	}
	got = alarmed(first)
	r.fits(t, "on-call", got.body)
	if got.text(t, "alarm.since") != since {
		t.Errorf("alarmed since %s, it waits since %s", got.text(t, "alarm.since"), since)
	}
	if others := r.get(t, "desk", onCall); bytes.Contains(others.body, []byte("alarm")) {
		t.Errorf("who is not on call is alarmed: %s", others.body)
	}

	r.fits(t, "marks", lan.call(t, http.MethodPut, "/v1/account/marks", `{"mark":"second_reviewer","until":"`+since+`"}`).want(t, http.StatusOK).body)
	alarmed(second)
	if heard := r.get(t, "lead", onCall).text(t, "heard_until"); heard != since {
		t.Errorf("heard until %s, the desk is told %s", since, heard)
	}
	lan.call(t, http.MethodPut, "/v1/account/marks", `{"mark":"second_reviewer","until":"`+later+`"}`).want(t, http.StatusOK)
	alarmed("")

	third, _ := r.waitingBy(t, lan) // their own
	r.eventuallyGet(t, "desk", "/v1/board?flag=second_reviewer", func(g reply) bool { return bytes.Contains(g.body, []byte(third)) })
	alarmed("")
}

// waitingBy is waiting, with the package by the officer.
func (r *rig) waitingBy(t *testing.T, o *officer) (id, since string) {
	t.Helper()
	r.pass(t, time.Minute)
	id = r.submit(t, "c")
	r.say(t, id, said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit})
	o.call(t, http.MethodPut, requests+"/"+id+"/package", `{"kind":"final"}`).want(t, http.StatusOK)
	return id, o.call(t, http.MethodGet, requests+"/"+id+"/package", "").text(t, "waits_since")
}

func TestATurnOnCallIsOfSomebodyWhoCanApproveAndOfATimeThatComes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	for what, c := range map[string]struct {
		person      string
		from, until time.Duration
		pointer     string
	}{
		"nobody such":  {"p_nobody", 0, time.Hour, "/person"},
		"an officer":   {"p_unit030000000000", 0, time.Hour, "/person"},
		"an auditor":   {"p_auditor000000000", 0, time.Hour, "/person"},
		"over":         {"p_desk000000000000", -2 * time.Hour, -time.Hour, "/until"},
		"a long year":  {"p_desk000000000000", 0, 400 * 24 * time.Hour, "/until"},
		"before begun": {"p_desk000000000000", 2 * time.Hour, time.Hour, "/until"},
	} {
		got := r.turn(t, "lead", c.person, c.from, c.until)
		got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
		if got.text(t, "errors.0.pointer") != c.pointer {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	r.turn(t, "desk", "p_desk000000000000", 0, time.Hour).problem(t, http.StatusForbidden, "not_permitted")
	r.turn(t, "lead", "p_desk000000000000", 0, 2*time.Hour).want(t, http.StatusOK)
	now := r.clock.now().Format(time.RFC3339)
	r.call(t, ask{by: "lead", method: http.MethodPut, path: onCall, body: `{"from":"` + now + `","until":"` + r.clock.now().Add(time.Hour).Format(time.RFC3339) + `"}`}).want(t, http.StatusOK)
	got := r.get(t, "desk", onCall).want(t, http.StatusOK)
	if turns := listed(t, got, "turns"); len(turns) != 1 || got.text(t, "turns.0.from") == now {
		t.Errorf("nobody for an hour, then the desk: %s", got.body)
	}
}

func TestAMarkLiesNotInTheFuture(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	lan := r.settled(t, "lan", verification.RoleDesk)
	got := lan.call(t, http.MethodPut, "/v1/account/marks", `{"mark":"briefing","until":"`+r.clock.now().Add(time.Hour).Format(time.RFC3339)+`"}`)
	got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
	if got.text(t, "errors.0.pointer") != "/until" {
		t.Errorf("%s", got.body)
	}
	until := r.clock.now().UTC().Format(time.RFC3339)
	lan.call(t, http.MethodPut, "/v1/account/marks", `{"mark":"briefing","until":"`+until+`"}`).want(t, http.StatusOK)
	got = lan.call(t, http.MethodGet, "/v1/account/marks", "").want(t, http.StatusOK)
	if got.text(t, "items.0.mark") != "briefing" || got.text(t, "items.0.until") != until {
		t.Errorf("%s", got.body)
	}
}
