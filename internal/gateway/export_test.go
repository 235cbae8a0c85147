package gateway_test

import (
	"testing"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
)

// full is a world whose board holds so many rows, and as many sealed ones between them that no member of the cast sees.
func full(t *testing.T, rows int) *gatewaytest.World {
	t.Helper()
	w := still(t)
	if _, err := w.Board.Position(t.Context()); err != nil {
		t.Fatal(err)
	}
	var batch board.Batch
	for n := range 2 * rows {
		row := boardtest.Sample(n)
		if n%2 == 1 {
			row = boardtest.Sample(n, boardtest.SealedIn("unheard-of"))
		}
		batch.Updates = append(batch.Updates, board.Update{Sequence: 1, Rows: row, Counts: boardtest.Adds(row)})
	}
	if err := w.Board.Apply(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	w.Run(w.Watcher.Run)
	w.Eventually("lists are served", func() bool { return w.Watch.Current(w.Clock.Now()) == nil })
	return w
}

func TestAnExportHasEveryPageOfTheBoardOnce(t *testing.T) {
	t.Parallel()
	w := full(t, 450)
	got, err := w.Gateway.ExportBoard(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpExportBoard), board.Filter{})
	if err != nil || len(got.Rows) != 450 || got.AsOf.IsZero() {
		t.Fatalf("%d rows as of %s, %v", len(got.Rows), got.AsOf, err)
	}
	for i, r := range got.Rows {
		if r.ID != boardtest.ID(2*i) {
			t.Fatalf("row %d is %s", i, r.ID)
		}
	}
	_, err = w.Gateway.ExportBoard(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpExportBoard), board.Filter{})
	want(t, err, gateway.ErrForbidden)
}

func TestAnExportIsWholeOrRefused(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("skipped: it fills a board with more rows than a file may have, which takes seconds")
	}
	w := full(t, gateway.MostRows+1)
	export := func(f board.Filter) error {
		_, err := w.Gateway.ExportBoard(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpExportBoard), f)
		return err
	}
	want(t, export(board.Filter{}), gateway.ErrTooManyRows)
	want(t, export(board.Filter{Unit: "45"}), nil)
}
