package httpapi_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/httpapi"
	"verigate/internal/jet"
	"verigate/internal/record"
	"verigate/internal/signature/signaturetest"
	"verigate/internal/verification"
)

const publicOrigin = "https://gateway.example"

// nonces are those of a real stream, counted; they can be made to fail.
type nonces struct {
	store *jet.Nonces
	asked atomic.Int32
	fail  atomic.Bool
}

func (n *nonces) Spend(ctx context.Context, key verification.KeyID, nonce string) (bool, error) {
	n.asked.Add(1)
	if n.fail.Load() {
		return false, errors.New("the store is away")
	}
	return n.store.Spend(ctx, string(key)+nonce)
}

// systems is the edge for which a real keyring says who calls.
type systems struct {
	*rig
	t      *testing.T
	ring   *access.Keyring
	nonces *nonces
	who    map[verification.PersonID]access.Principal
	signer signaturetest.Signer // of p_ng
}

func newSystems(t *testing.T, more ...func(*rig, *httpapi.Parts)) *systems {
	t.Helper()
	server, err := jet.Embedded(t.Context(), jet.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	conn, err := server.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(conn.Close)
	if err := conn.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	s := &systems{
		t: t, ring: access.NewKeyring(), nonces: &nonces{store: conn.Nonces(time.Minute)}, who: map[verification.PersonID]access.Principal{},
	}
	s.rig = newRigOf(t, func(r *rig, p *httpapi.Parts) {
		p.Keyring, p.Origin, p.Nonces = s.ring, publicOrigin, s.nonces
		for _, change := range more {
			change(r, p)
		}
	})
	for id, partner := range map[verification.PersonID]verification.PartnerCode{"p_ng": "NG", "p_th": "TH"} {
		s.give(id, access.CreatePrincipal{
			Person: id, System: true, Label: "Registry", Roles: []verification.Role{verification.RolePartner}, Partner: partner,
		})
	}
	s.signer = s.newSigner("p_ng", 7, access.Terms{})
	return s
}

// give gives a command on a principal now.
func (s *systems) give(id verification.PersonID, c access.Command) {
	s.t.Helper()
	stamp := verification.Stamp{At: s.clock.now(), By: verification.System(), Command: "c"}
	p := s.who[id]
	events, err := access.Decide(p, stamp, c)
	if err != nil {
		s.t.Fatal(err)
	}
	d := access.Decision{Stamp: stamp, Events: events}
	if err := s.ring.Apply(id, p.Version, d); err != nil {
		s.t.Fatal(err)
	}
	s.who[id] = p.Apply(d)
}

// newSigner adds a signer whose key follows from n.
func (s *systems) newSigner(id verification.PersonID, n byte, terms access.Terms) signaturetest.Signer {
	s.t.Helper()
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	key, err := access.NewKeyID(bytes.NewReader(bytes.Repeat([]byte{n}, 16)))
	if err != nil {
		s.t.Fatal(err)
	}
	s.give(id, access.AddSigner{Key: key, Public: access.PublicKey(private.Public().(ed25519.PublicKey)), Terms: terms})
	return signaturetest.Signer{ID: string(key), Private: private, Origin: publicOrigin}
}

// newKey issues an API key.
func (s *systems) newKey(id verification.PersonID, terms access.Terms) string {
	s.t.Helper()
	key, err := access.NewKey(randomReader{})
	if err != nil {
		s.t.Fatal(err)
	}
	s.give(id, access.IssueKey{Key: key.ID(), Hash: key.Hash(), Terms: terms})
	return key.Reveal()
}

// post is the body of S01 as a request that nobody has signed.
func (s *systems) post(key string) (*http.Request, []byte) {
	s.t.Helper()
	body := []byte(submitted(s.t))
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodPost, requests, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", key)
	r.Header.Set("X-Request-Id", "fixed")
	return r, body
}

func (s *systems) get(path string) *http.Request {
	r := httptest.NewRequestWithContext(s.t.Context(), http.MethodGet, path, nil)
	r.Header.Set("X-Request-Id", "fixed")
	return r
}

// serve answers a request.
func (s *systems) serve(r *http.Request) reply {
	w := httptest.NewRecorder()
	s.edge.ServeHTTP(w, r)
	return reply{status: w.Code, header: w.Header(), body: w.Body.Bytes()}
}

// end is how far the record goes.
func (s *systems) end() record.Position {
	s.t.Helper()
	end, err := s.journal.Last(s.t.Context())
	if err != nil {
		s.t.Fatal(err)
	}
	return end
}

// mustBeStranger ends the test unless a reply is, byte for byte, what an unknown API key gets, and nothing was recorded.
func (s *systems) mustBeStranger(what string, got reply, before record.Position) {
	s.t.Helper()
	r, _ := s.post("k")
	r.Header.Set("Authorization", "Bearer vg_0123456789abcdef_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
	want := s.serve(r)
	if got.status != http.StatusUnauthorized || !bytes.Equal(got.body, want.body) || !equalHeader(got.header, want.header) {
		s.t.Errorf("%s: %d %s %v, want as for a stranger: %s %v", what, got.status, got.body, got.header, want.body, want.header)
	}
	if s.end() != before {
		s.t.Errorf("%s: something was recorded", what)
	}
}

func equalHeader(a, b http.Header) bool {
	if len(a) != len(b) {
		return false
	}
	for name := range a {
		if a.Get(name) != b.Get(name) {
			return false
		}
	}
	return true
}

// sign signs a request as p_ng, now.
func (s *systems) sign(r *http.Request, body []byte, nonce string) *http.Request {
	s.signer.Sign(r, body, s.clock.now(), nonce)
	return r
}
