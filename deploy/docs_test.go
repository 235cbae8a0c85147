package deploy_test

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/alecthomas/kong"

	"verigate/internal/config"
)

// settings are the commands and flags of the command line, and the variables of its environment.
func settings(t *testing.T) (commands, flags, variables map[string]bool) {
	t.Helper()
	parser, err := kong.New(&config.CLI{}, kong.Name("verigate"))
	if err != nil {
		t.Fatal(err)
	}
	commands, flags, variables = map[string]bool{}, map[string]bool{}, map[string]bool{}
	var walk func(n *kong.Node)
	walk = func(n *kong.Node) {
		for _, f := range n.Flags {
			flags["--"+f.Name] = true
			for _, v := range f.Envs {
				variables[v] = true
			}
		}
		for _, child := range n.Children {
			commands[strings.TrimPrefix(child.FullPath(), "verigate ")] = true
			walk(child)
		}
	}
	walk(parser.Model.Node)
	return commands, flags, variables
}

// foreign are flags of other programs.
var foreign = map[string]bool{
	"--bind": true, "--protected-mode": true, "--now": true, "--system": true, "--failed": true, "--home-dir": true, "--shell": true,
}

func TestTheDocumentsNameOnlyWhatExists(t *testing.T) {
	t.Parallel()
	commands, flags, variables := settings(t)
	var ofSystemd []string
	for _, pattern := range []string{"systemd/*.service", "systemd/*.timer", "systemd/*/*"} {
		found, err := filepath.Glob(pattern)
		if err != nil || len(found) == 0 {
			t.Fatal(pattern, found, err)
		}
		ofSystemd = append(ofSystemd, found...)
	}
	for _, path := range append(ofSystemd, "../README.md", "README.md", "compose.yaml", "Dockerfile") {
		raw, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		text := string(raw)
		for _, m := range regexp.MustCompile("(?:`|DIR |^)verigate (key [a-z]+|[a-z]+)").FindAllStringSubmatch(text, -1) {
			if !commands[m[1]] {
				t.Errorf("%s: there is no command %q", path, m[1])
			}
		}
		for _, flag := range regexp.MustCompile(`--[a-z][a-z0-9-]+`).FindAllString(text, -1) {
			if !flags[flag] && !foreign[flag] {
				t.Errorf("%s: there is no flag %s", path, flag)
			}
		}
		for _, v := range regexp.MustCompile(`VERIGATE_[A-Z0-9_]+`).FindAllString(text, -1) {
			if !variables[v] && !strings.HasSuffix(v, "_PASSWORD") {
				t.Errorf("%s: there is no variable %s", path, v)
			}
		}
	}
}

// Every setting of serve has its line in the table.
func TestEverySettingOfServeIsExplained(t *testing.T) {
	t.Parallel()
	parser, err := kong.New(&config.CLI{}, kong.Name("verigate"))
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, n := range parser.Model.Children {
		for _, f := range n.Flags {
			if n.Name == "serve" && !strings.Contains(string(raw), "| `--"+f.Name+"` |") {
				t.Errorf("--%s has no line", f.Name)
			}
		}
	}
}
