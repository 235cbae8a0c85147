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

	mu   sync.Mutex // guards open
	open map[string]*subtle.AESGCM
}

// get returns a group's key that exists.
func (g *groups) get(ctx context.Context, group string) (*subtle.AESGCM, error) {
	if key, ok := g.known(group); ok {
		return key, nil
	}
	w, err := g.store.Get(ctx, group)
	if err != nil {
		return nil, fmt.Errorf("group key %s: %w", group, err)
	}
	return g.take(ctx, w)
}

// take opens a group's key and keeps it open.
func (g *groups) take(ctx context.Context, w Wrapped) (*subtle.AESGCM, error) {
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
	g.open[w.KID] = key
	return key, nil
}

// openAll opens every group that there is, so that none needs the root later.
// One that does not open stays for whoever asks for it, who can name what is
// lost with it.
func (g *groups) openAll(ctx context.Context) error {
	all, err := g.store.Groups(ctx)
	if err != nil {
		return fmt.Errorf("list the groups' keys: %w", err)
	}
	for _, w := range all {
		if _, ok := g.known(w.KID); ok {
			continue
		}
		if _, err := g.take(ctx, w); err != nil && !errors.Is(err, record.ErrTampered) {
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
	key, err := g.take(ctx, w)
	return w, key, err
}
