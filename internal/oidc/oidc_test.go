package oidc_test

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"

	"verigate/internal/oidc"
	"verigate/internal/signin"
	"verigate/internal/verification"
)

var noon = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)

// liar is a provider that says what a test tells it to. A real one, which tells no lies, is asked in package e2e.
type liar struct {
	*httptest.Server
	key     *rsa.PrivateKey
	mu      sync.Mutex
	answers func(form url.Values) (status int, body map[string]any)
	asked   url.Values // at the token endpoint
}

func newLiar(t *testing.T) *liar {
	t.Helper()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	l := &liar{key: key}
	mux := http.NewServeMux()
	say := func(w http.ResponseWriter, status int, v any) {
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		if err := json.NewEncoder(w).Encode(v); err != nil {
			t.Error(err)
		}
	}
	mux.HandleFunc("GET /.well-known/openid-configuration", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, map[string]any{
			"issuer": l.URL, "authorization_endpoint": l.URL + "/auth", "token_endpoint": l.URL + "/token", "jwks_uri": l.URL + "/keys",
			"id_token_signing_alg_values_supported": []string{"RS256", "HS256", "none"},
		})
	})
	mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) {
		say(w, http.StatusOK, jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: key.Public(), KeyID: "k", Algorithm: "RS256", Use: "sig"}}})
	})
	mux.HandleFunc("POST /token", func(w http.ResponseWriter, r *http.Request) {
		if err := r.ParseForm(); err != nil {
			t.Error(err)
		}
		l.mu.Lock()
		defer l.mu.Unlock()
		l.asked = r.PostForm
		status, body := l.answers(r.PostForm)
		say(w, status, body)
	})
	l.Server = httptest.NewServer(mux)
	t.Cleanup(l.Close)
	return l
}

func (l *liar) provider() *oidc.Provider {
	return oidc.New(oidc.Settings{
		Issuer: l.URL, ClientID: "verigate", Secret: "of a test", Redirect: "https://gateway.example/sign-in/provider/callback",
		Claim: "groups", Roles: map[string][]verification.Role{"desk": {"DESK"}, "heads": {"LEAD", "DESK"}},
		HTTP: l.Client(), Now: func() time.Time { return noon },
	})
}

// says sets what the token endpoint answers.
func (l *liar) says(status int, body map[string]any) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.answers = func(url.Values) (int, map[string]any) { return status, body }
}

func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, claims map[string]any) string {
	t.Helper()
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: key}, (&jose.SignerOptions{}).WithHeader("kid", "k"))
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(claims)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(text)
	if err != nil {
		t.Fatal(err)
	}
	compact, err := signed.CompactSerialize()
	if err != nil {
		t.Fatal(err)
	}
	return compact
}

func unsigned(claims map[string]any) string {
	text, _ := json.Marshal(claims)
	part := base64.RawURLEncoding.EncodeToString
	return part([]byte(`{"alg":"none"}`)) + "." + part(text) + "."
}

const accessToken = "an access token"

// good are the claims of a token that is believed.
func (l *liar) good(nonce string) map[string]any {
	sum := sha256.Sum256([]byte(accessToken))
	return map[string]any{
		"iss": l.URL, "sub": "lan", "aud": "verigate", "exp": noon.Add(time.Minute).Unix(), "iat": noon.Unix(), "nonce": nonce,
		"sid": "s1", "auth_time": noon.Add(-time.Hour).Unix(), "groups": []string{"choir", "heads", "desk"},
		"at_hash": base64.RawURLEncoding.EncodeToString(sum[:16]),
	}
}

func with(claims map[string]any, name string, value any) map[string]any {
	out := maps.Clone(claims)
	if value == nil {
		delete(out, name)
	} else {
		out[name] = value
	}
	return out
}

func TestAGoodTokenSaysWhoItIs(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	p := l.provider()
	location, w, err := p.Authorise(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	to, err := url.Parse(location)
	if err != nil {
		t.Fatal(err)
	}
	q := to.Query()
	challenge := sha256.Sum256([]byte(w.Verifier))
	if !strings.HasPrefix(location, l.URL+"/auth?") || q.Get("state") != w.State || q.Get("nonce") != w.Nonce || q.Get("code_challenge_method") != "S256" ||
		q.Get("code_challenge") != base64.RawURLEncoding.EncodeToString(challenge[:]) || q.Get("response_type") != "code" || q.Has("prompt") {
		t.Errorf("sent to %s", location)
	}
	l.says(http.StatusOK, map[string]any{
		"access_token": accessToken, "token_type": "Bearer", "refresh_token": "r1", "id_token": sign(t, jose.RS256, l.key, l.good(w.Nonce)),
	})
	s, err := p.Redeem(t.Context(), w, "a code")
	if err != nil {
		t.Fatal(err)
	}
	if s.Issuer != l.URL || s.Subject != "lan" || s.SID != "s1" || s.Refresh != "r1" || !s.ProvedAt.Equal(noon.Add(-time.Hour)) ||
		!s.Mapped || !slices.Equal(s.Roles, []verification.Role{"DESK", "LEAD"}) {
		t.Errorf("%+v", s)
	}
	if l.asked.Get("code_verifier") != w.Verifier || l.asked.Get("code") != "a code" {
		t.Errorf("asked with %v", l.asked)
	}
	location, second, err := p.Authorise(t.Context(), true)
	if err != nil || !strings.Contains(location, "max_age=0") || !strings.Contains(location, "prompt=login") ||
		second.State == w.State || second.Nonce == w.Nonce || second.Verifier == w.Verifier {
		t.Errorf("to be proved again: %s, %v", location, err)
	}
}

func TestAWrongTokenIsBelievedByNobody(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	p := l.provider()
	w := signin.Wait{Nonce: "n", Verifier: "v"}
	good := l.good(w.Nonce)
	other, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	public, err := json.Marshal(jose.JSONWebKey{Key: l.key.Public()})
	if err != nil {
		t.Fatal(err)
	}
	signed := func(claims map[string]any) string { return sign(t, jose.RS256, l.key, claims) }
	tampered := strings.Split(signed(good), ".")
	tampered[1] = strings.Split(signed(with(good, "sub", "minh")), ".")[1]
	for name, token := range map[string]string{
		"another issuer":               signed(with(good, "iss", "https://id.example")),
		"no issuer":                    signed(with(good, "iss", nil)),
		"another audience":             signed(with(good, "aud", "another")),
		"no audience":                  signed(with(good, "aud", nil)),
		"several, for another":         signed(with(with(good, "aud", []string{"verigate", "another"}), "azp", "another")),
		"several, for nobody":          signed(with(good, "aud", []string{"verigate", "another"})),
		"another nonce":                signed(with(good, "nonce", "m")),
		"no nonce":                     signed(with(good, "nonce", nil)),
		"over":                         signed(with(good, "exp", noon.Add(-time.Second).Unix())),
		"without an end":               signed(with(good, "exp", nil)),
		"of the future":                signed(with(good, "iat", noon.Add(2*time.Minute).Unix())),
		"not yet good":                 signed(with(good, "nbf", noon.Add(time.Hour).Unix())),
		"no subject":                   signed(with(good, "sub", nil)),
		"of another access token":      signed(with(good, "at_hash", "AAAAAAAAAAAAAAAAAAAAAA")),
		"unsigned":                     unsigned(good),
		"signed by a shared secret":    sign(t, jose.HS256, []byte("of a test, which is long enough!"), good),
		"signed by the public key":     sign(t, jose.HS256, public, good),
		"signed by another":            sign(t, jose.RS256, other, good),
		"signed for another's subject": strings.Join(tampered, "."),
		"no token":                     "",
		"no JWT":                       "x.y.z",
	} {
		l.says(http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "refresh_token": "r", "id_token": token})
		if s, err := p.Redeem(t.Context(), w, "a code"); !errors.Is(err, signin.ErrRefused) || s.Subject != "" {
			t.Errorf("%s: %+v, %v", name, s, err)
		}
	}
	l.says(http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "refresh_token": "r"})
	if _, err := p.Redeem(t.Context(), w, "a code"); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("no ID token: %v", err)
	}
	l.says(http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "refresh_token": "r", "id_token": signed(good)})
	if _, err := p.Redeem(t.Context(), w, "a code"); err != nil {
		t.Errorf("the good one: %v", err)
	}
}

func TestARefusalIsToldFromAnOutage(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	p := l.provider()
	l.says(http.StatusBadRequest, map[string]any{"error": "invalid_grant"})
	if _, err := p.Refresh(t.Context(), "r"); !errors.Is(err, signin.ErrRefused) {
		t.Errorf("a person who is gone there: %v", err)
	}
	l.says(http.StatusBadGateway, map[string]any{})
	if _, err := p.Refresh(t.Context(), "r"); !errors.Is(err, signin.ErrProviderAway) || errors.Is(err, signin.ErrRefused) {
		t.Errorf("a provider that is broken: %v", err)
	}
	l.Close()
	if _, err := p.Refresh(t.Context(), "r"); !errors.Is(err, signin.ErrProviderAway) {
		t.Errorf("a provider that is away: %v", err)
	}
	if _, _, err := l.provider().Authorise(t.Context(), false); !errors.Is(err, signin.ErrProviderAway) {
		t.Errorf("one that was never there: %v", err)
	}
}

func TestALogoutTokenIsTheProvidersAndNoOther(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	p := l.provider()
	good := map[string]any{
		"iss": l.URL, "aud": "verigate", "iat": noon.Unix(), "exp": noon.Add(time.Minute).Unix(), "jti": "j", "sub": "lan", "sid": "s1",
		"events": map[string]any{"http://schemas.openid.net/event/backchannel-logout": map[string]any{}},
	}
	signed := func(claims map[string]any) string { return sign(t, jose.RS256, l.key, claims) }
	ended, err := p.Logout(t.Context(), signed(good))
	if err != nil || ended != (signin.Ended{Issuer: l.URL, Subject: "lan", SID: "s1"}) {
		t.Fatalf("%+v, %v", ended, err)
	}
	for name, token := range map[string]string{
		"another issuer":   signed(with(good, "iss", "https://id.example")),
		"another audience": signed(with(good, "aud", "another")),
		"no event":         signed(with(good, "events", map[string]any{"another": map[string]any{}})),
		"an ID token":      signed(l.good("n")),
		"with a nonce":     signed(with(good, "nonce", "n")),
		"over":             signed(with(good, "exp", noon.Add(-time.Second).Unix())),
		"of the future":    signed(with(good, "iat", noon.Add(time.Hour).Unix())),
		"of nobody":        signed(with(with(good, "sub", nil), "sid", nil)),
		"unsigned":         unsigned(good),
		"by a secret":      sign(t, jose.HS256, []byte("of a test, which is long enough!"), good),
	} {
		if ended, err := p.Logout(context.Background(), token); !errors.Is(err, signin.ErrRefused) {
			t.Errorf("%s: %+v, %v", name, ended, err)
		}
	}
}

func TestAClaimOpensWhatItIsMappedToAndNothingElse(t *testing.T) {
	t.Parallel()
	l := newLiar(t)
	p := l.provider()
	for text, want := range map[string]string{
		`"desk"`: "[DESK]", `["heads"]`: "[DESK LEAD]", `["choir"]`: "[]", `[]`: "[]", `{"desk":true}`: "[]", `[1,"desk"]`: "[DESK]", `null`: "[]",
	} {
		var groups any
		if err := json.Unmarshal([]byte(text), &groups); err != nil {
			t.Fatal(err)
		}
		claims := with(l.good("n"), "groups", groups)
		l.says(http.StatusOK, map[string]any{"access_token": accessToken, "token_type": "Bearer", "refresh_token": "r", "id_token": sign(t, jose.RS256, l.key, claims)})
		s, err := p.Redeem(t.Context(), signin.Wait{Nonce: "n", Verifier: "v"}, "a code")
		if err != nil || !s.Mapped || fmt.Sprint(s.Roles) != want {
			t.Errorf("%s: %v, %v", text, s.Roles, err)
		}
	}
}
