package httpapi

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"
)

// A body is checked by one decoder and decoded for its handler by another, the generated one's. What one of them takes
// and the other does not would be accepted here and fail there, or be refused for nothing.
func TestTheCheckTakesWhatTheHandlersDecoderTakes(t *testing.T) {
	t.Parallel()
	values := []string{
		`null`, `true`, `"x"`, `""`, `1`, `-1`, `1.5`, `1e2`, `2147483648`, `9223372036854775808`, `[]`, `[null]`, `{}`, `"PT1H"`,
		`"2021-09-03T06:00:00+07:00"`, `"2021-09-03T06:00:00.123456789Z"`, `"2021-09-03t06:00:00z"`, `"2021-09-03T06:00:00,5Z"`,
		`"2021-09-03T24:00:00Z"`, `"2021-09-03T6:00:00Z"`, `"2021-09-03T06:00:00+24:00"`, `"2021-02-30T06:00:00Z"`,
	}
	tried := 0
	for op, b := range bodies() {
		form := reflect.TypeOf(b.form)
		for _, at := range members(form, nil) {
			for _, value := range values {
				doc := []byte(strings.ReplaceAll(at, "$", value))
				before, now := json.Unmarshal(doc, reflect.New(form).Interface()), decode(doc, reflect.New(form).Interface())
				if (before == nil) != (now == nil) {
					t.Errorf("%s: %s: %v for the handler, %v for the check", op, doc, before, now)
				}
				tried++
			}
		}
	}
	if tried < 1000 {
		t.Fatalf("only %d bodies were tried", tried)
	}
}

// members are documents with one member of t each, whose value is written $: of t and of all within it.
func members(t reflect.Type, above []reflect.Type) (docs []string) {
	switch {
	case t.Kind() == reflect.Pointer:
		return members(t.Elem(), above)
	case t.Kind() == reflect.Slice && t != reflect.TypeFor[json.RawMessage]():
		for _, doc := range members(t.Elem(), above) {
			docs = append(docs, "["+doc+"]")
		}
		return append(docs, "$")
	case t.Kind() != reflect.Struct || t == reflect.TypeFor[time.Time]() || len(above) > 4:
		return []string{"$"}
	}
	for f := range t.Fields() {
		name, _, _ := strings.Cut(f.Tag.Get("json"), ",")
		for _, doc := range members(f.Type, append(above, t)) {
			docs = append(docs, fmt.Sprintf("{%q:%s}", name, doc))
		}
	}
	return append(docs, "$")
}
