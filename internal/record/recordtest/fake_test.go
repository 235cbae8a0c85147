package recordtest_test

import (
	"errors"
	"testing"
	"time"

	"go.uber.org/goleak"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func clock() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }

func TestFakeKeepsTheContract(t *testing.T) {
	t.Parallel()
	recordtest.Run(t, func(*testing.T) recordtest.Rig {
		f := recordtest.NewFake(clock)
		return recordtest.Rig{Journal: f, LoseAcks: f.LoseAcks, Remove: f.Remove}
	})
}

func TestFakeFailsOnDemand(t *testing.T) {
	t.Parallel()
	f := recordtest.NewFake(clock)
	f.FailNext(record.ErrConflict)
	if _, err := f.Append(t.Context(), recordtest.Message("r1", 0), 0); !errors.Is(err, record.ErrConflict) {
		t.Fatalf("got %v, want the planted conflict", err)
	}
	f.FailAfterNext(record.ErrUnavailable)
	if _, err := f.Append(t.Context(), recordtest.Message("r1", 0), 0); !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("got %v, want the planted failure", err)
	}
	if all, err := f.Read(t.Context(), record.Request("r1")); err != nil || len(all) != 1 {
		t.Fatalf("the write that reported failure is not there: %d, %v", len(all), err)
	}
}
