package httpapi_test

import (
	"net/http"
	"testing"
)

// A calendar that a lead moves a request to while its partner is asked is nothing that the partner sees, tag included.
func TestARepinIsNotSeenByThePartnerWhoIsAsked(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	path := requests + "/" + r.submit(t, "a")
	r.post(t, "desk", path+"/claim", `{}`).want(t, http.StatusOK)
	r.post(t, "desk", path+"/clarification", `{"code":"other","text":"Which?"}`).want(t, http.StatusOK)
	before := r.get(t, "ng", path)
	r.clock.set(t, "2021-09-03T01:05:00+07:00")
	r.post(t, "lead", path+"/policy", `{"calendar":"vn-1"}`).want(t, http.StatusOK)
	after := r.get(t, "ng", path)
	if after.text(t, "due_at") != before.text(t, "due_at") || after.header.Get("ETag") != before.header.Get("ETag") {
		t.Errorf("it was told %s and is told %s, with another tag: %t", before.text(t, "due_at"), after.text(t, "due_at"), after.header.Get("ETag") != before.header.Get("ETag"))
	}
	r.post(t, "ng", path+"/clarifications", `{"text":"This one."}`).want(t, http.StatusOK)
	if got := r.get(t, "ng", path); got.text(t, "due_at") <= before.text(t, "due_at") {
		t.Errorf("after the reply it is told %s", got.text(t, "due_at"))
	}
}
