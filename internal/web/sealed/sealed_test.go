package sealed_test

import (
	"fmt"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// hidden is a request that lies in a compartment from its arrival on.
func hidden(t *testing.T, w *webtest.World, reference string) string {
	t.Helper()
	return fmt.Sprint(w.Must(t, "partner:NG", "POST", "/v1/verification-requests", map[string]any{
		"own_reference": reference, "purpose": map[string]any{"statement": "A load of precursors is expected."},
		"handling":  map[string]any{"code": "H2", "compartment_hint": "precursor", "do_not_alert": true},
		"subjects":  []any{map[string]any{"id": "s1", "kind": "drug", "inn": "acetic anhydride"}},
		"questions": []any{map[string]any{"n": 1, "code": "CON", "text": "Has it arrived?", "subjects": []string{"s1"}}},
	}, "Idempotency-Key", "sealed-"+reference).Body["id"])
}

func TestAKeeperFindsClaimsAndWorksOnASealedMatter(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 7 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, empty, nobody, room, end, alarm, keeper, away string }{
		{"vi", "Không có hồ sơ kín nào đang mở", "chưa ai nhận", "Tiền chất", "không thời hạn", "Có hồ sơ kín chờ nhận", "báo động cho quý vị là người giữ trực", "Xung đột lợi ích"}, {"en", "No sealed matter is open", "nobody yet", "Precursors", "no end", "A sealed matter waits to be claimed", "alarms you as keeper since", "Conflict of interest"},
	} {
		tab.Enter("supervisor", "/sealed")
		tab.Speak(said.language)
		if got := tab.Text(".empty"); !strings.Contains(got, said.empty) || tab.Has(`nav a[href="/sealed"]`) {
			t.Errorf("supervision at the keeper's page: %q", got)
		}
		id := hidden(t, w, said.language)
		tab.Enter("keeper", "/sealed")
		link := `a[href="/requests/` + id + `"]`
		tab.Await("the matter on the page", `document.querySelector('`+link+`') || (setTimeout(() => location.reload(), 300), false)`)
		if got := tab.Text("tbody tr:has(" + link + ")"); !strings.Contains(got, said.nobody) {
			t.Errorf("the row says %q", got)
		}
		tab.Await("the alarm", `document.querySelector('#alarm [data-alarm]')`)
		if got := tab.Text("#alarm"); !strings.Contains(got, said.alarm) || strings.Contains(got, "acetic") {
			t.Errorf("the alarm says %q", got)
		}
		tab.Submit("#alarm button")
		if at, got := tab.Path(), tab.Text("#sealed-alarms"); at != "/sealed" || !strings.Contains(got, said.keeper) || tab.Has("#alarm [data-alarm]") {
			t.Errorf("opening the alarm leads to %s, which says %q", at, got)
		}
		for _, part := range []string{said.room, "Keepers' deputy for precursors", "Lead for precursors", said.end} {
			if got := tab.Text("main"); !strings.Contains(got, part) {
				t.Errorf("of the members there is no %q: %s", part, got)
			}
		}
		tab.Submit(link)
		tab.Submit("#do-claim button")
		w.Must(t, "keeper", "POST", "/v1/verification-requests/"+id+"/routing", map[string]any{
			"assignments": []any{map[string]any{"unit": "02", "questions": []int{1}}}, "exclude": map[string]any{"units": []string{"03"}},
		})
		tab.Go("/sealed")
		tab.Await("who must not know of it", `document.querySelector('.sealed-away') || (setTimeout(() => location.reload(), 300), false)`)
		if got := tab.Text("tbody tr:has(" + link + ") .sealed-away"); !strings.Contains(got, said.away) || !strings.Contains(got, "Hải Phòng") && !strings.Contains(got, "Hai Phong") {
			t.Errorf("of who must not know of it the page says %q", got)
		}
		tab.Submit(link)
		if !tab.Has("#do-note") || !tab.Has(`a[href$="/triage"]`) {
			t.Errorf("the keeper has not the desk's rights inside: %s", tab.Text("main"))
		}
		tab.Enter("supervisor", "/requests/"+id)
		if !tab.Has("#trouble[data-code=not_found]") {
			t.Errorf("supervision opens it: %s", tab.Text("main"))
		}
	}
	tab.Enter("keeper", "/sealed")
	tab.Click("#room-drugs summary")
	tab.Submit("#room-drugs form button") // nobody for both, which is no mistake
	if got := tab.Text("#room-drugs"); !strings.Contains(got, "Nobody is on duty, or there is no deputy, from") {
		t.Errorf("nobody is on duty, and the page says %q", got)
	}
	choose := func(field, label string) {
		tab.Fill("#"+field+"-drugs", tab.Eval(fmt.Sprintf(`[...document.querySelectorAll('#%s-drugs option')].find(o => o.text === %q).value`, field, label)))
	}
	tab.Click("#room-drugs summary")
	choose("keeper", "Cán bộ trực 1")
	choose("deputy", "Cán bộ trực 1")
	tab.Submit("#room-drugs form button")
	if got := tab.Text("#room-drugs .flaw"); !strings.Contains(got, "another keeper") {
		t.Errorf("one person for both is answered %q", got)
	}
	choose("deputy", "Người giữ hồ sơ kín")
	tab.Submit("#room-drugs form button")
	if got := tab.Text("#room-drugs .sealed-turns"); !strings.Contains(got, "Cán bộ trực 1, deputy Người giữ hồ sơ kín") {
		t.Errorf("on duty are %q", got)
	}
	tab.Accessible("the keeper's page")
	tab.Screens("sealed")
	if tab.Has("#sealed-alarms") {
		t.Errorf("what was claimed alarms: %s", tab.Text("#sealed-alarms"))
	}
	tab.Enter("supervisor", "/sealed")
	if tab.Has("tbody tr") {
		t.Errorf("supervision is told of sealed matters: %s", tab.Text("main"))
	}
}
