package e2e

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// tool finds a program that is not ours. Without it a test is left out, and in CI it fails.
func tool(t *testing.T, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		leaveOut(t, name+" is not installed (make deps)")
	}
	return path
}

func leaveOut(t *testing.T, why string) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatal(why)
	}
	t.Skip("skipped: " + why)
}

// npmWithin bounds what an installation, and a script of its packages, may take.
const npmWithin = 3 * time.Minute

// installed gives a directory of this one, with the packages of its package-lock.json, which ends with the tests. Without
// node, npm or the registry's packages a test is left out, and in CI it fails.
func installed(t *testing.T, name string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("skipped: packages of npm are not fetched for the short tests")
	}
	tool(t, "node")
	tool(t, "npm")
	once, _ := installations.LoadOrStore(name, sync.OnceValues(func() (string, error) { return install(name) }))
	dir, err := once.(func() (string, error))()
	if err != nil {
		leaveOut(t, err.Error())
	}
	return dir
}

var installations sync.Map // by name: each once for all tests

func install(name string) (string, error) {
	dir := filepath.Join(programs, name)
	if err := os.CopyFS(dir, os.DirFS(name)); err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeout(context.Background(), npmWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, "npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		said := strings.TrimSpace(string(out))
		return "", fmt.Errorf("npm ci: %w: %s", err, said[strings.LastIndex(said, "\n")+1:])
	}
	return dir, nil
}
