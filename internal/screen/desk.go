package screen

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/sync/singleflight"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// How long a code is good, and for how much longer the device that shows it waits before it takes another: who typed it in
// its last second has paired it.
const (
	Lives = 10 * time.Minute
	grace = 15 * time.Second
)

// patience is how long a pairing may take.
const patience = 10 * time.Second

// ErrUnknownCode says that no device shows the code now: it was mistyped, is over, or was used.
var ErrUnknownCode = errors.New("no screen shows that code")

// ErrUnknownScreen says that there is no such screen.
var ErrUnknownScreen = errors.New("no such screen")

// ThrottledError says when the next code is looked at.
type ThrottledError struct{ Wait time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string { return fmt.Sprintf("too many codes: again in %s", e.Wait) }

// Principals finds screens: access.Keyring does.
type Principals interface {
	Principal(id verification.PersonID) (access.Principal, bool)
	Principals() []access.Principal
}

// Registry changes what the record says of a principal: gateway.Registry does.
type Registry interface {
	Principal(ctx context.Context, by verification.Actor, id verification.PersonID, c access.Command) error
}

// Throttle slows guessing down, by who types and from where: limit.Throttle does. It is safe for concurrent use.
type Throttle interface {
	Allow(account, source string) (wait time.Duration, ok bool)
	Failed(account, source string)
	Succeeded(account, source string)
}

// Parts are what it is made of. All are safe for concurrent use.
type Parts struct {
	Store      Store
	Principals Principals
	Registry   Registry
	Throttle   Throttle
	Random     io.Reader
	Now        func() time.Time
}

// Desk is where screens are paired and removed. It is safe for concurrent use.
type Desk struct {
	Parts
	under singleflight.Group // pairings at work, by who sends what
}

// New opens it.
func New(p Parts) *Desk { return &Desk{Parts: p} }

// Shown is a device that waits: what it shows, and what it keeps.
type Shown struct {
	Code   Code
	EndsAt time.Time
	Key    access.Secret
	New    bool // the key was drawn now
}

// Begin lets a device wait. One that comes back with its key goes on with its code; one without, whose code is over, or that
// was paired once, gets another key. The error is ErrUnavailable, or of Random.
func (d *Desk) Begin(ctx context.Context, key string) (Shown, error) {
	now := d.Now()
	if shown, goesOn, err := d.goesOn(ctx, key, now); goesOn || err != nil {
		return shown, err
	}
	const draws = 3 // of 40 bits: that a code is another's is as good as never met
	for range draws {
		secret, err := access.NewKey(d.Random)
		if err != nil {
			return Shown{}, err
		}
		shown := Shown{Code: CodeOf(secret), EndsAt: now.Add(Lives).UTC(), Key: secret, New: true}
		kept, err := d.Store.Put(ctx, shown.Code, Waiting{Key: secret.ID(), Hash: secret.Hash(), EndsAt: shown.EndsAt}, Lives+grace)
		if kept || err != nil {
			return shown, err
		}
	}
	return Shown{}, errors.New("every code that was drawn is another screen's")
}

func (d *Desk) goesOn(ctx context.Context, key string, now time.Time) (Shown, bool, error) {
	secret, err := access.ParseKey(key)
	if err != nil {
		return Shown{}, false, nil //nolint:nilerr // what is no key of ours is none
	}
	if _, paired := d.Principals.Principal(access.ScreenOf(secret.ID())); paired {
		return Shown{}, false, nil
	}
	code := CodeOf(secret)
	w, waits, err := d.Store.Find(ctx, code)
	if err != nil || !waits || w.Hash != secret.Hash() || !now.Before(w.EndsAt.Add(grace)) {
		return Shown{}, false, err
	}
	return Shown{Code: code, EndsAt: w.EndsAt, Key: secret}, true, nil
}

// Pairing is what a person gives who reads the code of a device.
type Pairing struct {
	Code   string // as typed
	Label  string // what the screen is called in the list
	Unit   verification.UnitCode
	Source string // where the person is, for the throttle
}

// Pair makes a screen of the device that shows a code. Given again, it is as the first time, and while the first is still at work
// it waits for that one: a double click is one attempt, where the throttle would take the second for another guess. The error is
// ErrUnknownCode, a *ThrottledError, ErrUnavailable, or the registry's.
func (d *Desk) Pair(ctx context.Context, by verification.Actor, p Pairing) (access.Principal, error) {
	same := fmt.Sprintf("%q", []string{string(by.Person), p.Code, p.Label, string(p.Unit), p.Source})
	made, err, _ := d.under.Do(same, func() (any, error) {
		work, stop := context.WithTimeout(context.WithoutCancel(ctx), patience) // whoever clicks again goes away from the first
		defer stop()
		return d.attempt(work, by, p)
	})
	screen, _ := made.(access.Principal)
	return screen, err
}

// attempt is Pair of one press.
func (d *Desk) attempt(ctx context.Context, by verification.Actor, p Pairing) (access.Principal, error) {
	who := string(by.Person)
	if wait, ok := d.Throttle.Allow(who, p.Source); !ok {
		return access.Principal{}, &ThrottledError{Wait: wait}
	}
	screen, err := d.pair(ctx, by, p)
	switch {
	case err == nil:
		d.Throttle.Succeeded(who, p.Source)
	case errors.Is(err, ErrUnknownCode):
		d.Throttle.Failed(who, p.Source)
	}
	return screen, err
}

func (d *Desk) pair(ctx context.Context, by verification.Actor, p Pairing) (access.Principal, error) {
	code, readable := ParseCode(p.Code)
	if !readable {
		return access.Principal{}, ErrUnknownCode
	}
	w, waits, err := d.Store.Find(ctx, code)
	switch {
	case err != nil:
		return access.Principal{}, err
	case !waits || !d.Now().Before(w.EndsAt):
		return access.Principal{}, ErrUnknownCode
	}
	id := access.ScreenOf(w.Key)
	err = d.Registry.Principal(ctx, by, id, access.PairScreen{Label: p.Label, Unit: p.Unit, Key: w.Key, Hash: w.Hash})
	if errors.Is(err, &verification.Refusal{Code: verification.AlreadyExists}) {
		return access.Principal{}, ErrUnknownCode // it was used
	}
	screen, _ := d.Principals.Principal(id)
	return screen, err
}

// Screens lists those in use, by id.
func (d *Desk) Screens() []access.Principal { return access.Screens(d.Principals.Principals()) }

// Remove ends a screen, at every gateway as soon as it reads the record. The error is ErrUnknownScreen, or the registry's.
func (d *Desk) Remove(ctx context.Context, by verification.Actor, id verification.PersonID) error {
	if p, known := d.Principals.Principal(id); !known || !p.IsScreen() || p.Disabled {
		return ErrUnknownScreen
	}
	return d.Registry.Principal(ctx, by, id, access.RemoveScreen{})
}
