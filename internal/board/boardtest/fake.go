package boardtest

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"verigate/internal/board"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// Fake is a board in memory. It keeps the contract of Run and is safe for concurrent use.
type Fake struct {
	mu   sync.Mutex
	live *content // guarded by mu; nil: nothing is served
	fail error    // guarded by mu
}

var _ board.Store = (*Fake)(nil)

// NewFake returns an empty board.
func NewFake() *Fake { return &Fake{} }

// Fail makes every call return that error until it is nil again.
func (f *Fake) Fail(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = err
}

// Forget loses everything, as a server without persistence does when it starts again.
func (f *Fake) Forget() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live = nil
}

// content is one generation.
type content struct {
	position board.Position
	held     map[verification.RequestID]board.Stored
	sets     map[board.Set]map[string]int64
	adds     map[verification.RequestID]statistics.Contribution
	counts   statistics.Tally
}

func newContent() *content {
	return &content{
		held: map[verification.RequestID]board.Stored{}, sets: map[board.Set]map[string]int64{},
		adds: map[verification.RequestID]statistics.Contribution{}, counts: statistics.Tally{},
	}
}

// served locks; the caller unlocks, whatever is returned.
func (f *Fake) served(ctx context.Context) (*content, error) {
	f.mu.Lock()
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case f.fail != nil:
		return nil, f.fail
	case f.live == nil:
		return nil, board.ErrBehind
	}
	return f.live, nil
}

// Apply is board.Writer's.
func (f *Fake) Apply(ctx context.Context, b board.Batch) error {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return err
	}
	return c.apply(b)
}

func (c *content) apply(b board.Batch) error {
	if !c.position.Record.Covers(b.After) {
		return board.ErrBehind
	}
	for _, u := range b.Updates {
		id := u.Rows.Request.ID
		if held, ok := c.held[id]; ok && held.Sequence >= u.Sequence {
			continue
		}
		c.place(c.held[id].Rows.Places(), u.Rows.Places())
		c.held[id] = board.Stored{ID: id, Sequence: u.Sequence, Rows: copied(u.Rows)}
		c.counts.Add(c.adds[id], -1)
		c.counts.Add(u.Counts, 1)
		c.adds[id] = u.Counts
	}
	c.position.Record = c.position.Record.Or(b.Upto)
	if b.At.After(c.position.At) {
		c.position.At = b.At
	}
	return nil
}

func (c *content) place(before, after []board.Place) {
	for _, p := range before {
		if !slices.ContainsFunc(after, func(a board.Place) bool { return a.Set == p.Set && a.Member == p.Member }) {
			delete(c.sets[p.Set], p.Member)
		}
	}
	for _, p := range after {
		if slices.Contains(before, p) {
			continue // the sweep may have moved it
		}
		if c.sets[p.Set] == nil {
			c.sets[p.Set] = map[string]int64{}
		}
		c.sets[p.Set][p.Member] = p.Score
	}
}

// copied is what a store outside the process would give back.
func copied(r board.Rows) board.Rows {
	b, err := json.Marshal(r)
	if err != nil {
		panic(fmt.Sprintf("boardtest: encode rows: %v", err)) // plain fields
	}
	var out board.Rows
	if err := json.Unmarshal(b, &out); err != nil {
		panic(fmt.Sprintf("boardtest: decode rows: %v", err))
	}
	return out
}

// Position is board.Writer's.
func (f *Fake) Position(ctx context.Context) (board.Position, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case ctx.Err() != nil:
		return board.Position{}, ctx.Err()
	case f.fail != nil:
		return board.Position{}, f.fail
	case f.live == nil:
		f.live = newContent()
	}
	return f.live.position, nil
}

// Stored is board.Writer's.
func (f *Fake) Stored(ctx context.Context, ids ...verification.RequestID) ([]board.Stored, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	return c.stored(ids), nil
}

func (c *content) stored(ids []verification.RequestID) []board.Stored {
	var out []board.Stored
	for _, id := range ids {
		held, ok := c.held[id]
		if !ok {
			continue
		}
		held.Rows = copied(held.Rows)
		for _, p := range held.Rows.Places() {
			score, in := c.sets[p.Set][p.Member]
			if !in || score != p.Score && p.Set != board.SetDue {
				held.Lost = append(held.Lost, p)
			}
		}
		out = append(out, held)
	}
	return out
}

// Dump is board.Store's.
func (f *Fake) Dump(ctx context.Context, fn func(board.Stored) error) error {
	c, err := f.served(ctx)
	var all []board.Stored
	if err == nil {
		all = c.stored(slices.Sorted(maps.Keys(c.held)))
	}
	f.mu.Unlock()
	for _, held := range all {
		if err := fn(held); err != nil {
			return err
		}
	}
	return err
}

// Lose removes an entry from its set behind the store's back.
func (f *Fake) Lose(p board.Place) {
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.live.sets[p.Set], p.Member)
}

// Rebuild is board.Store's.
func (f *Fake) Rebuild(ctx context.Context, build func(context.Context, board.Writer) error) error {
	beside := &Fake{live: newContent()}
	if err := build(ctx, beside); err != nil {
		return fmt.Errorf("rebuild: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.fail != nil {
		return f.fail
	}
	f.live = beside.live
	return nil
}

// Ping is board.Store's.
func (f *Fake) Ping(context.Context) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.fail
}

// TakeDue is board.DueSet's.
func (f *Fake) TakeDue(ctx context.Context, t board.Take) ([]board.Due, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var out []board.Due
	for _, e := range c.sorted(board.SetDue) {
		if e.Score > board.Score(t.Now) || len(out) == t.Limit {
			break
		}
		c.sets[board.SetDue][e.Member] = board.Score(t.Until)
		out = append(out, board.Due{Request: verification.RequestID(e.Member), At: time.UnixMicro(e.Score).UTC()})
	}
	return out, nil
}

// sorted are the entries of sets, merged.
func (c *content) sorted(sets ...board.Set) []board.Cursor {
	var out []board.Cursor
	for _, s := range sets {
		for member, score := range c.sets[s] {
			out = append(out, board.Cursor{Score: score, Member: member})
		}
	}
	slices.SortFunc(out, compare)
	return out
}

func compare(a, b board.Cursor) int {
	return cmp.Or(cmp.Compare(a.Score, b.Score), cmp.Compare(a.Member, b.Member))
}

// listed fills a page from entries that stand in its order.
func listed[T any](
	c *content, entries []board.Cursor, p board.Page, down bool, show func(board.Stored, string) (T, bool), only ...func(T) bool,
) board.List[T] {
	out := board.List[T]{AsOf: c.position}
	sign := 1
	if down {
		sign = -1
		slices.Reverse(entries)
	}
	last := p.After
	for _, e := range entries {
		if p.After != (board.Cursor{}) && sign*compare(e, p.After) <= 0 {
			continue
		}
		id, _, _ := strings.Cut(e.Member, "-")
		item, ok := show(c.held[verification.RequestID(id)], e.Member)
		for _, lets := range only {
			ok = ok && lets(item)
		}
		if !ok {
			continue
		}
		if len(out.Items) == max(p.Limit, 1) {
			out.Next = last
			break
		}
		out.Items, last = append(out.Items, item), e
	}
	return out
}

// Board is board.Reader's.
func (f *Fake) Board(
	ctx context.Context, filter board.Filter, p board.Page, see board.Visible, only ...func(board.Row) bool,
) (board.List[board.Row], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.Row]{}, err
	}
	set := filter.Sets()[0]
	return listed(c, c.sorted(set.With(see.Compartments)...), p, false, func(held board.Stored, _ string) (board.Row, bool) {
		return copied(held.Rows).Request, see.May(held.Rows.Audience) && filter.Match(held.Rows.Request)
	}, only...), nil
}

// Queue is board.Reader's.
func (f *Fake) Queue(
	ctx context.Context, q board.Queue, p board.Page, see board.Visible, only ...func(board.QueueItem) bool,
) (board.List[board.QueueItem], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.QueueItem]{}, err
	}
	return listed(c, c.sorted(board.SetQueue(q.Unit).With(nil)...), p, false, func(held board.Stored, member string) (board.QueueItem, bool) {
		for _, item := range copied(held.Rows).Tasks {
			if string(item.Task) == member {
				return item, see.May(held.Rows.Audience) && (q.Degree == "" || q.Degree == item.Degree)
			}
		}
		return board.QueueItem{}, false
	}, only...), nil
}

// Notices is board.Reader's.
func (f *Fake) Notices(
	ctx context.Context, filter board.NoticeFilter, p board.Page, see board.Visible, only ...func(board.NoticeRow) bool,
) (board.List[board.NoticeRow], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.NoticeRow]{}, err
	}
	return listed(c, c.sorted(filter.Sets(see.Compartments)...), p, true, func(held board.Stored, member string) (board.NoticeRow, bool) {
		row, ok := copied(held.Rows).NoticeRow(member)
		return row, ok && see.May(held.Rows.Audience) && filter.Match(row.Notice)
	}, only...), nil
}

// Milestones is board.Reader's.
func (f *Fake) Milestones(
	ctx context.Context, filter board.MilestoneFilter, p board.Page, see board.Visible, only ...func(board.MilestoneRow) bool,
) (board.List[board.MilestoneRow], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.MilestoneRow]{}, err
	}
	return listed(c, c.sorted(filter.Sets(see.Compartments)...), p, false, func(held board.Stored, member string) (board.MilestoneRow, bool) {
		row, ok := copied(held.Rows).MilestoneRow(member)
		return row, ok && see.May(held.Rows.Audience) && filter.Match(row.Milestone)
	}, only...), nil
}

// Keeping is board.Reader's.
func (f *Fake) Keeping(
	ctx context.Context, filter board.KeepingFilter, p board.Page, see board.Visible, only ...func(board.Row) bool,
) (board.List[board.Row], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.Row]{}, err
	}
	var sets []board.Set
	for _, stretch := range filter.Stretches(see.Compartments) {
		sets = append(sets, stretch.Set)
	}
	return listed(c, c.sorted(sets...), p, false, func(held board.Stored, _ string) (board.Row, bool) {
		row := copied(held.Rows).Request
		return row, see.May(held.Rows.Audience) && filter.Match(row)
	}, only...), nil
}

// PartnerList is board.Reader's.
func (f *Fake) PartnerList(
	ctx context.Context, partner verification.PartnerCode, filter board.PartnerFilter, p board.Page, only ...func(board.PartnerRow) bool,
) (board.List[board.PartnerRow], error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.List[board.PartnerRow]{}, err
	}
	down := filter.UpdatedSince.IsZero()
	return listed(c, c.sorted(board.SetPartner(partner)), p, down, func(held board.Stored, _ string) (board.PartnerRow, bool) {
		return held.Rows.Partner, filter.Match(held.Rows.Partner)
	}, only...), nil
}

// ByNumber is board.Reader's.
func (f *Fake) ByNumber(ctx context.Context, number string, see board.Visible) (board.Row, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.Row{}, err
	}
	for _, e := range c.sorted(board.SetNumber(number)) {
		held := c.held[verification.RequestID(e.Member)]
		if see.May(held.Rows.Audience) {
			return copied(held.Rows).Request, nil
		}
	}
	return board.Row{}, board.ErrNotFound
}

// ByReference is board.Reader's.
func (f *Fake) ByReference(ctx context.Context, name string, see board.Visible) ([]board.Row, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var out []board.Row
	for _, e := range c.sorted(board.SetReference(name).With(see.Compartments)...) {
		held := c.held[verification.RequestID(e.Member)]
		if len(out) < board.MostReferences && see.May(held.Rows.Audience) {
			out = append(out, copied(held.Rows).Request)
		}
	}
	return out, nil
}

// Twins is board.Reader's.
func (f *Fake) Twins(ctx context.Context, t board.TwinQuery, see board.Visible) ([]board.Twin, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return nil, err
	}
	var out []board.Twin
	for _, name := range t.Identifiers {
		sets := []board.Set{board.SetIdentifier("", false, name)}
		for _, in := range t.Compartments {
			sets = append(sets, board.SetIdentifier(in, true, name))
		}
		for _, e := range c.sorted(sets...) {
			held := c.held[verification.RequestID(e.Member)]
			if see.May(held.Rows.Audience) {
				out = append(out, board.Twin{Identifier: name, Request: held.ID, Audience: copied(held.Rows).Audience})
			}
		}
	}
	return out, nil
}

// Counters is board.Reader's.
func (f *Fake) Counters(ctx context.Context, now time.Time, without ...verification.RequestID) (board.Counters, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.Counters{}, err
	}
	return board.Count(c.position, func(s board.Set) (all, due int) {
		for member, score := range c.sets[s] {
			if slices.Contains(without, verification.RequestID(member)) {
				continue
			}
			all++
			if score <= board.Score(now) {
				due++
			}
		}
		return all, due
	}), nil
}

// Counted is board.Reader's.
func (f *Fake) Counted(ctx context.Context, sheets []statistics.Sheet, without ...verification.RequestID) (board.Counted, error) {
	c, err := f.served(ctx)
	defer f.mu.Unlock()
	if err != nil {
		return board.Counted{}, err
	}
	counts := statistics.Tally{}
	for cell, n := range c.counts {
		counts[cell] = maps.Clone(n)
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(without))) {
		counts.Add(c.adds[id], -1)
	}
	out := board.Counted{AsOf: c.position}
	for cell, n := range counts {
		if slices.ContainsFunc(cell.Sheets(), func(in statistics.Sheet) bool { return slices.Contains(sheets, in) }) {
			out.Cells = append(out.Cells, statistics.Counted{Cell: cell, Counts: n})
		}
	}
	return out, nil
}

// Miscount adds to a counter behind the store's back.
func (f *Fake) Miscount(c statistics.Cell, name statistics.Counter, n int64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.live.counts.Add(statistics.Contribution{{Cells: []statistics.Cell{c}, Counts: statistics.Counts{name: n}}}, 1)
}
