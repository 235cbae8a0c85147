package seal_test

import (
	"context"
	"errors"
	"sync"
	"testing"

	"verigate/internal/record"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
)

// failing is a store that does not answer one of its calls.
type failing struct {
	seal.KeyStore
	mu     sync.Mutex
	before int // calls that it answers before
	failed bool
}

func (f *failing) answers() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.before--; f.before != -1 {
		return nil
	}
	f.failed = true
	return record.ErrUnavailable
}

func (f *failing) Put(ctx context.Context, keys []seal.Wrapped) error {
	return unless(f.answers(), func() error { return f.KeyStore.Put(ctx, keys) })
}

func (f *failing) Add(ctx context.Context, under seal.Wrapped, keys []seal.Wrapped) error {
	return unless(f.answers(), func() error { return f.KeyStore.Add(ctx, under, keys) })
}

func (f *failing) Each(ctx context.Context, group string, fn func(seal.Wrapped) error) error {
	return unless(f.answers(), func() error { return f.KeyStore.Each(ctx, group, fn) })
}

func (f *failing) Get(ctx context.Context, kid string) (w seal.Wrapped, err error) {
	err = unless(f.answers(), func() error { w, err = f.KeyStore.Get(ctx, kid); return err })
	return w, err
}

func (f *failing) Erase(ctx context.Context, kid string) error {
	return unless(f.answers(), func() error { return f.KeyStore.Erase(ctx, kid) })
}

func (f *failing) Replace(ctx context.Context, key seal.Wrapped) error {
	return unless(f.answers(), func() error { return f.KeyStore.Replace(ctx, key) })
}

func (f *failing) Move(ctx context.Context, under, key seal.Wrapped) error {
	return unless(f.answers(), func() error { return f.KeyStore.Move(ctx, under, key) })
}

func (f *failing) Settle(ctx context.Context, kid string) error {
	return unless(f.answers(), func() error { return f.KeyStore.Settle(ctx, kid) })
}

func (f *failing) Groups(ctx context.Context) (all []seal.Wrapped, err error) {
	err = unless(f.answers(), func() error { all, err = f.KeyStore.Groups(ctx); return err })
	return all, err
}

// unless is the error, or else what another call says.
func unless(err error, then func() error) error {
	if err != nil {
		return err
	}
	return then()
}

// Whoever is told that keys were rotated, moved or destroyed may rely on it: whichever step the store does not answer, that is
// said, and nothing else is.
func TestAStepThatTheStoreDoesNotAnswerIsNotPassedOver(t *testing.T) {
	t.Parallel()
	both := sealtest.Roots(t, sealtest.File(t, 7), sealtest.File(t, 8))
	for name, do := range map[string]func(ctx context.Context, s seal.KeyStore, kid string, sealed []byte) error{
		"rotate": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error { return both.Rotate(ctx, s) },
		"status": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			_, err := both.Status(ctx, s)
			return err
		},
		"names": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			_, err := both.Names(ctx, s, true)
			return err
		},
		"replace a group": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			_, _, err := vault(t, s).ReplaceGroup(ctx, month)
			return err
		},
		"refile": func(ctx context.Context, s seal.KeyStore, kid string, _ []byte) error {
			moved, err := lastingOver(t, s).RefileAll(ctx, []string{kid})
			if err == nil && moved != 1 {
				t.Errorf("refiled %d", moved)
			}
			return err
		},
		"end a month": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			return vault(t, s).EndMonth(ctx, month)
		},
		"open all": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			return vault(t, s).OpenGroups(ctx)
		},
		"fill": func(ctx context.Context, s seal.KeyStore, _ string, _ []byte) error {
			return lastingOver(t, s).Fill(ctx)
		},
		"open": func(ctx context.Context, s seal.KeyStore, kid string, sealed []byte) error {
			_, err := vault(t, s).Open(ctx, kid, []byte(kid), sealed)
			return err
		},
		"erase": func(ctx context.Context, s seal.KeyStore, kid string, _ []byte) error {
			return vault(t, s).Erase(ctx, kid)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for n := 0; ; n++ {
				store, _ := began(t)
				for kid, sealed := range sealedIn(t, vault(t, store), 1) {
					f := &failing{KeyStore: store, before: n}
					err := do(t.Context(), f, kid, sealed)
					switch {
					case !f.failed && err == nil:
						if n == 0 {
							t.Error("it asks the store nothing")
						}
						return
					case !f.failed:
						t.Fatal(err)
					case !errors.Is(err, record.ErrUnavailable):
						t.Errorf("call %d is not answered: %v", n+1, err)
					}
				}
			}
		})
	}
}
