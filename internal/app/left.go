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
	"verigate/internal/evidence"
)

// leftFile says what evidence a run could not write before it was stopped: how many entries and when, nothing of them. It is
// there until the first entry of a later run tells it.
const leftFile = "evidence.left"

// left is the file's form.
type left struct {
	Count int       `json:"count"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// readLeft reads what the run before has left; nothing when there is no file.
func readLeft(dir string) (evidence.Gap, error) {
	path := filepath.Join(dir, leftFile)
	content, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return evidence.Gap{}, nil
	}
	var l left
	if err == nil {
		err = json.Unmarshal(content, &l)
	}
	if err == nil && l.Count <= 0 {
		err = errors.New("no count")
	}
	if err != nil {
		return evidence.Gap{}, fmt.Errorf("%s says how much evidence a stop left unwritten, and cannot be read: put it elsewhere, tell the auditor, and start again: %w", path, err)
	}
	return evidence.Gap(l), nil
}

// evidenceLeft keeps what this run could not write for the next.
func (p *Parts) evidenceLeft(g evidence.Gap) {
	said := []any{slog.Int("entries", g.Count), slog.Time("from", g.From), slog.Time("until", g.Until)}
	content, err := json.Marshal(left(g))
	if err == nil {
		err = durable.Replace(filepath.Join(p.Data, leftFile), content)
	}
	if err != nil {
		p.Log.Error("evidence is lost that could not be written, and the next run will not know of it: tell the auditor", append(said, slog.Any("error", err))...)
		return
	}
	p.Log.Error("evidence is lost that could not be written: the next run tells it in its first entry", said...)
}

// evidenceTold takes the file away.
func (p *Parts) evidenceTold() {
	if err := os.Remove(filepath.Join(p.Data, leftFile)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.Log.Warn("evidence of the run before will be told again", slog.Any("error", err))
	}
}
