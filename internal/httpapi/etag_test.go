package httpapi_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"
)

// tags holds the tags of partners' views against their bytes.
type tags struct {
	of   map[string]string // the view that each tag stood for
	last reply
}

// hold takes the view behind a step: it has the tag of the view before it if and only if it is the same, and no tag that
// ever stood for another.
func (s *tags) hold(t *testing.T, step string, view reply) {
	t.Helper()
	tag, body := view.want(t, http.StatusOK).header.Get("ETag"), string(view.body)
	if before, seen := s.of[tag]; seen && before != body || tag == "" {
		t.Fatalf("behind %s the tag %s stands for another view:\n%s\n%s", step, tag, before, body)
	}
	s.of[tag] = body
	same := body == string(s.last.body)
	if same != (tag == s.last.header.Get("ETag")) {
		t.Fatalf("behind %s the view is the same: %t, its tag is not:\n%s\n%s", step, same, s.last.body, body)
	}
	s.last = view
}

func TestAPartnersTagChangesIfAndOnlyIfItsViewDoesInEveryStory(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"S01", "S02", "S03", "S05-MW", "S05-RILO-AP", "S07", "S08", "S10", "S12", "S13", "S17", "S18"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story := tell(t, name)
			p, seen := newRig(t).play(story), tags{of: map[string]string{}}
			for _, s := range story.Steps {
				p.do(t, s)
				seen.hold(t, s.Call, p.get(t, p.partner, p.path()))
			}
		})
	}
}

// moves are commands on a request; {hash} is what the desk reads in it. What is refused is refused.
func moves() []said {
	return []said{
		{"desk", "{id}/claim", `{}`},
		{"desk", "{id}/notes", `{"text":"inside"}`},
		{"unit03", "{task}/acceptance", `{}`},
		{"unit03", "{task}/decline", `{"code":"not_our_area"}`},
		{"unit03", "{task}/hold", `{"code":"laboratory"}`},
		{"lead03", "{task}/hold/confirmation", `{"code":"evidence_seen"}`},
		{"unit03", "{task}/resume", `{}`},
		{"unit03", "{task}/answer", heldByUnit},
		{"unit03", "{task}/answer", finalByUnit},
		{"desk", "{id}/routing", `{"assignments":[{"unit":"02","questions":[1,2]}]}`},
		{"desk", "{id}/clarification", `{"code":"other","text":"Which?","questions":[1]}`},
		{"desk", "{id}/clarification", `{"code":"other","text":"Who?","reply_by":"2031-09-03T12:00:00+07:00"}`},
		{"ng", "{id}/clarifications", `{"text":"This."}`},
		{"ng", "{id}/clarifications", `{"text":"That."}`},
		{"ng", "{id}/clarifications", `{"text":"Lower.","handling":{"code":"H0","tlp":"GREEN"}}`},
		{"lead", "{id}/level", `{"level":"L1","code":"partner_lowered","agreed_in":1}`},
		{"desk", "{id}/refusal", `{"code":"no_legal_basis","text":"The law."}`},
		{"desk", "{id}/refusal", `{"code":"time_barred","text":"The purpose."}`},
		{"lead", "{id}/refusal/approval", `{"hash":"{hash}"}`},
		{"lead", "{id}/refusal/rejection", `{"code":"other"}`},
		{"desk", "{id}/package", `{"kind":"partial"}`},
		{"desk", "{id}/package", `{"kind":"final"}`},
		{"reviewer", "{id}/release", `{"hash":"{hash}"}`},
		{"ng", "{id}/answers", ``},
		{"ng", "{id}/confirmation", `{"version":1,"useful":true}`},
		{"ng", "{id}/follow-ups", followUp},
		{"desk", "{id}/correction", `{"code":"identity_error"}`},
		{"lead", "{id}/recall", `{"version":1,"code":"identity_error"}`},
		{"lead", "{id}/extension", `{"due_at":"{later}","code":"other"}`},
		{"lead", "{id}/degree", `{"degree":"flash","code":"other"}`},
		{"lead", "{id}/degree", `{"degree":"routine","code":"other"}`},
		{"desk", "{id}/review", `{}`},
		{"ng", "{id}/withdrawal", `{}`},
	}
}

// Steps follow each other also within a millisecond, in which no time tells one view from another.
func TestAPartnersTagChangesIfAndOnlyIfItsViewDoesInAnyOrderOfCommands(t *testing.T) {
	t.Parallel()
	taken := map[string]int{}
	for walk := range uint64(24) {
		r := newRig(t) // of its own: a clock is not set back
		at := r.clock.now()
		from := rand.New(rand.NewPCG(1, walk))
		id := r.submit(t, fmt.Sprint("walk-", walk))
		if walk%2 == 0 {
			r.release(t, id)
		}
		seen := tags{of: map[string]string{}}
		for n := range 60 {
			if from.IntN(2) == 0 {
				at = at.Add(time.Duration(from.IntN(10)) * time.Hour)
				r.clock.set(t, at.Format(time.RFC3339))
			}
			all := moves()
			m := all[from.IntN(len(all))]
			m.body = strings.ReplaceAll(m.body, "{later}", at.Add(240*time.Hour).Format(time.RFC3339))
			if got := r.walk(t, id, fmt.Sprint(walk, ".", n), m); got.status < http.StatusMultipleChoices {
				taken[m.path]++
			}
			seen.hold(t, m.path, r.get(t, "ng", requests+"/"+id))
		}
	}
	if len(taken) < 20 {
		t.Errorf("only %v were taken", taken)
	}
}

// release takes a request to its first answer, where other walks than from its beginning lead on.
func (r *rig) release(t *testing.T, id string) {
	t.Helper()
	r.say(
		t, id,
		said{"unit03", "{task}/acceptance", `{}`}, said{"unit03", "{task}/answer", finalByUnit},
		said{"desk", "{id}/claim", `{}`}, said{"desk", "{id}/package", `{"kind":"final"}`},
	)
	r.walk(t, id, id, said{"reviewer", "{id}/release", `{"hash":"{hash}"}`}).want(t, http.StatusOK)
}

// walk gives one command, whatever is answered.
func (r *rig) walk(t *testing.T, id, key string, m said) reply {
	t.Helper()
	if strings.Contains(m.body, "{hash}") {
		view, at := r.get(t, "desk", requests+"/"+id), "package.hash"
		if strings.Contains(m.path, "refusal") {
			at = "refusal.hash"
		}
		hash, _ := view.field(t, at).(string)
		m.body = strings.ReplaceAll(m.body, "{hash}", hash)
	}
	path := strings.NewReplacer("{id}", requests+"/"+id, "{task}", "/v1/tasks/"+id+"-01").Replace(m.path)
	method := http.MethodPost
	switch {
	case strings.HasSuffix(path, "/package"):
		method = http.MethodPut
	case m.body == "":
		method = http.MethodGet
	}
	return r.call(t, ask{by: m.by, method: method, path: path, body: m.body, header: withKey(key)})
}
