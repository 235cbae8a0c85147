package app

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"verigate/internal/access"
	"verigate/internal/demo"
	"verigate/internal/httpapi"
	"verigate/internal/session"
	"verigate/internal/verification"
)

// play is a demonstration as its pages use it: story.Play. What it shows it asks of the REST edge in process, each time as
// one of the demonstration's people, whose keys never leave it.
type play struct {
	*demo.Tellings
	*demo.Boards
	options demo.Options
	parts   *Parts
}

func newPlay(p *Parts, api http.Handler, keys demo.Credentials) play {
	keys.BaseURL = innerBase
	o := demo.Options{Credentials: keys, Now: p.Now, HTTP: innerClient(api)}
	return play{demo.NewTellings(o), demo.NewBoards(o), o, p}
}

// Enter implements story.Play: it opens a session for somebody, and returns what the browser keeps.
func (p play) Enter(ctx context.Context, who, from string) (string, error) {
	person, err := p.person(who)
	if err != nil {
		return "", err
	}
	now := p.parts.Now()
	token, _, err := p.parts.Sessions.SignIn(ctx, session.Begin(person.ID, session.ByPlay, person.RightsAt(now), now).Opened(from))
	if err != nil {
		return "", err
	}
	return httpapi.SessionCookie(token), nil
}

// person finds somebody of the demonstration. By an id somebody enters once more the role that they are in.
func (p play) person(who string) (access.Principal, error) {
	keyring := p.parts.Registry.Keyring()
	id, byID := strings.CutPrefix(who, "person:")
	if !byID {
		key, _ := p.options.Credentials.Of(who)
		caller, err := keyring.Identify(access.Proof{Key: key, At: p.parts.Now()})
		if errors.Is(err, access.ErrUnauthenticated) {
			return access.Principal{}, demo.ErrNobody
		}
		if err != nil {
			return access.Principal{}, err
		}
		id = string(caller.Person)
	}
	person, known := keyring.Principal(verification.PersonID(id))
	if !known {
		return access.Principal{}, demo.ErrNobody
	}
	return person, nil
}

// Look implements story.Play.
func (p play) Look(ctx context.Context, request string) (demo.Told, error) {
	return demo.Look(ctx, p.options, request)
}

// Since implements story.Play.
func (p play) Since() time.Time { return p.parts.Genesis.CreatedAt }
