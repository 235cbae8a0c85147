package web_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/net/html"

	"verigate/internal/web/webtest"
)

// visitor goes through pages as somebody, by links alone.
type visitor struct {
	t      *testing.T
	world  *webtest.World
	who    string
	cookie string
	seen   map[string]bool // kinds of addresses: of many requests one is enough
	pages  int
	look   func(at, body string) // at each page; nil: nobody does
}

// ofMany is what tells requests, tasks and choices of one page apart.
var ofMany = regexp.MustCompile(`/[0-9a-hjkmnp-tv-z]{26}(-[0-9]{2})?`)

func (v *visitor) kind(at string) (string, bool) {
	u, err := url.Parse(at)
	if err != nil {
		v.t.Errorf("a link that is none: %q", at)
		return "", false
	}
	return ofMany.ReplaceAllString(u.Path, "/{id}"), !strings.HasSuffix(u.Path, "/events")
}

// leftOver is what no reader should meet: an id in place of its text, a template's own words, a value of Go.
var leftOver = regexp.MustCompile(`\b(?:frame|board|duty|portal|review|request|unit|inbox|account|admin|evidence|story|consent|sealed|register|retention|wall|problem|flaw|field|done)\.[a-z_]{3,}\b|<no value>|%!|\{\{`)

func (v *visitor) visit(at, from string) {
	kind, worth := v.kind(at)
	if !worth || v.seen[kind] {
		return
	}
	v.seen[kind] = true
	r, body := v.get(at)
	if r.StatusCode == http.StatusServiceUnavailable { // lists are not served while the end of the record is not known to be read
		webtest.Eventually(v.t, 10*time.Second, "lists are served", func() bool { return v.world.Parts.Watch.Current(time.Now()) == nil })
		r, body = v.get(at)
	}
	if r.StatusCode >= http.StatusBadRequest {
		v.t.Errorf("%s: the link from %s to %s leads to %d", v.who, from, at, r.StatusCode)
		return
	}
	if to := r.Header.Get("Location"); to != "" {
		v.visit(to, at)
		return
	}
	if !strings.HasPrefix(r.Header.Get("Content-Type"), "text/html") {
		return
	}
	v.pages++
	if v.look != nil {
		v.look(at, body)
	}
	v.read(at, body)
}

func (v *visitor) read(at, body string) {
	tree, err := html.Parse(strings.NewReader(body))
	if err != nil {
		v.t.Fatal(err)
	}
	ids, labels := map[string]int{}, map[string]bool{}
	for n := range tree.Descendants() {
		for _, a := range n.Attr {
			switch {
			case a.Key == "id":
				ids[a.Val]++
			case a.Key == "for" && n.Data == "label":
				labels[a.Val] = true
			}
		}
		if found := leftOver.FindString(n.Data); n.Type == html.TextNode && n.Parent.Data != "code" && found != "" {
			v.t.Errorf("%s: %s says %q", v.who, at, found)
		}
		for _, a := range n.Attr {
			if n.Type == html.ElementNode && (a.Key == "href" || a.Key == "src") && strings.HasPrefix(a.Val, "/") {
				v.visit(a.Val, at)
			}
		}
	}
	for id, n := range ids {
		if n > 1 {
			v.t.Errorf("%s: on %s %d elements are %q", v.who, at, n, id)
		}
	}
	for id := range labels {
		if ids[id] != 1 {
			v.t.Errorf("%s: on %s a label is of no field %q", v.who, at, id)
		}
	}
}

func (v *visitor) get(at string) (*http.Response, string) {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, v.world.URL+at, nil)
	if err != nil {
		v.t.Fatal(err)
	}
	q.Header.Set("Cookie", v.cookie)
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		v.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return r, string(body)
}

// Every link of every page that somebody can reach leads somewhere, and no page shows what was meant for its maker.
func TestNoLinkIsDead(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it follows every link of everyone in both languages, 3 s")
	}
	t.Parallel()
	w := webtest.StartSeeded(t)
	for _, who := range []string{"", "desk:1", "desk:2", "lead", "keeper", "supervisor", "auditor", "unit:03", "unit_lead:03", "partner:NG"} {
		for _, language := range []string{"vi", "en"} {
			v := &visitor{t: t, world: w, who: who + " in " + language, cookie: "verigate-language=" + language, seen: map[string]bool{}}
			if who != "" {
				v.cookie += "; " + w.Cookie(t, who)
			}
			v.visit("/", "the beginning")
			if v.pages < 2 || who != "" && v.pages < 3 {
				t.Errorf("%s reaches %d pages", v.who, v.pages)
			}
			t.Logf("%s: %d pages", v.who, v.pages)
		}
	}
}
