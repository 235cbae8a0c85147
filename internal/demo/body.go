package demo

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"

	"verigate/schemas"
)

// told is one story of schemas/examples as it stands there; package schemas says what its members mean.
type told struct {
	Title  string     `json:"title"`
	Expect expected   `json:"expect"`
	Steps  []toldStep `json:"steps"`
}

// expected is what the story promises beside its steps, dated as in the story.
type expected struct {
	DueAt            time.Time `json:"due_at"`
	AcknowledgeDueAt time.Time `json:"acknowledge_due_at"`
	ActionDueAt      time.Time `json:"action_due_at"`
	Attachments      int       `json:"attachments"`
	SameContent      int       `json:"same_content"`
}

type toldStep struct {
	At     time.Time         `json:"at"`
	Unit   string            `json:"unit"`
	Call   string            `json:"call"`
	Schema string            `json:"schema"`
	Body   json.RawMessage   `json:"body"`
	Fill   map[string]string `json:"fill"`
}

func tell(example string) (told, error) {
	var t told
	raw, err := schemas.Examples.ReadFile("examples/" + example + ".json")
	if err != nil {
		return t, fmt.Errorf("tell %s: %w", example, err)
	}
	if err := json.Unmarshal(raw, &t); err != nil {
		return t, fmt.Errorf("tell %s: %w", example, err)
	}
	if len(t.Steps) == 0 {
		return t, fmt.Errorf("tell %s: it has no steps", example)
	}
	return t, nil
}

// find returns the nth step of a call, counted from 1, of a unit where one is named.
func (t told) find(call, unit string, nth int) (toldStep, error) {
	for _, s := range t.Steps {
		if s.Call != call || s.Unit != "" && s.Unit != "*" && s.Unit != unit {
			continue
		}
		if nth--; nth == 0 {
			return s, nil
		}
	}
	return toldStep{}, fmt.Errorf("the story has no such step of %s %s", call, unit)
}

// shift moves what a story tells from its own days to those of the play.
type shift struct {
	from, to time.Time // the moment when the request came in: as told, and now
	run      string    // marks references, so that a play can be told from another; empty: nothing is marked
}

// history is how far from its beginning a story's days are part of the play. Dates of birth, permits and look-back
// periods lie further away and stay.
const history = 14 * 24 * time.Hour

func hanoi() *time.Location { return time.FixedZone("Hanoi", 7*60*60) }

func (s shift) at(t time.Time) time.Time { return t.Add(s.to.Sub(s.from)) }

// text moves a moment or a day; any other text stays. A day goes where its noon goes.
func (s shift) text(v string) string {
	if t, err := time.Parse(time.RFC3339, v); err == nil {
		return s.at(t).Format(time.RFC3339)
	}
	day, err := time.ParseInLocation(time.DateOnly, v, hanoi())
	if err != nil || day.Sub(s.from).Abs() > history {
		return v
	}
	return s.at(day.Add(12 * time.Hour)).In(hanoi()).Format(time.DateOnly)
}

// value moves every date in a JSON value and marks its references.
func (s shift) value(v any) any {
	switch v := v.(type) {
	case string:
		return s.text(v)
	case []any:
		for i := range v {
			v[i] = s.value(v[i])
		}
	case map[string]any:
		for name, member := range v {
			v[name] = s.value(member)
			if text, is := member.(string); is && s.run != "" && (name == "own_reference" || name == "register_number") {
				v[name] = text + "/" + s.run
			}
		}
	}
	return v
}

// body is the step's body as the play says it: moved to now, with what only this play knows filled in.
func (s shift) body(step toldStep, source func(string) (string, error)) ([]byte, error) {
	decoder := json.NewDecoder(bytes.NewReader(step.Body))
	decoder.UseNumber() // 1240 stays 1240
	var doc any
	if err := decoder.Decode(&doc); err != nil {
		return nil, fmt.Errorf("read the body of %s: %w", step.Call, err)
	}
	doc = s.value(doc)
	if ask, is := doc.(map[string]any); is && step.Call == "askConsent" {
		// Its text is all that its originator can know an ask by; several plays may be on at once.
		ask["text"] = fmt.Sprintf("%v (%s)", ask["text"], s.run)
	}
	for pointer, from := range step.Fill {
		if !strings.HasPrefix(pointer, "/") {
			continue // part of the path
		}
		value, err := source(from)
		if err != nil {
			return nil, fmt.Errorf("fill %s of %s: %w", pointer, step.Call, err)
		}
		if err := put(doc, strings.Split(pointer[1:], "/"), value); err != nil {
			return nil, fmt.Errorf("fill %s of %s: %w", pointer, step.Call, err)
		}
	}
	return json.Marshal(doc)
}

// change changes the body of the first step, with which a story begins.
func (t told) change(how func(body map[string]any)) error {
	decoder := json.NewDecoder(bytes.NewReader(t.Steps[0].Body))
	decoder.UseNumber()
	var body map[string]any
	if err := decoder.Decode(&body); err != nil {
		return fmt.Errorf("read the body of %s: %w", t.Steps[0].Call, err)
	}
	how(body)
	raw, err := json.Marshal(body)
	if err != nil {
		return fmt.Errorf("write the body of %s: %w", t.Steps[0].Call, err)
	}
	t.Steps[0].Body = raw // of a slice that tell made for this play alone
	return nil
}

// put replaces the value at a path of names and indexes.
func put(doc any, path []string, value string) error {
	last := len(path) == 1
	switch node := doc.(type) {
	case map[string]any:
		if last {
			node[path[0]] = value
			return nil
		}
		return put(node[path[0]], path[1:], value)
	case []any:
		i, err := strconv.Atoi(path[0])
		if err != nil || i < 0 || i >= len(node) {
			break
		}
		if last {
			node[i] = value
			return nil
		}
		return put(node[i], path[1:], value)
	}
	return fmt.Errorf("there is no %q", path[0])
}
