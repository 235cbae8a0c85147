package httpapi_test

import (
	"net/http"
	"strings"
	"testing"
)

func TestTheBoardIsChosenByNumberDueAndFlag(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "a")
	second := r.submit(t, "b")
	both := func(g reply) bool { return g.status == http.StatusOK && g.field(t, "items.1.id") != nil }
	r.eventuallyGet(t, "desk", "/v1/board", both)
	number := r.get(t, "desk", requests+"/"+second).text(t, "number")
	for query, want := range map[string]string{
		"number=" + number: second,
		"number=" + strings.ToLower(strings.ReplaceAll(number, "-", "")): second,
		"due=overdue":   "",
		"due=soon":      "",
		"flag=unrouted": "",
	} {
		got := r.get(t, "desk", "/v1/board?"+query).want(t, http.StatusOK)
		if id, _ := got.field(t, "items.0.id").(string); id != want || got.field(t, "items.1.id") != nil {
			t.Errorf("%s: %s", query, got.body)
		}
	}
	for _, wrong := range []string{"number=VR-0000-0000-0001", "due=late", "flag=red"} {
		r.get(t, "desk", "/v1/board?"+wrong).problem(t, http.StatusBadRequest, "invalid_parameter")
	}
	r.clock.set(t, "2021-09-03T01:05:00+07:00") // of two hours to accept, 35 minutes are left
	r.eventuallyGet(t, "desk", "/v1/board?due=soon", both)
	if late := r.get(t, "desk", "/v1/board?due=overdue"); late.field(t, "items.0.id") != nil {
		t.Errorf("before its due: %s", late.body)
	}
	r.clock.set(t, "2021-09-03T01:40:00+07:00") // at its due it is late
	r.eventuallyGet(t, "desk", "/v1/board?due=overdue", both)
}
