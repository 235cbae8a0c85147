package notary

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"sync"

	"verigate/internal/durable"
)

// given is what this gateway knows a witness to have had of a list, in a file of its own: a witness that was put back, or whose
// last notes somebody took away, has no gap that would tell. Another directory is another witness. It is safe for concurrent use.
type given struct {
	path string

	mu   sync.Mutex
	have givenFile
}

type givenFile struct {
	Witness string `json:"witness"` // its directory
	Last    uint64 `json:"last"`    // the largest number that it had, or was given
	Lacks   uint64 `json:"lacks"`   // one of those that it did not have when it was looked at; 0: none
}

func openGiven(path string, w *Witness) (*given, error) {
	g := &given{path: path}
	if w == nil {
		return g, nil
	}
	content, err := os.ReadFile(path)
	if err == nil {
		err = json.Unmarshal(content, &g.have)
	}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("read what the witness was given: %s: %w", path, err)
	}
	if g.have.Witness != w.Dir {
		g.have = givenFile{Witness: w.Dir}
	}
	return g, nil
}

// last is the largest number that the witness had.
func (g *given) last() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.have.Last
}

// has notes that the witness has everything up to a number, or was given it.
func (g *given) has(number uint64) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if number <= g.have.Last {
		return nil
	}
	next := g.have
	next.Last = number
	return g.keep(next)
}

// ends is told the last number that the witness has, and returns the one that it lacks, if any: that stays until there tells
// that it is back.
func (g *given) ends(at uint64, there func(uint64) bool) (lacks uint64, err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	next := g.have
	if next.Lacks > 0 && there(next.Lacks) {
		next.Lacks = 0
	}
	if next.Lacks == 0 && at < next.Last && !there(next.Last) {
		next.Lacks = next.Last
	}
	if next == g.have {
		return next.Lacks, nil
	}
	return next.Lacks, g.keep(next)
}

func (g *given) keep(next givenFile) error {
	content, err := json.Marshal(next)
	if err == nil {
		err = durable.Replace(g.path, append(content, '\n'))
	}
	if err == nil {
		g.have = next
	}
	return err
}
