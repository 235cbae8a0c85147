package sealed_test

import (
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/app"
	"verigate/internal/web/webtest"
)

// late is a world whose clock is moved on by the test.
func late(t *testing.T) (*webtest.World, func(time.Duration)) {
	t.Helper()
	var by atomic.Int64
	w := webtest.Start(t, func(o *app.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(by.Load())) }
	})
	return w, func(d time.Duration) { by.Add(int64(d)) }
}

// flash is a sealed matter that is acknowledged within a quarter of an hour, and its number.
func flash(t *testing.T, w *webtest.World, hint, reference string) (id, number string) {
	t.Helper()
	got := w.Must(t, "partner:NG", "POST", "/v1/verification-requests", map[string]any{
		"own_reference": reference, "purpose": map[string]any{"statement": "A load of precursors is expected."},
		"urgency":   map[string]any{"degree": "flash", "justification": "goods_in_motion"},
		"handling":  map[string]any{"code": "H2", "compartment_hint": hint, "do_not_alert": true},
		"subjects":  []any{map[string]any{"id": "s1", "kind": "company", "names": []any{map[string]any{"text": "Secret Ltd"}}, "country": "VN"}},
		"questions": []any{map[string]any{"n": 1, "code": "COM", "text": "Who owns it?", "subjects": []string{"s1"}}},
	}, "Idempotency-Key", "alarm-"+reference).Body
	return fmt.Sprint(got["id"]), fmt.Sprint(got["number"])
}

// alarmed waits until the page sounds, loaded again when the gateway has caught up with the clock that was moved.
func alarmed(t *testing.T, w *webtest.World, tab *webtest.Tab, who string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "it has caught up", func() bool { return w.Call(t, who, "GET", "/v1/alarms", nil).Status == 200 })
	tab.Go(tab.Path())
	tab.Await(who+" is alarmed", `document.querySelector('#alarm [data-alarm]')`)
}

func TestTheDeputyAndTheLeadAreAlarmedInTurn(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w, pass := late(t)
	deputy, lead := w.Open(t), w.Open(t)
	for _, said := range []struct{ language, waits, deputy, lead, done string }{
		{"vi", "Có hồ sơ kín chờ nhận", "báo động cho quý vị là người trực thay", "báo động cho quý vị là lãnh đạo", "Đã cử người giữ"},
		{"en", "A sealed matter waits to be claimed", "alarms you as deputy since", "alarms you as head of the desk since", "The keeper is appointed"},
	} {
		id, number := flash(t, w, "drugs", "deputy-"+said.language)
		deputy.Enter("desk:1", "/now")
		deputy.Speak(said.language)
		if deputy.Has("#alarm [data-alarm]") {
			t.Errorf("the deputy is alarmed at once: %s", deputy.Text("#alarm"))
		}
		pass(8 * time.Minute) // half of a quarter of an hour
		alarmed(t, w, deputy, "desk:1")
		if got := deputy.Text("#alarm"); !strings.Contains(got, said.waits) || !strings.Contains(got, number) || strings.Contains(got, "Secret") {
			t.Errorf("the deputy's alarm says %q", got)
		}
		deputy.Submit("#alarm button")
		row := fmt.Sprintf(`#sealed-alarms li:has(a[href="/requests/%s"])`, id)
		if got := deputy.Text(row); !strings.Contains(got, said.deputy) || !strings.Contains(got, number) || deputy.Has(row+" form") || deputy.Has("#alarm [data-alarm]") {
			t.Errorf("opened, the deputy's page says %q", got)
		}
		deputy.Accessible("the deputy's alarm")
		deputy.Screens("sealed-deputy-" + said.language)
		deputy.Submit(row + " a")
		deputy.Submit("#do-claim button")

		id, number = flash(t, w, "precursor", "lead-"+said.language) // the lead is no member
		lead.Enter("lead", "/now")
		lead.Speak(said.language)
		if lead.Has("#alarm [data-alarm]") {
			t.Errorf("the lead is alarmed at once: %s", lead.Text("#alarm"))
		}
		pass(12 * time.Minute) // three quarters
		alarmed(t, w, lead, "lead")
		lead.Submit("#alarm button")
		row = fmt.Sprintf(`#sealed-alarms li:has(input[value="%s"])`, id)
		if got := lead.Text(row); !strings.Contains(got, said.lead) || !strings.Contains(got, number) || lead.Has(row+" a") ||
			strings.Contains(lead.Text("#sealed-alarms"), "Secret") || lead.Has("#room-precursor") {
			t.Errorf("opened, the lead's page says %q", got)
		}
		lead.Accessible("the lead's alarm")
		lead.Screens("sealed-lead-" + said.language)
		lead.Submit(row + " button")
		if got := lead.Text(".said"); !strings.Contains(got, said.done) {
			t.Errorf("a keeper is appointed, and the page says %q", got)
		}
		lead.Go("/requests/" + id)
		if !lead.Has("#trouble[data-code=not_found]") {
			t.Errorf("the lead reads what only alarms them: %s", lead.Text("main"))
		}
		w.Must(t, "keeper", "POST", "/v1/verification-requests/"+id+"/claim", map[string]any{})
	}
}

func TestAKeeperTriesTheAlarm(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 9 s")
	}
	t.Parallel()
	w, pass := late(t)
	keeper, deputy := w.Open(t), w.Open(t)
	for _, said := range []struct{ language, never, test, heard, waits, confirmed string }{
		{"vi", "Chưa thử lần nào", "báo động thử", "Đã xác nhận nghe báo động thử", "chưa xác nhận", "đã xác nhận"},
		{"en", "Never tested", "This is a test", "You confirmed the test", "not confirmed", "confirmed"},
	} {
		pass(2 * time.Minute) // behind the test in the other language
		webtest.Eventually(t, 20*time.Second, "it has caught up", func() bool { return w.Call(t, "keeper", "GET", "/v1/alarms", nil).Status == 200 })
		keeper.Enter("keeper", "/sealed")
		keeper.Speak(said.language)
		if got := keeper.Text("#room-wildlife-l3"); !strings.Contains(got, said.never) {
			t.Errorf("a compartment whose alarm was never tried: %q", got)
		}
		keeper.Submit(`#room-drugs form[action="/sealed/alarm-test"] button`)
		if got := keeper.Text("#room-drugs .sealed-trial"); strings.Count(got, said.waits) < 3 || !strings.Contains(got, "Cán bộ trực 1") || !strings.Contains(got, "Lãnh đạo Phòng") {
			t.Errorf("tried, the page says %q", got)
		}
		deputy.Enter("desk:1", "/now")
		deputy.Speak(said.language)
		alarmed(t, w, deputy, "desk:1")
		if got := deputy.Text("#alarm"); !strings.Contains(got, said.test) || strings.Contains(got, "drugs") || strings.Contains(got, "Ma túy") {
			t.Errorf("the test says %q", got)
		}
		deputy.Screens("alarm-test-" + said.language)
		deputy.Accessible("a test of the alarm")
		keeper.Eval("window.stayed = 'here'")
		deputy.Submit("#alarm button")
		if got := deputy.Text(".said"); !strings.Contains(got, said.heard) || deputy.Has("#alarm [data-alarm]") {
			t.Errorf("confirmed, the deputy's page says %q", got)
		}
		keeper.Await("that the deputy has confirmed, on a page that stays", `window.stayed === 'here' && document.querySelector('#trial-drugs li:nth-child(2) time')`)
		if got := keeper.Text("#room-drugs .sealed-trial li:nth-child(2)"); !strings.Contains(got, "Cán bộ trực 1") || !strings.Contains(got, said.confirmed) || strings.Contains(got, said.waits) {
			t.Errorf("of the deputy the keeper reads %q", got)
		}
		keeper.Accessible("the alarm test on the keeper's page")
		keeper.Screens("sealed-test-" + said.language)
		deputy.Enter("supervisor", "/sealed")
		if code := deputy.Eval(`fetch('/sealed/alarm-tests').then(r => String(r.status))`); code != "403" {
			t.Errorf("supervision asks for the tests alone: %s", code)
		}
		if deputy.Has(".sealed-trial") || deputy.Has("#alarm [data-alarm]") {
			t.Errorf("supervision is told of a test: %s", deputy.Text("main"))
		}
		pass(access.AlarmSounds) // it sounds no more: nobody confirms it
		webtest.Eventually(t, 20*time.Second, "it has caught up", func() bool { return w.Call(t, "keeper", "GET", "/v1/alarms", nil).Status == 200 })
		keeper.Enter("keeper", "/sealed")
		if got := keeper.Text("#trial-drugs"); !strings.Contains(got, said.waits) {
			t.Errorf("an hour later the page forgot: %q", got)
		}
	}
	keeper.Eval("window.stayed = document.querySelector('#trial-drugs time').dateTime")
	w.Must(t, "keeper", "PUT", "/v1/compartments/drugs/alarm-test", map[string]any{})
	keeper.Await("a test that began elsewhere, on a page that stays", "window.stayed && document.querySelector('#trial-drugs time').dateTime > window.stayed")
}
