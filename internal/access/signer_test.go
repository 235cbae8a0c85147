package access_test

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// pair is an Ed25519 key pair that is the same in each run.
func pair(n byte) (access.PublicKey, ed25519.PrivateKey) {
	private := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	return access.PublicKey(private.Public().(ed25519.PublicKey)), private
}

// spki is a public key as PEM.
func spki(t *testing.T, public any) []byte {
	t.Helper()
	der, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
}

func TestAPublicKeyIsReadFromPEMOrJWK(t *testing.T) {
	t.Parallel()
	want, private := pair(7)
	x := base64.RawURLEncoding.EncodeToString(want[:])
	for name, file := range map[string][]byte{
		"PEM":               spki(t, private.Public()),
		"PEM after a title": append([]byte("Test key of nobody\n"), spki(t, private.Public())...),
		"JWK":               []byte(`{"kty":"OKP","crv":"Ed25519","x":"` + x + `","kid":"theirs"}`),
	} {
		if got, err := access.ParsePublicKey(file); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
	}
	der, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	other, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	secret := base64.RawURLEncoding.EncodeToString(private.Seed())
	for name, file := range map[string][]byte{
		"nothing":           nil,
		"a private PEM":     pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}),
		"a private JWK":     []byte(`{"kty":"OKP","crv":"Ed25519","x":"` + x + `","d":"` + secret + `"}`),
		"two keys":          append(spki(t, private.Public()), spki(t, private.Public())...),
		"both parts":        append(spki(t, private.Public()), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})...),
		"another algorithm": spki(t, other.Public()),
		"another curve":     []byte(`{"kty":"OKP","crv":"X25519","x":"` + x + `"}`),
		"another type":      []byte(`{"kty":"EC","crv":"Ed25519","x":"` + x + `"}`),
		"no key":            []byte(`{"kty":"OKP","crv":"Ed25519"}`),
		"a short key":       []byte(`{"kty":"OKP","crv":"Ed25519","x":"AQ"}`),
		"damaged":           bytes.Replace(spki(t, private.Public()), []byte("MC"), []byte("MD"), 1),
	} {
		got, err := access.ParsePublicKey(file)
		if err == nil || got != (access.PublicKey{}) {
			t.Errorf("%s: %v", name, got)
		} else if strings.Contains(err.Error(), secret) || strings.Contains(err.Error(), x) {
			t.Errorf("%s: the error tells what was in the file", name)
		}
	}
}

// signed is a call that some key has signed.
type signed struct {
	id      string
	by      ed25519.PrivateKey
	checked *int
}

func (s signed) Signer() string { return s.id }

func (s signed) By(key ed25519.PublicKey) bool {
	*s.checked++
	return ed25519.Verify(key, []byte("a call"), ed25519.Sign(s.by, []byte("a call")))
}

func (k *keys) addSigner(at time.Time, public access.PublicKey, terms access.Terms) verification.KeyID {
	k.t.Helper()
	id, err := access.NewKeyID(rand.Reader)
	if err != nil {
		k.t.Fatal(err)
	}
	k.must(at, access.AddSigner{Key: id, Public: public, Terms: terms})
	return id
}

func TestASignedCallIsOfItsSigner(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	public, private := pair(7)
	_, other := pair(8)
	standIn := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	end := noon.Add(time.Hour)
	good := k.addSigner(noon, public, access.Terms{ExpiresAt: end, Scopes: []access.Scope{access.ScopeReads}})
	second, third := publicOf(9), publicOf(10)
	revoked, last := k.addSigner(noon, second, access.Terms{}), k.addSigner(noon, third, access.Terms{})
	k.must(noon, access.RevokeKey{Key: revoked})
	key := k.issue(noon, access.Terms{})
	for name, test := range map[string]struct {
		id   string
		by   ed25519.PrivateKey
		at   time.Time
		want bool
	}{
		"the signer":                   {string(good), private, noon, true},
		"another key":                  {string(good), other, noon, false},
		"when it is over":              {string(good), private, end, false},
		"a revoked signer":             {string(revoked), privateOf(9), noon, false},
		"an unknown signer":            {"0123456789abcdef", private, noon, false},
		"no signer":                    {"", private, noon, false},
		"an unknown one, in our place": {"0123456789abcdef", standIn, noon, false},
		"an API key as signer":         {string(key.ID()), standIn, noon, false},
	} {
		checked := 0
		caller, err := k.ring.Identify(access.Proof{Signed: signed{test.id, test.by, &checked}, At: test.at})
		if (err == nil) != test.want || err != nil && caller.Person != "" {
			t.Errorf("%s: %+v, %v", name, caller, err)
		}
		if checked != 1 {
			t.Errorf("%s: %d signatures were checked", name, checked)
		}
		if test.want && (caller.Means != access.BySignature || caller.Key != good || len(caller.Scopes) != 1) {
			t.Errorf("%s: %+v", name, caller)
		}
	}
	checked := 0
	if _, err := k.ring.Identify(access.Proof{Key: key.Reveal(), Signed: signed{string(last), privateOf(10), &checked}, At: noon}); err == nil {
		t.Error("two credentials are taken for one")
	}
	k.must(noon, access.DisablePrincipal{})
	if _, err := k.ring.Identify(access.Proof{Signed: signed{string(last), privateOf(10), &checked}, At: noon}); err == nil {
		t.Error("a disabled principal signs")
	}
}

func publicOf(n byte) access.PublicKey    { public, _ := pair(n); return public }
func privateOf(n byte) ed25519.PrivateKey { _, private := pair(n); return private }

func TestASignerIsRefusedWithItsCode(t *testing.T) {
	t.Parallel()
	k := keysOf(t, deskPerson("p_1"))
	id := k.addSigner(noon, publicOf(7), access.Terms{})
	const free = "0123456789abcdef"
	for name, test := range map[string]struct {
		c    access.Command
		want verification.Code
	}{
		"the same key again":   {access.AddSigner{Key: free, Public: publicOf(7)}, access.KeyInvalid},
		"an id that is taken":  {access.AddSigner{Key: id, Public: publicOf(8)}, access.KeyInvalid},
		"an id of no form":     {access.AddSigner{Key: "k", Public: publicOf(8)}, access.KeyInvalid},
		"no key":               {access.AddSigner{Key: free}, access.KeyInvalid},
		"an end that is over":  {access.AddSigner{Key: free, Public: publicOf(8), Terms: access.Terms{ExpiresAt: noon}}, access.ExpiryInvalid},
		"no such scope":        {access.AddSigner{Key: free, Public: publicOf(8), Terms: access.Terms{Scopes: []access.Scope{"x"}}}, access.ScopeInvalid},
		"a signer is no key":   {access.RotateKey{Old: id, Key: free, Hash: access.Hash{1}}, access.KeyInvalid},
		"a key of a signer id": {access.IssueKey{Key: id, Hash: access.Hash{1}}, access.KeyInvalid},
		"another":              {access.AddSigner{Key: free, Public: publicOf(8)}, ""},
	} {
		before := k.who
		if events, err := k.try(noon, test.c); code(err) != test.want {
			t.Errorf("%s: %v, %v", name, events, err)
		}
		k.who = before
	}
}
