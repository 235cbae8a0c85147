package signature

import (
	"crypto/ed25519"
	"crypto/sha256"
	"net/http"
	"time"

	"github.com/dunglas/httpsfv"
)

// input is a member of Signature-Input.
type input struct {
	components []string
	params     *httpsfv.Params
	text       string // as @signature-params writes it
}

// only reads a header that is a dictionary of one member, in its canonical form.
func only(h http.Header, name string) (label string, member httpsfv.Member, err error) {
	text, err := field(h, name)
	if err != nil {
		return "", nil, err
	}
	d, err := httpsfv.UnmarshalDictionary([]string{text})
	if err != nil || len(d.Names()) != 1 {
		return "", nil, refused("%s is no dictionary of one member", name)
	}
	if canonical, err := httpsfv.Marshal(d); err != nil || canonical != text {
		return "", nil, refused("%s is not in canonical form", name)
	}
	label = d.Names()[0]
	member, _ = d.Get(label)
	return label, member, nil
}

func signatureInput(h http.Header) (label string, in input, err error) {
	label, member, err := only(h, "signature-input")
	if err != nil {
		return "", in, err
	}
	list, ok := member.(httpsfv.InnerList)
	if !ok {
		return "", in, refused("signature-input is no list of components")
	}
	for _, item := range list.Items {
		name, ok := item.Value.(string)
		if !ok || len(item.Params.Names()) > 0 {
			return "", in, refused("a component is no plain name")
		}
		in.components = append(in.components, name)
	}
	if in.text, err = httpsfv.Marshal(list); err != nil {
		return "", in, refused("signature-input cannot be written")
	}
	in.params = list.Params
	return label, in, nil
}

// bytesOf reads a dictionary of one byte sequence of a length.
func bytesOf(h http.Header, name, label string, length int) ([]byte, error) {
	got, member, err := only(h, name)
	if err != nil {
		return nil, err
	}
	item, ok := member.(httpsfv.Item)
	if !ok || got != label || len(item.Params.Names()) > 0 {
		return nil, refused("%s has no bytes under its label", name)
	}
	value, ok := item.Value.([]byte)
	if !ok || len(value) != length {
		return nil, refused("%s has not %d bytes", name, length)
	}
	return value, nil
}

func signatureBytes(h http.Header, label string) ([]byte, error) {
	return bytesOf(h, "signature", label, ed25519.SignatureSize)
}

// contentDigest is what Content-Digest says of the content (RFC 9530, 2).
func contentDigest(h http.Header) ([sha256.Size]byte, error) {
	value, err := bytesOf(h, "content-digest", "sha-256", sha256.Size)
	if err != nil {
		return [sha256.Size]byte{}, err
	}
	return [sha256.Size]byte(value), nil
}

// How long a nonce may be: chance does not repeat one, and it is no store of ours.
const (
	minNonce = 16
	maxNonce = 128
	maxKey   = 64
)

// readParameters takes the signature parameters (RFC 9421, 2.3) and judges the times.
func (c *Claim) readParameters(in input, now time.Time) error {
	var alg string
	var created, expires int64
	found := map[string]bool{}
	for _, name := range in.params.Names() {
		value, _ := in.params.Get(name)
		var ok bool
		switch name {
		case "created":
			created, ok = value.(int64)
		case "expires":
			expires, ok = value.(int64)
		case "nonce":
			c.Nonce, ok = value.(string)
		case "keyid":
			c.key, ok = value.(string)
		case "alg":
			alg, ok = value.(string)
		case "tag":
			_, ok = value.(string)
		default:
			return refused("an unknown parameter")
		}
		if !ok {
			return refused("the parameter %s is of another type", name)
		}
		found[name] = true
	}
	for _, name := range []string{"created", "expires", "nonce", "keyid", "alg"} {
		if !found[name] {
			return refused("the parameter %s is missing", name)
		}
	}
	switch {
	case alg != "ed25519":
		return refused("another algorithm")
	case len(c.Nonce) < minNonce || len(c.Nonce) > maxNonce:
		return refused("a nonce has %d to %d characters", minNonce, maxNonce)
	case c.key == "" || len(c.key) > maxKey:
		return refused("a key id has 1 to %d characters", maxKey)
	}
	return inTime(time.Unix(created, 0), time.Unix(expires, 0), now)
}

func inTime(created, expires, now time.Time) error {
	switch {
	case created.After(now.Add(Ahead)):
		return refused("created in the future")
	case !expires.After(created) || expires.Sub(created) > MaxLife:
		return refused("it does not expire within %s of its creation", MaxLife)
	case !now.Before(expires):
		return refused("expired")
	}
	return nil
}
