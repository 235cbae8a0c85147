package identifier

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
)

// Found is an identifier in a request's body: where it stands (a JSON pointer,
// RFC 6901, from the body's root), the id of the subject that it belongs to, and
// its check.
type Found struct {
	Pointer string `json:"pointer"`
	Subject string `json:"subject,omitempty"`
	Check
}

// FromBody yields every identifier of the body's `subjects`, in the order of
// the body. Fields of a wrong type and kinds it does not know are passed over:
// shapes are the schema's business. The error is that of bytes which are no JSON
// object or whose subjects are no array of objects.
func FromBody(body json.RawMessage) ([]Found, error) {
	var b struct {
		Subjects []map[string]any `json:"subjects"`
	}
	if err := json.Unmarshal(body, &b); err != nil {
		return nil, fmt.Errorf("read subjects: %w", err)
	}
	var found []Found
	for i, subject := range b.Subjects {
		found = append(found, fromSubject("/subjects/"+strconv.Itoa(i), subject)...)
	}
	return found, nil
}

func fromSubject(pointer string, subject map[string]any) []Found {
	var found []Found
	id, _ := subject["id"].(string)
	for _, f := range fieldsOf(subject) {
		each(pointer, subject, strings.Split(f.path, "/"), func(at, raw string) {
			found = append(found, Found{Pointer: at, Subject: id, Check: f.check(raw)})
		})
	}
	return found
}

// each visits the strings at path below value; `*` stands for every element of
// an array. Empty strings identify nothing.
func each(pointer string, value any, path []string, visit func(pointer, raw string)) {
	if len(path) == 0 {
		if raw, is := value.(string); is && raw != "" {
			visit(pointer, raw)
		}
		return
	}
	switch v := value.(type) {
	case map[string]any:
		each(pointer+"/"+path[0], v[path[0]], path[1:], visit)
	case []any:
		for i, element := range v {
			if path[0] == "*" {
				each(pointer+"/"+strconv.Itoa(i), element, path[1:], visit)
			}
		}
	}
}
