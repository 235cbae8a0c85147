package httpapi_test

import (
	"bytes"
	"net/http"
	"strings"
	"testing"
)

// A version that was recalled is a notice and no content, also for who has read it.
func TestARecalledVersionIsPulledWithoutItsContent(t *testing.T) {
	t.Parallel()
	story := tell(t, "S01")
	p := newRig(t).play(story)
	for _, s := range story.Steps {
		p.do(t, s)
	}
	before := p.get(t, p.partner, p.path()).header.Get("ETag")
	p.post(t, "lead", p.path()+"/recall", `{"version":1,"code":"identity_error","text":"an inside remark"}`).want(t, http.StatusOK)
	owed := p.eventuallyGet(t, "desk", "/v1/board?flag=recalled", func(g reply) bool { return bytes.Contains(g.body, []byte(p.id)) })
	p.fitsOperation(t, "getBoard", owed.body)
	if owed.field(t, "items.0.state") != "confirmed" || owed.field(t, "counters.open") != 1.0 {
		t.Errorf("the board of what is owed: %s", owed.body)
	}
	got := p.get(t, p.partner, p.path()+"/answers").want(t, http.StatusOK)
	p.fitsOperation(t, "listAnswers", got.body)
	if strings.Contains(string(got.body), "discharged") || strings.Contains(string(got.body), "inside remark") {
		t.Errorf("content is still told: %s", got.body)
	}
	if got.field(t, "items.0.kind") != "recall" || got.field(t, "items.0.release") != nil {
		t.Errorf("the recalled version: %s", got.body)
	}
	if got.field(t, "items.1.corrects") != 1.0 || got.text(t, "items.1.release.hash") == "" {
		t.Errorf("the notice: %s", got.body)
	}
	view := p.get(t, p.partner, p.path())
	if view.field(t, "recalled") != true || view.header.Get("ETag") == before {
		t.Errorf("the partner does not see that its view changed: %s", view.body)
	}
}
