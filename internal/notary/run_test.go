package notary_test

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/ledger"
	"verigate/internal/notary"
)

// away is a source that answers with an error while somebody says so.
type away struct {
	notary.Source
	is *atomic.Bool
}

var errAway = errors.New("the disk does not answer")

func (a away) Last(ctx context.Context) (uint64, error) {
	if a.is.Load() {
		return 0, errAway
	}
	return a.Source.Last(ctx)
}

func (a away) Read(ctx context.Context, from uint64, most int) ([]ledger.Message, error) {
	if a.is.Load() {
		return nil, errAway
	}
	return a.Source.Read(ctx, from, most)
}

// A log that cannot follow says since when, from its start or later, until it follows again.
func TestALogSaysSinceWhenItCannotFollow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(20)
	var is atomic.Bool
	is.Store(true)
	g := w.gateway("gateway", reading(func(s notary.Source) notary.Source { return away{s, &is} }))
	failing := func(since time.Time) {
		t.Helper()
		for end := time.Now().Add(20 * time.Second); !g.state().FailingSince.Equal(since); time.Sleep(time.Millisecond) {
			if time.Now().After(end) {
				t.Fatalf("it fails since %s, want %s", g.state().FailingSince, since)
			}
		}
	}
	began := w.now.Now()
	failing(began)
	w.now.minute()
	if _, err := g.notary.Logs()[0].Checkpoint(t.Context()); !errors.Is(err, errAway) {
		t.Errorf("a checkpoint of a stream that is away: %v", err)
	}
	failing(began)
	is.Store(false)
	failing(time.Time{})
	is.Store(true)
	failing(w.now.Now())
}
