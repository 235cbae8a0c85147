package boardtest

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/statistics"
)

// Rig is a fresh, empty store and the means to hurt it.
type Rig struct {
	Store board.Store
	// Forget loses everything that the store holds.
	Forget func()
	// Lose removes one entry from its set behind the store's back.
	Lose func(board.Place)
}

// Run is what every store promises. open gives a fresh one per test and closes it in its cleanup.
func Run(t *testing.T, open func(t *testing.T) Rig) {
	t.Helper()
	tests := map[string]func(*testing.T, Rig){
		"nothing is served before a follower came":               nothingServed,
		"what was applied is held as it was":                     heldAsItWas,
		"an older update changes nothing":                        olderChangesNothing,
		"any order and repetition of updates gives the same":     anyOrder,
		"the position never moves back":                          positionOnlyForward,
		"a store that lost its memory says so":                   lostMemory,
		"the board is ordered by the clock that runs out first":  boardByDue,
		"what is overdue and what is due soon is found whole":    nearnessChooses,
		"filters choose, alone and together":                     filtersChoose,
		"pages of a list that stands are complete":               pagesComplete,
		"pages are complete for what stays while rows move":      pagesWhileMoving,
		"entries of one due time are paged through":              tiesArePaged,
		"what is owed an answer again is on the board":           owedOnBoard,
		"sealed rows are dropped and pages still fill":           sealedDropped,
		"what the caller turns down is passed in the same call":  turnedDown,
		"the queue holds a unit's tasks by due time":             queueByDue,
		"notices are found by who hears of them, newest first":   noticesByRung,
		"pages of notices are complete":                          noticesPaged,
		"sealed notices are dropped":                             noticesSealed,
		"a notice that was lost is named":                        noticeLost,
		"milestones are found by their kind and time":            milestonesByTime,
		"what is kept is found by why":                           keptByWhy,
		"what is due is found behind much that is not":           dueAmongMany,
		"a partner's list is its own, by its visible change":     partnerList,
		"a number finds its request in any letter case":          byNumber,
		"a reference finds its requests, as people type it":      byReference,
		"twins are found within the audience":                    twins,
		"counters count what is shared":                          counters,
		"statistics are the sum of what is held":                 countedOnce,
		"counters leave out what the reader may not see":         countersWithout,
		"statistics leave out what the reader may not see":       countedWithout,
		"what is left out is as if it had never been":            asIfAbsent,
		"what is left out may change meanwhile":                  withoutWhileItChanges,
		"due entries are taken once and removed by updates only": dueTaken,
		"a rebuild is the same as following":                     rebuildIsFollowing,
		"a rebuild that fails leaves the board":                  rebuildFails,
		"what a follower begins meanwhile ends no rebuild":       rebuildOfNothing,
		"a follower of an ended board is told":                   rebuildEndsFollowers,
		"an entry that was lost is named":                        lossIsNamed,
		"an ended context ends calls":                            contextEnds,
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, open(t))
		})
	}
}

// fatal is what *testing.T and *rapid.T share.
type fatal interface {
	Helper()
	Fatalf(format string, args ...any)
}

func ok(t fatal, err error) {
	t.Helper()
	if err != nil {
		t.Fatalf("unexpected: %v", err)
	}
}

func same(t fatal, want, got any) {
	t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatalf("-want +got:\n%s", diff)
	}
}

// follow applies rows as the next sequences.
func follow(ctx context.Context, t fatal, w board.Writer, rows ...board.Rows) {
	t.Helper()
	at, err := w.Position(ctx)
	ok(t, err)
	b := board.Batch{After: at.Record, Upto: at.Record, At: Start().Add(time.Hour)}
	for _, r := range rows {
		b.Upto[0]++
		b.Updates = append(b.Updates, board.Update{Sequence: b.Upto[0], Rows: r, Counts: Adds(r)})
	}
	ok(t, w.Apply(ctx, b))
}

func samples(from, to int, changes ...func(*board.Rows)) []board.Rows {
	var out []board.Rows
	for n := from; n < to; n++ {
		out = append(out, Sample(n, changes...))
	}
	return out
}

func dump(ctx context.Context, t fatal, s board.Store) []board.Stored {
	t.Helper()
	var all []board.Stored
	ok(t, s.Dump(ctx, func(held board.Stored) error {
		all = append(all, held)
		return nil
	}))
	return all
}

func nothingServed(t *testing.T, r Rig) {
	_, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 1}, Everyone())
	if !errors.Is(err, board.ErrBehind) {
		t.Errorf("a page: %v", err)
	}
	if err := r.Store.Apply(t.Context(), board.Batch{Upto: record.Position{1}}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("an update: %v", err)
	}
	if _, err := r.Store.Counted(t.Context(), []statistics.Sheet{statistics.AllCells}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("statistics: %v", err)
	}
	ok(t, r.Store.Ping(t.Context()))
	at, err := r.Store.Position(t.Context())
	ok(t, err)
	same(t, board.Position{}, at)
	list, err := r.Store.Board(t.Context(), board.Filter{}, board.Page{Limit: 1}, Everyone())
	ok(t, err)
	same(t, board.List[board.Row]{}, list)
}
