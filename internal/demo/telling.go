package demo

import (
	"context"
	"errors"
	"io"
	"slices"
	"sync"
)

// Told is a step of a telling as a page shows it: who called what, and what came back in short.
type Told struct {
	ID           string // of the scene: receipt
	Who          string // as Credentials.Of names people
	Method, Path string
	Code         int    // of the answer
	Problem      string // its code; empty when it is none
	Fields       []Field
	Request      string // id of the request that it is about
	Task         string // id of the unit's task; empty until there is one
}

// Tellings are the tellings of the two minutes that are under way, each a play of its own: a visitor disturbs no other,
// and whoever has seen it through begins another. They are in memory alone. It is safe for concurrent use.
type Tellings struct {
	options Options

	mu    sync.Mutex // of the maps
	all   map[string]*telling
	begun []string // runs, oldest first
}

// kept is how many tellings are remembered.
const kept = 200

// telling is one of them.
type telling struct {
	mu     sync.Mutex // held for a whole step
	stage  *stage
	scenes []scene
	told   []Told
}

// ErrNotTold says that no telling of that name is under way: it is over long since, or was another process's.
var ErrNotTold = errors.New("no such telling is under way")

// NewTellings tells nothing yet. Of the options it takes Credentials, Now and HTTP.
func NewTellings(o Options) *Tellings {
	o.Out = io.Discard
	return &Tellings{options: o, all: map[string]*telling{}}
}

// Scenes are the ids of what is told, in order.
func Scenes() []string {
	var all []string
	for _, s := range minutes() {
		all = append(all, s.id)
	}
	return all
}

// Begin begins a telling with its first scene, and names it by its run.
func (t *Tellings) Begin(ctx context.Context) (run string, err error) {
	s, err := newStage(ctx, t.options)
	if err != nil {
		return "", err
	}
	one := &telling{stage: s, scenes: minutes()}
	t.mu.Lock()
	t.all[s.run] = one
	if t.begun = append(t.begun, s.run); len(t.begun) > kept {
		delete(t.all, t.begun[0])
		t.begun = t.begun[1:]
	}
	t.mu.Unlock()
	return s.run, one.next(ctx, 0)
}

// Next plays the scene after the seen ones. When another came before, it is told already and nothing is played.
func (t *Tellings) Next(ctx context.Context, run string, seen int) error {
	one, ok := t.find(run)
	if !ok {
		return ErrNotTold
	}
	return one.next(ctx, seen)
}

// Told is what a telling has told; ErrNotTold when there is none.
func (t *Tellings) Told(run string) ([]Told, error) {
	one, ok := t.find(run)
	if !ok {
		return nil, ErrNotTold
	}
	one.mu.Lock()
	defer one.mu.Unlock()
	return slices.Clone(one.told), nil
}

func (t *Tellings) find(run string) (*telling, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	one, ok := t.all[run]
	return one, ok
}

func (t *telling) next(ctx context.Context, seen int) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if seen != len(t.told) || seen == len(t.scenes) {
		return nil
	}
	next := t.scenes[seen]
	r, _, err := t.stage.step(ctx, next.Step)
	if err != nil {
		return err
	}
	f := t.stage.files["S01"]
	fields, err := next.shows(f, r)
	if err != nil {
		return err
	}
	t.told = append(t.told, Told{
		ID: next.id, Who: next.By.who(), Method: r.method, Path: r.path, Code: r.code, Problem: r.problem, Fields: fields,
		Request: f.id, Task: f.tasks["03"],
	})
	return nil
}
