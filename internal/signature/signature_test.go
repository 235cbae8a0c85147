package signature_test

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/signature"
	"verigate/internal/signature/signaturetest"
)

const (
	origin = "https://gateway.example"
	path   = "/v1/verification-requests"
	nonce  = "0123456789abcdefNONCE"
)

var (
	now    = time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC)
	body   = []byte(`{"own_reference":"XA-1"}`)
	seed   = ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, ed25519.SeedSize))
	public = seed.Public().(ed25519.PublicKey)
	signer = signaturetest.Signer{ID: "0123456789abcdef", Private: seed, Origin: origin}
)

// post is a request with everything that can be covered, get one with the least.
func post() *http.Request {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodPost, path, bytes.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", "key-1")
	return r
}

func get() *http.Request {
	return httptest.NewRequestWithContext(context.Background(), http.MethodGet, path+"?limit=5&cursor=a%2Fb", nil)
}

// read checks a request as the gateway does, at a moment.
func read(r *http.Request, at time.Time) (*signature.Claim, error) {
	return signature.Read(origin, signature.Request{
		Method: r.Method, URI: r.RequestURI, Header: r.Header, Content: r.ContentLength != 0,
	}, at)
}

func TestWhatIsSignedAsTheProfileSaysIsTaken(t *testing.T) {
	t.Parallel()
	plain := post()
	plain.Header.Del("Idempotency-Key")
	keyed := get()
	keyed.Header.Set("Idempotency-Key", "key-2")
	for name, test := range map[string]struct {
		r    *http.Request
		body []byte
	}{
		"all of it": {post(), body}, "without a key": {plain, body}, "without a body": {get(), nil}, "a key without a body": {keyed, nil},
	} {
		signer.Sign(test.r, test.body, now, nonce)
		c, err := read(test.r, now)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if c.Signer() != signer.ID || c.Nonce != nonce || !c.By(public) || !c.Covers(test.body) {
			t.Errorf("%s: %+v", name, c)
		}
		if c.Covers(append(slices.Clone(test.body), ' ')) || len(test.body) > 0 && c.Covers(nil) {
			t.Errorf("%s: another body is covered", name)
		}
		if other := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, ed25519.SeedSize)); c.By(other.Public().(ed25519.PublicKey)) {
			t.Errorf("%s: another key has signed", name)
		}
	}
}

func TestTagLabelAndTheOrderOfParametersAreFree(t *testing.T) {
	t.Parallel()
	r := post()
	p := signer.Of(r, body, now, nonce)
	slices.Reverse(p.Params)
	p.Params, p.Label = append(p.Params, `tag="any"`), "x-2"
	signer.Put(r, p)
	if c, err := read(r, now); err != nil || !c.By(public) {
		t.Fatal(err)
	}
}

func TestTheShortestAndTheLongestAreTaken(t *testing.T) {
	t.Parallel()
	for name, d := range map[string]change{
		"a nonce of 16":   param(2, `nonce="`+strings.Repeat("x", 16)+`"`),
		"a nonce of 128":  param(2, `nonce="`+strings.Repeat("x", 128)+`"`),
		"a key id of 64":  param(3, `keyid="`+strings.Repeat("x", 64)+`"`),
		"a key id of one": param(3, `keyid="x"`),
	} {
		r := get()
		p := signer.Of(r, nil, now, nonce)
		d.parts(&p)
		signer.Put(r, p)
		if c, err := read(r, now); err != nil || !c.By(public) {
			t.Errorf("%s: %v", name, err)
		}
	}
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path+"/~!", nil) // the ends of what is visible
	signer.Sign(r, nil, now, nonce)
	if c, err := read(r, now); err != nil || !c.By(public) {
		t.Errorf("a target of all that is visible: %v", err)
	}
}

func TestARequestWithEitherHeaderMeansToBeSigned(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"Signature", "Signature-Input"} {
		if !signature.Signed(http.Header{name: {""}}) {
			t.Errorf("%s alone is passed over", name)
		}
	}
	if signature.Signed(http.Header{"Authorization": {"Bearer x"}}) {
		t.Error("a request without them is taken for signed")
	}
}

// Partners' clocks and programs are set by what the guide says.
func TestTheBoundsAreThoseOfThePartnersGuide(t *testing.T) {
	t.Parallel()
	guide, err := os.ReadFile("../../api/signing.md")
	if err != nil {
		t.Fatal(err)
	}
	text := strings.Join(strings.Fields(string(guide)), " ")
	for _, told := range []string{
		fmt.Sprintf("a clock that is right within %.0f seconds; from one to the other are at most %.0f.", signature.Ahead.Seconds(), signature.MaxLife.Seconds()),
		"`nonce` is 16 to 128 characters",
	} {
		if !strings.Contains(text, told) {
			t.Errorf("it does not say: %s", told)
		}
	}
}

func TestTimesAreHeldToTheSecond(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		created, expires time.Duration
		good             bool
	}{
		"the longest life":      {0, signature.MaxLife, true},
		"too long a life":       {0, signature.MaxLife + time.Second, false},
		"a clock a bit ahead":   {signature.Ahead, signature.Ahead + time.Minute, true},
		"from the future":       {signature.Ahead + time.Second, time.Minute, false},
		"the last second":       {-time.Minute, time.Second, true},
		"expired":               {-time.Minute, 0, false},
		"long expired":          {-time.Hour, -59 * time.Minute, false},
		"expires when created":  {time.Second, time.Second, false},
		"expires before it was": {2 * time.Second, time.Second, false},
	} {
		r := get()
		p := signer.Of(r, nil, now, nonce)
		p.Params[0], p.Params[1] = "created="+unix(test.created), "expires="+unix(test.expires)
		signer.Put(r, p)
		if _, err := read(r, now); (err == nil) != test.good {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func unix(after time.Duration) string { return itoa(now.Add(after).Unix()) }

func TestASmallOriginIsNoOrigin(t *testing.T) {
	t.Parallel()
	for text, good := range map[string]bool{
		"https://gateway.example": true, "https://gateway.example:8443": true, "http://127.0.0.1:8080": true, "http://localhost": true,
		"": false, "gateway.example": false, "https://": false, "https://gateway.example/": false, "https://gateway.example/v1": false,
		"https://Gateway.example": false, "https://user@gateway.example": false, "https://gateway.example:443": false,
		"https://gateway.example:": false, "http://gateway.example": false, "http://localhost:80": false, "ftp://gateway.example": false,
		"https://gateway.example?x": false, "https://gateway.example#x": false,
		"http://[::1]:8080": true, "http://localhost:": false, "ftp://localhost": false, "://gateway.example": false,
	} {
		got, err := signature.ParseOrigin(text)
		if (err == nil) != good || good && string(got) != text {
			t.Errorf("%q: %q, %v", text, got, err)
		}
	}
	r := get()
	signer.Sign(r, nil, now, nonce)
	if _, err := signature.Read("", signature.Request{Method: r.Method, URI: r.RequestURI, Header: r.Header}, now); !isRefused(err) {
		t.Errorf("without an origin: %v", err)
	}
}

func isRefused(err error) bool {
	var r *signature.Refused
	return errors.As(err, &r)
}

// FuzzRead: whatever the headers, nothing is taken that is not in the form that is signed, and nothing panics.
func FuzzRead(f *testing.F) {
	r := post()
	signer.Sign(r, body, now, nonce)
	f.Add(r.Header.Get("Signature-Input"), r.Header.Get("Signature"), r.Header.Get("Content-Digest"), "application/json")
	f.Add(`a=();created=1`, `a=::`, `sha-256=:YQ==:`, "")
	f.Add(`a="@method";x`, `a`, `sha-512=1`, "\x00")
	f.Fuzz(func(t *testing.T, in, sig, digest, media string) {
		q := post()
		for name, value := range map[string]string{"Signature-Input": in, "Signature": sig, "Content-Digest": digest, "Content-Type": media} {
			q.Header[http.CanonicalHeaderKey(name)] = []string{value}
		}
		c, err := read(q, now)
		if err != nil {
			if !isRefused(err) || (len(in) > 20 && strings.Contains(err.Error(), in)) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		want := `("@method" "@target-uri" "content-digest" "content-type" "idempotency-key");`
		if _, list, _ := strings.Cut(in, "="); !strings.HasPrefix(list, want) || c.Nonce == "" || c.Signer() == "" {
			t.Fatalf("taken: %q", in)
		}
		if c.By(public) && (strings.Trim(media, " \t") != "application/json" || !c.Covers(body)) {
			t.Fatalf("signed by nobody: %q %q %q", in, digest, media)
		}
	})
}
