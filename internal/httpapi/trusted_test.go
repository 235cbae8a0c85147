package httpapi_test

import (
	"net/http"
	"sync/atomic"
	"testing"

	"verigate/internal/gateway"
	"verigate/internal/httpapi"
	"verigate/internal/verification"
)

// While it is not known what was revoked nobody is let in, by whatever they have; what is for everybody is answered, and
// whoever was shut out for a while comes back with the same credential.
func TestNobodyIsLetInWhileItIsNotKnownWhatWasRevoked(t *testing.T) {
	t.Parallel()
	var doubts atomic.Bool
	r := newRigOf(t, func(_ *rig, p *httpapi.Parts) {
		p.Trusted = func() error {
			if doubts.Load() {
				return gateway.ErrRevocationsUnknown
			}
			return nil
		}
	})
	o := r.officer(t, "lan", verification.RoleDesk)
	o.settle(t)
	url := r.served(t, r.edge)
	_, session := o.begin(t)
	calls := map[string]ask{
		"a key":              {by: "desk", method: http.MethodGet, path: "/v1/board"},
		"a key that is none": {by: "nobody", method: http.MethodGet, path: "/v1/board"},
		"a submission":       {by: "ng", method: http.MethodPost, path: requests, body: "{}", header: withKey("a")},
		"a session":          {method: http.MethodGet, path: "/v1/session", header: map[string]string{"Cookie": session.Get("Cookie")}},
		"a screen":           {method: http.MethodGet, path: "/v1/wall", header: map[string]string{"Cookie": "__Host-verigate-screen=x"}},
		"somebody at a door": {method: http.MethodPost, path: "/v1/session", body: `{"name":"lan","password":"x","code":"000000"}`},
	}
	stream := r.listen(t, url, "desk", "")
	stream.until(t, "event: reset")

	doubts.Store(true)
	for name, call := range calls {
		got := r.call(t, call)
		if got.status != http.StatusServiceUnavailable || got.field(t, "code") != "revocations_unknown" || got.header.Get("Retry-After") == "" {
			t.Errorf("%s: %d %s, Retry-After %q", name, got.status, got.body, got.header.Get("Retry-After"))
		}
	}
	stream.ended(t)
	for _, path := range []string{"/health/live", "/health/ready", "/openapi.yaml", "/.well-known/jwks.json"} {
		r.get(t, "", path).want(t, http.StatusOK)
	}

	doubts.Store(false)
	for _, name := range []string{"a key", "a session"} {
		r.call(t, calls[name]).want(t, http.StatusOK)
	}
	r.call(t, calls["a key that is none"]).want(t, http.StatusUnauthorized)
}
