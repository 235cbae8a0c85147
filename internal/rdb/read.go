package rdb

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/internal/board"
	"verigate/internal/record"
)

// leastScan is how many entries are read at once, and one more, by which a list is known to go on. A page that is thinned
// out is filled by reading on.
const leastScan = 50

// walk is a list that is read: which sets, in which direction, which part of the rows.
type walk struct {
	sets []board.Set
	down bool
	part string

	first, last int64   // the scores within which it goes; zero: there is no such bound
	ends        []int64 // the last score of each set, upwards; nil: they have none of their own
}

// entry is one place of a walk with the part of its row.
type entry struct {
	member   string
	score    int64
	sequence string
	sealed   []byte
}

func (e entry) cursor() board.Cursor { return board.Cursor{Score: e.score, Member: e.member} }

// request is the id of the row; a task's id begins with its request's.
func (e entry) request() board.RequestID {
	id, _, _ := strings.Cut(e.member, "-")
	return board.RequestID(id)
}

// list fills a page: show opens an entry's row and says whether it belongs into the list, as far as only lets it. An entry
// without a row, which only a damaged store has, is passed; verify names it.
func list[T any](
	ctx context.Context, s *Store, w walk, p board.Page, show func(entry) (T, bool, error), only ...func(T) bool,
) (out board.List[T], err error) {
	err = s.reading(ctx, func(g generation) error {
		out = board.List[T]{}
		at, limit := p.After, max(p.Limit, 1)
		if w.down && at == (board.Cursor{}) {
			at.Score = board.NoDue
		}
		if at.Score < w.first {
			at = board.Cursor{Score: w.first}
		}
		last := at // of the items so far
		for {
			wanted := max(limit-len(out.Items), leastScan) + 1
			entries, asOf, err := s.entries(ctx, g, w, at, wanted)
			if err != nil {
				return err
			}
			out.AsOf = asOf
			for _, e := range entries {
				if w.last != 0 && e.score > w.last {
					return nil
				}
				at = e.cursor()
				item, ok, err := shown(e, show, only)
				switch {
				case err != nil:
					return fmt.Errorf("row of %s: %w", e.request(), err)
				case !ok:
				case len(out.Items) == limit: // only what may be seen tells that the list goes on
					out.Next = last
					return nil
				default:
					out.Items, last = append(out.Items, item), at
				}
			}
			if len(entries) < wanted {
				return nil
			}
		}
	})
	return out, err
}

func shown[T any](e entry, show func(entry) (T, bool, error), only []func(T) bool) (item T, ok bool, err error) {
	if len(e.sealed) == 0 {
		return item, false, nil
	}
	item, ok, err = show(e)
	for _, lets := range only {
		ok = ok && lets(item)
	}
	return item, ok, err
}

func (s *Store) entries(ctx context.Context, g generation, w walk, at board.Cursor, limit int) ([]entry, board.Position, error) {
	c := call{keys: []string{g.position()}}
	for _, set := range w.sets {
		c.keys = append(c.keys, g.set(set))
	}
	down := "0"
	if w.down {
		down = "1"
	}
	c.args = []any{strconv.FormatInt(at.Score, 10), at.Member, limit, down, g.rows(), w.part}
	for _, end := range w.ends {
		c.args = append(c.args, strconv.FormatInt(end, 10))
	}
	list, err := s.strings(ctx, s.scripts.page, c)
	if err != nil {
		return nil, board.Position{}, err
	}
	if len(list) < 2 || len(list)%4 != 2 {
		return nil, board.Position{}, errBehind(record.Position{})
	}
	asOf, err := positionOf(list[0], list[1])
	if err != nil {
		return nil, asOf, err
	}
	entries := make([]entry, 0, len(list)/4)
	for list = list[2:]; len(list) >= 4; list = list[4:] {
		score, err := parseScore(list[1])
		if err != nil {
			return nil, asOf, err
		}
		entries = append(entries, entry{member: list[0], score: score, sequence: list[2], sealed: []byte(list[3])})
	}
	return entries, asOf, nil
}

// Board is board.Reader's.
func (s *Store) Board(
	ctx context.Context, f board.Filter, p board.Page, see board.Visible, only ...func(board.Row) bool,
) (board.List[board.Row], error) {
	set, err := s.smallest(ctx, f.Sets(), see.Compartments)
	if err != nil {
		return board.List[board.Row]{}, err
	}
	w := walk{sets: set.With(see.Compartments), part: partRequest}
	from, until := f.Between()
	if !from.IsZero() {
		w.first = board.Score(from)
	}
	if !until.IsZero() {
		w.last = board.Score(until)
	}
	return list(ctx, s, w, p, func(e entry) (board.Row, bool, error) {
		held, err := s.openRequest(e.request(), e.sequence, e.sealed)
		return held.Row, see.May(held.Audience) && f.Match(held.Row), err
	}, only...)
}

// smallest returns the set with the fewest entries, its twins of some compartments counted with it: the shortest way
// through a filter. No reader is told the number.
func (s *Store) smallest(ctx context.Context, sets []board.Set, in []board.Compartment) (board.Set, error) {
	if len(sets) == 1 {
		return sets[0], nil
	}
	var all []board.Set
	for _, set := range sets {
		all = append(all, set.With(in)...)
	}
	sizes, _, err := s.count(ctx, all, time.Time{}, nil)
	if err != nil {
		return "", err
	}
	each := len(all) / len(sets)
	entries := make([]int, len(sets))
	for i, one := range sizes {
		entries[i/each] += one.all
	}
	return sets[slices.Index(entries, slices.Min(entries))], nil
}

// Queue is board.Reader's.
func (s *Store) Queue(
	ctx context.Context, q board.Queue, p board.Page, see board.Visible, only ...func(board.QueueItem) bool,
) (board.List[board.QueueItem], error) {
	w := walk{sets: board.SetQueue(q.Unit).With(nil), part: partTasks}
	return list(ctx, s, w, p, func(e entry) (board.QueueItem, bool, error) {
		held, err := s.openTasks(e.request(), e.sequence, e.sealed)
		if err != nil || !see.May(held.Audience) {
			return board.QueueItem{}, false, err
		}
		for _, item := range held.Tasks {
			if string(item.Task) == e.member {
				return item, item.Unit == q.Unit && (q.Degree == "" || q.Degree == item.Degree), nil
			}
		}
		return board.QueueItem{}, false, nil
	}, only...)
}

// Notices is board.Reader's.
func (s *Store) Notices(
	ctx context.Context, f board.NoticeFilter, p board.Page, see board.Visible, only ...func(board.NoticeRow) bool,
) (board.List[board.NoticeRow], error) {
	w := walk{sets: f.Sets(see.Compartments), part: partNotices, down: true}
	return list(ctx, s, w, p, func(e entry) (board.NoticeRow, bool, error) {
		rows, err := s.openNotices(e.request(), e.sequence, e.sealed)
		if err != nil || !see.May(rows.Audience) {
			return board.NoticeRow{}, false, err
		}
		row, ok := rows.NoticeRow(e.member)
		return row, ok && f.Match(row.Notice), nil
	}, only...)
}

// Milestones is board.Reader's.
func (s *Store) Milestones(
	ctx context.Context, f board.MilestoneFilter, p board.Page, see board.Visible, only ...func(board.MilestoneRow) bool,
) (board.List[board.MilestoneRow], error) {
	w := walk{sets: f.Sets(see.Compartments), part: partRequest, first: board.Score(f.From), last: board.Score(f.Until)}
	return list(ctx, s, w, p, func(e entry) (board.MilestoneRow, bool, error) {
		held, err := s.openRequest(e.request(), e.sequence, e.sealed)
		if err != nil || !see.May(held.Audience) {
			return board.MilestoneRow{}, false, err
		}
		row, ok := board.Rows{Request: held.Row, Milestones: held.Milestones}.MilestoneRow(e.member)
		return row, ok && f.Match(row.Milestone), nil
	}, only...)
}

// Keeping is board.Reader's.
func (s *Store) Keeping(
	ctx context.Context, f board.KeepingFilter, p board.Page, see board.Visible, only ...func(board.Row) bool,
) (board.List[board.Row], error) {
	w := walk{part: partRequest}
	for _, stretch := range f.Stretches(see.Compartments) {
		w.sets, w.ends = append(w.sets, stretch.Set), append(w.ends, stretch.Last)
	}
	return list(ctx, s, w, p, func(e entry) (board.Row, bool, error) {
		held, err := s.openRequest(e.request(), e.sequence, e.sealed)
		return held.Row, see.May(held.Audience) && f.Match(held.Row), err
	}, only...)
}

// PartnerList is board.Reader's.
func (s *Store) PartnerList(
	ctx context.Context, partner board.PartnerCode, f board.PartnerFilter, p board.Page, only ...func(board.PartnerRow) bool,
) (board.List[board.PartnerRow], error) {
	set := board.SetPartner(partner)
	if f.Number != "" {
		set = board.SetNumber(f.Number)
	}
	w := walk{sets: []board.Set{set}, part: partPartner, down: f.UpdatedSince.IsZero()}
	if !w.down && f.Number == "" && p.After == (board.Cursor{}) {
		p.After.Score = f.UpdatedSince.UnixMicro()
	}
	return list(ctx, s, w, p, func(e entry) (board.PartnerRow, bool, error) {
		row, err := s.openPartner(e.request(), e.sequence, e.sealed)
		return row, row.Partner == partner && f.Match(row), err
	}, only...)
}

// ByNumber is board.Reader's.
func (s *Store) ByNumber(ctx context.Context, number string, see board.Visible) (board.Row, error) {
	w := walk{sets: []board.Set{board.SetNumber(number)}, part: partRequest}
	found, err := list(ctx, s, w, board.Page{Limit: 1}, func(e entry) (board.Row, bool, error) {
		held, err := s.openRequest(e.request(), e.sequence, e.sealed)
		return held.Row, see.May(held.Audience) && board.SetNumber(held.Row.Number) == board.SetNumber(number), err
	})
	if err == nil && len(found.Items) == 0 {
		err = board.ErrNotFound
	}
	if err != nil {
		return board.Row{}, err
	}
	return found.Items[0], nil
}

// ByReference is board.Reader's.
func (s *Store) ByReference(ctx context.Context, name string, see board.Visible) ([]board.Row, error) {
	w := walk{sets: board.SetReference(name).With(see.Compartments), part: partRequest}
	found, err := list(ctx, s, w, board.Page{Limit: board.MostReferences}, func(e entry) (board.Row, bool, error) {
		held, err := s.openRequest(e.request(), e.sequence, e.sealed)
		return held.Row, see.May(held.Audience), err
	})
	return found.Items, err
}

// mostTwins bounds the answer for one identifier: what half the world names is no clue.
const mostTwins = 200

// Twins is board.Reader's.
func (s *Store) Twins(ctx context.Context, t board.TwinQuery, see board.Visible) ([]board.Twin, error) {
	var out []board.Twin
	for _, name := range t.Identifiers {
		w := walk{sets: []board.Set{board.SetIdentifier("", false, name)}, part: partRequest}
		for _, c := range t.Compartments {
			w.sets = append(w.sets, board.SetIdentifier(c, true, name))
		}
		found, err := list(ctx, s, w, board.Page{Limit: mostTwins}, func(e entry) (board.Twin, bool, error) {
			held, err := s.openRequest(e.request(), e.sequence, e.sealed)
			return board.Twin{Identifier: name, Request: held.Row.ID, Audience: held.Audience}, see.May(held.Audience), err
		})
		if err != nil {
			return nil, err
		}
		out = append(out, found.Items...)
	}
	return out, nil
}

type size struct{ all, due int }

func (s *Store) count(
	ctx context.Context, sets []board.Set, now time.Time, without []board.RequestID,
) (sizes []size, asOf board.Position, err error) {
	err = s.reading(ctx, func(g generation) error {
		c := call{keys: []string{g.position()}, args: []any{microseconds(now), len(sets), g.sets()}}
		for _, set := range sets {
			c.keys = append(c.keys, g.set(set))
		}
		c.keys = append(c.keys, g.rowsOf(without)...)
		list, err := s.strings(ctx, s.scripts.count, c)
		if err != nil {
			return err
		}
		if len(list) != 2+2*len(sets) {
			return errBehind(record.Position{})
		}
		if asOf, err = positionOf(list[0], list[1]); err != nil {
			return err
		}
		sizes = sizes[:0]
		for list = list[2:]; len(list) >= 2; list = list[2:] {
			all, err := strconv.Atoi(list[0])
			if err != nil {
				return fmt.Errorf("size of a set: %w", err)
			}
			due, err := strconv.Atoi(list[1])
			if err != nil {
				return fmt.Errorf("size of a set: %w", err)
			}
			sizes = append(sizes, size{all: all, due: due})
		}
		return nil
	})
	return sizes, asOf, err
}

// Counters is board.Reader's.
func (s *Store) Counters(ctx context.Context, now time.Time, without ...board.RequestID) (board.Counters, error) {
	sets := board.CountedSets()
	sizes, asOf, err := s.count(ctx, sets, now, without)
	if err != nil {
		return board.Counters{}, err
	}
	return board.Count(asOf, func(set board.Set) (all, due int) {
		for i := range sets {
			if sets[i] == set {
				return sizes[i].all, sizes[i].due
			}
		}
		return 0, 0
	}), nil
}
