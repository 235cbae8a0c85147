// Package story is what a demonstration shows before anything else: what the gateway is for, the desk's board with twelve
// requests under way, the way into every role, and the story of one request told in two minutes, each step one real call.
//
//	welcome.go  the first page, and its board, which is read as the demonstration's duty officer
//	telling.go  the story, step by step or by itself
package story

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"

	"verigate/api/client"
	"verigate/internal/demo"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Play is a demonstration that plays itself before whoever looks. It is safe for concurrent use.
type Play interface {
	// Enter opens a session for somebody, named by a role and where there are several a code (partner:NG, desk:1), and
	// returns the line of Set-Cookie by which the browser, which is at an address, keeps it; demo.ErrNobody when nobody is
	// called so.
	Enter(ctx context.Context, who, from string) (cookie string, err error)
	// Board is the desk's; demo.ErrNoBoard when it cannot be read now.
	Board(ctx context.Context) (demo.Board, error)
	// Begin begins a telling, Next plays its next step unless more than the seen ones are played already, and Told is what
	// was played; demo.ErrNotTold when there is no such telling.
	Begin(ctx context.Context) (run string, err error)
	Next(ctx context.Context, run string, seen int) error
	Told(run string) ([]demo.Told, error)
	// Look asks as the story's partner what has become of a request.
	Look(ctx context.Context, request string) (demo.Told, error)
	// Since is when the record began.
	Since() time.Time
}

// Story is the demonstration's pages.
type Story struct{ play Play }

// New tells it over a demonstration.
func New(play Play) Story { return Story{play} }

// Group is what it serves.
func (s Story) Group() site.Group {
	return site.Group{Files: files, Pages: []site.Page{
		{Pattern: "GET /demo", Handle: s.Welcome},
		{Pattern: "GET /demo/board", Handle: s.board},
		{Pattern: "POST /demo/enter", Handle: s.enter, Secret: true},
		{Pattern: "GET /demo/story", Handle: s.Welcome},
		{Pattern: "POST /demo/story", Handle: s.begin},
		{Pattern: "GET /demo/story/{run}", Handle: s.tell},
		{Pattern: "POST /demo/story/{run}/next", Handle: s.next},
	}}
}

// enter goes on as somebody else, and begins with their first page or with the one that was asked for.
func (s Story) enter(v *site.Visit) error {
	from, _, _ := net.SplitHostPort(v.Request.RemoteAddr) // what has no address comes from none
	cookie, err := s.play.Enter(v.Context(), v.Form("who"), from)
	switch {
	case errors.Is(err, demo.ErrNobody):
		return fmt.Errorf("enter a role: %w", notFound())
	case err != nil:
		return fmt.Errorf("enter a role: %w", err)
	}
	v.Writer.Header().Add("Set-Cookie", cookie)
	return v.Go(v.Local(v.Form("to")))
}

func notFound() error {
	return &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}}
}
