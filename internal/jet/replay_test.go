package jet

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

// In an election a question may vanish. A follower that waited for its answer would wait for ever.
func TestAFollowerAsksAgainWhenAQuestionIsLost(t *testing.T) {
	t.Parallel()
	c := open(t)
	c.attempt = 50 * time.Millisecond
	var lost atomic.Bool
	ask := c.request
	c.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
		if strings.HasPrefix(m.Subject, "$JS.API.STREAM.INFO.") && lost.CompareAndSwap(false, true) {
			<-ctx.Done()
			return nil, ctx.Err()
		}
		return ask(ctx, m)
	}
	j, ctx := c.Journal(), t.Context()
	seen := make(chan uint64, 8)
	go func() {
		_ = j.Replay(ctx, record.Position{}, func(m record.Sealed) error { seen <- m.Sequence; return nil })
	}()
	deadline := time.After(15 * time.Second)
	for !lost.Load() { // the follower has heard nothing for a while and asks
		select {
		case <-time.After(10 * time.Millisecond):
		case <-deadline:
			t.Fatal("the follower never asked")
		}
	}
	recordtest.Fill(t, j, "a", 1)
	select {
	case <-seen:
	case <-deadline:
		t.Fatal("the follower hangs on the lost question")
	}
}
