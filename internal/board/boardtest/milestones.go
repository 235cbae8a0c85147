package boardtest

import (
	"testing"
	"time"

	"verigate/internal/board"
)

// Reached gives a sample milestones: that it came n minutes after Start, and the others given.
func Reached(n int, others ...board.Milestone) func(*board.Rows) {
	return func(r *board.Rows) {
		came := board.Milestone{Kind: board.MilestoneReceived, N: 1, At: Start().Add(time.Duration(n) * time.Minute)}
		r.Milestones = append([]board.Milestone{came}, others...)
	}
}

func milestonesByTime(t *testing.T, r Rig) {
	ctx := t.Context()
	late := board.Milestone{Kind: board.MilestoneBreached, N: 1, At: Start().Add(2 * time.Minute), Clock: "accept", Unit: "03", Cause: "staffing"}
	follow(ctx, t, r.Store,
		Sample(4, Reached(4)), Sample(1, Reached(1, late)), Sample(2, Reached(2), SealedIn("drugs")), Sample(3, Reached(2), Ended), Sample(5, Reached(9)),
	)
	within := func(k board.MilestoneKind, from, until int, see board.Visible) []string {
		t.Helper()
		var out []string
		f := board.MilestoneFilter{Kind: k, From: Start().Add(time.Duration(from) * time.Minute), Until: Start().Add(time.Duration(until) * time.Minute)}
		for page := (board.Page{Limit: 2}); ; {
			list, err := r.Store.Milestones(ctx, f, page, see)
			ok(t, err)
			for _, m := range list.Items {
				if m.Number == "" || m.Partner != "NG" {
					t.Fatalf("a row that is not of its request: %+v", m)
				}
				out = append(out, string(m.Request[len(m.Request)-1:]))
			}
			if page.After = list.Next; page.After == (board.Cursor{}) {
				return out
			}
		}
	}
	var none []string
	came := board.MilestoneReceived
	same(t, []string{"1", "2", "3", "4"}, within(came, 1, 9, Everyone())) // until is no longer within
	same(t, []string{"1", "3", "4", "5"}, within(came, 0, 10, Outsiders()))
	same(t, []string{"2", "3"}, within(came, 2, 3, Everyone()))
	same(t, none, within(came, 5, 9, Everyone()))
	same(t, []string{"1"}, within(board.MilestoneBreached, 0, 10, Everyone()))
	same(t, none, within(board.MilestoneAnswered, 0, 10, Everyone()))
	same(t, []string{"1", "1", "2", "3"}, within("", 1, 3, Everyone()))

	// A breach that was annulled is no milestone any more.
	follow(ctx, t, r.Store, Sample(1, Reached(1)))
	same(t, none, within(board.MilestoneBreached, 0, 10, Everyone()))
	held, err := r.Store.Stored(ctx, ID(4))
	ok(t, err)
	same(t, Sample(4, Reached(4)), held[0].Rows)
}
