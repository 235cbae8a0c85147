package httpapi_test

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
	"testing"
)

// said is a command with something said beside it.
type said struct{ by, path, body string }

// say gives the commands in turn, each of which must be taken.
func (r *rig) say(t *testing.T, id string, all ...said) {
	t.Helper()
	for _, s := range all {
		path := strings.NewReplacer("{id}", requests+"/"+id, "{task}", "/v1/tasks/"+id+"-01").Replace(s.path)
		method := http.MethodPost
		if strings.HasSuffix(path, "/package") {
			method = http.MethodPut
		}
		r.call(t, ask{by: s.by, method: method, path: path, body: s.body}).want(t, http.StatusOK)
	}
}

// notes are the texts of the notes in a view.
func notes(t *testing.T, view reply, at string) map[string]bool {
	t.Helper()
	out := map[string]bool{}
	list, _ := view.field(t, at).([]any)
	for _, n := range list {
		out[n.(map[string]any)["text"].(string)] = true
	}
	return out
}

func (r *rig) wantNotes(t *testing.T, id, at string, want ...string) {
	t.Helper()
	view := r.get(t, "desk", requests+"/"+id)
	r.fits(t, "staff-view", view.body)
	kept := notes(t, view, at)
	for _, text := range want {
		if !kept[text] {
			t.Errorf("%q is not among the notes of %s: %v", text, at, kept)
		}
	}
}

const heldByUnit = `{"kind":"interim","note":"more follows","questions":[{"n":1,"result":"held","facts":[
	{"text":"Seen.","language":"en","evaluation":{"source":"A","information":"1"}}]}]}`

const finalByUnit = `{"kind":"final","questions":[
	{"n":1,"result":"held","outcome":"ARRIVED","facts":[{"text":"Seen.","language":"en","evaluation":{"source":"A","information":"1"}}]},
	{"n":2,"result":"cannot_say","code":"no_records"},{"n":3,"result":"cannot_say","code":"no_records"}]}`

func TestWhatIsSaidWithACommandIsKept(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{"note":"taken on"}`},
		said{"lead03", "{task}/assignment", `{"officers":["p_unit030000000000"],"note":"the night watch"}`},
		said{"unit03", "{task}/clarification", `{"code":"other","text":"Which seal?","questions":[2],"reply_by":"2021-09-03T12:00:00+07:00"}`},
		said{"unit03", "{task}/hold", `{"code":"laboratory","note":"samples sent"}`},
		said{"lead03", "{task}/hold/confirmation", `{"code":"evidence_seen","text":"waybill 7"}`},
		said{"unit03", "{task}/resume", `{"note":"the laboratory answered"}`},
		said{"unit03", "{task}/answer", heldByUnit},
		said{"desk", "{id}/claim", `{}`},
		said{"lead", "{id}/degree", `{"degree":"flash","code":"other","text":"arrest tonight"}`},
		said{"desk", "{id}/agency", `{"agency":"carrier_agent","questions":[2],"text":"who paid","reference":"HQ/77"}`},
		said{"desk", "{id}/review", `{"note":"as far as we are"}`},
		said{"desk", "{id}/package", `{"kind":"partial","note":"without names"}`},
		said{"ng", "{id}/withdrawal", `{"text":"The ship was lost."}`},
		said{"unit03", "{task}/stop-acknowledgement", `{"note":"stopped at 9"}`},
	)
	r.wantNotes(t, id, "notes", "arrest tonight", "as far as we are", "without names", "The ship was lost.")
	r.wantNotes(t, id, "tasks.0.notes", "taken on", "the night watch", "samples sent", "evidence_seen: waybill 7",
		"the laboratory answered", "more follows", "stopped at 9")
	r.wantNotes(t, id, "tasks.1.notes", "Reference HQ/77: who paid")
	view := r.get(t, "desk", requests+"/"+id)
	if view.text(t, "proposals.0.reply_by") != "2021-09-03T05:00:00Z" || view.field(t, "proposals.0.questions.0") != 2.0 {
		t.Errorf("the proposal: %v", view.field(t, "proposals"))
	}
	if partner := r.get(t, "ng", requests+"/"+id); strings.Contains(string(partner.body), "night watch") {
		t.Errorf("a note left: %s", partner.body)
	}
}

func TestADeclineRoutingTwinAndClosureKeepWhatWasSaid(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	first := r.submit(t, "a")
	r.clock.set(t, "2021-09-02T23:41:00+07:00")
	second := r.submit(t, "b")
	r.say(
		t, second,
		said{"unit03", "{task}/decline", `{"code":"not_our_area","note":"another port"}`},
		said{"desk", "{id}/claim", `{}`},
		said{"desk", "{id}/answers", `{"questions":[{"n":3,"result":"elsewhere","code":"proper_channel","channel":"financial_intelligence","text":"Ask Laos."}]}`},
		said{"desk", "{id}/routing", `{"assignments":[{"unit":"02","questions":[1,2]}],"note":"by telephone too"}`},
		said{"desk", "{id}/duplicate", `{"of":"` + first + `","note":"sent twice"}`},
	)
	r.wantNotes(t, second, "notes", "by telephone too", "sent twice")
	if got := r.get(t, "desk", requests+"/"+second).text(t, "questions.2.answer"); got != "Ask Laos." {
		t.Errorf("the desk says %q", got)
	}
	if got := r.get(t, "desk", requests+"/"+second).text(t, "tasks.0.declined.note"); got != "another port" {
		t.Errorf("the decline says %q", got)
	}
	notice := string(tell(t, "S20").Steps[0].Body)
	id := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: notice, header: withKey("n")}).want(t, http.StatusCreated).text(t, "id")
	r.say(t, id, said{"desk", "{id}/claim", `{}`}, said{"desk", "{id}/closure", `{"note":"known already"}`})
	r.wantNotes(t, id, "notes", "known already")
}

func TestAPartnerIsToldIntoWhichOfItsRequestsOneWasMerged(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	first := r.submit(t, "a")
	r.clock.set(t, "2021-09-02T23:41:00+07:00")
	second := r.submit(t, "b")
	if open := r.get(t, "ng", requests+"/"+second); bytes.Contains(open.body, []byte("duplicate_of")) {
		t.Errorf("before it was merged: %s", open.body)
	}
	r.say(t, second, said{"desk", "{id}/claim", `{}`}, said{"desk", "{id}/duplicate", `{"of":"` + first + `"}`})
	merged := r.get(t, "ng", requests+"/"+second)
	r.fits(t, "partner-view", merged.body)
	if merged.text(t, "status") != "merged" || merged.text(t, "duplicate_of") != first {
		t.Errorf("its partner is told %s", merged.body)
	}
	r.get(t, "ng", requests+"/"+merged.text(t, "duplicate_of")).want(t, http.StatusOK)
	r.get(t, "th", requests+"/"+second).want(t, http.StatusNotFound)
}

func TestARejectionAndAForwardSayWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`},
		said{"unit03", "{task}/hold", `{"code":"laboratory"}`},
		said{"lead", "{task}/hold/rejection", `{"code":"too_long","text":"ask for the interim result"}`},
		said{"unit03", "{task}/forward", `{"unit":"02","code":"not_our_area","questions":[2]}`},
	)
	r.wantNotes(t, id, "tasks.0.notes", "too_long: ask for the interim result", "not_our_area")
}

func TestWhatCannotBeKeptIsNoFieldOfTheContract(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for path, body := range map[string]string{
		"/above-ceiling": `{"code":"aggregation","text":"the secret"}`,
		"/return":        `{"task":"` + id + `-01","code":"wording","questions":[1]}`,
		"/follow-ups":    `{"questions":[{"n":1,"code":"CON","text":"More?"}],"urgency":{"degree":"flash"}}`,
	} {
		by := map[string]string{"/above-ceiling": "lead", "/return": "reviewer", "/follow-ups": "ng"}[path]
		got := r.call(t, ask{by: by, method: http.MethodPost, path: requests + "/" + id + path, body: body, header: withKey("k")})
		got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
	}
}

func TestALoweredResultTakesTheEditorsReasonAndNoOtherDoes(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit},
		said{"desk", "{id}/claim", `{}`},
	)
	put := func(question string) reply {
		t.Helper()
		body := `{"kind":"final","questions":[` + question + `]}`
		return r.call(t, ask{by: "desk", method: http.MethodPut, path: requests + "/" + id + "/package", body: body})
	}
	lowered := put(`{"n":1,"result":"cannot_say","code":"withheld"}`).want(t, http.StatusOK)
	if lowered.text(t, "package.questions.0.reason") != "withheld" {
		t.Errorf("the package: %s", lowered.body)
	}
	for question, pointer := range map[string]string{
		`{"n":1,"code":"withheld"}`:                    "/questions/0/code",
		`{"n":2,"result":"pending","code":"withheld"}`: "/questions/0/code",
		`{"n":9,"text":"more"}`:                        "/questions/0/n",
	} {
		if got := put(question).problem(t, http.StatusUnprocessableEntity, "invalid_body"); got.text(t, "errors.0.pointer") != pointer {
			t.Errorf("%s: %s", question, got.body)
		}
	}
}

func TestAPartnersViewChangedWhenItsListSays(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for i, s := range []said{
		{"desk", "{id}/claim", `{}`},
		{"desk", "{id}/notes", `{"text":"inside"}`},
		{"unit03", "{task}/acceptance", `{}`},
		{"desk", "{id}/clarification", `{"code":"other","text":"Which?"}`},
		{"ng", "{id}/clarifications", `{"text":"This."}`},
		{"unit03", "{task}/hold", `{"code":"laboratory"}`},
		{"lead", "{id}/extension", `{"due_at":"2021-09-09T12:00:00+07:00","code":"other"}`},
		{"ng", "{id}/withdrawal", `{}`},
	} {
		r.clock.set(t, "2021-09-03T0"+strconv.Itoa(i+1)+":00:00+07:00")
		r.say(t, id, s)
		view := r.get(t, "ng", requests+"/"+id).text(t, "updated_at")
		r.eventuallyGet(t, "ng", requests, func(g reply) bool {
			return g.status == http.StatusOK && g.field(t, "items.0.updated_at") == view
		})
	}
}

func TestAnAnnulledBreachSaysWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.clock.set(t, "2021-09-05T12:00:00+07:00")
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, // too late: a breach in the same decision
		said{"lead", "{id}/breaches/1/annulment", `{"code":"clock_error","text":"the line was down"}`},
	)
	view := r.get(t, "desk", requests+"/"+id)
	r.fits(t, "staff-view", view.body)
	if view.text(t, "breaches.0.annulled.code") != "clock_error" || view.text(t, "breaches.0.annulled.text") != "the line was down" {
		t.Errorf("the breach: %v", view.field(t, "breaches.0"))
	}
}
