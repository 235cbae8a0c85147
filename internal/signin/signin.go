package signin

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/account"
	"verigate/internal/session"
	"verigate/internal/verification"
)

// ErrRefused is the one answer to whoever does not prove who they are.
var ErrRefused = errors.New("not proved")

// ThrottledError says when the next attempt is looked at.
type ThrottledError struct{ Wait time.Duration }

// Error implements error.
func (e *ThrottledError) Error() string { return fmt.Sprintf("too many attempts: again in %s", e.Wait) }

// FlawError says why a new password is not taken.
type FlawError struct{ Flaw account.Flaw }

// Error implements error.
func (e *FlawError) Error() string { return "the new password is not taken: " + string(e.Flaw) }

// ErrNothingEnrolled says that a code came for a second factor that was not begun.
var ErrNothingEnrolled = errors.New("no second factor is being enrolled")

// Throttle slows attempts down, by account and source together, and locks no owner out: limit.Throttle does. It is safe for
// concurrent use.
type Throttle interface {
	// Allow says whether an attempt is looked at now, and else after how long.
	Allow(account, source string) (wait time.Duration, ok bool)
	Failed(account, source string)
	Succeeded(account, source string)
}

// Persons finds people: access.Keyring does.
type Persons interface {
	ByAccount(typed string) (access.Principal, bool)
	BySubject(issuer, subject string) (access.Principal, bool)
	Principal(id verification.PersonID) (access.Principal, bool)
}

// Registry changes what the record says of a person: gateway.Registry does.
type Registry interface {
	Principal(ctx context.Context, by verification.Actor, id verification.PersonID, c access.Command) error
}

// Parts are what it is made of. All are safe for concurrent use.
type Parts struct {
	Book     *session.Book
	Codes    Codes
	Persons  Persons
	Registry Registry
	Hasher   *account.Hasher
	Throttle Throttle
	Now      func() time.Time
}

// Codes notes which one-time codes were used: session.Store does.
type Codes interface {
	Spend(ctx context.Context, whose string, step uint64, lives time.Duration) error
}

// Desk is where people sign in. It is safe for concurrent use.
type Desk struct{ Parts }

// New opens it.
func New(p Parts) *Desk { return &Desk{Parts: p} }

// Attempt is what somebody gives to prove who they are.
type Attempt struct {
	Name     string // of the local account, as typed
	Password string
	Code     string // one-time or recovery; empty: none
	Source   string // where it comes from, for the throttle
}

// Signed is a session with the token that the browser is to hold.
type Signed struct {
	session.Open
	Token session.Token
}

// SignIn opens a session. The error is ErrRefused, a *ThrottledError, account.ErrBusy or session.ErrUnavailable.
func (d *Desk) SignIn(ctx context.Context, a Attempt) (Signed, error) {
	p, err := d.Prove(ctx, a)
	if err != nil {
		return Signed{}, err
	}
	return d.open(ctx, p.ID, a.Source)
}

func (d *Desk) open(ctx context.Context, id verification.PersonID, from string) (Signed, error) {
	now := d.Now()
	p, _ := d.Persons.Principal(id) // as it is after the proof
	token, open, err := d.Book.SignIn(ctx, session.Begin(id, session.ByAccount, p.RightsAt(now), now).Opened(from))
	return Signed{Open: open, Token: token}, err
}

// Prove says whose account it is, to whom proves it: at most once with each code. The errors are SignIn's.
func (d *Desk) Prove(ctx context.Context, a Attempt) (access.Principal, error) {
	a.Name, _ = access.AccountName(a.Name) // one spelling for the throttle, also of what names nobody
	if wait, ok := d.Throttle.Allow(a.Name, a.Source); !ok {
		return access.Principal{}, &ThrottledError{Wait: wait}
	}
	p, err := d.prove(ctx, a)
	switch {
	case err == nil:
		d.Throttle.Succeeded(a.Name, a.Source)
	case errors.Is(err, ErrRefused):
		d.Throttle.Failed(a.Name, a.Source)
	}
	return p, err
}

// prove hashes once, whatever there is to compare with, and looks at all of it before it says no.
func (d *Desk) prove(ctx context.Context, a Attempt) (access.Principal, error) {
	p, known := d.Persons.ByAccount(a.Name)
	chosen, err := d.Hasher.Proves(ctx, p.Local.Password, a.Password)
	if err != nil {
		return access.Principal{}, err
	}
	own, _ := p.Account()
	first := account.SameHalves(own.First, account.Halves(a.Password)) && p.Local.Password == ""
	step, coded := account.StepOf(p.Local.Factor, a.Code, d.Now())
	switch {
	case !known || !chosen && !first:
		return access.Principal{}, ErrRefused
	case len(p.Local.Factor) == 0:
		return p, nil
	case coded:
		return p, d.spend(ctx, p.ID, step)
	}
	code := account.Half(a.Code).Hash()
	if !slices.Contains(p.Local.Recovery, code) {
		return p, ErrRefused // at once: whoever measures does not learn that the password was right
	}
	return p, d.recover(ctx, p.ID, code)
}

func (d *Desk) spend(ctx context.Context, id verification.PersonID, step uint64) error {
	err := d.Codes.Spend(ctx, string(id), step, account.CodeLives)
	if errors.Is(err, session.ErrSpent) {
		return ErrRefused
	}
	return err
}

// recover takes a recovery code out of the record, which gives it away once.
func (d *Desk) recover(ctx context.Context, id verification.PersonID, code access.Hash) error {
	err := d.Registry.Principal(ctx, verification.Actor{Person: id}, id, access.UseRecoveryCode{Code: code})
	var refusal *verification.Refusal
	if errors.As(err, &refusal) {
		return ErrRefused
	}
	return err
}

// Need is what a person has to do before a session reaches anything but the own account.
type Need string

// The needs, in their order.
const (
	NeedPassword Need = "password"      // the first one is to be changed
	NeedFactor   Need = "second_factor" // none is enrolled
)

// Needs lists what a session's person has to do first. Who signs in at a provider has no account here.
func (d *Desk) Needs(o session.Open) []Need {
	if o.Way != session.ByAccount {
		return nil
	}
	p, _ := d.Persons.Principal(o.Person)
	return NeedsOf(p)
}

// NeedsOf lists what somebody with a local account has to do first.
func NeedsOf(p access.Principal) []Need {
	var needs []Need
	if p.Local.Password == "" {
		needs = append(needs, NeedPassword)
	}
	if len(p.Local.Factor) == 0 {
		needs = append(needs, NeedFactor)
	}
	return needs
}

// again proves that it is the session's own person who gives a password and a code.
func (d *Desk) again(ctx context.Context, o session.Open, a Attempt) error {
	p, _ := d.Persons.Principal(o.Person)
	own, _ := p.Account()
	a.Name = own.Account
	_, err := d.Prove(ctx, a)
	return err
}

// Reauthenticate proves once more who the session's person is, and goes on under another token.
func (d *Desk) Reauthenticate(ctx context.Context, o session.Open, a Attempt) (Signed, error) {
	if err := d.again(ctx, o, a); err != nil {
		return Signed{}, err
	}
	return d.renew(ctx, o)
}

// renew goes on with the session under the rights of now and another token.
func (d *Desk) renew(ctx context.Context, o session.Open) (Signed, error) {
	now := d.Now()
	p, _ := d.Persons.Principal(o.Person)
	s := o.Renewed(p.RightsAt(now), now)
	s.Enrolling = nil
	token, open, err := d.Book.Rotate(ctx, o, s)
	return Signed{Open: open, Token: token}, err
}

// ChangePassword sets the password of the person's choice. All other sessions of the person end with it; this one goes
// on under another token.
func (d *Desk) ChangePassword(ctx context.Context, o session.Open, a Attempt, chosen string) (Signed, error) {
	if err := d.again(ctx, o, a); err != nil {
		return Signed{}, err
	}
	p, _ := d.Persons.Principal(o.Person)
	own, _ := p.Account()
	if flaw := account.FlawOf(own.Account, a.Password, chosen); flaw != account.NoFlaw {
		return Signed{}, &FlawError{Flaw: flaw}
	}
	hashed, err := d.Hasher.Hash(ctx, chosen)
	if err != nil {
		return Signed{}, err
	}
	if err := d.Registry.Principal(ctx, o.Caller.Actor, o.Person, access.SetPassword{Password: hashed}); err != nil {
		return Signed{}, err
	}
	return d.renew(ctx, o)
}

// Factor is a second factor that is being enrolled.
type Factor struct {
	Secret string // as people type it
	URI    string // as an authenticator reads it
}

// BeginFactor draws the secret of a second factor. It counts for nothing until ConfirmFactor.
func (d *Desk) BeginFactor(ctx context.Context, o session.Open) (Factor, error) {
	p, _ := d.Persons.Principal(o.Person)
	own, has := p.Account()
	if !has {
		return Factor{}, ErrNothingEnrolled
	}
	secret, err := account.NewFactor()
	if err != nil {
		return Factor{}, fmt.Errorf("draw a second factor: %w", err)
	}
	uri, err := account.FactorURI(own.Account, secret)
	if err != nil {
		return Factor{}, err
	}
	s := o.Session
	s.Enrolling = secret
	return Factor{Secret: account.FactorText(secret), URI: uri}, d.Book.Keep(ctx, o, s)
}

// ConfirmFactor enrols the second factor to whoever shows a code of it, and gives the recovery codes, once. All other
// sessions of the person end.
func (d *Desk) ConfirmFactor(ctx context.Context, o session.Open, code string) (Signed, []account.Half, error) {
	if len(o.Enrolling) == 0 {
		return Signed{}, nil, ErrNothingEnrolled
	}
	step, ok := account.StepOf(o.Enrolling, code, d.Now())
	if !ok {
		return Signed{}, nil, ErrRefused
	}
	if err := d.spend(ctx, o.Person, step); err != nil {
		return Signed{}, nil, err
	}
	codes, kept, err := account.Recovery(rand.Reader)
	if err != nil {
		return Signed{}, nil, err
	}
	if err := d.Registry.Principal(ctx, o.Caller.Actor, o.Person, access.EnrolSecondFactor{Secret: o.Enrolling, Recovery: kept}); err != nil {
		return Signed{}, nil, err
	}
	signed, err := d.renew(ctx, o)
	return signed, codes, err
}
