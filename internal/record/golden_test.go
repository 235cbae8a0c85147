package record_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// add writes golden files that do not exist. From the first release on, none
// that exists is ever rewritten: its bytes may be in somebody's record.
var add = flag.Bool("add-golden", false, "write missing golden files")

const plainDir = "testdata/golden"

// filled gives an event with every member set, so that none can be lost
// unseen.
func filled(e verification.Event) verification.Event {
	v := reflect.New(reflect.TypeOf(e)).Elem()
	fill(v, "value")
	return v.Interface().(verification.Event)
}

func fill(v reflect.Value, name string) {
	switch v.Interface().(type) {
	case time.Time:
		v.Set(reflect.ValueOf(time.Date(2021, 9, 2, 16, 40, 0, 123456789, time.UTC)))
		return
	case json.RawMessage:
		v.Set(reflect.ValueOf(json.RawMessage(`{"text":"Đặng <&> \"Văn\" \u2028"}`)))
		return
	}
	switch v.Kind() {
	case reflect.String:
		v.SetString(name)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Int, reflect.Int8, reflect.Int64:
		v.SetInt(3)
	case reflect.Uint, reflect.Uint8, reflect.Uint64:
		v.SetUint(3)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), name)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), name)
		fill(v.Index(1), name+" 2")
	case reflect.Struct:
		fillStruct(v)
	default:
		panic("no filling for " + v.Type().String())
	}
}

func fillStruct(v reflect.Value) {
	for i := range v.NumField() {
		field := v.Type().Field(i)
		tag := field.Tag.Get("json")
		if tag == "-" {
			continue
		}
		name, _, _ := strings.Cut(tag, ",")
		fill(v.Field(i), name)
	}
}

func decision(events ...verification.Event) verification.Decision {
	return verification.Decision{
		Stamp: verification.Stamp{
			At: time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC),
			By: verification.Actor{
				Person: "p_0123456789abcdef", Roles: []verification.Role{verification.RoleDesk}, Unit: "A1K1", Key: "k1",
			},
			Command: "c1", Digest: "d1",
		},
		Events: events,
	}
}

// TestEveryKindHasAGoldenFileThatHoldsAllItsMembers fails when an event got a
// member that no golden file shows: add a further file, <kind>.2.json.
func TestEveryKindHasAGoldenFileThatHoldsAllItsMembers(t *testing.T) {
	t.Parallel()
	for _, empty := range verification.EventKinds() {
		t.Run(empty.EventKind(), func(t *testing.T) {
			t.Parallel()
			want := decision(filled(empty))
			plain, err := record.Requests{}.Encode(want)
			if err != nil {
				t.Fatal(err)
			}
			got, err := record.Requests{}.Decode(plain)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatal(diff)
			}
			files := goldenOf(t, empty.EventKind())
			if len(files) == 0 && *add {
				write(t, filepath.Join(plainDir, empty.EventKind()+".json"), plain)
				return
			}
			if !slices.ContainsFunc(files, func(f []byte) bool { return bytes.Equal(f, plain) }) {
				t.Fatalf("no golden file shows this form; add one:\n%s", plain)
			}
		})
	}
}

// TestEveryGoldenFileDecodesForGood reads each file ever added and loses
// nothing of it.
func TestEveryGoldenFileDecodesForGood(t *testing.T) {
	t.Parallel()
	paths, err := filepath.Glob(filepath.Join(plainDir, "*.json"))
	if err != nil || len(paths) < len(verification.EventKinds()) && !*add {
		t.Fatalf("%d golden files, %v", len(paths), err)
	}
	for _, path := range paths {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			plain, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			d, err := record.Requests{}.Decode(plain)
			if err != nil {
				t.Fatal(err)
			}
			again, err := record.Requests{}.Encode(d)
			if err != nil {
				t.Fatal(err)
			}
			var before, after any
			if err := errOf(json.Unmarshal(plain, &before), json.Unmarshal(again, &after)); err != nil {
				t.Fatal(err)
			}
			if lost := missing("", before, after); lost != "" {
				t.Fatalf("%s is lost", lost)
			}
		})
	}
}

// missing names the first member of before that after does not have.
func missing(at string, before, after any) string {
	switch b := before.(type) {
	case map[string]any:
		a, ok := after.(map[string]any)
		if !ok {
			return at
		}
		for key, value := range b {
			if lost := missing(at+"/"+key, value, a[key]); lost != "" {
				return lost
			}
		}
	case []any:
		a, ok := after.([]any)
		if !ok || len(a) != len(b) {
			return at
		}
		for i, value := range b {
			if lost := missing(at+"/-", value, a[i]); lost != "" {
				return lost
			}
		}
	default:
		if before != after {
			return at
		}
	}
	return ""
}

func errOf(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func goldenOf(t *testing.T, kind string) [][]byte {
	t.Helper()
	var out [][]byte
	for _, pattern := range []string{kind + ".json", kind + ".[0-9]*.json"} {
		paths, err := filepath.Glob(filepath.Join(plainDir, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			data, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, data)
		}
	}
	return out
}

func write(t *testing.T, path string, data []byte) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
}
