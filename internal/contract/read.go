package contract

import (
	"bytes"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// read is decode for a body with which nothing is wrong, as nearly all are: one pass without a path and without a
// report. It says false for everything else, and for what it is not sure of; decode then says what is wrong.
func read(body []byte) (any, bool) {
	if !json.Valid(body) {
		return nil, false
	}
	r := reader{body: body}
	return r.value(0)
}

// reader goes over JSON that is known to be well-formed; at is where it stands.
type reader struct {
	body []byte
	at   int
}

// next is the byte that begins the next token.
func (r *reader) next() byte {
	for {
		switch c := r.body[r.at]; c {
		case ' ', '\t', '\n', '\r', ',', ':':
			r.at++
		default:
			return c
		}
	}
}

func (r *reader) value(depth int) (any, bool) {
	switch r.next() {
	case '{':
		return r.object(depth)
	case '[':
		return r.array(depth)
	case '"':
		return r.text()
	case 't':
		r.at += len("true")
		return true, true
	case 'f':
		r.at += len("false")
		return false, true
	case 'n':
		r.at += len("null")
		return nil, true
	default:
		return r.number()
	}
}

func (r *reader) object(depth int) (any, bool) {
	object := map[string]any{}
	r.at++
	for r.next() != '}' {
		name, ok := r.text()
		if !ok {
			return nil, false
		}
		if _, twice := object[name]; twice || depth+1 > maxDepth {
			return nil, false
		}
		if object[name], ok = r.value(depth + 1); !ok {
			return nil, false
		}
	}
	r.at++
	return object, depth < maxDepth
}

func (r *reader) array(depth int) (any, bool) {
	array := []any{}
	r.at++
	for r.next() != ']' {
		if depth+1 > maxDepth {
			return nil, false
		}
		item, ok := r.value(depth + 1)
		if !ok {
			return nil, false
		}
		array = append(array, item)
	}
	r.at++
	return array, depth < maxDepth
}

// text reads a string. Of one with escapes that hold or make a replacement character it is not sure, and of one with a
// character that is allowed in some places only.
func (r *reader) text() (string, bool) {
	start, escaped, plain := r.at, false, true
	for r.at++; r.body[r.at] != '"'; r.at++ {
		switch c := r.body[r.at]; {
		case c == '\\':
			escaped = true
			r.at++
		case c >= utf8.RuneSelf || c == '\x7f':
			plain = false
		}
	}
	r.at++
	if !escaped {
		s := string(r.body[start+1 : r.at-1])
		return s, plain || norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, steers)
	}
	var s string
	if err := json.Unmarshal(r.body[start:r.at], &s); err != nil {
		return "", false
	}
	return s, !strings.ContainsRune(s, utf8.RuneError) && norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, steers)
}

func (r *reader) number() (json.Number, bool) {
	length := bytes.IndexAny(r.body[r.at:], ",]} \t\r\n")
	if length < 0 {
		length = len(r.body) - r.at
	}
	n := string(r.body[r.at : r.at+length])
	r.at += length
	return json.Number(n), bounded(n)
}
