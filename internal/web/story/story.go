// Package story is what a demonstration shows before anything else: what the gateway is for, and the way into every role.
package story

import (
	"context"
	"embed"
	"fmt"
	"net/http"

	"verigate/api/client"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json
var files embed.FS

// Play lets anybody in as anybody of a demonstration. It is safe for concurrent use.
type Play interface {
	// Enter opens a session for somebody, named by a role and where there are several a code (partner:NG, desk:1), and
	// returns the line of Set-Cookie by which the browser keeps it.
	Enter(ctx context.Context, who string) (cookie string, err error)
}

// Story is the demonstration's pages.
type Story struct{ play Play }

// New tells it over a demonstration.
func New(play Play) Story { return Story{play} }

// Group is what it serves.
func (s Story) Group() site.Group {
	return site.Group{Files: files, Pages: []site.Page{
		{Pattern: "GET /demo", Handle: s.Welcome},
		{Pattern: "POST /demo/enter", Handle: s.enter},
	}}
}

type welcome struct {
	site.Frame
	Roles []role
}

type role struct{ Who, Text string }

// Welcome is the first page.
func (s Story) Welcome(v *site.Visit) error {
	view := welcome{Frame: v.Frame("story.title")}
	for _, who := range []string{"partner:NG", "unit:03", "desk:1", "desk:2", "lead", "auditor", "keeper", "supervisor", "unit_lead:03"} {
		view.Roles = append(view.Roles, role{Who: who, Text: v.Word("enter", who)})
	}
	return v.Show("story", view)
}

// enter goes on as somebody else, and begins with their first page or with the one that was asked for.
func (s Story) enter(v *site.Visit) error {
	cookie, err := s.play.Enter(v.Context(), v.Form("who"))
	if err != nil {
		return fmt.Errorf("enter a role: %w", &site.Problem{Problem: client.Problem{Status: http.StatusNotFound, Code: "not_found"}})
	}
	v.Writer.Header().Add("Set-Cookie", cookie)
	return v.Go(v.Local(v.Form("to")))
}
