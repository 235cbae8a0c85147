package contract

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// read is decode for a body with which nothing is wrong, as nearly all are: one pass without a path and without a
// report. It says false for everything else, and for what it is not sure of; decode then says what is wrong. The
// strings of the value are parts of one copy of body, so none outlives the others.
func read(body []byte) (any, bool) {
	r := reader{body: string(body)}
	value, ok := r.value(0)
	return value, ok && r.next() == 0 && r.at == len(r.body)
}

// reader goes over a body; at is where it stands.
type reader struct {
	body string
	at   int
}

// next is the byte that begins the next token, 0 at the end. A zero byte begins none.
func (r *reader) next() byte {
	for ; r.at < len(r.body); r.at++ {
		switch c := r.body[r.at]; c {
		case ' ', '\t', '\n', '\r':
		default:
			return c
		}
	}
	return 0
}

// skip goes past a token that must stand here.
func (r *reader) skip(token string) bool {
	ok := strings.HasPrefix(r.body[r.at:], token)
	if ok {
		r.at += len(token)
	}
	return ok
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
		return true, r.skip("true")
	case 'f':
		return false, r.skip("false")
	case 'n':
		return nil, r.skip("null")
	default:
		return r.number()
	}
}

func (r *reader) object(depth int) (any, bool) {
	object := map[string]any{}
	r.at++
	for first := true; r.next() != '}'; first = false {
		if !first && !r.skip(",") || r.next() != '"' || depth+1 > maxDepth {
			return nil, false
		}
		name, ok := r.text()
		if _, twice := object[name]; !ok || twice || r.next() != ':' {
			return nil, false
		}
		r.at++
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
	for first := true; r.next() != ']'; first = false {
		if !first && !r.skip(",") || depth+1 > maxDepth {
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
	for r.at++; r.at < len(r.body) && r.body[r.at] != '"'; r.at++ {
		switch c := r.body[r.at]; {
		case c < ' ':
			return "", false
		case c == '\\':
			escaped = true
			r.at++
		case c >= utf8.RuneSelf || c == '\x7f':
			plain = false
		}
	}
	if r.at >= len(r.body) {
		return "", false
	}
	r.at++
	if !escaped {
		s := r.body[start+1 : r.at-1]
		return s, plain || norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, steers)
	}
	var s string
	if err := json.Unmarshal([]byte(r.body[start:r.at]), &s); err != nil {
		return "", false
	}
	return s, !strings.ContainsRune(s, utf8.RuneError) && norm.NFC.IsNormalString(s) && !strings.ContainsFunc(s, steers)
}

// number reads -?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?, as RFC 8259 has it.
func (r *reader) number() (json.Number, bool) {
	start := r.at
	r.skip("-")
	if !r.skip("0") && !r.digits() || r.skip(".") && !r.digits() {
		return "", false
	}
	if r.skip("e") || r.skip("E") {
		if !r.skip("+") {
			r.skip("-")
		}
		if !r.digits() {
			return "", false
		}
	}
	n := r.body[start:r.at]
	return json.Number(n), bounded(n)
}

// digits goes past one digit or more.
func (r *reader) digits() bool {
	start := r.at
	for r.at < len(r.body) && '0' <= r.body[r.at] && r.body[r.at] <= '9' {
		r.at++
	}
	return r.at > start
}
