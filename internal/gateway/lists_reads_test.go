package gateway_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// counting counts how often lists are asked of a board.
type counting struct {
	board.Store
	n int
}

func (c *counting) Board(ctx context.Context, f board.Filter, p board.Page, see board.Visible, only ...func(board.Row) bool) (board.List[board.Row], error) {
	c.n++
	return c.Store.Board(ctx, f, p, see, only...)
}

func (c *counting) Queue(ctx context.Context, q board.Queue, p board.Page, see board.Visible, only ...func(board.QueueItem) bool) (board.List[board.QueueItem], error) {
	c.n++
	return c.Store.Queue(ctx, q, p, see, only...)
}

func (c *counting) Notices(ctx context.Context, f board.NoticeFilter, p board.Page, see board.Visible, only ...func(board.NoticeRow) bool) (board.List[board.NoticeRow], error) {
	c.n++
	return c.Store.Notices(ctx, f, p, see, only...)
}

func (c *counting) Milestones(ctx context.Context, f board.MilestoneFilter, p board.Page, see board.Visible, only ...func(board.MilestoneRow) bool) (board.List[board.MilestoneRow], error) {
	c.n++
	return c.Store.Milestones(ctx, f, p, see, only...)
}

// hiding is a world with requests whose tasks, rows, notices and milestones an officer of unit 03 and an outsider at the
// desk may know of, and others of which they may not: sealed ones, and such as exclude them.
func hiding(t *testing.T, seen, hidden int) (w *gatewaytest.World, officer access.Caller) {
	t.Helper()
	w = running(t)
	officer = gatewaytest.Officer("03")
	officer.Person = "p_colleague_03"
	named := []verification.PersonID{gatewaytest.Officer("03").Person}
	for n := range seen + hidden {
		key := fmt.Sprint("hiding-", n)
		var id verification.RequestID
		switch {
		case n < seen: // routed by rule
			id = unhurried(w, key)
		case n%2 == 0:
			id = w.Submit(gatewaytest.Partner("TH"), key, w.Example("S03", nil)).ID
			w.Claim(gatewaytest.Editor(), id)
			route(t, w, id, gateway.Routing{
				Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2, 3}}},
				Exclude:     excluding(gatewaytest.Outsider(), officer),
			})
		default: // sealed
			id = w.Submit(gatewaytest.Partner("AO"), key, w.Example("S12", nil)).ID
			w.Claim(gatewaytest.Editor(), id)
			route(t, w, id, gateway.Routing{Assignments: []verification.Assignment{{Unit: "03", Questions: []int{1, 2}, Officers: named}}})
		}
		w.Clock.Move(2 * time.Hour)
		tick(t, w.Gateway, id)
	}
	w.Settle()
	return w, officer
}

// Existence does not show, not even by time: how often the board is asked for a page says nothing of what is hidden.
func TestAPageAsksTheBoardOnceHoweverMuchIsHidden(t *testing.T) {
	t.Parallel()
	const seen = 3
	for _, hidden := range []int{0, 40} {
		w, officer := hiding(t, seen, hidden)
		to := &counting{Store: w.Board}
		w.Gateway.Board = to
		for name, list := range map[string]func(gateway.Page) (int, string, error){
			"queue": func(p gateway.Page) (int, string, error) {
				l, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(officer, access.OpGetUnitQueue), board.Queue{Unit: "03"}, p)
				return len(l.Items), l.Next, err
			},
			"notices": func(p gateway.Page) (int, string, error) {
				l, err := w.Gateway.NoticePage(t.Context(), gatewaytest.Call(officer, access.OpListNotices), board.NoticeFilter{}, p)
				return len(l.Items), l.Next, err
			},
			"board": func(p gateway.Page) (int, string, error) {
				l, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpGetBoard), board.Filter{}, p)
				return len(l.Items), l.Next, err
			},
			"milestones": func(p gateway.Page) (int, string, error) {
				f := board.MilestoneFilter{Kind: board.MilestoneReceived, From: gatewaytest.Night().AddDate(0, 0, -1), Until: w.Clock.Now()}
				l, err := w.Gateway.MilestonePage(t.Context(), gatewaytest.Call(gatewaytest.Outsider(), access.OpListMilestones), f, p)
				return len(l.Items), l.Next, err
			},
		} {
			for limit := 1; limit <= seen+1; limit++ {
				to.n = 0
				items, next, err := list(gateway.Page{Limit: limit})
				if err != nil || items != min(limit, seen) || (next != "") != (limit < seen) {
					t.Errorf("%s by %d of %d, %d hidden: %d rows, goes on: %t, %v", name, limit, seen, hidden, items, next != "", err)
				}
				if to.n != 1 {
					t.Errorf("%s by %d of %d, %d hidden: the board is asked %d times", name, limit, seen, hidden, to.n)
				}
			}
		}
	}
}
