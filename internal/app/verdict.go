package app

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"sync"
	"time"

	"verigate/internal/durable"
	"verigate/internal/follow"
)

// verdictFile says, in the data directory, what the last verify said; also of one that ran while no gateway did.
const verdictFile = "verified.json"

// verdict is what a verify said of everything that is kept.
type verdict struct {
	At    time.Time `json:"at"`
	Clean bool      `json:"clean"` // it found no difference
}

// verdicts are the last one, in memory and in its file: of several that end at once the same. It is safe for concurrent use.
type verdicts struct {
	mu   sync.Mutex
	last *verdict // nil: none is known
}

// get is the last one; nil: none is known.
func (v *verdicts) get() *verdict {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.last
}

// keep makes one the last; what fails is the file alone.
func (v *verdicts) keep(one verdict, path string) error {
	content, err := json.Marshal(one)
	if err != nil {
		return err
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = &one
	return durable.Replace(path, content)
}

// read remembers what is in the file, if there is one.
func (v *verdicts) read(path string) error {
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return err
	}
	var one verdict
	if err := json.Unmarshal(content, &one); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if one.At.IsZero() {
		return fmt.Errorf("%s has no time", path)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	v.last = &one
	return nil
}

// judged keeps what a verify has found, for health and for the next start. Whoever asked is told in any case. One that found nothing
// and has not compared everything is no verdict.
func (p *Parts) judged(r follow.Report) {
	if len(r.Differences) == 0 && len(r.Uncompared) > 0 {
		return
	}
	one := verdict{At: p.Now().UTC(), Clean: len(r.Differences) == 0}
	if err := p.verified.keep(one, filepath.Join(p.Data, verdictFile)); err != nil {
		p.Log.Warn("what this verify said is not kept: health knows of it until the gateway stops", slog.Any("error", err))
	}
}

// openVerdict remembers the last verify. A file that says nothing is no reason not to start: the next verify replaces it, and
// until then health says what it does when there never was one.
func (p *Parts) openVerdict() {
	if err := p.verified.read(filepath.Join(p.Data, verdictFile)); err != nil {
		p.Log.Warn("what the last verify said cannot be read: run verigate verify", slog.Any("error", err))
	}
}
