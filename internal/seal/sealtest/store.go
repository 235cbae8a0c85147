// Package sealtest holds a key store in memory, the suite that every key
// store passes, and a vault for tests of other packages.
package sealtest

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/record"
	"verigate/internal/seal"
)

// Store is a seal.KeyStore in memory. It is safe for concurrent use.
type Store struct {
	mu     sync.Mutex
	keys   map[string]seal.Wrapped
	places uint64 // given to keys so far
	erased map[string]bool
	puts   int
	fail   []error
}

// NewStore returns an empty store.
func NewStore() *Store {
	return &Store{keys: map[string]seal.Wrapped{}, erased: map[string]bool{}}
}

// Root is a root of fixed bytes, for tests only.
func Root(t testing.TB) *seal.Root {
	t.Helper()
	return Roots(t, File(t, 7))
}

// File is a root key as in a file: 32 times the same byte.
func File(t testing.TB, b byte) *seal.FileRoot {
	t.Helper()
	f, err := seal.NewFileRoot(bytes.Repeat([]byte{b}, 32))
	if err != nil {
		t.Fatal(err)
	}
	return f
}

// Roots are root keys, oldest first.
func Roots(t testing.TB, keys ...seal.RootKey) *seal.Root {
	t.Helper()
	r, err := seal.NewRoot(func() ([]seal.RootKey, error) { return keys, nil })
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Names are those of Root.
func Names(t testing.TB) *seal.Names {
	t.Helper()
	n, err := Root(t).Names(t.Context(), NewStore(), false)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Vault is a vault over a store in memory.
func Vault(t testing.TB) *seal.Vault {
	t.Helper()
	now := func() time.Time { return time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC) }
	return seal.New(seal.Settings{Store: NewStore(), Root: Root(t), Now: now, Slots: 16})
}

// FailNext makes the next Puts return these errors, one each.
func (s *Store) FailNext(errs ...error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fail = append(s.fail, errs...)
}

// Puts counts the batches that were written.
func (s *Store) Puts() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.puts
}

// Lose takes a key away as damage would.
func (s *Store) Lose(kid string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, kid)
}

// Swap exchanges the bytes of two keys as an intruder would.
func (s *Store) Swap(a, b string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	ka, kb := s.keys[a], s.keys[b]
	ka.Bytes, kb.Bytes = kb.Bytes, ka.Bytes
	s.keys[a], s.keys[b] = ka, kb
}

// Unname makes the keys of groups such as a release wrote that knew one root
// file, and takes away what it did not know.
func (s *Store) Unname() {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.keys, "names")
	for kid, k := range s.keys {
		k.Root = ""
		s.keys[kid] = k
	}
}

// Put implements seal.KeyStore.
func (s *Store) Put(ctx context.Context, keys []seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.put(ctx, keys)
}

// put is called with mu held.
func (s *Store) put(ctx context.Context, keys []seal.Wrapped) error {
	if len(s.fail) > 0 {
		err := s.fail[0]
		s.fail = s.fail[1:]
		return err
	}
	for _, k := range keys {
		if _, taken := s.keys[k.KID]; taken || s.erased[k.KID] {
			return seal.ErrExists
		}
	}
	for _, k := range keys {
		s.store(k)
	}
	s.puts++
	return ctx.Err()
}

// store is called with mu held.
func (s *Store) store(k seal.Wrapped) {
	s.places++
	k.Bytes, k.Place = bytes.Clone(k.Bytes), s.places
	s.keys[k.KID] = k
}

// Replace implements seal.KeyStore.
func (s *Store) Replace(ctx context.Context, k seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.erased[k.KID] {
		return record.ErrErased
	}
	if s.keys[k.KID].Place != k.Place {
		return seal.ErrMoved
	}
	s.store(k)
	return ctx.Err()
}

// Move implements seal.KeyStore.
func (s *Store) Move(ctx context.Context, under, k seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.erased[k.KID] {
		return record.ErrErased
	}
	if at, ok := s.keys[under.KID]; !ok || at.Place != under.Place || s.keys[k.KID].Place != k.Place {
		return seal.ErrMoved
	}
	s.store(k)
	return ctx.Err()
}

// Add implements seal.KeyStore.
func (s *Store) Add(ctx context.Context, under seal.Wrapped, keys []seal.Wrapped) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if at, ok := s.keys[under.KID]; !ok || at.Place != under.Place {
		return seal.ErrMoved
	}
	return s.put(ctx, keys)
}

// Each implements seal.KeyStore.
func (s *Store) Each(ctx context.Context, group string, fn func(seal.Wrapped) error) error {
	s.mu.Lock()
	var all []seal.Wrapped
	for _, k := range s.keys {
		if k.Group == group {
			all = append(all, k)
		}
	}
	s.mu.Unlock()
	for _, k := range all {
		if err := fn(k); err != nil {
			return err
		}
	}
	return ctx.Err()
}

// Settle implements seal.KeyStore: nothing former is kept here.
func (s *Store) Settle(ctx context.Context, _ string) error { return ctx.Err() }

// Groups implements seal.KeyStore.
func (s *Store) Groups(ctx context.Context) ([]seal.Wrapped, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var all []seal.Wrapped
	for _, k := range s.keys {
		if strings.Contains(k.KID, ".") {
			all = append(all, k)
		}
	}
	slices.SortFunc(all, func(a, b seal.Wrapped) int { return cmp.Compare(a.Place, b.Place) })
	return all, ctx.Err()
}

// Get implements seal.KeyStore.
func (s *Store) Get(ctx context.Context, kid string) (seal.Wrapped, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.erased[kid] {
		return seal.Wrapped{}, record.ErrErased
	}
	k, ok := s.keys[kid]
	if !ok {
		return seal.Wrapped{}, record.ErrKeyMissing
	}
	return k, ctx.Err()
}

// Held says of each key that was ever stored whether it is still there; one that is lost is not told.
func (s *Store) Held() map[string]bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := map[string]bool{}
	for kid := range s.erased {
		all[kid] = false
	}
	for kid := range s.keys {
		all[kid] = true
	}
	return all
}

// Restore puts a key back as a backup would, whatever was erased since.
func (s *Store) Restore(k seal.Wrapped) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.keys[k.KID] = k
}

// Erase implements seal.KeyStore.
func (s *Store) Erase(ctx context.Context, kid string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.keys[kid]; !ok && !s.erased[kid] {
		return record.ErrKeyMissing
	}
	delete(s.keys, kid)
	s.erased[kid] = true
	return ctx.Err()
}
