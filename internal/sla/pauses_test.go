package sla

import (
	"testing"
	"time"
)

func TestAPauseAfterAnIntervalChangesNothingInIt(t *testing.T) {
	t.Parallel()
	from := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	pauses := []Pause{{From: from.Add(5 * time.Hour), To: from.Add(6 * time.Hour)}, {From: from.Add(7 * time.Hour)}}
	for _, length := range []time.Duration{time.Hour, 5 * time.Hour} {
		if got := AroundTheClock().counted(from, from.Add(length), pauses); got != length {
			t.Errorf("%s counts of %s before the pauses", got, length)
		}
	}
}
