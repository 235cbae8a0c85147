package identifier

import (
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

// In yields every identifier of a body's `subjects`, decoded as encoding/json
// does, in the order of the body. Fields of a wrong type and kinds it does not
// know are passed over: shapes are the schema's business.
func In(subjects []map[string]any) []Found {
	c := collector{}
	for i, subject := range subjects {
		c.subject = subject
		c.pointer = "/subjects/" + strconv.Itoa(i)
		c.fields()
	}
	return c.found
}

// collector gathers the identifiers of one subject after the other.
type collector struct {
	found   []Found
	subject map[string]any
	pointer string // of the subject
}

// text is a member of the subject, empty when it is absent or no string.
func (c *collector) text(member string) string {
	text, _ := c.subject[member].(string)
	return text
}

// checked takes the identifiers at path below the subject.
func (c *collector) checked(path string, check func(raw string) Check) {
	walk(c.pointer, c.subject, path, func(at, raw string) { c.add(at, check(raw)) })
}

// plain takes those that have no arithmetic.
func (c *collector) plain(path string, kind Kind) {
	walk(c.pointer, c.subject, path, func(at, raw string) { c.add(at, Plain(kind, raw)) })
}

func (c *collector) add(at string, check Check) {
	c.found = append(c.found, Found{Pointer: at, Subject: c.text("id"), Check: check})
}

// walk visits the strings at path below value; `*` stands for every element of
// an array. Empty strings identify nothing.
func walk(at string, value any, path string, visit func(at, raw string)) {
	step, rest, _ := strings.Cut(path, "/")
	switch v := value.(type) {
	case string:
		if path == "" && v != "" {
			visit(at, v)
		}
	case map[string]any:
		if member, there := v[step]; there && path != "" {
			walk(at+"/"+step, member, rest, visit)
		}
	case []any:
		for i, element := range v {
			if step == "*" {
				walk(at+"/"+strconv.Itoa(i), element, rest, visit)
			}
		}
	}
}
