package gateway_test

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

func TestAKeyHoldsForOnePath(t *testing.T) {
	t.Parallel()
	w := still(t)
	id := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil)).ID
	note := func(path string) uint64 {
		t.Helper()
		call := gatewaytest.Keyed(gatewaytest.Editor(), access.OpNoteRequest, "one key", []byte(`{"text":"seen"}`))
		call.Path = path
		v, err := w.Gateway.Do(t.Context(), call, id, verification.AddNote{Text: "seen"})
		if err != nil {
			t.Fatal(err)
		}
		return v.Request.Version
	}
	first, again, other := note("/notes/1"), note("/notes/1"), note("/notes/2")
	if again != first || other != first+1 {
		t.Errorf("versions %d, %d on the same path, %d on another", first, again, other)
	}
}

func TestABoardThatNobodyWritesSaysSinceWhen(t *testing.T) {
	t.Parallel()
	w := still(t)
	w.Submit(gatewaytest.Partner("NG"), "1", w.Example("S01", nil))
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	w.Settle()
	stop()
	w.Run(w.Watcher.Run) // the board stays as it is
	staleSince := func() time.Time {
		t.Helper()
		w.Eventually("lists are served", func() bool { return w.Watch.Current(w.Clock.Now()) == nil })
		got, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 1})
		if err != nil || got.Counters == nil || got.Counters.Open != 1 {
			t.Fatalf("%+v, %v", got, err)
		}
		return got.StaleSince
	}
	w.Clock.Move(time.Hour)
	if since := staleSince(); !since.IsZero() {
		t.Errorf("nothing happened, and the board is stale since %s", since)
	}
	lacked := w.Clock.Now()
	w.Submit(gatewaytest.Partner("NG"), "2", w.Example("S01", nil))
	w.Eventually("the watch knows", func() bool { return w.Watch.Position().Count() == 2 })
	if since := staleSince(); !since.IsZero() {
		t.Errorf("a board that has had no time is stale since %s", since)
	}
	w.Clock.Move(11 * time.Second)
	if since := staleSince(); !since.Equal(lacked) {
		t.Errorf("stale since %s, want %s", since, lacked)
	}
}
