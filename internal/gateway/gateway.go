package gateway

import (
	"context"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/canonical"
	"verigate/internal/directory"
	"verigate/internal/draft"
	"verigate/internal/evidence"
	"verigate/internal/month"
	"verigate/internal/receipt"
	"verigate/internal/record"
	"verigate/internal/retention"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Parts are what a gateway is put together from. All are safe for concurrent use.
type Parts struct {
	Requests *record.Log[verification.Decision]
	// Lasting has the keys of what outlives the month of its content: tombstones.
	Lasting interface {
		Take(ctx context.Context) (kid string, err error)
	}
	Directory func() *directory.Directory // as of now: it changes when the record says so
	Persons   func(verification.PersonID) (access.Principal, bool)
	Everybody func() []access.Principal // of Persons, by id
	Roster    Roster
	Rules     *sla.Rules
	Retention *retention.Rules
	// Months are the months of content and where they stand, lately. Due stays due.
	Months    func(ctx context.Context) ([]month.Month, error)
	Learnt    Learnt // of the registry that teaches the rules; nil: they know all versions from the start
	Signer    Signer
	Head      func(verification.RequestID) []byte // of the ledger in which a request is recorded, as it was signed last; nil, or none: not known
	Identity  Identity
	Board     board.Store
	Blinds    Blinder
	Watch     *Watch
	Feed      *Feed
	Book      *draft.Book // of what officers are writing
	Witnesses *evidence.Readers
	// Custody says what is left of what was erased of a request; nil: nothing is known, and every erasure is under way.
	Custody func(verification.RequestID) Destruction
	// Takes says whether new requests are taken; nil: they are.
	Takes func() bool
	Now   func() time.Time
}

// Destruction is how far an erasure has come. The zero value is one that is under way.
type Destruction struct {
	Destroyed time.Time // when the last key was destroyed here
	Searched  time.Time // when no disk had one any more; zero: it is under way
	Backups   time.Time // when the last copy of the keys that may have one ceases to open; zero: none is known
}

// Signer signs receipts and releases; keys may be rotated under it.
type Signer interface {
	Sign(receipt.Claims) (string, error)
	SignRelease(receipt.ReleaseClaims) (string, error)
}

// Blinder makes names that tell nothing, and cursors that only this gateway and its sisters read.
type Blinder interface {
	// Blind is a keyed hash of a value, for one purpose.
	Blind(purpose, value string) string
	// SealCursor and OpenCursor bind a cursor to what it may be used for.
	SealCursor(boundTo string, plain []byte) (string, error)
	OpenCursor(boundTo, cursor string) ([]byte, error)
}

// Gateway is the use cases over one record. It is safe for concurrent use.
type Gateway struct {
	Parts
	states *states
	turns  *turns
	rules  *sla.Rules
}

// cachedStates bounds the cache of folded aggregates: a few kilobytes each.
const cachedStates = 10_000

// New puts a gateway together.
func New(p Parts) *Gateway {
	return &Gateway{Parts: p, states: newStates(cachedStates), turns: newTurns(), rules: p.Rules}
}

// Call is who calls what, and how the call is to be repeated.
type Call struct {
	By        access.Caller
	Operation access.Operation
	Path      string          // as sent: what the call names besides the request, such as a breach
	Key       string          // Idempotency-Key; empty: the call has no repeat
	Body      []byte          // as accepted; empty: none
	Match     func(View) bool // If-Match; nil: any version
	Note      string          // a remark given with the command, kept in the same decision; empty: none
	Sheet     *evidence.Sheet // what the call is let at is written on it; nil: the call has no reader

	object func(verification.Request) access.Object // what the operation is about; nil: the request
	task   verification.TaskID                      // that the operation is about; empty: none
	own    bool                                     // the gateway's own: it passes no edge, so no edge can make it
	digest string                                   // of Body when that is in its canonical form; empty: not known yet
}

// canonically is the call with its body in canonical form, hashed once for all that needs it.
func (c Call) canonically() (Call, error) {
	form, digest, err := canonical.Sum(c.Body)
	if err != nil {
		return c, invalid("", "not_canonical")
	}
	c.Body, c.digest = form, digest
	return c, nil
}

// onTask makes the call one about a task.
func (c Call) onTask(id verification.TaskID) Call {
	c.object = func(r verification.Request) access.Object { return access.ObjectOf(r).OfTask(id) }
	c.task = id
	return c
}

// onConsent makes the call one about an ask.
func (c Call) onConsent(n int) Call {
	c.object = func(r verification.Request) access.Object { return access.OfConsent(r, n) }
	return c
}

// about is the object of the call.
func (c Call) about(r verification.Request) access.Object {
	if c.object != nil {
		return c.object(r)
	}
	return access.ObjectOf(r)
}

// View is a request as one caller may see it: the whole fold, which the edge renders by the caller's kind.
type View struct {
	Request   verification.Request
	Clocks    sla.Clocks
	Term      retention.Term // how long it is kept
	Gone      Destruction    // of what is erased
	ChangedAt time.Time      // when the partner could see a change last
	Changed   uint64         // the version that this change made
	By        access.Caller
	Now       time.Time
}

// Allowed lists the commands on the request that the caller may give now.
func (v View) Allowed() []verification.Name {
	return allowedBy(v.Term, v.Request.AllowedAt(v.By.Actor, v.Now))
}

// AllowedOnTask lists the commands on a task that the caller may give now.
func (v View) AllowedOnTask(id verification.TaskID) []verification.Name {
	return v.Request.AllowedOnTask(id, v.By.Actor)
}

// Created is what a partner is told when a round begins.
type Created struct {
	ID         verification.RequestID
	Number     string
	Status     verification.Status
	Round      int
	ReceivedAt time.Time
	DueAt      time.Time
	Receipt    string
	Warnings   []verification.Warning
}

// createdBy returns what the decision that began a round answers, now and whenever it is repeated; nil for others.
func createdBy(after verification.Request, d verification.Decision) *Created {
	if len(d.Events) == 0 {
		return nil
	}
	c := &Created{
		ID: after.ID, Number: after.Number, Status: after.Status(), Round: after.Round,
		ReceivedAt: after.ReceivedAt, DueAt: after.DueAt, Receipt: after.Receipt,
	}
	for _, e := range d.Events { // a switch of the calendar comes before the round
		if more, ok := e.(verification.FollowedUp); ok {
			c.ReceivedAt, c.Warnings = d.At, more.Warnings
			return c
		}
	}
	_, submitted := d.Events[0].(verification.Submitted)
	_, registered := d.Events[0].(verification.Registered)
	_, stub := d.Events[0].(verification.StubRegistered)
	if !submitted && !registered && !stub {
		return nil
	}
	c.Warnings = after.Warnings
	return c
}
