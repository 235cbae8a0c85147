package session

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// Persons says who somebody is now, and in which state their rights are: access.Keyring does. Its error is
// access.ErrUnauthenticated.
type Persons interface {
	InSession(id verification.PersonID, at time.Time) (access.Caller, access.Rights, error)
}

// Parts are what a book is made of. All are safe for concurrent use.
type Parts struct {
	Store   Store
	Sealer  Sealer
	Persons Persons
	Now     func() time.Time
	Elapsed func() time.Duration // the time since any instant, by a clock that nobody sets
	Retry   func(error)          // told of an error after which the store is asked again; nil: nobody
}

// Book is every open session, in the memory of one gateway. It is safe for concurrent use.
type Book struct {
	Parts
	mu        sync.RWMutex
	pages     map[ID]page
	read      uint64        // sequence of the store up to which it was read
	confirmed time.Duration // when the store was last known to hold nothing further, by Elapsed
}

// page is the newest that is known of a name. That of an ended session stays until the store was read past it, so that
// an older state that is under way brings nothing back.
type page struct {
	session  Session
	ended    bool
	sequence uint64
}

// Open is a session that holds, with who its person is.
type Open struct {
	ID ID
	Session
	Caller   access.Caller
	sequence uint64
}

// NewBook knows no session yet.
func NewBook(p Parts) *Book {
	return &Book{Parts: p, pages: map[ID]page{}, confirmed: p.Elapsed() - holdsFor - 1} // never yet
}

const (
	asksEvery = 250 * time.Millisecond // the store for changes
	asksFor   = 2 * time.Second        // one answer
	holdsFor  = 4 * time.Second        // a confirmation
	touches   = time.Second            // how long a call may wait for its touch to be written
)

// Run reads the store until ctx ends. It never gives up: what it cannot read is told and asked again.
func (b *Book) Run(ctx context.Context) error {
	for swept := b.Now(); ; {
		if err := b.Catch(ctx); err != nil && ctx.Err() == nil && b.Retry != nil {
			b.Retry(err)
		}
		if now := b.Now(); now.Sub(swept) > touchedIn {
			b.sweep(now)
			swept = now
		}
		rest := time.NewTimer(asksEvery)
		select {
		case <-rest.C:
		case <-ctx.Done():
			rest.Stop()
			return nil
		}
	}
}

// Catch reads what the store holds by now.
func (b *Book) Catch(ctx context.Context) error {
	for {
		asked := b.Elapsed()
		b.mu.RLock()
		after := b.read
		b.mu.RUnlock()
		next, cancel := context.WithTimeout(ctx, asksFor)
		change, some, err := b.Store.Next(next, after)
		cancel()
		if err != nil {
			return fmt.Errorf("read the sessions: %w", err)
		}
		b.mu.Lock()
		if !some {
			b.confirmed = asked
			b.mu.Unlock()
			return nil
		}
		b.take(change)
		b.read = max(b.read, change.Sequence)
		b.mu.Unlock()
	}
}

// take is called with mu held. A state that does not open was not written by a gateway of this record: it is no session.
func (b *Book) take(c Change) {
	if known, ok := b.pages[c.ID]; ok && known.sequence >= c.Sequence {
		return
	}
	next := page{ended: true, sequence: c.Sequence}
	if plain, err := b.Sealer.Open(boundTo(c.ID), c.State); len(c.State) > 0 && err == nil {
		next.ended = json.Unmarshal(plain, &next.session) != nil
	}
	b.pages[c.ID] = next
}

// sweep forgets what has run out.
func (b *Book) sweep(now time.Time) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for id, p := range b.pages {
		if b.read >= p.sequence && (p.ended || p.session.Over(now)) {
			delete(b.pages, id)
		}
	}
}

// Begin opens a session under a token that was never used.
func (b *Book) Begin(ctx context.Context, s Session) (Token, Open, error) {
	token, err := newToken()
	if err != nil {
		return Token{}, Open{}, err
	}
	if err := b.put(ctx, token.ID(), s, 0); err != nil {
		return Token{}, Open{}, err
	}
	open, err := b.Holds(token.ID())
	return token, open, err
}

// Find is the session of a token as a browser sent it; ErrNone, or ErrUnavailable while the store is not heard.
func (b *Book) Find(sent string) (Open, error) {
	token, ok := ParseToken(sent)
	if !ok {
		return Open{}, ErrNone
	}
	return b.Holds(token.ID())
}

// Holds is Find by the session's name, for what goes on after it was found: a stream asks before each batch.
func (b *Book) Holds(id ID) (Open, error) {
	o, err := b.Again(id)
	if err == nil && !o.heard(b.Now()) {
		return Open{}, fmt.Errorf("the provider was not heard for %s: %w", Heard, ErrUnavailable)
	}
	return o, err
}

// Again is Holds for whoever is to ask the provider once more.
func (b *Book) Again(id ID) (Open, error) {
	now := b.Now()
	b.mu.RLock()
	p, ok := b.pages[id]
	heard := b.Elapsed()-b.confirmed <= holdsFor
	b.mu.RUnlock()
	switch {
	case !heard:
		return Open{}, fmt.Errorf("not confirmed for %s: %w", holdsFor, ErrUnavailable)
	case !ok || p.ended || p.session.Over(now):
		return Open{}, ErrNone
	}
	caller, rights, err := b.Persons.InSession(p.session.Person, now)
	switch {
	case err == nil && rights.Changes < p.session.Rights.Changes:
		return Open{}, fmt.Errorf("this gateway has yet to hear of a change: %w", ErrUnavailable)
	case err != nil || rights != p.session.Rights:
		return Open{}, ErrNone
	}
	caller = p.session.Provider.limits(caller)
	caller.Key = verification.KeyID("s_" + id.Short()) // the record says under which credential a command came
	return Open{ID: id, Session: p.session, Caller: caller, sequence: p.sequence}, nil
}

// Touch notes a call that counts. A touch that cannot be written is left: the session ends the earlier for it. One that
// comes after the end changes nothing.
func (b *Book) Touch(ctx context.Context, o Open) {
	s, worth := o.Touched(b.Now())
	if !worth {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, touches)
	defer cancel()
	_ = b.put(ctx, o.ID, s, o.sequence)
}

// Keep writes another state of an open session.
func (b *Book) Keep(ctx context.Context, o Open, s Session) error {
	return b.put(ctx, o.ID, s, o.sequence)
}

// Rotate goes on with a session in another state under another token; the old one ends.
func (b *Book) Rotate(ctx context.Context, o Open, s Session) (Token, Open, error) {
	token, open, err := b.Begin(ctx, s)
	if err != nil {
		return token, open, err
	}
	return token, open, b.End(ctx, o.ID)
}

// End ends a session here at once, and at every other gateway as soon as it reads the store.
func (b *Book) End(ctx context.Context, id ID) error {
	sequence, err := b.Store.End(ctx, id, Absolute)
	if err != nil {
		return fmt.Errorf("end a session: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(Change{ID: id, Sequence: sequence})
	return nil
}

// EndAll ends all of a person's sessions.
func (b *Book) EndAll(ctx context.Context, person verification.PersonID) error {
	return b.EndWhere(ctx, func(s Session) bool { return s.Person == person })
}

// EndWhere ends all sessions of a kind, those too that another gateway has only just begun.
func (b *Book) EndWhere(ctx context.Context, is func(Session) bool) error {
	if err := b.Catch(ctx); err != nil {
		return err
	}
	var all []error
	for _, o := range b.Where(is) {
		all = append(all, b.End(ctx, o.ID))
	}
	return errors.Join(all...)
}

// Of lists a person's open sessions, the newest first.
func (b *Book) Of(person verification.PersonID) []Open {
	return b.Where(func(s Session) bool { return s.Person == person })
}

// Where lists the open sessions of a kind, the newest first.
func (b *Book) Where(is func(Session) bool) []Open {
	b.mu.RLock()
	var found []ID
	for id, p := range b.pages {
		if !p.ended && is(p.session) {
			found = append(found, id)
		}
	}
	b.mu.RUnlock()
	var open []Open
	for _, id := range found {
		if o, err := b.Again(id); err == nil {
			open = append(open, o)
		}
	}
	slices.SortFunc(open, func(x, y Open) int { return cmp.Or(y.Began.Compare(x.Began), cmp.Compare(x.ID, y.ID)) })
	return open
}

func (b *Book) put(ctx context.Context, id ID, s Session, last uint64) error {
	plain, err := json.Marshal(s)
	if err != nil {
		return fmt.Errorf("write a session: %w", err)
	}
	sealed, err := b.Sealer.Seal(boundTo(id), plain)
	if err != nil {
		return fmt.Errorf("seal a session: %w", err)
	}
	sequence, err := b.Store.Put(ctx, id, sealed, s.EndsAt().Sub(b.Now()), last)
	if err != nil {
		return fmt.Errorf("keep a session: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.take(Change{ID: id, Sequence: sequence, State: sealed})
	return nil
}

func boundTo(id ID) string { return "session " + string(id) }
