package verification_test

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// TestWhatIsErasedFoldsFromWhatItKeeps: for any life, erased at its end by either way, the state is the same whether the
// history before is there or only what the tombstone keeps of it.
func TestWhatIsErasedFoldsFromWhatItKeeps(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		l := live(anySteps(t), t.Fatalf)
		cut := rapid.IntRange(0, len(l.record)).Draw(t, "erased after") // what is erased later is a life of its own
		l.record = l.record[:cut]
		for _, last := range []Event{Erased{Code: "retention"}, AboveCeilingFound{Code: "mat", Keeper: "p_keeper"}} {
			tombstone := Decision{Stamp: Stamp{At: l.at}, Events: []Event{last}}
			whole := Fold(append(l.record[:len(l.record):len(l.record)], tombstone)...)
			kept := Fold(append(readBack(t, Bare(l.record...)), tombstone)...)
			l.same(whole, kept, "%s folds differently from what it keeps", last.EventKind())
		}
	})
}

// readBack is a history as the record gives it back.
func readBack(t *rapid.T, history []Decision) []Decision {
	for _, d := range history {
		for i, e := range d.Events {
			data, err := json.Marshal(e)
			if err != nil {
				t.Fatal(err)
			}
			if d.Events[i], err = DecodeEvent(e.EventKind(), data); err != nil {
				t.Fatal(err)
			}
		}
	}
	return history
}

// contents are the members of events in which people write, or which quote what they wrote.
var contents = []string{
	"Text", "Body", "Bytes", "Edit", "Note", "Evidence", "Reason", "Reasons", "Conditions", "Identifiers", "Warnings", "OwnReference",
	"Sender", "Theme", "Place", "Subjects", "Subject", "Outcome", "Search", "Attachments", "Handling", "Quantities", "Source",
	"Information", "SubDepartment", "Language of a fact", "Result of an answer", "Originator of a fact",
}

func TestNothingThatSomebodyWroteIsKept(t *testing.T) {
	t.Parallel()
	const token = "quoc-gia-tuyet-mat"
	for _, empty := range EventKinds() {
		t.Run(empty.EventKind(), func(t *testing.T) {
			t.Parallel()
			event := reflect.New(reflect.TypeOf(empty)).Elem()
			write(event, "", token)
			full := event.Interface().(Event)
			kept := Bare(Decision{Events: []Event{full}})[0].Events[0]
			if data, err := json.Marshal(kept); err != nil || strings.Contains(string(data), token) {
				t.Fatalf("%v\n%s", err, data)
			}
			again := reflect.New(reflect.TypeOf(empty)).Elem()
			write(again, "", token)
			if !reflect.DeepEqual(full, again.Interface()) {
				t.Error("the event itself was changed")
			}
		})
	}
}

// write puts the token into every member that is content, and something into each slice and pointer on the way.
func write(v reflect.Value, name, token string) {
	content := false
	for _, c := range contents {
		content = content || c == name
	}
	switch {
	case v.Type() == reflect.TypeFor[json.RawMessage]():
		if content {
			v.SetBytes(fmt.Appendf(nil, `{"text":%q}`, token))
		}
	case v.Type() == reflect.TypeFor[time.Time]():
	case v.Kind() == reflect.String && content:
		v.SetString(token)
	case v.Kind() == reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		write(v.Elem(), name, token)
	case v.Kind() == reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 1, 1))
		write(v.Index(0), name, token)
	case v.Kind() == reflect.Struct:
		for i := range v.NumField() {
			if tag := v.Type().Field(i).Tag.Get("json"); tag != "-" {
				write(v.Field(i), nameOf(v.Type(), v.Type().Field(i).Name, name), token)
			}
		}
	}
}

// nameOf names what a member is: all that is inside of content is content.
func nameOf(of reflect.Type, member, inside string) string {
	for _, c := range contents {
		if c == inside {
			return inside
		}
	}
	if of == reflect.TypeFor[QuestionAnswer]() && member == "Result" {
		return "Result of an answer"
	}
	if of == reflect.TypeFor[Fact]() && (member == "Language" || member == "Originator") {
		return member + " of a fact"
	}
	return member
}
