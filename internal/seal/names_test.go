package seal_test

import (
	"bytes"
	"errors"
	"testing"

	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

func TestABlindNameTellsPurposeAndValueApart(t *testing.T) {
	t.Parallel()
	r := sealtest.Names(t)
	name := r.Blind("unit", "03")
	if len(name) != 26 || name != r.Blind("unit", "03") {
		t.Fatalf("unstable name %q", name)
	}
	for _, other := range [][2]string{{"unit", "30"}, {"unit0", "3"}, {"partner", "03"}, {"", "unit03"}} {
		if r.Blind(other[0], other[1]) == name {
			t.Errorf("%q has the name of another", other)
		}
	}
}

func TestACursorOfAnyLengthOpens(t *testing.T) {
	t.Parallel()
	r := sealtest.Names(t)
	for n := range 2400 {
		want := bytes.Repeat([]byte{byte(n)}, n)
		cursor, err := r.SealCursor("NG", want)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := r.OpenCursor("NG", cursor); err != nil || !bytes.Equal(got, want) {
			t.Fatalf("of %d bytes: %v", n, err)
		}
	}
}

func TestACursorOpensForItsReaderOnly(t *testing.T) {
	t.Parallel()
	r := sealtest.Names(t)
	cursor, err := r.SealCursor("NG|open", []byte("17"))
	if err != nil {
		t.Fatal(err)
	}
	if plain, err := r.OpenCursor("NG|open", cursor); err != nil || string(plain) != "17" {
		t.Fatalf("got %q, %v", plain, err)
	}
	for _, bad := range [][2]string{{"TH|open", cursor}, {"NG|open", cursor + "A"}, {"NG|open", ""}, {"NG|open", "!"}} {
		if _, err := r.OpenCursor(bad[0], bad[1]); !errors.Is(err, seal.ErrBadCursor) {
			t.Errorf("%q opened: %v", bad, err)
		}
	}
}

// What a release wrote that derived names from the root file is what this one writes and reads.
func TestNamesOfAStoreThatBeganWithAFileAloneStay(t *testing.T) {
	t.Parallel()
	store, root := sealtest.NewStore(), sealtest.Root(t)
	names, err := root.Names(t.Context(), store, true)
	if err != nil {
		t.Fatal(err)
	}
	if got := names.Blind("unit", "03"); got != "ks55zr777lvoaffx6m5lnrb6ke" {
		t.Errorf("another blind name: %s", got)
	}
	const cursor = "BQkl_x8jrScTjSFB-q1D014RK5oY8CKLDtny2NWW"
	if plain, err := names.OpenCursor("NG|open", cursor); err != nil || string(plain) != "17" {
		t.Errorf("a cursor of before: %q, %v", plain, err)
	}
}
