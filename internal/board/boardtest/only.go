package boardtest

import (
	"slices"
	"testing"
	"time"

	"verigate/internal/board"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// turnedDown are 130 open samples and 130 that are closed, of each of which the caller lets two by.
func turnedDown(t *testing.T, r Rig) {
	var rows []board.Rows
	for n := range 130 {
		rows = append(rows, Sample(n, Reached(n), Noticed(Notice(n, 100, time.Minute, sla.RungDesk))), Sample(200+n, ClosedOn(n%5)))
	}
	follow(t.Context(), t, r.Store, rows...)
	ctx, see := t.Context(), Outsiders()
	open, closed := []verification.RequestID{ID(3), ID(126)}, []verification.RequestID{ID(203), ID(326)}
	twoPages(t, "board", open, func(p board.Page, only func(board.Row) bool) (board.List[board.Row], error) {
		return r.Store.Board(ctx, board.Filter{}, p, see, only)
	}, func(r board.Row) verification.RequestID { return r.ID })
	twoPages(t, "queue", open, func(p board.Page, only func(board.QueueItem) bool) (board.List[board.QueueItem], error) {
		return r.Store.Queue(ctx, board.Queue{Unit: "03"}, p, see, only)
	}, func(i board.QueueItem) verification.RequestID { return i.Request })
	twoPages(t, "notices", open, func(p board.Page, only func(board.NoticeRow) bool) (board.List[board.NoticeRow], error) {
		return r.Store.Notices(ctx, board.NoticeFilter{Rungs: sla.Ladder()}, p, see, only)
	}, func(n board.NoticeRow) verification.RequestID { return n.Request })
	twoPages(t, "milestones", open, func(p board.Page, only func(board.MilestoneRow) bool) (board.List[board.MilestoneRow], error) {
		f := board.MilestoneFilter{Kind: board.MilestoneReceived, From: Start(), Until: Start().Add(24 * time.Hour)}
		return r.Store.Milestones(ctx, f, p, see, only)
	}, func(m board.MilestoneRow) verification.RequestID { return m.Request })
	twoPages(t, "keeping", closed, func(p board.Page, only func(board.Row) bool) (board.List[board.Row], error) {
		f := board.KeepingFilter{List: board.ListDue, Rules: Rules(), Now: Start().AddDate(2, 0, 0)}
		return r.Store.Keeping(ctx, f, p, see, only)
	}, func(r board.Row) verification.RequestID { return r.ID })
	twoPages(t, "partner's", append(open, closed...)[1:3], func(p board.Page, only func(board.PartnerRow) bool) (board.List[board.PartnerRow], error) {
		return r.Store.PartnerList(ctx, "NG", board.PartnerFilter{}, p, only)
	}, func(r board.PartnerRow) verification.RequestID { return r.ID })
}

// twoPages reads a list of which two rows are let by, one on a page: each page is one call, and only the first goes on.
func twoPages[T any](
	t *testing.T, name string, let []verification.RequestID, read func(board.Page, func(T) bool) (board.List[T], error), of func(T) verification.RequestID,
) {
	t.Helper()
	only := func(row T) bool { return slices.Contains(let, of(row)) }
	first, err := read(board.Page{Limit: 1}, only)
	ok(t, err)
	second, err := read(board.Page{Limit: 1, After: first.Next}, only)
	ok(t, err)
	if len(first.Items) != 1 || len(second.Items) != 1 || first.Next == (board.Cursor{}) || second.Next != (board.Cursor{}) {
		t.Fatalf("%s: %d rows and then %d; it goes on at %+v and then at %+v", name, len(first.Items), len(second.Items), first.Next, second.Next)
	}
	got := []verification.RequestID{of(first.Items[0]), of(second.Items[0])}
	slices.Sort(got)
	same(t, let, got)
}
