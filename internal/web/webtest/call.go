package webtest

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"
)

// Reply is an answer of the REST edge.
type Reply struct {
	Status int
	Tag    string
	Body   map[string]any
	Raw    []byte
}

// Call makes a call of the contract for somebody of the demonstration, named as demo.Credentials.Of does: how a test brings
// about what its browser is then to see. Header pairs follow the body; nil is none.
func (w *World) Call(t testing.TB, who, method, path string, body any, header ...string) Reply {
	t.Helper()
	key, known := w.Keys.Of(who)
	if !known {
		t.Fatalf("nobody is called %s", who)
	}
	var content io.Reader = http.NoBody
	if body != nil {
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		content = bytes.NewReader(text)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, method, w.URL+path, content)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Authorization", "Bearer "+key)
	if body != nil {
		q.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	reply := Reply{Status: r.StatusCode, Tag: r.Header.Get("ETag")}
	if reply.Raw, err = io.ReadAll(r.Body); err != nil {
		t.Fatal(err)
	}
	_ = json.Unmarshal(reply.Raw, &reply.Body) // a list of CSV is none
	return reply
}

// Must is Call that has to succeed.
func (w *World) Must(t testing.TB, who, method, path string, body any, header ...string) Reply {
	t.Helper()
	r := w.Call(t, who, method, path, body, header...)
	if r.Status >= http.StatusBadRequest {
		t.Fatalf("%s %s %s: %d %s", who, method, path, r.Status, r.Raw)
	}
	return r
}

// Eventually waits for what comes by itself.
func Eventually(t testing.TB, within time.Duration, what string, is func() bool) {
	t.Helper()
	for end := time.Now().Add(within); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("not within %s: %s", within, what)
}

// Cookie lets somebody in without a browser, and returns what a browser would send from then on.
func (w *World) Cookie(t testing.TB, who string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	form := strings.NewReader(url.Values{"who": {who}, "to": {"/demo"}}.Encode())
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, w.URL+"/demo/enter", form)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	for _, c := range r.Cookies() {
		return c.Name + "=" + c.Value
	}
	t.Fatalf("%s is not let in: %d", who, r.StatusCode)
	return ""
}

// Page is what a visitor without a browser gets.
type Page struct {
	Status int
	To     string // where it leads; empty: nowhere
	Body   string
}

// Visit asks for a page with the cookies of a visitor, or sends it a form; nil: none. It follows nothing.
func (w *World) Visit(t testing.TB, cookies, path string, form url.Values, header ...string) Page {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	method := http.MethodGet
	if form != nil {
		method = http.MethodPost
	}
	q, err := http.NewRequestWithContext(ctx, method, w.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Cookie", cookies)
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(header); i += 2 {
		q.Header.Set(header[i], header[i+1])
	}
	r, err := http.DefaultTransport.RoundTrip(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return Page{Status: r.StatusCode, To: r.Header.Get("Location"), Body: string(body)}
}
