package follow

import (
	"testing"
	"time"
)

func TestAClockThatJumpsIsBelievedAgainWhenItGoesOnEvenly(t *testing.T) {
	t.Parallel()
	wall, elapsed := time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC), 7*time.Hour
	var clock steady
	look := func(after, set time.Duration, want bool) {
		t.Helper()
		wall, elapsed = wall.Add(after+set), elapsed+after
		if got := clock.look(wall, elapsed); got != want {
			t.Errorf("after %s, set by %s: believed %v", after, set, got)
		}
	}
	look(0, 0, true)
	look(time.Second, 0, true)
	look(time.Hour, 0, true) // nobody looked for an hour
	look(time.Second, 2*time.Second, true)
	look(time.Second, -2*time.Second, true)

	look(time.Second, 24*time.Hour, false)
	look(30*time.Second, 0, false)
	look(29*time.Second, 0, false)
	look(time.Second, 0, true)

	look(time.Second, 24*time.Hour, false)
	look(30*time.Second, -24*time.Hour, false) // set right again: another jump
	look(31*time.Second, 0, false)
	look(29*time.Second, 0, true)
	look(time.Second, -time.Minute, false)
}
