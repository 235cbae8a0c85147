package backup

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"filippo.io/age"
)

// Backup is one that may be restored.
type Backup struct {
	Manifest
	House map[string][]byte // files of the house's keys, by name

	dir          string
	record, keys age.Identity
}

// Vouch says what of a signed manifest its record's ledger has signed, by the keys of the house that are in the backup:
// who can write a backup cannot make those without the key of the keyring.
type Vouch func(record string, house map[string][]byte, signed []byte) (text []byte, err error)

// Open looks at a backup as a whole, before anything of it is used: its manifest, every file against it, both keys, and
// that the time of its KEYS is not over.
func Open(dir string, ring Keyring, now time.Time, vouch Vouch) (*Backup, error) {
	if strings.HasSuffix(filepath.Clean(dir), unfinished) {
		return nil, fmt.Errorf("%s is unfinished: %w", dir, ErrCutOff)
	}
	b := &Backup{dir: dir}
	signed, err := os.ReadFile(filepath.Join(dir, manifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s has no manifest: %w, or no backup", dir, ErrCutOff)
	}
	if err != nil {
		return nil, fmt.Errorf("read the manifest: %w", err)
	}
	if b.Manifest, err = parse(unsigned(signed)); err != nil {
		return nil, err
	}
	if err := b.unlock(ring, now); err != nil {
		return nil, fmt.Errorf("backup %s: %w", b.ID, err)
	}
	if err := b.believe(signed, vouch, now); err != nil {
		return nil, fmt.Errorf("backup %s: %w", b.ID, err)
	}
	return b, nil
}

// unsigned is the manifest within what a signer has made of it, lines of its own before and behind, unchecked.
func unsigned(signed []byte) []byte {
	if i := bytes.IndexByte(signed, '{'); i >= 0 {
		signed = signed[i:]
	}
	text, _, _ := bytes.Cut(signed, []byte("\n}\n"))
	return append(bytes.Clone(text), "\n}\n"...)
}

// unlock finds the keys, and reads those of the house.
func (b *Backup) unlock(ring Keyring, now time.Time) (err error) {
	if b.keys, err = ring.open(b.ID, keysKey); err != nil {
		return err
	}
	if err := b.over(now); err != nil {
		return err
	}
	if b.record, err = ring.open(b.ID, recordKey); err != nil {
		return err
	}
	if err := b.check(houseFile, ""); err != nil {
		return err
	}
	house, err := b.Stream("")
	if err != nil {
		return err
	}
	defer func() { _ = house.Close() }() // read only
	if err := json.NewDecoder(house).Decode(&b.House); err != nil {
		return fmt.Errorf("%s: %w", houseFile, ErrDamaged)
	}
	return nil
}

func (b *Backup) over(now time.Time) error {
	if now.Before(b.KeysEnd) {
		return nil
	}
	return fmt.Errorf("%w since %s: restore a later one, and destroy the key of this (verigate backup expire)", ErrOver, moment(b.KeysEnd))
}

// believe checks who signed, what the manifest really says, and every file.
func (b *Backup) believe(signed []byte, vouch Vouch, now time.Time) error {
	text, err := vouch(b.Record, b.House, signed)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrForged, err)
	}
	if b.Manifest, err = parse(text); err != nil {
		return err
	}
	if err := b.over(now); err != nil {
		return err
	}
	for _, f := range b.Files {
		if err := b.check(f.Name, f.Stream); err != nil {
			return err
		}
		content, err := b.Stream(f.Stream)
		if err != nil {
			return err
		}
		_ = content.Close() // read only
	}
	_, err = b.file(KEYS)
	return err
}

// check holds a file against the manifest.
func (b *Backup) check(name, stream string) error {
	want, err := b.file(stream)
	if err != nil {
		return err
	}
	f, err := os.Open(filepath.Join(b.dir, name))
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%s is missing: %w", name, ErrCutOff)
	}
	if err != nil {
		return err
	}
	defer func() { _ = f.Close() }() // read only
	sum := sha256.New()
	n, err := io.Copy(sum, f)
	if err != nil {
		return fmt.Errorf("read %s: %w", name, err)
	}
	have := hex.EncodeToString(sum.Sum(nil))
	switch {
	case have == want.SHA256 && n == want.Bytes:
		return nil
	case b.has(have):
		return fmt.Errorf("%s %w", name, ErrSwapped)
	case n < want.Bytes:
		return fmt.Errorf("%s has %d of %d bytes: %w", name, n, want.Bytes, ErrCutOff)
	}
	return fmt.Errorf("%s is %w", name, ErrDamaged)
}

// has says whether a digest is of a file of this backup.
func (b *Backup) has(digest string) bool {
	for _, f := range b.Files {
		if f.SHA256 == digest {
			return true
		}
	}
	return false
}

// Stream opens a file, decrypted, by its stream; what is read of it was not changed since it was written, or the read fails.
func (b *Backup) Stream(stream string) (io.ReadCloser, error) {
	named, err := b.file(stream)
	if err != nil {
		return nil, err
	}
	under := b.record
	if stream == KEYS {
		under = b.keys
	}
	f, err := os.Open(filepath.Join(b.dir, named.Name))
	if err != nil {
		return nil, fmt.Errorf("open the backup: %w", err)
	}
	content, err := age.Decrypt(f, under)
	if err != nil {
		_ = f.Close()
		if _, other := errors.AsType[*age.NoIdentityMatchError](err); other {
			return nil, fmt.Errorf("%s %w", named.Name, ErrWrongKey)
		}
		return nil, fmt.Errorf("%s is %w", named.Name, ErrDamaged)
	}
	return struct {
		io.Reader
		io.Closer
	}{content, f}, nil
}
