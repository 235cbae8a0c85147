package demo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"sync"
	"time"

	"verigate/api/client"
)

// Board is the desk's board as the duty officer of the demonstration sees it.
type Board struct {
	Rows   []BoardRow
	Sealed int // requests that the keeper sees and the duty officer does not
}

// BoardRow is a row and what the duty officer sees of its request: what it waits for, why it is late.
type BoardRow struct {
	client.BoardRow
	View client.StaffView
}

// ErrNoBoard says that the board cannot be read now: it is being made, or what it is made in is away.
var ErrNoBoard = errors.New("the board cannot be read now")

// ErrNobody says that nobody of the demonstration is called so.
var ErrNobody = errors.New("nobody of the demonstration is called so")

// Boards reads the board for any number of viewers at the cost of one: a picture serves all for a moment. It is safe for
// concurrent use.
type Boards struct {
	options Options

	mu   sync.Mutex // held while one reads for all
	last Board
	at   time.Time // of the picture
}

// boardServes is how long a picture serves.
const boardServes = 3 * time.Second

// NewBoards has read nothing yet. Of the options it takes Credentials, Now and HTTP.
func NewBoards(o Options) *Boards { return &Boards{options: o} }

// Board is the first page of the board; ErrNoBoard when there is none to read.
func (b *Boards) Board(ctx context.Context) (Board, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.options.Now()
	if now.Sub(b.at) < boardServes {
		return b.last, nil
	}
	read, err := readBoard(ctx, b.options)
	if err == nil {
		b.last, b.at = read, now
	}
	return read, err
}

func readBoard(ctx context.Context, o Options) (Board, error) {
	officer, rows, err := boardOf(ctx, o, desk(1))
	if err != nil {
		return Board{}, err
	}
	_, kept, err := boardOf(ctx, o, keeper())
	if err != nil {
		return Board{}, err
	}
	var b Board
	for _, row := range kept {
		if !slices.ContainsFunc(rows, func(r client.BoardRow) bool { return r.ID == row.ID }) {
			b.Sealed++
		}
	}
	for _, row := range rows {
		r, err := officer.once(ctx, request{op: "getRequest", id: row.ID})
		if err != nil {
			return Board{}, err
		}
		if r.code != http.StatusOK {
			continue // it was sealed meanwhile
		}
		view, err := as[client.StaffView](r)
		if err != nil {
			return Board{}, err
		}
		b.Rows = append(b.Rows, BoardRow{row, view})
	}
	return b, nil
}

// boardOf is what somebody sees of the board.
func boardOf(ctx context.Context, o Options, by Actor) (caller, []client.BoardRow, error) {
	c, err := newCaller(o.Credentials.BaseURL, o.Credentials.key(by), o.HTTP)
	if err != nil {
		return c, nil, err
	}
	r, err := c.once(ctx, request{op: "getBoard"})
	if err != nil {
		return c, nil, err
	}
	if r.code != http.StatusOK {
		return c, nil, fmt.Errorf("%w: %d %s", ErrNoBoard, r.code, r.problem)
	}
	page, err := as[client.BoardPage](r)
	return c, page.Items, err
}
