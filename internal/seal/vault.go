package seal

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"verigate/internal/record"
)

// Settings of a Vault.
type Settings struct {
	Store KeyStore
	Root  *Root
	// Now tells the month that new keys are grouped under.
	Now func() time.Time
	// Group is what the months' groups are called before the month, such as
	// "evidence": what is sealed under another ends by itself. "group" when empty.
	Group string
	// Slots is how many data keys are written ahead in one batch; 256 when 0,
	// at most 1,000.
	Slots int
	// Open is how many data keys are kept open in memory; 10,000 when 0.
	Open int
}

// Vault seals and opens content under data keys. It is safe for concurrent
// use, also before and without Run: then a taker waits for each batch.
type Vault struct {
	store  KeyStore
	groups *groups
	pool   *pool
	open   *cache
}

var _ record.Vault = (*Vault)(nil)

// New returns a vault with an empty pool.
func New(s Settings) *Vault {
	if s.Slots == 0 {
		s.Slots = 256
	}
	if s.Open == 0 {
		s.Open = 10_000
	}
	if s.Group == "" {
		s.Group = contentGroup
	}
	g := &groups{root: s.Root, store: s.Store, open: map[string]*subtle.AESGCM{}}
	return &Vault{
		store: s.Store, groups: g, pool: newPool(s, g), open: newCache(s.Open),
	}
}

// OpenGroups opens the keys of all groups that there are and keeps them open:
// from then on the root key is needed for the first key of another month, and
// for nothing else. Errors are those of RootKey, and ErrUnknownRoot.
func (v *Vault) OpenGroups(ctx context.Context) error { return v.groups.openAll(ctx) }

// Fill writes the first batch, so that the first request does not wait for
// it; it also proves that KEYS can be written and fits the root key.
func (v *Vault) Fill(ctx context.Context) error { return v.pool.refill(ctx) }

// Run writes further batches before the pool runs dry; it blocks until ctx
// ends and returns nil then.
func (v *Vault) Run(ctx context.Context) error {
	v.pool.run(ctx)
	return nil
}

// Take implements record.Vault.
func (v *Vault) Take(ctx context.Context) (string, error) {
	s, err := v.pool.take(ctx)
	if err != nil {
		return "", fmt.Errorf("take a data key: %w", err)
	}
	v.open.put(s.kid, s.key, v.open.forgets())
	return s.kid, nil
}

// Seal implements record.Vault.
func (v *Vault) Seal(ctx context.Context, kid string, aad, plain []byte) ([]byte, error) {
	key, err := v.key(ctx, kid)
	if err != nil {
		return nil, fmt.Errorf("seal: %w", err)
	}
	sealed, err := key.Encrypt(plain, aad)
	if err != nil {
		return nil, fmt.Errorf("seal under %s: %w", kid, err)
	}
	return sealed, nil
}

// Open implements record.Vault.
func (v *Vault) Open(ctx context.Context, kid string, aad, sealed []byte) ([]byte, error) {
	key, err := v.key(ctx, kid)
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	plain, err := key.Decrypt(sealed, aad)
	if err != nil {
		return nil, fmt.Errorf("open under %s: %w", kid, record.ErrTampered)
	}
	return plain, nil
}

// Erase destroys a data key in the store and here; what it sealed is gone.
// Another gateway forgets its open copy when it follows the erasure's event.
func (v *Vault) Erase(ctx context.Context, kid string) error {
	v.open.forget(kid)
	err := v.store.Erase(ctx, kid)
	v.open.forget(kid) // somebody may have opened it again meanwhile, or is about to
	if err != nil {
		return fmt.Errorf("erase key %s: %w", kid, err)
	}
	return nil
}

// Forget drops the open copy of a key that was erased elsewhere.
func (v *Vault) Forget(kid string) { v.open.forget(kid) }

func (v *Vault) key(ctx context.Context, kid string) (*subtle.AESGCM, error) {
	if key, ok := v.open.get(kid); ok {
		return key, nil
	}
	forgets := v.open.forgets()
	w, under, err := v.under(ctx, kid)
	if err != nil {
		return nil, err
	}
	key, err := unwrap(under, Wrapped{KID: kid, Group: w.Group, Bytes: w.Bytes})
	if err != nil {
		return nil, err
	}
	v.open.put(kid, key, forgets)
	return key, nil
}

// under returns a wrapped data key and the key of its group. A group that is
// erased has none left under it but those that were destroyed with it: one
// that was read just before it came under another group is read again.
func (v *Vault) under(ctx context.Context, kid string) (Wrapped, *subtle.AESGCM, error) {
	for was := ""; ; {
		w, err := v.store.Get(ctx, kid)
		if err != nil {
			return w, nil, fmt.Errorf("data key %s: %w", kid, err)
		}
		under, err := v.groups.get(ctx, w.Group)
		if errors.Is(err, record.ErrErased) && w.Group != was {
			was = w.Group
			continue
		}
		return w, under, err
	}
}
