package record_test

import (
	"errors"
	"fmt"
	"testing"

	"verigate/internal/record"
)

func TestWhatMayPassIsNoDamage(t *testing.T) {
	t.Parallel()
	for err, want := range map[error]string{
		record.ErrTampered: "record_tampered", record.ErrKeyMissing: "record_key_missing", record.ErrGap: "record_gap",
		record.ErrUnreadable: "record_unreadable", record.ErrUnavailable: "", errors.New("no answer"): "",
	} {
		broken, ok := errors.AsType[*record.SequenceError](record.At(record.Place{Partition: 1, Sequence: 7}, fmt.Errorf("open: %w", err)))
		if !ok {
			t.Fatal("not a place in the record")
		}
		code, where := broken.Damage()
		if code != want || want != "" && where != "record partition 1 sequence 7" {
			t.Errorf("%v: %q at %q", err, code, where)
		}
	}
}
