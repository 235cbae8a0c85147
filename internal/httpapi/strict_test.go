package httpapi_test

import (
	"crypto/tls"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"verigate/internal/record"
)

func TestEveryAnswerHasTheStrictHeaders(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	want := map[string]string{
		"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
		"Cross-Origin-Resource-Policy": "same-origin", "Cross-Origin-Opener-Policy": "same-origin", "X-Frame-Options": "DENY",
		"Content-Security-Policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
	}
	for name, a := range map[string]ask{
		"an answer":         {by: "desk", method: http.MethodGet, path: requests + "/" + id},
		"a public one":      {method: http.MethodGet, path: "/.well-known/jwks.json"},
		"the contract":      {method: http.MethodGet, path: "/openapi.yaml"},
		"a refusal":         {method: http.MethodGet, path: "/v1/board"},
		"a file":            {by: "desk", method: http.MethodGet, path: "/v1/board.csv"},
		"a stream":          {by: "desk", method: http.MethodGet, path: "/v1/board/events"},
		"what is not there": {method: http.MethodGet, path: "/nothing"},
		"another spelling":  {method: http.MethodGet, path: "/v1//board"},
		"another method":    {method: http.MethodDelete, path: "/v1/board"},
		"another site":      {by: "desk", method: http.MethodPost, path: requests + "/" + id + "/claim", header: map[string]string{"Sec-Fetch-Site": "cross-site"}},
	} {
		h := r.call(t, a).header
		for header, value := range want {
			if got := h.Values(header); len(got) != 1 || got[0] != value {
				t.Errorf("%s: %s %q", name, header, got)
			}
		}
		for _, header := range []string{"Server", "X-Powered-By", "Access-Control-Allow-Origin", "Set-Cookie", "Strict-Transport-Security"} {
			if got := h.Get(header); got != "" {
				t.Errorf("%s: %s %q", name, header, got)
			}
		}
	}
}

func TestOverTLSBrowsersAreToldToStayThere(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	q := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/health/live", nil)
	q.TLS = &tls.ConnectionState{}
	w := httptest.NewRecorder()
	r.edge.ServeHTTP(w, q)
	if got := w.Header().Get("Strict-Transport-Security"); got != "max-age=31536000" {
		t.Errorf("Strict-Transport-Security %q", got)
	}
}

func TestAPageOfAnotherSiteChangesNothing(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for name, header := range map[string]map[string]string{
		"another site":             {"Sec-Fetch-Site": "cross-site"},
		"a site beside":            {"Sec-Fetch-Site": "same-site"},
		"a word of its own":        {"Sec-Fetch-Site": "secret"},
		"an old browser":           {"Origin": "https://attacker.example"},
		"an origin that is none":   {"Origin": "null"},
		"another port":             {"Origin": "https://example.com:8443"},
		"our name in a longer one": {"Origin": "https://example.com.attacker.example"},
	} {
		for _, rule := range r.operations {
			if rule.method == http.MethodGet {
				continue
			}
			header["X-Request-Id"] = "same"
			path := strings.Replace(rule.of(), strings.Repeat("0", 26), id, 1)
			got := r.call(t, ask{by: "desk", method: rule.method, path: path, body: "{}", header: header})
			got.problem(t, http.StatusForbidden, "cross_origin")
			if anybody := r.call(t, ask{method: rule.method, path: path, body: "{}", header: header}); string(anybody.body) != string(got.body) {
				t.Errorf("%s: with a credential %s, without %s", name, got.body, anybody.body)
			}
		}
		r.call(t, ask{by: "desk", method: http.MethodGet, path: requests + "/" + id, header: header}).want(t, http.StatusOK)
	}
	for _, header := range []map[string]string{{}, {"Sec-Fetch-Site": "same-origin"}, {"Sec-Fetch-Site": "none"}, {"Origin": "http://example.com"}} {
		r.call(t, ask{by: "desk", method: http.MethodPost, path: requests + "/" + id + "/notes", body: `{"text":"x"}`, header: header}).want(t, http.StatusOK)
	}
}

// end is where the record ends.
func (r *rig) end(t *testing.T) record.Position {
	t.Helper()
	at, err := r.journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// One read is recorded, because the rules want it: the first pull of an answer (row 15b), after which recall
// means something else. It is asked for here first, and asked again it records nothing either.
func TestReadingLeavesTheRecordAsItIs(t *testing.T) {
	t.Parallel()
	p := answered(t)
	p.get(t, p.partner, p.path()+"/answers").want(t, http.StatusOK)
	before := p.end(t)
	actors := append(slices.Collect(maps.Keys(everybody())), p.partner, "")
	for _, rule := range p.operations {
		if rule.method != http.MethodGet {
			continue
		}
		for _, by := range actors {
			path := strings.Replace(rule.of(), strings.Repeat("0", 26), p.id, 1)
			for _, method := range []string{http.MethodGet, http.MethodHead, http.MethodOptions} {
				p.call(t, ask{by: by, method: method, path: path, header: map[string]string{
					"Idempotency-Key": "k", "X-HTTP-Method-Override": "POST", "X-Method-Override": "POST",
				}})
			}
			if at := p.end(t); at != before {
				t.Fatalf("%s by %q moved the end of the record from %s to %s", path, by, before, at)
			}
		}
	}
}

// spellings are other ways to write a path, which a proxy, a router or a file system could take for the path itself.
func spellings(path string) map[string]string {
	_, rest, _ := strings.Cut(path[1:], "/")
	first := strings.TrimSuffix(path, "/"+rest)
	return map[string]string{
		"an encoded slash":             first + "%2f" + rest,
		"an encoded slash, capital":    first + "%2F" + rest,
		"a backslash":                  first + "%5c" + rest,
		"a double slash":               first + "//" + rest,
		"a double slash in front":      "/" + path,
		"a slash at the end":           path + "/",
		"parameters of a segment":      path + ";a=b",
		"an empty parameter":           first + ";/" + rest,
		"a step back":                  "/x/.." + path,
		"a step back, encoded":         "/x/%2e%2e" + path,
		"a step nowhere":               "/." + path,
		"a zero byte":                  path + "%00",
		"a zero byte inside":           first + "%00/" + rest,
		"a space":                      path + "%20",
		"a line break":                 path + "%0d%0a",
		"an encoded letter":            "/%" + hex(path[1]) + path[2:],
		"encoded twice":                first + "%252f" + rest,
		"no UTF-8":                     path + "%ff%fe",
		"an overlong slash":            first + "%c0%af" + rest,
		"a letter of another alphabet": path + "%D0%B0",
		"a mark that combines":         path + "%CC%81",
		"a full-width slash":           first + "%EF%BC%8F" + rest,
		"capitals":                     strings.ToUpper(path),
		"over-long":                    path + "/" + strings.Repeat("a", 9000),
		"an extension":                 path + ".json",
		"a star":                       path + "*",
	}
}

func hex(b byte) string {
	const digits = "0123456789abcdef"
	return string([]byte{digits[b>>4], digits[b&15]})
}

func TestAPathHasOneSpelling(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	same := map[string]string{"X-Request-Id": "same"}
	absent := r.call(t, ask{method: http.MethodGet, path: "/v1/nothing", header: same}).problem(t, http.StatusNotFound, "not_found")
	for _, rule := range r.operations {
		if strings.Count(rule.path, "/") < 2 && rule.path != "/openapi.yaml" {
			t.Fatalf("%s is too short for this test", rule.path)
		}
		for name, path := range spellings(rule.of()) {
			if name == "an extension" && strings.HasSuffix(rule.path, "}") {
				continue // it belongs to an id or a number that is none, which the handler answers
			}
			for _, by := range []string{"", "desk"} {
				got := r.call(t, ask{by: by, method: rule.method, path: path, header: same})
				if got.status != absent.status || string(got.body) != string(absent.body) {
					t.Errorf("%s, %s %s by %q: %d %s", name, rule.method, path, by, got.status, got.body)
				}
				if by == "" && !maps.EqualFunc(got.header, absent.header, slices.Equal) {
					t.Errorf("%s, %s: headers %v, want %v", name, path, got.header, absent.header)
				}
			}
		}
	}
}

// What a proxy adds, or somebody who plays one, says nothing here: identity comes from a credential, an address from
// the connection.
func TestIdentityNeverComesFromAHeader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	claims := map[string]string{
		"X-Forwarded-For": "127.0.0.1", "X-Real-IP": "127.0.0.1", "Forwarded": "for=127.0.0.1;by=desk", "X-Forwarded-Host": "example.com",
		"X-Forwarded-Proto": "https", "X-User": "desk", "X-Remote-User": "desk", "Remote-User": "desk", "X-Forwarded-User": "desk",
		"X-Forwarded-Client-Cert": "Subject=desk", "X-SSL-Client-Verify": "SUCCESS", "X-Client-Cert": "desk", "X-Original-URL": "/health/live",
		"X-Rewrite-URL": "/health/live", "X-Role": "DESK", "Cookie": "session=desk", "X-Request-Id": "same",
	}
	for name, op := range r.operations {
		path := strings.Replace(op.of(), strings.Repeat("0", 26), id, 1)
		plain := r.call(t, ask{method: op.method, path: path, body: "{}", header: map[string]string{"X-Request-Id": "same"}})
		claimed := r.call(t, ask{method: op.method, path: path, body: "{}", header: claims})
		differs := string(claimed.body) != string(plain.body) && name != "beginPairing" // each device has a code of its own
		if claimed.status != plain.status || !op.public && claimed.status != http.StatusUnauthorized || differs {
			t.Errorf("%s: with claims %d %.200s, without %d %.200s", name, claimed.status, claimed.body, plain.status, plain.body)
		}
		if got := claimed.header.Get("Strict-Transport-Security"); got != "" {
			t.Errorf("%s: a header says that there is TLS: %s", name, got)
		}
	}
	theirs := r.call(t, ask{by: "th", method: http.MethodGet, path: requests + "/" + id, header: claims})
	theirs.problem(t, http.StatusNotFound, "not_found")
}
