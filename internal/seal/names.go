package seal

import (
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	prf "github.com/tink-crypto/tink-go/v2/prf/subtle"
)

// ErrBadCursor says that a cursor was not made here for this reader and
// filter.
var ErrBadCursor = errors.New("cursor does not fit")

// Names makes blind names and sealed cursors. Its secret is wrapped under the
// root like the key of a group, so that another root changes no name: twins
// are found and cursors open as before. It is safe for concurrent use.
type Names struct {
	cursors *subtle.AESGCM
	blind   *prf.HMACPRF
}

// namesSize is the secret of names: a key of cursors, then one of blind names.
const namesSize = 2 * keySize

// namesOfFile is what names were derived from while a root was a file and
// nothing else: a store that began then goes on with the same names.
func namesOfFile(root []byte) ([]byte, error) {
	cursors, err := derive(root, "verigate root: cursors 1", keySize)
	if err != nil {
		return nil, err
	}
	blind, err := derive(root, "verigate root: blind 1", keySize)
	return append(cursors, blind...), err
}

// freshNames is a secret for a store whose root is no file.
func freshNames() []byte {
	secret := make([]byte, namesSize)
	_, _ = rand.Read(secret)
	return secret
}

func newNames(secret []byte) (*Names, error) {
	if len(secret) != namesSize {
		return nil, fmt.Errorf("the secret of names has %d bytes, want %d", len(secret), namesSize)
	}
	cursors, err := subtle.NewAESGCM(secret[:keySize])
	if err != nil {
		return nil, fmt.Errorf("use the key of cursors: %w", err)
	}
	blind, err := prf.NewHMACPRF("SHA256", secret[keySize:])
	if err != nil {
		return nil, fmt.Errorf("use the key of blind names: %w", err)
	}
	return &Names{cursors: cursors, blind: blind}, nil
}

// Blind names a value without telling it: 26 symbols, the same for the same
// purpose and value for as long as the store lives. Without the secret
// neither can be found by trying.
func (n *Names) Blind(purpose, value string) string {
	out, err := n.blind.ComputePRF(framed(purpose, value), 16)
	if err != nil {
		panic("seal: 16 bytes of HMAC-SHA256: " + err.Error()) // only a longer output is refused
	}
	return names.EncodeToString(out)
}

// SealCursor hides where a list goes on. What it is bound to (reader, filter,
// order) must be given again to open it.
func (n *Names) SealCursor(boundTo string, plain []byte) (string, error) {
	sealed, err := n.cursors.Encrypt(plain, framed("cursor", boundTo))
	if err != nil {
		return "", fmt.Errorf("seal cursor: %w", err)
	}
	return encoded(sealed), nil
}

// encoded is what base64.RawURLEncoding makes of it. The encoding's own
// string is made by way of a copy as long as itself, and every row of the
// board is one.
func encoded(sealed []byte) string {
	var out strings.Builder
	out.Grow(base64.RawURLEncoding.EncodedLen(len(sealed)))
	var piece [1024]byte
	for part := range slices.Chunk(sealed, len(piece)/4*3) { // whole groups of three bytes: the pieces join
		out.Write(base64.RawURLEncoding.AppendEncode(piece[:0], part))
	}
	return out.String()
}

// OpenCursor returns what SealCursor hid; ErrBadCursor for anything else.
func (n *Names) OpenCursor(boundTo, cursor string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return nil, fmt.Errorf("open cursor: %w", ErrBadCursor)
	}
	plain, err := n.cursors.Decrypt(sealed, framed("cursor", boundTo))
	if err != nil {
		return nil, fmt.Errorf("open cursor: %w", ErrBadCursor)
	}
	return plain, nil
}
