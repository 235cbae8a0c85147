package backup

import (
	"bytes"
	"errors"
	"os"
	"strings"
	"testing"
)

// A destruction that is cut off behind any of its writes is finished by the next call.
func TestADestructionThatIsCutOffIsFinished(t *testing.T) {
	t.Parallel()
	for name, left := range map[string][]byte{
		"noise": bytes.Repeat([]byte{7}, 99), "zeros": make([]byte, 99), "empty": nil,
		"noise that begins as a remark does": append([]byte("#"), bytes.Repeat([]byte{0xc7}, 99)...),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			dir, m := w.take(t)
			change(t, w.order.Keyring.Dir, m.ID+keysKey, func([]byte) []byte { return left })
			if err := os.WriteFile(w.order.Keyring.path(m.ID, keysKey)+".new", []byte("# half"), 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := Open(dir, w.order.Keyring, noon, vouch); !errors.Is(err, ErrDestroyed) {
				t.Error(err)
			}
			gone, err := w.order.Keyring.Expire(noon)
			if err != nil || len(gone) != 1 || gone[0].Destroyed.IsZero() || gone[0].End.IsZero() {
				t.Errorf("%+v, %v", gone, err)
			}
		})
	}
}

// A key that is damaged, or has a remark of its owner's, is not taken for one that a destruction was cut off from.
func TestAKeyThatStandsInItsFileIsNotDestroyed(t *testing.T) {
	t.Parallel()
	for _, remark := range []string{"# của phòng 2\r\n", "# \xff\n"} {
		w := begin(t)
		_, m := w.take(t)
		change(t, w.order.Keyring.Dir, m.ID+keysKey, func(key []byte) []byte { return append([]byte(remark), key...) })
		if gone, err := w.order.Keyring.Expire(noon); len(gone) != 0 || err != nil {
			t.Errorf("%q: %+v, %v", remark, gone, err)
		}
		secretOf(t, w.order.Keyring.path(m.ID, keysKey))
	}
}

// What fails in the middle leaves no directory that looks like a backup, and no key that opens what was copied of KEYS.
func TestABackupThatFailsIsNone(t *testing.T) {
	t.Parallel()
	for _, stream := range streams {
		t.Run(stream, func(t *testing.T) {
			t.Parallel()
			w := begin(t)
			w.order.Source = fake{streams: streams, fails: stream}
			if _, _, err := Take(t.Context(), w.order); !errors.Is(err, errAway) {
				t.Error(err)
			}
			if left, err := os.ReadDir(w.order.Out); len(left) != 0 || err != nil {
				t.Error("left:", left, err)
			}
			all, err := w.order.Keyring.All()
			if err != nil || len(all) != 1 || all[0].Destroyed.IsZero() {
				t.Errorf("its key: %+v, %v", all, err)
			}
			if len(w.withdrawn) != 1 || w.withdrawn[0].ID != all[0].ID {
				t.Errorf("withdrawn: %+v", w.withdrawn)
			}
		})
	}
}

// What a kill leaves is no backup: neither without a manifest, nor with one in a directory that says of itself that it is
// unfinished, for what stands in it may not all be on the disk.
// A backup that got its name and could not be made to last is none either: its key is gone, and no directory looks like it.
func TestABackupThatIsTakenBackIsUnderNeitherName(t *testing.T) {
	t.Parallel()
	w := begin(t)
	dir, m := w.take(t)
	if err := w.order.takeBack(t.Context(), dir, m); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadDir(w.order.Out); len(left) != 0 || err != nil {
		t.Error("left:", left, err)
	}
}

// When the keyring is away at the end of a backup that fails, nobody takes its key for one that never was.
func TestABackupThatFailsWithoutItsKeyringSaysThatTheKeyIsThere(t *testing.T) {
	t.Parallel()
	for name, inItsPlace := range map[string]func(ring string) error{
		"nothing": func(string) error { return nil },
		"a file":  func(ring string) error { return os.WriteFile(ring, nil, 0o600) },
	} {
		w := begin(t)
		ring := w.order.Keyring.Dir
		w.order.Source = fake{streams: streams, fails: "KEYS", seen: func(stream string) {
			if stream == "KEYS" {
				mustRename(t, ring, ring+".away")
				if err := inItsPlace(ring); err != nil {
					t.Error(err)
				}
			}
		}}
		if _, _, err := Take(t.Context(), w.order); !errors.Is(err, errAway) || !strings.Contains(err.Error(), "destroy "+ring) {
			t.Errorf("%s in its place: it does not say that the key was not destroyed: %v", name, err)
		}
		if len(w.withdrawn) != 0 {
			t.Errorf("withdrawn: %+v", w.withdrawn)
		}
	}
}

func TestWhatAKillLeavesIsNoBackup(t *testing.T) {
	t.Parallel()
	w := begin(t)
	dir, _ := w.take(t)
	mustRename(t, dir, dir+unfinished)
	for _, left := range []string{dir + unfinished, dir + unfinished + "/", dir} {
		if _, err := Open(left, w.order.Keyring, noon, vouch); !errors.Is(err, ErrCutOff) {
			t.Error(left, err)
		}
	}
	remove(t, dir+unfinished, manifestFile)
	mustRename(t, dir+unfinished, dir)
	if _, err := Open(dir, w.order.Keyring, noon, vouch); !errors.Is(err, ErrCutOff) {
		t.Error(err)
	}
}
