package jet

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// dataSubjects are those of data keys, and of the secret of names: ids without a point.
const dataSubjects = "key.*"

// headerExpectOf names the subject whose last sequence headerExpect is about, where it is another than the message's own.
const headerExpectOf = "Nats-Expected-Last-Subject-Sequence-Subject"

// Add implements seal.KeyStore: one batch, guarded by the place of the group's key. That an id is taken is not asked for: it
// has 128 random bits.
func (k *Keys) Add(ctx context.Context, under seal.Wrapped, keys []seal.Wrapped) error {
	msgs := make([]*nats.Msg, len(keys))
	for i, key := range keys {
		msgs[i] = keyMessage(key)
	}
	guard(msgs[0], under.Place)
	msgs[0].Header.Set(headerExpectOf, keySubject(under.KID))
	what := fmt.Sprintf("add %d keys under %s", len(keys), under.KID)
	return k.c.insist(ctx, what, func(ctx context.Context, try int) error {
		if try > 0 { // the answer to an earlier one may be lost
			if err := k.settle(ctx, keys); !errors.Is(err, seal.ErrExists) {
				return err
			}
		}
		_, err := k.c.publish(ctx, msgs...)
		if !hasCode(err, codeWrongLast) {
			return err
		}
		group, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(under.KID)})
		if err == nil && group.Sequence == under.Place {
			return errAgain // another gateway adds at this moment
		}
		if err == nil || errors.Is(err, errNoMessage) {
			return seal.ErrMoved
		}
		return err
	})
}

// page reads what is stored from a sequence on. It comes from any replica, which may be behind; that there is no more the
// leader says.
func (k *Keys) page(ctx context.Context, what, subjects string, from uint64) (page []stored, err error) {
	err = k.c.insist(ctx, what, func(ctx context.Context, _ int) (err error) {
		page, _, err = k.c.fromReplica(ctx, keyStream, getRequest{Seq: from, NextFor: subjects, Batch: pageOf})
		for _, m := range page {
			if m.Header == nil { // it would be taken for one of no group
				return fmt.Errorf("keys sequence %d: %w", m.Sequence, record.ErrUnreadable)
			}
		}
		if err != nil || len(page) > 0 {
			return err
		}
		one, err := k.c.fromLeader(ctx, keyStream, getRequest{Seq: from, NextFor: subjects})
		if err == nil {
			page = []stored{one}
		}
		if errors.Is(err, errNoMessage) {
			return nil
		}
		return err
	})
	return page, err
}

// Each implements seal.KeyStore.
func (k *Keys) Each(ctx context.Context, group string, fn func(seal.Wrapped) error) error {
	for next := uint64(1); ; {
		page, err := k.page(ctx, "list the keys under "+group, dataSubjects, next)
		if err != nil || len(page) == 0 {
			return err
		}
		for _, m := range page {
			next = m.Sequence + 1
			if m.Header.Get(headerErased) != "" || m.Header.Get(headerGroup) != group {
				continue
			}
			if err := fn(storedKey(m)); err != nil {
				return err
			}
		}
	}
}
