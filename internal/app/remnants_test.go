package app

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/admin"
	"verigate/internal/follow"
)

func TestAnErasureHasTwoDates(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	one := follow.Held{Tombstone: true, At: at}
	two := follow.Held{Tombstone: true, At: at.Add(time.Hour)}
	const kept = 30 * 24 * time.Hour
	for name, test := range map[string]struct {
		held map[string]follow.Held
		kept time.Duration
		now  time.Time
		want admin.Erased
	}{
		"both keys are gone: the later one counts": {map[string]follow.Held{"a": two, "b": one}, kept, at.Add(2 * time.Hour), admin.Erased{Here: two.At, Backups: two.At.Add(kept)}},
		"a moment before the backup runs out":      {map[string]follow.Held{"a": one, "b": one}, kept, at.Add(kept - 1), admin.Erased{Here: at, Backups: at.Add(kept)}},
		"then":                                     {map[string]follow.Held{"a": one, "b": one}, kept, at.Add(kept), admin.Erased{Here: at, Backups: at.Add(kept), Out: true}},
		"no copy is known":                         {map[string]follow.Held{"a": one, "b": one}, 0, at.Add(kept), admin.Erased{Here: at}},
		"one is still there":                       {map[string]follow.Held{"a": one, "b": {Key: true}}, kept, at, admin.Erased{}},
		"one is there beside a tombstone":          {map[string]follow.Held{"a": one, "b": {Key: true, Tombstone: true, At: at}}, kept, at, admin.Erased{}},
		"KEYS knows nothing of one":                {map[string]follow.Held{"a": one}, kept, at, admin.Erased{}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := follow.Gone{Request: "r", Keys: []string{"a", "b"}}
			test.want.Gone = g
			copies := func(destroyed time.Time) time.Time {
				if test.kept == 0 {
					return time.Time{}
				}
				return destroyed.Add(test.kept)
			}
			if diff := cmp.Diff(test.want, reckoning{held: test.held, copies: copies, now: test.now}.dated(g)); diff != "" {
				t.Error(diff)
			}
		})
	}
}
