package follow_test

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"verigate/internal/board"
	"verigate/internal/follow"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/rdb"
	"verigate/internal/rdb/redistest"
	"verigate/internal/verification"
)

// open is no sealer at all: what is tested is who takes what.
type open struct{}

func (open) Seal(_ string, plain []byte) ([]byte, error)  { return plain, nil }
func (open) Open(_ string, sealed []byte) ([]byte, error) { return sealed, nil }
func (open) Blind(purpose, value string) string {
	sum := sha256.Sum256([]byte(purpose + " " + value))
	return hex.EncodeToString(sum[:16])
}

// overRedis is a world whose board is in a redis-server of its own.
func overRedis(t *testing.T) (w *gatewaytest.World, boards [2]*rdb.Store, client *redis.Client) {
	t.Helper()
	addr := redistest.Start(t)
	for i := range boards {
		boards[i] = rdb.Open(rdb.Options{Addrs: []string{addr}}, open{})
		t.Cleanup(func() { _ = boards[i].Close() })
	}
	client = redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { _ = client.Close() })
	return world(t), boards, client
}

func boarder(w *gatewaytest.World, to board.Store) *follow.Boarder {
	return &follow.Boarder{Log: w.Log, Rules: w.Rules, Board: to, Now: w.Clock.Now}
}

func TestABoardThatWasEmptiedIsMadeAgainThoughNothingHappens(t *testing.T) {
	t.Parallel()
	w, boards, client := overRedis(t)
	w.Run(boarder(w, boards[0]).Run)
	id := submitted(w, "1")
	held := func() bool {
		stored, err := boards[0].Stored(t.Context(), id)
		return err == nil && len(stored) == 1
	}
	w.Eventually("the board follows", held)
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	w.Eventually("it is there again", held)
}

func TestTwoGatewaysOverARedisThatLosesAllRecordEachStepOnce(t *testing.T) {
	t.Parallel()
	w, boards, client := overRedis(t)
	one, _ := sweepOver(w, boards[0], w.Gateway)
	other, _ := sweepOver(w, boards[1], w.Another())
	w.Run(w.Watcher.Run, boarder(w, boards[0]).Run, boarder(w, boards[1]).Run, one.Run)
	stop := w.Start(other.Run)
	var ids []verification.RequestID
	for n := range 100 {
		ids = append(ids, submitted(w, fmt.Sprint(n)))
	}
	reached := func() bool {
		end, err := w.Journal.Last(t.Context())
		at, berr := boards[0].Position(t.Context())
		return err == nil && berr == nil && at.Record == end
	}
	w.Eventually("the board follows", reached)
	w.Clock.Move(3 * time.Hour)
	w.Eventually("the sweep begins", func() bool { return one.State().Recorded+other.State().Recorded > 10 })
	stop() // one of both ends in the midst of it
	if err := client.FlushAll(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	left := slices.Clone(ids)
	all := func() bool {
		// What had been taken comes due again. Faster than this, both clocks are moved apart between two looks at them,
		// which the sweep rightly does not believe.
		time.Sleep(20 * time.Millisecond)
		w.Clock.Move(time.Second)
		for len(left) > 0 && stepsOf(w, left[0])["accept 100"] > 0 {
			left = left[1:]
		}
		return len(left) == 0
	}
	w.Eventually("all are recorded", all)
	w.Eventually("the board follows again", reached)
	for _, id := range ids {
		for step, times := range stepsOf(w, id) {
			if times != 1 {
				t.Errorf("%s: %s is recorded %d times", id, step, times)
			}
		}
	}
	report, err := follow.Verifier{Journal: w.Journal, Keys: held(w), Log: w.Log, Rules: w.Rules, Board: boards[0], Queued: newQueue().list}.Verify(t.Context())
	for _, d := range report.Differences {
		if len(d.Where) >= 5 && d.Where[:5] == "board" {
			t.Errorf("%s %s", d.Where, d.What)
		}
	}
	if err != nil {
		t.Error(err)
	}
}

// Only the follower removes an entry: what is taken stays, thirty seconds ahead.
func TestAnEntryThatIsTakenStaysInRedis(t *testing.T) {
	t.Parallel()
	w, boards, _ := overRedis(t)
	id := submitted(w, "k")
	stop := w.Start(boarder(w, boards[0]).Run)
	w.Eventually("the board follows", func() bool {
		at, err := boards[0].Position(t.Context())
		return err == nil && at.Record.Count() == 1
	})
	stop()
	k := newTicks(nil)
	sweep, _ := sweepOver(w, boards[0], k)
	w.Run(sweep.Run)
	for n := range 3 {
		w.Clock.Move(3*time.Hour + 31*time.Second)
		w.Eventually("it is taken", func() bool { return k.of(id) == n+1 })
	}
	rebuild := boarder(w, boards[0])
	if err := rebuild.Rebuild(t.Context()); err != nil {
		t.Fatal(err)
	}
	w.Eventually("after a rebuild it is due as the record has it", func() bool { return k.of(id) == 4 })
}
