package gateway

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"strconv"
	"strings"

	"verigate/internal/verification"
)

// crockford is the alphabet of what people read to each other: no i, l, o, u.
const crockford = "0123456789abcdefghjkmnpqrstvwxyz"

var symbols = base32.NewEncoding(crockford).WithPadding(base32.NoPadding)

// Identity derives every id that must come out the same when a command is repeated, on any gateway and for ever. Its
// key never rotates and is in every backup.
type Identity struct{ key []byte }

// NewIdentity takes the 32 bytes of id.key.
func NewIdentity(key []byte) Identity { return Identity{key: key} }

// Fingerprint tells keys apart without telling the key: it is in the record's first message.
func (i Identity) Fingerprint() string { return hex.EncodeToString(i.mac("fingerprint"))[:32] }

// NewPersonID returns a new opaque id of a person or system.
func NewPersonID() verification.PersonID {
	return verification.PersonID("p_" + strings.ToLower(rand.Text())[:16])
}

// mac is HMAC-SHA-256 over the parts, each with its length before it, so that no two lists collide.
func (i Identity) mac(purpose string, parts ...string) []byte {
	said := make([]byte, 0, 256) // nearly always enough
	for _, p := range append([]string{purpose}, parts...) {
		said = append(strconv.AppendInt(said, int64(len(p)), 10), ':')
		said = append(said, p...)
	}
	h := hmac.New(sha256.New, i.key)
	h.Write(said)
	return h.Sum(nil)
}

// command returns the id of a command given on a route under an idempotency key.
func (i Identity) command(principal, route, key string) verification.CommandID {
	return verification.CommandID("c_" + symbols.EncodeToString(i.mac("command", principal, route, key))[:26])
}

// request returns the id of the request that a command creates.
func (i Identity) request(c verification.CommandID) verification.RequestID {
	return verification.RequestID(symbols.EncodeToString(i.mac("request", string(c)))[:26])
}

// fact returns the id of the n-th fact of an answering command.
func (i Identity) fact(c verification.CommandID, question, n int) verification.FactID {
	return verification.FactID("f_" + symbols.EncodeToString(i.mac("fact", string(c), strconv.Itoa(question), strconv.Itoa(n)))[:16])
}

// number returns the number that people use: VR- and three groups of four Crockford symbols, the last of which is a
// check symbol (Luhn modulo 32: any one wrong symbol and nearly any two neighbours exchanged are seen). It reveals no
// volume.
func (i Identity) number(r verification.RequestID) string {
	body := symbols.EncodeToString(i.mac("number", string(r)))[:11]
	full := strings.ToUpper(body + string(crockford[luhn(body)]))
	return "VR-" + full[0:4] + "-" + full[4:8] + "-" + full[8:12]
}

// ValidNumber says whether a number has the form and the check symbol of one; it reads what people type: lower case,
// i and l for 1, o for 0.
func ValidNumber(s string) (string, bool) {
	s = strings.NewReplacer("i", "1", "l", "1", "o", "0", "-", "", " ", "").Replace(strings.ToLower(strings.TrimSpace(s)))
	s = strings.TrimPrefix(s, "vr")
	if len(s) != 12 || strings.Trim(s, crockford) != "" || crockford[luhn(s[:11])] != s[11] {
		return "", false
	}
	s = strings.ToUpper(s)
	return "VR-" + s[0:4] + "-" + s[4:8] + "-" + s[8:12], true
}

func luhn(body string) int {
	const n = len(crockford)
	sum, factor := 0, 2
	for i := len(body) - 1; i >= 0; i-- {
		addend := factor * strings.IndexByte(crockford, body[i])
		sum += addend/n + addend%n
		factor = 3 - factor
	}
	return (n - sum%n) % n
}

// Tag is the entity tag of a partner's view: a keyed hash of what tells it from others, so that it tells nothing itself.
func (i Identity) Tag(parts ...string) string {
	return base64.RawURLEncoding.EncodeToString(i.mac("tag", parts...)[:16])
}
