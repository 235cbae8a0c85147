package app

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/admin"
	"verigate/internal/config"
)

// A first start was cut off while it made the keys of the house: the next one makes them, and keeps nothing of the parts.
func TestAFirstStartThatWasCutOffBeginsAgain(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for _, name := range []string{rootKeyFile, idKeyFile, ledgerKeyFile, "receipt.key"} {
		if err := os.WriteFile(filepath.Join(dir, name+".4711.new"), []byte("a part"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for range 2 {
		p, err := Open(t.Context(), options(config.Stores{Data: dir}))
		if err != nil {
			t.Fatal(err)
		}
		if err := p.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, "*.new")); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}

// A key of the house of which a part is there is refused by name and left as it is, for it may be all that there is.
func TestAKeyInPartIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	for _, name := range []string{rootKeyFile, idKeyFile, ledgerKeyFile, "receipt.key"} {
		for _, part := range []string{"", "a part of it"} {
			path := filepath.Join(t.TempDir(), name)
			if err := os.WriteFile(path, []byte(part), 0o600); err != nil {
				t.Fatal(err)
			}
			p, err := Open(t.Context(), options(config.Stores{Data: filepath.Dir(path)}))
			if err == nil || !strings.Contains(err.Error(), path) {
				t.Errorf("%s with %q: %v", name, part, err)
			}
			if err == nil {
				_ = p.Close()
			}
			if content, err := os.ReadFile(path); string(content) != part {
				t.Errorf("%s has %q, %v; want %q", name, content, err, part)
			}
		}
	}
}

// Where a name is a link, a crash leaves a key under two: when it is retired it goes from both.
func TestAKeyThatIsRetiredIsNowhereBesideItsFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	p, err := Open(t.Context(), options(config.Stores{Data: dir}))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = p.Close() }()
	if err := os.Link(filepath.Join(dir, rootKeyFile), filepath.Join(dir, rootKeyFile+".4711.new")); err != nil {
		t.Fatal(err)
	}
	for _, act := range []string{admin.RootPrepare, admin.RootRotate, admin.RootRetire} {
		if _, err := p.RootKeys(t.Context(), admin.RootRequest{Act: act}); err != nil {
			t.Fatalf("%s: %v", act, err)
		}
	}
	if left, err := filepath.Glob(filepath.Join(dir, rootKeyFile+"*")); err != nil || len(left) != 1 {
		t.Errorf("left: %v, %v", left, err)
	}
}
