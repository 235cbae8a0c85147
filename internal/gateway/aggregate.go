package gateway

import (
	"container/list"
	"context"
	"sync"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// aggregate is one request as folded, with what an append needs to know of its place.
type aggregate struct {
	request  verification.Request
	clocks   sla.Clocks
	partner  board.PartnerRow // as in the partner's list
	changed  uint64           // version in which the partner could see a change last
	kid      string
	last     uint64 // sequence of its last message; 0: none
	commands map[verification.CommandID]earlier
	erased   bool // its key was destroyed

	remembered bool // not read from the record for this call
}

// earlier is a command that was decided before.
type earlier struct {
	digest  string
	version uint64
	created *Created // what it was answered with, when it created a round
	gone    bool     // what it decided was erased
}

// fold adds one entry of the record. It never changes the aggregate it is given: readers may hold that one.
func (g *Gateway) fold(ctx context.Context, a aggregate, e record.Entry[verification.Decision]) (aggregate, error) {
	if e.Content == record.Erased {
		a.erased = true
		a.last, a.kid = e.Sequence, e.KID
		a.request.Version++
		a.commands = also(a.commands, verification.CommandID(e.Command), earlier{gone: true})
		return a, nil
	}
	var next folded
	err := g.Learnt.Fold(ctx, e.Place, func() (err error) {
		next, err = g.after(a, e.Decision)
		return err
	})
	if err != nil {
		return aggregate{}, err
	}
	a = a.with(next, e)
	if e.Content == record.Kept {
		a.commands[verification.CommandID(e.Command)] = earlier{gone: true}
	}
	return a, nil
}

// folded is what follows from a decision.
type folded struct {
	request verification.Request
	clocks  sla.Clocks
}

// after is what follows from a decision on the aggregate.
func (g *Gateway) after(a aggregate, d verification.Decision) (next folded, err error) {
	next.request = a.request.Apply(d)
	next.clocks, err = g.rules.Apply(a.clocks, a.request, next.request, d)
	return next, err
}

// with is the aggregate behind an entry, next being what follows from its decision.
func (a aggregate) with(next folded, e record.Entry[verification.Decision]) aggregate {
	a.request, a.clocks = next.request, next.clocks
	before := a.partner.View
	a.partner = board.NextPartnerRow(a.partner, a.request, a.clocks, e.Decision.At.UTC())
	if a.partner.View != before {
		a.changed = a.request.Version
	}
	a.kid, a.last = e.KID, e.Sequence
	if len(e.Decision.Kept) > 0 {
		a.commands = gone(a.commands)
	}
	a.commands = also(a.commands, e.Decision.Command, earlier{
		digest: e.Decision.Digest, version: a.request.Version, created: createdBy(a.request, e.Decision),
	})
	return a
}

// also returns a copy that holds one command more.
func also(commands map[verification.CommandID]earlier, id verification.CommandID, c earlier) map[verification.CommandID]earlier {
	out := make(map[verification.CommandID]earlier, len(commands)+1)
	for id, c := range commands {
		out[id] = c
	}
	out[id] = c
	return out
}

// gone is what is left of the commands before an erasure: that there were some.
func gone(commands map[verification.CommandID]earlier) map[verification.CommandID]earlier {
	out := make(map[verification.CommandID]earlier, len(commands))
	for id := range commands {
		out[id] = earlier{gone: true}
	}
	return out
}

// read folds an aggregate from the record.
func (g *Gateway) read(ctx context.Context, id verification.RequestID) (aggregate, error) {
	entries, err := g.Requests.Read(ctx, record.Request(string(id)))
	if err != nil {
		return aggregate{}, err
	}
	var a aggregate
	for _, e := range entries {
		if a, err = g.fold(ctx, a, e); err != nil {
			return aggregate{}, err
		}
	}
	return a, nil
}

// states is a bounded cache of folded aggregates, fed by own appends. A stale one is harmless: the guard of the
// append finds out.
type states struct {
	mu    sync.Mutex
	max   int
	byID  map[verification.RequestID]*list.Element
	order *list.List // front: used last
	lost  bool       // nobody says any more what is outdated: nothing is kept

	seen   map[verification.RequestID]uint64 // the last message of each that the watcher saw lately
	lately []seen                            // a ring, next is the oldest
	next   int
}

type seen struct {
	id       verification.RequestID
	sequence uint64
}

// seenLately is how many messages may be seen while one aggregate is read.
const seenLately = 4096

type cached struct {
	id    verification.RequestID
	state aggregate
}

func newStates(limit int) *states {
	return &states{
		max: limit, byID: map[verification.RequestID]*list.Element{}, order: list.New(),
		seen: map[verification.RequestID]uint64{}, lately: make([]seen, seenLately),
	}
}

func (s *states) get(id verification.RequestID) (aggregate, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e, ok := s.byID[id]
	if !ok {
		return aggregate{}, false
	}
	s.order.MoveToFront(e)
	return e.Value.(*cached).state, true
}

// put keeps the newer of what is there and what is given, unless a newer one is known to exist.
func (s *states) put(id verification.RequestID, a aggregate) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.lost || a.last < s.seen[id] {
		return // it was read before that message
	}
	if e, ok := s.byID[id]; ok {
		if c := e.Value.(*cached); c.state.last < a.last {
			c.state = a
		}
		s.order.MoveToFront(e)
		return
	}
	s.byID[id] = s.order.PushFront(&cached{id: id, state: a})
	if s.order.Len() > s.max {
		oldest := s.order.Back()
		s.order.Remove(oldest)
		delete(s.byID, oldest.Value.(*cached).id)
	}
}

// outdated drops a state that ends before a sequence, and remembers it for a while: one that was read before and comes
// after would stay for good.
func (s *states) outdated(id verification.RequestID, sequence uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if old := s.lately[s.next]; s.seen[old.id] == old.sequence {
		delete(s.seen, old.id)
	}
	s.lately[s.next], s.seen[id] = seen{id, sequence}, max(sequence, s.seen[id])
	s.next = (s.next + 1) % len(s.lately)
	if e, ok := s.byID[id]; ok && e.Value.(*cached).state.last < sequence {
		s.order.Remove(e)
		delete(s.byID, id)
	}
}

// lose forgets all, and keeps nothing from here on.
func (s *states) lose() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lost = true
	s.order.Init()
	clear(s.byID)
}

func (s *states) drop(id verification.RequestID) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if e, ok := s.byID[id]; ok {
		s.order.Remove(e)
		delete(s.byID, id)
	}
}

// turns lets commands on one aggregate wait for each other in this process, so that they do not conflict.
type turns struct {
	mu   sync.Mutex
	open map[verification.RequestID]*turn
}

type turn struct {
	free    chan struct{} // holds one token while nobody has the turn
	waiting int
}

func newTurns() *turns { return &turns{open: map[verification.RequestID]*turn{}} }

// take waits for the turn on an aggregate or for the end of ctx. The returned function gives the turn back.
func (t *turns) take(ctx context.Context, id verification.RequestID) (func(), error) {
	t.mu.Lock()
	one, ok := t.open[id]
	if !ok {
		one = &turn{free: make(chan struct{}, 1)}
		one.free <- struct{}{}
		t.open[id] = one
	}
	one.waiting++
	t.mu.Unlock()
	select {
	case <-one.free:
		return func() { one.free <- struct{}{}; t.leave(id, one) }, nil
	case <-ctx.Done():
		t.leave(id, one)
		return nil, ctx.Err()
	}
}

func (t *turns) leave(id verification.RequestID, one *turn) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if one.waiting--; one.waiting == 0 {
		delete(t.open, id)
	}
}
