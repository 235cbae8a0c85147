package app

import (
	"time"

	"verigate/internal/httpapi"
)

// verifyEvery is how old the last verify may be: the timer runs one each week, half an hour late at most, and makes up for one
// that was missed.
const verifyEvery = 8 * 24 * time.Hour

// verified says whether the last verify found a difference, and whether it is long ago, so that a timer that runs it needs nobody
// who reads its journal or looks after it. How many it found, and where, health does not say: it is for everybody. Before
// there was one there is nothing to say, and in a demonstration nobody misses it.
func (h *health) verified() []httpapi.Check {
	last := h.parts.verified.get()
	if last == nil {
		return nil
	}
	check := httpapi.Check{Name: "verified", Status: "ok"}
	switch {
	case !last.Clean:
		check.Status, check.Code, check.Since = "degraded", "differences", last.At
	case !h.parts.Genesis.Demonstration && h.parts.Now().Sub(last.At) > verifyEvery:
		check.Status, check.Code, check.Since = "degraded", "old_verify", last.At
	}
	return []httpapi.Check{check}
}
