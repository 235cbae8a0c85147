package httpapi_test

import (
	"net/http"
	"testing"
)

func TestStatisticsAreReadByLevel(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "a")
	r.submit(t, "b")
	got := r.eventuallyGet(t, "supervisor", "/v1/statistics?by=partner", func(g reply) bool {
		return g.status == http.StatusOK && g.field(t, "tiles.received") == 2.0
	})
	r.fitsOperation(t, "getStatistics", got.body)
	for path, want := range map[string]any{
		"level": "headquarters", "by": "partner", "rows.0.value": "NG", "rows.0.figures.open": 2.0, "tiles.waiting_on.0.party": "unit",
		"tiles.waiting_on.0.now": 2.0, "tiles.on_time_percent": nil, "tiles.reroute_percent": 0.0, "tiles.stages.0.stage": "acknowledge",
		"tiles.stages.0.on_time_percent": 100.0, "stale": nil,
	} {
		if at := got.field(t, path); at != want {
			t.Errorf("%s is %v, want %v", path, at, want)
		}
	}
	if got.text(t, "from") != got.text(t, "to") || got.text(t, "as_of") == "" {
		t.Errorf("the present month: %s", got.body)
	}
	own := r.get(t, "unit03", "/v1/statistics").want(t, http.StatusOK)
	r.fitsOperation(t, "getStatistics", own.body)
	if own.text(t, "level") != "department" || own.text(t, "rows.0.unit") != "03" || own.field(t, "tiles.tasks") != 2.0 {
		t.Errorf("a unit's own: %s", own.body)
	}
	none := r.get(t, "desk", "/v1/statistics?from=2001-01&to=2003-12&level=sub_department&sub_department=03CC").want(t, http.StatusOK)
	r.fitsOperation(t, "getStatistics", none.body)
	if rows, ok := none.field(t, "rows").([]any); !ok || len(rows) != 0 || none.field(t, "tiles.received") != 0.0 {
		t.Errorf("of nothing: %s", none.body)
	}
}

func TestStatisticsRefuseWhatTheyCannotAnswer(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/statistics", func(g reply) bool { return g.status == http.StatusOK })
	for _, query := range []string{
		"?level=planet", "?by=officer", "?from=2021-13", "?to=yesterday", "?from=2021-10&to=2021-09", "?from=2018-09&to=2021-09", "?from=0001-01",
		"?level=headquarters&unit=03", "?level=department&sub_department=03CC", "?sub_department=03CC",
	} {
		r.get(t, "desk", "/v1/statistics"+query).problem(t, http.StatusBadRequest, "invalid_parameter")
	}
	r.get(t, "unit03", "/v1/statistics?unit=15").problem(t, http.StatusForbidden, "not_permitted")
	r.get(t, "unit03", "/v1/statistics?level=headquarters").problem(t, http.StatusForbidden, "not_permitted")
	r.get(t, "ng", "/v1/statistics").problem(t, http.StatusForbidden, "not_permitted")
}
