package cli

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/config"
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
			err := ErasureScan(app.Env{Out: &out, Now: time.Now}, config.ErasureScan{Dirs: []string{store}, Keys: keys})
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
