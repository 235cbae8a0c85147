package app

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/config"
	"verigate/internal/follow"
)

// A search that has nothing to go by, or that does not meet what it must meet, proves nothing and says so.
func TestASearchThatCannotTellDoesNotSayThatAKeyIsGone(t *testing.T) {
	t.Parallel()
	const kid = "abcdefghijklmnopqrstuvwxyz"
	buried, put := "key."+kid+"NATS/1.0\r\nVg-Erased: 1\r\n\r\n", "key."+kid+"NATS/1.0\r\nVg-Group: g\r\n\r\nx"
	for name, test := range map[string]struct {
		keys, store string
		want        error  // nil: see says
		says        string // in the error; empty: it says that the key is gone
	}{
		"only its tombstone":       {"# r\n" + kid + "\n", buried, nil, ""},
		"the key beside it":        {kid, put + buried, ErrRemains, ""},
		"the key alone":            {kid, put, ErrRemains, ""},
		"another store":            {kid, "key.zzz", ErrCannotTell, ""},
		"an empty store":           {kid, "", ErrCannotTell, ""},
		"no key to look for":       {"# r\n\n", buried, nil, "no id of a key"},
		"a file of something else": {"{\"keys\":[]}", buried, nil, "no id of a key: make the file"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			keys, store := filepath.Join(dir, "keys"), filepath.Join(dir, "store")
			if err := errors.Join(os.WriteFile(keys, []byte(test.keys), 0o600), os.Mkdir(store, 0o700),
				os.WriteFile(filepath.Join(store, "1.blk"), []byte(test.store), 0o600)); err != nil {
				t.Fatal(err)
			}
			var out bytes.Buffer
			err := ErasureScan(Env{Out: &out, Now: time.Now}, config.ErasureScan{Dirs: []string{store}, Keys: keys})
			switch {
			case test.says != "":
				if err == nil || !strings.Contains(err.Error(), test.says) {
					t.Errorf("got %v", err)
				}
			case !errors.Is(err, test.want):
				t.Errorf("got %v, want %v\n%s", err, test.want, out.String())
			}
		})
	}
}

func TestAnErasureHasTwoDates(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	one := follow.Held{Tombstone: true, At: at}
	two := follow.Held{Tombstone: true, At: at.Add(time.Hour)}
	const kept = 30 * 24 * time.Hour
	for name, test := range map[string]struct {
		held map[string]follow.Held
		kept time.Duration
		now  time.Time
		want Erased
	}{
		"both keys are gone: the later one counts": {map[string]follow.Held{"a": two, "b": one}, kept, at.Add(2 * time.Hour), Erased{Here: two.At, Backups: two.At.Add(kept)}},
		"a moment before the backup runs out":      {map[string]follow.Held{"a": one, "b": one}, kept, at.Add(kept - 1), Erased{Here: at, Backups: at.Add(kept)}},
		"then":                                     {map[string]follow.Held{"a": one, "b": one}, kept, at.Add(kept), Erased{Here: at, Backups: at.Add(kept), Out: true}},
		"no copy is known":                         {map[string]follow.Held{"a": one, "b": one}, 0, at.Add(kept), Erased{Here: at}},
		"one is still there":                       {map[string]follow.Held{"a": one, "b": {Key: true}}, kept, at, Erased{}},
		"one is there beside a tombstone":          {map[string]follow.Held{"a": one, "b": {Key: true, Tombstone: true, At: at}}, kept, at, Erased{}},
		"KEYS knows nothing of one":                {map[string]follow.Held{"a": one}, kept, at, Erased{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := follow.Gone{Request: "r", Keys: []string{"a", "b"}}
			test.want.Gone = g
			copies := func(destroyed time.Time) time.Time {
				if test.kept == 0 {
					return time.Time{}
				}
				return destroyed.Add(test.kept)
			}
			if diff := cmp.Diff(test.want, reckoning{held: test.held, copies: copies, now: test.now}.dated(g)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
