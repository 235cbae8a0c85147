package canonical_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/gowebpki/jcs"
	"pgregory.net/rapid"

	"verigate/internal/canonical"
	"verigate/schemas"
)

func TestCanonicalFormIsThatOfRFC8785(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, doc, want string }{
		{
			"the example of section 3.2.2, whose first number has a digit too many for us",
			`{"numbers": [333333333.3333333, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
			  "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/", "literals": [null, true, false]}`,
			`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],` +
				`"string":"€$\u000f\nA'B\"\\\\\"/"}`,
		},
		{"keys sorted by UTF-16 code unit", `{"\ufb33":1,"\ud83d\ude00":2,"1":3,"\r":4,"\u20ac":5}`, `{"\r":4,"1":3,"€":5,"😀":2,"` + "\ufb33" + `":1}`},
		{"spacing dropped", " [ 1 ,\n\t2 ] ", `[1,2]`},
		{"escapes undone", `"\u003cb\u003e Tr\u1ea7n \/ \u000f"`, `"<b> Trần / \u000f"`},
		{"minus zero", `-0`, `0`},
		{"zero however it is written", `[0.0,-0.00,0e5,0E-7,0e-400,-0e400]`, `[0,0,0,0,0,0]`},
		{"exponents in one way", `[1e21,1e20,0.000001,1e-7,100e-2]`, `[1e+21,100000000000000000000,0.000001,1e-7,1]`},
		{"bounds of a double", `[5e-324,1.7976931348623157e308]`, `[5e-324,1.7976931348623157e+308]`},
		{"digits inside strings left alone", `{"9007199254740993":"9007199254740993 \" 1e400"}`, `{"9007199254740993":"9007199254740993 \" 1e400"}`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := canonical.Bytes([]byte(test.doc))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("canonical form (-want +got):\n%s", diff)
			}
		})
	}
}

func TestWhatHasNoCanonicalFormIsRefusedWithoutQuotingIt(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, doc string
		want      error
	}{
		{"integer above 53 bits", `{"n":9007199254740993}`, canonical.ErrNumber},
		{"negative integer above 53 bits", `-9007199254740993`, canonical.ErrNumber},
		{"more digits than a double keeps", `[333333333.33333329]`, canonical.ErrNumber},
		{"too large", `1e400`, canonical.ErrNumber},
		{"too small", `1e-400`, canonical.ErrNumber},
		{"absurd exponent", `1e-99999999999999999999`, canonical.ErrNumber},
		{"nothing", ``, canonical.ErrNotJSON},
		{"two values", `{} {}`, canonical.ErrNotJSON},
		{"a key twice", `{"NGUYEN":1,"NGUYEN":2}`, canonical.ErrNotJSON},
		{"a key twice by escape", `{"a":1,"\u0061":2}`, canonical.ErrNotJSON},
		{"lone surrogate", `"\ud800"`, canonical.ErrNotJSON},
		{"bytes that are not UTF-8", "\"\xff\"", canonical.ErrNotJSON},
		{"leading zero", `[01]`, canonical.ErrNotJSON},
		{"plus sign", `[+1]`, canonical.ErrNotJSON},
		{"not a number", `NaN`, canonical.ErrNotJSON},
		{"open string", `"NGUYEN\`, canonical.ErrNotJSON},
		{"trailing comma", `["NGUYEN",]`, canonical.ErrNotJSON},
		{"bare word", `NGUYEN`, canonical.ErrNotJSON},
		{"bottomless nesting", strings.Repeat("[", 100_000), canonical.ErrNotJSON},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := canonical.Bytes([]byte(test.doc))
			if !errors.Is(err, test.want) {
				t.Fatalf("got %q, %v; want %v", got, err, test.want)
			}
			if strings.Contains(err.Error(), "NGUYEN") {
				t.Errorf("the error quotes the document: %v", err)
			}
		})
	}
}

// The forms of what is on record were made by another implementation of RFC 8785. Hashes of them are stored and signed,
// so the form of a document is the same for ever, and so is what has none.
func TestCanonicalFormIsThatOfTheImplementationBefore(t *testing.T) {
	t.Parallel()
	check := func(t fatal, doc []byte) {
		got, err := canonical.Bytes(doc)
		want, refused := jcs.Transform(doc)
		if errors.Is(err, canonical.ErrNumber) {
			return // was judged, and is, before either
		}
		if !bytes.Equal(got, want) || (err == nil) != (refused == nil) {
			t.Fatalf("%q: got %q, %v; was %q, %v", doc, got, err, want, refused)
		}
	}
	for _, doc := range deployed(t) {
		check(t, doc)
	}
	for r := range rune(0x10000) {
		doc, err := json.Marshal(map[string]string{string(r): "a" + string(r)})
		if err != nil {
			t.Fatal(err)
		}
		check(t, doc)
		check(t, fmt.Appendf(nil, `["\u%04x"]`, r))
	}
	rapid.Check(t, func(t *rapid.T) { check(t, encode(t, value(3).Draw(t, "value"), nil)) })
	pieces := rapid.SampledFrom(strings.Fields("{ } [ ] : , \" \"a\" \"đ\": \\ \\u00e9 \\ud83d \\ude00 0 -0 1 1.50 - . e E+ true null 😀 \xff \x00 \x7f"))
	rapid.Check(t, func(t *rapid.T) {
		check(t, []byte(strings.Join(rapid.SliceOfN(pieces, 0, 12).Draw(t, "pieces"), "")))
	})
}

// fatal is a test, or a check of rapid's.
type fatal interface {
	Fatalf(format string, args ...any)
}

// deployed are the examples of the contract.
func deployed(t *testing.T) (docs [][]byte) {
	t.Helper()
	names, err := fs.Glob(schemas.Examples, "examples/*.json")
	if err != nil || len(names) == 0 {
		t.Fatalf("no examples: %v", err)
	}
	for _, name := range names {
		doc, err := fs.ReadFile(schemas.Examples, name)
		if err != nil {
			t.Fatal(err)
		}
		docs = append(docs, doc)
	}
	return docs
}

func TestNothingIsNoDocument(t *testing.T) {
	t.Parallel()
	if _, err := canonical.Bytes(nil); !errors.Is(err, canonical.ErrNotJSON) {
		t.Fatalf("got %v", err)
	}
}

func TestHashIsThatOfTheCanonicalBytes(t *testing.T) {
	t.Parallel()
	form, hash, err := canonical.Sum([]byte(`{"b":2,"a":1}`))
	if err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("%x", sha256.Sum256([]byte(`{"a":1,"b":2}`))); hash != want || string(form) != `{"a":1,"b":2}` {
		t.Errorf("got %s of %s, want %s", hash, form, want)
	}
	if _, hash, err = canonical.Sum([]byte(`{`)); err == nil || hash != "" {
		t.Errorf("a hash of nothing: %q, %v", hash, err)
	}
}

func TestValuesHashAsTheirJSON(t *testing.T) {
	t.Parallel()
	type body struct {
		Zulu  string `json:"zulu"`
		Alpha int64  `json:"alpha"`
	}
	form, hash, err := canonical.Of(body{Zulu: "<đ & \u2028>", Alpha: 7})
	if err != nil {
		t.Fatal(err)
	}
	_, want, err := canonical.Sum([]byte("{ \"zulu\": \"<đ & \u2028>\", \"alpha\": 7 }"))
	if err != nil || hash != want {
		t.Errorf("got %s of %s, want %s (%v)", hash, form, want, err)
	}
	if _, _, err := canonical.Of(body{Alpha: math.MaxInt64}); !errors.Is(err, canonical.ErrNumber) {
		t.Errorf("an integer of 63 bits: %v", err)
	}
	if _, _, err := canonical.Of(func() {}); err == nil {
		t.Error("a function has a canonical form")
	}
}

func TestCanonicalFormIsItsOwnCanonicalForm(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		once := form(t, encode(t, value(3).Draw(t, "value"), nil))
		if twice := form(t, once); !bytes.Equal(once, twice) {
			t.Fatalf("%s became %s", once, twice)
		}
	})
}

func TestKeyOrderAndSpacingDoNotMatter(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		v := value(3).Draw(t, "value")
		plain := form(t, encode(t, v, nil))
		shuffled := form(t, encode(t, v, func(keys []string) []string { return rapid.Permutation(keys).Draw(t, "order") }))
		if !bytes.Equal(plain, shuffled) {
			t.Fatalf("%s differs from %s", plain, shuffled)
		}
	})
}

func TestCanonicalFormSaysTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		doc := encode(t, value(3).Draw(t, "value"), nil)
		if diff := cmp.Diff(decoded(t, doc), decoded(t, form(t, doc))); diff != "" {
			t.Fatalf("the form says something else (-doc +form):\n%s", diff)
		}
	})
}

func TestIntegersSurviveOrAreRefused(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		n := rapid.Int64().Draw(t, "n")
		literal := strconv.FormatInt(n, 10)
		got, err := canonical.Bytes([]byte(literal))
		if err == nil && string(got) != literal {
			t.Fatalf("%s became %s", literal, got)
		}
		if err != nil && n >= -1<<53 && n <= 1<<53 {
			t.Fatalf("%s refused: %v", literal, err)
		}
	})
}

func FuzzCanonicalFormIsStable(f *testing.F) {
	for _, seed := range []string{`{"b":[1,-0.5e-7],"a":"\u20ac"}`, `9007199254740993`, `"\ud800"`, `[[[`, ` null `, `1E5`} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, doc []byte) {
		once, err := canonical.Bytes(doc)
		if err != nil {
			return
		}
		if !json.Valid(once) {
			t.Fatalf("%q became %q, which is not JSON", doc, once)
		}
		if twice, err := canonical.Bytes(once); err != nil || !bytes.Equal(once, twice) {
			t.Fatalf("%q, then %q, %v", once, twice, err)
		}
	})
}

func BenchmarkSumOfAnAverageBody(b *testing.B) {
	doc := []byte(`{"subjects":[` + strings.Repeat(`{"kind":"person","family_name":"TRẦN","born":{"date":"1980-02-03"},"height_cm":171.5},`, 18) + `{}]}`)
	b.SetBytes(int64(len(doc)))
	for b.Loop() {
		if _, _, err := canonical.Sum(doc); err != nil {
			b.Fatal(err)
		}
	}
}

// value draws a JSON value as encoding/json decodes it, at most depth deep.
func value(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.String().AsAny(),
		rapid.Float64().AsAny(),
		rapid.Map(rapid.Int32(), func(n int32) float64 { return float64(n) }).AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	inner := value(depth - 1)
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(inner, 0, 4).AsAny(),
		rapid.MapOfN(rapid.String(), inner, 0, 5).AsAny(),
	)...)
}

// encode writes v with spaces and with the keys of each object in the order that order gives; nil sorts them.
func encode(t *rapid.T, v any, order func([]string) []string) []byte {
	var out bytes.Buffer
	switch v := v.(type) {
	case []any:
		out.WriteString("[ ")
		for i, element := range v {
			if i > 0 {
				out.WriteString(" ,\n")
			}
			out.Write(encode(t, element, order))
		}
		out.WriteString("]")
	case map[string]any:
		keys := slices.Sorted(maps.Keys(v))
		if order != nil && len(keys) > 0 {
			keys = order(keys)
		}
		out.WriteString("{")
		for i, key := range keys {
			if i > 0 {
				out.WriteString("\t, ")
			}
			out.Write(encode(t, key, order))
			out.WriteString(" : ")
			out.Write(encode(t, v[key], order))
		}
		out.WriteString("} ")
	default:
		leaf, err := json.Marshal(v)
		if err != nil {
			t.Fatal(err)
		}
		out.Write(leaf)
	}
	return out.Bytes()
}

func form(t *rapid.T, doc []byte) []byte {
	got, err := canonical.Bytes(doc)
	if err != nil {
		t.Fatalf("%q: %v", doc, err)
	}
	return got
}

func decoded(t *rapid.T, doc []byte) any {
	var v any
	if err := json.Unmarshal(doc, &v); err != nil {
		t.Fatal(err)
	}
	return v
}
