package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"
	"strings"

	"verigate/deploy"
	"verigate/internal/access"
	"verigate/internal/demo"
	"verigate/internal/httpapi"
	"verigate/internal/session"
	"verigate/internal/verification"
	"verigate/internal/web"
	"verigate/internal/web/board"
)

// pages puts the pages together over the REST edge.
func (p *Parts) pages(api http.Handler) (http.Handler, error) {
	glossary, err := fs.ReadFile(deploy.Data, "glossary.csv")
	if err != nil {
		return nil, fmt.Errorf("read the glossary: %w", err)
	}
	parts := web.Parts{API: api, Glossary: glossary, Directory: p.Gateway.Directory, Now: p.Now, Logger: p.Log, Board: heard{}}
	if p.Demo {
		parts.Play = p
	}
	return web.New(parts)
}

// heard implements board.Feed of the pages.
type heard struct{}

func (heard) Hear(ctx context.Context, emit func(board.Event) error) context.Context {
	return httpapi.Hear(ctx, func(e httpapi.BoardEvent) error { return emit(board.Event(e)) })
}

// Enter implements story.Play: it opens a session for somebody of the demonstration, who is named as
// demo.Credentials.Of names people or by an id (person:p_…), and returns what the browser keeps.
func (p *Parts) Enter(ctx context.Context, who string) (string, error) {
	if !p.Demo {
		return "", errors.New("only a demonstration lets anybody in as anybody")
	}
	person, err := p.played(who)
	if err != nil {
		return "", err
	}
	token, _, err := p.Sessions.Begin(ctx, session.Begin(person.ID, session.ByPlay, person.RightsAt(p.Now()), p.Now()))
	if err != nil {
		return "", err
	}
	return httpapi.SessionCookie(token), nil
}

// played finds somebody of the demonstration. By an id somebody enters once more the role that they are in.
func (p *Parts) played(who string) (access.Principal, error) {
	id, byID := strings.CutPrefix(who, "person:")
	if !byID {
		keys, err := demo.ReadCredentials(filepath.Join(p.Data, credentialFile))
		if err != nil {
			return access.Principal{}, err
		}
		key, _ := keys.Of(who)
		caller, err := p.Registry.Keyring().Identify(access.Proof{Key: key, At: p.Now()})
		if err != nil {
			return access.Principal{}, err
		}
		id = string(caller.Person)
	}
	person, known := p.Registry.Keyring().Principal(verification.PersonID(id))
	if !known {
		return access.Principal{}, fmt.Errorf("nobody of the demonstration is called so: %w", access.ErrUnauthenticated)
	}
	return person, nil
}
