package board

import (
	"context"
	"errors"
	"time"

	"verigate/internal/notice"
	"verigate/internal/record"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// The sentinels of a Store. Other errors are defects of the program or of the store, or the caller's ended context.
var (
	// ErrUnavailable says that the store cannot be reached or cannot write now. Whether an Apply took effect is open;
	// doing it again is safe.
	ErrUnavailable = errors.New("board unavailable")
	// ErrBehind says that the store does not hold what was applied to it before: it was emptied, rebuilt, or fell back
	// to an older copy. A follower reads Position and follows again from there; a reader has no board yet.
	ErrBehind = errors.New("board is behind")
	// ErrNotFound says that the store holds no such request, or none that the reader may see.
	ErrNotFound = errors.New("not on the board")
)

// The names by which a store is asked are the rules' own; a store need not know more of the rules.
type (
	// RequestID names a request.
	RequestID = verification.RequestID
	// PartnerCode names a partner.
	PartnerCode = verification.PartnerCode
	// Compartment names one.
	Compartment = verification.Compartment
	// State is where a request stands.
	State = verification.State
	// Notice is what somebody was told.
	Notice = notice.Notice
)

// Update is the rows of one request after a decision, which has that sequence in the request's partition of the record.
type Update struct {
	Sequence uint64
	Rows     Rows
	Counts   statistics.Contribution // what the request adds to the statistics from now on, instead of what it did
}

// Batch is what a follower has made of a piece of the record.
type Batch struct {
	After   record.Position // the position on which the batch builds, as Position or the batch before gave it
	Upto    record.Position // the position once it is applied: all of the record up to here is in the store; zero leaves it where it is
	At      time.Time       // when the follower knew that; zero leaves it as it was
	Updates []Update
}

// Position is how far the store follows the record.
type Position struct {
	Record record.Position
	At     time.Time
}

// Writer is the half of a store that followers need. It is safe for concurrent use, also from several gateways.
type Writer interface {
	// Apply writes each update whose sequence is newer than what the store holds of that request, then moves the
	// position; it never moves it back, in any partition. Each request changes at once, rows, places and counts together;
	// a batch that ends with an error may have been applied in part. ErrBehind when the store stands before After:
	// nothing was moved.
	Apply(ctx context.Context, b Batch) error

	// Position is how far the record is in the store; zero for an empty one, which it makes ready for Apply.
	Position(ctx context.Context) (Position, error)

	// Stored returns what is held of those requests, without those of which nothing is.
	Stored(ctx context.Context, ids ...RequestID) ([]Stored, error)
}

// Visible is a reader's filter: the compartments of which a list may be, besides what is shared, and whether the reader may
// know of something with that audience. What is sealed in another compartment is not even read; May is asked for every row
// of every page, shared or sealed.
type Visible struct {
	Compartments []Compartment
	May          func(Audience) bool
}

// Cursor is a place in a list: behind that entry. The zero Cursor is the beginning. Readers are given it sealed.
type Cursor struct {
	Score  int64  `json:"s"`
	Member string `json:"m"`
}

// Page says which piece of a list is wanted.
type Page struct {
	After Cursor
	Limit int // rows wanted, at least 1
}

// List is a piece of a list: as many rows as were wanted, or all that are left. It goes on when something follows that the
// reader may see, and only then.
type List[T any] struct {
	Items []T
	Next  Cursor // zero on the last page
	AsOf  Position
}

// Reader is the half of a store that pages need. It is safe for concurrent use. An entry that does not move while a
// list is read is in it exactly once; one that moves may be met again, or be passed when it moves to the front.
//
// What the caller alone can tell of a row, such as whether its case was sealed a moment ago, is asked of each row by only,
// as by May: a row that it turns down is passed like one that the filter does not choose. So a page is one call, however
// much of the list its reader may not see.
type Reader interface {
	// Board lists what is on the board by the clock that runs out first.
	Board(ctx context.Context, f Filter, p Page, see Visible, only ...func(Row) bool) (List[Row], error)
	// Queue lists what a unit has to do, by due time. An empty degree chooses all.
	Queue(ctx context.Context, q Queue, p Page, see Visible, only ...func(QueueItem) bool) (List[QueueItem], error)
	// Notices lists notices, the one recorded last first.
	Notices(ctx context.Context, f NoticeFilter, p Page, see Visible, only ...func(NoticeRow) bool) (List[NoticeRow], error)
	// Milestones lists what happened of a kind in a time, the first first.
	Milestones(ctx context.Context, f MilestoneFilter, p Page, see Visible, only ...func(MilestoneRow) bool) (List[MilestoneRow], error)
	// Keeping lists what is kept, due, proposed for erasure or held, the longest so first.
	Keeping(ctx context.Context, f KeepingFilter, p Page, see Visible, only ...func(Row) bool) (List[Row], error)
	// PartnerList lists a partner's own requests, by their last visible change.
	PartnerList(ctx context.Context, partner PartnerCode, f PartnerFilter, p Page, only ...func(PartnerRow) bool) (List[PartnerRow], error)
	// ByNumber finds a request by its number, in any letter case. ErrNotFound when absent or not visible.
	ByNumber(ctx context.Context, number string, see Visible) (Row, error)
	// ByReference finds the requests whose partners call them so (ReferenceName), any partner's, open or not, in the order of
	// their ids, at most MostReferences of those that may be seen.
	ByReference(ctx context.Context, name string, see Visible) ([]Row, error)
	// Twins finds the requests that name any of the identifiers (IdentifierName), shared ones and those of the given
	// compartments, that may be seen.
	Twins(ctx context.Context, t TwinQuery, see Visible) ([]Twin, error)
	// Counters counts what is shared; sealed matters are in none of its numbers. So are the requests without, which this
	// reader may not know of: the numbers are those of a board that never had them, at one moment. A request that is not
	// held is counted nowhere. The work grows with their number; some hundred are few.
	Counters(ctx context.Context, now time.Time, without ...RequestID) (Counters, error)
	// Counted returns the cells of some sheets, in no order: always the sum of what was applied last for each request, but
	// those without, as in Counters. A cell to which nothing else adds is left out. Cells that change while they are read
	// may be of different moments; each is of one, and so is what is left out of it.
	Counted(ctx context.Context, sheets []statistics.Sheet, without ...RequestID) (Counted, error)
}

// Counted is what is counted in some cells.
type Counted struct {
	Cells []statistics.Counted
	AsOf  Position
}

// MostReferences is how many requests of one reference are found: partners number within their own office, and few the same.
const MostReferences = 20

// Queue names a unit's queue, and a degree within it or empty for all.
type Queue struct {
	Unit   verification.UnitCode
	Degree verification.Degree
}

// TwinQuery asks who else named the same thing.
type TwinQuery struct {
	Identifiers  []string
	Compartments []verification.Compartment // in which also to look
}

// Twin is a request that names an identifier.
type Twin struct {
	Identifier string
	Request    verification.RequestID
	Audience   Audience
}

// DueSet is what the sweep waits for.
type DueSet interface {
	// TakeDue moves up to limit entries that are due at now to until, and returns them as they were. Two that take at
	// once get different ones. Nothing is removed: only an update of the request does that, and one that leaves the
	// due time as it was leaves the entry where the sweep has moved it.
	TakeDue(ctx context.Context, t Take) ([]Due, error)
}

// Take says what the sweep wants.
type Take struct {
	Now, Until time.Time
	Limit      int
}

// Stored is what a store holds of one request.
type Stored struct {
	ID       verification.RequestID
	Sequence uint64
	Rows     Rows
	// Lost names the places of the rows that are not in their sets, in clear: never any in a sound store.
	Lost []Place
}

// Store is everything; package rdb has the real one.
type Store interface {
	Writer
	Reader
	DueSet

	// Dump calls fn with everything that is held, in the order of ids, while it may change.
	Dump(ctx context.Context, fn func(Stored) error) error

	// Rebuild makes the board again beside the one that is served, from what build applies to w, beginning at position
	// zero; then, at once, the new one is served, and every follower of the old one gets ErrBehind. When build fails
	// the old one stays. One rebuild at a time: a second one ends the first, which then fails with ErrBehind.
	Rebuild(ctx context.Context, build func(ctx context.Context, w Writer) error) error

	// Ping says whether the store can be reached.
	Ping(ctx context.Context) error
}
