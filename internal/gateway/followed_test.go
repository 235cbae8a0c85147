package gateway_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// A board that has followed nothing yet is not an empty one, of the year 1: nothing is said of it.
func TestABoardThatHasFollowedNothingIsNotServed(t *testing.T) {
	t.Parallel()
	w := still(t)
	sent := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", map[string]any{"own_reference": "HMRC-77"}))
	if _, err := w.Board.Position(t.Context()); err != nil { // its follower has come, and written nothing
		t.Fatal(err)
	}
	w.Run(w.Watcher.Run)
	w.Eventually("the watch is current", func() bool { return w.Watch.Position().Count() == 1 && w.Watch.Current(w.Clock.Now()) == nil })
	q := statistics.Query{From: "2021-09", To: "2021-09", By: statistics.ByNone}
	lists := map[string]func() error{
		"the board": func() error {
			got, err := w.Gateway.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 1})
			return dated(got.AsOf, err)
		},
		"a queue": func() error {
			got, err := w.Gateway.QueuePage(t.Context(), gatewaytest.Call(gatewaytest.Officer("03"), access.OpGetUnitQueue), board.Queue{Unit: "03"}, gateway.Page{Limit: 1})
			return dated(got.AsOf, err)
		},
		"a partner's list": func() error {
			got, err := w.Gateway.RequestPage(t.Context(), gatewaytest.Call(gatewaytest.Partner("NG"), access.OpListRequests), board.PartnerFilter{}, gateway.Page{Limit: 1})
			return dated(got.AsOf, err)
		},
		"the statistics": func() error {
			got, err := w.Gateway.Statistics(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetStatistics), q)
			return dated(got.AsOf, err)
		},
		"who looks for a number": func() error {
			got, err := w.Gateway.Find(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpFindRequest), sent.Number)
			return named(got.ID, err)
		},
		"who looks for a partner's own reference": func() error {
			got, err := w.Gateway.FindByReference(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpFindRequest), "HMRC-77")
			if err == nil && len(got) != 1 {
				return fmt.Errorf("%d found", len(got))
			}
			return err
		},
	}
	for name, list := range lists {
		t.Log(name)
		want(t, list(), gateway.ErrCatchingUp)
	}
	if err := w.Board.Apply(t.Context(), board.Batch{At: w.Clock.Now()}); err != nil { // it looked, and has still nothing
		t.Fatal(err)
	}
	want(t, lists["the board"](), gateway.ErrCatchingUp)
	w.Run(w.Boarder.Run)
	w.Settle()
	for name, list := range lists {
		t.Log(name)
		want(t, list(), nil)
	}
}

// named is an error for a row of nothing.
func named(id verification.RequestID, err error) error {
	if err == nil && id == "" {
		return errors.New("it is a row of nothing")
	}
	return err
}

// dated is an error for a list that gives no moment, or one that cannot be.
func dated(asOf time.Time, err error) error {
	if err == nil && asOf.Year() < 2000 {
		return fmt.Errorf("as of %s", asOf)
	}
	return err
}

// A board that is made from the beginning is written all the time, and is not yet that of now: what it lacks is older than all
// that the gateway remembers. It is not shown; one that nobody writes any more is, and says so.
func TestABoardThatIsFarBehindIsBeingMadeOrIsStale(t *testing.T) {
	t.Parallel()
	w := still(t)
	stop := w.Start(w.Watcher.Run, w.Boarder.Run)
	w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	w.Settle()
	w.Clock.Move(time.Hour)
	old := w.Clock.Now()
	w.Clock.Move(time.Hour)
	held, err := w.Board.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	feed, watch := gateway.NewFeed(), gateway.NewWatch()
	g := gateway.New(withFeed(w.Parts(watch), feed))
	var last record.Place
	for n := range 10_000 {
		last = record.Place{Sequence: held.Record[0] + uint64(n) + 1}
		watch.Pass(last)
		feed.Add(gateway.Change{Place: last, After: gateway.Side{Row: board.Row{ID: verification.RequestID(fmt.Sprint(n)), UpdatedAt: old}}})
	}
	if err := w.Board.Apply(t.Context(), board.Batch{After: held.Record, Upto: held.Record, At: w.Clock.Now()}); err != nil {
		t.Fatal(err)
	}
	page := func() (gateway.List[board.Row], error) {
		watch.Confirm(record.Position{}.With(last), w.Clock.Now())
		return g.BoardPage(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetBoard), board.Filter{}, gateway.Page{Limit: 1})
	}
	_, err = page()
	want(t, err, gateway.ErrCatchingUp)
	stop()
	w.Clock.Move(11 * time.Second)
	got, err := page()
	if err != nil || !got.StaleSince.Equal(old) {
		t.Errorf("stale since %s, want %s: %v", got.StaleSince, old, err)
	}
}

func withFeed(p gateway.Parts, f *gateway.Feed) gateway.Parts { p.Feed = f; return p }
