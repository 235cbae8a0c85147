package contract

import (
	"cmp"
	"errors"
	"math/big"
	"slices"
	"strings"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
)

// Codes of violations. They are part of the contract: never renamed, never reused.
const (
	CodeInvalidJSON  = "invalid_json"      // not JSON at all
	CodeTrailingData = "trailing_data"     // something follows the value
	CodeInvalidUTF8  = "invalid_utf8"      // bytes or escapes that are no characters
	CodeNotNFC       = "not_nfc"           // text not in Unicode normal form C
	CodeControl      = "control_character" // text with a character that steers instead of saying something
	CodeDuplicateKey = "duplicate_key"     // a member name twice in one object
	CodeTooDeep      = "too_deep"          // nested deeper than maxDepth
	CodeRequired     = "required"          // a member is missing
	CodeUnknownField = "unknown_field"     // a member that the schema does not have
	CodeNotAllowed   = "not_allowed"       // a member that does not go with the others
	CodeUnknownValue = "unknown_value"     // not one of a closed list
	CodeWrongType    = "wrong_type"        // another JSON type, or a fraction for an integer
	CodeTooLong      = "too_long"          // a string of too many characters
	CodeTooShort     = "too_short"         // a string of too few characters
	CodeTooMany      = "too_many"          // an array of too many items
	CodeTooFew       = "too_few"           // an array of too few items
	CodeDuplicate    = "duplicate"         // an item twice in an array
	CodeOutOfRange   = "out_of_range"      // a number too small or too large, a time too early or too late
	CodeMalformed    = "malformed"         // against the format or pattern
)

const (
	maxViolations = 100
	maxToken      = 63 // longest member name that a pointer repeats
)

// Violation says where a body is wrong and how. Pointer is an RFC 6901 pointer to the
// offending member, present or missing; a member name that could be content (longer than
// 63 characters or with others than letters, digits, "_", ".", "-") ends the pointer at
// its parent. Limit is the one that was passed, of the codes too_long, too_short, too_many, too_few and out_of_range.
type Violation struct {
	Pointer string `json:"pointer"`
	Code    string `json:"code"`
	Limit   int    `json:"limit,omitempty"`
}

// flatten returns the leaves of e.
func flatten(e *jsonschema.ValidationError) []Violation {
	switch k := e.ErrorKind.(type) {
	case *kind.Required:
		return each(e.InstanceLocation, k.Missing, CodeRequired)
	case *kind.AdditionalProperties:
		return each(e.InstanceLocation, k.Properties, CodeUnknownField)
	case *kind.OneOf:
		return flattenOneOf(e)
	}
	if code := codeOf(e.ErrorKind); code != "" {
		return []Violation{{Pointer: pointer(e.InstanceLocation), Code: code, Limit: limitOf(e.ErrorKind)}}
	}
	if len(e.Causes) == 0 {
		return []Violation{{Pointer: pointer(e.InstanceLocation), Code: CodeMalformed}}
	}
	var found []Violation
	for _, cause := range e.Causes {
		found = append(found, flatten(cause)...)
	}
	return found
}

// flattenOneOf keeps the branch whose kind the instance has; of an instance without a
// known kind it says only that.
func flattenOneOf(e *jsonschema.ValidationError) []Violation {
	discriminator := pointer(append(slices.Clone(e.InstanceLocation), discriminator))
	var first []Violation
	for _, cause := range e.Causes {
		branch := flatten(cause)
		if !slices.ContainsFunc(branch, func(v Violation) bool { return v.Pointer == discriminator }) {
			return branch
		}
		if first == nil {
			first = branch
		}
	}
	for _, v := range first {
		if v.Pointer == discriminator {
			return []Violation{v}
		}
	}
	return []Violation{{Pointer: pointer(e.InstanceLocation), Code: CodeMalformed}}
}

// codeOf returns the code of a leaf, or "" for a kind that only groups others.
func codeOf(k jsonschema.ErrorKind) string {
	switch k := k.(type) {
	case *kind.Type:
		return CodeWrongType
	case *kind.Enum, *kind.Const:
		return CodeUnknownValue
	case *kind.MaxLength:
		return CodeTooLong
	case *kind.MinLength:
		return CodeTooShort
	case *kind.MaxItems:
		return CodeTooMany
	case *kind.MinItems:
		return CodeTooFew
	case *kind.UniqueItems:
		return CodeDuplicate
	case *kind.Minimum, *kind.Maximum, *kind.ExclusiveMinimum, *kind.ExclusiveMaximum:
		return CodeOutOfRange
	case *kind.Not, *kind.FalseSchema:
		return CodeNotAllowed
	case *kind.Pattern:
		return CodeMalformed
	case *kind.Format:
		return formatCode(k)
	default:
		return ""
	}
}

func formatCode(f *kind.Format) string {
	switch {
	case f.Want == formatInteger:
		return CodeWrongType
	case errors.As(f.Err, new(rangeError)):
		return CodeOutOfRange
	default:
		return CodeMalformed
	}
}

// limitOf returns the limit that a leaf says was passed, 0 when it is about none.
func limitOf(k jsonschema.ErrorKind) int {
	switch k := k.(type) {
	case *kind.MaxLength:
		return k.Want
	case *kind.MinLength:
		return k.Want
	case *kind.MaxItems:
		return k.Want
	case *kind.MinItems:
		return k.Want
	case *kind.Minimum:
		return whole(k.Want)
	case *kind.Maximum:
		return whole(k.Want)
	case *kind.ExclusiveMinimum:
		return whole(k.Want)
	case *kind.ExclusiveMaximum:
		return whole(k.Want)
	case *kind.Format:
		var passed rangeError
		errors.As(k.Err, &passed)
		return passed.limit
	default:
		return 0
	}
}

// whole is a limit of the schemas as they have them, an integer; a fraction is left out.
func whole(limit *big.Rat) int {
	if !limit.IsInt() || !limit.Num().IsInt64() {
		return 0
	}
	return int(limit.Num().Int64())
}

func each(location, names []string, code string) []Violation {
	found := make([]Violation, 0, len(names))
	for _, name := range names {
		found = append(found, Violation{Pointer: pointer(append(slices.Clone(location), name)), Code: code})
	}
	return found
}

// pointer writes tokens as an RFC 6901 pointer up to the first that is not safe to repeat.
// Safe tokens need no escaping.
func pointer(tokens []string) string {
	var p strings.Builder
	for _, token := range tokens {
		if !safe(token) {
			break
		}
		p.WriteByte('/')
		p.WriteString(token)
	}
	return p.String()
}

func safe(token string) bool {
	return token != "" && len(token) <= maxToken && strings.IndexFunc(token, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("_.-", r)
	}) < 0
}

// tidy sorts, drops repetitions and keeps the first maxViolations.
func tidy(found []Violation) []Violation {
	slices.SortFunc(found, func(a, b Violation) int {
		return cmp.Or(strings.Compare(a.Pointer, b.Pointer), strings.Compare(a.Code, b.Code))
	})
	found = slices.Compact(found)
	return found[:min(len(found), maxViolations)]
}
