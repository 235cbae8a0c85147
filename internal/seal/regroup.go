package seal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/tink-crypto/tink-go/v2/aead/subtle"

	"verigate/internal/record"
)

// successor is the group in the place of one: group.2026-11-2 in that of
// group.2026-11, then group.2026-11-3.
func successor(group string) string {
	kind, month, _ := strings.Cut(group, ".")
	const plain = len("2026-11")
	n := 1
	if len(month) > plain {
		n, _ = strconv.Atoi(month[plain+1:])
		month = month[:plain]
	}
	return fmt.Sprintf("%s.%s-%d", kind, month, n+1)
}

// current is the key of a month's group that is written under: the last of
// those that came in each other's place. record.ErrKeyMissing when the month
// has none yet, record.ErrErased when it was destroyed and none follows.
func (g *groups) current(ctx context.Context, month string) (Wrapped, error) {
	for group := month; ; group = successor(group) {
		w, err := g.store.Get(ctx, group)
		switch {
		case group != month && errors.Is(err, record.ErrKeyMissing):
			return w, fmt.Errorf("group key %s: %w", month, record.ErrErased)
		case errors.Is(err, record.ErrErased), err == nil && w.Replaced:
			continue
		case err != nil:
			return w, fmt.Errorf("group key %s: %w", group, err)
		}
		return w, nil
	}
}

// ReplaceGroup puts another key in the place of a month's group key, such as
// one that somebody else may have, and wraps every data key of the month under
// it; then the former is erased. It returns how many were wrapped anew, and
// the new group.
//
// Gateways go on taking keys meanwhile: from its first step on the store
// takes no data key under the former any more (KeyStore.Add), so that none is
// left behind. An erased data key stays erased. Ended at any point it goes on
// when it is called again; only once the former key is erased does a call begin
// anew, and it first overwrites what an erasure that was cut off has left.
func (v *Vault) ReplaceGroup(ctx context.Context, month string) (moved int, group string, err error) {
	g := v.groups
	forgets := g.forgets()
	old, err := g.toReplace(ctx, month)
	if err != nil {
		return 0, "", err
	}
	group = successor(old.KID)
	to, err := g.make(ctx, group)
	if err != nil {
		return 0, group, err
	}
	from, err := g.take(ctx, old, forgets)
	if err != nil {
		return 0, group, err
	}
	if err := g.close(ctx, old.KID); err != nil {
		return 0, group, err
	}
	pass := func(w Wrapped) error {
		done, err := g.regroup(ctx, w, group, from, to)
		if done {
			moved++
		}
		return err
	}
	for before := -1; moved != before; { // a pass that finds nothing is the last
		before = moved
		if err := g.store.Each(ctx, old.KID, pass); err != nil {
			return moved, group, fmt.Errorf("wrap the keys of %s anew, after %d: %w", old.KID, moved, err)
		}
	}
	if err := g.store.Erase(ctx, old.KID); err != nil {
		return moved, group, fmt.Errorf("erase group key %s: %w", old.KID, err)
	}
	return moved, group, nil
}

// toReplace is the group of a replacement that was cut off, or the current one.
// Those before it are erased to the end.
func (g *groups) toReplace(ctx context.Context, month string) (Wrapped, error) {
	for group := month; ; group = successor(group) {
		w, err := g.store.Get(ctx, group)
		if errors.Is(err, record.ErrErased) {
			if err := g.store.Erase(ctx, group); err != nil {
				return w, fmt.Errorf("erase group key %s: %w", group, err)
			}
			continue
		}
		if err != nil {
			return w, fmt.Errorf("group key %s: %w", group, err)
		}
		return w, nil
	}
}

// make returns the key of a group, and makes it where there is none. Another
// gateway may be first; then its key is taken.
func (g *groups) make(ctx context.Context, group string) (*subtle.AESGCM, error) {
	w, err := g.root.wrap(ctx, g.store, group, newKey())
	if err != nil {
		return nil, err
	}
	if err := g.store.Put(ctx, []Wrapped{w}); err != nil && !errors.Is(err, ErrExists) {
		return nil, fmt.Errorf("create group key %s: %w", group, err)
	}
	return g.get(ctx, group)
}

// close marks a group as replaced: nothing is added under it from then on.
func (g *groups) close(ctx context.Context, group string) error {
	for {
		w, err := g.store.Get(ctx, group)
		if err != nil || w.Replaced {
			return err
		}
		w.Replaced = true
		if err := g.store.Replace(ctx, w); !errors.Is(err, ErrMoved) {
			return err
		}
	}
}

// regroup wraps one data key under another group, and says whether it did. One
// that was erased, or wrapped anew, meanwhile stays as it is.
func (g *groups) regroup(ctx context.Context, w Wrapped, group string, from, to *subtle.AESGCM) (bool, error) {
	key, err := from.Decrypt(w.Bytes, place(w.KID, w.Group))
	if err != nil {
		return false, fmt.Errorf("unwrap key %s under %s: %w", w.KID, w.Group, record.ErrTampered)
	}
	next, err := wrap(to, w.KID, group, key)
	if err != nil {
		return false, err
	}
	next.Place = w.Place
	err = g.store.Replace(ctx, next)
	if errors.Is(err, ErrMoved) {
		return false, g.store.Settle(ctx, w.KID) // former bytes, that a crash has left
	}
	if errors.Is(err, record.ErrErased) {
		return false, nil // whoever erases it overwrites it
	}
	return err == nil, err
}
