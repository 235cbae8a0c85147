package request_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// Flash and urgent are lowered by the lead alone: to others the form that raises them does not offer what is below, and to nobody
// the degree that the request has.
func TestOnlyDegreesThatThePersonMayGiveAreOffered(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submitted(t, w, "degrees", "VNHPH")
	chosen := regexp.MustCompile(`<option value="([a-z_]+)"`)
	offered := func(who string) []string {
		t.Helper()
		page := w.Visit(t, w.Cookie(t, who), "/requests/"+id, nil).Body
		_, form, _ := strings.Cut(page, `id="do-change_degree-degree"`)
		form, _, _ = strings.Cut(form, "</select>")
		var all []string
		for _, m := range chosen.FindAllStringSubmatch(form, -1) {
			all = append(all, m[1])
		}
		return all
	}
	below := []string{"priority", "routine", "look_back", "complex"}
	for _, c := range []struct {
		degree     string
		desk, lead []string
	}{
		{"", slices.Concat([]string{"flash", "urgent"}, below[1:]), slices.Concat([]string{"flash", "urgent"}, below[1:])},
		{"urgent", []string{"flash"}, slices.Concat([]string{"flash"}, below)},
		{"flash", nil, slices.Concat([]string{"urgent"}, below)},
	} {
		if c.degree != "" {
			does(t, w, "desk:1", id, "degree", map[string]any{"degree": c.degree, "code": "risk_to_life"})
		}
		if got := offered("desk:1"); !slices.Equal(got, c.desk) {
			t.Errorf("%q: the desk is offered %v", c.degree, got)
		}
		if got := offered("lead"); !slices.Equal(got, c.lead) {
			t.Errorf("%q: the lead is offered %v", c.degree, got)
		}
	}
}
