package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"time"

	"verigate/schemas"
)

// example is the story whose body is posted: five subjects, three questions, routed by rule to one unit.
const example = "examples/S01.json"

// mark stands in the body where each request's own reference is written; both have the same length.
const mark = "REFERENCE-0000000000000000"

// newBody returns the body that is posted, dated to today and without the attachments it declares (about 2.4 KB), cut
// where the reference stands.
func newBody(now time.Time) ([2][]byte, error) {
	raw, err := schemas.Examples.ReadFile(example)
	if err != nil {
		return [2][]byte{}, fmt.Errorf("read the example: %w", err)
	}
	var story struct {
		Steps []struct {
			Body map[string]any `json:"body"`
		} `json:"steps"`
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&story); err != nil || len(story.Steps) == 0 {
		return [2][]byte{}, fmt.Errorf("read the example: no step: %w", err)
	}
	body := story.Steps[0].Body
	delete(body, "attachments")
	body["own_reference"] = mark
	if urgency, ok := body["urgency"].(map[string]any); ok {
		urgency["wanted_by"] = now.Add(48 * time.Hour).Format(time.RFC3339)
		if event, ok := urgency["physical_event"].(map[string]any); ok {
			event["at"] = now.Add(24 * time.Hour).Format(time.RFC3339)
		}
	}
	form, err := json.Marshal(body)
	if err != nil {
		return [2][]byte{}, fmt.Errorf("write the body: %w", err)
	}
	before, after, found := bytes.Cut(form, []byte(mark))
	if !found {
		return [2][]byte{}, fmt.Errorf("write the body: no reference in it")
	}
	return [2][]byte{before, after}, nil
}

// reference is new at each call, and as long as mark.
func reference() string { return rand.Text()[:len(mark)] }
