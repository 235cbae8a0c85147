package backup

import (
	"bytes"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"

	"filippo.io/age"

	"verigate/internal/durable"
)

// Keyring is a directory with two keys for each backup. It lies apart from the backups, and is never copied into one.
type Keyring struct{ Dir string }

// Held is what a keyring has of one backup of KEYS.
type Held struct {
	ID        string
	Taken     time.Time // when the backup was begun
	End       time.Time // of its time
	Destroyed time.Time // when its key was; zero: it is there
}

const (
	recordKey = ".record.key"
	keysKey   = ".keys.key"
	// What the files say of themselves, in lines that age passes over.
	endsLine      = "# ends: "
	destroyedLine = "# destroyed: "
)

// make makes both keys of a backup, on the disk when it returns.
func (k Keyring) make(id string, end time.Time) (record, keys *age.X25519Identity, err error) {
	if err := os.MkdirAll(k.Dir, 0o700); err != nil {
		return nil, nil, fmt.Errorf("keyring: %w", err)
	}
	if record, err = age.GenerateX25519Identity(); err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	if keys, err = age.GenerateX25519Identity(); err != nil {
		return nil, nil, fmt.Errorf("make a key: %w", err)
	}
	head := "# verigate backup " + id
	err = durable.Create(k.path(id, recordKey), []byte(head+": all but KEYS\n"+record.String()+"\n"))
	if err == nil {
		err = durable.Create(k.path(id, keysKey), []byte(head+": KEYS\n"+endsLine+moment(end)+"\n"+keys.String()+"\n"))
	}
	return record, keys, err
}

func (k Keyring) path(id, which string) string { return filepath.Join(k.Dir, id+which) }

// open reads a key. ErrNoKey and ErrDestroyed name the file. Nothing of a key is in an error.
func (k Keyring) open(id, which string) (age.Identity, error) {
	path := k.path(id, which)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", path, ErrNoKey)
	}
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	if at := line(content, destroyedLine); at != "" || overwritten(content) {
		return nil, fmt.Errorf("%s: %w %s", path, ErrDestroyed, at)
	}
	identities, err := age.ParseIdentities(bytes.NewReader(content))
	if err != nil || len(identities) != 1 {
		return nil, fmt.Errorf("%s: %w: the file is damaged", path, ErrNoKey)
	}
	return identities[0], nil
}

// All are the backups of KEYS that the keyring knows, oldest first. A file that cannot be read is in the error, and the
// others are told all the same. ErrNoKeyring: there is no such directory.
func (k Keyring) All() (all []Held, err error) {
	files, err := os.ReadDir(k.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("%s: %w", k.Dir, ErrNoKeyring)
	}
	if err != nil {
		return nil, fmt.Errorf("keyring: %w", err)
	}
	var failed []error
	for _, file := range files {
		id, isOne := strings.CutSuffix(file.Name(), keysKey)
		if !isOne {
			continue
		}
		h, err := k.held(id)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		all = append(all, h)
	}
	return all, errors.Join(failed...)
}

// held reads what a key's file says of its backup.
func (k Keyring) held(id string) (h Held, err error) {
	path := k.path(id, keysKey)
	h.ID = id
	if h.Taken, err = begun(id); err != nil {
		return h, fmt.Errorf("keyring: %s: %w", path, err)
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return h, fmt.Errorf("keyring: %w", err)
	}
	if overwritten(content) { // cut off before the note of it: Expire goes on
		return h, nil
	}
	h.End, err = time.Parse(time.RFC3339, line(content, endsLine))
	if destroyed := line(content, destroyedLine); destroyed != "" && err == nil {
		h.Destroyed, err = time.Parse(time.RFC3339, destroyed)
	}
	if err != nil {
		return h, fmt.Errorf("keyring: %s: the file does not say until when its key may open a backup of KEYS", path)
	}
	return h, nil
}

// Expire destroys the keys of every backup of KEYS whose time is over, and returns all that are destroyed, also by
// earlier calls. Cut off anywhere, it is called again. One that cannot be destroyed is in the error, and keeps none of the
// others.
func (k Keyring) Expire(now time.Time) (destroyed []Held, err error) {
	all, err := k.All()
	failed := []error{err}
	for _, h := range all {
		if h.Destroyed.IsZero() {
			if now.Before(h.End) {
				continue
			}
			if h, err = k.destroy(h, now); err != nil {
				failed = append(failed, err)
				continue
			}
		}
		destroyed = append(destroyed, h)
	}
	return destroyed, errors.Join(failed...)
}

// destroy overwrites a key where it stands, and puts a note in its place: first the bytes are gone, then it is said.
func (k Keyring) destroy(h Held, now time.Time) (Held, error) {
	path := k.path(h.ID, keysKey)
	h.Destroyed = now.UTC().Truncate(time.Second)
	if h.End.IsZero() { // it was not said any more
		h.End = h.Destroyed
	}
	if err := overwrite(path); err != nil {
		return h, fmt.Errorf("destroy %s: %w", path, err)
	}
	note := "# verigate backup " + h.ID + ": the key of its KEYS is gone\n" + endsLine + moment(h.End) + "\n" + destroyedLine + moment(h.Destroyed) + "\n"
	if err := durable.Replace(path, []byte(note)); err != nil {
		return h, fmt.Errorf("destroy a key: %w", err)
	}
	return h, nil
}

// overwrite puts random bytes, then zeros, in the place of a file's own, each on the disk before the next.
func overwrite(path string) error {
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return errors.Join(err, f.Close())
	}
	noise := make([]byte, info.Size())
	if _, err := rand.Read(noise); err != nil {
		return errors.Join(err, f.Close())
	}
	for _, content := range [][]byte{noise, make([]byte, info.Size())} {
		if _, err = f.WriteAt(content, 0); err == nil {
			err = f.Sync()
		}
		if err != nil {
			return errors.Join(err, f.Close())
		}
	}
	return f.Close()
}

// overwritten says whether a file is one that a destruction left before its note: it is no text, though of noise one in 256
// begins as a remark does. One in which a key still stands, damaged or not, is none.
func overwritten(content []byte) bool {
	return !bytes.HasPrefix(content, []byte("#")) || !utf8.Valid(content) && !bytes.Contains(content, []byte("AGE-SECRET-KEY-"))
}

// line is the rest of the line that begins so; empty: there is none.
func line(content []byte, begins string) string {
	for l := range strings.Lines(string(content)) {
		if rest, ok := strings.CutPrefix(l, begins); ok {
			return strings.TrimSpace(rest)
		}
	}
	return ""
}

func moment(t time.Time) string { return t.UTC().Truncate(time.Second).Format(time.RFC3339) }
