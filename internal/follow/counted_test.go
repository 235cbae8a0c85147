package follow_test

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/record"
)

// counting is a log whose store has once counted a message that it could not write.
type counting struct {
	follow.Log
	wrong atomic.Int32 // ends that it tells so
}

func (c *counting) Last(ctx context.Context) (record.Position, error) {
	end, err := c.Log.Last(ctx)
	if c.wrong.Add(-1) >= 0 {
		end[0]++
	}
	return end, err
}

// Who waits for a message that was counted and never written serves no list again: the end is asked for once more meanwhile.
func TestAnEndThatWasNeverWrittenIsNotWaitedForForEver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, _ := taught(t)
		routine(w, "k")
		log := &counting{Log: w.Log}
		log.wrong.Store(3)
		watcher := follow.Watcher{Log: log, Rules: w.Rules, Watch: gateway.NewWatch(), Feed: gateway.NewFeed(), Now: w.Clock.Now}
		stop := w.Start(watcher.Run)
		defer stop()
		time.Sleep(10 * time.Second)
		if err := watcher.Watch.Current(w.Clock.Now()); err != nil {
			t.Errorf("the store says its right end again, and no list is served: %v", err)
		}
	})
}
