package seal

import (
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
	prf "github.com/tink-crypto/tink-go/v2/prf/subtle"
)

// ErrExposed says that somebody else than the owner may read a key file.
var ErrExposed = errors.New("key file is readable by others, want mode 0600")

// ErrBadCursor says that a cursor was not made here for this reader and
// filter.
var ErrBadCursor = errors.New("cursor does not fit")

// Root is the one key outside the store: it wraps the months' keys and is
// what blind names and cursors are derived from. It is safe for concurrent
// use.
type Root struct {
	wrap    *subtle.AESGCM
	cursors *subtle.AESGCM
	blind   *prf.HMACPRF
}

// CreateRoot writes 32 random bytes to a new file of mode 0600, makes them
// durable, and returns their root. It never overwrites one.
func CreateRoot(path string) (*Root, error) {
	secret := newKey()
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return nil, fmt.Errorf("create root key: %w", err)
	}
	_, err = f.Write(secret)
	if err = errors.Join(err, f.Sync(), f.Close(), syncDir(filepath.Dir(path))); err != nil {
		return nil, fmt.Errorf("create root key: %w", err)
	}
	return NewRoot(secret)
}

// syncDir makes a new name in a directory durable.
func syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(d.Sync(), d.Close())
}

// OpenRoot reads what CreateRoot wrote; fs.ErrNotExist when there is none,
// ErrExposed when others may read it.
func OpenRoot(path string) (*Root, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("open root key: %w", err)
	}
	defer func() { _ = f.Close() }()
	info, err := f.Stat()
	if err != nil {
		return nil, fmt.Errorf("open root key: %w", err)
	}
	if info.Mode().Perm()&^fs.FileMode(0o600) != 0 {
		return nil, fmt.Errorf("open root key: %w", ErrExposed)
	}
	secret, err := io.ReadAll(io.LimitReader(f, keySize+1))
	if err != nil {
		return nil, fmt.Errorf("read root key: %w", err)
	}
	return NewRoot(secret)
}

// NewRoot derives a root's keys from 32 secret bytes.
func NewRoot(secret []byte) (*Root, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("root key has %d bytes, want %d", len(secret), keySize)
	}
	wrap, err := derivedAEAD(secret, "verigate root: wrap 1")
	if err != nil {
		return nil, err
	}
	cursors, err := derivedAEAD(secret, "verigate root: cursors 1")
	if err != nil {
		return nil, err
	}
	key, err := hkdf.Key(sha256.New, secret, nil, "verigate root: blind 1", keySize)
	if err != nil {
		return nil, fmt.Errorf("derive key of blind names: %w", err)
	}
	blind, err := prf.NewHMACPRF("SHA256", key)
	if err != nil {
		return nil, fmt.Errorf("derive key of blind names: %w", err)
	}
	return &Root{wrap: wrap, cursors: cursors, blind: blind}, nil
}

func derivedAEAD(secret []byte, purpose string) (*subtle.AESGCM, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, keySize)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	aead, err := subtle.NewAESGCM(key)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	return aead, nil
}

// Blind names a value without telling it: 26 symbols, the same for the same
// purpose and value for as long as the root key lives. Without the key
// neither can be found by trying.
func (r *Root) Blind(purpose, value string) string {
	out, err := r.blind.ComputePRF(framed(purpose, value), 16)
	if err != nil {
		panic("seal: 16 bytes of HMAC-SHA256: " + err.Error()) // only a longer output is refused
	}
	return names.EncodeToString(out)
}

// SealCursor hides where a list goes on. What it is bound to (reader, filter,
// order) must be given again to open it.
func (r *Root) SealCursor(boundTo string, plain []byte) (string, error) {
	sealed, err := r.cursors.Encrypt(plain, framed("cursor", boundTo))
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
func (r *Root) OpenCursor(boundTo, cursor string) ([]byte, error) {
	sealed, err := base64.RawURLEncoding.Strict().DecodeString(cursor)
	if err != nil {
		return nil, fmt.Errorf("open cursor: %w", ErrBadCursor)
	}
	plain, err := r.cursors.Decrypt(sealed, framed("cursor", boundTo))
	if err != nil {
		return nil, fmt.Errorf("open cursor: %w", ErrBadCursor)
	}
	return plain, nil
}
