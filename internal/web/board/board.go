package board

import (
	"context"
	"embed"
	"net/url"
	"time"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Event is one event of the board's stream.
type Event struct {
	Kind    string                 // row, gone, reset, heartbeat
	ID      string                 // resumes the stream behind it; a heartbeat has none
	Request string                 // whose row it is
	Version uint64                 // of a row: two of one version are the same
	Row     func() ([]byte, error) // the row as the contract writes it
}

// Feed hands out the board's changes.
type Feed interface {
	// Hear lets a call of streamBoard that is made under the context that it returns hand its events to emit. The call is
	// admitted and authorised as any other; an error of emit ends it.
	Hear(ctx context.Context, emit func(Event) error) context.Context
}

// pages are the board's. They are safe for concurrent use.
type pages struct {
	feed  Feed
	now   func() time.Time
	drawn *drawn
	typed *typed
}

// Group is what the package serves.
func Group(feed Feed, now func() time.Time) site.Group {
	p := pages{feed: feed, now: now, drawn: newDrawn(), typed: newTyped(now)}
	return site.Group{
		Files: files,
		Pages: []site.Page{
			{Pattern: "GET /board", Handle: p.board},
			{Pattern: "GET /board/events", Handle: p.events},
			{Pattern: "POST /board/search", Handle: p.search},
			{Pattern: "POST /board/views", Handle: keep},
			{Pattern: "GET /board/clock/{id}", Handle: explain},
		},
		Menu: []site.Entry{{Text: "board.menu", Path: "/board", Operation: access.OpGetBoard, Place: 20}},
	}
}

// shown is how many rows a page has.
const shown = 50

// boardView is the page.
type boardView struct {
	site.Frame
	tiles
	Choice  choice
	Chosen  []site.Choice // what is chosen, in words
	Fields  []field
	Rows    []row
	Next    string // address of the next page
	Further bool   // not the first page
	Place   string // where the stream stood before the rows were read; empty: nothing is live
	Stream  string // the query of the stream
	CSV     string
	Query   string // of this page without its place in the list
	Views   []namedView
	Found   *found
}

func (p pages) board(v *site.Visit) error {
	c := chosen(v.Request.URL.Query())
	if v.Query("part") == "tiles" {
		return p.tilesOnly(v)
	}
	view := boardView{Frame: v.Frame("board.title"), Choice: c, Fields: fields(v, c), Chosen: c.words(v), Further: v.Query("cursor") != ""}
	view.Scripts = []string{"board.js"}
	view.Query, view.Stream = c.query().Encode(), c.query().Encode()
	view.CSV = "/v1/board.csv" + after("?", view.Query)
	view.Views = named(v)
	var err error
	if view.Found, err = p.typed.found(v); err != nil {
		return err
	}
	place, err := p.place(v, c) // before the rows: what changes while they are read is told
	if err != nil && !site.Away(err) {
		return err
	}
	view.Place = place
	params := c.params()
	params.Limit = site.Optional(shown)
	params.Cursor = site.Optional(v.Query("cursor"))
	list, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), params))
	if problem, refused := site.Refused(err); refused {
		view.Trouble = v.Trouble(problem)
		return v.ShowAs(problem.Status, "board", view)
	}
	if err != nil {
		return err
	}
	for _, r := range list.Items {
		view.Rows = append(view.Rows, rowOf(v, r))
	}
	if list.NextCursor != "" {
		q := c.query()
		q.Set("cursor", list.NextCursor)
		view.Next = "/board?" + q.Encode()
	}
	if view.tiles, err = p.tilesOf(v, list); err != nil {
		return err
	}
	return v.Show("board", view)
}

// tilesOnly is what the page asks for again by itself.
func (p pages) tilesOnly(v *site.Visit) error {
	list, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: site.Optional(1)}))
	if err != nil {
		return err
	}
	t, err := p.tilesOf(v, list)
	if err != nil {
		return err
	}
	return v.Show("board/tiles", t)
}

func after(sign, query string) string {
	if query == "" {
		return ""
	}
	return sign + query
}

// with is the query with another value of one of its names.
func with(q url.Values, name, value string) url.Values {
	other := url.Values{}
	for n, all := range q {
		other[n] = all
	}
	other.Del(name)
	if value != "" {
		other.Set(name, value)
	}
	return other
}
