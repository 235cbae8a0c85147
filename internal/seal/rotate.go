package seal

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"verigate/internal/record"
)

// RootStatus is what is under which root key.
type RootStatus struct {
	InUse  string      `json:"in_use"` // the version that the next group's key goes under
	Newest string      `json:"newest"` // the version that a rotation goes to
	Under  []RootCount `json:"under"`  // by version
}

// RootCount is how much is under one version of a root key.
type RootCount struct {
	Version string   `json:"version"` // empty: a file of before versions had names
	Keys    []string `json:"keys"`    // ids: groups, and names
	Here    bool     `json:"here"`    // whether this gateway has it
}

// Rotated says whether nothing is left under any version but the newest.
func (s RootStatus) Rotated() bool {
	return s.InUse == s.Newest && len(s.Under) == 1 && s.Under[0].Version == s.Newest
}

// Status lists what is under which root key. It looks at what root keys there
// are anew.
func (r *Root) Status(ctx context.Context, store KeyStore) (s RootStatus, err error) {
	if err := r.reload(); err != nil {
		return s, err
	}
	keys := r.having()
	if s.Newest, err = keys[len(keys)-1].Newest(ctx); err != nil {
		return s, fmt.Errorf("newest version of the root key: %w", err)
	}
	all, err := underRoot(ctx, store)
	if err != nil {
		return s, err
	}
	for _, w := range all {
		if w.KID == namesKey {
			s.InUse = w.Root
		}
		i := slices.IndexFunc(s.Under, func(c RootCount) bool { return c.Version == w.Root })
		if i < 0 {
			i, s.Under = len(s.Under), append(s.Under, RootCount{Version: w.Root, Here: len(r.with(w.Root)) > 0})
		}
		s.Under[i].Keys = append(s.Under[i].Keys, w.KID)
	}
	return s, nil
}

// underRoot lists what is wrapped under the root, the secret of names first.
func underRoot(ctx context.Context, store KeyStore) ([]Wrapped, error) {
	names, err := store.Get(ctx, namesKey)
	if err != nil {
		return nil, fmt.Errorf("secret of names: %w", err)
	}
	groups, err := store.Groups(ctx)
	if err != nil {
		return nil, fmt.Errorf("list the groups' keys: %w", err)
	}
	return append([]Wrapped{names}, groups...), nil
}

// Rotate wraps everything that is under the root anew, under the newest root
// key that there is; content and names stay as they are. The secret of names
// goes first: from then on every gateway wraps new groups under the new
// version, and one that does not have it says so. It may be ended at any
// point, and goes on when it is called again; ErrNoNewerRoot when there was
// nothing to do. Gateways serve meanwhile.
func (r *Root) Rotate(ctx context.Context, store KeyStore) error {
	s, err := r.Status(ctx, store)
	if err != nil {
		return err
	}
	keys := r.having()
	to, moved := keys[len(keys)-1], 0
	all, err := underRoot(ctx, store)
	if err != nil {
		return err
	}
	for _, w := range all {
		if w.Root != s.Newest {
			moved++
			if err := r.move(ctx, store, w.KID, to); err != nil {
				return fmt.Errorf("after %d keys: %w", moved-1, err)
			}
		}
		if err := store.Settle(ctx, w.KID); err != nil {
			return err
		}
	}
	if moved == 0 {
		return ErrNoNewerRoot
	}
	return nil
}

// move wraps one key under another root key. Another gateway may do the same
// at the same time: one of both is stored.
func (r *Root) move(ctx context.Context, store KeyStore, kid string, to RootKey) error {
	for {
		w, err := store.Get(ctx, kid)
		if errors.Is(err, record.ErrErased) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("key %s: %w", kid, err)
		}
		newest, err := to.Newest(ctx)
		if err != nil || newest == w.Root {
			return err
		}
		secret, err := r.unwrap(ctx, w)
		if err != nil {
			return err
		}
		next, err := wrapUnder(ctx, to, kid, secret)
		if err != nil {
			return err
		}
		next.Place, next.Replaced = w.Place, w.Replaced
		if err := store.Replace(ctx, next); !errors.Is(err, ErrMoved) {
			return err
		}
	}
}
