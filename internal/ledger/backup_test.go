package ledger_test

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"verigate/internal/ledger"
)

func TestAManifestIsBelievedOnlyFromItsRecord(t *testing.T) {
	t.Parallel()
	const record = "0123456789abcdef0123456789abcdef"
	set := func(seed byte) ledger.KeySet {
		return ledger.NewKeySet(bytes.Repeat([]byte{seed}, 32), time.Unix(0, 0))
	}
	manifest := []byte("{\n \"form\": 1\n}\n")
	signed, err := set(1).Current().SignBackup(record, manifest)
	if err != nil {
		t.Fatal(err)
	}
	for name, keys := range map[string]ledger.KeySet{"the key": set(1), "a key that is retired": set(1).Rotated(bytes.Repeat([]byte{2}, 32), time.Unix(9, 0))} {
		if text, err := keys.OpenBackup(record, signed); err != nil || !bytes.Equal(text, manifest) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
	erasure, err := set(1).Current().SignErasure(record, ledger.Erasure{Tombstone: "t", Keys: []string{"k"}})
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		keys   ledger.KeySet
		record string
		signed []byte
		want   error
	}{
		"of another ledger": {set(3), record, signed, ledger.ErrUnknownSigner},
		"of another record": {set(1), "fedcba9876543210fedcba9876543210", signed, ledger.ErrUnknownSigner},
		"changed":           {set(1), record, bytes.Replace(signed, []byte("1\n"), []byte("2\n"), 1), ledger.ErrForged},
		"cut off":           {set(1), record, signed[:len(signed)/2], ledger.ErrMalformed},
		"another note":      {set(1), record, erasure, ledger.ErrMalformed},
	} {
		if text, err := test.keys.OpenBackup(test.record, test.signed); text != nil || !errors.Is(err, test.want) {
			t.Errorf("%s: %s, %v", name, text, err)
		}
	}
}
