package draft

import (
	"context"
	"errors"
	"fmt"
	"time"

	"verigate/internal/verification"
)

// Store keeps sealed drafts for all gateways, of each key the newest alone. It is safe for concurrent use. What it cannot
// say is an error that is ErrUnavailable, or ctx's.
type Store interface {
	// Put writes a draft behind sequence `last` of its key, 0 for the first, durable when it returns; it may be forgotten
	// after `lives`. ErrChanged when another came first.
	Put(ctx context.Context, d Sealed, lives time.Duration, last uint64) error
	// Of lists the drafts of a task, in no order; those that were dropped too, with no bytes, for as long as the store
	// remembers them. It is certain.
	Of(ctx context.Context, task verification.TaskID) ([]Sealed, error)
}

// Sealed is a draft as it is stored.
type Sealed struct {
	Key
	KID      string // the key of its request; empty: the draft was dropped
	Data     []byte
	Sequence uint64 // the store's
}

// Sealer seals under the keys of requests, as record.Vault does.
type Sealer interface {
	Seal(ctx context.Context, kid string, aad, plain []byte) ([]byte, error)
	Open(ctx context.Context, kid string, aad, sealed []byte) ([]byte, error)
}

// Book is the drafts of all officers. Whether somebody may write at a task is asked before. It is safe for concurrent use.
type Book struct {
	Store  Store
	Sealer Sealer
}

// tries is how often one officer's writes from several windows are put one after the other.
const tries = 5

// Of is the drafts of a task as an officer may see them.
func (b *Book) Of(ctx context.Context, k Key) (Drafts, error) {
	found, _, err := b.open(ctx, k)
	return found, err
}

// Save keeps what an officer has written by now in place of what they had, sealed under the key of the task's request,
// durable when it returns. Of two windows the one that saves last stays.
func (b *Book) Save(ctx context.Context, k Key, kid string, fields Fields, at time.Time) (Drafts, error) {
	for range tries {
		found, last, err := b.open(ctx, k)
		if err != nil {
			return Drafts{}, err
		}
		if !found.Has() {
			found.Own.Began = at
		}
		found.Own.Person, found.Own.Saved, found.Own.Fields = k.Person, at, fields
		sealed, err := b.seal(ctx, k, kid, found.Own)
		if err != nil {
			return Drafts{}, err
		}
		if err = b.Store.Put(ctx, sealed, Lives, last); !errors.Is(err, ErrChanged) {
			return found, err
		}
	}
	return Drafts{}, fmt.Errorf("keep a draft: written from too many places at once: %w", ErrUnavailable)
}

// remembers is how long a draft that was dropped keeps its place: longer than anything that was sent before is under way.
const remembers = time.Hour

// Drop throws an officer's draft away; that there is none is fine.
func (b *Book) Drop(ctx context.Context, k Key) error {
	for range tries {
		found, last, err := b.open(ctx, k)
		if err != nil || !found.Has() {
			return err
		}
		if err = b.Store.Put(ctx, Sealed{Key: k}, remembers, last); !errors.Is(err, ErrChanged) {
			return err
		}
	}
	return fmt.Errorf("drop a draft: written from too many places at once: %w", ErrUnavailable)
}

// open reads all drafts of a task, and where the own one stands in the store.
func (b *Book) open(ctx context.Context, k Key) (Drafts, uint64, error) {
	stored, err := b.Store.Of(ctx, k.Task)
	if err != nil {
		return Drafts{}, 0, err
	}
	var last uint64
	var all []Draft
	for _, s := range stored {
		if s.Person == k.Person {
			last = s.Sequence
		}
		if s.KID == "" {
			continue
		}
		plain, err := b.Sealer.Open(ctx, s.KID, s.bound(s.KID), s.Data)
		if err != nil {
			return Drafts{}, 0, fmt.Errorf("open a draft: %w", err)
		}
		d, err := read(s.Person, plain)
		if err != nil {
			return Drafts{}, 0, err
		}
		all = append(all, d)
	}
	return as(k.Person, all), last, nil
}

func (b *Book) seal(ctx context.Context, k Key, kid string, d Draft) (Sealed, error) {
	plain, err := d.write()
	if err != nil {
		return Sealed{}, err
	}
	data, err := b.Sealer.Seal(ctx, kid, k.bound(kid), plain)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal a draft: %w", err)
	}
	return Sealed{Key: k, KID: kid, Data: data}, nil
}
