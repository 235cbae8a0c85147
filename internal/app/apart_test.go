package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestOfDataBackupsAndKeyringNoneLiesInAnother(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	if err := os.Mkdir(in("data"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(in("data"), in("link")); err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct{ keyring, out, data, says string }{
		"apart":                            {in("ring"), in("out"), in("data"), ""},
		"with a name that begins alike":    {in("data-ring"), in("data-out"), in("data"), ""},
		"the keyring in the backups":       {in("out/ring"), in("out"), in("data"), "--keyring lies in --out"},
		"the backups in the keyring":       {in("ring"), in("ring/out"), in("data"), "--out lies in --keyring"},
		"the keyring in the data":          {in("data/ring"), in("out"), in("data"), "--keyring lies in --data"},
		"by a link":                        {in("link/not/there/yet"), in("out"), in("data"), "--keyring lies in --data"},
		"the backups in the data":          {in("ring"), in("data/out"), in("data"), "--out lies in --data"},
		"everything in one place":          {in("data"), in("data"), in("data"), "lies in"},
		"the data in what holds the keys":  {in("ring"), in("out"), in("ring/data"), "--data lies in --keyring"},
		"upwards and down again to itself": {in("ring"), in("ring/../ring"), in("data"), "lies in"},
	} {
		err := lieApart(map[string]string{"--keyring": c.keyring, "--out": c.out, "--data": c.data})
		if (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
