package follow_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/follow"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// taught is a world whose rules are its own, with the registry that teaches them.
func taught(t *testing.T) (*gatewaytest.World, *gateway.Registry) {
	t.Helper()
	shared, err := load()
	if err != nil {
		t.Fatal(err)
	}
	data, err := shared.WithOwnRules()
	if err != nil {
		t.Fatal(err)
	}
	w := gatewaytest.New(t, data)
	if _, err := w.Board.Position(t.Context()); err != nil { // makes it ready
		t.Fatal(err)
	}
	r, _ := office(w)
	return w, r
}

// sister is another gateway over the record of a world: rules and a registry of its own, which have read nothing yet.
type sister struct {
	rules     *sla.Rules
	registry  *gateway.Registry
	registrar follow.Registrar
}

func sisterOf(t *testing.T, w *gatewaytest.World) sister {
	t.Helper()
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		t.Fatal(err)
	}
	log := record.NewLog(w.Journal, w.Vault, access.Codec{})
	r := gateway.NewRegistry(log, gateway.Reference{Directory: w.Directory(), Rules: rules}, w.Clock.Now)
	return sister{rules: rules, registry: r, registrar: follow.Registrar{Log: log, Registry: r}}
}

func (s sister) catchUp(t *testing.T) {
	t.Helper()
	if _, err := s.registrar.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// folding is what the sister's followers fold with.
func (s sister) folding(log follow.Log) follow.Folding {
	return follow.Folding{Log: log, Rules: s.rules, Learnt: s.registry.Learnt}
}

// dayOff decrees one more day without work.
func dayOff(date string) sla.Decree {
	return sla.Decree{Days: []sla.Day{
		{Date: date, Off: true, Kind: sla.Statutory, Name: sla.DayName{VI: "Nghỉ", EN: "Day off"}, Confidence: sla.High},
	}}
}

func mustDecree(t *testing.T, r *gateway.Registry, d sla.Decree) *sla.Calendars {
	t.Helper()
	c, err := r.Decree(t.Context(), verification.System(), d)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// routine submits a request that counts office hours.
func routine(w *gatewaytest.World, key string) gateway.Created {
	w.Helper()
	return w.Submit(gatewaytest.Partner("NG"), key, w.Example("S01", map[string]any{
		"campaign": nil, "urgency.degree": "routine", "own_reference": key,
	}))
}

func end(w *gatewaytest.World) record.Position {
	w.Helper()
	last, err := w.Journal.Last(w.Context())
	if err != nil {
		w.Fatal(err)
	}
	return last
}

// same compares what two gateways made of one record.
func same(t *testing.T, want, got map[string]follow.State) {
	t.Helper()
	if len(want) != len(got) {
		t.Errorf("%d requests, want %d", len(got), len(want))
	}
	for id, s := range want {
		if diff := cmp.Diff(s.Clocks, got[id].Clocks); diff != "" {
			t.Errorf("%s:\n%s", id, diff)
		}
		if s.Rows.Digest() != got[id].Rows.Digest() {
			t.Errorf("%s: its rows differ", id)
		}
	}
}

func TestADecreedDayIsKnownToEveryGatewayAndAfterEveryStart(t *testing.T) {
	t.Parallel()
	w, one := taught(t)
	before := routine(w, "before")
	c := mustDecree(t, one, dayOff("2021-09-09"))
	if c.Version() != "vn-2" || w.Rules.Current().Version() != "vn-2" {
		t.Fatalf("decreed %s, current is %s", c.Version(), w.Rules.Current().Version())
	}
	after := routine(w, "after")
	if after.DueAt.Sub(before.DueAt) != 24*time.Hour {
		t.Errorf("due %s before and %s after", before.DueAt, after.DueAt)
	}
	other := sisterOf(t, w)
	if got := other.rules.Current().Version(); got != "vn-1" {
		t.Errorf("it knows %s before it has read", got)
	}
	for range 2 { // what was read once is passed over
		other.catchUp(t)
	}
	if diff := cmp.Diff(c.Days(), other.rules.Current().Days()); diff != "" || other.rules.Current().Version() != "vn-2" {
		t.Error(diff)
	}
	got, err := follow.Latest(t.Context(), other.folding(w.Log), end(w))
	if err != nil {
		t.Fatal(err)
	}
	same(t, w.Latest(), got)
}

func TestWhatDoesNotLoadIsNotDecreed(t *testing.T) {
	t.Parallel()
	w, r := taught(t)
	swap := dayOff("2021-09-11")
	swap.Days[0].Off, swap.Days[0].Kind, swap.Days[0].For = false, sla.SwapWork, "2021-09-10"
	twice := dayOff("2021-09-10")
	twice.Days = append(twice.Days, twice.Days...)
	known := dayOff("2021-09-02")
	for _, day := range w.Rules.Current().Days() {
		if day.Date == known.Days[0].Date {
			known.Days[0] = day
		}
	}
	for name, c := range map[string]struct {
		decree sla.Decree
		want   string
	}{
		"beyond the covered years":   {dayOff("2031-01-02"), "/days/0/date: 2031-01-02 is not covered"},
		"no date":                    {dayOff("tomorrow"), "/days/0/date: "},
		"a swap without its pair":    {swap, "/days/0/for: 2021-09-10 is not a day off"},
		"a day twice":                {twice, "/days/1/date: 2021-09-10 is at /days/0 already"},
		"fewer years":                {sla.Decree{To: "2024-01-01"}, "/to: "},
		"nothing":                    {sla.Decree{}, "says so already"},
		"what everybody knows about": {known, "says so already"},
	} {
		if _, err := r.Decree(t.Context(), verification.System(), c.decree); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	if _, err := r.Decree(t.Context(), verification.Actor{}, dayOff("2021-09-10")); err == nil {
		t.Error("somebody who administers nothing decreed a day")
	}
	if n := end(w).Count(); n != 0 || w.Rules.Current().Version() != "vn-1" {
		t.Errorf("%d messages, %s is current", n, w.Rules.Current().Version())
	}
}

func TestOfTwoGatewaysThatDecreeAtOnceOneIsRefused(t *testing.T) {
	t.Parallel()
	w, one := taught(t)
	other := sisterOf(t, w)
	mustDecree(t, one, dayOff("2021-09-09"))
	_, err := other.registry.Decree(t.Context(), verification.System(), dayOff("2021-09-10"))
	if !errors.Is(err, record.ErrConflict) || !errors.Is(err, gateway.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	if n := end(w).Count(); n != 1 || other.rules.Current().Version() != "vn-1" {
		t.Errorf("%d messages, %s is current", n, other.rules.Current().Version())
	}
	other.catchUp(t)
	c := mustDecree(t, other.registry, dayOff("2021-09-10"))
	decreed := 0
	for _, day := range c.Days() {
		if !day.DecreedAt.IsZero() {
			decreed++
		}
	}
	if c.Version() != "vn-3" || decreed != 2 {
		t.Errorf("%s has %d decreed days", c.Version(), decreed)
	}
}

func TestADecreeWithAnOpenOutcomeIsFoundLater(t *testing.T) {
	t.Parallel()
	w, r := taught(t)
	w.Journal.FailAfterNext(record.ErrUnavailable)
	if _, err := r.Decree(t.Context(), verification.System(), dayOff("2021-09-09")); !errors.Is(err, gateway.ErrUnavailable) {
		t.Errorf("got %v", err)
	}
	registrar := follow.Registrar{Log: record.NewLog(w.Journal, w.Vault, access.Codec{}), Registry: r}
	if _, err := registrar.CatchUp(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := w.Rules.Current().Version(); got != "vn-2" {
		t.Errorf("%s is current", got)
	}
	if _, err := r.Decree(t.Context(), verification.System(), dayOff("2021-09-09")); !errors.Is(err, sla.ErrDecreedAlready) {
		t.Errorf("the repeat: %v", err)
	}
}

// A version is in the record before whatever is pinned to it, but a gateway's registrar and its followers read the
// record each for itself.
func TestWhoMeetsAVersionBeforeTheRegistrarWaitsForIt(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, one := taught(t)
		mustDecree(t, one, dayOff("2021-09-09"))
		c := routine(w, "k")
		other := sisterOf(t, w)
		parts := w.Parts(gateway.NewWatch())
		parts.Rules, parts.Learnt = other.rules, other.registry.Learnt
		stranger := gateway.New(parts)

		folded := make(chan map[string]follow.State, 1)
		go func() {
			all, err := follow.Latest(t.Context(), other.folding(w.Log), end(w))
			if err != nil {
				t.Error(err)
			}
			folded <- all
		}()
		read := make(chan gateway.View, 1)
		go func() {
			v, err := stranger.Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
			if err != nil {
				t.Error(err)
			}
			read <- v
		}()
		synctest.Wait()
		if len(folded)+len(read) > 0 {
			t.Fatal("it went on without the version")
		}
		other.catchUp(t)
		want := w.Latest()
		same(t, want, <-folded)
		if v := <-read; !cmp.Equal(v.Clocks, want[string(c.ID)].Clocks) {
			t.Error("the gateway folded other clocks")
		}
	})
}

func TestBehindARegistrarThatStandsAFoldSaysSoAndIsTriedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		w, one := taught(t)
		mustDecree(t, one, dayOff("2021-09-09"))
		c := routine(w, "k")
		other := sisterOf(t, w)
		_, err := follow.Latest(t.Context(), other.folding(w.Log), end(w))
		if !errors.Is(err, record.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		verifier := follow.Verifier{Journal: w.Journal, Keys: held(w), Log: w.Log, Rules: other.rules, Learnt: other.registry.Learnt, Board: w.Board, Queued: newQueue().list}
		if _, err := verifier.Verify(t.Context()); !errors.Is(err, record.ErrUnavailable) {
			t.Errorf("verify: %v", err)
		}
		parts := w.Parts(gateway.NewWatch())
		parts.Rules, parts.Learnt = other.rules, other.registry.Learnt
		_, err = gateway.New(parts).Get(t.Context(), gatewaytest.Call(gatewaytest.Editor(), access.OpGetRequest), c.ID)
		if !errors.Is(err, gateway.ErrUnavailable) {
			t.Errorf("the gateway: %v", err)
		}
		told := make(chan error, 100)
		watcher := follow.Watcher{
			Log: w.Log, Rules: other.rules, Learnt: other.registry.Learnt, Watch: gateway.NewWatch(), Feed: gateway.NewFeed(),
			Now: w.Clock.Now, Retry: func(err error) { told <- err },
		}
		stop := w.Start(watcher.Run)
		if err := <-told; !errors.Is(err, record.ErrUnavailable) {
			t.Errorf("told %v", err)
		}
		other.catchUp(t)
		time.Sleep(time.Minute)
		if at := watcher.Watch.Position(); at != end(w) {
			t.Errorf("it stands at %v", at)
		}
		stop()
	})
}

func TestAVersionThatIsInNoRecordIsToldWithItsSequence(t *testing.T) {
	t.Parallel()
	w, _ := taught(t)
	decree := dayOff("2021-09-09")
	decree.At = w.Clock.Now()
	lost, err := w.Rules.Next(decree)
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Rules.Learn(lost); err != nil { // past the record
		t.Fatal(err)
	}
	routine(w, "k")
	other := sisterOf(t, w)
	other.catchUp(t)
	for name, with := range map[string]follow.Folding{
		"with a registrar": other.folding(w.Log),
		"without":          {Log: w.Log, Rules: other.rules},
	} {
		_, err := follow.Latest(t.Context(), with, end(w))
		var broken *record.SequenceError
		if !errors.As(err, &broken) || broken.Sequence != 1 || errors.Is(err, record.ErrUnavailable) || !errors.Is(err, sla.ErrUnknownVersion) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// gated is a log whose messages come one at a time, as they are let through.
type gated struct {
	follow.Log
	through <-chan struct{}
}

func (g gated) ReplayUntil(ctx context.Context, after, last record.Position, fn func(follow.Entry) error) error {
	return g.Log.ReplayUntil(ctx, after, last, func(e follow.Entry) error {
		<-g.through
		return fn(e)
	})
}

func TestHoweverRegistrarAndFollowerInterleaveTheClocksAreTheSame(t *testing.T) {
	t.Parallel()
	for seed := range uint64(12) {
		t.Run(fmt.Sprint("seed ", seed), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) { interleaved(t, rand.New(rand.NewPCG(seed, seed))) })
		})
	}
}

func interleaved(t *testing.T, random *rand.Rand) {
	w, one := taught(t)
	lived(t, w, one, random)
	last := end(w)
	other := sisterOf(t, w)
	through := make(chan struct{}, last.Count())
	folded := make(chan map[string]follow.State, 1)
	go func() {
		all, err := follow.Latest(t.Context(), other.folding(gated{w.Log, through}), last)
		if err != nil {
			t.Error(err)
		}
		folded <- all
	}()
	var entries []record.Entry[access.Decision]
	err := other.registrar.Log.ReplayUntil(t.Context(), record.Position{}, last, func(e record.Entry[access.Decision]) error {
		entries = append(entries, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	for let := uint64(0); let < last.Count() || len(entries) > 0; synctest.Wait() {
		if let < last.Count() && (len(entries) == 0 || random.IntN(2) == 0) {
			through <- struct{}{}
			let++
			continue
		}
		if err := other.registry.Apply(entries[0]); err != nil {
			t.Fatal(err)
		}
		entries = entries[1:]
	}
	same(t, w.Latest(), <-folded)
}

// lived fills the record with requests, decrees and re-pins in any order.
func lived(t *testing.T, w *gatewaytest.World, r *gateway.Registry, random *rand.Rand) {
	t.Helper()
	var ids []verification.RequestID
	for n := range 16 {
		w.Clock.Move(time.Hour)
		switch key := fmt.Sprint("n", n); {
		case len(ids) == 0 || random.IntN(3) == 0:
			ids = append(ids, routine(w, key).ID)
		case random.IntN(2) == 0:
			mustDecree(t, r, dayOff(time.Date(2021, 9, 6+n, 0, 0, 0, 0, time.UTC).Format(time.DateOnly)))
		default:
			call := gatewaytest.Keyed(gatewaytest.Lead(), access.OpRepinPolicy, key, []byte(`{}`))
			_, err := w.Gateway.Repin(t.Context(), call, ids[random.IntN(len(ids))], verification.RepinPolicy{})
			var refused *verification.Refusal // pinned to the current one already
			if err != nil && !errors.As(err, &refused) {
				t.Fatal(err)
			}
		}
	}
}
