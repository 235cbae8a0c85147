package seal

import (
	"context"
	"errors"
	"strings"

	"golang.org/x/sync/errgroup"

	"verigate/internal/record"
)

// keysAtOnce is how many data keys are destroyed, or moved, at a time: each
// waits for the disk, or for those of three nodes, three times, and of many
// three nodes write together what one node would write one by one.
const keysAtOnce = 32

// EndMonth destroys the key of a month's group, such as group.2026-11, and
// those that came in its place, and then the data keys that are under them:
// whatever copy of any of these is left somewhere opens nothing any more. That
// nothing is under them which is to be read, the caller has seen to. Ended at
// any point it goes on when it is called again.
func (v *Vault) EndMonth(ctx context.Context, month string) error {
	for group := month; ; group = successor(group) {
		err := v.store.Erase(ctx, group)
		if errors.Is(err, record.ErrKeyMissing) {
			return nil // there was none further
		}
		if err != nil {
			return err
		}
		v.groups.forget(month)
		if err := v.eraseUnder(ctx, group); err != nil {
			return err
		}
	}
}

// eraseUnder destroys the data keys under a group. Of each the writes keep
// their order, and among them there is none.
func (v *Vault) eraseUnder(ctx context.Context, group string) error {
	work, ctx := errgroup.WithContext(ctx)
	work.SetLimit(keysAtOnce)
	listed := v.store.Each(ctx, group, func(w Wrapped) error {
		work.Go(func() error { return v.Erase(ctx, w.KID) })
		return ctx.Err()
	})
	if err := work.Wait(); err != nil {
		return err // and not what it cut short
	}
	return listed
}

// ForgetMonth drops the open keys of a month's groups, which another vault
// destroyed.
func (v *Vault) ForgetMonth(month string) { v.groups.forget(month) }

// forget drops a group's key, and those that came in its place.
func (g *groups) forget(month string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.forgotten++
	for group := range g.open {
		if group == month || strings.HasPrefix(group, month+"-") {
			delete(g.open, group)
		}
	}
}
