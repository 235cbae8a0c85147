package ledger_test

import (
	"crypto/rand"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"

	"verigate/internal/ledger"
)

func TestAnErasureIsBelievedOnlyFromItsRecord(t *testing.T) {
	t.Parallel()
	want := ledger.Erasure{Tombstone: "t", Keys: []string{"k1", "k2"}}
	signed := must(key.SignErasure(recordName, want))(t)
	got, err := ledger.OpenErasure(recordName, signed, trust(t, key))
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v (-want +got):\n%s", err, diff)
	}
	other := "ffffffffffffffffffffffffffffffff"
	manifest := must(key.SignBackup(recordName, []byte("t\nk1\n")))(t)
	for name, c := range map[string]struct {
		record string
		signed []byte
		known  ledger.Trust
		want   error
	}{
		"by another key":       {recordName, signed, trust(t, keyOf(9)), ledger.ErrUnknownSigner},
		"of another record":    {other, signed, trust(t, key), ledger.ErrMalformed},
		"with another key":     {recordName, []byte(strings.Replace(string(signed), "k2", "k3", 1)), trust(t, key), ledger.ErrForged},
		"cut off":              {recordName, signed[:len(signed)/2], trust(t, key), ledger.ErrMalformed},
		"the list of a backup": {recordName, manifest, trust(t, key), ledger.ErrMalformed},
	} {
		if got, err := ledger.OpenErasure(c.record, c.signed, c.known); !errors.Is(err, c.want) || got.Tombstone != "" {
			t.Errorf("%s: %+v, %v", name, got, err)
		}
	}
}

func TestAnErasureNamesItsTombstoneAndAKey(t *testing.T) {
	t.Parallel()
	for name, e := range map[string]ledger.Erasure{"no tombstone": {Keys: []string{"k"}}, "no key": {Tombstone: "t"}} {
		if _, err := key.SignErasure(recordName, e); err == nil {
			t.Errorf("%s: it is signed", name)
		}
	}
	first := ledger.Origin(recordName, "erased") + "\n"
	for _, c := range []struct {
		by, text string
		want     error
	}{
		{"bundle", first + "t\nk\n", nil},
		{"bundle", first + "t\n", ledger.ErrMalformed},
		{"bundle", first, ledger.ErrMalformed},
		{"RECORD_0", first + "t\nk\n", ledger.ErrMalformed}, // who signs a log
	} {
		private, public, err := note.GenerateKey(rand.Reader, ledger.Origin(recordName, c.by))
		if err != nil {
			t.Fatal(err)
		}
		signed := must(note.Sign(&note.Note{Text: c.text}, must(note.NewSigner(private))(t)))(t)
		if _, err := ledger.OpenErasure(recordName, signed, must(ledger.ParseTrust(public))(t)); !errors.Is(err, c.want) {
			t.Errorf("%q by %s: %v", c.text, c.by, err)
		}
	}
}
