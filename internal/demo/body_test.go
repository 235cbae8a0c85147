package demo

import (
	"encoding/json"
	"fmt"
	"path"
	"strings"
	"testing"
	"time"

	"verigate/internal/contract"
	"verigate/schemas"
)

func tonight() time.Time { return time.Date(2026, 11, 21, 23, 40, 0, 0, hanoi()) }

func theShift(t *testing.T, example string) (told, shift) {
	t.Helper()
	story, err := tell(example)
	if err != nil {
		t.Fatal(err)
	}
	return story, shift{from: story.Steps[0].At, to: tonight(), run: "run-0"}
}

func TestMomentsKeepTheirDistanceToTheReceipt(t *testing.T) {
	t.Parallel()
	_, s := theShift(t, "S01") // told as of 2021-09-02T23:40+07:00
	for told, want := range map[string]string{
		"2021-09-02T23:40:00+07:00": "2026-11-21T23:40:00+07:00",
		"2021-09-03T06:00:00+07:00": "2026-11-22T06:00:00+07:00", // the vessel
		"2021-09-02T16:40:00Z":      "2026-11-21T16:40:00Z",
		"2021-09-03":                "2026-11-22",
		"2018-01-01":                "2018-01-01", // a look-back period
		"1979-09-14":                "1979-09-14", // a date of birth
		"ZZZU4002177":               "ZZZU4002177",
		"discharged on 2021-09-03":  "discharged on 2021-09-03",
	} {
		if got := s.text(told); got != want {
			t.Errorf("%s became %s, want %s", told, got, want)
		}
	}
}

func TestADayGoesWithTheEventOfThatDay(t *testing.T) {
	t.Parallel()
	_, s := theShift(t, "S12") // told at 02:10, the flight of that day lands at 07:05
	if got := s.text("2021-09-05T07:05:00+07:00"); got != "2026-11-22T04:35:00+07:00" {
		t.Errorf("the landing is at %s", got)
	}
	if got := s.text("2021-09-05"); got != "2026-11-22" {
		t.Errorf("the flight is of %s", got)
	}
}

func TestReferencesAreMarkedByTheRun(t *testing.T) {
	t.Parallel()
	for example, name := range map[string]string{"S01": "own_reference", "S13": "register_number", "S15": "register_number"} {
		story, s := theShift(t, example)
		raw, err := s.body(story.Steps[0], anything)
		if err != nil {
			t.Fatal(err)
		}
		var body map[string]any
		if err := json.Unmarshal(raw, &body); err != nil {
			t.Fatal(err)
		}
		if reference := fmt.Sprint(body[name]); !strings.HasSuffix(reference, "/run-0") {
			t.Errorf("%s: %s is %q", example, name, reference)
		}
	}
}

// anything is a source that knows a value for every placeholder.
func anything(source string) (string, error) {
	switch kind, _, _ := strings.Cut(source, ":"); kind {
	case "fact":
		return "f_0123456789abcdef", nil
	case "person":
		return "p_0123456789abcdef", nil
	}
	return strings.Repeat("0", 64), nil
}

func TestEveryBodyFitsItsSchemaAfterTheShift(t *testing.T) {
	t.Parallel()
	c, err := contract.New(schemas.FS)
	if err != nil {
		t.Fatal(err)
	}
	for _, example := range examples(t) {
		story, s := theShift(t, example)
		for i, step := range story.Steps {
			if len(step.Body) == 0 {
				continue
			}
			raw, err := s.body(step, anything)
			if err != nil {
				t.Errorf("%s step %d: %v", example, i+1, err)
				continue
			}
			if found, err := c.Check(step.Schema, raw); err != nil || len(found) > 0 {
				t.Errorf("%s step %d %s: %v %v", example, i+1, step.Call, found, err)
			}
		}
	}
}

func examples(t *testing.T) []string {
	t.Helper()
	files, err := schemas.Examples.ReadDir("examples")
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(f.Name(), path.Ext(f.Name())))
	}
	return names
}

// Only S20's acceptances are no step of their own: all units read at once.
func TestEveryStepOfTheExamplesIsPlayed(t *testing.T) {
	t.Parallel()
	played := map[string]bool{}
	for _, story := range Stories() {
		for _, step := range story.Steps {
			if step.told.call == "" {
				continue
			}
			example, err := tell(string(step.told.of))
			if err != nil {
				t.Fatal(err)
			}
			found, err := example.find(step.told.call, step.By.unit(), step.told.nth)
			if err != nil {
				t.Errorf("%s: %s %s: %v", story.ID, step.By, step.Does, err)
			}
			played[fmt.Sprint(step.told.of, found.At, found.Call)] = true
		}
	}
	for _, name := range examples(t) {
		story, err := tell(name)
		if err != nil {
			t.Fatal(err)
		}
		for i, step := range story.Steps {
			secondApproval := step.Call == "releasePackage" && i > 0 && story.Steps[i-1].Call == step.Call
			if !played[fmt.Sprint(name, step.At, step.Call)] && step.Unit != "*" && !secondApproval {
				t.Errorf("%s step %d, %s, is not played", name, i+1, step.Call)
			}
		}
	}
}

func TestEveryStorySaysWhatItExpects(t *testing.T) {
	t.Parallel()
	before := map[string]bool{"": true}
	for _, story := range Stories() {
		if !before[story.Needs] {
			t.Errorf("%s needs %s, which comes later", story.ID, story.Needs)
		}
		before[story.ID] = true
		for i, step := range story.Steps {
			if !step.later && (step.Want.code == 0 || step.Does == "" || step.act == nil) {
				t.Errorf("%s step %d expects nothing", story.ID, i+1)
			}
		}
	}
}

func TestWhatAStoryNeedsIsPlayedToo(t *testing.T) {
	t.Parallel()
	got, err := chosen(Stories(), []string{"s13", "S01"})
	if err != nil || len(got) != 3 || got[0].ID != "S01" || got[1].ID != "S08" || got[2].ID != "S13" {
		t.Errorf("chosen %v, %v", got, err)
	}
	if _, err := chosen(Stories(), []string{"S16"}); err == nil {
		t.Error("the outbound story is played")
	}
}
