package record_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// What is written is what encoding/json wrote before and reads: but for the two line separators, which it escapes in
// text and not in a raw member, the very bytes.
func TestAPlainFormIsWhatEncodingJSONWrites(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.StringOf(rapid.RuneFrom([]rune("a\"\\/<>&'\u2028\u2029\x00\x1f\x7fđ\u0301\U0001f4e6\ufffd"))))
		body, err := json.Marshal(map[string]string{text.Draw(t, "name"): text.Draw(t, "text")})
		if err != nil {
			t.Fatal(err)
		}
		submitted, ok := filled(verification.Submitted{}).(verification.Submitted)
		if !ok {
			t.Fatal("no submission")
		}
		submitted.Body, submitted.OwnReference = body, text.Draw(t, "reference")
		want := decision(submitted, verification.Noted{Text: text.Draw(t, "remark")})
		plain, err := record.Requests{}.Encode(want)
		if err != nil {
			t.Fatal(err)
		}
		got, err := record.Requests{}.Decode(plain)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("read otherwise than written:\n%s", diff)
		}
		if before := byEncodingJSON(t, want); escaped(plain) != escaped(before) {
			t.Fatalf("written %s, encoding/json writes %s", plain, before)
		}
	})
}

func byEncodingJSON(t *rapid.T, d verification.Decision) []byte {
	type event struct {
		Kind string             `json:"kind"`
		Data verification.Event `json:"data"`
	}
	form := struct {
		V int `json:"v"`
		verification.Stamp
		Events []event `json:"events"`
	}{V: 1, Stamp: d.Stamp}
	for _, e := range d.Events {
		form.Events = append(form.Events, event{e.EventKind(), e})
	}
	var b bytes.Buffer
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(form); err != nil {
		t.Fatal(err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n"))
}

func escaped(plain []byte) string {
	return strings.NewReplacer("\u2028", `\u2028`, "\u2029", `\u2029`).Replace(string(plain))
}
