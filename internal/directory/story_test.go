package directory_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"verigate/internal/directory"
	"verigate/internal/marking"
)

// story is the part of an example under schemas/examples that tells how a
// request was routed.
type story struct {
	Expect struct {
		ByRule   bool     `json:"by_rule"`
		RoutedTo []string `json:"routed_to"`
	} `json:"expect"`
	Steps []struct {
		Call string          `json:"call"`
		Body json.RawMessage `json:"body"`
	} `json:"steps"`
}

func TestTheStoriesOfTheContractAreRoutedAsTheySay(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("../../schemas/examples/S*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("%d stories, error %v", len(files), err)
	}
	d := load(t)
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var s story
		if err := json.Unmarshal(raw, &s); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		if len(s.Steps) > 0 && s.Steps[0].Call == "submitRequest" {
			t.Run(filepath.Base(file), func(t *testing.T) { checkStory(t, d, s) })
		}
	}
}

func checkStory(t *testing.T, d *directory.Directory, s story) {
	t.Helper()
	body := s.Steps[0].Body
	var matter marking.Matter // the type CDL, which its questions may have, needs a person whatever the level
	if err := json.Unmarshal(body, &matter); err != nil {
		t.Fatal(err)
	}
	matter.Theme = "wildlife"
	assessed, err := marking.Assess(matter)
	if err != nil {
		t.Fatal(err)
	}
	got := d.Route(evidenceFrom(t, body), assessed.Level.Sealed(), at(t, peak))
	if got.OK != s.Expect.ByRule {
		t.Fatalf("routed by rule: %v (%s), the story says %v", got.OK, got.Why, s.Expect.ByRule)
	}
	for _, a := range got.Assignments {
		if !slices.Contains(s.Expect.RoutedTo, a.Unit) {
			t.Errorf("routed to %s, the story says %v", a.Unit, s.Expect.RoutedTo)
		}
	}
}
