package jet

import (
	"bytes"
	"cmp"
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/nats-io/nats.go"

	"verigate/internal/follow"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// The clear header of a stored key: the group it is wrapped under, of a
// group's own key also the version of the root, or that it was erased.
const (
	headerGroup = "Vg-Group"
	headerRoot  = "Vg-Root"
	// headerReplaced says of a group's key that another is in its place.
	headerReplaced = "Vg-Replaced"
	headerErased   = "Vg-Erased" // the group that the key was under; noGroup: of one that had none
	// noGroup is of a tombstone, and of each that was written before it kept the group.
	noGroup = "1"
)

// Keys is seal.KeyStore on the stream KEYS.
//
// An erased key leaves a tombstone, written before the key's own message is
// overwritten: a crash between the two leaves a key that nobody is given any
// more, and the repeat finishes it. In a cluster the bytes may still be in
// the Raft logs of the nodes until they snapshot: whoever reports an erasure
// as done must have seen to that.
type Keys struct{ c *Conn }

var _ seal.KeyStore = (*Keys)(nil)

// Keys returns the key store. EnsureStreams has been called.
func (c *Conn) Keys() *Keys { return &Keys{c: c} }

func keySubject(kid string) string { return "key." + kid }

// Put implements seal.KeyStore.
func (k *Keys) Put(ctx context.Context, keys []seal.Wrapped) error {
	if len(keys) == 0 {
		return nil
	}
	msgs := make([]*nats.Msg, len(keys))
	for i, key := range keys {
		msgs[i] = keyMessage(key)
		guard(msgs[i], 0)
	}
	what := fmt.Sprintf("store %d keys", len(keys))
	return k.c.insist(ctx, what, func(ctx context.Context, _ int) error {
		_, err := k.c.publish(ctx, msgs...)
		if hasCode(err, codeWrongLast) {
			return k.settle(ctx, keys)
		}
		return err
	})
}

func keyMessage(key seal.Wrapped) *nats.Msg {
	m := &nats.Msg{Subject: keySubject(key.KID), Data: key.Bytes, Header: nats.Header{headerGroup: {key.Group}}}
	if key.Root != "" {
		m.Header.Set(headerRoot, key.Root)
	}
	if key.Replaced {
		m.Header.Set(headerReplaced, "1")
	}
	return m
}

func storedKey(m stored) seal.Wrapped {
	return seal.Wrapped{
		KID: strings.TrimPrefix(m.Subject, keySubject("")), Group: m.Header.Get(headerGroup), Root: m.Header.Get(headerRoot),
		Bytes: m.Data, Place: m.Sequence, Replaced: m.Header.Get(headerReplaced) != "",
	}
}

// settle finds out whether these very keys are stored, by an attempt whose
// answer was lost. They are stored together or not at all, and their bytes
// are random: the first one tells.
func (k *Keys) settle(ctx context.Context, keys []seal.Wrapped) error {
	m, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(keys[0].KID)})
	switch {
	case errors.Is(err, errNoMessage):
		return seal.ErrExists // another of the batch is taken
	case err != nil:
		return err
	case bytes.Equal(m.Data, keys[0].Bytes):
		return nil
	default:
		return seal.ErrExists
	}
}

// Get implements seal.KeyStore.
func (k *Keys) Get(ctx context.Context, kid string) (key seal.Wrapped, err error) {
	err = k.c.insist(ctx, "read key "+kid, func(ctx context.Context, _ int) error {
		m, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(kid)})
		switch {
		case errors.Is(err, errNoMessage):
			return record.ErrKeyMissing
		case err != nil:
			return err
		case m.Header.Get(headerErased) != "":
			return record.ErrErased
		}
		key = storedKey(m)
		return nil
	})
	return key, err
}

// Held is follow.Keys: what is stored of every key, groups among them. Of a store that could not overwrite one it says nothing: it
// would show the key as gone.
func (k *Keys) Held(ctx context.Context) (map[string]follow.Held, error) {
	all := map[string]follow.Held{}
	for next := uint64(1); ; {
		page, err := k.page(ctx, "read the keys", keySubject(">"), next)
		if err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return all, k.c.insist(ctx, "what was overwritten of the keys", func(ctx context.Context, _ int) error { return k.c.overwrote(ctx, keyStream) })
		}
		for _, m := range page {
			kid := strings.TrimPrefix(m.Subject, keySubject(""))
			held := all[kid]
			if m.Header.Get(headerErased) == "" {
				held.Key, held.Group = true, m.Header.Get(headerGroup)
			} else {
				held.Tombstone, held.At = true, m.Time
				held.Group = cmp.Or(held.Group, m.Header.Get(headerErased))
			}
			all[kid] = held
		}
		next = page[len(page)-1].Sequence + 1
	}
}

// ErasedSince says whether a key was destroyed behind a sequence of KEYS, a group's or a data key.
func (k *Keys) ErasedSince(ctx context.Context, after uint64) (bool, error) {
	for next := after + 1; ; {
		page, err := k.page(ctx, "look for keys that were destroyed", keySubject(">"), next)
		if err != nil || len(page) == 0 {
			return false, err
		}
		for _, m := range page {
			if m.Header.Get(headerErased) != "" {
				return true, nil
			}
		}
		next = page[len(page)-1].Sequence + 1
	}
}

// Erase implements seal.KeyStore.
func (k *Keys) Erase(ctx context.Context, kid string) error {
	return k.c.insist(ctx, "erase key "+kid, func(ctx context.Context, _ int) error {
		return k.erase(ctx, kid)
	})
}

func (k *Keys) erase(ctx context.Context, kid string) error {
	last, err := k.c.fromLeader(ctx, keyStream, getRequest{LastFor: keySubject(kid)})
	if errors.Is(err, errNoMessage) {
		return record.ErrKeyMissing
	}
	if err != nil {
		return err
	}
	if last.Header.Get(headerErased) == "" {
		if err := k.bury(ctx, kid, last); err != nil {
			return err
		}
	}
	for {
		m, err := k.c.fromLeader(ctx, keyStream, getRequest{Seq: 1, NextFor: keySubject(kid)})
		if err != nil {
			return err
		}
		if m.Header.Get(headerErased) != "" {
			return k.c.overwrote(ctx, keyStream)
		}
		if err := k.c.overwrite(ctx, keyStream, m.Sequence); err != nil {
			return err
		}
	}
}

// bury puts the tombstone on the subject.
func (k *Keys) bury(ctx context.Context, kid string, last stored) error {
	m := &nats.Msg{Subject: keySubject(kid), Header: nats.Header{headerErased: {cmp.Or(last.Header.Get(headerGroup), noGroup)}}}
	guard(m, last.Sequence)
	_, err := k.c.publish(ctx, m)
	if hasCode(err, codeWrongLast) {
		return errAgain // buried meanwhile, or by an attempt whose answer was lost
	}
	return err
}
