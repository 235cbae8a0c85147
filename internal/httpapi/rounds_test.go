package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

const followUp = `{"own_reference":"NCB/2","text":"The second container.","questions":[
	{"n":1,"code":"CON","text":"And this one?","subjects":["s1","x1"],"look_back_from":"2020-03"}],
	"subjects":[{"id":"x1","kind":"consignment","form":"sea","port":"VNDAD"},{"id":"s1","kind":"container","number":"ZZZU4002170"}],
	"attachments":[{"id":"b1","name":"second.pdf"}]}`

// answered plays S01 to its confirmation.
func answered(t *testing.T) *play {
	t.Helper()
	story := tell(t, "S01")
	p := newRig(t).play(story)
	for _, s := range story.Steps {
		p.do(t, s)
	}
	return p
}

func TestWhatAFollowUpBringsReachesAllWhoWorkOnIt(t *testing.T) {
	t.Parallel()
	p := answered(t)
	created := p.call(t, ask{by: p.partner, method: http.MethodPost, path: p.path() + "/follow-ups", body: followUp, header: withKey("f")})
	if created.want(t, http.StatusCreated).text(t, "warnings.0.pointer") != "/subjects/1/number" {
		t.Errorf("the container's check digit: %s", created.body)
	}
	staff, partner := p.get(t, "desk", p.path()), p.get(t, p.partner, p.path())
	p.fits(t, "staff-view", staff.body)
	p.fits(t, "partner-view", partner.body)
	for name, view := range map[string]reply{"staff": staff, "partner": partner} {
		if view.text(t, "follow_ups.0.request.subjects.0.port") != "VNDAD" || view.field(t, "follow_ups.0.round") != 2.0 {
			t.Errorf("%s: %s", name, view.body)
		}
		if last := view.field(t, "warnings").([]any); last[len(last)-1].(map[string]any)["pointer"] != "/follow_ups/0/request/subjects/1/number" {
			t.Errorf("%s: warnings %v", name, last)
		}
	}
	candidates := p.get(t, "desk", p.path()+"/candidates").want(t, http.StatusOK)
	if !strings.Contains(string(candidates.body), `"unit":"34"`) || !strings.Contains(string(candidates.body), `"/follow_ups/0/request/subjects/0/port"`) {
		t.Errorf("the new port is no reason: %s", candidates.body)
	}
	p.post(t, "desk", p.path()+"/claim", `{}`).want(t, http.StatusOK)
	p.post(t, "desk", p.path()+"/routing", `{"assignments":[{"unit":"34","questions":[1]}]}`).want(t, http.StatusOK)
	task := p.get(t, "officer-34", "/v1/tasks/"+p.id+"-02").want(t, http.StatusOK)
	p.fits(t, "task", task.body)
	if task.text(t, "subjects.0.port") != "VNDAD" || task.text(t, "subjects.1.number") != "ZZZU4002170" {
		t.Errorf("the unit's subjects: %s", task.body)
	}
	if task.text(t, "questions.0.look_back_from") != "2020-03" || !strings.HasSuffix(task.text(t, "statement"), "\n\nThe second container.") {
		t.Errorf("the unit's question: %s", task.body)
	}
	if files := task.field(t, "attachments").([]any); files[len(files)-1].(map[string]any)["name"] != "second.pdf" {
		t.Errorf("the attachments: %v", files)
	}
	if before := p.get(t, "officer-03", "/v1/tasks/"+p.id+"-01"); strings.Contains(string(before.body), "VNDAD") {
		t.Errorf("a task of the first round tells the second: %s", before.body)
	}
}

func TestAllThatAPartnerRepliedStaysToBeRead(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	clarify := func(text string) {
		t.Helper()
		r.post(t, "desk", requests+"/"+id+"/clarification", `{"code":"other","text":"`+text+`","questions":[1]}`).want(t, http.StatusOK)
	}
	answer := func(body string) reply {
		t.Helper()
		return r.post(t, "ng", requests+"/"+id+"/clarifications", body)
	}
	r.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	clarify("Which container?")
	bad := answer(`{"text":"x","subjects":[{"id":"y0","kind":"phone","e164":"12"}]}`)
	if bad.problem(t, http.StatusUnprocessableEntity, "invalid_body").text(t, "errors.0.pointer") != "/subjects/0/e164" {
		t.Errorf("a telephone that cannot be: %s", bad.body)
	}
	got := answer(`{"text":"This.","subjects":[{"id":"y1","kind":"container","number":"ZZZU4002170"}]}`).want(t, http.StatusOK)
	warned := got.field(t, "warnings").([]any)
	if warned[len(warned)-1].(map[string]any)["pointer"] != "/clarifications/0/reply/subjects/0/number" {
		t.Errorf("a wrong check digit warns: %v", warned)
	}
	clarify("Whose?")
	answer(`{"text":"Unknown."}`).want(t, http.StatusOK)
	for schema, view := range map[string]reply{
		"staff-view": r.get(t, "desk", requests+"/"+id), "partner-view": r.get(t, "ng", requests+"/"+id),
		"task": r.get(t, "unit03", "/v1/tasks/"+id+"-01"),
	} {
		r.fits(t, schema, view.body)
		if view.text(t, "clarifications.0.text") != "Which container?" || view.text(t, "clarifications.0.reply.subjects.0.number") != "ZZZU4002170" ||
			view.text(t, "clarifications.1.reply.text") != "Unknown." {
			t.Errorf("%s: %s", schema, view.body)
		}
	}
	r.post(t, "unit03", "/v1/tasks/"+id+"-01/decline", `{"code":"not_our_area"}`).want(t, http.StatusOK)
	if over := r.get(t, "unit03", "/v1/tasks/"+id+"-01").want(t, http.StatusOK); over.field(t, "clarifications") != nil {
		t.Errorf("a unit that declined reads on: %s", over.body)
	}
}

func TestAReplyAboutDrugsSealsTheRequest(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.post(t, "desk", requests+"/"+id+"/claim", `{}`).want(t, http.StatusOK)
	r.post(t, "desk", requests+"/"+id+"/clarification", `{"code":"other","text":"What is in it?"}`).want(t, http.StatusOK)
	r.post(t, "ng", requests+"/"+id+"/clarifications", `{"text":"Heroin.","subjects":[{"id":"y1","kind":"drug","inn":"heroin"}]}`).want(t, http.StatusOK)
	view := r.get(t, "keeper", requests+"/"+id).want(t, http.StatusOK)
	if view.text(t, "level") != "L3" || view.text(t, "compartment") != "drugs" {
		t.Errorf("%s in %v", view.text(t, "level"), view.field(t, "compartment"))
	}
	r.get(t, "supervisor", requests+"/"+id).problem(t, http.StatusNotFound, "not_found")
}
