package follow

import (
	"container/list"
	"context"
	"fmt"

	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/notice"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Entry is a decision of the record.
type Entry = record.Entry[verification.Decision]

// Log is the part of the record that followers read.
type Log interface {
	Read(ctx context.Context, s record.Subject) ([]Entry, error)
	Replay(ctx context.Context, after record.Position, fn func(Entry) error) error
	ReplayUntil(ctx context.Context, after, last record.Position, fn func(Entry) error) error
	Last(ctx context.Context) (record.Position, error)
}

// State is one request with all that is derived from it, after the message at Sequence.
type State struct {
	Sequence uint64
	Request  verification.Request
	Clocks   sla.Clocks
	Rows     board.Rows
}

// Step is one decision and what it changed. It is large, and all followers of a gateway hold the same one: what is folded
// is never changed. That of a decision that erases has in Before no content, and no sequence.
type Step struct {
	Entry         Entry
	Before, After *State
}

// Folding is what the record is folded with.
type Folding struct {
	Log    Log
	Rules  *sla.Rules
	Learnt gateway.Learnt // of the registry that teaches the rules; nil: they know all versions from the start
	Steps  *Steps         // shared with other followers; nil: not
}

// folder folds the record message by message. It remembers the states that changed lately, a bounded number, and
// reads an aggregate again when it has forgotten it. It is used once at a time.
type folder struct {
	Folding
	max   int
	byID  map[string]*list.Element
	order *list.List // front: changed last
}

type remembered struct {
	id    string
	state *State // nothing else of the step: what was before it, and the decision, may be erased by then
}

// foldedStates bounds what one follower remembers: some 10 KB each, of which followers share most. What it forgets costs
// a read of about a millisecond; what it keeps costs the collector at each of its turns.
const foldedStates = 8_000

func newFolder(with Folding) *folder {
	return &folder{Folding: with, max: foldedStates, byID: map[string]*list.Element{}, order: list.New()}
}

// step folds one entry. It says false for what changes no request: another family, or a content that was erased.
func (f *folder) step(ctx context.Context, e Entry) (*Step, bool, error) {
	if e.Content != record.Whole {
		return nil, false, nil
	}
	step, err := f.Steps.of(e, func() (*Step, error) {
		before, err := f.before(ctx, e)
		if err != nil {
			return nil, err
		}
		after, err := f.apply(ctx, before, e)
		return &Step{Entry: e, Before: before, After: after}, err
	})
	if err != nil {
		return nil, false, err
	}
	f.put(e.ID, step.After)
	return step, true, nil
}

// before returns the state on which an entry builds.
func (f *folder) before(ctx context.Context, e Entry) (*State, error) {
	if e.Version == 0 {
		return &State{}, nil
	}
	if len(e.Decision.Kept) > 0 {
		return f.bare(ctx, e)
	}
	if at, ok := f.byID[e.ID]; ok {
		if s := at.Value.(*remembered).state; s.Request.Version == e.Version {
			return s, nil
		}
	}
	history, err := f.Log.Read(ctx, e.Subject)
	if err != nil {
		return nil, fmt.Errorf("read a request again: %w", err)
	}
	s := &State{}
	for _, h := range history {
		if h.Sequence >= e.Sequence {
			break
		}
		if h.Content != record.Erased {
			if s, err = f.apply(ctx, s, h); err != nil {
				return nil, err
			}
		}
	}
	return s, nil
}

// bare is the state before a decision that erases, of what that keeps, as everybody reads it once it is carried out. The
// one with the content would outlive its key in the memory of all followers.
func (f *folder) bare(ctx context.Context, e Entry) (s *State, err error) {
	s = &State{}
	for _, d := range e.Decision.Kept {
		kept := e
		kept.Decision = d
		if s, err = f.apply(ctx, s, kept); err != nil {
			return nil, err
		}
	}
	s.Sequence = 0
	return s, nil
}

func (f *folder) apply(ctx context.Context, s *State, e Entry) (*State, error) {
	after := s.Request.Apply(e.Decision)
	var clocks sla.Clocks
	err := f.Learnt.Fold(ctx, e.Place, func() (err error) {
		clocks, err = f.Rules.Apply(s.Clocks, s.Request, after, e.Decision)
		return err
	})
	if err != nil {
		return nil, err
	}
	return &State{
		Sequence: e.Sequence, Request: after, Clocks: clocks,
		Rows: board.Apply(s.Rows, notice.Decided{
			Rules: f.Rules, Request: after, Before: s.Clocks, After: clocks, Decision: e.Decision,
		}),
	}, nil
}

func (f *folder) put(id string, s *State) {
	if at, ok := f.byID[id]; ok {
		at.Value.(*remembered).state = s
		f.order.MoveToFront(at)
		return
	}
	f.byID[id] = f.order.PushFront(&remembered{id: id, state: s})
	if f.order.Len() > f.max {
		oldest := f.order.Back()
		f.order.Remove(oldest)
		delete(f.byID, oldest.Value.(*remembered).id)
	}
}
