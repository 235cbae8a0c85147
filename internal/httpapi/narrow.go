package httpapi

import (
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"unicode"
)

// narrow is the zero value of a form's type without the members of which no validate tag speaks. A body that is kept as
// it was accepted is decoded for its tags alone, and most of it has none. The schema has to refuse whatever the Go type
// of a member left out would refuse: nobody else looks at it here.
func narrow(form any) any {
	t, _ := narrowed(reflect.TypeOf(form), nil)
	return reflect.Zero(t).Interface()
}

// narrowed returns t with those members only that carry a tag, lead to one, or are named in one, in theirs or in that
// above them; false when there are none. A type that decodes itself stays whole.
func narrowed(t reflect.Type, above []string) (reflect.Type, bool) {
	switch t.Kind() {
	case reflect.Pointer:
		elem, ok := narrowed(t.Elem(), above)
		return reflect.PointerTo(elem), ok
	case reflect.Slice:
		elem, ok := narrowed(t.Elem(), above)
		return reflect.SliceOf(elem), ok
	case reflect.Struct:
	default:
		return t, false
	}
	named := slices.Clone(above)
	for f := range t.Fields() {
		named = append(named, words(f.Tag.Get("validate"))...)
	}
	var kept []reflect.StructField
	for f := range t.Fields() {
		tag := f.Tag.Get("validate")
		inner, leads := narrowed(f.Type, words(tag))
		if leads {
			f.Type = inner
		}
		if f.IsExported() && (leads || tag != "" || slices.Contains(named, f.Name)) {
			kept = append(kept, f)
		}
	}
	if len(kept) == 0 || reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()) {
		return t, len(kept) > 0
	}
	return reflect.StructOf(kept), true
}

// words are what a tag says, among them the members that it names.
func words(tag string) []string {
	return strings.FieldsFunc(tag, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '_' })
}
