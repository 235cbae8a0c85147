package receipt

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"verigate/internal/durable"
)

// FileName is the key file's name within its directory: a JWK set whose first key has its private half. Current and
// retired keys share one file so that a rotation is one rename.
const FileName = "receipt.key"

// ErrExposed says that group or others may read the key file; anybody may have signed with it.
var ErrExposed = errors.New("readable by group or others")

// readFile reports no error and false when there is no key file.
func readFile(dir string) (keySet, bool, error) {
	path := filepath.Join(dir, FileName)
	content, err := readSecret(path)
	if errors.Is(err, fs.ErrNotExist) {
		return keySet{}, false, nil
	}
	if err != nil {
		return keySet{}, false, fmt.Errorf("read receipt keys: %w", err)
	}
	set, err := decodeFile(content)
	if err != nil {
		return keySet{}, false, fmt.Errorf("read receipt keys: %s: %w", path, err)
	}
	return set, true, nil
}

// readSecret judges the open file, not the path, so that nobody can swap one for the other in between.
func readSecret(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // nothing was written
	info, err := file.Stat()
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("%s: %w: make a new key, or chmod 600 if nobody could", path, ErrExposed)
	}
	return io.ReadAll(file)
}

// decodeFile never puts content into an error: it holds the private key.
func decodeFile(content []byte) (keySet, error) {
	var stored jwkSet
	if err := json.Unmarshal(content, &stored); err != nil || len(stored.Keys) == 0 {
		return keySet{}, errors.New("not a JWK set")
	}
	current, err := decodeCurrent(stored.Keys[0])
	if err != nil {
		return keySet{}, err
	}
	set := keySet{current: current}
	for _, j := range stored.Keys[1:] {
		key, err := j.public()
		if err != nil {
			return keySet{}, err
		}
		if key.Retired.IsZero() {
			return keySet{}, fmt.Errorf("key %q: retired without a date", j.ID)
		}
		set.retired = append(set.retired, key)
	}
	return set, nil
}

func decodeCurrent(j jwk) (*Signer, error) {
	seed, err := base64.RawURLEncoding.DecodeString(j.D)
	if err != nil || len(seed) != ed25519.SeedSize {
		return nil, errors.New("the first key has no Ed25519 private half")
	}
	signer, err := NewSigner(ed25519.NewKeyFromSeed(seed), j.Created)
	if err != nil {
		return nil, err
	}
	if signer.public.ID != j.ID {
		return nil, fmt.Errorf("key %q: its two halves do not match", j.ID)
	}
	return signer, nil
}

// writeFile replaces the key file and returns when that survives a power cut. A crash before the rename leaves a file
// that the next write removes and whose key never signed.
func writeFile(dir string, set keySet) error {
	stored := set.published()
	stored.Keys[0].D = base64.RawURLEncoding.EncodeToString(set.current.private.Seed())
	content, err := json.MarshalIndent(stored, "", "  ")
	if err != nil {
		return fmt.Errorf("encode receipt keys: %w", err)
	}
	if err := replace(dir, append(content, '\n')); err != nil {
		return fmt.Errorf("write receipt keys: %w", err)
	}
	return nil
}

func replace(dir string, content []byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	return durable.Replace(filepath.Join(dir, FileName), content)
}
