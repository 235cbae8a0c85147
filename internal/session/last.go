package session

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"verigate/internal/verification"
)

// SignIn is when somebody signed in, how, and from where.
type SignIn struct {
	At   time.Time `json:"at"`
	Way  Way       `json:"way"`
	From string    `json:"from"`
}

// signIn is the one that opened the session.
func (s Session) signIn() SignIn { return SignIn{At: s.Began, Way: s.Way, From: s.From} }

// Opened is the session as it is opened from an address.
func (s Session) Opened(from string) Session {
	s.From = from
	return s
}

// SignIn is Begin for somebody who comes anew: the session knows the sign-in before it, and is that of the next.
func (b *Book) SignIn(ctx context.Context, s Session) (Token, Open, error) {
	var err error
	if s.Before, err = b.lastOf(ctx, s.Person); err != nil {
		return Token{}, Open{}, err
	}
	token, open, err := b.Begin(ctx, s)
	if err != nil {
		return Token{}, Open{}, err
	}
	return token, open, b.note(ctx, s)
}

// remembered is for how long a sign-in is kept to be told at the next one.
const remembered = 366 * 24 * time.Hour

// lastOf is a person's last sign-in; zero when none is known. What does not open was not written by a gateway of this record:
// it is none.
func (b *Book) lastOf(ctx context.Context, person verification.PersonID) (SignIn, error) {
	var last SignIn
	sealed, err := b.Store.LastSignIn(ctx, string(person))
	if err != nil {
		return last, fmt.Errorf("look for the last sign-in: %w", err)
	}
	plain, err := b.Sealer.Open(signInOf(person), sealed)
	if len(sealed) == 0 || err != nil || json.Unmarshal(plain, &last) != nil {
		return SignIn{}, nil //nolint:nilerr // as above
	}
	return last, nil
}

func (b *Book) note(ctx context.Context, s Session) error {
	plain, err := json.Marshal(s.signIn())
	if err != nil {
		return fmt.Errorf("write a sign-in: %w", err)
	}
	sealed, err := b.Sealer.Seal(signInOf(s.Person), plain)
	if err != nil {
		return fmt.Errorf("seal a sign-in: %w", err)
	}
	if err := b.Store.NoteSignIn(ctx, string(s.Person), sealed, remembered); err != nil {
		return fmt.Errorf("keep a sign-in: %w", err)
	}
	return nil
}

func signInOf(person verification.PersonID) string { return "last sign-in of " + string(person) }
