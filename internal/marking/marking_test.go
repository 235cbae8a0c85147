package marking_test

import (
	"encoding/json"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"verigate/internal/marking"
)

func TestEachVocabularyHasItsPlaceInTheLattice(t *testing.T) {
	t.Parallel()
	type H = marking.Handling
	tests := []struct {
		name     string
		handling H
		want     marking.Level
	}{
		{"what is not marked is restricted", H{}, marking.L2},
		{"TLP CLEAR is open", H{TLP: "CLEAR"}, marking.L0},
		{"TLP GREEN is internal", H{TLP: "GREEN"}, marking.L1},
		{"TLP AMBER is restricted", H{TLP: "AMBER"}, marking.L2},
		{"TLP AMBER+STRICT is restricted", H{TLP: "AMBER+STRICT"}, marking.L2},
		{"TLP RED is a compartment", H{TLP: "RED"}, marking.L3},
		{"INTERPOL FOR OFFICIAL USE ONLY is internal", H{InterpolLevel: "FOR OFFICIAL USE ONLY"}, marking.L1},
		{"the same with underscores", H{InterpolLevel: "for_official_use_only"}, marking.L1},
		{"and with hyphens", H{InterpolLevel: "For-Official-Use-Only"}, marking.L1},
		{"INTERPOL RESTRICTED is restricted", H{InterpolLevel: "RESTRICTED"}, marking.L2},
		{"INTERPOL CONFIDENTIAL is a compartment", H{InterpolLevel: "CONFIDENTIAL"}, marking.L3},
		{"no INTERPOL level says nothing", H{InterpolLevel: "none", TLP: "CLEAR"}, marking.L0},
		{"H0 is internal", H{Code: "H0"}, marking.L1},
		{"H1 is restricted", H{Code: "H1"}, marking.L2},
		{"H3 anywhere in the list is a compartment", H{Code: "H1", Codes: []string{"H1", "H3"}}, marking.L3},
		{"the highest vocabulary wins", H{TLP: "CLEAR", Code: "H0", InterpolLevel: "RESTRICTED"}, marking.L2},
		{"do not alert is a compartment", H{TLP: "CLEAR", DoNotAlert: true}, marking.L3},
		{"every hint is a compartment", H{TLP: "CLEAR", CompartmentHint: "corruption"}, marking.L3},
		{"the hint none says nothing", H{TLP: "GREEN", CompartmentHint: "none"}, marking.L1},
		{"unclassified in Vietnamese is open", H{VNLevel: "khong_mat"}, marking.L0},
		{"internal circulation is internal", H{VNLevel: "luu_hanh_noi_bo"}, marking.L1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := marking.Assess(marking.Matter{Handling: tt.handling})
			if err != nil || got.Level != tt.want {
				t.Errorf("level %s, want %s (error %v)", got.Level, tt.want, err)
			}
			if (got.Compartment != "") != (tt.want == marking.L3) {
				t.Errorf("compartment %q at %s", got.Compartment, got.Level)
			}
		})
	}
}

func TestVietnameseSecretsAreAboveTheCeiling(t *testing.T) {
	t.Parallel()
	for _, word := range []string{"mat", "toi_mat", "tuyet_mat", "TOI MAT"} {
		h := marking.Handling{VNLevel: word, TLP: "misspelt"}
		if _, err := marking.Assess(marking.Matter{Handling: h}); !errors.Is(err, marking.ErrAboveCeiling) {
			t.Errorf("%s: %v", word, err)
		}
	}
}

func TestUnknownWordsAreNamedByPointerOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]marking.Handling{
		"/handling/tlp":              {TLP: "PURPLE"},
		"/handling/interpol_level":   {InterpolLevel: "PURPLE"},
		"/handling/vn_level":         {VNLevel: "PURPLE"},
		"/handling/code":             {Code: "PURPLE"},
		"/handling/codes/1":          {Codes: []string{"H0", "PURPLE"}},
		"/handling/compartment_hint": {CompartmentHint: "PURPLE"},
	}
	for pointer, h := range tests {
		_, err := marking.Assess(marking.Matter{Handling: h})
		var unknown *marking.UnknownWordError
		if !errors.As(err, &unknown) || unknown.Pointer != pointer {
			t.Errorf("%s: %v", pointer, err)
		}
	}
}

func TestDefaultCompartments(t *testing.T) {
	t.Parallel()
	red := marking.Handling{TLP: "RED"}
	hint := func(h string) marking.Handling { return marking.Handling{TLP: "RED", CompartmentHint: h} }
	drug, precursor := marking.Subject{Kind: "drug"}, marking.Subject{Kind: "drug", Precursor: true}
	tests := []struct {
		name   string
		matter marking.Matter
		want   marking.Compartment
	}{
		{"without a theme it is general", marking.Matter{Handling: red}, marking.GeneralL3},
		{"a wildlife campaign", marking.Matter{Handling: red, Theme: "wildlife"}, marking.WildlifeL3},
		{"no drug as subject", marking.Matter{Handling: red, Subjects: []marking.Subject{{Kind: "company"}, {Kind: "person"}}}, marking.GeneralL3},
		{"nor in a wildlife campaign", marking.Matter{Handling: red, Subjects: []marking.Subject{{Kind: "goods"}}, Theme: "wildlife"}, marking.WildlifeL3},
		{"a drug campaign", marking.Matter{Theme: "drugs"}, marking.Drugs},
		{"a drug as subject", marking.Matter{Subjects: []marking.Subject{{Kind: "company"}, drug}}, marking.Drugs},
		{"a precursor as subject", marking.Matter{Subjects: []marking.Subject{precursor}}, marking.Precursor},
		{"both as subjects", marking.Matter{Subjects: []marking.Subject{precursor, drug}}, marking.Drugs},
		{"drugs go before the campaign", marking.Matter{Subjects: []marking.Subject{drug}, Theme: "wildlife"}, marking.Drugs},
		{"the hint drugs", marking.Matter{Handling: hint("drugs"), Subjects: []marking.Subject{precursor}}, marking.Drugs},
		{"the hint precursor", marking.Matter{Handling: hint("precursor")}, marking.Precursor},
		{"controlled delivery is general", marking.Matter{Handling: hint("controlled_delivery"), Theme: "wildlife"}, marking.GeneralL3},
		{"corruption is general", marking.Matter{Handling: hint("corruption"), Theme: "drugs"}, marking.GeneralL3},
		{"a controlled delivery by its question", marking.Matter{QuestionCodes: []string{"CON", "CDL"}}, marking.GeneralL3},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := marking.Assess(tt.matter)
			if err != nil || got.Level != marking.L3 || got.Compartment != tt.want {
				t.Errorf("%s in %q (error %v), want L3 in %q", got.Level, got.Compartment, err, tt.want)
			}
		})
	}
}

func TestWildlifeAloneIsNoFloor(t *testing.T) {
	t.Parallel()
	got, err := marking.Assess(marking.Matter{Handling: marking.Handling{TLP: "GREEN"}, Theme: "wildlife"})
	if err != nil || got.Level != marking.L1 || got.Compartment != "" {
		t.Errorf("%s in %q, error %v", got.Level, got.Compartment, err)
	}
}

func TestReasonsSayWhereALevelComesFrom(t *testing.T) {
	t.Parallel()
	got, err := marking.Assess(marking.Matter{
		Handling: marking.Handling{Code: "H2", Codes: []string{"H2"}, TLP: "AMBER", DoNotAlert: true},
	})
	if err != nil {
		t.Fatal(err)
	}
	want := []marking.Reason{
		{Code: "tlp", Pointer: "/handling/tlp", Level: marking.L2},
		{Code: "handling_code", Pointer: "/handling/code", Level: marking.L2},
		{Code: "handling_code", Pointer: "/handling/codes/0", Level: marking.L2},
		{Code: "do_not_alert", Pointer: "/handling/do_not_alert", Level: marking.L3},
	}
	if diff := cmp.Diff(want, got.Reasons); diff != "" {
		t.Errorf("reasons (-want +got):\n%s", diff)
	}
}

func TestAnUnmarkedLevelHides(t *testing.T) {
	t.Parallel()
	var forgotten marking.Level
	if !forgotten.Sealed() || !forgotten.Quiet() {
		t.Error("the zero level is readable")
	}
	if marking.L2.Sealed() || !marking.L3.Sealed() || marking.L1.Quiet() || !marking.L2.Quiet() {
		t.Error("the lines between the levels moved")
	}
}

func TestLevelsSurviveTheWire(t *testing.T) {
	t.Parallel()
	for l := marking.Unmarked; l <= marking.L4; l++ {
		text, err := json.Marshal(l)
		if err != nil {
			t.Fatal(err)
		}
		var back marking.Level
		if err := json.Unmarshal(text, &back); err != nil || back != l {
			t.Errorf("%s came back as %s, error %v", text, back, err)
		}
	}
	if _, err := marking.ParseLevel("L9"); err == nil {
		t.Error("L9 exists")
	}
	for _, none := range []marking.Level{marking.Unmarked - 1, marking.L4 + 1} {
		if text, err := none.MarshalText(); err == nil || none.String() != "" {
			t.Errorf("level %d is written %q and named %q", int(none), text, none)
		}
	}
}

func TestJoinIsALattice(t *testing.T) {
	t.Parallel()
	level := rapid.Custom(func(t *rapid.T) marking.Level {
		return marking.Level(rapid.IntRange(int(marking.Unmarked), int(marking.L4)).Draw(t, "level"))
	})
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := level.Draw(t, "a"), level.Draw(t, "b"), level.Draw(t, "c")
		switch {
		case marking.Join(a, a) != a:
			t.Fatal("not idempotent")
		case marking.Join(a, b) != marking.Join(b, a):
			t.Fatal("not commutative")
		case marking.Join(a, marking.Join(b, c)) != marking.Join(marking.Join(a, b), c):
			t.Fatal("not associative")
		case marking.Join(a, b) < a || marking.Join(a, b) < b:
			t.Fatal("lower than a part")
		}
	})
}

func TestTheExampleOfTheContractIsRestricted(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../deploy/data/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples struct {
		Request struct {
			Handling  marking.Handling  `json:"handling"`
			Subjects  []marking.Subject `json:"subjects"`
			Questions []struct {
				Code string `json:"code"`
			} `json:"questions"`
		} `json:"verification_request"`
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	matter := marking.Matter{Handling: examples.Request.Handling, Subjects: examples.Request.Subjects, Theme: "wildlife"}
	for _, q := range examples.Request.Questions {
		matter.QuestionCodes = append(matter.QuestionCodes, q.Code)
	}
	got, err := marking.Assess(matter)
	if err != nil || got.Level != marking.L2 {
		t.Errorf("%s, error %v", got.Level, err)
	}
}

func TestAFactHasOnlyItsOwnLevel(t *testing.T) {
	t.Parallel()
	tests := map[marking.Level]marking.Handling{
		marking.Unmarked: {},
		marking.L2:       {Code: "H2"},
		marking.L3:       {Code: "H0", DoNotAlert: true},
	}
	for want, h := range tests {
		if got, err := marking.Of(h); err != nil || got != want {
			t.Errorf("%s, want %s, error %v", got, want, err)
		}
	}
	if _, err := marking.Of(marking.Handling{VNLevel: "mat"}); !errors.Is(err, marking.ErrAboveCeiling) {
		t.Errorf("a secret fact: %v", err)
	}
}

func FuzzAssessNeverPanics(f *testing.F) {
	f.Add([]byte(`{"handling":{"tlp":"RED","codes":["H3"]},"subjects":[{"kind":"drug","precursor":true}],"theme":"wildlife"}`))
	f.Fuzz(func(_ *testing.T, matter []byte) {
		var m marking.Matter
		if json.Unmarshal(matter, &m) == nil {
			_, _ = marking.Assess(m)
		}
	})
}
