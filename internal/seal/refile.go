package seal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"

	"golang.org/x/sync/errgroup"

	"verigate/internal/record"
)

// within says whether a group is one of a kind's months.
func within(kind, group string) bool { return strings.HasPrefix(group, kind+".") }

// RefileAll is Refile of keys, a few at a time, and says how many it moved.
// With an error those that were under way may be moved too: it is called again.
func (v *Vault) RefileAll(ctx context.Context, kids []string) (int, error) {
	var moved atomic.Int64
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(keysAtOnce)
	for _, kid := range kids {
		work.Go(func() error {
			if ctx.Err() != nil {
				return context.Cause(ctx) // what stopped the others, or the caller
			}
			done, err := v.Refile(ctx, kid)
			if done {
				moved.Add(1)
			}
			return err
		})
	}
	err := work.Wait()
	return int(moved.Load()), err
}

// Refile wraps a data key anew under the group that this vault adds keys to
// now, when it is under one of another kind, and says whether it did: what is
// sealed under the key stays as it is, and outlives the month that the key was
// under. Content and readers need nothing of it. Ended at any point it is done
// when it is called again, and leaves a key under one of both groups. A key
// that is erased stays erased.
func (v *Vault) Refile(ctx context.Context, kid string) (bool, error) {
	for {
		w, from, err := v.under(ctx, kid)
		if errors.Is(err, record.ErrErased) {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if within(v.pool.kind, w.Group) {
			return false, v.store.Settle(ctx, kid) // former bytes, that a crash has left
		}
		key, err := from.Decrypt(w.Bytes, place(w.KID, w.Group))
		if err != nil {
			return false, fmt.Errorf("unwrap key %s under %s: %w", w.KID, w.Group, record.ErrTampered)
		}
		group, to, err := v.groups.ensure(ctx, groupOf(v.pool.kind, v.pool.now()))
		if err != nil {
			return false, err
		}
		next, err := wrap(to, kid, group.KID, key)
		if err != nil {
			return false, err
		}
		next.Place = w.Place
		err = v.store.Move(ctx, group, next)
		switch {
		case errors.Is(err, ErrMoved): // the key, or the group: another gateway refiles or replaces
			continue
		case errors.Is(err, record.ErrErased):
			return false, nil
		}
		return err == nil, err
	}
}
