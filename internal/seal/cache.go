package seal

import (
	"container/list"
	"sync"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"
)

// cache holds the most recently used data keys, open. It is safe for
// concurrent use.
type cache struct {
	size int

	mu        sync.Mutex
	order     *list.List // of *opened, newest first
	byID      map[string]*list.Element
	forgotten uint64 // how often forget was called, whatever for
}

type opened struct {
	kid string
	key *subtle.AESGCM
}

func newCache(size int) *cache {
	return &cache{size: size, order: list.New(), byID: map[string]*list.Element{}}
}

func (c *cache) get(kid string) (*subtle.AESGCM, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	e, ok := c.byID[kid]
	if !ok {
		return nil, false
	}
	c.order.MoveToFront(e)
	return e.Value.(*opened).key, true
}

// forgets is how often a key was forgotten so far. Whoever reads a key to open
// it asks before, for put.
func (c *cache) forgets() uint64 {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.forgotten
}

// put keeps an open key, unless any was forgotten since forgets was asked: it
// may be this one, which was read before it was erased.
func (c *cache) put(kid string, key *subtle.AESGCM, forgets uint64) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.forgotten != forgets {
		return
	}
	if e, ok := c.byID[kid]; ok {
		c.order.MoveToFront(e)
		return
	}
	c.byID[kid] = c.order.PushFront(&opened{kid: kid, key: key})
	for c.order.Len() > c.size {
		c.drop(c.order.Back())
	}
}

func (c *cache) forget(kid string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.forgotten++
	if e, ok := c.byID[kid]; ok {
		c.drop(e)
	}
}

// drop is called with mu held.
func (c *cache) drop(e *list.Element) {
	delete(c.byID, e.Value.(*opened).kid)
	c.order.Remove(e)
}
