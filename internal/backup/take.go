package backup

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"filippo.io/age"

	"verigate/internal/durable"
)

// Source is what is backed up.
type Source interface {
	// BackupStreams names the streams in the order in which they are taken, KEYS last.
	BackupStreams(ctx context.Context) ([]string, error)
	// Snapshot writes a stream as it is at one moment of the call.
	Snapshot(ctx context.Context, stream string, to io.Writer) (Extent, error)
}

// Order is what a backup is to be.
type Order struct {
	Source  Source
	Out     string // directory below which the backup's own is made
	Keyring Keyring
	Keep    time.Duration // how long its KEYS may be opened, from now
	Record  string
	House   map[string][]byte // files of the house's keys, by name; never the root key
	Now     func() time.Time
	Sign    func(manifest []byte) ([]byte, error) // with lines of the signer's own before and behind
	// Ended says what has destroyed a key since copies were made that reach so far, by stream, in words that tell of nobody;
	// empty: nothing has. A decision counts that stands in the record behind its copy, carried out or not.
	Ended func(ctx context.Context, copied map[string]Extent) (what string, err error)
	// Announce is told of the copy of KEYS before it is made, so that none is unknown to the record; and Withdraw that it
	// opens nothing after all.
	Announce func(ctx context.Context, h Held) error
	Withdraw func(ctx context.Context, h Held) error
}

// Take makes a backup and returns its directory. After an error nothing of it is left but an unfinished directory where
// even that could not be removed, and its key of KEYS is destroyed.
func Take(ctx context.Context, o Order) (dir string, m Manifest, err error) {
	now := o.Now().UTC()
	m = Manifest{Form: form, ID: newID(now), Record: o.Record, Began: now}
	m.KeysEnd = m.Began.Add(o.Keep).Truncate(time.Second)
	dir = filepath.Join(o.Out, m.ID)
	if err := os.MkdirAll(o.Out, 0o700); err != nil {
		return "", m, fmt.Errorf("backup: %w", err)
	}
	if err := os.Mkdir(dir+unfinished, 0o700); err != nil {
		return "", m, fmt.Errorf("backup: %w", err)
	}
	if m, err = o.write(ctx, dir+unfinished, m); err == nil {
		err = finish(dir)
	}
	if err == nil {
		return dir, m, nil
	}
	return "", m, errors.Join(fmt.Errorf("backup %s: %w", m.ID, err), o.takeBack(context.WithoutCancel(ctx), dir, m))
}

// newID is a moment, and eight symbols that no other backup of it has.
func newID(now time.Time) string {
	return now.Format(idTime) + "-" + strings.ToLower(rand.Text()[:8])
}

const idTime = "20060102T150405Z"

// begun is the moment in an id.
func begun(id string) (time.Time, error) {
	if !named.MatchString(id) {
		return time.Time{}, errors.New("that is no id of a backup")
	}
	return time.Parse(idTime, id[:len(idTime)])
}

// takeBack removes what an unfinished backup has left, also of one that got its name and could not be made to last, and
// destroys its key of KEYS. A keyring that is away then is an error: the key was made before the first file.
func (o Order) takeBack(ctx context.Context, dir string, m Manifest) error {
	err := errors.Join(os.RemoveAll(dir+unfinished), os.RemoveAll(dir))
	h := Held{ID: m.ID, Taken: m.Began, End: m.KeysEnd}
	if _, missing := os.Stat(o.Keyring.path(m.ID, keysKey)); errors.Is(missing, fs.ErrNotExist) && len(m.Files) == 0 {
		return err
	}
	h, destroyed := o.Keyring.destroy(h, o.Now())
	if destroyed != nil {
		return errors.Join(err, destroyed)
	}
	return errors.Join(err, o.Withdraw(ctx, h))
}

func (o Order) write(ctx context.Context, dir string, m Manifest) (Manifest, error) {
	streams, err := o.Source.BackupStreams(ctx)
	if err != nil {
		return m, err
	}
	if len(streams) == 0 || slices.Index(streams, KEYS) != len(streams)-1 {
		return m, errors.New("the stream KEYS must be taken last")
	}
	record, keys, err := o.Keyring.make(m.ID, m.KeysEnd)
	if err != nil {
		return m, err
	}
	house, err := json.Marshal(o.House)
	if err != nil {
		return m, err
	}
	err = m.add(dir, File{Name: houseFile}, record, func(w io.Writer) (Extent, error) {
		_, err := w.Write(house)
		return Extent{}, err
	})
	if err != nil {
		return m, err
	}
	if err := o.fitting(ctx, dir, &m, copying{streams, record, keys}); err != nil {
		return m, err
	}
	m.Ended = o.Now().UTC()
	text, err := m.encode()
	if err != nil {
		return m, err
	}
	signed, err := o.Sign(text)
	if err != nil {
		return m, fmt.Errorf("sign the manifest: %w", err)
	}
	return m, durable.Create(filepath.Join(dir, manifestFile), signed)
}

// turns is how often the streams are copied before a backup is given up: a copy takes seconds, and erasures are few.
const turns = 3

// fitting copies the streams until no key was destroyed between the copy of the record and that of KEYS: such a KEYS lacks
// what its record does not know to be erased. The copy of KEYS that is given up is removed and may stay on the disk, under
// the same key: it ends with the last, and is announced as begun with the first.
func (o Order) fitting(ctx context.Context, dir string, m *Manifest, c copying) error {
	ended := ""
	for range turns {
		if err := m.drop(dir); err != nil {
			return err
		}
		if err := o.copyAll(ctx, dir, m, c); err != nil {
			return err
		}
		var err error
		if ended, err = o.Ended(ctx, m.copied()); err != nil {
			return fmt.Errorf("look for keys that were destroyed meanwhile: %w", err)
		}
		if ended == "" {
			return nil
		}
	}
	return fmt.Errorf("%w, %d times, last by %s: take the backup again when no more is being erased", ErrErasedMeanwhile, turns, ended)
}

// copying is what is copied, in this order, and under what.
type copying struct {
	streams      []string // KEYS last
	record, keys *age.X25519Identity
}

// copyAll copies each stream, and announces the copy of KEYS before it is made.
func (o Order) copyAll(ctx context.Context, dir string, m *Manifest, c copying) error {
	for _, stream := range c.streams {
		key := c.record
		if stream == KEYS {
			key = c.keys
			if err := o.Announce(ctx, Held{ID: m.ID, Taken: m.Began, End: m.KeysEnd}); err != nil {
				return err
			}
		}
		err := m.add(dir, File{Name: stream + sealed, Stream: stream}, key, func(w io.Writer) (Extent, error) {
			return o.Source.Snapshot(ctx, stream, w)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// drop removes the copies of streams.
func (m *Manifest) drop(dir string) error {
	for _, f := range m.Files {
		if f.Stream == "" {
			continue
		}
		if err := os.Remove(filepath.Join(dir, f.Name)); err != nil {
			return err
		}
	}
	m.Files = slices.DeleteFunc(m.Files, func(f File) bool { return f.Stream != "" })
	return nil
}

// copied says how far the copies of the streams reach.
func (m *Manifest) copied() map[string]Extent {
	all := map[string]Extent{}
	for _, f := range m.Files {
		if f.Stream != "" {
			all[f.Stream] = f.Extent
		}
	}
	return all
}

// add writes one file, on the disk when it returns.
func (m *Manifest) add(dir string, f File, under *age.X25519Identity, content func(io.Writer) (Extent, error)) error {
	file, err := os.OpenFile(filepath.Join(dir, f.Name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	counted := &counting{to: file, sum: sha256.New()}
	encrypted, err := age.Encrypt(counted, under.Recipient())
	if err == nil {
		f.Extent, err = content(encrypted)
	}
	if err == nil {
		err = encrypted.Close()
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("%s: %w", f.Name, err)
	}
	f.Bytes, f.SHA256 = counted.n, hex.EncodeToString(counted.sum.Sum(nil))
	m.Files = append(m.Files, f)
	return nil
}

// counting counts and hashes what passes.
type counting struct {
	to  io.Writer
	n   int64
	sum hash.Hash
}

// Write implements io.Writer.
func (c *counting) Write(b []byte) (int, error) {
	n, err := c.to.Write(b)
	c.n += int64(n)
	_, _ = c.sum.Write(b[:n]) // never fails
	return n, err
}

// finish makes an unfinished backup a backup.
func finish(dir string) error {
	if err := durable.SyncDir(dir + unfinished); err != nil {
		return err
	}
	if err := os.Rename(dir+unfinished, dir); err != nil {
		return err
	}
	return durable.SyncDir(filepath.Dir(dir))
}
