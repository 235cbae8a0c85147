package contract

import (
	"encoding/json"
	"math/big"
	"slices"
	"strconv"
	"unicode/utf8"

	"github.com/santhosh-tekuri/jsonschema/v6"
)

// plainly says that value is a plain instance of schema, as nearly all bodies are. It says false for all others, and
// for what it is not sure of, such as a keyword that it does not know: what is wrong with a body, and whether anything
// is, the library alone says. It allocates next to nothing, where the library allocates for every member.
func plainly(schema *jsonschema.Schema, value any, known map[*jsonschema.Schema]bool) bool {
	j := judge{known: known}
	return j.fits(schema, value, 0) && !j.unsure
}

// judge judges one body. Once it is unsure, all it says is worth nothing.
type judge struct {
	known  map[*jsonschema.Schema]bool // that have no keyword but those that it judges
	unsure bool
}

// The masks of the types, as the library has them.
var (
	aString, aNumber, anInteger = mask("string"), mask("number"), mask("integer")
	anObject, anArray, aBoolean = mask("object"), mask("array"), mask("boolean")
	aNull                       = mask("null")
)

func mask(name string) (t jsonschema.Types) {
	t.Add(name)
	return t
}

// deepest is more schemas on top of each other than any body has: whatever goes beyond refers to itself.
const deepest = 8 * maxDepth

func (j *judge) doubt() bool {
	j.unsure = true
	return false
}

// fits says whether an instance fits a schema, exactly, unless it makes the judge unsure.
func (j *judge) fits(s *jsonschema.Schema, value any, depth int) bool {
	if j.unsure || depth > deepest || !j.known[s] {
		return j.doubt()
	}
	depth++
	return j.itself(s, value, depth) && (s.Ref == nil || j.fits(s.Ref, value, depth)) && j.combined(s, value, depth)
}

// itself is what the schema asks of the instance and of what is in it.
func (j *judge) itself(s *jsonschema.Schema, value any, depth int) bool {
	if s.Const != nil && !j.equal(value, *s.Const) || s.Enum != nil && !j.among(value, s.Enum.Values) ||
		s.Format != nil && s.Format.Validate(value) != nil {
		return false
	}
	switch v := value.(type) {
	case string:
		return typed(s, aString) && j.text(s, v)
	case map[string]any:
		return typed(s, anObject) && j.object(s, v, depth)
	case []any:
		return typed(s, anArray) && j.array(s, v, depth)
	case json.Number:
		return j.number(s, v)
	case bool:
		return typed(s, aBoolean)
	case nil:
		return typed(s, aNull)
	default:
		return j.doubt()
	}
}

func typed(s *jsonschema.Schema, one jsonschema.Types) bool {
	return s.Types == nil || *s.Types&one != 0
}

// combined is what other schemas ask of the same instance.
func (j *judge) combined(s *jsonschema.Schema, value any, depth int) bool {
	for _, also := range s.AllOf {
		if !j.fits(also, value, depth) {
			return false
		}
	}
	if s.Not != nil && j.fits(s.Not, value, depth) {
		return false
	}
	if s.If != nil {
		then := s.Else
		if j.fits(s.If, value, depth) {
			then = s.Then
		}
		if then != nil && !j.fits(then, value, depth) {
			return false
		}
	}
	for _, one := range s.Extensions {
		kinds, is := one.(dispatch)
		if !is {
			return j.doubt()
		}
		if !j.fits(kinds.branch(value), value, depth) {
			return false
		}
	}
	return true
}

func (j *judge) object(s *jsonschema.Schema, object map[string]any, depth int) bool {
	for _, name := range s.Required {
		if _, there := object[name]; !there {
			return false
		}
	}
	for name, member := range object {
		if of, named := s.Properties[name]; named {
			if !j.fits(of, member, depth) {
				return false
			}
		} else if !j.further(s) {
			return false
		}
	}
	return true
}

// further says whether an object may have members that are not named.
func (j *judge) further(s *jsonschema.Schema) bool {
	switch may := s.AdditionalProperties.(type) {
	case nil:
		return true
	case bool:
		return may
	default:
		return j.doubt()
	}
}

// fewItems is how many items are compared each with each.
const fewItems = 64

func (j *judge) array(s *jsonschema.Schema, items []any, depth int) bool {
	if s.MinItems != nil && len(items) < *s.MinItems || s.MaxItems != nil && len(items) > *s.MaxItems {
		return false
	}
	if s.UniqueItems && len(items) > fewItems {
		return j.doubt()
	}
	for i, item := range items {
		if s.UniqueItems && slices.ContainsFunc(items[:i], func(other any) bool { return j.equal(item, other) }) {
			return false
		}
		if s.Items2020 != nil && !j.fits(s.Items2020, item, depth) {
			return false
		}
	}
	return true
}

func (j *judge) text(s *jsonschema.Schema, text string) bool {
	if s.MinLength != nil || s.MaxLength != nil {
		n := utf8.RuneCountInString(text)
		if s.MinLength != nil && n < *s.MinLength || s.MaxLength != nil && n > *s.MaxLength {
			return false
		}
	}
	return s.Pattern == nil || s.Pattern.MatchString(text)
}

// number judges whole numbers of few digits by themselves. Of others it is unsure where it matters what they are.
func (j *judge) number(s *jsonschema.Schema, number json.Number) bool {
	if s.Types != nil && *s.Types&(aNumber|anInteger) == 0 {
		return false
	}
	n, whole := small(number)
	if !whole {
		asked := s.Types != nil && *s.Types&aNumber == 0 || s.Minimum != nil || s.Maximum != nil
		return !asked || j.doubt()
	}
	exact := big.NewRat(n, 1)
	return (s.Minimum == nil || s.Minimum.Cmp(exact) <= 0) && (s.Maximum == nil || s.Maximum.Cmp(exact) >= 0)
}

// small is a whole number of few digits, written as nothing but that.
func small(number json.Number) (int64, bool) {
	const certain = 15 // digits, which an int64 holds whatever they are
	n, err := strconv.ParseInt(number.String(), 10, 64)
	return n, err == nil && len(number) <= certain
}

// among says whether an instance is one of the values of a closed list.
func (j *judge) among(value any, list []any) bool {
	return slices.ContainsFunc(list, func(one any) bool { return j.equal(value, one) })
}

// equal compares strings, truth values, null and small whole numbers. Of the rest it is unsure: a number has more than
// one spelling, and objects and arrays hold others.
func (j *judge) equal(a, b any) bool {
	switch a := a.(type) {
	case string, bool, nil:
		return a == b
	case json.Number:
		if b, is := b.(json.Number); is {
			n, whole := small(a)
			m, too := small(b)
			return whole && too && n == m || !(whole && too) && j.doubt()
		}
	}
	switch b.(type) {
	case string, bool, nil:
		return false
	default:
		return j.doubt()
	}
}

// judged are the keywords that a judge judges, and those that judge nothing.
func judged(keyword string) bool {
	return slices.Contains([]string{
		"Ref", "Types", "Enum", "Const", "Not", "AllOf", "If", "Then", "Else", "Format", "Required", "Properties",
		"AdditionalProperties", "MinItems", "MaxItems", "UniqueItems", "Items2020", "MinLength", "MaxLength", "Pattern",
		"Maximum", "Minimum", "Extensions",
	}, keyword) || silent(keyword)
}

// judgeable finds out of schema and all below it which a judge can judge.
func judgeable(schema *jsonschema.Schema, known map[*jsonschema.Schema]bool) {
	if _, seen := known[schema]; seen || schema == nil {
		return
	}
	known[schema] = !slices.ContainsFunc(keywords(schema), func(keyword string) bool { return !judged(keyword) })
	for _, below := range children(schema) {
		judgeable(below, known)
	}
}
