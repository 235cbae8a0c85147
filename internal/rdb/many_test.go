package rdb

import (
	"context"
	"regexp"
	"strconv"
	"testing"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
)

var callsOf = regexp.MustCompile(`cmdstat_([a-z|]+):calls=(\d+)`)

// calls is how many commands a server has done, those of scripts counted one by one.
func calls(t *testing.T, s *Store) int {
	t.Helper()
	said, err := s.client.Info(context.Background(), "commandstats").Result()
	if err != nil {
		t.Fatal(err)
	}
	sum := 0
	for _, found := range callsOf.FindAllStringSubmatch(said, -1) {
		n, err := strconv.Atoi(found[2])
		if err != nil {
			t.Fatal(err)
		}
		if found[1] != "info" {
			sum += n
		}
	}
	return sum
}

// page reads 50 rows behind a place and tells how many rows were opened for it, and by how many commands.
func page(t *testing.T, s *Store, f board.Filter, after board.Cursor) (opened, did int) {
	t.Helper()
	before := calls(t, s)
	list, err := s.Board(t.Context(), f, board.Page{After: after, Limit: 50}, board.Visible{May: func(board.Audience) bool { opened++; return true }})
	if err != nil || len(list.Items) != 50 {
		t.Fatalf("%d rows, %v", len(list.Items), err)
	}
	return opened, calls(t, s) - before
}

// What makes a page quick is what it does not do: beside a hundred times as many open requests it opens no row more, and
// looks for its place by halving.
func TestAPageCostsTheSameHoweverManyAreOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 10,000 rows are written, 6 s")
	}
	t.Parallel()
	s := started(t)
	chosen := board.Filter{Unit: "03", State: "with_units"}
	fill(t, s, 100)
	opened, did := page(t, s, chosen, board.Cursor{})
	fill(t, s, many)
	for at, after := range map[string]board.Cursor{
		"the first": {}, "one in the middle": {Score: board.Score(boardtest.Sample(many / 2).Request.DueAt), Member: string(boardtest.ID(many / 2))},
	} {
		const halvings = 2 * 15 // in two sets, shared and sealed
		if o, d := page(t, s, chosen, after); o > opened || d > did+halvings {
			t.Errorf("beside %d open requests %s takes %d commands and opens %d rows, beside 100 it is %d and %d", many, at, d, o, did, opened)
		}
	}
	if opened > 51 || did > 100 {
		t.Errorf("a page of 50 rows opens %d of them, by %d commands", opened, did)
	}
}
