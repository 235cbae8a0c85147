package contract

import (
	"encoding/json"
	"errors"
	"regexp"
	"strings"
	"time"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// formatInteger is given to every integer of the schemas when they are compiled.
const formatInteger = "plain-integer"

// The years in UTC of the times that a body may name. Beyond them a span between two times no longer fits a
// time.Duration, and a year of five digits is not RFC 3339.
const (
	firstYear = 1900
	lastYear  = 2200
)

// errFormat says nothing about the value, on purpose.
var errFormat = errors.New("not of the format")

// rangeError names the limit that a value has passed, and not the value.
type rangeError struct{ limit int }

func (rangeError) Error() string { return "outside what can be handled" }

// formats returns the formats of the contract. They replace the library's of the same name.
func formats() []*jsonschema.Format {
	bcp47 := regexp.MustCompile(`^[A-Za-z]{2,3}(-[A-Za-z]{3}){0,3}(-[A-Za-z]{4})?(-([A-Za-z]{2}|[0-9]{3}))?(-([A-Za-z0-9]{5,8}|[0-9][A-Za-z0-9]{3}))*(-[a-wyzA-WYZ0-9](-[A-Za-z0-9]{2,8})+)*(-x(-[A-Za-z0-9]{1,8})+)?$`)
	locode := regexp.MustCompile(`^[A-Z]{2}[A-Z2-9]{3}$`)
	return []*jsonschema.Format{
		{Name: "date-time", Validate: instant},
		{Name: "edtf", Validate: ofString(isPartialDate)},
		{Name: "locode", Validate: ofString(locode.MatchString)},
		{Name: "bcp47", Validate: ofString(bcp47.MatchString)},
		{Name: formatInteger, Validate: isPlainInteger},
	}
}

// ofString makes a format of ok; other types are the business of "type".
func ofString(ok func(string) bool) func(any) error {
	return func(v any) error {
		if s, is := v.(string); is && !ok(s) {
			return errFormat
		}
		return nil
	}
}

// instant accepts what time.Time decodes, RFC 3339 with an offset, from firstYear to lastYear in UTC.
func instant(v any) error {
	s, is := v.(string)
	if !is {
		return nil
	}
	at, err := time.Parse(time.RFC3339Nano, s)
	if err != nil || json.Unmarshal([]byte(`"`+s+`"`), new(time.Time)) != nil {
		return errFormat
	}
	switch year := at.UTC().Year(); {
	case year < firstYear:
		return rangeError{firstYear}
	case year > lastYear:
		return rangeError{lastYear}
	}
	return nil
}

// isPartialDate accepts a year, a month or a day that exists (EDTF level 0).
func isPartialDate(s string) bool {
	for _, layout := range []string{"2006", "2006-01", time.DateOnly} {
		if len(s) == len(layout) {
			_, err := time.Parse(layout, s)
			return err == nil
		}
	}
	return false
}

func isPlainInteger(v any) error {
	if n, is := v.(json.Number); is && strings.ContainsAny(n.String(), ".eE") {
		return errFormat
	}
	return nil
}
