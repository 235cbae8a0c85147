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

// rootGroup is the group of the groups' own keys.
const rootGroup = "root"

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
	key, err := unwrap(g.root.wrap, Wrapped{KID: group, Group: rootGroup, Bytes: w.Bytes})
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.open[group] = key
	return key, nil
}

func (g *groups) known(group string) (*subtle.AESGCM, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	key, ok := g.open[group]
	return key, ok
}

// ensure is get for the group that is written to now: it makes its key when
// there is none. Another gateway may be first; then its key is taken.
func (g *groups) ensure(ctx context.Context, group string) (*subtle.AESGCM, error) {
	key, err := g.get(ctx, group)
	if !errors.Is(err, record.ErrKeyMissing) {
		return key, err
	}
	w, err := wrap(g.root.wrap, group, rootGroup, newKey())
	if err != nil {
		return nil, err
	}
	if err := g.store.Put(ctx, []Wrapped{w}); err != nil && !errors.Is(err, ErrExists) {
		return nil, fmt.Errorf("create group key %s: %w", group, err)
	}
	return g.get(ctx, group)
}
