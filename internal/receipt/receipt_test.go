package receipt_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/google/go-cmp/cmp"

	"verigate/internal/receipt"
)

// start is S01's submission: 23:40 on a Thursday evening in Ha Noi.
var start = time.Date(2021, 9, 2, 23, 40, 0, 0, time.FixedZone("+07", 7*60*60))

func claims() receipt.Claims {
	return receipt.Claims{
		ID:            "0123456789abcdefghjkmnpqrs",
		Number:        "VR-7Q4K-M2XD-3F9T",
		Partner:       "NG",
		BodySHA256:    strings.Repeat("0a", 32),
		ReceivedAt:    start,
		DueAt:         start.Add(24 * time.Hour),
		PolicyVersion: "1",
	}
}

func releaseClaims() receipt.ReleaseClaims {
	return receipt.ReleaseClaims{
		RequestID: "0123456789abcdefghjkmnpqrs", Version: 2, Hash: strings.Repeat("f0", 32), Partner: "NG", ReleasedAt: start,
	}
}

func TestAnyJOSELibraryVerifiesAReceipt(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	token := must(keys.Sign(claims()))(t)

	var set jose.JSONWebKeySet
	if err := json.Unmarshal(keys.JWKS(), &set); err != nil {
		t.Fatal(err)
	}
	signed, err := jose.ParseSignedCompact(token, []jose.SignatureAlgorithm{jose.EdDSA})
	if err != nil {
		t.Fatal(err)
	}
	payload, err := signed.Verify(set)
	if err != nil {
		t.Fatal(err)
	}
	want := `{"id":"0123456789abcdefghjkmnpqrs","number":"VR-7Q4K-M2XD-3F9T","partner":"NG","body_sha256":"` +
		strings.Repeat("0a", 32) + `","received_at":"2021-09-02T16:40:00Z","due_at":"2021-09-03T16:40:00Z","policy_version":"1"}`
	if diff := cmp.Diff(want, string(payload)); diff != "" {
		t.Errorf("payload (-want +got):\n%s", diff)
	}
	header := signed.Signatures[0].Protected
	if header.KeyID != set.Keys[0].KeyID || header.Algorithm != "EdDSA" || header.ExtraHeaders[jose.HeaderType] != "verigate-receipt+jwt" {
		t.Errorf("header %+v", header)
	}
}

func TestKeyIDIsTheThumbprintOfRFC8037(t *testing.T) {
	t.Parallel()
	seed, err := base64.RawURLEncoding.DecodeString("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A")
	if err != nil {
		t.Fatal(err)
	}
	signer, err := receipt.NewSigner(ed25519.NewKeyFromSeed(seed), start)
	if err != nil {
		t.Fatal(err)
	}
	if got := signer.Public().ID; got != "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k" {
		t.Errorf("got %s", got)
	}
}

func TestAReceiptReadsBackAsItWasSigned(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	got, err := receipt.Verify(keys.JWKS(), must(keys.Sign(claims()))(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(claims(), got); diff != "" { // compares instants, as time.Time's Equal does
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got.ReceivedAt.Location() != time.UTC {
		t.Errorf("received in %v", got.ReceivedAt.Location())
	}
}

func TestAReleaseReadsBackAsItWasSigned(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	got, err := receipt.VerifyRelease(keys.JWKS(), must(keys.SignRelease(releaseClaims()))(t))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(releaseClaims(), got); diff != "" {
		t.Errorf("claims (-want +got):\n%s", diff)
	}
	if got.ReleasedAt.Location() != time.UTC {
		t.Errorf("released in %v", got.ReleasedAt.Location())
	}
	first := releaseClaims()
	first.Version = 1
	if _, err := keys.SignRelease(first); err != nil {
		t.Errorf("a first version: %v", err)
	}
}

func TestAReceiptIsOfOneRequest(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	token := must(keys.Sign(claims()))(t)
	if got, err := receipt.VerifyOf(keys.JWKS(), token, claims().ID); err != nil || got.ID != claims().ID {
		t.Errorf("its own: %+v, %v", got, err)
	}
	if _, err := receipt.VerifyOf(keys.JWKS(), token, "0123456789abcdefghjkmnpqrt"); err == nil {
		t.Error("it is taken for that of another request")
	}
	stranger := openKeys(t, t.TempDir(), at(start))
	if _, err := receipt.VerifyOf(stranger.JWKS(), token, claims().ID); !errors.Is(err, receipt.ErrUnknownKey) {
		t.Errorf("by the keys of another: %v", err)
	}
}

func TestTheSameClaimsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	first, second := must(keys.Sign(claims()))(t), must(keys.Sign(claims()))(t)
	if first != second {
		t.Errorf("%s differs from %s", first, second)
	}
}

func TestNothingOwedHasNoDueTime(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	unowed := claims()
	unowed.DueAt = time.Time{}
	token := must(keys.Sign(unowed))(t)
	payload, err := base64.RawURLEncoding.DecodeString(strings.Split(token, ".")[1])
	if err != nil || strings.Contains(string(payload), "due_at") {
		t.Errorf("payload %s, %v", payload, err)
	}
	if got, err := receipt.Verify(keys.JWKS(), token); err != nil || !got.DueAt.IsZero() {
		t.Errorf("due %v, %v", got.DueAt, err)
	}
}

func TestForgeriesAreRefused(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	genuine := must(keys.Sign(claims()))(t)
	parts := strings.Split(genuine, ".")
	kid := keyID(t, keys.JWKS())
	payload := must(base64.RawURLEncoding.DecodeString(parts[1]))(t)
	other := claims()
	other.Partner = "TH"
	otherPayload := must(json.Marshal(other))(t)
	stranger := openKeys(t, t.TempDir(), at(start))
	_, strangersKey, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	rsaKey := must(rsa.GenerateKey(rand.Reader, 2048))(t)
	encoded := base64.RawURLEncoding.EncodeToString

	tests := []struct {
		name, token string
		want        error
	}{
		{"no algorithm", encoded([]byte(`{"alg":"none","typ":"verigate-receipt+jwt","kid":"`+kid+`"}`)) + "." + parts[1] + ".", receipt.ErrNotGenuine},
		{"RSA", sign(t, jose.RS256, rsaKey, kid, "verigate-receipt+jwt", payload), receipt.ErrNotGenuine},
		{"the public key used as a shared secret", sign(t, jose.HS256, keys.JWKS(), kid, "verigate-receipt+jwt", payload), receipt.ErrNotGenuine},
		{"another's key under our key id", sign(t, jose.EdDSA, strangersKey, kid, "verigate-receipt+jwt", payload), receipt.ErrNotGenuine},
		{"another's receipt", must(stranger.Sign(claims()))(t), receipt.ErrUnknownKey},
		{"a release passed as a receipt", must(keys.SignRelease(releaseClaims()))(t), receipt.ErrNotGenuine},
		{"another payload", parts[0] + "." + encoded(otherPayload) + "." + parts[2], receipt.ErrNotGenuine},
		{"another header", encoded([]byte(`{"alg":"EdDSA","kid":"`+kid+`","typ":"verigate-receipt+jwt"} `)) + "." + parts[1] + "." + parts[2], receipt.ErrNotGenuine},
		{"no signature", parts[0] + "." + parts[1] + ".", receipt.ErrNotGenuine},
		{"padded", genuine + "=", receipt.ErrNotGenuine},
		{"spaced", " " + genuine, receipt.ErrNotGenuine},
		{"empty", "", receipt.ErrNotGenuine},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := receipt.Verify(keys.JWKS(), test.token)
			if !errors.Is(err, test.want) {
				t.Errorf("got %+v, %v; want %v", got, err, test.want)
			}
			if got != (receipt.Claims{}) {
				t.Errorf("a refused receipt still tells %+v", got)
			}
		})
	}
}

func TestAReceiptIsNoRelease(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	if _, err := receipt.VerifyRelease(keys.JWKS(), must(keys.Sign(claims()))(t)); !errors.Is(err, receipt.ErrNotGenuine) {
		t.Errorf("got %v", err)
	}
}

func TestOurKeyUnderAnotherTypeIsRefused(t *testing.T) {
	t.Parallel()
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := receipt.NewSigner(private, start)
	if err != nil {
		t.Fatal(err)
	}
	jwks := must(json.Marshal(jose.JSONWebKeySet{Keys: []jose.JSONWebKey{
		{Key: signer.Public().X, KeyID: signer.Public().ID, Algorithm: "EdDSA", Use: "sig"},
	}}))(t)
	payload := must(json.Marshal(claims()))(t)
	for _, typ := range []string{"", "JWT", "verigate-release+jwt", "VERIGATE-RECEIPT+JWT"} {
		token := sign(t, jose.EdDSA, private, signer.Public().ID, typ, payload)
		if _, err := receipt.Verify(jwks, token); !errors.Is(err, receipt.ErrNotGenuine) {
			t.Errorf("type %q: %v", typ, err)
		}
	}
	if _, err := receipt.Verify(jwks, must(signer.Sign(claims()))(t)); err != nil {
		t.Errorf("a set written by another library: %v", err)
	}
	if _, err := receipt.Verify(jwks, sign(t, jose.EdDSA, private, signer.Public().ID, "verigate-receipt+jwt", []byte(`{}`))); !errors.Is(err, receipt.ErrIncomplete) {
		t.Errorf("an empty receipt: %v", err)
	}
	if _, err := receipt.Verify(jwks, sign(t, jose.EdDSA, private, signer.Public().ID, "verigate-receipt+jwt", []byte(`no JSON`))); !errors.Is(err, receipt.ErrNotGenuine) {
		t.Errorf("a receipt that is no JSON: %v", err)
	}
}

func TestKeysThatAreNoSetAreRefused(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	token := must(keys.Sign(claims()))(t)
	twice := `{"keys":[` + only(t, keys.JWKS()) + `,` + only(t, keys.JWKS()) + `]}`
	for _, jwks := range []string{"", "[]", `{"keys":[{"kty":"OKP","crv":"Ed25519","use":"sig","alg":"EdDSA","x":"AAAA"}]}`, twice} {
		if _, err := receipt.Verify([]byte(jwks), token); err == nil {
			t.Errorf("verified with %s", jwks)
		}
	}
	for _, jwks := range []string{`{}`, `{"keys":[{"kty":"RSA","n":"AQAB","e":"AQAB","kid":"x"}]}`} {
		if _, err := receipt.Verify([]byte(jwks), token); !errors.Is(err, receipt.ErrUnknownKey) {
			t.Errorf("with %s: %v", jwks, err)
		}
	}
}

func TestAKeyForSomethingElseProvesNothing(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	token := must(keys.Sign(claims()))(t)
	for name, change := range map[string][2]string{
		"of another sort": {`"kty":"OKP"`, `"kty":"EC"`}, "of another curve": {`"crv":"Ed25519"`, `"crv":"X25519"`},
		"to encrypt with": {`"use":"sig"`, `"use":"enc"`}, "of another algorithm": {`"alg":"EdDSA"`, `"alg":"ES256"`},
	} {
		jwks := strings.Replace(string(keys.JWKS()), change[0], change[1], 1)
		if _, err := receipt.Verify([]byte(jwks), token); !errors.Is(err, receipt.ErrUnknownKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, x := range map[string]string{"too short": "AAAA", "of other signs": strings.Repeat("!", 43), "absent": ""} {
		_, rest, _ := strings.Cut(string(keys.JWKS()), `"x":"`)
		jwks := strings.Replace(string(keys.JWKS()), rest[:43], x, 1)
		if _, err := receipt.Verify([]byte(jwks), token); err == nil || errors.Is(err, receipt.ErrUnknownKey) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestClaimsWithAHoleAreNotSigned(t *testing.T) {
	t.Parallel()
	keys := openKeys(t, t.TempDir(), at(start))
	for name, spoil := range map[string]func(*receipt.Claims){
		"id":             func(c *receipt.Claims) { c.ID = "" },
		"number":         func(c *receipt.Claims) { c.Number = "" },
		"partner":        func(c *receipt.Claims) { c.Partner = "" },
		"hash":           func(c *receipt.Claims) { c.BodySHA256 = strings.Repeat("0A", 32) },
		"received":       func(c *receipt.Claims) { c.ReceivedAt = time.Time{} },
		"policy version": func(c *receipt.Claims) { c.PolicyVersion = "" },
	} {
		c := claims()
		spoil(&c)
		if token, err := keys.Sign(c); !errors.Is(err, receipt.ErrIncomplete) || token != "" {
			t.Errorf("without %s: %q, %v", name, token, err)
		}
	}
	for name, spoil := range map[string]func(*receipt.ReleaseClaims){
		"request":  func(c *receipt.ReleaseClaims) { c.RequestID = "" },
		"version":  func(c *receipt.ReleaseClaims) { c.Version = 0 },
		"hash":     func(c *receipt.ReleaseClaims) { c.Hash = "" },
		"partner":  func(c *receipt.ReleaseClaims) { c.Partner = "" },
		"released": func(c *receipt.ReleaseClaims) { c.ReleasedAt = time.Time{} },
	} {
		c := releaseClaims()
		spoil(&c)
		if token, err := keys.SignRelease(c); !errors.Is(err, receipt.ErrIncomplete) || token != "" {
			t.Errorf("release without %s: %q, %v", name, token, err)
		}
	}
}

func TestAHalfKeySignsNothing(t *testing.T) {
	t.Parallel()
	if _, err := receipt.NewSigner(make(ed25519.PrivateKey, 32), start); err == nil {
		t.Error("a seed passed for a private key")
	}
}

func BenchmarkSign(b *testing.B) {
	keys, err := receipt.Open(b.TempDir(), at(start))
	if err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if _, err := keys.Sign(claims()); err != nil {
			b.Fatal(err)
		}
	}
}

// sign makes a token with any key and header, as a forger would.
func sign(t *testing.T, alg jose.SignatureAlgorithm, key any, kid, typ string, payload []byte) string {
	t.Helper()
	options := &jose.SignerOptions{}
	if typ != "" {
		options = options.WithType(jose.ContentType(typ))
	}
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: alg, Key: jose.JSONWebKey{Key: key, KeyID: kid}}, options)
	if err != nil {
		t.Fatal(err)
	}
	signed, err := signer.Sign(payload)
	if err != nil {
		t.Fatal(err)
	}
	return must(signed.CompactSerialize())(t)
}

func openKeys(t *testing.T, dir string, clock func() time.Time) *receipt.Keys {
	t.Helper()
	keys, err := receipt.Open(dir, clock)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func at(t time.Time) func() time.Time { return func() time.Time { return t } }

func must[V any](v V, err error) func(*testing.T) V {
	return func(t *testing.T) V {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

func keyID(t *testing.T, jwks []byte) string {
	t.Helper()
	var set jose.JSONWebKeySet
	if err := json.Unmarshal(jwks, &set); err != nil {
		t.Fatal(err)
	}
	return set.Keys[0].KeyID
}

// only is the JSON of a set's only key.
func only(t *testing.T, jwks []byte) string {
	t.Helper()
	var set struct{ Keys []json.RawMessage }
	if err := json.Unmarshal(jwks, &set); err != nil || len(set.Keys) != 1 {
		t.Fatalf("%s: %v", jwks, err)
	}
	return string(set.Keys[0])
}
