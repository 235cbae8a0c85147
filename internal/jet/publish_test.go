package jet

import (
	"context"
	"errors"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// spoil changes the next commits of atomic batches on their way, so many of them.
func spoil(c *Conn, change func(commit *nats.Msg)) func(n int64) {
	var left atomic.Int64
	ask := c.request
	c.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
		if m.Header.Get(headerBatchCommit) != "" && left.Add(-1) >= 0 {
			change(m)
		}
		return ask(ctx, m)
	}
	return left.Store
}

// otherLeader has not seen how the batch began.
func otherLeader(commit *nats.Msg) { commit.Header.Set(headerBatchID, "begun-at-another-leader") }

// The server answers each of these with the same code, and has stored nothing.
func TestABatchThatDidNotArriveAsAWholeIsWrittenByAnother(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(commit *nats.Msg){
		"at a leader that has not seen its beginning": otherLeader,
		"without one of its messages": func(commit *nats.Msg) {
			place, err := strconv.Atoi(commit.Header.Get(headerBatchSeq))
			if err != nil {
				t.Error(err)
			}
			commit.Header.Set(headerBatchSeq, strconv.Itoa(place+1))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c, ctx := open(t), t.Context()
			next, k := spoil(c, change), c.Keys()
			next(2)
			do(t, k.Put(ctx, []seal.Wrapped{{KID: "group.2026-11", Group: "root", Bytes: []byte("g")}, {KID: "group.2026-12", Group: "root", Bytes: []byte("h")}}))
			under, err := k.Get(ctx, "group.2026-11")
			do(t, err)
			next(2)
			do(t, k.Add(ctx, under, []seal.Wrapped{{KID: "a", Group: under.KID, Bytes: []byte("1")}, {KID: "b", Group: under.KID, Bytes: []byte("2")}, {KID: "c", Group: under.KID, Bytes: []byte("3")}}))
			to, err := k.Get(ctx, "group.2026-12")
			do(t, err)
			moved, err := k.Get(ctx, "b")
			do(t, err)
			moved.Group, moved.Bytes = to.KID, []byte("4")
			next(1)
			do(t, k.Move(ctx, to, moved))
			for kid, want := range map[string]string{"a": "1", "b": "4", "c": "3"} {
				if got, err := k.Get(ctx, kid); err != nil || string(got.Bytes) != want {
					t.Errorf("key %s: %q, %v", kid, got.Bytes, err)
				}
			}
			next(1)
			do(t, c.Queue().Move(ctx, task("ncb-lag", "t1", 3), task("ncb-acc", "t1", 3)))
			if all := list(t, c.Queue(), "ncb-acc"); len(all) != 1 {
				t.Errorf("the queue has %v", all)
			}
		})
	}
}

func TestABatchThatNeverArrivesAsAWholeIsUnavailableAndStoresNothing(t *testing.T) {
	t.Parallel()
	c := open(t)
	spoil(c, otherLeader)(1000)
	c.patience = 200 * time.Millisecond
	err := c.Keys().Put(t.Context(), []seal.Wrapped{{KID: "a", Group: "g", Bytes: []byte("1")}, {KID: "b", Group: "g", Bytes: []byte("2")}})
	if !errors.Is(err, record.ErrUnavailable) {
		t.Errorf("it says %v", err)
	}
	if held, err := c.Keys().Held(t.Context()); err != nil || len(held) != 0 {
		t.Errorf("stored are %v, %v", held, err)
	}
}
