package httpapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/verification"
)

// actions are what the readers of a request did, with their names where they are told.
func (r *rig) actions(t *testing.T, by, id string) (all []string) {
	t.Helper()
	got := r.get(t, by, requests+"/"+id+"/readers").want(t, http.StatusOK)
	r.fitsOperation(t, "getReaders", got.body)
	for i := range len(got.field(t, "items").([]any)) {
		item := got.field(t, "items").([]any)[i].(map[string]any)
		who, _ := item["who"].(string)
		all = append(all, strings.TrimRight(who, "0")+" "+item["action"].(string))
	}
	slices.Sort(all)
	return all
}

func TestReadersAreToldBesidePulls(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	r.release(t, id)
	r.get(t, "ng", requests+"/"+id+"/answers").want(t, http.StatusOK)
	r.get(t, "unit03", "/v1/tasks/"+id+"-01").want(t, http.StatusOK)
	r.get(t, "lead", requests+"/"+id).want(t, http.StatusOK)
	r.get(t, "lead", requests+"/"+id).want(t, http.StatusOK)
	r.get(t, "th", requests+"/"+id).want(t, http.StatusNotFound)
	r.notes(t, "the refusal", func(e evidence.Entry) bool { return e.Outcome == evidence.Refused && len(e.Requests) == 1 })
	got := r.actions(t, "auditor", id)
	for _, want := range []string{"p_ng pull", "p_unit03 read", "p_lead read", "p_th refused"} {
		if !slices.Contains(got, want) {
			t.Errorf("%s is missing: %v", want, got)
		}
	}
	if n := len(got); n != len(slices.Compact(got)) {
		t.Errorf("somebody stands twice: %v", got)
	}
	for _, one := range r.actions(t, "desk", id) {
		if !strings.HasSuffix(one, " pull") && !strings.HasPrefix(one, " ") {
			t.Errorf("the desk is told which colleague it was: %s", one)
		}
	}
	if got := r.actions(t, "lead", id); !slices.Contains(got, "p_unit03 read") {
		t.Errorf("the lead is told %v", got)
	}
}

func TestTheAuditorsListIsFilteredAndGoesOn(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	id, other := r.submit(t, "own"), r.submit(t, "other")
	for range 5 {
		r.get(t, "desk", requests+"/"+id).want(t, http.StatusOK)
	}
	r.get(t, "lead", requests+"/"+other).want(t, http.StatusOK)
	r.get(t, "th", requests+"/"+id).want(t, http.StatusNotFound)
	r.notes(t, "the refusal", func(e evidence.Entry) bool { return e.Outcome == evidence.Refused && len(e.Requests) == 1 })
	list := func(query string) (all []map[string]any) {
		t.Helper()
		for cursor := ""; ; {
			got := r.get(t, "auditor", "/v1/evidence?limit=2&"+query+cursor).want(t, http.StatusOK)
			r.fitsOperation(t, "listEvidence", got.body)
			for _, item := range got.field(t, "items").([]any) {
				all = append(all, item.(map[string]any))
			}
			next, _ := got.field(t, "next_cursor").(string)
			if next == "" {
				return all
			}
			cursor = "&cursor=" + next
		}
	}
	person := string(everybody()["desk"].Person)
	for query, want := range map[string]int{
		"person=" + person + "&operation=getRequest": 5, "request=" + other: 1, "request=" + id + "&outcome=refused": 1, "outcome=refused": 1,
		"shows=export": 0, "operation=getRequest&shows=content": 7,
	} {
		if got := list(query); len(got) != want {
			t.Errorf("%s: %d, want %d: %v", query, len(got), want, got)
		}
	}
	for _, by := range []string{"desk", "lead", "ng", "unit03"} {
		r.get(t, by, "/v1/evidence").problem(t, http.StatusForbidden, "not_permitted")
	}
	r.get(t, "auditor", "/v1/evidence?outcome=perhaps").problem(t, http.StatusBadRequest, "invalid_parameter")
	r.get(t, "auditor", "/v1/evidence?cursor=x").problem(t, http.StatusBadRequest, "invalid_cursor")
	r.notes(t, "that the auditor looked", func(e evidence.Entry) bool { return e.Operation == access.OpListEvidence })
	r.evidence.Fail(evidence.ErrFull, false)
	r.get(t, "auditor", "/v1/evidence").want(t, http.StatusOK)
}

func TestEvidenceOfASealedMatterIsForItsMembers(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	sealed, open := r.submitSealed(t), r.submit(t, "open")
	member := everybody()["auditor"]
	member.Person, member.Members = "p_inside00000000", []verification.Compartment{"drugs", "precursor", "wildlife-l3", "general-l3"}
	r.keys.add("inside", member)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool {
		return strings.Contains(string(g.body), sealed) && strings.Contains(string(g.body), open)
	})
	r.get(t, "desk", requests+"/"+sealed).want(t, http.StatusOK)
	r.get(t, "supervisor", requests+"/"+sealed).want(t, http.StatusNotFound)
	page := r.notes(t, "a page with both", func(e evidence.Entry) bool {
		return e.Operation == access.OpGetBoard && slices.Contains(e.Requests, verification.RequestID(sealed)) && slices.Contains(e.Requests, verification.RequestID(open))
	})
	r.notes(t, "the attempt", func(e evidence.Entry) bool {
		return e.Outcome == evidence.Refused && slices.Contains(e.Requests, verification.RequestID(sealed))
	})
	outside := r.get(t, "auditor", "/v1/evidence?limit=200").want(t, http.StatusOK)
	if strings.Contains(string(outside.body), sealed) {
		t.Errorf("an auditor outside is told of it: %s", outside.body)
	}
	if !strings.Contains(string(outside.body), `"call":"`+page.Call+`"`) {
		t.Error("the page is not told with what is left of it")
	}
	inside := r.get(t, "inside", "/v1/evidence?limit=200&request="+sealed).want(t, http.StatusOK)
	for _, want := range []string{"getRequest", "getBoard", "refused"} {
		if !strings.Contains(string(inside.body), want) {
			t.Errorf("a member is not told of %s: %s", want, inside.body)
		}
	}
	r.get(t, "auditor", requests+"/"+sealed+"/readers").problem(t, http.StatusNotFound, "not_found")
	r.get(t, "inside", requests+"/"+sealed+"/readers").want(t, http.StatusOK)
}

func TestDamagedEvidenceIsAnItemOfItsOwnWhateverIsAskedFor(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "own")
	for range 3 {
		r.get(t, "lead", requests+"/"+id).want(t, http.StatusOK)
	}
	if at, err := r.evidence.Append(t.Context(), evidence.Message{Header: evidence.Header{Subject: id, Writer: "w", Number: 1, KID: "nobody", Wire: 1}, Data: []byte("x")}); err != nil {
		t.Fatal(err)
	} else {
		for _, query := range []string{"", "&person=p_nobody", "&request=" + id, "&outcome=refused", "&outcome=damaged", "&shows=export"} {
			got := r.get(t, "auditor", "/v1/evidence?limit=200"+query).want(t, http.StatusOK)
			r.fitsOperation(t, "listEvidence", got.body)
			want := fmt.Sprintf(`{"code":"evidence_key_missing","count":1,"operation":"","outcome":"damaged","sequence":%d,"where":"EVIDENCE sequence %d"}`, at, at)
			if !strings.Contains(string(got.body), want) {
				t.Errorf("%q: no %s in %s", query, want, got.body)
			}
		}
		got := r.get(t, "lead", requests+"/"+id+"/readers").want(t, http.StatusOK)
		r.fitsOperation(t, "getReaders", got.body)
		if got.field(t, "incomplete_from") != float64(at) {
			t.Errorf("the readers are told as if all were known: %s", got.body)
		}
	}
}
