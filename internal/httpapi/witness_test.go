package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// noted is the evidence by now, in order.
func (r *rig) noted(t *testing.T) (all []evidence.Entry) {
	t.Helper()
	messages, err := r.evidence.Read(t.Context(), 1, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		entries, err := evidence.Open(t.Context(), r.vault, m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
	}
	return all
}

// notes waits for evidence that fits.
func (r *rig) notes(t *testing.T, what string, fits func(evidence.Entry) bool) (found evidence.Entry) {
	t.Helper()
	eventually(t, "evidence of "+what, func() bool {
		all := r.noted(t)
		i := slices.IndexFunc(all, fits)
		if i >= 0 {
			found = all[i]
		}
		return i >= 0
	})
	return found
}

// TestNothingIsReadWithoutEvidence walks the table: each read that anybody may make is made while evidence is taken and
// while it is not. What shows content, or is a file, is refused then; all else is answered as before.
func TestNothingIsReadWithoutEvidence(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: each read of the table is made with evidence and without, 7 s")
	}
	t.Parallel()
	r := newRig(t)
	for actor, caller := range crossActors() {
		r.keys.add(crossKey(actor), caller)
	}
	objects := crossWorld(t, r)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	type call struct {
		op   string
		by   string
		path string
	}
	var made []call
	met := map[access.Shows]map[string]bool{}
	for actor := range crossActors() {
		for op, o := range r.operations {
			rule, _ := access.RuleOf(access.Operation(op))
			for _, x := range objects {
				c := call{op, crossKey(actor), x.fill(rule, o.path)}
				if o.method != http.MethodGet || rule.Object == access.Public || r.get(t, c.by, c.path).status != http.StatusOK {
					continue
				}
				if shows := access.Shown(access.Operation(op)); met[shows] == nil {
					met[shows] = map[string]bool{op: true}
				} else {
					met[shows][op] = true
				}
				made = append(made, c)
				break
			}
		}
	}
	for _, rule := range access.Table() {
		shows := access.Shown(rule.Operation)
		if rule.Method == http.MethodGet && shows.First() && !met[shows][string(rule.Operation)] {
			t.Errorf("%s shows %s and was never read here", rule.Operation, shows)
		}
	}
	r.evidence.Fail(evidence.ErrFull, false)
	r.get(t, "desk", requests+"/"+objects[0].request).problem(t, http.StatusServiceUnavailable, "evidence_unavailable")
	for _, c := range made {
		began := time.Now()
		got := r.get(t, c.by, c.path)
		if took := time.Since(began); took > 3*time.Second {
			t.Errorf("%s took %s", c.op, took)
		}
		if access.Shown(access.Operation(c.op)).First() {
			got.problem(t, http.StatusServiceUnavailable, "evidence_unavailable")
		} else if got.status != http.StatusOK {
			t.Errorf("%s by %s: status %d", c.op, c.by, got.status)
		}
	}
	r.evidence.Fail(nil, false)
	for _, c := range made {
		shows := access.Shown(access.Operation(c.op))
		of := func(e evidence.Entry) bool { return string(e.Operation) == c.op && e.Outcome == evidence.Served }
		if shows.Noted() {
			r.notes(t, c.op, of)
		} else if slices.ContainsFunc(r.noted(t), of) {
			t.Errorf("%s is noted and shows %s", c.op, shows)
		}
	}
	r.notes(t, "what was refused meanwhile", func(e evidence.Entry) bool { return e.Code == "evidence_unavailable" })
}

func TestWorkGoesOnWhileEvidenceIsAway(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "before")
	task := "/v1/tasks/" + id + "-01"
	r.evidence.Fail(evidence.ErrLost, false)
	r.get(t, "unit03", task).problem(t, http.StatusServiceUnavailable, "evidence_unavailable")
	r.submit(t, "meanwhile")
	for _, a := range []ask{
		{by: "unit03", path: task + "/acceptance", body: `{}`, header: withKey("accept")},
		{by: "unit03", path: task + "/hold", body: `{"code":"other_force"}`},
		{by: "ng", path: requests + "/" + id + "/withdrawal", body: `{}`},
	} {
		a.method = http.MethodPost
		r.call(t, a).want(t, http.StatusOK)
	}
	again := r.call(t, ask{by: "unit03", method: http.MethodPost, path: task + "/acceptance", body: `{}`, header: withKey("accept")})
	again.problem(t, http.StatusServiceUnavailable, "evidence_unavailable") // it would show the task as it is now
	for path, by := range map[string]string{
		requests + "/" + id + "/clocks": "desk", task + "/clocks": "desk", "/v1/board": "desk",
		"/v1/units/03/queue": "unit03", requests: "ng",
	} {
		r.eventuallyGet(t, by, path, func(g reply) bool { return g.status == http.StatusOK })
	}
	r.evidence.Fail(nil, false)
	r.eventuallyGet(t, "ng", requests+"/"+id, func(g reply) bool { return g.status == http.StatusOK })
}

func TestWhatIsOpenIsReadWithoutWaiting(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	var body map[string]any
	if err := json.Unmarshal([]byte(submitted(t)), &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "campaign")
	body["handling"] = map[string]any{"code": "H0", "tlp": "GREEN"}
	form, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	id := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: string(form), header: withKey("open")}).want(t, http.StatusCreated).text(t, "id")
	r.evidence.Fail(evidence.ErrLost, false)
	r.get(t, "ng", requests+"/"+id).want(t, http.StatusOK)
	r.evidence.Fail(nil, false)
	e := r.notes(t, "an open request", func(e evidence.Entry) bool { return e.Operation == access.OpGetRequest && e.Outcome == evidence.Served })
	if e.Level != marking.L1 {
		t.Errorf("it is of level %s", e.Level)
	}
}

func TestWhoIsRefusedIsNoted(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	path := requests + "/" + id
	for _, test := range []struct {
		name, by, path, code string
		about                []verification.RequestID
	}{
		{"another partner's request", "th", path, "not_found", []verification.RequestID{verification.RequestID(id)}},
		{"what does not exist", "th", requests + "/" + nothing, "not_found", nil},
		{"a role that may never", "auditor", path, "not_permitted", nil},
		{"nobody", "nobody-knows", path, "unauthenticated", nil},
	} {
		r.get(t, test.by, test.path)
		e := r.notes(t, test.name, func(e evidence.Entry) bool {
			return e.Outcome == evidence.Refused && e.Code == test.code && slices.Equal(e.Requests, test.about) && (e.Person == "") == (test.code == "unauthenticated")
		})
		if e.Operation != access.OpGetRequest || e.From == "" || e.Call == "" {
			t.Errorf("%s: %+v", test.name, e)
		}
	}
	r.post(t, "ng", path+"/clarifications", `{"text":"Nobody asked."}`).problem(t, http.StatusConflict, "nothing_asked")
	r.notes(t, "a command out of turn", func(e evidence.Entry) bool {
		return e.Code == "nothing_asked" && slices.Contains(e.Requests, verification.RequestID(id))
	})
}

func TestAnEntryHasIDsAndNothingElse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	r.get(t, "desk", requests+"/"+id).want(t, http.StatusOK)
	number := r.get(t, "ng", requests+"/"+id).want(t, http.StatusOK).text(t, "number")
	r.eventuallyGet(t, "desk", "/v1/numbers/"+number, func(g reply) bool { return g.status == http.StatusOK })
	r.get(t, "desk", "/v1/board?number="+number).want(t, http.StatusOK)
	r.get(t, "th", "/v1/verification-requests/Nguyen-Van-A")
	r.notes(t, "the board", func(e evidence.Entry) bool { return e.Operation == access.OpGetBoard })
	r.notes(t, "a name in a path", func(e evidence.Entry) bool { return e.Code == "not_found" })
	for _, e := range r.noted(t) {
		if text := fmt.Sprintf("%+v", e); strings.Contains(text, number) || strings.Contains(text, "Nguyen") || strings.Contains(text, "MSKU") {
			t.Errorf("evidence holds what was typed or read: %s", text)
		}
		if e.Person != "" && (e.Key == "" || e.Call == "" || e.From == "") {
			t.Errorf("evidence lacks who called and whence: %+v", e)
		}
	}
}

func TestACommandIsItsOwnEvidence(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	r.call(t, ask{by: "desk", method: http.MethodPost, path: requests + "/" + id + "/claim", body: `{}`, header: withKey("claim")}).want(t, http.StatusOK)
	r.get(t, "desk", requests+"/"+id).want(t, http.StatusOK)
	r.notes(t, "the read behind it", func(e evidence.Entry) bool { return e.Operation == access.OpGetRequest })
	claimed := func(e evidence.Entry) bool { return e.Operation == access.OpClaimRequest }
	if slices.ContainsFunc(r.noted(t), claimed) {
		t.Error("a command that is in the record is noted beside it")
	}
	r.call(t, ask{by: "desk", method: http.MethodPost, path: requests + "/" + id + "/claim", body: `{}`, header: withKey("claim")}).want(t, http.StatusOK)
	r.notes(t, "its repeat, which shows the case as it is now", claimed)
}

func TestTheFirstPullIsInTheRecordAndLaterOnesAreEvidence(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	r.release(t, id)
	r.evidence.Fail(evidence.ErrLost, false)
	path := requests + "/" + id + "/answers"
	r.get(t, "ng", path).want(t, http.StatusOK)
	r.get(t, "ng", path).problem(t, http.StatusServiceUnavailable, "evidence_unavailable")
	r.evidence.Fail(nil, false)
	r.eventuallyGet(t, "ng", path, func(g reply) bool { return g.status == http.StatusOK })
}

func TestWhoeverListensLeavesEvidenceOfTheOpeningAndOfTheRows(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	l := r.listen(t, r.served(t, r.edge), "desk", "")
	l.until(t, "event: reset")
	id := r.submit(t, "told")
	l.until(t, "event: row")
	l.leave()
	r.notes(t, "the opening", func(e evidence.Entry) bool { return e.Operation == access.OpStreamBoard && len(e.Requests) == 0 })
	r.notes(t, "the rows", func(e evidence.Entry) bool {
		return e.Operation == access.OpStreamBoard && slices.Contains(e.Requests, verification.RequestID(id))
	})
}

func TestPeopleWhoComeAndGoLeaveEvidence(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	o := r.settled(t, "lan", verification.RoleDesk)
	r.notes(t, "a sign-in", func(e evidence.Entry) bool {
		return e.Operation == access.OpSignIn && e.Outcome == evidence.Served && e.Person != "" && e.Session != ""
	})
	o.call(t, http.MethodDelete, "/v1/session", "").want(t, http.StatusNoContent)
	r.notes(t, "a sign-out", func(e evidence.Entry) bool { return e.Operation == access.OpSignOut && e.Person != "" })
	r.post(t, "", "/v1/session", `{"name":"nobody","password":"wrong-wrong-wrong","code":"000000"}`)
	refused := r.notes(t, "a sign-in that was refused", func(e evidence.Entry) bool { return e.Operation == access.OpSignIn && e.Outcome == evidence.Refused })
	if refused.Person != "" || refused.From == "" || refused.Code != "sign_in_refused" {
		t.Errorf("noted as %+v", refused)
	}
}
