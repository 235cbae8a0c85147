// Package canonical gives JSON the one form that is hashed, signed and kept: RFC 8785 (JCS) bytes and their SHA-256.
//
// Two documents that say the same thing, whatever their spacing, key order and escapes, have the same bytes and so the
// same hash. Two that say different things never do: a number that the form would round is refused instead.
package canonical

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/go-json-experiment/json/jsontext"
)

var (
	// ErrNotJSON says that the input is no single RFC 8259 value in valid UTF-8, or names a key twice in one object, or
	// nests deeper than 10,000.
	ErrNotJSON = errors.New("not one well-formed JSON value")
	// ErrNumber says that a number does not survive IEEE double precision: 9007199254740993 would become …992, and two
	// bodies would share a hash. Such values belong in strings.
	ErrNumber = errors.New("number beyond double precision")
)

// Bytes is the canonical form of one JSON value; doing it twice changes nothing. The result shares no memory with doc.
//
// The error is [ErrNotJSON] or [ErrNumber] and never holds a part of doc, so it may be logged whatever the marking.
func Bytes(doc []byte) ([]byte, error) {
	if err := checkNumbers(doc); err != nil {
		return nil, fmt.Errorf("canonical form: %w", err)
	}
	form := jsontext.Value(bytes.Clone(doc)) // changed in place
	if err := form.Canonicalize(); err != nil {
		// The library's text quotes the document, so it stops here.
		return nil, fmt.Errorf("canonical form: %w", ErrNotJSON)
	}
	return form, nil
}

// Sum is [Bytes] with the SHA-256 of its result: 64 lower-case hexadecimal digits.
func Sum(doc []byte) (form []byte, hash string, err error) {
	form, err = Bytes(doc)
	if err != nil {
		return nil, "", err
	}
	digest := sha256.Sum256(form)
	return form, hex.EncodeToString(digest[:]), nil
}

// Of is [Sum] of a Go value as encoding/json writes it; an integer of more than 53 bits is [ErrNumber].
// Strings must be valid UTF-8: encoding/json replaces what is not.
func Of(v any) (form []byte, hash string, err error) {
	doc, err := json.Marshal(v)
	if err != nil {
		return nil, "", fmt.Errorf("encode for canonical form: %w", err)
	}
	return Sum(doc)
}
