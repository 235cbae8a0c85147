package follow_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/redis/go-redis/v9"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// toldIn lists every notice of a board, the newest first, page by page.
func toldIn(t *testing.T, of board.Reader, f board.NoticeFilter) []board.NoticeRow {
	t.Helper()
	var out []board.NoticeRow
	page := board.Page{Limit: 3}
	for {
		list, err := of.Notices(t.Context(), f, page, boardtest.Everyone())
		if err != nil {
			t.Fatal(err)
		}
		out = append(out, list.Items...)
		if list.Next == (board.Cursor{}) {
			return out
		}
		page.After = list.Next
	}
}

// Two gateways sweep and two follow into one Redis; a third builds a board of its own from the record. All tell the same
// notices, and so does a rebuild.
func TestAllGatewaysTellTheSameNotices(t *testing.T) {
	t.Parallel()
	w, boards, _ := overRedis(t)
	one, _ := sweepOver(w, boards[0], w.Gateway)
	other, _ := sweepOver(w, boards[1], w.Another())
	stop := w.Start(w.Watcher.Run, boarder(w, boards[0]).Run, boarder(w, boards[1]).Run, one.Run, other.Run)
	var ids []verification.RequestID
	for n := range 5 {
		ids = append(ids, submitted(w, fmt.Sprint(n)))
	}
	reached := func(of board.Store) func() bool {
		return func() bool {
			end, err := w.Journal.Last(t.Context())
			at, berr := of.Position(t.Context())
			return err == nil && berr == nil && at.Record == end
		}
	}
	w.Eventually("the board follows", reached(boards[0]))
	w.Clock.Move(2*time.Hour + time.Second) // accept has run out, action and interim not
	w.Eventually("each breach is recorded", func() bool {
		return !slices.ContainsFunc(ids, func(id verification.RequestID) bool { return stepsOf(w, id)["accept 100"] == 0 })
	})
	w.DoTask(gatewaytest.Officer("03"), access.OpAcceptTask, ids[0], 1, gatewaytest.Accept)
	w.Append(ids[0], gatewaytest.Officer("03"), verification.ExplainBreach{N: 1, Code: "workload"})
	w.Eventually("the board follows again", reached(boards[0]))
	stop()

	every := board.NoticeFilter{Rungs: sla.Ladder()}
	got := toldIn(t, boards[1], every)
	if len(got) < len(ids) || !slices.IsSortedFunc(got, func(a, b board.NoticeRow) int { return b.At.Compare(a.At) }) {
		t.Errorf("%d notices, or not the newest first", len(got))
	}
	settled := 0
	for _, n := range got {
		if n.Request == ids[0] && n.Settled.By == "explained" {
			settled++
		}
	}
	if settled != 1 {
		t.Errorf("%d breaches are explained", settled)
	}
	if err := boarder(w, w.Board).Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, toldIn(t, w.Board, every)); diff != "" {
		t.Errorf("of a board made from the record:\n%s", diff)
	}
	if err := boarder(w, boards[0]).Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(got, toldIn(t, boards[0], every)); diff != "" {
		t.Errorf("rebuilt:\n%s", diff)
	}
	if diff := cmp.Diff(unitOf(got), toldIn(t, boards[0], board.NoticeFilter{Rungs: sla.Ladder(), Unit: "03"})); diff != "" {
		t.Errorf("of the unit:\n%s", diff)
	}
}

func unitOf(all []board.NoticeRow) []board.NoticeRow {
	return slices.DeleteFunc(slices.Clone(all), func(n board.NoticeRow) bool { return !n.ToUnit() })
}

func TestAVerificationNamesANoticeThatIsLostOrAltered(t *testing.T) {
	t.Parallel()
	w, boards, client := overRedis(t)
	if _, err := boards[0].Position(t.Context()); err != nil { // makes it ready
		t.Fatal(err)
	}
	stop := w.Start(w.Watcher.Run, boarder(w, boards[0]).Run)
	lost, altered := submitted(w, "1"), submitted(w, "2")
	w.Clock.Move(time.Hour + time.Minute)
	for _, id := range []verification.RequestID{lost, altered} {
		if _, err := w.Gateway.Tick(t.Context(), id); err != nil {
			t.Fatal(err)
		}
	}
	verify := func() []string {
		var out []string
		for _, d := range differences(t, follow.Verifier{Journal: w.Journal, Keys: held(w), Log: w.Log, Rules: w.Rules, Board: boards[0], Queued: newQueue().list}) {
			if strings.HasPrefix(d, "board ") {
				out = append(out, d)
			}
		}
		return out
	}
	w.Eventually("nothing differs", func() bool { return len(verify()) == 0 })
	stop()

	n := w.Rows(lost).Notices[0]
	key, err := setOf(t, client, n.ID(lost))
	if err != nil {
		t.Fatal(err)
	}
	if err := client.ZRem(t.Context(), key, n.ID(lost)).Err(); err != nil {
		t.Fatal(err)
	}
	rows := w.Rows(altered)
	rows.Notices = rows.Notices[1:]
	held, err := boards[0].Stored(t.Context(), altered)
	if err != nil {
		t.Fatal(err)
	}
	at, err := boards[0].Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	// Whoever writes a row of a newer sequence is believed, until the record is asked.
	if err := boards[0].Apply(t.Context(), board.Batch{After: at.Record, Updates: []board.Update{{Sequence: held[0].Sequence + 1, Rows: rows}}}); err != nil {
		t.Fatal(err)
	}
	said := strings.Join(verify(), "\n")
	for _, wants := range []string{"board " + string(lost) + ": is missing from the list notices/", "board " + string(altered) + ": "} {
		if !strings.Contains(said, wants) {
			t.Errorf("the verification does not say %q:\n%s", wants, said)
		}
	}
}

// setOf finds a set of notices by a member.
func setOf(t *testing.T, client *redis.Client, member string) (string, error) {
	t.Helper()
	for _, key := range client.Keys(t.Context(), "*:set:*").Val() {
		if err := client.ZScore(t.Context(), key, member).Err(); err == nil {
			return key, nil
		}
	}
	return "", redis.Nil
}
