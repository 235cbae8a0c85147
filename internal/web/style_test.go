package web_test

import (
	"crypto/sha256"
	"encoding/hex"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// physical are properties that say left or right where a page from right to left has the other.
var physical = regexp.MustCompile(`(?m)(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)[a-z-]*|left|right|float|clear)\s*:|text-align\s*:\s*(?:left|right)`)

func TestNoStyleSaysLeftOrRight(t *testing.T) {
	t.Parallel()
	for name, content := range files(t, ".css") {
		for _, found := range physical.FindAllString(content, -1) {
			t.Errorf("%s: %s: use the logical property", name, strings.TrimSpace(found))
		}
	}
}

// inline is what a page's policy does not run.
var inline = regexp.MustCompile(`\s(?:style|on[a-z]+|hx-on[a-z:]*)\s*=|<style|<script(?:>|[^>]*>[^<])|javascript:`)

func TestNothingThatRunsOrPaintsStandsInAPage(t *testing.T) {
	t.Parallel()
	for name, content := range files(t, ".html") {
		for _, found := range inline.FindAllString(content, -1) {
			t.Errorf("%s: %q: the policy of pages forbids it", name, found)
		}
	}
}

func TestWhatOthersWroteIsAsTheyWroteIt(t *testing.T) {
	t.Parallel()
	const dir = "site/assets"
	list, err := os.ReadFile(filepath.Join(dir, "vendored.txt"))
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(string(list)), "\n")[1:]
	if len(lines) < 4 {
		t.Fatalf("%d files are listed", len(lines))
	}
	for _, line := range lines {
		fields := strings.Fields(line)
		content, err := os.ReadFile(filepath.Join(dir, fields[1]))
		if err != nil {
			t.Fatal(err)
		}
		if sum := sha256.Sum256(content); hex.EncodeToString(sum[:]) != fields[0] {
			t.Errorf("%s is not what %s %s has", fields[1], fields[2], fields[3])
		}
	}
}

func files(t *testing.T, extension string) map[string]string {
	t.Helper()
	all := map[string]string{}
	err := filepath.WalkDir(".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || filepath.Ext(name) != extension {
			return err
		}
		content, err := os.ReadFile(name)
		all[name] = string(content)
		return err
	})
	if err != nil || len(all) == 0 {
		t.Fatalf("%d files: %v", len(all), err)
	}
	return all
}

// fixed is a width of a window in pixels: who has larger text needs the narrow page in a wider window.
var fixed = regexp.MustCompile(`\((?:(?:min|max)-)?(?:width|inline-size)\s*[:<>=]+\s*[\d.]+px`)

func TestPagesBreakByTheSizeOfTheText(t *testing.T) {
	t.Parallel()
	for name, content := range files(t, ".css") {
		for _, found := range fixed.FindAllString(content, -1) {
			t.Errorf("%s: %s: say it in em", name, found)
		}
	}
}
