package limit

import (
	"context"
	"sync/atomic"
	"time"
)

// Kind is what a caller is, as far as allowances differ.
type Kind int

// The kinds. A person is one whomever it belongs to.
const (
	Person Kind = iota
	PartnerSystem
	UnitSystem
)

// Caller is who calls. Two keys of one principal are one caller.
type Caller struct {
	ID   string
	Kind Kind
}

// Refusal is an allowance that is used up.
type Refusal struct {
	Lane  string // as headers name it: strangers, reads, writes, urgent
	Rate  Rate
	Retry time.Duration // until one more call is let in, if nobody else takes it
}

// Limiter is a policy at work in one gateway. It is safe for concurrent use.
type Limiter struct {
	policy    Policy
	now       func() time.Time
	strangers *local
	callers   *rates
	calls     *gate
	streams   *gate
	counts    counts
}

type counts struct{ strangers, callers, greedy, shed atomic.Uint64 }

// Parts are what a Limiter is put together from.
type Parts struct {
	Policy Policy
	Shared Shared           // nil: there is one gateway
	Now    func() time.Time // the clock
	Failed func(error)      // told when Shared stops answering
}

// New puts a Limiter together.
func New(p Parts) *Limiter {
	return &Limiter{
		policy: p.Policy, now: p.Now, strangers: newLocal(),
		callers: &rates{local: newLocal(), few: newLocal(), shared: p.Shared, failed: p.Failed},
		calls:   newGate(p.Policy.AtOnce), streams: newGate(p.Policy.Streams),
	}
}

// Stranger spends a call of a source that has shown no identity; nil when it may be answered.
func (l *Limiter) Stranger(source string) *Refusal {
	rate := l.policy.Strangers
	if v := l.strangers.take(source, rate, l.now()); !v.OK {
		l.counts.strangers.Add(1)
		return &Refusal{Lane: "strangers", Rate: rate, Retry: v.Retry}
	}
	return nil
}

// Call spends a call of a caller's; nil when it may go on. One that declares itself urgent goes on in its own lane when
// the ordinary one is used up.
func (l *Limiter) Call(ctx context.Context, c Caller, class Class) *Refusal {
	lanes, now := l.policy.Callers.of(c.Kind), l.now()
	lane, rate := "writes", lanes.Writes
	if class == Reading {
		lane, rate = "reads", lanes.Reads
	}
	v := l.callers.take(ctx, lane+" "+c.ID, rate, now)
	if !v.OK && class == Urgent {
		lane, rate = "urgent", l.policy.Urgent
		v = l.callers.take(ctx, lane+" "+c.ID, rate, now)
	}
	if !v.OK {
		l.counts.callers.Add(1)
		return &Refusal{Lane: lane, Rate: rate, Retry: v.Retry}
	}
	return nil
}

// Enter begins a call of a caller's, before its body is read: false when the caller has as many under way as it may.
// After true, Leave ends it.
func (l *Limiter) Enter(c Caller) bool { return l.counted(l.calls.enter(c.ID), &l.counts.greedy) }

// Leave ends what Enter began.
func (l *Limiter) Leave(c Caller) { l.calls.leave(c.ID) }

// Begin takes a place among all calls at work: false when the gateway has enough to do for calls of this class. It is
// asked once the body is there, so that who sends it slowly holds nobody else's place. After true, End gives it back.
func (l *Limiter) Begin(c Class) bool { return l.counted(l.calls.begin(c), &l.counts.shed) }

// End gives back what Begin took.
func (l *Limiter) End() { l.calls.end() }

// Stream begins a stream; false when the caller, or all together, have enough of them. After true, EndStream ends it.
func (l *Limiter) Stream(c Caller) bool {
	if !l.counted(l.streams.enter(c.ID), &l.counts.greedy) {
		return false
	}
	if !l.counted(l.streams.begin(Urgent), &l.counts.shed) {
		l.streams.leave(c.ID)
		return false
	}
	return true
}

// EndStream ends what Stream began.
func (l *Limiter) EndStream(c Caller) {
	l.streams.end()
	l.streams.leave(c.ID)
}

func (l *Limiter) counted(ok bool, refused *atomic.Uint64) bool {
	if !ok {
		refused.Add(1)
	}
	return ok
}

// Numbers are what operators watch.
type Numbers struct {
	Strangers, Callers uint64 // refused: their allowance was used up
	Greedy             uint64 // refused: as many under way as one may have
	Shed               uint64 // refused: too much at work in all
	AtWork, Streams    int    // now
	Alone              bool   // allowances are counted here, for Redis does not answer
}

// Numbers tells them.
func (l *Limiter) Numbers() Numbers {
	return Numbers{
		Strangers: l.counts.strangers.Load(), Callers: l.counts.callers.Load(), Greedy: l.counts.greedy.Load(), Shed: l.counts.shed.Load(),
		AtWork: l.calls.atWork(), Streams: l.streams.atWork(), Alone: l.callers.away.Load() != 0,
	}
}
