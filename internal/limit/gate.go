package limit

import "sync"

// Class is what gives way to what when too much is at work: the higher one is let in longer.
type Class int

// The classes. Health is in none: it is always answered.
const (
	Reading Class = iota
	Changing
	Urgent
)

// gate bounds what is under way, by whom and in all. It is safe for concurrent use.
type gate struct {
	bounds Bounds

	mu    sync.Mutex
	total int            // guarded by mu
	of    map[string]int // by caller; guarded by mu
}

func newGate(b Bounds) *gate { return &gate{bounds: b, of: map[string]int{}} }

// enter begins something of a caller's; false when the caller has enough under way.
func (g *gate) enter(caller string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of[caller] >= g.bounds.OfOneCaller {
		return false
	}
	g.of[caller]++
	return true
}

// leave ends what enter began.
func (g *gate) leave(caller string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.of[caller]--; g.of[caller] == 0 {
		delete(g.of, caller)
	}
}

// begin takes one of all places; false when those of the class are taken. Reading has 7 of 10, changing 9 of 10, the
// urgent all.
func (g *gate) begin(c Class) bool {
	places := g.bounds.Total
	switch c {
	case Reading:
		places = places * 7 / 10
	case Changing:
		places = places * 9 / 10
	case Urgent:
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.total >= max(places, 1) {
		return false
	}
	g.total++
	return true
}

// end gives back what begin took.
func (g *gate) end() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.total--
}

func (g *gate) atWork() int {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.total
}
