package web

import (
	"log/slog"
	"net/http"
	"time"

	"verigate/internal/directory"
	"verigate/internal/web/account"
	"verigate/internal/web/admin"
	"verigate/internal/web/board"
	"verigate/internal/web/consent"
	"verigate/internal/web/duty"
	"verigate/internal/web/evidence"
	"verigate/internal/web/portal"
	"verigate/internal/web/register"
	"verigate/internal/web/request"
	"verigate/internal/web/retention"
	"verigate/internal/web/review"
	"verigate/internal/web/sealed"
	"verigate/internal/web/site"
	"verigate/internal/web/story"
	"verigate/internal/web/unit"
	"verigate/internal/web/wall"
	"verigate/internal/web/words"
)

// Parts are what the pages are made of. All are safe for concurrent use.
type Parts struct {
	API       http.Handler                // the REST edge
	Glossary  []byte                      // the reference data's, lines of id,en,vi
	Directory func() *directory.Directory // as of now
	Board     board.Feed                  // the board's changes
	Play      story.Play                  // of a demonstration; nil: this is none, and its pages are not there
	Now       func() time.Time
	Logger    *slog.Logger
}

// New puts the pages together.
func New(p Parts) (*site.Site, error) {
	parts := site.Parts{API: p.API, Glossary: p.Glossary, Directory: p.Directory, Now: p.Now, Logger: p.Logger, Groups: groups(p)}
	if p.Play != nil {
		told := story.New(p.Play)
		parts.Demonstration, parts.Welcome = true, told.Welcome
		parts.Groups = append(parts.Groups, told.Group())
	}
	return site.New(parts)
}

// groups are the pages that every gateway has.
func groups(p Parts) []site.Group {
	return []site.Group{
		consent.Group(),
		board.Group(p.Board, p.Now),
		duty.Group(),
		review.Group(),
		words.Group(),
		account.Group(),
		admin.Group(),
		evidence.Group(),
		request.Group(),
		register.Group(),
		retention.Group(),
		sealed.Group(),
		portal.Group(),
		unit.Group(),
		wall.Group(),
	}
}
