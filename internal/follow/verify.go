package follow

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/statistics"
)

// Difference is one thing that is not as the record says.
type Difference struct {
	Where string // record, keys, board, statistics, queue, ledger, evidence
	What  string // an id or a place in the record, and what is wrong; never content
}

// Where a difference is that no rebuild mends.
const (
	InRecord   = "record" // that the record has with itself, or with its keys
	InLedger   = "ledger"
	InEvidence = "evidence"
)

// Verifier compares what was made of the record with the record.
type Verifier struct {
	Journal record.Journal // of Log, read by its clear headers
	Keys    Keys
	Log     Log
	Rules   *sla.Rules
	Learnt  gateway.Learnt // as in Folding
	Board   board.Store
	// Queued lists all that is in the queues.
	Queued func(ctx context.Context) ([]Item, error)
}

// Report is what a verification found.
type Report struct {
	Upto     record.Position // the end of the record that was compared
	Requests int
	Tasks    int
	Erased   int  // of the requests: those whose content is gone, with its keys, because the record says so
	Months   int  // that are ended, with their keys
	Searched bool // the files of the store, for the keys of what is erased
	// Backups is until when a backup of KEYS may be kept that has a key of what is erased; zero: nobody has said how long they are.
	Backups     time.Time
	Differences []Difference
	Notes       []string // what is to be known, and is as it should be by now
	Uncompared  []string // what could not be read, and why: of that nothing is known
}

// Broken says whether something was found that no rebuild mends: the record, or the evidence, is not what was recorded.
func (r Report) Broken() bool {
	return slices.ContainsFunc(r.Differences, func(d Difference) bool {
		return slices.Contains([]string{InLedger, InRecord, InEvidence}, d.Where)
	})
}

// The ways in which a verification finds that something is not as it should be.
var (
	// ErrDifferent says that the board, the queues or the keys of what is erased are not as the record says.
	ErrDifferent = errors.New("not as the record says: run verigate rebuild")
	// ErrNotCompared says that nothing is known of a part.
	ErrNotCompared = errors.New("not everything was compared: call verigate verify again when what is away is back")
	// ErrBroken says that the record itself, or the evidence, is not what was recorded.
	ErrBroken = errors.New("the record, or the evidence, is not what was recorded: keep all files as they are, and see deploy/README.md, When the ledger is broken")
)

// Err says what a report comes to, and what to do; nil: everything is as it should be.
func (r Report) Err() error {
	switch {
	case r.Broken():
		return ErrBroken
	case len(r.Differences) > 0:
		return ErrDifferent
	case len(r.Uncompared) > 0:
		return ErrNotCompared
	}
	return nil
}

// ErrNoBoard says that the board cannot be read: all else was compared.
var ErrNoBoard = errors.New("the board does not answer")

// Verify reads the whole record: every sequence must be there, have its key or be erased, open and fold. Then it compares
// the board and the queues with what they should be. The followers must have reached Upto and rest meanwhile, or what they have not
// done yet is reported as a difference. After ErrNoBoard the report has the rest.
func (v Verifier) Verify(ctx context.Context) (Report, error) {
	end, err := v.Log.Last(ctx)
	if err != nil {
		return Report{}, fmt.Errorf("end of the record: %w", err)
	}
	report := Report{Upto: end}
	latest, whole, err := v.record(ctx, end, &report)
	if err != nil || !whole {
		return report, err
	}
	report.Requests = len(latest)
	away := v.board(ctx, latest, &report)
	if away == nil {
		away = v.statistics(ctx, latest, &report)
	}
	if err := v.queues(ctx, latest, &report); err != nil {
		return report, err
	}
	slices.SortFunc(report.Differences, func(a, b Difference) int {
		return strings.Compare(a.Where+a.What, b.Where+b.What)
	})
	return report, away
}

// record folds the record and holds it against its keys. It says false when it cannot be folded, and has said why.
func (v Verifier) record(ctx context.Context, end record.Position, report *Report) (latest map[string]State, whole bool, err error) {
	if end == (record.Position{}) {
		return nil, true, nil
	}
	lost, err := v.keys(ctx, end, report)
	if err == nil {
		latest, err = Latest(ctx, Folding{Log: v.Log, Rules: v.Rules, Learnt: v.Learnt}, end)
	}
	switch {
	case errors.Is(err, record.ErrUnavailable):
		return nil, false, err // it passes: that says nothing about the record
	case lost && errors.Is(err, record.ErrKeyMissing):
		return nil, false, nil // all that are lost are named
	case err != nil:
		report.add(InRecord, err.Error())
		return nil, false, nil
	}
	return latest, true, nil
}

func (r *Report) add(where, what string) {
	r.Differences = append(r.Differences, Difference{Where: where, What: what})
}

func (v Verifier) board(ctx context.Context, latest map[string]State, report *Report) error {
	seen := map[string]bool{}
	err := v.Board.Dump(ctx, func(s board.Stored) error {
		id := string(s.ID)
		seen[id] = true
		want, known := latest[id]
		switch {
		case !known:
			report.add("board", id+": is not in the record")
		case s.Sequence != want.Sequence:
			report.add("board", fmt.Sprintf("%s: stands at sequence %d, the record at %d", id, s.Sequence, want.Sequence))
		case s.Rows.Digest() != want.Rows.Digest():
			report.add("board", id+": its rows differ")
		}
		for _, lost := range s.Lost {
			report.add("board", fmt.Sprintf("%s: is missing from the list %s", id, lost.Set))
		}
		return nil
	})
	if err != nil {
		return fmt.Errorf("read the board: %w: %w", ErrNoBoard, err)
	}
	for id := range latest {
		if !seen[id] {
			report.add("board", id+": is missing")
		}
	}
	return nil
}

// statistics compares every cell with a recount of the record.
func (v Verifier) statistics(ctx context.Context, latest map[string]State, report *Report) error {
	counted, err := v.Board.Counted(ctx, []statistics.Sheet{statistics.AllCells})
	if err != nil {
		return fmt.Errorf("read the statistics: %w: %w", ErrNoBoard, err)
	}
	recount := statistics.Tally{}
	for _, s := range latest {
		recount.Add(statistics.Of(v.Rules, s.Request, s.Clocks), 1)
	}
	for _, got := range counted.Cells {
		if want := recount[got.Cell]; !maps.Equal(want, got.Counts) {
			report.add("statistics", got.Cell.String()+": "+off(want, got.Counts))
		}
		delete(recount, got.Cell)
	}
	for cell := range recount {
		report.add("statistics", cell.String()+": is missing")
	}
	return nil
}

// off names the counters that differ.
func off(want, got statistics.Counts) string {
	names := map[statistics.Counter]bool{}
	for name := range want {
		names[name] = want[name] != got[name]
	}
	for name := range got {
		names[name] = want[name] != got[name]
	}
	var all []string
	for _, name := range slices.Sorted(maps.Keys(names)) {
		if names[name] {
			all = append(all, fmt.Sprintf("%s is %d, by the record %d", name, got[name], want[name]))
		}
	}
	return strings.Join(all, "; ")
}

func (v Verifier) queues(ctx context.Context, latest map[string]State, report *Report) error {
	queued, err := v.Queued(ctx)
	if err != nil {
		return fmt.Errorf("read the queues: %w", err)
	}
	have := map[string]Item{}
	for _, i := range queued {
		have[i.Unit+" "+i.Task] = i
	}
	for _, s := range latest {
		for _, want := range Items(s) {
			report.Tasks++
			key := want.Unit + " " + want.Task
			got, there := have[key]
			switch {
			case !there:
				report.add("queue", key+": is missing")
			case !SameHeader(got.Payload, want.Payload):
				report.add("queue", key+": differs")
			}
			delete(have, key)
		}
	}
	for key := range have {
		report.add("queue", key+": has nothing to do there")
	}
	return nil
}
