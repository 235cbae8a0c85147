package backup

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"filippo.io/age"
)

var noon = time.Date(2026, 11, 29, 12, 0, 0, 0, time.UTC)

// fake is a source of streams that are not nats-server's.
type fake struct {
	streams []string
	fails   string // of which stream nothing comes
	seen    func(stream string)
}

func (f fake) BackupStreams(context.Context) ([]string, error) { return f.streams, nil }

var errAway = errors.New("the store is away")

func (f fake) Snapshot(_ context.Context, stream string, to io.Writer) (Extent, error) {
	if f.seen != nil {
		f.seen(stream)
	}
	content := []byte(strings.Repeat("content of "+stream+" ", 10_000))
	if stream == f.fails {
		_, err := to.Write(content[:50_000])
		return Extent{}, errors.Join(errAway, err)
	}
	_, err := to.Write(content)
	return Extent{First: 1, Last: 7, Messages: 6}, err
}

var streams = []string{"LEDGER", "EVIDENCE", "RECORD_1", "RECORD_0", "KEYS"}

type world struct {
	order     Order
	announced []Held
	withdrawn []Held
}

func begin(t *testing.T) *world {
	t.Helper()
	w := &world{}
	w.order = Order{
		Source: fake{streams: streams}, Out: filepath.Join(t.TempDir(), "out"), Keyring: Keyring{Dir: filepath.Join(t.TempDir(), "ring")},
		Keep: 24 * time.Hour, Record: "fingerprint", House: map[string][]byte{"id.key": []byte("the id key")}, Now: func() time.Time { return noon },
		Sign:     func(text []byte) ([]byte, error) { return fmt.Appendf(nil, "origin\n%s\n— signed\n", text), nil },
		Announce: func(_ context.Context, h Held) error { w.announced = append(w.announced, h); return nil },
		Withdraw: func(_ context.Context, h Held) error { w.withdrawn = append(w.withdrawn, h); return nil },
		Ended:    func(context.Context, map[string]Extent) (string, error) { return "", nil },
	}
	return w
}

func vouch(record string, house map[string][]byte, signed []byte) ([]byte, error) {
	text, ok := bytes.CutSuffix(signed, []byte("\n— signed\n"))
	text = bytes.TrimPrefix(text, []byte("origin\n"))
	if !ok || record != "fingerprint" || string(house["id.key"]) != "the id key" {
		return nil, errors.New("unknown")
	}
	return text, nil
}

func (w *world) take(t *testing.T) (string, Manifest) {
	t.Helper()
	dir, m, err := Take(t.Context(), w.order)
	if err != nil {
		t.Fatal(err)
	}
	return dir, m
}

func TestABackupIsReadAsItWasTaken(t *testing.T) {
	t.Parallel()
	w := begin(t)
	w.order.Source = fake{streams: streams, seen: func(stream string) {
		if (stream == KEYS) != (len(w.announced) == 1) {
			t.Errorf("%d announced before %s", len(w.announced), stream)
		}
	}}
	dir, m := w.take(t)
	b, err := Open(dir, w.order.Keyring, noon.Add(23*time.Hour), vouch)
	if err != nil {
		t.Fatal(err)
	}
	if b.ID != m.ID || string(b.House["id.key"]) != "the id key" || !b.KeysEnd.Equal(noon.Add(24*time.Hour)) {
		t.Errorf("%+v", b.Manifest)
	}
	var order []string
	for _, f := range b.Files[1:] {
		order = append(order, f.Stream)
		from, err := b.Stream(f.Stream)
		if err != nil {
			t.Fatal(err)
		}
		content, err := io.ReadAll(from)
		if err != nil || !strings.HasPrefix(string(content), "content of "+f.Stream+" ") || len(content) < 100_000 || f.Messages != 6 {
			t.Errorf("%s: %d bytes, %v", f.Name, len(content), err)
		}
		_ = from.Close()
	}
	if !slices.Equal(order, streams) {
		t.Error(order)
	}
	for path, content := range files(t, w.order.Out) {
		if bytes.Contains(content, []byte("content of")) || bytes.Contains(content, []byte("the id key")) {
			t.Errorf("%s is in clear", path)
		}
		if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: mode %v, %v", path, info.Mode(), err)
		}
	}
}

// The key of the record opens no KEYS, and the other way round.
func TestEachPartHasAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	w := begin(t)
	dir, m := w.take(t)
	ring := w.order.Keyring
	recordOf, keysOf := ring.path(m.ID, recordKey), ring.path(m.ID, keysKey)
	for path, content := range files(t, dir) {
		name := filepath.Base(path)
		if name == manifestFile {
			continue
		}
		if opens(t, recordOf, content) == (name == "KEYS.age") || opens(t, keysOf, content) != (name == "KEYS.age") {
			t.Errorf("%s is opened by another key", name)
		}
	}
}

// opens says whether a key file, as age reads it, opens a file.
func opens(t *testing.T, key string, content []byte) bool {
	t.Helper()
	raw, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	all, err := age.ParseIdentities(bytes.NewReader(raw))
	if err != nil {
		return false
	}
	_, err = age.Decrypt(bytes.NewReader(content), all...)
	return err == nil
}

// files are all below a directory.
func files(t *testing.T, dir string) map[string][]byte {
	t.Helper()
	all := map[string][]byte{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			all[path], err = os.ReadFile(path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestWhatIsNotTheBackupIsRefusedByName(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		spoil func(t *testing.T, w *world, dir, id string)
		want  error
		says  string
	}{
		"no manifest": {func(t *testing.T, _ *world, dir, _ string) { remove(t, dir, manifestFile) }, ErrCutOff, "manifest"},
		"a manifest of half": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, manifestFile, func(b []byte) []byte { return b[:len(b)/2] })
		}, ErrForged, "manifest"},
		"a manifest that nobody signed": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, manifestFile, func(b []byte) []byte { return bytes.TrimSuffix(b, []byte("\n— signed\n")) })
		}, ErrForged, "manifest"},
		"a file is missing": {func(t *testing.T, _ *world, dir, _ string) { remove(t, dir, "RECORD_1.age") }, ErrCutOff, "RECORD_1.age"},
		"a file is cut off": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, "RECORD_0.age", func(b []byte) []byte { return b[:len(b)-100] })
		}, ErrCutOff, "RECORD_0.age"},
		"a flipped bit": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, "EVIDENCE.age", func(b []byte) []byte { b[len(b)/2] ^= 4; return b })
		}, ErrDamaged, "EVIDENCE.age"},
		"two files swapped": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, "RECORD_0.age", func([]byte) []byte { return files(t, dir)[filepath.Join(dir, "RECORD_1.age")] })
		}, ErrSwapped, "RECORD_0.age"},
		"the keys of the house damaged": {func(t *testing.T, _ *world, dir, _ string) {
			change(t, dir, houseFile, func(b []byte) []byte { b[len(b)-1] ^= 1; return b })
		}, ErrDamaged, houseFile},
		"a file of an earlier backup": {func(t *testing.T, w *world, dir, _ string) {
			other, _ := w.take(t)
			change(t, dir, "KEYS.age", func([]byte) []byte { return files(t, other)[filepath.Join(other, "KEYS.age")] })
		}, ErrDamaged, "KEYS.age"},
		"a key of another backup": {func(t *testing.T, w *world, _, id string) {
			_, other := w.take(t)
			mustRename(t, w.order.Keyring.path(other.ID, recordKey), w.order.Keyring.path(id, recordKey))
		}, ErrWrongKey, houseFile},
		"a key of another KEYS": {func(t *testing.T, w *world, _, id string) {
			_, other := w.take(t)
			mustRename(t, w.order.Keyring.path(other.ID, keysKey), w.order.Keyring.path(id, keysKey))
		}, ErrWrongKey, "KEYS.age"},
		"no key": {func(t *testing.T, w *world, _, id string) { remove(t, w.order.Keyring.Dir, id+keysKey) }, ErrNoKey, keysKey},
		"a key file that is none": {func(t *testing.T, w *world, _, id string) {
			change(t, w.order.Keyring.Dir, id+recordKey, func([]byte) []byte { return []byte("# nothing\n") })
		}, ErrNoKey, recordKey},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			dir, m := w.take(t)
			test.spoil(t, w, dir, m.ID)
			_, err := Open(dir, w.order.Keyring, noon, vouch)
			if !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Errorf("%v", err)
			}
			if strings.Contains(fmt.Sprint(err), "AGE-SECRET") {
				t.Error("a key is in the error")
			}
		})
	}
}

func remove(t *testing.T, dir, name string) {
	t.Helper()
	if err := os.Remove(filepath.Join(dir, name)); err != nil {
		t.Fatal(err)
	}
}

func mustRename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

func change(t *testing.T, dir, name string, how func([]byte) []byte) {
	t.Helper()
	path := filepath.Join(dir, name)
	content, err := os.ReadFile(path)
	if err == nil {
		err = os.WriteFile(path, how(content), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// Behind its date nobody opens a KEYS any more: not by the program, and not with any key that there still is.
func TestAKEYSWhoseTimeIsOverIsNotOpened(t *testing.T) {
	t.Parallel()
	w := begin(t)
	dir, m := w.take(t)
	w.order.Keep = 48 * time.Hour
	later, other := w.take(t)
	ring := w.order.Keyring
	secret := secretOf(t, ring.path(m.ID, keysKey))

	over := noon.Add(24 * time.Hour)
	if _, err := Open(dir, ring, over, vouch); !errors.Is(err, ErrOver) {
		t.Error("its date is past:", err)
	}
	if gone, err := ring.Expire(over.Add(-time.Second)); len(gone) != 0 || err != nil {
		t.Error("destroyed before its time", gone, err)
	}
	for range 2 { // the second call has nothing to do and says the same
		gone, err := ring.Expire(over)
		if err != nil || len(gone) != 1 || gone[0].ID != m.ID || !gone[0].Destroyed.Equal(over) || !gone[0].End.Equal(over) {
			t.Errorf("%+v, %v", gone, err)
		}
	}
	if _, err := Open(dir, ring, noon, vouch); !errors.Is(err, ErrDestroyed) {
		t.Error("a clock that is put back opens it:", err)
	}
	if _, err := Open(later, ring, over, vouch); err != nil {
		t.Error("another is refused too:", err)
	}
	all, err := ring.All()
	if err != nil || len(all) != 2 || !all[slices.IndexFunc(all, func(h Held) bool { return h.ID == other.ID })].Destroyed.IsZero() {
		t.Errorf("%+v, %v", all, err)
	}
	for path, content := range files(t, ring.Dir) {
		if bytes.Contains(content, []byte(secret)) {
			t.Errorf("the key is in %s", path)
		}
		if opens(t, path, files(t, dir)[filepath.Join(dir, "KEYS.age")]) {
			t.Errorf("%s opens it", path)
		}
	}
}

func TestAKeyThatCannotBeDestroyedKeepsNoOther(t *testing.T) {
	t.Parallel()
	w := begin(t)
	_, first := w.take(t)
	_, second := w.take(t)
	ring, over := w.order.Keyring, noon.Add(24*time.Hour)
	kept := min(first.ID, second.ID) // which comes first
	path := ring.path(kept, keysKey)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Remove(path), os.Mkdir(path, 0o700)); err != nil { // who is root may read every file
		t.Fatal(err)
	}
	gone, err := ring.Expire(over)
	if err == nil || !strings.Contains(err.Error(), path) || len(gone) != 1 || gone[0].ID == kept {
		t.Fatalf("%+v, %v", gone, err)
	}
	if err := errors.Join(os.Remove(path), os.WriteFile(path, content, 0o600)); err != nil {
		t.Fatal(err)
	}
	if gone, err := ring.Expire(over); err != nil || len(gone) != 2 {
		t.Errorf("as it can be: %+v, %v", gone, err)
	}
}

func TestAKeyringThatIsNotThereIsNotAnEmptyOne(t *testing.T) {
	t.Parallel()
	ring := Keyring{Dir: filepath.Join(t.TempDir(), "not mounted")}
	if gone, err := ring.Expire(noon); !errors.Is(err, ErrNoKeyring) || !strings.Contains(err.Error(), ring.Dir) {
		t.Errorf("%+v, %v", gone, err)
	}
}

func secretOf(t *testing.T, path string) string {
	t.Helper()
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	i := strings.Index(string(content), "AGE-SECRET-KEY-")
	if i < 0 {
		t.Fatal("no key in", path)
	}
	return strings.TrimSpace(string(content[i:]))
}

// A key that was destroyed between the copy of the record and that of KEYS makes both be copied again.
func TestWhatWasErasedMeanwhileIsCopiedAgain(t *testing.T) {
	t.Parallel()
	for erasures := range turns {
		w := begin(t)
		var copied []string
		w.order.Source = fake{streams: streams, seen: func(stream string) { copied = append(copied, stream) }}
		looks := 0
		w.order.Ended = func(_ context.Context, reach map[string]Extent) (string, error) {
			if looks++; len(copied) != looks*len(streams) || reach["RECORD_0"].Last != 7 || len(reach) != len(streams) {
				t.Errorf("look %d comes behind %v, with %v", looks, copied, reach)
			}
			if looks > erasures {
				return "", nil
			}
			return "an erasure", nil
		}
		dir, _ := w.take(t)
		b, err := Open(dir, w.order.Keyring, noon, vouch)
		if err != nil {
			t.Fatal(err)
		}
		if found, err := os.ReadDir(dir); err != nil || len(b.Files) != 1+len(streams) || len(found) != 2+len(streams) {
			t.Errorf("after %d erasures: %v, %v", erasures, found, err)
		}
		if looks != erasures+1 || len(w.withdrawn) != 0 {
			t.Errorf("%d looks for %d erasures; withdrawn: %v", looks, erasures, w.withdrawn)
		}
	}
}

// Whoever erases all the while, or cannot be asked, gets no backup: none whose parts do not fit together.
func TestABackupWhosePartsDoNotFitIsNone(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		what string
		err  error
		want error
		says string
	}{
		"erasures all the while": {what: "the end of a month", want: ErrErasedMeanwhile, says: "3 times, last by the end of a month: take the backup again"},
		"nobody can be asked":    {err: errAway, want: errAway, says: "look for keys that were destroyed meanwhile"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			w.order.Ended = func(context.Context, map[string]Extent) (string, error) { return test.what, test.err }
			if _, _, err := Take(t.Context(), w.order); !errors.Is(err, test.want) || !strings.Contains(err.Error(), test.says) {
				t.Error(err)
			}
			if left, err := os.ReadDir(w.order.Out); len(left) != 0 || err != nil {
				t.Error("left:", left, err)
			}
			all, err := w.order.Keyring.All()
			if err != nil || len(all) != 1 || all[0].Destroyed.IsZero() || len(w.withdrawn) != 1 {
				t.Errorf("its key: %+v, %v; withdrawn: %v", all, err, w.withdrawn)
			}
		})
	}
}

func TestKEYSIsTakenLastOrNotAtAll(t *testing.T) {
	t.Parallel()
	for _, order := range [][]string{nil, {"KEYS", "RECORD_0"}, {"RECORD_0"}} {
		w := begin(t)
		w.order.Source = fake{streams: order}
		if _, _, err := Take(t.Context(), w.order); err == nil {
			t.Errorf("%v was taken", order)
		}
	}
}
