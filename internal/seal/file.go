package seal

import (
	"context"
	"crypto/hkdf"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"verigate/internal/durable"
	"verigate/internal/record"
)

// ErrExposed says that somebody else than the owner may read a key file.
var ErrExposed = errors.New("key file is readable by others, want mode 0600")

// filePrefix begins the version of a root key in a file.
const filePrefix = "file."

// FileRoot is a root key of 32 random bytes in a file. It has one version,
// which its bytes name, so that two files cannot be taken for each other.
type FileRoot struct {
	version string
	wrap    *subtle.AESGCM
	names   []byte // the secret of names in a store that knows no other
}

var _ RootKey = (*FileRoot)(nil)

// CreateFileRoot writes 32 random bytes to a new file of mode 0600, makes
// them durable, and returns their root. It never overwrites one.
func CreateFileRoot(path string) (*FileRoot, error) {
	secret := newKey()
	if err := durable.Create(path, secret); err != nil {
		return nil, fmt.Errorf("create root key: %w", err)
	}
	return NewFileRoot(secret)
}

// OpenFileRoot reads what CreateFileRoot wrote; fs.ErrNotExist when there is
// none, ErrExposed when others may read it.
func OpenFileRoot(path string) (*FileRoot, error) {
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
		return nil, fmt.Errorf("open root key %s: %w", path, ErrExposed)
	}
	secret, err := io.ReadAll(io.LimitReader(f, keySize+1))
	if err != nil {
		return nil, fmt.Errorf("read root key: %w", err)
	}
	root, err := NewFileRoot(secret)
	if err != nil {
		return nil, fmt.Errorf("%s: %w: restore it from the backup of the keys, or take it away when nothing was ever sealed under it (a first start of an earlier release that was cut off left it)", path, err)
	}
	return root, nil
}

// NewFileRoot is the root of 32 secret bytes.
func NewFileRoot(secret []byte) (*FileRoot, error) {
	if len(secret) != keySize {
		return nil, fmt.Errorf("a root key has %d bytes, and this one not", keySize)
	}
	wrap, err := derive(secret, "verigate root: wrap 1", keySize)
	if err != nil {
		return nil, err
	}
	name, err := derive(secret, "verigate root: version 1", 6)
	if err != nil {
		return nil, err
	}
	names, err := namesOfFile(secret)
	if err != nil {
		return nil, err
	}
	aead, err := subtle.NewAESGCM(wrap)
	if err != nil {
		return nil, fmt.Errorf("use a root key: %w", err)
	}
	return &FileRoot{version: filePrefix + hex.EncodeToString(name), wrap: aead, names: names}, nil
}

func derive(secret []byte, purpose string, size int) ([]byte, error) {
	key, err := hkdf.Key(sha256.New, secret, nil, purpose, size)
	if err != nil {
		return nil, fmt.Errorf("derive %s: %w", purpose, err)
	}
	return key, nil
}

// Version names the file's bytes and tells nothing of them.
func (f *FileRoot) Version() string { return f.version }

// Has implements RootKey. What was wrapped before versions had names is some
// file's: Unwrap tells whose.
func (f *FileRoot) Has(version string) bool { return version == f.version || version == "" }

// Newest implements RootKey.
func (f *FileRoot) Newest(context.Context) (string, error) { return f.version, nil }

// Wrap implements RootKey.
func (f *FileRoot) Wrap(_ context.Context, plain, aad []byte) (string, []byte, error) {
	wrapped, err := f.wrap.Encrypt(plain, aad)
	if err != nil {
		return "", nil, fmt.Errorf("wrap under %s: %w", f.version, err)
	}
	return f.version, wrapped, nil
}

// Unwrap implements RootKey.
func (f *FileRoot) Unwrap(_ context.Context, _ string, wrapped, aad []byte) ([]byte, error) {
	plain, err := f.wrap.Decrypt(wrapped, aad)
	if err != nil {
		return nil, fmt.Errorf("unwrap under %s: %w", f.version, record.ErrTampered)
	}
	return plain, nil
}

// InFile says whether a version is of a root key in a file.
func InFile(version string) bool { return version == "" || strings.HasPrefix(version, filePrefix) }
