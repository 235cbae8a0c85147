package screen

import (
	"crypto/sha256"
	"encoding/base32"
	"strings"

	"verigate/internal/access"
)

// Code is what a device shows and a person types: eight Crockford symbols, 40 bits.
type Code string

// crockford is the alphabet of what people read to each other, as in the number of a request: no i, l, o, u.
const (
	crockford  = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
	codeBytes  = 5
	codeLength = 8
)

// CodeOf is the code of the device that holds a key. It follows from the key, and the key is not found from it.
func CodeOf(key access.Secret) Code {
	sum := sha256.Sum256([]byte("the code of a screen with the key " + key.Reveal()))
	return Code(base32.NewEncoding(crockford).WithPadding(base32.NoPadding).EncodeToString(sum[:codeBytes]))
}

// ParseCode reads what people type: lower case, i and l for 1, o for 0, with or without the hyphen.
func ParseCode(typed string) (Code, bool) {
	s := strings.NewReplacer("I", "1", "L", "1", "O", "0", "-", "", " ", "").Replace(strings.ToUpper(strings.TrimSpace(typed)))
	if len(s) != codeLength || strings.Trim(s, crockford) != "" {
		return "", false
	}
	return Code(s), true
}

// String is the code as it is shown: 7Q4K-M2XD.
func (c Code) String() string {
	if len(c) != codeLength {
		return ""
	}
	return string(c[:codeLength/2] + "-" + c[codeLength/2:])
}
