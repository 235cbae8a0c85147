package redistest_test

import (
	"testing"

	"verigate/internal/rdb/redistest"
)

func TestTwoServersRunSideBySide(t *testing.T) {
	t.Parallel()
	if a, b := redistest.Start(t), redistest.Start(t); a == b {
		t.Errorf("both are at %s", a)
	}
}
