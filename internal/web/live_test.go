package web_test

import (
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

func TestAPageListensToAStreamOfTheContract(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("unit:03", "/demo")
	tab.Eval(`(() => { window.heard = 0; const d = document.createElement('div');
		d.innerHTML = '<div id="live" hx-sse:connect="/v1/units/03/queue/events" hx-trigger="load, verigate:again" hx-swap="none" hidden></div>' +
			'<p id="part" hx-get="/demo" hx-select="h1" hx-trigger="changed from:#live" hx-swap="innerHTML">old</p>';
		document.querySelector('main').append(d);
		document.getElementById('live').addEventListener('changed', () => window.heard++);
		htmx.process(d); return ''; })()`)
	tab.Await("the first event", "window.heard >= 1 && document.querySelector('#part h1')")
	began := time.Now()
	w.Submit(t, "S01", "live-1")
	tab.Await("a task in the queue", "window.heard >= 2")
	if took := time.Since(began); took > 5*time.Second {
		t.Errorf("told after %s", took)
	}
}
