package deploy_test

import (
	"encoding/csv"
	"encoding/json"
	"io/fs"
	"path"
	"testing"
	"testing/fstest"

	"verigate/deploy"
)

func TestTheDataIsAFileSystem(t *testing.T) {
	t.Parallel()
	if err := fstest.TestFS(deploy.Data, "units-2021.csv", "campaigns/golden-strike-2021.json"); err != nil {
		t.Fatal(err)
	}
}

// Every table has rows of equal length under a header without repeats; every
// JSON file is one value.
func TestEveryFileIsWellFormed(t *testing.T) {
	t.Parallel()
	files := 0
	err := fs.WalkDir(deploy.Data, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		files++
		switch path.Ext(name) {
		case ".csv":
			checkTable(t, name)
		case ".json":
			checkJSON(t, name)
		default:
			t.Errorf("%s is neither a table nor JSON", name)
		}
		return nil
	})
	if err != nil || files < 20 {
		t.Fatalf("%d files, error %v", files, err)
	}
}

func checkTable(t *testing.T, name string) {
	t.Helper()
	file, err := deploy.Data.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	rows, err := csv.NewReader(file).ReadAll()
	if err != nil || len(rows) < 2 {
		t.Errorf("%s: %d rows, error %v", name, len(rows), err)
		return
	}
	seen := map[string]bool{}
	for _, column := range rows[0] {
		if column == "" || seen[column] {
			t.Errorf("%s: column %q is empty or repeated", name, column)
		}
		seen[column] = true
	}
}

func checkJSON(t *testing.T, name string) {
	t.Helper()
	raw, err := fs.ReadFile(deploy.Data, name)
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(raw) {
		t.Errorf("%s is not JSON", name)
	}
}
