package main

import (
	"bytes"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"io/fs"
	"strings"
	"time"

	"verigate/deploy"
)

// bodySize is what is posted, in bytes: the 1.6 KB of JSON of the systems that the marks come from.
const bodySize = 1600

// mark stands in the body where each request's own reference is written; both have the same length.
const mark = "REFERENCE-0000000000000000"

// newBody returns the body that is posted, cut where the reference stands: the contract's own example (four subjects,
// two questions, routed by rule to one unit), dated to today, its statement long enough for the size, with what is changed of it.
func newBody(now time.Time, changes ...func(map[string]any)) ([2][]byte, error) {
	raw, err := fs.ReadFile(deploy.Data, "examples.json")
	if err != nil {
		return [2][]byte{}, fmt.Errorf("read the example: %w", err)
	}
	var examples struct {
		Request map[string]any `json:"verification_request"`
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	if err := decoder.Decode(&examples); err != nil || examples.Request == nil {
		return [2][]byte{}, fmt.Errorf("read the example: no request: %w", err)
	}
	body := examples.Request
	body["own_reference"] = mark
	if urgency, ok := body["urgency"].(map[string]any); ok {
		urgency["wanted_by"] = now.Add(48 * time.Hour).Format(time.RFC3339)
		if event, ok := urgency["physical_event"].(map[string]any); ok {
			event["at"] = now.Add(24 * time.Hour).Format(time.RFC3339)
		}
	}
	for _, change := range changes {
		change(body)
	}
	form, err := sized(body)
	if err != nil {
		return [2][]byte{}, fmt.Errorf("write the body: %w", err)
	}
	before, after, found := bytes.Cut(form, []byte(mark))
	if !found {
		return [2][]byte{}, fmt.Errorf("write the body: no reference in it")
	}
	return [2][]byte{before, after}, nil
}

// sized writes the body with a statement that brings it to bodySize.
func sized(body map[string]any) ([]byte, error) {
	form, err := json.Marshal(body)
	if err != nil || len(form) >= bodySize {
		return form, err
	}
	purpose, ok := body["purpose"].(map[string]any)
	if !ok {
		return nil, fmt.Errorf("no purpose in it")
	}
	const more = " The shipper is linked to an earlier seizure of scales; please answer before the container is released."
	missing := bodySize - len(form)
	statement, _ := purpose["statement"].(string)
	purpose["statement"] = statement + strings.Repeat(more, missing/len(more)+1)[:missing]
	return json.Marshal(body)
}

// reference is new at each call, and as long as mark.
func reference() string { return rand.Text()[:len(mark)] }
