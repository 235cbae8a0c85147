package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"verigate/internal/durable"
	"verigate/internal/follow"
	"verigate/internal/httpapi"
)

// verifyEvery is how old the last verify may be: the timer runs one each week, half an hour late at most, and makes up for one
// that was missed.
const verifyEvery = 8 * 24 * time.Hour

// verdictFile says, in the data directory, what the last verify said; also of one that ran while no gateway did.
const verdictFile = "verified.json"

// verdict is what the last verify said of everything that is kept.
type verdict struct {
	At    time.Time `json:"at"`
	Clean bool      `json:"clean"` // it found no difference
}

// judged keeps what a verify has found, for health and for the next start. Whoever asked is told in any case.
func (p *Parts) judged(r follow.Report) {
	v := verdict{At: p.Now().UTC(), Clean: len(r.Differences) == 0}
	p.verified.Store(&v)
	content, err := json.Marshal(v)
	if err == nil {
		err = durable.Replace(filepath.Join(p.Data, verdictFile), content)
	}
	if err != nil {
		p.Log.Warn("what this verify said is not kept: health knows of it until the gateway stops", slog.Any("error", err))
	}
}

// openVerdict remembers the last verify. A file that says nothing is no reason not to start: the next verify replaces it, and
// until then health says what it does when there never was one.
func (p *Parts) openVerdict() {
	path := filepath.Join(p.Data, verdictFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var v verdict
	if err == nil {
		err = json.Unmarshal(content, &v)
	}
	if err == nil && v.At.IsZero() {
		err = errors.New("it has no time")
	}
	if err != nil {
		p.Log.Warn("what the last verify said cannot be read: run verigate verify", slog.Any("error", fmt.Errorf("%s: %w", path, err)))
		return
	}
	p.verified.Store(&v)
}

// verified says whether the last verify found a difference, and whether it is long ago, so that a timer that runs it needs nobody
// who reads its journal or looks after it. How many it found, and where, health does not say: it is for everybody. Before
// there was one there is nothing to say, and in a demonstration nobody misses it.
func (h *health) verified() []httpapi.Check {
	last := h.parts.verified.Load()
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
