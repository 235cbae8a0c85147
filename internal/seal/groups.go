package seal

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"verigate/internal/record"
)

// contentGroup is what the groups of content are called before their month.
const contentGroup = "group"

// groupOf names the group of what is written at t: the UTC month.
func groupOf(kind string, t time.Time) string { return kind + "." + t.UTC().Format("2006-01") }

// groups opens the months' keys, once each.
type groups struct {
	root  *Root
	store KeyStore

	mu        sync.Mutex // guards open, forgotten
	open      map[string]*subtle.AESGCM
	forgotten uint64 // how often forget was called, whatever for
}

// get returns a group's key that exists.
func (g *groups) get(ctx context.Context, group string) (*subtle.AESGCM, error) {
	if key, ok := g.known(group); ok {
		return key, nil
	}
	forgets := g.forgets()
	w, err := g.store.Get(ctx, group)
	if err != nil {
		return nil, fmt.Errorf("group key %s: %w", group, err)
	}
	return g.take(ctx, w, forgets)
}

// forgets is how often a month was forgotten so far. Whoever reads a group's
// key to open it asks before, for take.
func (g *groups) forgets() uint64 {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.forgotten
}

// take opens a group's key and keeps it open, unless a month was forgotten
// since forgets was asked: it may be this one's, read before the month was
// ended.
func (g *groups) take(ctx context.Context, w Wrapped, forgets uint64) (*subtle.AESGCM, error) {
	secret, err := g.root.unwrap(ctx, w)
	if err != nil {
		return nil, err
	}
	key, err := opening(w.KID, secret)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.forgotten == forgets {
		g.open[w.KID] = key
	}
	return key, nil
}

// openAll opens every group that there is, so that none needs the root later.
// One that does not open stays for whoever asks for it, who can name what is
// lost with it. When a month is forgotten meanwhile it begins again: what it
// read before was not kept.
func (g *groups) openAll(ctx context.Context) error {
	for {
		forgets := g.forgets()
		if err := g.openListed(ctx, forgets); err != nil || g.forgets() == forgets {
			return err
		}
	}
}

// openListed opens the groups that are listed now.
func (g *groups) openListed(ctx context.Context, forgets uint64) error {
	all, err := g.store.Groups(ctx)
	if err != nil {
		return fmt.Errorf("list the groups' keys: %w", err)
	}
	for _, w := range all {
		if _, ok := g.known(w.KID); ok {
			continue
		}
		if _, err := g.take(ctx, w, forgets); err != nil && !errors.Is(err, record.ErrTampered) {
			return err
		}
	}
	return nil
}

func (g *groups) known(group string) (*subtle.AESGCM, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key, ok := g.open[group]
	return key, ok
}

// ensure is the key that is written under in a month: it makes one when there
// is none. Another gateway may be first; then its key is taken.
func (g *groups) ensure(ctx context.Context, month string) (Wrapped, *subtle.AESGCM, error) {
	forgets := g.forgets()
	w, err := g.current(ctx, month)
	if errors.Is(err, record.ErrKeyMissing) {
		if _, err := g.make(ctx, month); err != nil {
			return w, nil, err
		}
		w, err = g.current(ctx, month)
	}
	if err != nil {
		return w, nil, err
	}
	if key, ok := g.known(w.KID); ok {
		return w, key, nil
	}
	key, err := g.take(ctx, w, forgets)
	return w, key, err
}
