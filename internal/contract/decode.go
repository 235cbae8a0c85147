package contract

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const (
	maxDepth  = 32
	maxNumber = 40 // characters of a number
	// Exact arithmetic unfolds an exponent, so it is bounded too.
	maxExponent = 30
)

// decode reads body as strict JSON: one value, valid UTF-8 in NFC, no member twice, not
// too deep, no number that cannot be kept. It returns the value or what is wrong.
func decode(body []byte) (any, []Violation) {
	if !utf8.Valid(body) {
		return nil, []Violation{{Code: CodeInvalidUTF8}}
	}
	if value, ok := read(body); ok {
		return value, nil
	}
	return report(body)
}

// report is decode for a body that may be wrong: it knows where it is.
func report(body []byte) (any, []Violation) {
	d := decoder{tokens: json.NewDecoder(bytes.NewReader(body)), body: body}
	d.tokens.UseNumber()
	value, err := d.value()
	if errors.Is(err, errTooDeep) {
		return nil, []Violation{{Pointer: pointer(d.path), Code: CodeTooDeep}}
	}
	if err != nil {
		return nil, []Violation{{Code: CodeInvalidJSON}}
	}
	if _, err := d.tokens.Token(); !errors.Is(err, io.EOF) {
		d.found = append(d.found, Violation{Code: CodeTrailingData})
	}
	return value, d.found
}

var errTooDeep = errors.New("too deep")

// decoder walks the tokens of body and knows where it is.
type decoder struct {
	tokens *json.Decoder
	body   []byte
	path   []string
	found  []Violation
}

func (d *decoder) value() (any, error) {
	start := d.tokens.InputOffset()
	token, err := d.tokens.Token()
	if err != nil {
		return nil, err
	}
	switch token := token.(type) {
	case json.Delim:
		if len(d.path) >= maxDepth {
			return nil, errTooDeep
		}
		if token == '{' {
			return d.object()
		}
		return d.array()
	case string:
		d.text(token, start)
		if strings.ContainsFunc(token, d.steering()) {
			d.report(CodeControl)
		}
		return token, nil
	case json.Number:
		if !bounded(token.String()) {
			d.report(CodeOutOfRange)
		}
		return token, nil
	default:
		return token, nil
	}
}

func (d *decoder) object() (any, error) {
	object := map[string]any{}
	for d.tokens.More() {
		start := d.tokens.InputOffset()
		token, err := d.tokens.Token()
		if err != nil {
			return nil, err
		}
		name, _ := token.(string)
		d.path = append(d.path, name)
		d.text(name, start)
		if strings.ContainsFunc(name, steers) {
			d.report(CodeControl)
		}
		if _, twice := object[name]; twice {
			d.report(CodeDuplicateKey)
		}
		if object[name], err = d.value(); err != nil {
			return nil, err
		}
		d.path = d.path[:len(d.path)-1]
	}
	_, err := d.tokens.Token()
	return object, err
}

func (d *decoder) array() (any, error) {
	array := []any{}
	for d.tokens.More() {
		d.path = append(d.path, strconv.Itoa(len(array)))
		item, err := d.value()
		if err != nil {
			return nil, err
		}
		array = append(array, item)
		d.path = d.path[:len(d.path)-1]
	}
	_, err := d.tokens.Token()
	return array, err
}

// text reports a string that is not NFC, or whose escapes are halves of characters.
func (d *decoder) text(s string, start int64) {
	if !norm.NFC.IsNormalString(s) {
		d.report(CodeNotNFC)
	}
	if strings.ContainsRune(s, utf8.RuneError) && strings.Count(s, "\uFFFD") > d.written(start) {
		d.report(CodeInvalidUTF8)
	}
}

// steering tells what the string at d.path must not hold. The name of an attachment is shown as the partner gave it,
// with all but NUL: it may itself be what the matter is about.
func (d *decoder) steering() func(rune) bool {
	path := d.path
	if len(path) > 0 && path[0] == "request" {
		path = path[1:] // of a registration
	}
	if len(path) == 3 && path[0] == "attachments" && path[2] == "name" {
		return func(r rune) bool { return r == 0 }
	}
	return steers
}

// steers tells a control character other than a line's end and a tab, and one that turns the direction of text: who
// reads a screen or a log sees something else than was written.
func steers(r rune) bool {
	switch r {
	case '\n', '\r', '\t':
		return false
	default:
		return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
	}
}

// written counts the replacement characters that the body really holds since start; the
// decoder puts more of them in the place of lone surrogates.
func (d *decoder) written(start int64) int {
	raw := string(d.body[start:d.tokens.InputOffset()])
	raw = strings.ReplaceAll(raw, `\\`, "")
	return strings.Count(raw, "\uFFFD") + strings.Count(strings.ToLower(raw), `\ufffd`)
}

func (d *decoder) report(code string) {
	if len(d.found) < maxViolations {
		d.found = append(d.found, Violation{Pointer: pointer(d.path), Code: code})
	}
}

// bounded tells whether a number is short and its exponent small.
func bounded(n string) bool {
	if len(n) > maxNumber {
		return false
	}
	i := strings.IndexAny(n, "eE")
	if i < 0 {
		return true
	}
	exponent, err := strconv.Atoi(n[i+1:])
	return err == nil && -maxExponent <= exponent && exponent <= maxExponent
}
