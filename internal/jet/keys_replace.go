package jet

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// groupSubjects are those of groups' keys, and of the position of the erasures: ids with one point in them.
const groupSubjects = "key.*.*"

// Replace implements seal.KeyStore: the new message is written behind the one that was read, whose bytes are then
// overwritten.
func (k *Keys) Replace(ctx context.Context, key seal.Wrapped) error {
	err := k.c.insist(ctx, "replace key "+key.KID, func(ctx context.Context, _ int) error {
		m := keyMessage(key)
		guard(m, key.Place)
		_, err := k.c.publish(ctx, m)
		if hasCode(err, codeWrongLast) {
			return k.replaced(ctx, key)
		}
		return err
	})
	if err != nil {
		return err
	}
	return k.Settle(ctx, key.KID)
}

// Move implements seal.KeyStore: one batch of the new message twice, guarded by the place of the key and by that of the group
// it comes under, for a message has one guard. The own
// comes first: a server refuses a guard on a subject to which the batch has written already. The first of both is overwritten
// with the former bytes.
func (k *Keys) Move(ctx context.Context, under, key seal.Wrapped) error {
	own, group := keyMessage(key), keyMessage(key)
	guard(own, key.Place)
	guard(group, under.Place)
	group.Header.Set(headerExpectOf, keySubject(under.KID))
	err := k.c.insist(ctx, "move key "+key.KID, func(ctx context.Context, _ int) error {
		_, err := k.c.publish(ctx, own, group)
		if hasCode(err, codeWrongLast) {
			return k.moved(ctx, under, key)
		}
		return err
	})
	if err != nil {
		return err
	}
	return k.Settle(ctx, key.KID)
}

// moved is replaced, with another try when both places are as they were read: somebody else is writing there at this moment.
func (k *Keys) moved(ctx context.Context, under, key seal.Wrapped) error {
	err := k.replaced(ctx, key)
	if !errors.Is(err, seal.ErrMoved) {
		return err
	}
	for _, as := range []seal.Wrapped{under, key} {
		m, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(as.KID)})
		if errors.Is(err, errNoMessage) || err == nil && m.Sequence != as.Place {
			return seal.ErrMoved
		}
		if err != nil {
			return err
		}
	}
	return errAgain
}

// replaced says whether these very bytes are stored, by an attempt whose answer was lost, or what is there instead.
func (k *Keys) replaced(ctx context.Context, key seal.Wrapped) error {
	m, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(key.KID)})
	switch {
	case errors.Is(err, errNoMessage):
		return record.ErrKeyMissing
	case err != nil:
		return err
	case m.Header.Get(headerErased) != "":
		return record.ErrErased
	case bytes.Equal(m.Data, key.Bytes):
		return nil
	default:
		return seal.ErrMoved
	}
}

// Settle implements seal.KeyStore.
func (k *Keys) Settle(ctx context.Context, kid string) error {
	return k.c.insist(ctx, "overwrite former bytes of key "+kid, func(ctx context.Context, _ int) error {
		last, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(kid)})
		if errors.Is(err, errNoMessage) {
			return record.ErrKeyMissing
		}
		if err != nil {
			return err
		}
		for {
			m, err := k.c.fromLeader(ctx, keyStream, getRequest{Seq: 1, NextFor: keySubject(kid)})
			if err != nil {
				return err
			}
			if m.Sequence >= last.Sequence {
				return k.c.overwrote(ctx, keyStream)
			}
			if err := k.c.overwrite(ctx, keyStream, m.Sequence); err != nil {
				return err
			}
		}
	})
}

// Groups implements seal.KeyStore.
func (k *Keys) Groups(ctx context.Context) (all []seal.Wrapped, err error) {
	err = k.c.insist(ctx, "list the groups' keys", func(ctx context.Context, _ int) error {
		newest := map[string]int{}
		all = nil
		for next := uint64(1); ; {
			m, err := k.c.fromLeader(ctx, keyStream, getRequest{Seq: next, NextFor: groupSubjects})
			if errors.Is(err, errNoMessage) {
				all = withoutErased(all)
				return nil
			}
			if err != nil {
				return fmt.Errorf("from sequence %d: %w", next, err)
			}
			next = m.Sequence + 1
			if m.Subject == erasureSubject {
				continue
			}
			if i, again := newest[m.Subject]; again {
				all[i] = storedKey(m)
				continue
			}
			newest[m.Subject] = len(all)
			all = append(all, storedKey(m))
		}
	})
	return all, err
}

// withoutErased drops the tombstones, which have no bytes.
func withoutErased(all []seal.Wrapped) []seal.Wrapped {
	var kept []seal.Wrapped
	for _, w := range all {
		if len(w.Bytes) > 0 {
			kept = append(kept, w)
		}
	}
	return kept
}
