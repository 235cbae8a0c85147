package gateway

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// patience is how long a command is decided again when other gateways write to the same request. An election of a
// cluster's leader takes 4 to 9 seconds.
const patience = 15 * time.Second

// builder makes the command from the version that guards the append.
type builder func(View, verification.Stamp) (verification.Command, error)

// just is the builder of a command that needs nothing computed.
func just(c verification.Command) builder {
	return func(View, verification.Stamp) (verification.Command, error) { return c, nil }
}

// Do gives a command that carries everything it needs.
func (g *Gateway) Do(ctx context.Context, c Call, id verification.RequestID, cmd verification.Command) (View, error) {
	a, err := g.act(ctx, c, id, just(cmd))
	return g.view(c, a), err
}

// act is the loop.
func (g *Gateway) act(ctx context.Context, c Call, id verification.RequestID, build builder) (aggregate, error) {
	stamp, err := g.stamp(c, id)
	if err != nil {
		return aggregate{}, err
	}
	ctx, leave, err := g.enter(ctx, id)
	if err != nil {
		return aggregate{}, err
	}
	defer leave()
	for {
		a, err := g.once(ctx, c, id, stamp, build)
		if !errors.Is(err, record.ErrConflict) {
			return a, err
		}
		g.states.drop(id)
		if err := pause(ctx); err != nil {
			return aggregate{}, ErrUnavailable
		}
	}
}

// enter waits for the turn on an aggregate as long as the caller does. From then on the caller's leaving ends nothing:
// a write that is cut off half way would have an open outcome.
func (g *Gateway) enter(ctx context.Context, id verification.RequestID) (context.Context, func(), error) {
	waiting, stop := context.WithTimeout(ctx, patience)
	defer stop()
	leave, err := g.turns.take(waiting, id)
	if err != nil {
		return nil, nil, fmt.Errorf("wait for the turn on a request: %w", ErrUnavailable)
	}
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), patience)
	return work, func() { cancel(); leave() }, nil
}

// once is one turn of the loop; record.ErrConflict asks for another.
func (g *Gateway) once(ctx context.Context, c Call, id verification.RequestID, stamp verification.Stamp, build builder) (aggregate, error) {
	a, err := g.load(ctx, id)
	if err != nil {
		return aggregate{}, err
	}
	before, known := a.commands[stamp.Command]
	if known && before.gone {
		return aggregate{}, ErrGone // only who gave the command has its id
	}
	if err := g.authorise(ctx, c, a); err != nil {
		return aggregate{}, err
	}
	if known {
		return a, repeat(before, stamp)
	}
	view := g.view(c, a)
	if c.Match != nil && !c.Match(view) {
		return aggregate{}, ErrStale
	}
	stamp.At = later(stamp.At, a.request.At)
	cmd, err := build(view, stamp)
	if err != nil {
		return aggregate{}, err
	}
	return g.append(ctx, c, id, a, stamp, cmd)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// repeat says whether a command under a known key is the same command.
func repeat(before earlier, stamp verification.Stamp) error {
	if before.digest != stamp.Digest {
		return ErrKeyReused
	}
	return nil
}

// append decides and writes. Nothing new is no write.
func (g *Gateway) append(ctx context.Context, c Call, id verification.RequestID, a aggregate, stamp verification.Stamp, cmd verification.Command) (aggregate, error) {
	d, next, err := g.decision(c, a, stamp, cmd)
	if err != nil || len(d.Events) == 0 {
		return a, err
	}
	if a.kid == "" {
		if a.kid, err = g.Requests.Take(ctx); err != nil {
			return aggregate{}, unavailable("take a data key", err)
		}
	}
	entry := record.Entry[verification.Decision]{
		Subject: record.Request(string(id)), KID: a.kid, Version: a.request.Version, Decision: d,
	}
	if d.Erases() {
		if entry, err = g.tombstone(ctx, entry); err != nil {
			return aggregate{}, err
		}
	}
	sequence, err := g.Requests.Append(ctx, entry, a.last)
	switch {
	case errors.Is(err, record.ErrConflict):
		return aggregate{}, err
	case err != nil:
		g.states.drop(id)
		return aggregate{}, unavailable("append to a request", err)
	}
	entry.Sequence = sequence
	c.Sheet.Recorded(id)
	a = a.with(next, entry)
	g.states.put(id, a)
	return a, nil
}

// decision asks the rules, then the clocks: a command that stops a clock at or after its due time records the breach
// in the same decision. A remark given with the command is kept with what it brought about. What follows from the
// decision comes with it.
func (g *Gateway) decision(c Call, a aggregate, stamp verification.Stamp, cmd verification.Command) (verification.Decision, folded, error) {
	events, err := verification.Decide(a.request, verification.Order{Stamp: stamp, Command: cmd})
	if err != nil || len(events) == 0 {
		return verification.Decision{}, folded{}, err
	}
	if c.Note != "" {
		events = append(events, verification.Noted{Task: notedOn(c, events), Text: c.Note})
	}
	d := verification.Decision{Stamp: stamp, Events: events}
	next, err := g.after(a, d)
	if err != nil {
		return verification.Decision{}, folded{}, err
	}
	if late := g.rules.Missed(a.clocks, next.clocks, next.request, stamp.At); len(late) > 0 {
		d.Events = append(d.Events, late...)
		next, err = g.after(a, d)
	}
	return d, next, err
}

// notedOn is the task that a remark belongs to: the one that the call is about, or that it made towards an agency.
func notedOn(c Call, events []verification.Event) verification.TaskID {
	if asked, ok := events[0].(verification.AgencyAsked); ok {
		return asked.Assignment.Task
	}
	return c.task
}

// Outdated says that the record holds a message on a request at a sequence. What is cached and ends before it was
// written by another gateway since, and is read again.
func (g *Gateway) Outdated(id verification.RequestID, sequence uint64) {
	g.states.outdated(id, sequence)
}

// Unwatched says that nobody will call Outdated any more. From here on every request is read from the record: what another
// gateway sealed, or from whom it excluded somebody, is not shown from memory.
func (g *Gateway) Unwatched() { g.states.lose() }

// load returns the folded aggregate, from the cache or the record. What does not exist is hidden.
func (g *Gateway) load(ctx context.Context, id verification.RequestID) (aggregate, error) {
	if a, ok := g.states.get(id); ok {
		a.remembered = true
		return a, nil
	}
	if !record.Request(string(id)).Valid() {
		return aggregate{}, ErrHidden
	}
	a, err := g.read(ctx, id)
	switch {
	case errors.Is(err, record.ErrNotFound):
		return aggregate{}, ErrHidden
	case err != nil:
		return aggregate{}, unavailable("read a request", err)
	}
	g.states.put(id, a)
	return a, nil
}

// authorise asks the one authoriser about the object as it was loaded by the path's id, and writes down what the call was
// let at or refused. Of what was erased nobody knows any more whose it was: it is hidden. What the gateway does by itself is
// in no row of the table: the rules alone decide.
func (g *Gateway) authorise(ctx context.Context, c Call, a aggregate) error {
	if c.own {
		return nil
	}
	switch access.May(c.By, c.Operation, c.about(a.request)) {
	case access.Allowed:
		c.Sheet.Saw(sightOf(c, a.request))
		return nil
	case access.Forbidden:
		c.Sheet.Denied(sightOf(c, a.request))
		return ErrForbidden
	case access.Hidden:
	}
	c.Sheet.Denied(sightOf(c, a.request))
	if a.remembered {
		return g.lookInVain(ctx)
	}
	return ErrHidden
}

// lookInVain asks the record for what nobody has. Who is told of a request that is remembered that it is not there waits
// for the store as if it were not: neither a store that is slow nor one that is away tells the two apart.
func (g *Gateway) lookInVain(ctx context.Context) error {
	_, err := g.load(ctx, g.Identity.request(verification.CommandID(rand.Text())))
	return err
}

// sightOf is what a call that is about a request sees of it.
func sightOf(c Call, r verification.Request) evidence.Sight {
	return evidence.Sight{Request: r.ID, Task: c.task, Level: r.Level, Compartment: r.Compartment}
}

func (g *Gateway) view(c Call, a aggregate) View {
	now := g.Now()
	var gone Destruction
	if a.request.Erased && g.Custody != nil {
		gone = g.Custody(a.request.ID)
	}
	if gone.Searched.Before(a.request.ErasedAt) { // of an erasure before that
		gone = Destruction{}
	}
	return View{
		Gone:    gone,
		Request: a.request.AsOf(now), Clocks: a.clocks, Term: g.Retention.Of(matterOf(a.request), now), ChangedAt: a.partner.UpdatedAt,
		Changed: a.changed, By: c.By, Now: now,
	}
}

// stamp makes the stamp of a call on a request, none while it is being created: its command id is found again when
// the call is repeated under its key. A key holds for one path: two tasks of a request may be sent the same under it.
func (g *Gateway) stamp(c Call, id verification.RequestID) (verification.Stamp, error) {
	stamp := verification.Stamp{At: g.Now().UTC().Truncate(time.Millisecond), By: c.By.Actor}
	if len(c.Body) > 0 {
		if c.digest == "" {
			var err error
			if c, err = c.canonically(); err != nil {
				return stamp, err
			}
		}
		stamp.Digest = c.digest
	}
	key := c.Key
	if key == "" {
		key = "once-" + rand.Text()
	}
	route := strings.Join([]string{string(c.Operation), string(id), c.Path}, " ")
	stamp.Command = g.Identity.command(string(c.By.Person), route, key)
	return stamp, nil
}

// unavailable tells what may be tried again from what is a defect.
func unavailable(what string, err error) error {
	if errors.Is(err, record.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return fmt.Errorf("%s: %w: %w", what, ErrUnavailable, err)
	}
	return fmt.Errorf("%s: %w", what, err)
}

// pause waits 10 to 50 ms before a conflict is decided again.
func pause(ctx context.Context) error {
	var b [1]byte
	_, _ = rand.Read(b[:]) // never fails, by its documentation
	select {
	case <-time.After(10*time.Millisecond + time.Duration(b[0])*40*time.Millisecond/255):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
