package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strconv"
	"strings"
)

// reader reads one JSON file strictly: a member that nobody asks for, that is missing or that is there twice is a
// problem, and problems are gathered, each with file and JSON pointer, so that all are told together.
type reader struct {
	file     string
	problems []error
}

// value is a JSON value and where it stands. What is missing or of another kind has been told when it was asked for:
// then it is the zero value, which every method takes.
type value struct {
	pointer string
	kind    json.Delim // { or [, zero for what is neither
	members map[string]*value
	items   []*value
	scalar  any // string, json.Number, bool or nil
}

func (r *reader) problem(pointer, format string, args ...any) {
	r.problems = append(r.problems, fmt.Errorf("%s#%s: %w", r.file, pointer, fmt.Errorf(format, args...)))
}

// read returns the value of the whole file, nil when it is no JSON.
func (r *reader) read(raw []byte) *value {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	v, err := r.next(decoder, "")
	if err == nil {
		if _, err = decoder.Token(); errors.Is(err, io.EOF) {
			return v
		}
		err = errors.New("more than one value")
	}
	r.problem("", "%w", err)
	return nil
}

func (r *reader) next(d *json.Decoder, pointer string) (*value, error) {
	token, err := d.Token()
	if err != nil {
		return nil, err
	}
	v := &value{pointer: pointer}
	switch token := token.(type) {
	case json.Delim:
		v.kind = token
		if token == '{' {
			err = r.object(d, v)
		} else {
			err = r.array(d, v)
		}
	default:
		v.scalar = token
	}
	return v, err
}

func (r *reader) object(d *json.Decoder, v *value) error {
	v.members = map[string]*value{}
	for d.More() {
		name, err := d.Token()
		if err != nil {
			return err
		}
		pointer := v.pointer + "/" + escape(fmt.Sprint(name))
		member, err := r.next(d, pointer)
		if err != nil {
			return err
		}
		if _, twice := v.members[fmt.Sprint(name)]; twice {
			r.problem(pointer, "is there twice")
		}
		v.members[fmt.Sprint(name)] = member
	}
	_, err := d.Token()
	return err
}

func (r *reader) array(d *json.Decoder, v *value) error {
	for d.More() {
		item, err := r.next(d, v.pointer+"/"+strconv.Itoa(len(v.items)))
		if err != nil {
			return err
		}
		v.items = append(v.items, item)
	}
	_, err := d.Token()
	return err
}

// escape writes a name as a part of a pointer (RFC 6901).
func escape(name string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(name) }

// fields checks that an object has the required members and beside them only the optional ones.
func (r *reader) fields(v *value, required []string, optional ...string) {
	if !r.is(v, '{', "an object") {
		return
	}
	for _, name := range required {
		if _, ok := v.members[name]; !ok {
			r.problem(v.pointer+"/"+escape(name), "is missing")
		}
	}
	for _, name := range slices.Sorted(maps.Keys(v.members)) {
		if !slices.Contains(required, name) && !slices.Contains(optional, name) {
			r.problem(v.members[name].pointer, "is unknown")
		}
	}
}

// is tells when a value that is there is of another kind.
func (r *reader) is(v *value, kind json.Delim, what string) bool {
	if v == nil || v.kind == kind {
		return v != nil
	}
	r.problem(v.pointer, "is not %s", what)
	return false
}

// member is the value of that name, nil when there is none.
func (v *value) member(name string) *value {
	if v == nil {
		return nil
	}
	return v.members[name]
}

// all gives the members in the order of their names.
func (v *value) all(yield func(string, *value) bool) {
	if v == nil {
		return
	}
	for _, name := range slices.Sorted(maps.Keys(v.members)) {
		if !yield(name, v.members[name]) {
			return
		}
	}
}

func (r *reader) text(v *value) string {
	if v == nil {
		return ""
	}
	s, ok := v.scalar.(string)
	if !ok {
		r.problem(v.pointer, "is not a text")
	}
	return s
}

// limit reads a length of time; one of nothing is nobody's promise.
func (r *reader) limit(v *value) Limit {
	if v == nil {
		return Limit{}
	}
	l, err := ParseLimit(r.text(v))
	switch {
	case err != nil:
		r.problem(v.pointer, "%w", err)
	case l == Limit{}:
		r.problem(v.pointer, "a limit of nothing")
	}
	return l
}

// percent reads a whole number above zero.
func (r *reader) percent(v *value) int {
	number, _ := v.scalar.(json.Number)
	n, err := strconv.ParseUint(number.String(), 10, 16)
	if err != nil || n == 0 {
		r.problem(v.pointer, "is not a whole number of per cent")
	}
	return int(n)
}

// words reads a list of texts, each of them one of the allowed and there once.
func (r *reader) words(v *value, allowed []string) []string {
	if !r.is(v, '[', "a list") {
		return nil
	}
	var out []string
	for _, item := range v.items {
		word := r.word(item, allowed)
		if slices.Contains(out, word) {
			r.problem(item.pointer, "%q is there twice", word)
		}
		out = append(out, word)
	}
	return out
}

// word reads a text that is one of the allowed.
func (r *reader) word(v *value, allowed []string) string {
	word := r.text(v)
	if v != nil && !slices.Contains(allowed, word) {
		r.problem(v.pointer, "%q is not one of %s", word, strings.Join(allowed, ", "))
	}
	return word
}
