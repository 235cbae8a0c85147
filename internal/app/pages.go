package app

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"path/filepath"

	"verigate/deploy"
	"verigate/internal/demo"
	"verigate/internal/httpapi"
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
		keys, err := demo.ReadCredentials(filepath.Join(p.Data, CredentialFile))
		switch {
		case err == nil:
			parts.Play = newPlay(p, api, keys)
		case !errors.Is(err, fs.ErrNotExist): // it has no people yet
			return nil, err
		}
	}
	return web.New(parts)
}

// heard implements board.Feed of the pages.
type heard struct{}

func (heard) Hear(ctx context.Context, emit func(board.Event) error) context.Context {
	return httpapi.Hear(ctx, func(e httpapi.BoardEvent) error { return emit(board.Event(e)) })
}
