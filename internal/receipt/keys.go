package receipt

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/json"
	"fmt"
	"slices"
	"sync"
	"time"
)

// Keys signs with the current key of a data directory and publishes it beside all that went before. It is safe for
// concurrent use.
type Keys struct {
	dir   string
	clock func() time.Time

	mu      sync.RWMutex // held for reading while signing, so that nothing signs with a key after its retirement date
	current *Signer
	retired []PublicKey // newest first
	jwks    []byte
}

// Open reads the keys of dir, a directory that the caller has locked, and creates dir (0700) and a first key when there is
// no key file; clock dates new keys. The error is [ErrExposed] when others may read the file. A file that was lost is not
// told from one that never was: what was signed with it verifies with published copies of its set alone.
func Open(dir string, clock func() time.Time) (*Keys, error) {
	k := &Keys{dir: dir, clock: clock}
	stored, found, err := readFile(dir)
	switch {
	case err != nil:
	case found:
		err = k.use(stored)
	default:
		err = k.Rotate()
	}
	if err != nil {
		return nil, err
	}
	return k, nil
}

// Sign is [Signer.Sign] with the current key.
func (k *Keys) Sign(c Claims) (string, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.current.Sign(c)
}

// SignRelease is [Signer.SignRelease] with the current key.
func (k *Keys) SignRelease(c ReleaseClaims) (string, error) {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.current.SignRelease(c)
}

// JWKS is the JWK set to publish: public halves only, the current key first, then the retired ones, newest first. A
// retired key says when in `verigate_retired_at`. The caller must not change the bytes.
func (k *Keys) JWKS() []byte {
	k.mu.RLock()
	defer k.mu.RUnlock()
	return k.jwks
}

// Rotate retires the current key now and signs with a new one from here on. It returns when that is on disk, and then the
// old private key is gone. After an error or a crash the directory holds either the old keys or the new ones, whole: stop
// and open it again, for these Keys still sign with the old one.
func (k *Keys) Rotate() error {
	_, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return fmt.Errorf("make receipt key: %w", err)
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	next, err := k.successor(private)
	if err != nil {
		return err
	}
	if err := writeFile(k.dir, next); err != nil {
		return err
	}
	return k.adopt(next)
}

// Look takes what the key file holds now when these keys were rotated into it: at another gateway, from which it was brought
// while this one signs. Anything else is left alone; an error says that the file cannot be read or used, as while it is being
// written. It says whether it took something.
func (k *Keys) Look() (taken bool, err error) {
	stored, found, err := readFile(k.dir)
	if err != nil || !found {
		return false, err
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if !stored.retires(k.current.public) {
		return false, nil
	}
	err = k.adopt(stored)
	return err == nil, err
}

// keySet is what the key file holds.
type keySet struct {
	current *Signer
	retired []PublicKey
}

// retires says whether a key signed once, and signs no more.
func (s keySet) retires(key PublicKey) bool {
	return slices.ContainsFunc(s.retired, func(old PublicKey) bool { return old.X.Equal(key.X) })
}

func (k *Keys) successor(private ed25519.PrivateKey) (keySet, error) {
	now := k.clock()
	signer, err := NewSigner(private, now)
	if err != nil || k.current == nil {
		return keySet{current: signer}, err
	}
	old := k.current.public
	old.Retired = now.UTC()
	return keySet{current: signer, retired: slices.Concat([]PublicKey{old}, k.retired)}, nil
}

func (k *Keys) use(set keySet) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.adopt(set)
}

// adopt makes set the one in use; k.mu is held.
func (k *Keys) adopt(set keySet) error {
	published, err := json.Marshal(set.published())
	if err != nil {
		return fmt.Errorf("encode JWK set: %w", err)
	}
	k.current, k.retired, k.jwks = set.current, set.retired, published
	return nil
}

func (s keySet) published() jwkSet {
	keys := []jwk{newJWK(s.current.public)}
	for _, old := range s.retired {
		keys = append(keys, newJWK(old))
	}
	return jwkSet{Keys: keys}
}
