package verification_test

import (
	"testing"
	"time"

	. "verigate/internal/verification" //nolint:revive // tables of rules read better without the package's name
)

func TestAnAnswerHasThePromiseThatItsReleaseTells(t *testing.T) {
	t.Parallel()
	moved := start().Add(44 * time.Hour)
	told := release("v1")
	told.PromiseAt = moved
	for name, c := range map[string]struct {
		given []move
		want  time.Time
	}{
		"as the clock moved it":          {after(packaged(), then(colleague(), told)), moved},
		"as at first, in what is of old": {released(), start().Add(day)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := tell(t, c.given).request
			if got := r.Releases[0].PromiseAt; !got.Equal(c.want) {
				t.Errorf("promised until %s", got)
			}
		})
	}
}

func TestACorrectionHasThePromiseOfWhatItCorrectsAndARecallNone(t *testing.T) {
	t.Parallel()
	s := tell(t, correcting())
	s.does(desk(), pack(ReleaseCorrection, "v2", []FactID{"f1"}, gives(1, Held))).does(colleague(), release("v2"))
	s.does(lead(), recallOf(2))
	all := s.request.Releases
	if len(all) != 3 {
		s.fail("%d versions", len(all))
	}
	for i, version := range []int{1, 1, 0} {
		if got, ok := s.request.Answering(all[i]); ok != (version > 0) || got.Version != version {
			s.fail("the promise of version %d is that of %d, not %d", i+1, got.Version, version)
		}
	}
}
