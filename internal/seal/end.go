package seal

import (
	"context"
	"errors"
	"strings"

	"verigate/internal/record"
)

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
		err = v.store.Each(ctx, group, func(w Wrapped) error { return v.Erase(ctx, w.KID) })
		if err != nil {
			return err
		}
	}
}

// ForgetMonth drops the open keys of a month's groups, which another vault
// destroyed.
func (v *Vault) ForgetMonth(month string) { v.groups.forget(month) }

// forget drops a group's key, and those that came in its place.
func (g *groups) forget(month string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for group := range g.open {
		if group == month || strings.HasPrefix(group, month+"-") {
			delete(g.open, group)
		}
	}
}
