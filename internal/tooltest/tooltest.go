// Package tooltest finds what tests run that is not ours: programs of the system, packages of npm, and the ports of servers.
// Without a program or a package a test is left out and says so; with CI set it fails, for there nothing may be left out.
package tooltest

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// Program is the path of a program.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		leaveOut(t, name+" is not installed (make deps)")
	}
	return path
}

func leaveOut(t testing.TB, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip("skipped: " + why)
}

// installsWithin bounds what an installation may take.
const installsWithin = 3 * time.Minute

// Packages gives a directory with the files of a tree and the packages of its package-lock.json. It is made once for each
// content, under the directory of temporary files, and kept there for the next run.
func Packages(t testing.TB, tree fs.FS) string {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: packages of npm are not fetched for the short tests")
	}
	Program(t, "node")
	Program(t, "npm")
	name, err := digest(tree)
	if err != nil {
		t.Fatal(err)
	}
	once, _ := installations.LoadOrStore(name, sync.OnceValues(func() (string, error) { return install(tree, name) }))
	dir, err := once.(func() (string, error))()
	if err != nil {
		leaveOut(t, err.Error())
	}
	return dir
}

var installations sync.Map // by digest: each once for all tests of a process

// digest names a tree by its content.
func digest(tree fs.FS) (string, error) {
	sum := sha256.New()
	err := fs.WalkDir(tree, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := fs.ReadFile(tree, path)
		fmt.Fprintf(sum, "%s %d\n%s", path, len(content), content)
		return err
	})
	return hex.EncodeToString(sum.Sum(nil)[:8]), err
}

// install makes the directory beside its place and then moves it there, so that one that is there is whole.
func install(tree fs.FS, name string) (string, error) {
	place := filepath.Join(os.TempDir(), "verigate-npm-"+name)
	if _, err := os.Stat(place); err == nil {
		return place, nil
	}
	dir, err := os.MkdirTemp("", "verigate-npm-making-")
	if err != nil {
		return "", err
	}
	defer func() { _ = os.RemoveAll(dir) }() // moved away, or left to the system
	if err := os.CopyFS(dir, tree); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), installsWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	if out, err := cmd.CombinedOutput(); err != nil {
		said := strings.TrimSpace(string(out))
		return "", fmt.Errorf("npm ci: %w: %s", err, said[strings.LastIndex(said, "\n")+1:])
	}
	if err := os.Rename(dir, place); err != nil {
		if _, there := os.Stat(place); there != nil { // another process was first
			return "", err
		}
	}
	return place, nil
}
