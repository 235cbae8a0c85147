package seal

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"

	"verigate/internal/record"
)

// rootGroup is the group of what is wrapped under the root itself.
const rootGroup = "root"

// namesKey is the id of the secret of names. The version that it is under is
// the one in use: whoever makes a group's key wraps it under the same.
const namesKey = "names"

// Root is the root keys that this gateway has: one, and while a rotation is
// under way the one before it too. It is safe for concurrent use.
type Root struct {
	load func() ([]RootKey, error)

	mu   sync.Mutex // guards keys
	keys []RootKey
}

// NewRoot reads the root keys, oldest first; the last is what a rotation goes
// to. load is called again when a version is met that none of them has.
func NewRoot(load func() ([]RootKey, error)) (*Root, error) {
	r := &Root{load: load}
	if err := r.reload(); err != nil {
		return nil, err
	}
	if len(r.keys) == 0 {
		return nil, errors.New("there is no root key")
	}
	return r, nil
}

func (r *Root) reload() error {
	keys, err := r.load()
	if err != nil {
		return fmt.Errorf("read the root keys: %w", err)
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.keys = keys
	return nil
}

func (r *Root) having() []RootKey {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.keys
}

// with returns the keys that a version may be of.
func (r *Root) with(version string) []RootKey {
	var fit []RootKey
	for _, k := range r.having() {
		if k.Has(version) {
			fit = append(fit, k)
		}
	}
	return fit
}

// find is with, and looks again at what there is before it gives up.
func (r *Root) find(ctx context.Context, version string) ([]RootKey, error) {
	if fit := r.with(version); len(fit) > 0 {
		return fit, nil
	}
	if err := r.reload(); err != nil {
		return nil, err
	}
	if fit := r.with(version); len(fit) > 0 {
		return fit, nil
	}
	return nil, fmt.Errorf("%s is %w; it has %s: bring it the root key of the rotation, or give the one that belongs to this record",
		called(version), ErrUnknownRoot, strings.Join(r.newest(ctx), ", "))
}

// called is how people are told a version.
func called(version string) string {
	if version == "" {
		return "a file of before versions had names"
	}
	return version
}

// newest are the newest versions of the keys that there are, as far as they
// can be asked.
func (r *Root) newest(ctx context.Context) []string {
	var all []string
	for _, k := range r.having() {
		version, err := k.Newest(ctx)
		if err != nil {
			version = "one that does not answer"
		}
		all = append(all, version)
	}
	return all
}

// unwrap opens a key of the root's own group. record.ErrTampered is certain;
// ErrUnknownRoot passes when the root is brought, and is one with
// record.ErrUnavailable, so that whoever follows the record waits for it.
func (r *Root) unwrap(ctx context.Context, w Wrapped) ([]byte, error) {
	fit, err := r.find(ctx, w.Root)
	if err != nil {
		return nil, fmt.Errorf("unwrap key %s: %w (%w)", w.KID, err, record.ErrUnavailable)
	}
	for _, k := range fit {
		var secret []byte
		secret, err = k.Unwrap(ctx, w.Root, w.Bytes, place(w.KID, rootGroup))
		if err == nil {
			return secret, nil
		}
	}
	return nil, fmt.Errorf("unwrap key %s: %w", w.KID, err)
}

// wrap seals a new key of the root's own group under the version in use.
func (r *Root) wrap(ctx context.Context, store KeyStore, kid string, secret []byte) (Wrapped, error) {
	in, err := store.Get(ctx, namesKey)
	if errors.Is(err, record.ErrKeyMissing) {
		return wrapUnder(ctx, r.having()[0], kid, secret)
	}
	if err != nil {
		return Wrapped{}, fmt.Errorf("root key in use: %w", err)
	}
	fit, err := r.find(ctx, in.Root)
	if err != nil {
		return Wrapped{}, fmt.Errorf("wrap key %s: %w (%w)", kid, err, record.ErrUnavailable)
	}
	return wrapUnder(ctx, fit[len(fit)-1], kid, secret)
}

func wrapUnder(ctx context.Context, k RootKey, kid string, secret []byte) (Wrapped, error) {
	version, wrapped, err := k.Wrap(ctx, secret, place(kid, rootGroup))
	if err != nil {
		return Wrapped{}, fmt.Errorf("wrap key %s: %w", kid, err)
	}
	return Wrapped{KID: kid, Group: rootGroup, Root: version, Bytes: wrapped}, nil
}

// Names opens the secret of names, and makes it in a store that has none. One
// that began before there was such a secret (begun) has names of its root
// file, and goes on with them: there the file is needed once more.
func (r *Root) Names(ctx context.Context, store KeyStore, begun bool) (*Names, error) {
	w, err := store.Get(ctx, namesKey)
	if errors.Is(err, record.ErrKeyMissing) {
		if err := r.beginNames(ctx, store, begun); err != nil {
			return nil, fmt.Errorf("make the secret of names: %w", err)
		}
		w, err = store.Get(ctx, namesKey)
	}
	if err != nil {
		return nil, fmt.Errorf("secret of names: %w", err)
	}
	secret, err := r.unwrap(ctx, w)
	if err != nil {
		return nil, err
	}
	return newNames(secret)
}

func (r *Root) beginNames(ctx context.Context, store KeyStore, begun bool) error {
	keys := r.having()
	under, secret := keys[len(keys)-1], freshNames()
	if file, ok := keys[0].(*FileRoot); ok && (begun || len(keys) == 1) {
		under, secret = file, file.names
	} else if begun {
		return errors.New("KEYS is of a release that knew a root file alone, and there is none: give it by --root-key, start once, rotate")
	}
	w, err := wrapUnder(ctx, under, namesKey, secret)
	if err != nil {
		return err
	}
	if err := store.Put(ctx, []Wrapped{w}); err != nil && !errors.Is(err, ErrExists) {
		return err
	}
	return nil
}
