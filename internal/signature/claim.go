package signature

import (
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"net/http"
	"strings"
	"time"
)

const (
	// MaxLife is the longest time from created to expires.
	MaxLife = 300 * time.Second

	// Ahead is how far created may lie in our future: clocks differ.
	Ahead = 5 * time.Second
)

// Refused is a request that does not keep to the profile. Its text says which rule, for whoever looks after the
// gateway; it holds nothing of the request, and the sender is not told.
type Refused struct{ reason string }

func (r *Refused) Error() string { return "signature refused: " + r.reason }

func refused(format string, args ...any) error { return &Refused{reason: fmt.Sprintf(format, args...)} }

// Request is what the profile reads of a request.
type Request struct {
	Method  string
	URI     string // the request target, as it was sent
	Header  http.Header
	Content bool // it has a body
}

// Claim is a signature that keeps to the profile. It proves nothing before By.
type Claim struct {
	Nonce string

	key       string
	base      []byte // what was signed
	signature []byte
	digest    [sha256.Size]byte // of the content
	content   bool
}

// Signer is the id of the key that the signature names.
func (c *Claim) Signer() string { return c.key }

// By says whether the key made the signature.
func (c *Claim) By(key ed25519.PublicKey) bool { return ed25519.Verify(key, c.base, c.signature) }

// Covers says whether the content is what was signed: the whole of it, or none where none was.
func (c *Claim) Covers(content []byte) bool {
	if !c.content {
		return len(content) == 0
	}
	sum := sha256.Sum256(content)
	return subtle.ConstantTimeCompare(sum[:], c.digest[:]) == 1
}

// Signed says whether a request means to be signed: one that is not falls to other credentials.
func Signed(h http.Header) bool { return len(h["Signature"]) > 0 || len(h["Signature-Input"]) > 0 }

// Read reads the signature of a request to the origin. Its errors are *Refused.
func Read(origin Origin, r Request, now time.Time) (*Claim, error) {
	target, err := origin.target(r.URI)
	if err != nil {
		return nil, err
	}
	label, input, err := signatureInput(r.Header)
	if err != nil {
		return nil, err
	}
	c := &Claim{content: r.Content}
	if err := c.readParameters(input, now); err != nil {
		return nil, err
	}
	if c.signature, err = signatureBytes(r.Header, label); err != nil {
		return nil, err
	}
	if c.base, err = base(r, target, input); err != nil {
		return nil, err
	}
	if r.Content {
		c.digest, err = contentDigest(r.Header)
		return c, err
	}
	if len(r.Header["Content-Digest"]) > 0 {
		return nil, refused("a digest without content")
	}
	return c, nil
}

// components are what a request must cover, in their order.
func components(r Request) []string {
	names := []string{"@method", "@target-uri"}
	if r.Content {
		names = append(names, "content-digest", "content-type")
	}
	if len(r.Header["Idempotency-Key"]) > 0 {
		names = append(names, "idempotency-key")
	}
	return names
}

// base is the signature base (RFC 9421, 2.5), for exactly the components that the request must cover.
func base(r Request, target string, input input) ([]byte, error) {
	want := components(r)
	if len(input.components) != len(want) {
		return nil, refused("%d components, want %d", len(input.components), len(want))
	}
	var b strings.Builder
	for i, name := range want {
		if input.components[i] != name {
			return nil, refused("component %d is not %s", i+1, name)
		}
		value, err := component(r, target, name)
		if err != nil {
			return nil, err
		}
		fmt.Fprintf(&b, "%q: %s\n", name, value)
	}
	fmt.Fprintf(&b, "\"@signature-params\": %s", input.text)
	return []byte(b.String()), nil
}

func component(r Request, target, name string) (string, error) {
	switch name {
	case "@method":
		return r.Method, nil
	case "@target-uri":
		return target, nil
	}
	return field(r.Header, name)
}

// field is the value of a header that is sent once (RFC 9421, 2.1).
func field(h http.Header, name string) (string, error) {
	values := h[http.CanonicalHeaderKey(name)]
	if len(values) != 1 {
		return "", refused("%s is sent %d times, want once", name, len(values))
	}
	value := strings.Trim(values[0], " \t")
	if strings.ContainsAny(value, "\r\n") || value == "" {
		return "", refused("%s is no value of one line", name)
	}
	return value, nil
}
