package e2e

import (
	"bytes"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

// secret is a value that no answer to a bad call may repeat.
const secret = "Q7NEVERTOLD"

// pointers are where a problem says that a body is wrong, each with its code.
func (c call) pointers() []string {
	var out []string
	errors, _ := c.Body["errors"].([]any)
	for _, e := range errors {
		m, _ := e.(map[string]any)
		out = append(out, fmt.Sprint(m["pointer"], " ", m["code"]))
	}
	slices.Sort(out)
	return out
}

func TestBadBodiesAreRefusedWithPointersAndNeverTheValue(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	good := string(named(t, "ref"))
	change := func(old, replacement string) string {
		t.Helper()
		if !strings.Contains(good, old) {
			t.Fatalf("the sample has no %s", old)
		}
		return strings.Replace(good, old, replacement, 1)
	}
	tests := map[string]struct {
		body   string
		status int
		code   string
		want   []string
	}{
		"an unknown field": {change(`"own_reference"`, `"extra":"`+secret+`","own_reference"`), 422, "invalid_body", []string{"/extra unknown_field"}},
		"an unknown field whose name could be content": {
			change(`"own_reference"`, `"`+secret+` `+secret+`":1,"own_reference"`), 422, "invalid_body", []string{" unknown_field"},
		},
		"a date that is none": {change(`"2021-09-03T18:00:00+07:00"`, `"`+secret+`"`), 422, "invalid_body", []string{"/urgency/wanted_by malformed"}},
		"a number that fails its check": { // kept and warned of: what is recorded has mistakes
			change(`"ZZZU4002177"`, `"`+secret+`"`), 201, "", nil,
		},
		"an unknown value": {change(`"urgent"`, `"`+secret+`"`), 422, "invalid_body", []string{"/urgency/degree unknown_value"}},
		"another type":     {change(`"en"`, `7`), 422, "invalid_body", nil},
		"a member missing": {change(`"own_reference":"ref"`, `"language":"en"`), 422, "invalid_body", nil},
		"a member twice":   {change(`"own_reference":"ref"`, `"own_reference":"ref","own_reference":"ref"`), 422, "invalid_body", nil},
		"no JSON":          {good[:len(good)/2], 422, "invalid_body", nil},
		"more than one":    {good + good, 422, "invalid_body", nil},
		"nothing":          {"", 422, "invalid_body", nil},
		"no object":        {`[]`, 422, "invalid_body", nil},
		"a text too large": {change(`"ref"`, `"`+strings.Repeat(secret, 30_000)+`"`), 413, "too_large", nil},
		"no UTF-8":         {change(`"ref"`, "\"\xff\xfe\""), 422, "invalid_body", nil},
		"nested deep":      {strings.Repeat(`{"a":`, 10_000) + `1` + strings.Repeat(`}`, 10_000), 422, "invalid_body", nil},
	}
	for name, test := range tests {
		c := w.do(w.keys.Partners["NG"], http.MethodPost, requests, []byte(test.body), "Idempotency-Key", "bad-"+strings.ReplaceAll(name, " ", "-"))
		if c.Status != test.status || test.code != "" && c.text("code") != test.code {
			t.Errorf("%s: %d %s", name, c.Status, c.Raw)
			continue
		}
		if test.status >= 400 && c.Header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: content type %s", name, c.Header.Get("Content-Type"))
		}
		if test.status == 422 && len(c.pointers()) == 0 || test.want != nil && !slices.Equal(c.pointers(), test.want) {
			t.Errorf("%s: pointers %q, want %q", name, c.pointers(), test.want)
		}
		if strings.Contains(string(c.Raw), secret) {
			t.Errorf("%s: the value is told: %s", name, c.Raw)
		}
	}
	w.mustBeClean(1) // the one with a warning
}

func TestKeysAndHeadersAreHeldToTheContract(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	partner, body := w.keys.Partners["NG"], named(t, "a")
	created := w.must(201, partner, http.MethodPost, requests, body, "Idempotency-Key", "used")
	eventually(t, 5*time.Second, func() error { return w.onBoard(1) })
	at := created.Header.Get("Location")
	tests := map[string]struct {
		key, method, path string
		body              []byte
		header            []string
		status            int
		code              string
	}{
		"no key":                  {partner, http.MethodPost, requests, body, nil, 400, "idempotency_key_required"},
		"a key of spaces":         {partner, http.MethodPost, requests, body, []string{"Idempotency-Key", "a b"}, 400, "idempotency_key_invalid"},
		"a key too long":          {partner, http.MethodPost, requests, body, []string{"Idempotency-Key", strings.Repeat("k", 201)}, 400, "idempotency_key_invalid"},
		"a key with another body": {partner, http.MethodPost, requests, named(t, "b"), []string{"Idempotency-Key", "used"}, 409, "key_reused"},
		"no credential":           {"", http.MethodPost, requests, body, []string{"Idempotency-Key", "k"}, 401, "unauthenticated"},
		"another credential":      {secret, http.MethodPost, requests, body, []string{"Idempotency-Key", "k"}, 401, "unauthenticated"},
		"another role":            {w.keys.Units["03"], http.MethodPost, requests, body, []string{"Idempotency-Key", "k"}, 403, "not_permitted"},
		"another content type":    {partner, http.MethodPost, requests, body, []string{"Idempotency-Key", "k", "Content-Type", "text/plain"}, 415, "unsupported_media_type"},
		"a packed body":           {partner, http.MethodPost, requests, body, []string{"Idempotency-Key", "k", "Content-Encoding", "gzip"}, 415, "unsupported_media_type"},
		"a limit out of range":    {partner, http.MethodGet, requests + "?limit=100000", nil, nil, 400, "invalid_parameter"},
		"a cursor of one's own":   {partner, http.MethodGet, requests + "?cursor=" + secret, nil, nil, 400, "invalid_cursor"},
		"a state that forbids it": {partner, http.MethodPost, at + "/confirmation", []byte(`{"version":1,"useful":true}`), nil, 409, "wrong_state"},
		"a stale version":         {w.keys.Desk[0], http.MethodPost, at + "/claim", []byte(`{}`), []string{"If-Match", `"0"`}, 412, "stale"},
		"another method":          {partner, http.MethodDelete, at, nil, nil, 405, "method_not_allowed"},
		"another path":            {partner, http.MethodGet, "/v1/none/" + secret, nil, nil, 404, "not_found"},
	}
	for name, test := range tests {
		var body any
		if test.body != nil {
			body = test.body
		}
		c := w.do(test.key, test.method, test.path, body, test.header...)
		if err := c.expect(test.status, test.code); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if bytes.Contains(c.Raw, []byte(secret)) {
			t.Errorf("%s: the value is told: %s", name, c.Raw)
		}
	}
	if again := w.must(201, partner, http.MethodPost, requests, body, "Idempotency-Key", "used"); !bytes.Equal(again.Raw, created.Raw) {
		t.Errorf("answered\n%s\nand\n%s", created.Raw, again.Raw)
	}
	other := w.must(201, w.keys.Partners["KE"], http.MethodPost, requests, body, "Idempotency-Key", "used")
	if other.text("id") == created.text("id") {
		t.Error("two partners share a key, and a request")
	}
	w.mustBeClean(2)
}

// Whatever a partner asks about another's request, the answer is that of one that does not exist.
func TestAnotherPartnersRequestIsTheSameAsNone(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	owner, other := w.keys.Partners["NG"], w.keys.Partners["KE"]
	theirs := w.must(201, owner, http.MethodPost, requests, named(t, "a"), "Idempotency-Key", "k").text("id")
	absent := strings.Repeat("0", len(theirs))
	wrong := map[string]bool{`{`: true, `{"version":"x"}`: true} // refused before anybody looks for the request
	calls := []struct {
		method, path, body string
		header             []string
	}{
		{http.MethodGet, "", "", nil},
		{http.MethodGet, "", "", []string{"If-None-Match", `"1"`}},
		{http.MethodGet, "/answers", "", nil},
		{http.MethodPost, "/withdrawal", `{}`, nil},
		{http.MethodPost, "/withdrawal", `{}`, []string{"If-Match", `"1"`}},
		{http.MethodPost, "/withdrawal", `{}`, []string{"Idempotency-Key", "k"}},
		{http.MethodPost, "/confirmation", `{"version":1,"useful":true}`, nil},
		{http.MethodPost, "/confirmation", `{`, nil},
		{http.MethodPost, "/confirmation", `{"version":"x"}`, nil},
		{http.MethodPost, "/follow-ups", `{"questions":[{"n":1,"code":"CON","text":"x"}]}`, []string{"Idempotency-Key", "k"}},
		{http.MethodPost, "/reopening", `{}`, nil},
	}
	for _, c := range calls {
		var answers [3]call
		for i, id := range []string{theirs, absent, "no-id-at-all"} {
			var body any
			if c.body != "" {
				body = []byte(c.body)
			}
			answers[i] = w.do(other, c.method, requests+"/"+id+c.path, body, append([]string{"X-Request-Id", "same"}, c.header...)...)
			answers[i].Header.Del("Date")
		}
		if !wrong[c.body] && answers[0].Status != http.StatusNotFound {
			t.Errorf("%s %s: %d %s", c.method, c.path, answers[0].Status, answers[0].Raw)
		}
		for _, a := range answers[1:] {
			same := maps.EqualFunc(a.Header, answers[0].Header, slices.Equal)
			if a.Status != answers[0].Status || !bytes.Equal(a.Raw, answers[0].Raw) || !same {
				t.Errorf("%s %s: another's\n%d %v %s\nabsent\n%d %v %s", c.method, c.path,
					answers[0].Status, answers[0].Header, answers[0].Raw, a.Status, a.Header, a.Raw)
			}
		}
	}
	for _, unit := range []string{"45", "30"} {
		task := w.do(w.keys.Units[unit], http.MethodGet, "/v1/tasks/"+theirs+"-01", nil, "X-Request-Id", "same")
		none := w.do(w.keys.Units[unit], http.MethodGet, "/v1/tasks/"+absent+"-01", nil, "X-Request-Id", "same")
		if task.Status != http.StatusNotFound || !bytes.Equal(task.Raw, none.Raw) {
			t.Errorf("unit %s: %d %s, absent: %d %s", unit, task.Status, task.Raw, none.Status, none.Raw)
		}
	}
	if list := w.must(200, other, http.MethodGet, requests, nil); len(list.items()) != 0 {
		t.Errorf("another partner's list: %s", list.Raw)
	}
}
