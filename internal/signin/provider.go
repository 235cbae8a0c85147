package signin

import (
	"context"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"verigate/internal/session"
	"verigate/internal/verification"
)

// Provider is an OpenID provider. It is safe for concurrent use.
type Provider interface {
	// Authorise makes the address at which a browser asks the provider for a code, and what the browser is to keep until
	// it comes back. Fresh asks the provider to prove the person again. ErrProviderAway when it does not answer.
	Authorise(ctx context.Context, fresh bool) (url string, w Wait, err error)
	// Redeem takes a code for who it is of. Whatever is wrong with what the provider says is ErrRefused, with the reason.
	Redeem(ctx context.Context, w Wait, code string) (Subject, error)
	// Refresh asks once more. ErrRefused when the provider knows the person no longer.
	Refresh(ctx context.Context, token string) (Subject, error)
	// Logout reads a token of back-channel logout.
	Logout(ctx context.Context, token string) (Ended, error)
}

// ErrProviderAway says that the provider does not answer.
var ErrProviderAway = errors.New("the OpenID provider does not answer")

// Wait is what a browser keeps, sealed, between its way to the provider and back.
type Wait struct {
	State    string     `json:"state"`
	Nonce    string     `json:"nonce"`
	Verifier string     `json:"verifier"` // of PKCE (RFC 7636)
	At       time.Time  `json:"at"`
	Fresh    bool       `json:"fresh,omitempty"`
	Renews   session.ID `json:"renews,omitempty"` // the session whose person is proved again; empty: a new one
}

// waits is how long a browser may be away.
const waits = 10 * time.Minute

// Subject is who the provider says it is.
type Subject struct {
	Issuer   string
	Subject  string
	SID      string              // the provider's session; empty: it names none
	Roles    []verification.Role // that its claims are mapped to
	Mapped   bool                // claims are mapped: no other role opens, whatever the record grants
	Refresh  string              // by which it is asked again
	ProvedAt time.Time           // when it proved the person; zero: it does not say
}

// Ended is what a back-channel logout ends: the provider's session, or without one all of its subject.
type Ended struct{ Issuer, Subject, SID string }

// Provided is the sign-in at a provider.
type Provided struct {
	Desk     *Desk
	Provider Provider
	Sealer   session.Sealer
	Failed   func(error) // told why somebody was refused, for the log; nobody else hears it
}

const waitBinding = "sign-in at a provider"

// Begin sends a browser to the provider. With a session its person is to be proved again.
func (p *Provided) Begin(ctx context.Context, open session.Open) (url, wait string, err error) {
	url, w, err := p.Provider.Authorise(ctx, open.ID != "")
	if err != nil {
		return "", "", err
	}
	w.At, w.Fresh, w.Renews = p.Desk.Now().UTC(), open.ID != "", open.ID
	plain, err := json.Marshal(w)
	if err != nil {
		return "", "", fmt.Errorf("write what a browser keeps: %w", err)
	}
	sealed, err := p.Sealer.Seal(waitBinding, plain)
	return url, string(sealed), err
}

// Back is what a browser brings from the provider.
type Back struct {
	Wait        string // as Begin gave it
	State, Code string // of the provider's address
	Source      string // where the browser is
}

// Finish opens the session of whoever comes back, or goes on with the one that was to be proved again. Its error is
// ErrRefused, ErrProviderAway or session.ErrUnavailable.
func (p *Provided) Finish(ctx context.Context, b Back) (Signed, error) {
	signed, err := p.finish(ctx, b)
	if errors.Is(err, ErrRefused) {
		p.Failed(err)
	}
	return signed, err
}

func (p *Provided) finish(ctx context.Context, b Back) (Signed, error) {
	now := p.Desk.Now()
	w, err := p.waited(b.Wait, b.State, now)
	if err != nil {
		return Signed{}, err
	}
	s, err := p.Provider.Redeem(ctx, w, b.Code)
	if err != nil {
		return Signed{}, err
	}
	person, known := p.Desk.Persons.BySubject(s.Issuer, s.Subject)
	switch {
	case !known:
		return Signed{}, fmt.Errorf("nobody is bound to the subject: %w", ErrRefused)
	case s.Refresh == "":
		return Signed{}, fmt.Errorf("the provider gave no refresh token, so that it cannot be asked again: %w", ErrRefused)
	case w.Fresh && s.ProvedAt.Before(w.At.Add(-time.Minute)):
		return Signed{}, fmt.Errorf("the provider did not prove the person again: %w", ErrRefused)
	}
	next := session.Begin(person.ID, session.ByProvider, person.RightsAt(now), now).At(provenance(s, now))
	next.Proved = proved(s, now)
	if w.Renews == "" {
		token, open, err := p.Desk.Book.SignIn(ctx, next.Opened(b.Source))
		return Signed{Open: open, Token: token}, err
	}
	open, err := p.Desk.Book.Holds(w.Renews)
	if err != nil || open.Person != person.ID {
		return Signed{}, fmt.Errorf("the session that was to be proved is over or another's: %w", ErrRefused)
	}
	next.Began, next.From, next.Before = open.Began, open.From, open.Before
	token, open, err := p.Desk.Book.Rotate(ctx, open, next)
	return Signed{Open: open, Token: token}, err
}

// proved is when the provider proved the person, which may be hours ago; what is not said is not fresh.
func proved(s Subject, now time.Time) time.Time {
	if stale := now.Add(-session.Fresh); s.ProvedAt.Before(stale) {
		return stale.UTC()
	}
	return s.ProvedAt.UTC()
}

func provenance(s Subject, now time.Time) session.Provenance {
	return session.Provenance{
		Issuer: s.Issuer, Subject: s.Subject, SID: s.SID, Refresh: s.Refresh, Asked: now.UTC(), Mapped: s.Mapped, Roles: s.Roles,
	}
}

// waited is what the browser kept, if it is that of this very way to the provider.
func (p *Provided) waited(wait, state string, now time.Time) (Wait, error) {
	var w Wait
	plain, err := p.Sealer.Open(waitBinding, []byte(wait))
	if err != nil || json.Unmarshal(plain, &w) != nil {
		return w, fmt.Errorf("the browser kept nothing of ours: %w", ErrRefused)
	}
	if state == "" || subtle.ConstantTimeCompare([]byte(w.State), []byte(state)) != 1 {
		return w, fmt.Errorf("another state than the browser's: %w", ErrRefused)
	}
	if age := now.Sub(w.At); age < 0 || age > waits {
		return w, fmt.Errorf("the browser was away for %s: %w", age, ErrRefused)
	}
	return w, nil
}

// Logout ends what the provider says is over, at every gateway.
func (p *Provided) Logout(ctx context.Context, token string) error {
	ended, err := p.Provider.Logout(ctx, token)
	if err != nil {
		p.Failed(err)
		return err
	}
	return p.Desk.Book.EndWhere(ctx, func(s session.Session) bool {
		of := s.Provider
		return of.Issuer == ended.Issuer && (ended.SID != "" && of.SID == ended.SID || ended.SID == "" && of.Subject == ended.Subject)
	})
}

// asksAgain is how often a provider is asked again about a session that is open, often enough that a change there is
// known here within session.Heard.
const (
	asksAgain = 3 * time.Minute
	looks     = 15 * time.Second
)

// Run asks the provider again about open sessions, until ctx ends.
func (p *Provided) Run(ctx context.Context) error {
	tick := time.NewTicker(looks)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			p.Recheck(ctx)
		case <-ctx.Done():
			return nil
		}
	}
}

// Recheck asks the provider about every session that it was not asked about for three minutes. Of several gateways the one
// that writes first asks: most providers take a refresh token once.
func (p *Provided) Recheck(ctx context.Context) {
	now := p.Desk.Now()
	due := p.Desk.Book.Where(func(s session.Session) bool {
		return s.Way == session.ByProvider && now.Sub(s.Provider.Asked) >= asksAgain && now.Sub(s.Provider.Claimed) >= looks
	})
	for _, o := range due {
		if err := p.recheck(ctx, o); err != nil && ctx.Err() == nil && !errors.Is(err, session.ErrChanged) {
			p.Failed(err)
		}
	}
}

func (p *Provided) recheck(ctx context.Context, o session.Open) error {
	claimed := o.Session
	claimed.Provider.Claimed = p.Desk.Now().UTC()
	if err := p.Desk.Book.Keep(ctx, o, claimed); err != nil {
		return err
	}
	s, err := p.Provider.Refresh(ctx, o.Provider.Refresh)
	if errors.Is(err, ErrRefused) {
		return errors.Join(err, p.Desk.Book.End(ctx, o.ID))
	}
	if err != nil {
		return err
	}
	same := s.Issuer == o.Provider.Issuer && s.Subject == o.Provider.Subject && s.Mapped == o.Provider.Mapped &&
		slices.Equal(s.Roles, o.Provider.Roles)
	if !same {
		return p.Desk.Book.End(ctx, o.ID) // as by a change of roles here
	}
	again, err := p.Desk.Book.Again(o.ID)
	if err != nil {
		return err
	}
	next := again.Session
	next.Provider.Asked = claimed.Provider.Claimed
	if s.Refresh != "" {
		next.Provider.Refresh = s.Refresh
	}
	return p.Desk.Book.Keep(ctx, again, next)
}
