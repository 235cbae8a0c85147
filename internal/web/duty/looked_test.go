package duty_test

import (
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/web/webtest"
)

// onlooker is a browser at /now: what it asks itself for is what its last page says.
type onlooker struct {
	t               *testing.T
	w               *webtest.World
	session, looked string // cookies
	itself          string
}

var (
	asksItself = regexp.MustCompile(`id="duty-now" hx-get="([^"]+)"`)
	counted    = regexp.MustCompile(`>(\d+) việc có thay đổi`)
)

// see is the page, once it is to be had, which its reader opens or which asks by itself.
func (o *onlooker) see(itself bool) (page string) {
	o.t.Helper()
	webtest.Eventually(o.t, 20*time.Second, "the page", func() bool {
		page = o.ask(itself)
		return strings.Contains(page, `id="duty-rows"`)
	})
	return page
}

func (o *onlooker) ask(itself bool) string {
	o.t.Helper()
	path := "/now"
	if itself {
		path = o.itself
	}
	q, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, o.w.URL+path, nil)
	if err != nil {
		o.t.Fatal(err)
	}
	q.Header.Set("Cookie", o.session+"; "+o.looked)
	if itself {
		q.Header.Set("HX-Request", "true")
		q.Header.Set("Verigate-Unattended", "1")
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		o.t.Fatal(err)
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err != nil {
		o.t.Fatal(err)
	}
	for _, c := range r.Cookies() {
		o.looked = c.Name + "=" + c.Value
	}
	if found := asksItself.FindSubmatch(page); found != nil {
		o.itself = string(found[1])
	}
	return string(page)
}

// What is new since the reader's last look stays so until the reader looks again, and not the page.
func TestAPageThatAsksByItselfIsNobodysLook(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	w := webtest.Start(t, func(o *app.Options) { o.Now = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) } })
	o := &onlooker{t: t, w: w, session: w.Cookie(t, "unit:03")}
	sees := func(what, n string, itself bool) {
		t.Helper()
		ahead.Add(int64(5 * time.Second))
		page := o.see(itself)
		if got := counted.FindStringSubmatch(page); got == nil || got[1] != n {
			t.Errorf("%s: %q, want %s", what, got, n)
		}
	}
	sees("at first", "0", false)
	sees("nothing came", "0", true)
	ahead.Add(int64(5 * time.Second))
	id := submit(t, w, "looked-1", func(map[string]any) {})
	webtest.Eventually(t, 20*time.Second, "the task by itself", func() bool { return strings.Contains(o.see(true), `href="/tasks/`+id) })
	sees("it came while the page was open", "1", true)
	sees("the page asked again", "1", true)
	sees("its reader looks", "1", false)
	sees("under the reader's eyes", "1", true)
	sees("the page asked again under them", "1", true)
	sees("its reader looks again", "0", false)
}
