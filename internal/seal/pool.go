package seal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// slot is a data key that is stored and that nothing is sealed under yet.
type slot struct {
	kid string
	key *subtle.AESGCM
}

// pool holds the slots of this process. Those of an earlier one are not
// looked for: they are wasted. Slots of a past month are dropped, so that a
// month's group key covers that month's content only.
type pool struct {
	store  KeyStore
	groups *groups
	now    func() time.Time
	kind   string // of its groups
	size   int

	low  chan struct{} // one token: below a quarter
	fill chan struct{} // one token: whoever has it writes a batch

	mu    sync.Mutex // guards group, slots
	group string
	slots []slot
}

func newPool(s Settings, g *groups) *pool {
	return &pool{
		store: s.Store, groups: g, now: s.Now, kind: s.Group, size: s.Slots,
		low: make(chan struct{}, 1), fill: make(chan struct{}, 1),
	}
}

// take waits only when the pool is empty, and then writes a batch itself.
func (p *pool) take(ctx context.Context) (slot, error) {
	for {
		if s, ok := p.pop(); ok {
			return s, nil
		}
		if err := p.refill(ctx); err != nil {
			return slot{}, err
		}
	}
}

func (p *pool) pop() (slot, bool) {
	group := groupOf(p.kind, p.now())
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.group != group || len(p.slots) == 0 {
		return slot{}, false
	}
	s := p.slots[len(p.slots)-1]
	p.slots = p.slots[:len(p.slots)-1]
	if len(p.slots) < p.size/4 {
		select {
		case p.low <- struct{}{}:
		default:
		}
	}
	return s, true
}

// enough says whether somebody else has filled the pool meanwhile.
func (p *pool) enough(group string) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.group == group && len(p.slots) > 0 && len(p.slots) >= p.size/4
}

// refill writes one batch, one caller at a time. A crash in it leaves unused
// keys in the store and nothing else.
func (p *pool) refill(ctx context.Context) error {
	select {
	case p.fill <- struct{}{}:
		defer func() { <-p.fill }()
	case <-ctx.Done():
		return fmt.Errorf("wait for data keys: %w", ctx.Err())
	}
	group := groupOf(p.kind, p.now())
	if p.enough(group) {
		return nil
	}
	slots, err := p.write(ctx, group)
	if err != nil {
		return fmt.Errorf("write data keys ahead: %w", err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.group != group {
		p.group, p.slots = group, nil
	}
	p.slots = append(p.slots, slots...)
	return nil
}

// write stores a batch under the month's key, and again under another one when
// that was put in its place meanwhile.
func (p *pool) write(ctx context.Context, month string) ([]slot, error) {
	for {
		group, under, err := p.groups.ensure(ctx, month)
		if err != nil {
			return nil, err
		}
		slots, keys, err := p.batch(group.KID, under)
		if err != nil {
			return nil, err
		}
		if err := p.store.Add(ctx, group, keys); !errors.Is(err, ErrMoved) {
			return slots, err
		}
	}
}

func (p *pool) batch(group string, under *subtle.AESGCM) (_ []slot, _ []Wrapped, err error) {
	slots, keys := make([]slot, p.size), make([]Wrapped, p.size)
	for i := range slots {
		kid, secret := newID(), newKey()
		if keys[i], err = wrap(under, kid, group, secret); err != nil {
			return nil, nil, err
		}
		key, err := subtle.NewAESGCM(secret)
		if err != nil {
			return nil, nil, fmt.Errorf("use key %s: %w", kid, err)
		}
		slots[i] = slot{kid: kid, key: key}
	}
	return slots, keys, nil
}

// run refills in the background until ctx ends. A failure is not told here:
// it is tried again in a second, and an empty pool tells its taker.
func (p *pool) run(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-p.low:
		}
		if p.refill(ctx) == nil {
			continue
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(time.Second):
		}
		select {
		case p.low <- struct{}{}:
		default:
		}
	}
}
