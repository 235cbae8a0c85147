package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/board"
	"verigate/internal/evidence"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// Page is which piece of a list a reader wants: a sealed cursor, empty for the beginning, and how many rows.
type Page struct {
	Cursor string
	Limit  int // 1 to 200
}

// List is a piece of a list with the sealed cursor of the next, empty on the last.
type List[T any] struct {
	Items      []T
	Next       string
	AsOf       time.Time
	Counters   *board.Counters // of the board's first page, for who reads all that is shared; nil otherwise
	StaleSince time.Time       // of the board, when it does not follow the record; zero while it does
	Caseless   bool            // of the evidence: what is about requests is left out
}

// turnOf names one list of one reader: a cursor is bound to it, so that nobody reads on with another's.
func turnOf(c Call, parts ...any) string {
	text, _ := json.Marshal(parts) // strings and times: cannot fail
	return string(c.Operation) + "|" + string(c.By.Person) + "|" + string(text)
}

// serves says whether lists may be served to this caller now.
func (g *Gateway) serves(c Call, o access.Object) error {
	switch access.May(c.By, c.Operation, o) {
	case access.Allowed:
		return g.Watch.Current(g.Now())
	case access.Forbidden:
		return ErrForbidden
	case access.Hidden:
		return ErrHidden
	}
	return ErrHidden
}

// listing is how one list is read: its pages, what of them the reader may not see, and what a row tells of.
type listing[T any] struct {
	read   func(p board.Page, only func(T) bool) (board.List[T], error)
	hidden func(T) bool
	sight  func(T) evidence.Sight
}

// pages reads a page without what the reader may not see. What is in it is written on the call's sheet.
func pages[T any](g *Gateway, c Call, bound string, p Page, l listing[T]) (List[T], error) {
	out, err := pageOf(g, bound, p, l)
	for _, item := range out.Items {
		c.Sheet.Saw(l.sight(item))
	}
	return out, err
}

// pageOf asks the board once: what is hidden is dropped there, row by row. Each further question, of a page that was not
// full or of whether its cursor leads to anything, would take its time, and so tell how much is hidden.
func pageOf[T any](g *Gateway, bound string, p Page, l listing[T]) (List[T], error) {
	var out List[T]
	after, err := g.openCursor(bound, p.Cursor)
	if err != nil {
		return out, err
	}
	got, err := l.read(board.Page{After: after, Limit: p.Limit}, func(item T) bool { return !l.hidden(item) })
	if err != nil {
		return out, boardError(err)
	}
	if out.AsOf, out.StaleSince, err = g.pictured(got.AsOf); err != nil {
		return out, err
	}
	out.Items = got.Items
	out.Next, err = g.sealCursor(bound, got.Next)
	return out, err
}

// pictured is the moment whose picture a board at that position is, and since when it is stale. One that is only being made is
// no picture, and no empty one either: ErrCatchingUp while it has followed nothing of a record that has something, and while it
// is written now, yet lacks what is older than all that is remembered.
func (g *Gateway) pictured(at board.Position) (asOf, since time.Time, err error) {
	if at.Record.Covers(g.Watch.Position()) {
		return g.asOf(at), since, nil
	}
	since, far := g.lacking(at)
	written := g.Now().Sub(at.At) <= stale
	if at.At.IsZero() || at.Record == (record.Position{}) || far && written && !since.IsZero() {
		return asOf, time.Time{}, fmt.Errorf("the board: %w", ErrCatchingUp)
	}
	return g.asOf(at), since, nil
}

// drawn is pictured for who looks for one thing: a board that is only being made says of nothing that it is not there. It is asked
// before the board is: what that finds is not older.
func (g *Gateway) drawn(ctx context.Context) error {
	at, err := g.Board.Position(ctx)
	if err != nil {
		return boardError(err)
	}
	_, _, err = g.pictured(at)
	return err
}

// asOf is the moment whose picture a list is: now, while the board lacks nothing that this gateway has seen. The time
// of the last decision would tell a reader that somebody else's case has moved; for the same reason it has whole
// seconds.
func (g *Gateway) asOf(at board.Position) time.Time {
	if at.Record.Covers(g.Watch.Position()) {
		at.At = g.Now()
	}
	return at.At.Truncate(time.Second)
}

func (g *Gateway) openCursor(bound, cursor string) (board.Cursor, error) {
	var after board.Cursor
	if cursor == "" {
		return after, nil
	}
	plain, err := g.Blinds.OpenCursor(bound, cursor)
	if err != nil || json.Unmarshal(plain, &after) != nil {
		return after, ErrBadCursor
	}
	return after, nil
}

func (g *Gateway) sealCursor(bound string, at board.Cursor) (string, error) {
	if at == (board.Cursor{}) {
		return "", nil
	}
	plain, err := json.Marshal(at)
	if err != nil {
		return "", fmt.Errorf("write a cursor: %w", err)
	}
	sealed, err := g.Blinds.SealCursor(bound, plain)
	if err != nil {
		return "", fmt.Errorf("seal a cursor: %w", err)
	}
	return sealed, nil
}

// boardWithin bounds what one list asks of the board: one that hangs is as good as away.
const boardWithin = 3 * time.Second

// boardError tells a board that is away from a defect.
func boardError(err error) error {
	if boardAway(err) {
		return fmt.Errorf("%w: %w", ErrBoardUnavailable, err)
	}
	return fmt.Errorf("read the board: %w", err)
}

func boardAway(err error) bool {
	return errors.Is(err, board.ErrUnavailable) || errors.Is(err, board.ErrBehind) || errors.Is(err, context.DeadlineExceeded)
}

// inside lets a store hand over what lies in a compartment of the caller, and to a unit what lies in its own queue:
// whether the caller may see the row is then asked of the case itself, by the watch.
func inside(c access.Caller) board.Visible {
	may := func(a board.Audience) bool {
		return !a.Sealed() || a.Compartment == "" || slices.Contains(c.Members, a.Compartment) || c.Has(verification.RoleUnit) || c.Has(verification.RoleUnitLead)
	}
	return board.Visible{Compartments: c.Members, May: may}
}

// BoardPage is a page of the board, by time left. The first has counters.
func (g *Gateway) BoardPage(ctx context.Context, c Call, f board.Filter, p Page) (List[board.Row], error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return List[board.Row]{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	f.Now = g.Now()
	read := func(at board.Page, only func(board.Row) bool) (board.List[board.Row], error) {
		return g.Board.Board(ctx, f, at, inside(c.By), only)
	}
	list, err := pages(g, c, turnOf(c, f), p, listing[board.Row]{read, g.hides(c.By), rowSight})
	if err != nil || p.Cursor != "" || !seesShared(c.By) {
		return list, err
	}
	list.Counters, err = g.counters(ctx, c.By)
	return list, err
}

// Find is the row of the request that bears a number, as ValidNumber writes it. What the caller may not know of is not
// there. ErrCatchingUp as for a list.
func (g *Gateway) Find(ctx context.Context, c Call, number string) (board.Row, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return board.Row{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	if err := g.drawn(ctx); err != nil {
		return board.Row{}, err
	}
	row, err := g.Board.ByNumber(ctx, number, inside(c.By))
	switch {
	case errors.Is(err, board.ErrNotFound):
		return board.Row{}, ErrHidden
	case err != nil:
		return board.Row{}, boardError(err)
	case g.hides(c.By)(row):
		c.Sheet.Denied(rowSight(row))
		return board.Row{}, ErrHidden
	}
	c.Sheet.Saw(rowSight(row))
	return row, nil
}

// FindByReference are the rows of the requests that their partners call so. What the caller may not know of is not among
// them. ErrCatchingUp as for a list.
func (g *Gateway) FindByReference(ctx context.Context, c Call, own string) ([]board.Row, error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return nil, err
	}
	name := board.ReferenceName(own)
	if name == "" {
		return nil, nil
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	if err := g.drawn(ctx); err != nil {
		return nil, err
	}
	rows, err := g.Board.ByReference(ctx, name, inside(c.By))
	if err != nil {
		return nil, boardError(err)
	}
	rows = slices.DeleteFunc(rows, g.hides(c.By))
	for _, row := range rows {
		c.Sheet.Saw(rowSight(row))
	}
	return rows, nil
}

// counters are those of what the caller may know of. There are none, and the rows are served without, for who is excluded
// from more requests than can be left out.
func (g *Gateway) counters(ctx context.Context, c access.Caller) (*board.Counters, error) {
	hidden, err := g.conflicts(c)
	switch {
	case errors.Is(err, ErrTooManyConflicts):
		return nil, nil
	case err != nil:
		return nil, err
	}
	counters, err := g.Board.Counters(ctx, g.Now(), hidden...)
	if err != nil {
		return nil, boardError(err)
	}
	return &counters, nil
}

// stale is how long the board may lack what this gateway has seen in the record: its follower writes within
// milliseconds, or is away.
const stale = 10 * time.Second

// lacking is the time of the oldest decision that a board at that position lacks for too long, zero when there is none. When
// that is forgotten, the board is far behind, and it is no later than the oldest that is remembered, nor than what the board
// holds.
func (g *Gateway) lacking(at board.Position) (since time.Time, far bool) {
	missing, far := g.Feed.next(at.Record)
	if missing == nil { // the watch has seen what the feed is about to tell
		return time.Time{}, false
	}
	since = missing.After.Row.UpdatedAt
	if far && at.At.Before(since) {
		since = at.At
	}
	if g.Now().Sub(since) <= stale {
		return time.Time{}, far
	}
	return since, far
}

// hides drops rows of cases that the reader may not know of, by the same rule as opening them: of those that the watch
// holds, sealed ones and such as exclude somebody, it knows. A sealed row that it does not hold any more is dropped too:
// in doubt nobody sees it.
func (g *Gateway) hides(c access.Caller) func(board.Row) bool {
	sees := access.Visible(c)
	return func(r board.Row) bool {
		if g.Watch.Hides(c, r.ID) {
			return true
		}
		return !g.Watch.holds(r.ID) && (r.Level.Sealed() || !sees(rowObject(r)))
	}
}

// rowObject is what a row tells of its request: enough for what is not sealed and excludes nobody.
func rowObject(r board.Row) access.Object {
	return access.Object{ID: r.ID, Partner: r.Partner, State: r.State, Level: r.Level}
}

// seesShared says whether the reader may know of everything that is not sealed, unless excluded from it, and so of its
// numbers. A keeper who is nothing else has the desk's rights inside the compartment, and only there.
func seesShared(c access.Caller) bool {
	return access.Visible(c)(access.Object{ID: "any", State: verification.Triage, Level: marking.L2})
}

// QueuePage is a page of a unit's queue, the most urgent first.
func (g *Gateway) QueuePage(ctx context.Context, c Call, q board.Queue, p Page) (List[board.QueueItem], error) {
	if err := g.serves(c, access.OfUnit(q.Unit)); err != nil {
		return List[board.QueueItem]{}, err
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	read := func(at board.Page, only func(board.QueueItem) bool) (board.List[board.QueueItem], error) {
		return g.Board.Queue(ctx, q, at, inside(c.By), only)
	}
	return pages(g, c, turnOf(c, q), p, listing[board.QueueItem]{read, g.hidesItem(c.By), itemSight})
}

// hidesItem is hides for a queue: who may read the queue may not know of each of its tasks.
func (g *Gateway) hidesItem(c access.Caller) func(board.QueueItem) bool {
	sees := access.Visible(c)
	return func(i board.QueueItem) bool {
		return g.Watch.HidesTask(c, i.Task) || !g.Watch.holds(i.Request) && !sees(itemObject(i))
	}
}

// itemObject is what an item tells of its task, enough for what is not sealed and excludes nobody: in a queue lies what is
// live, and a stop.
func itemObject(i board.QueueItem) access.Object {
	part := access.Part{Task: i.Task, Unit: i.Unit, Stopped: i.State == verification.TaskStopped}
	return access.Object{ID: i.Request, State: verification.WithUnits, Level: marking.L2, Parts: []access.Part{part}}.OfTask(i.Task)
}

// settling is how long a decision may be stored after the time that it bears: it waits for its turn, and is tried for as long
// again, at a gateway whose clock may be behind.
const settling = 2*patience + clockSlack

// RequestPage is a page of a partner's own requests, by their last visible change. Since the time of a list it has all that
// the list did not have, and may have again what changed in the settling before.
func (g *Gateway) RequestPage(ctx context.Context, c Call, f board.PartnerFilter, p Page) (List[board.PartnerRow], error) {
	if err := g.serves(c, access.Absent()); err != nil {
		return List[board.PartnerRow]{}, err
	}
	if !f.UpdatedSince.IsZero() {
		f.UpdatedSince = f.UpdatedSince.Add(-settling)
	}
	ctx, stop := context.WithTimeout(ctx, boardWithin)
	defer stop()
	read := func(at board.Page, only func(board.PartnerRow) bool) (board.List[board.PartnerRow], error) {
		return g.Board.PartnerList(ctx, c.By.Partner, f, at, only)
	}
	sees := access.Visible(c.By)
	hidden := func(r board.PartnerRow) bool {
		return !sees(access.Object{ID: r.ID, Partner: r.Partner}) // of no level: for its partner alone
	}
	return pages(g, c, turnOf(c, f), p, listing[board.PartnerRow]{read, hidden, func(r board.PartnerRow) evidence.Sight {
		return evidence.Sight{Request: r.ID}
	}})
}

// rowSight is what a row of the board shows.
func rowSight(r board.Row) evidence.Sight { return evidence.Sight{Request: r.ID, Level: r.Level} }

func itemSight(i board.QueueItem) evidence.Sight {
	return evidence.Sight{Request: i.Request, Task: i.Task}
}
