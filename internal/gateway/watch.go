package gateway

import (
	"maps"
	"slices"
	"sync"
	"time"

	"verigate/internal/access"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// fresh is how long a confirmation of the record's end holds. A sealing is answered after this long, so that no list
// served anywhere can still show what was sealed (row 23).
const fresh = 2 * time.Second

// Watch is what a gateway holds in memory to serve lists: who may see the requests that not everybody may, the asks
// that wait for an originator, and how far it has followed the record. It is fed by a follower from the beginning of
// the record and is safe for concurrent use.
type Watch struct {
	mu        sync.RWMutex
	sealed    *access.Sealed                                      // what a role alone does not decide
	held      map[verification.RequestID]verification.Compartment // of these the sealed ones, and where they lie
	arrived   map[verification.RequestID]arrival                  // of these the open ones, and whom they alarm
	asks      map[verification.PartnerCode]map[Ask]struct{}
	position  record.Position
	latest    time.Time // of the decisions seen
	confirmed time.Time
}

// Ask is one consent asked, as it is found again without an index.
type Ask struct {
	Request verification.RequestID
	N       int
}

// NewWatch returns one that has seen nothing: it serves no list until it has caught up once.
func NewWatch() *Watch {
	return &Watch{
		sealed: access.NewSealed(),
		held:   map[verification.RequestID]verification.Compartment{}, arrived: map[verification.RequestID]arrival{},
		asks: map[verification.PartnerCode]map[Ask]struct{}{},
	}
}

// Apply takes the state of a request after the message at a place, with its clocks.
func (w *Watch) Apply(at record.Place, r verification.Request, clocks sla.Clocks) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.position = w.position.With(at)
	if r.At.After(w.latest) {
		w.latest = r.At
	}
	if r.ID == "" {
		return
	}
	o := access.ObjectOf(r)
	w.sealed.Put(o)
	if o.Sealed() {
		w.held[r.ID] = r.Compartment
	} else {
		delete(w.held, r.ID)
	}
	if o.Sealed() && r.State.Open() {
		w.arrived[r.ID] = arrivalOf(w.arrived[r.ID], r, clocks)
	} else {
		delete(w.arrived, r.ID)
	}
	for _, c := range r.Consents {
		w.ask(c, r)
	}
}

// ask keeps what its originator is asked for: an ask for which nothing waits any more is in nobody's way.
func (w *Watch) ask(c verification.Consent, r verification.Request) {
	asks, ok := w.asks[c.Originator]
	if !ok {
		asks = map[Ask]struct{}{}
		w.asks[c.Originator] = asks
	}
	if r.Awaits(c) {
		asks[Ask{Request: r.ID, N: c.N}] = struct{}{}
	} else {
		delete(asks, Ask{Request: r.ID, N: c.N})
	}
}

// Pass moves the position over a message that is no request's.
func (w *Watch) Pass(at record.Place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.position = w.position.With(at)
}

// Position is how far the watch has followed.
func (w *Watch) Position() record.Position {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.position
}

// Latest is the latest time of a decision.
func (w *Watch) Latest() time.Time {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.latest
}

// clockSlack is how far the record may be ahead of this machine's clock: two gateways' clocks are never equal.
const clockSlack = 5 * time.Second

// AheadOf says whether the record is ahead of what this machine's clock says: the clock was set back, and would stamp
// decisions with times that have been.
func (w *Watch) AheadOf(now time.Time) bool { return w.Latest().After(now.Add(clockSlack)) }

// Confirm says that at a moment the record had that end. It counts once the watch has reached it.
func (w *Watch) Confirm(end record.Position, at time.Time) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.position.Covers(end) {
		return false
	}
	if at.After(w.confirmed) {
		w.confirmed = at
	}
	return true
}

// Current says whether lists may be served: the end of the record was confirmed within the last two seconds.
func (w *Watch) Current(now time.Time) error {
	w.mu.RLock()
	defer w.mu.RUnlock()
	if now.Sub(w.confirmed) > fresh {
		return ErrCatchingUp
	}
	return nil
}

// Hides says whether a row of a request must be dropped for a reader. What is not held here is decided by the reader's
// role, of which the operation was asked.
func (w *Watch) Hides(c access.Caller, id verification.RequestID) bool { return w.sealed.Hides(c, id) }

// Conflicts lists the requests from which the caller is excluded, which no number may count that the caller reads.
func (w *Watch) Conflicts(c access.Caller) []verification.RequestID { return w.sealed.Conflicts(c) }

// arrivals lists the sealed matters that are open.
func (w *Watch) arrivals() []arrival {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return slices.Collect(maps.Values(w.arrived))
}

// arrival is one of them; the zero value when it is none, which alarms nobody.
func (w *Watch) arrival(id verification.RequestID) arrival {
	w.mu.RLock()
	defer w.mu.RUnlock()
	return w.arrived[id]
}

// holds says whether the watch knows the request as sealed.
func (w *Watch) holds(id verification.RequestID) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	_, ok := w.held[id]
	return ok
}

// lies says whether the watch knows the request as sealed into that compartment.
func (w *Watch) lies(id verification.RequestID, in verification.Compartment) bool {
	w.mu.RLock()
	defer w.mu.RUnlock()
	at, ok := w.held[id]
	return ok && at == in
}

// HidesTask is Hides for a row that stands for a task.
func (w *Watch) HidesTask(c access.Caller, id verification.TaskID) bool {
	return w.sealed.HidesTask(c, id)
}

// Asks returns the consents that wait for an originator.
func (w *Watch) Asks(p verification.PartnerCode) []Ask {
	w.mu.RLock()
	defer w.mu.RUnlock()
	out := make([]Ask, 0, len(w.asks[p]))
	for a := range w.asks[p] {
		out = append(out, a)
	}
	return out
}
