package app

import (
	"time"

	"verigate/internal/httpapi"
)

// verdict is what the last verify said of everything that is kept.
type verdict struct {
	at    time.Time
	clean bool
}

// verified says whether the last verify found a difference, so that a timer that runs it needs nobody who reads its journal.
// How many it found, and where, health does not say: it is for everybody. Before there was one there is nothing to say.
func (h *health) verified() []httpapi.Check {
	last := h.parts.verified.Load()
	if last == nil {
		return nil
	}
	check := httpapi.Check{Name: "verified", Status: "ok"}
	if !last.clean {
		check.Status, check.Code, check.Since = "degraded", "differences", last.at
	}
	return []httpapi.Check{check}
}
