package session

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// How long a session lasts.
const (
	Idle      = 15 * time.Minute // without a call that counts
	Absolute  = 10 * time.Hour   // whatever happens
	Fresh     = 5 * time.Minute  // that a proof of who somebody is holds for what is grave
	touchedIn = time.Minute      // how exactly the last call is known: a session may end this much early, never late
)

// Way is how a person signed in.
type Way string

// The ways.
const (
	ByAccount  Way = "account"  // a local account
	ByProvider Way = "provider" // an OpenID provider
	ByPlay     Way = "play"     // a demonstration, where everybody may try every role
)

// Session is what one sign-in opened. It is a value.
type Session struct {
	Person verification.PersonID `json:"person"`
	Way    Way                   `json:"way"`
	Began  time.Time             `json:"began"`
	Seen   time.Time             `json:"seen"`   // the last call that counts, to a minute
	Proved time.Time             `json:"proved"` // when the person last proved who they are
	Rights access.Rights         `json:"rights"` // those that it began with

	From   string `json:"from"`            // whence it was opened: the address of the caller
	Before SignIn `json:"before,omitzero"` // the sign-in before it; zero: none is known

	Enrolling []byte     `json:"enrolling,omitempty"` // the secret of a second factor that is yet to be confirmed
	Provider  Provenance `json:"provider,omitzero"`
}

// Provenance is what an OpenID provider said of the person of a session, and when it was last asked.
type Provenance struct {
	Issuer  string              `json:"issuer"`
	Subject string              `json:"subject"`
	SID     string              `json:"sid,omitempty"`
	Refresh string              `json:"refresh"` // by which it is asked again
	Asked   time.Time           `json:"asked"`
	Claimed time.Time           `json:"claimed,omitzero"` // when a gateway last set out to ask
	Mapped  bool                `json:"mapped,omitempty"` // no other roles than these open
	Roles   []verification.Role `json:"roles,omitempty"`
}

// Heard is for how long what a provider said holds: a role that was taken away there is gone here within this time.
const Heard = 5 * time.Minute

// At is the session of somebody whom a provider proved.
func (s Session) At(p Provenance) Session {
	s.Provider = p
	return s
}

// heard says whether the provider was asked lately, if it is a provider's session.
func (s Session) heard(at time.Time) bool {
	return s.Way != ByProvider || at.Before(s.Provider.Asked.Add(Heard))
}

// limits leaves a caller the roles that the provider's claims are mapped to. The record grants; a provider chooses among
// what is granted and adds nothing.
func (p Provenance) limits(c access.Caller) access.Caller {
	if p.Mapped {
		c.Roles = slices.DeleteFunc(slices.Clone(c.Roles), func(r verification.Role) bool { return !slices.Contains(p.Roles, r) })
	}
	return c
}

// Begin is a session of somebody who has just proved who they are.
func Begin(person verification.PersonID, way Way, rights access.Rights, at time.Time) Session {
	at = at.UTC()
	return Session{Person: person, Way: way, Began: at, Seen: at, Proved: at, Rights: rights}
}

// EndsAt is when it is over whatever happens.
func (s Session) EndsAt() time.Time { return s.Began.Add(Absolute) }

// IdleAt is when it is over without a further call.
func (s Session) IdleAt() time.Time { return s.Seen.Add(Idle) }

// Over says whether it has run out.
func (s Session) Over(at time.Time) bool { return !at.Before(s.EndsAt()) || !at.Before(s.IdleAt()) }

// ProvedAt says whether the last proof is fresh enough at a time for what is grave.
func (s Session) ProvedAt(at time.Time) bool { return at.Before(s.Proved.Add(Fresh)) }

// Touched is the session after a call that counts, and whether that is worth writing down.
func (s Session) Touched(at time.Time) (Session, bool) {
	if at.Sub(s.Seen) < touchedIn {
		return s, false
	}
	s.Seen = at.UTC()
	return s, true
}

// Renewed is the session after its person proved once more who they are, with the rights of now.
func (s Session) Renewed(rights access.Rights, at time.Time) Session {
	s.Seen, s.Proved, s.Rights = at.UTC(), at.UTC(), rights
	return s
}

// ID names a session: the SHA-256 of its token, in hex. It opens nothing.
type ID string

// Short is enough of it to tell one's own sessions apart.
func (id ID) Short() string { return string(id[:min(16, len(id))]) }

// Token is what the browser holds. Printed, formatted, logged or marshalled it tells nothing; only Reveal gives it away.
type Token struct{ text string }

const tokenBytes = 32

// NewToken draws one from random.
func NewToken(random io.Reader) (Token, error) {
	var b [tokenBytes]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return Token{}, fmt.Errorf("draw a token: %w", err)
	}
	return Token{text: base64.RawURLEncoding.EncodeToString(b[:])}, nil
}

// ParseToken reads one as a browser sends it. Every token has one form.
func ParseToken(text string) (Token, bool) {
	if len(text) != base64.RawURLEncoding.EncodedLen(tokenBytes) || strings.ContainsAny(text, "\r\n") {
		return Token{}, false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(text)
	return Token{text: text}, err == nil
}

// ID is the session's name.
func (t Token) ID() ID {
	sum := sha256.Sum256([]byte(t.text))
	return ID(hex.EncodeToString(sum[:]))
}

// Reveal is the token itself, for the cookie.
func (t Token) Reveal() string { return t.text }

// String is safe to show.
func (Token) String() string { return "a session's token" }

// Format keeps every verb of fmt from the token.
func (t Token) Format(f fmt.State, _ rune) { _, _ = io.WriteString(f, t.String()) }

// LogValue implements slog.LogValuer.
func (t Token) LogValue() slog.Value { return slog.StringValue(t.String()) }

// MarshalText keeps encoders from the token.
func (t Token) MarshalText() ([]byte, error) { return []byte(t.String()), nil }

func newToken() (Token, error) { return NewToken(rand.Reader) }
