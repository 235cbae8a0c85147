package access_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// threat is one line of the threat model in doc.go.
type threat struct{ actor, asset, attack, control, test string }

// threatsOf reads the lines of a package comment: five columns under the one that names them.
func threatsOf(t *testing.T, doc string) []threat {
	t.Helper()
	_, table, found := strings.Cut(doc, "actor | asset | attack | control | test\n")
	if !found {
		t.Fatal("the threat model has no heading")
	}
	var out []threat
	for line := range strings.Lines(table) {
		columns := strings.Split(strings.TrimSpace(line), " | ")
		if len(columns) != 5 {
			t.Errorf("%d columns: %s", len(columns), line)
			continue
		}
		for _, column := range columns {
			if strings.TrimSpace(column) == "" {
				t.Errorf("an empty column: %s", line)
			}
		}
		out = append(out, threat{columns[0], columns[1], columns[2], columns[3], columns[4]})
	}
	return out
}

// packageComment is what doc.go says.
func packageComment(t *testing.T) string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", nil, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil {
		t.Fatal(err)
	}
	return file.Doc.Text()
}

// testsOf lists the tests of all packages of the repository as package.Test, by the names of their folders.
func testsOf(t *testing.T, root string) map[string]bool {
	t.Helper()
	tests := map[string]bool{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, "_test.go") {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		for _, decl := range file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if ok && f.Recv == nil && (strings.HasPrefix(f.Name.Name, "Test") || strings.HasPrefix(f.Name.Name, "Fuzz")) {
				tests[filepath.Base(filepath.Dir(path))+"."+f.Name.Name] = true
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return tests
}

func TestEveryThreatHasAControlWhoseTestExists(t *testing.T) {
	t.Parallel()
	tests := testsOf(t, "..")
	threats := threatsOf(t, packageComment(t))
	if len(threats) < 50 {
		t.Fatalf("only %d threats were read", len(threats))
	}
	seen := map[threat]bool{}
	for _, line := range threats {
		if !tests[line.test] {
			t.Errorf("%s: %s: no such test", line.attack, line.test)
		}
		if seen[line] {
			t.Errorf("%s stands twice", line.attack)
		}
		seen[line] = true
	}
}

// TestATestThatDoesNotExistIsMissed plants one beside a real one.
func TestATestThatDoesNotExistIsMissed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "vault"), 0o700); err != nil {
		t.Fatal(err)
	}
	text := "package vault\n\nimport \"testing\"\n\nfunc TestReal(t *testing.T) {}\n\n// func TestPlanned(t *testing.T) {}\n"
	if err := os.WriteFile(filepath.Join(dir, "vault", "vault_test.go"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	tests := testsOf(t, dir)
	if !tests["vault.TestReal"] || tests["vault.TestPlanned"] {
		t.Fatal(tests)
	}
}
