package httpapi_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/httpapi"
	"verigate/internal/signature/signaturetest"
	"verigate/internal/verification"
)

type randomReader struct{}

func (randomReader) Read(b []byte) (int, error) { return rand.Read(b) }

func nonceOf(n any) string { return fmt.Sprintf("nonce-0123456789-%v", n) }

func TestASignedCallIsTakenOnceWhateverHostItNames(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	r, body := s.post("k")
	s.sign(r, body, nonceOf(1))
	again, _ := s.post("k")
	again.Header = r.Header.Clone()
	first := s.serve(r).want(t, http.StatusCreated)
	before := s.end()
	s.mustBeStranger("the same once more", s.serve(again), before)
	// The same command, signed anew, is answered as the first time; what the sender wrote as Host plays no part.
	r, body = s.post("k")
	r.Host = "127.0.0.1:1"
	repeat := s.serve(s.sign(r, body, nonceOf(2))).want(t, http.StatusCreated)
	if !bytes.Equal(first.body, repeat.body) || s.end() != before {
		t.Errorf("%s\n%s", first.body, repeat.body)
	}
	id := first.text(t, "id")
	s.serve(s.sign(s.get(requests+"/"+id), nil, nonceOf(3))).want(t, http.StatusOK)
	n := 4
	eventually(t, "a signed list", func() bool { // when the board has come into being
		list := s.serve(s.sign(s.get(requests+"?limit=5&status=in_progress"), nil, nonceOf(n)))
		n++
		return list.status == http.StatusOK
	})
	other := s.newSigner("p_th", 8, access.Terms{})
	hidden := s.get(requests + "/" + id)
	other.Sign(hidden, nil, s.clock.now(), nonceOf(1)) // another key's nonce is another nonce
	s.serve(hidden).problem(t, http.StatusNotFound, "not_found")
}

func TestOfManyAtOnceWithOneSignatureOneIsTaken(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	var taken, strangers atomic.Int32
	for round := range 5 {
		r, body := s.post(fmt.Sprint("k", round))
		s.sign(r, body, nonceOf(round))
		var all sync.WaitGroup
		for range 16 {
			q, _ := s.post(fmt.Sprint("k", round))
			q.Header = r.Header.Clone()
			all.Go(func() {
				switch got := s.serve(q); got.status {
				case http.StatusCreated:
					taken.Add(1)
				case http.StatusUnauthorized:
					strangers.Add(1)
				default:
					t.Errorf("%d %s", got.status, got.body)
				}
			})
		}
		all.Wait()
	}
	if taken.Load() != 5 || strangers.Load() != 75 {
		t.Errorf("%d taken, %d refused", taken.Load(), strangers.Load())
	}
}

func TestWhatIsNotSignedAsItShouldBeIsAStranger(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	end := s.clock.now().Add(time.Hour)
	over := s.newSigner("p_ng", 9, access.Terms{ExpiresAt: end})
	revoked := s.newSigner("p_ng", 10, access.Terms{})
	s.give("p_ng", access.RevokeKey{Key: "aaaaaaaaaaaaaaaa"})
	if revoked.ID != "aaaaaaaaaaaaaaaa" {
		t.Fatal(revoked.ID)
	}
	disabled := s.newSigner("p_th", 11, access.Terms{})
	s.give("p_th", access.DisablePrincipal{})
	key := s.newKey("p_ng", access.Terms{})
	unknown := s.signer
	unknown.ID = "0123456789abcdef"
	elsewhere := s.signer
	elsewhere.Origin = "https://other.example"
	wrong := s.signer
	wrong.Private = over.Private
	s.clock.set(t, end.Format(time.RFC3339))
	type edit = func(*http.Request, *signaturetest.Parts)
	for name, test := range map[string]struct {
		by     signaturetest.Signer
		before edit // it is signed
		after  func(*http.Request)
	}{
		"an unknown key":          {by: unknown},
		"another's key":           {by: wrong},
		"a key that is over":      {by: over},
		"a revoked key":           {by: revoked},
		"of who is disabled":      {by: disabled},
		"for another gateway":     {by: elsewhere},
		"an API key beside it":    {by: s.signer, after: func(r *http.Request) { r.Header.Set("Authorization", "Bearer "+key) }},
		"a component is missing":  {by: s.signer, before: func(_ *http.Request, p *signaturetest.Parts) { p.Components = p.Components[:4] }},
		"components are reversed": {by: s.signer, before: func(_ *http.Request, p *signaturetest.Parts) { slices.Reverse(p.Components) }},
		"the digest is left out": {by: s.signer, before: func(_ *http.Request, p *signaturetest.Parts) {
			p.Components, p.Digest = slices.Delete(p.Components, 2, 3), ""
		}},
		"a signature that is over": {by: s.signer, before: at(end, -2*time.Minute)},
		"one from the future":      {by: s.signer, before: at(end, time.Minute)},
		"too long a life": {by: s.signer, before: func(_ *http.Request, p *signaturetest.Parts) {
			p.Params[1] = fmt.Sprintf("expires=%d", end.Unix()+301)
		}},
		"another query": {by: s.signer, after: func(r *http.Request) { r.URL.RawQuery, r.RequestURI = "limit=6", requests+"?limit=6" }},
		"another body": {by: s.signer, after: func(r *http.Request) {
			r.Body = io.NopCloser(strings.NewReader(strings.Replace(submitted(t), "S", "s", 1)))
		}},
		"a shorter body":             {by: s.signer, after: func(r *http.Request) { r.Body = io.NopCloser(strings.NewReader("{}")) }},
		"another key of idempotency": {by: s.signer, after: func(r *http.Request) { r.Header.Set("Idempotency-Key", "k2") }},
		"another signature beside it": {by: s.signer, after: func(r *http.Request) {
			r.Header.Add("Signature", r.Header.Get("Signature"))
		}},
		"an input without a signature": {by: s.signer, after: func(r *http.Request) { r.Header.Del("Signature") }},
		"a signature without an input": {by: s.signer, after: func(r *http.Request) { r.Header.Del("Signature-Input") }},
	} {
		r, body := s.post("k")
		parts := test.by.Of(r, body, s.clock.now(), nonceOf(name[:3]))
		if test.before != nil {
			test.before(r, &parts)
		}
		test.by.Put(r, parts)
		if test.after != nil {
			test.after(r)
		}
		s.mustBeStranger(name, s.serve(r), s.end())
	}
	if n := s.nonces.asked.Load(); n != 0 {
		t.Errorf("%d nonces were used up without a signature that is good", n)
	}
	// Whoever looks after the gateway can tell why; nothing of a call stands in the log.
	for _, why := range []string{"created in the future", "the content is not what was signed", "want 5", "expired"} {
		if !strings.Contains(s.logged.String(), why) {
			t.Errorf("the log does not say %q", why)
		}
	}
	if strings.Contains(s.logged.String(), nonceOf("")) {
		t.Error("the log tells a nonce")
	}
}

// at moves a signature's time.
func at(now time.Time, by time.Duration) func(*http.Request, *signaturetest.Parts) {
	return func(_ *http.Request, p *signaturetest.Parts) {
		created := now.Add(by).Unix()
		p.Params[0], p.Params[1] = fmt.Sprintf("created=%d", created), fmt.Sprintf("expires=%d", created+60)
	}
}

// Whoever sends other content along under a signature that was overheard does not use it up for its owner.
func TestOtherContentUsesNothingUp(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	r, body := s.post("k")
	s.sign(r, body, nonceOf(1))
	forged, _ := s.post("k")
	forged.Header, forged.Body = r.Header.Clone(), io.NopCloser(strings.NewReader(strings.Repeat("x", len(body))))
	s.mustBeStranger("forged", s.serve(forged), s.end())
	large, _ := s.post("k")
	large.Header, large.Body, large.ContentLength = r.Header.Clone(), io.NopCloser(strings.NewReader(strings.Repeat("x", 300<<10))), -1
	s.serve(large).problem(t, http.StatusRequestEntityTooLarge, "too_large")
	if n := s.nonces.asked.Load(); n != 0 {
		t.Errorf("%d nonces were used up", n)
	}
	s.serve(r).want(t, http.StatusCreated)
}

func TestWithoutAStoreOfNoncesNothingIsDone(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	s.nonces.fail.Store(true)
	before := s.end()
	r, body := s.post("k")
	got := s.serve(s.sign(r, body, nonceOf(1))).problem(t, http.StatusServiceUnavailable, "unavailable")
	if got.header.Get("Retry-After") == "" || s.end() != before {
		t.Errorf("%v", got.header)
	}
	s.serve(s.sign(s.get(requests), nil, nonceOf(2))).problem(t, http.StatusServiceUnavailable, "unavailable")
	s.nonces.fail.Store(false)
	r, body = s.post("k")
	s.serve(s.sign(r, body, nonceOf(3))).want(t, http.StatusCreated)
}

func TestWithoutAnOriginNoSignatureIsTaken(t *testing.T) {
	t.Parallel()
	s := newSystems(t, func(_ *rig, p *httpapi.Parts) { p.Origin = "" })
	r, body := s.post("k")
	s.mustBeStranger("without an origin", s.serve(s.sign(r, body, nonceOf(1))), s.end())
	if _, err := httpapi.New(httpapi.Parts{Origin: publicOrigin}); err == nil {
		t.Error("an edge that takes signatures without a store of nonces")
	}
}

// Of a key nothing else is said than of a signature: over, revoked, of who is disabled, of no form, unknown.
func TestEveryBadKeyIsTheSameStranger(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	end := s.clock.now().Add(time.Hour)
	over := s.newKey("p_ng", access.Terms{ExpiresAt: end})
	narrow := s.newKey("p_ng", access.Terms{Scopes: []access.Scope{access.ScopeReads}})
	disabled := s.newKey("p_th", access.Terms{})
	s.give("p_th", access.DisablePrincipal{})
	call := func(header ...string) reply {
		r, _ := s.post("k")
		for _, h := range header {
			r.Header.Add("Authorization", h)
		}
		return s.serve(r)
	}
	call("Bearer "+over).want(t, http.StatusCreated)
	s.clock.set(t, end.Format(time.RFC3339))
	for name, header := range map[string][]string{
		"over": {"Bearer " + over}, "disabled": {"Bearer " + disabled}, "no form": {"Bearer vg_x"}, "nothing": nil, "empty": {"Bearer "},
		"another scheme": {"Basic " + narrow}, "two": {"Bearer " + narrow, "Bearer " + narrow}, "a signer's id": {"Bearer " + s.signer.ID},
	} {
		s.mustBeStranger(name, call(header...), s.end())
	}
	call("Bearer "+narrow).problem(t, http.StatusForbidden, "out_of_scope")
}

// A stream is not asked for its proof again, but for whether that would be good still.
func TestAStreamEndsWhenItsKeyIsOver(t *testing.T) {
	t.Parallel()
	s := newSystems(t)
	s.give("p_desk", access.CreatePrincipal{
		Person: "p_desk", Label: "Duty officer", Roles: []verification.Role{verification.RoleDesk}, Unit: verification.DeskUnit,
	})
	end := s.clock.now().Add(time.Second) // a clock that jumps further holds all streams back
	over, good := s.newKey("p_desk", access.Terms{ExpiresAt: end}), s.newKey("p_desk", access.Terms{})
	server := httptest.NewServer(s.edge)
	t.Cleanup(server.Close)
	s.eventuallyGet(t, good, "/v1/board", func(g reply) bool { return g.status == http.StatusOK })
	ends, stays := s.listen(t, server.URL, over, ""), s.listen(t, server.URL, good, "")
	ends.until(t, "event: reset")
	stays.until(t, "event: reset")
	s.clock.set(t, end.Format(time.RFC3339))
	r, body := s.post("k")
	s.serve(s.sign(r, body, nonceOf(1))).want(t, http.StatusCreated)
	if line := stays.until(t, "event: row"); line == "" {
		t.Error("a stream whose key is good has ended")
	}
	if line := ends.until(t, "event: row"); line != "" {
		t.Errorf("a key that is over is told %s", line)
	}
}
