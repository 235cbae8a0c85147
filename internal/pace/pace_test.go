package pace

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestARestIsLongWhileLittleComes(t *testing.T) {
	t.Parallel()
	p := Pace{Quiet: time.Second, Busy: 20 * time.Millisecond, Batch: 64}
	for _, test := range []struct {
		found int
		rest  time.Duration
		want  time.Duration
	}{
		{0, time.Hour, time.Second},
		{0, 0, time.Second},
		{1, time.Hour, time.Second},
		{64, time.Second, time.Second},
		{128, time.Second, 500 * time.Millisecond},
		{640, time.Second, 100 * time.Millisecond},
		{64, 50 * time.Millisecond, 50 * time.Millisecond}, // goes on as it was
		{32, 50 * time.Millisecond, 100 * time.Millisecond},
		{1_000_000, time.Second, 20 * time.Millisecond},
		{1_000_000, 0, 20 * time.Millisecond},
	} {
		if got := p.Next(test.rest, test.found); got != test.want {
			t.Errorf("%d after %s: %s, want %s", test.found, test.rest, got, test.want)
		}
	}
}

// Whatever the rate was, once it is even each look finds a batch, unless looks are as near together, or as far apart, as they may
// be.
func TestAnEvenRateIsTakenInBatches(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		p := Pace{Quiet: time.Second, Busy: 20 * time.Millisecond, Batch: 64}
		rate := rapid.IntRange(1, 20_000).Draw(r, "messages a second")
		rest := time.Duration(rapid.Int64Range(0, int64(time.Minute)).Draw(r, "first"))
		for range 4 {
			rest = p.Next(rest, int(rest.Seconds()*float64(rate)))
		}
		found := rest.Seconds() * float64(rate)
		if rest < p.Busy || rest > p.Quiet || found > 1.1*float64(p.Batch) && rest > p.Busy {
			r.Fatalf("%v messages after %s", found, rest)
		}
	})
}
