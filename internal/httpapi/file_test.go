package httpapi

import (
	"testing"
	"time"

	"verigate/internal/export"
)

func TestAFileSaysThatItIsStale(t *testing.T) {
	t.Parallel()
	at := time.Date(2021, 9, 2, 23, 40, 0, 0, time.FixedZone("", 7*3600))
	for since, want := range map[time.Time]string{
		{}: `attachment; filename="board-20210902T164000Z.csv"`,
		at: `attachment; filename="board-20210902T164000Z-stale.csv"`,
	} {
		got, err := file("board", at, since, []export.Column[int]{}, nil)
		if err != nil || got.Headers.ContentDisposition != want {
			t.Errorf("%q, %v", got.Headers.ContentDisposition, err)
		}
	}
}
