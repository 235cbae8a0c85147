package directory_test

import (
	"encoding/json"
	"testing"
	"time"

	"pgregory.net/rapid"

	"verigate/internal/directory"
)

// drawBody makes requests out of real and false places.
func drawBody(t *rapid.T) []byte {
	place := rapid.SampledFrom([]map[string]any{
		{"kind": "place", "locode": "VNHPH"},
		{"kind": "place", "office": "45BB"},
		{"kind": "place", "office": "03K1"},
		{"kind": "place", "subdivision": "VN-HP"},
		{"kind": "place", "locode": "VNTSN"},
		{"kind": "place", "locode": "VNZZZ"},
		{"kind": "place", "address": "Thanh Thủy"},
		{"kind": "place", "address": "Tân Thành, Vũng Tàu"},
		{"kind": "consignment", "port": "VNHPH", "declaration_no": "304000000001"},
		{"kind": "flight", "to": "HAN"},
		{"kind": "company", "address": "Nha Trang"},
		{"kind": "container"},
	})
	subjects, ids := []map[string]any{}, []string{}
	for i := range rapid.IntRange(0, 4).Draw(t, "subjects") {
		s := map[string]any{"id": string(rune('a' + i))}
		for k, v := range place.Draw(t, "place") {
			s[k] = v
		}
		subjects, ids = append(subjects, s), append(ids, s["id"].(string))
	}
	questions := []map[string]any{}
	for n := range rapid.IntRange(0, 3).Draw(t, "questions") {
		q := map[string]any{
			"n": n + 1, "code": rapid.SampledFrom([]string{"CON", "COM", "VEH", "TRV"}).Draw(t, "code"),
			"text": rapid.SampledFrom([]string{"", "at Moc Bai", "at Hai Phong"}).Draw(t, "text"),
		}
		if len(ids) > 0 && rapid.Bool().Draw(t, "named") {
			q["subjects"] = []string{rapid.SampledFrom(ids).Draw(t, "subject")}
		}
		questions = append(questions, q)
	}
	raw, err := json.Marshal(map[string]any{"subjects": subjects, "questions": questions})
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func TestWhatARuleRoutesIsWholeAndProven(t *testing.T) {
	t.Parallel()
	d := load(t)
	days := []time.Time{at(t, peak), at(t, lastOf2021), at(t, firstKV), at(t, beforeJuly), at(t, july), at(t, today)}
	rapid.Check(t, func(t *rapid.T) {
		told, err := evidence(drawBody(t))
		if err != nil {
			t.Fatal(err)
		}
		on := rapid.SampledFrom(days).Draw(t, "day")
		got := d.Route(told, false, on)
		if got.OK != (len(got.Assignments) > 0) {
			t.Fatalf("ok %v with %d assignments", got.OK, len(got.Assignments))
		}
		strong := map[string]bool{}
		for _, c := range got.Candidates {
			strong[c.Unit] = c.Strength == directory.Strong
			if _, valid := d.Unit(c.Unit, on); !valid {
				t.Fatalf("%s is no unit that day", c.Unit)
			}
		}
		held := map[int]int{}
		for _, a := range got.Assignments {
			if !strong[a.Unit] {
				t.Fatalf("routed to %s without evidence", a.Unit)
			}
			for _, n := range a.Questions {
				held[n]++
			}
		}
		for _, q := range told.Questions {
			if got.OK && held[q.N] != 1 {
				t.Fatalf("question %d has %d units", q.N, held[q.N])
			}
			if got.OK && q.Code == "TRV" {
				t.Fatal("a travel question was routed by rule")
			}
		}
	})
}

func FuzzEvidenceNeverPanics(f *testing.F) {
	d, on := load(f), at(f, peak)
	f.Add([]byte(exampleRequest(f)))
	f.Add([]byte(`{"subjects":[{"kind":"company","names":[1,{"text":"Hà Nội"}]},{"kind":"place","address":",;,"}],"questions":[{"n":1}]}`))
	f.Fuzz(func(_ *testing.T, body []byte) {
		if told, err := evidence(body); err == nil {
			d.Route(told, false, on)
		}
	})
}
