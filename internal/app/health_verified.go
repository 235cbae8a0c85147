package app

import (
	"time"

	"verigate/internal/httpapi"
)

// verifyEvery is how old the last verify may be: the timer runs one each week, half an hour late at most, and makes up for one
// that was missed.
const verifyEvery = 8 * 24 * time.Hour

// verified says whether the last verify found a difference, and whether it is long ago or there never was one, so that a timer
// that runs it needs nobody who reads its journal or looks after it. How many it found, and where, health does not say: it is for
// everybody. Until the first is due there is nothing to say, and in a demonstration nobody misses it.
func (h *health) verified() []httpapi.Check {
	last, check := h.parts.verified.get(), httpapi.Check{Name: "verified", Status: "ok"}
	late := func(since time.Time) bool {
		return !h.parts.Genesis.Demonstration && h.parts.Now().Sub(since) > verifyEvery
	}
	switch began := h.parts.Genesis.CreatedAt; {
	case last == nil && !late(began):
		return nil
	case last == nil:
		check.Status, check.Code, check.Since = "degraded", "never_verified", began
	case !last.Clean:
		check.Status, check.Code, check.Since = "degraded", "differences", last.At
	case late(last.At):
		check.Status, check.Code, check.Since = "degraded", "old_verify", last.At
	}
	return []httpapi.Check{check}
}
