package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"path"
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

// On a line that brings a page's scripts one after the other it is as live as on a quick one.
func TestAPageIsLiveHoweverLateItsScriptsAre(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	w.URL = late(t, w.URL, map[string]time.Duration{"hx-sse.js": 300 * time.Millisecond, "app.js": 600 * time.Millisecond})
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	task := w.Submit(t, "S01", "live-late") + "-01"
	tab.Await("the task appears", fmt.Sprintf(`document.getElementById('unit-%s')`, task))
}

// A part that could not be loaded again is asked for until it is there: nothing else may happen for hours.
func TestAPartThatWasRefusedIsAskedForAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 11 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("unit:03", "/inbox")
	tab.Await("the stream", `document.getElementById('live')._htmx?.sse`)
	tab.Eval(`(() => { const real = window.fetch; window.refused = 0; window.line = true; window.ended = [];
		window.fetch = (to, o) => window.line || !String(to).startsWith('/inbox') ? real(to, o) :
			window.refused++ % 2 ? Promise.reject(new TypeError('no line')) : Promise.resolve(new Response('', {status: 503}));
		document.addEventListener('htmx:finally:request', (e) => window.ended.push(e.detail.ctx.response?.status ?? 0));
		htmx.trigger('#live', 'changed'); return ''; })()`)
	tab.Await("that nothing has changed", `window.ended.includes(204)`)
	if tab.Eval(`window.line = false, String(document.getElementById('stale').hidden)`) != "true" {
		t.Error("a page on which nothing has changed is said to be away")
	}
	task := w.Submit(t, "S01", "live-again") + "-01"
	tab.Await("that it is said", `!document.getElementById('stale').hidden`)
	tab.Await("that it was refused in both ways, and asked for again", `window.refused >= 3`)
	tab.Eval(`window.line = true, ''`)
	tab.Await("the task appears", fmt.Sprintf(`document.getElementById('unit-%s')`, task))
	tab.Await("that it is said no more", `document.getElementById('stale').hidden`)
}

// late stands before a gateway on a line that brings some files late, and gives its address.
func late(t *testing.T, gateway string, files map[string]time.Duration) string {
	t.Helper()
	to, err := url.Parse(gateway)
	if err != nil {
		t.Fatal(err)
	}
	proxy := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		r.SetURL(to)
		if r.In.Header.Get("Origin") != "" {
			r.Out.Header.Set("Origin", gateway)
		}
	}, ModifyResponse: func(r *http.Response) error {
		r.Header.Set("Cache-Control", "no-store") // every page waits for its own
		return nil
	}}
	line := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(files[path.Base(r.URL.Path)])
		proxy.ServeHTTP(w, r)
	}))
	t.Cleanup(line.Close)
	return line.URL
}
