package jet

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

// Promise P17 of trust.md, of a node that is left alone: it acknowledges nothing, and what was acknowledged is there, once, when the
// others are back.
func TestANodeThatIsLeftAloneAcknowledgesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts three servers and stops two, 15 s")
	}
	t.Parallel()
	var options []*server.Options
	all := clusterOf(t, func(o *server.Options) { options = append(options, o) })
	c := connect(t, all[0])
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	for c.EnsureStreams(ctx, 3) != nil {
		if !sleep(ctx, 100*time.Millisecond) {
			t.Fatal("no cluster")
		}
	}
	j := c.Journal()
	last := appended(t, j, 0, 0)
	for _, s := range all[1:] {
		s.Shutdown()
		s.WaitForShutdown()
	}
	c.patience = 3 * time.Second
	for range 2 {
		if seq, err := j.Append(t.Context(), recordtest.Message("r1", 1), last); !errors.Is(err, record.ErrUnavailable) {
			t.Fatalf("alone: sequence %d, %v", seq, err)
		}
	}
	for _, o := range options[1:] {
		s, err := server.NewServer(o)
		do(t, err)
		s.Start()
		t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	}
	c.patience = 30 * time.Second
	last = appended(t, j, 1, last) // by whichever attempt, once
	appended(t, j, 2, last)
	if read, err := j.Read(t.Context(), record.Request("r1")); err != nil || len(read) != 3 {
		t.Errorf("%d messages, %v", len(read), err)
	}
}
