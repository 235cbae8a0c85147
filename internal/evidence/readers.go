package evidence

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"verigate/internal/access"
	"verigate/internal/marking"
	"verigate/internal/pace"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// Reader is what one person did to one case: how often, since when, and when last.
type Reader struct {
	Person  verification.PersonID
	Roles   []verification.Role // in which it acted last
	Partner verification.PartnerCode
	Unit    verification.UnitCode
	Shows   access.Shows
	Refused bool
	First   time.Time
	Last    time.Time
	Times   int
}

// Readers knows who read which case: a fold over the evidence in memory, a line for each case, person and kind of read, so that
// it grows with how many people work on a case and not with how often they look. It is made again at each start, asks nobody
// but the store, and keeps nothing anywhere. It is safe for concurrent use.
//
// Beyond Lines it keeps no further case: of those Readers looks the evidence through, which is as right and takes seconds.
type Readers struct {
	Log   Log
	Lines int // that are kept; 0: DefaultLines
	// Damaged is told of what is not as it was written, once for neighbours, when it comes upon it; of so many as a start tells
	// at most (tells). It must not ask anything of Readers. nil: nobody is told.
	Damaged func(Flaw)

	mu      sync.Mutex
	at      uint64 // all up to this sequence is taken; guarded by mu, as is all below
	numbers Numbers
	lines   int
	cases   map[verification.RequestID][]Reader
	left    bool // a case is not kept
	missing uint64
	damaged uint64 // messages
	since   uint64 // the first message that is damaged, or before which one is missing; 0: none is
	last    Flaw   // that was met
	told    int
}

// Account is who read a case.
type Account struct {
	Readers []Reader // those who read it last first
	// Incomplete is the sequence of the first message of the evidence that could not be read, or before which one is missing:
	// from there on somebody may have read the case who is not told here. 0: all was read.
	Incomplete uint64
}

// tells is how many flaws a run tells of one by one: all of them are in the list of evidence.
const tells = 100

// DefaultLines is how many lines are kept: at 150 bytes each some 150 MB, which is a case for every one of a hundred thousand
// read by ten people.
const DefaultLines = 1_000_000

// looks are how often the end is looked for while nobody asks. A second's evidence of many readers, read at once, is felt by
// those who wait for theirs to be written.
var looks = pace.Pace{Quiet: time.Second, Busy: 20 * time.Millisecond, Batch: 64}

// Run follows the evidence until ctx ends, so that who asks waits for little. A store that is away is asked again; what is not as
// it was written is counted and told (Damaged), and ends nothing.
func (r *Readers) Run(ctx context.Context) error {
	rest, before := looks.Quiet, uint64(0)
	for {
		err := r.follow(ctx)
		if err != nil && !passing(err) && ctx.Err() == nil {
			return err
		}
		at := r.taken()
		rest = looks.Next(rest, int(at-min(at, before))) //nolint:gosec // sequences of a store
		before = at
		select {
		case <-time.After(rest):
		case <-ctx.Done():
			return nil
		}
	}
}

// taken is the sequence up to which all is taken.
func (r *Readers) taken() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.at
}

// Of is who read a case by now.
func (r *Readers) Of(ctx context.Context, id verification.RequestID) (Account, error) {
	if err := r.follow(ctx); err != nil {
		return Account{}, err
	}
	r.mu.Lock()
	found, known := r.cases[id]
	left := r.left
	out := Account{Readers: slices.Clone(found), Incomplete: r.since}
	r.mu.Unlock()
	if !known && left {
		if err := r.through(ctx, id, &out); err != nil {
			return Account{}, err
		}
	}
	out.Readers = newestFirst(out.Readers)
	return out, nil
}

// Missing is how many messages their writers have numbered and nobody has read.
func (r *Readers) Missing() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.missing
}

// Flawed is how many messages are not as they were written; they count as missing too when their writers' later ones are read.
func (r *Readers) Flawed() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.damaged
}

// Left says how much there is beyond what is taken, of an end.
func (r *Readers) Left(end uint64) uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return end - min(r.at, end)
}

// passing says whether the store may answer another time.
func passing(err error) bool {
	for _, one := range []error{ErrUnavailable, ErrLost, ErrFull, record.ErrUnavailable, context.DeadlineExceeded, context.Canceled} {
		if errors.Is(err, one) {
			return true
		}
	}
	return false
}

// follow takes what was there when it was called.
func (r *Readers) follow(ctx context.Context) error {
	end, err := r.Log.Store.Extent(ctx)
	for more := err == nil; more && err == nil; {
		more, err = r.piece(ctx, end.Last)
	}
	return err
}

// piece takes some messages up to an end, and says whether more are left.
func (r *Readers) piece(ctx context.Context, end uint64) (more bool, err error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if end < r.at { // evidence was begun again, or somebody else has looked further meanwhile
		now, err := r.Log.Store.Extent(ctx)
		if err != nil || now.Last >= r.at {
			return false, err
		}
		end = now.Last
	}
	if r.cases == nil || end < r.at {
		r.at, r.lines, r.left, r.missing, r.damaged, r.since, r.last, r.told = 0, 0, false, 0, 0, 0, Flaw{}, 0
		r.cases, r.numbers = map[verification.RequestID][]Reader{}, Numbers{}
	}
	if r.at == end {
		return false, nil
	}
	r.at, err = r.Log.forward(ctx, r.at, end, following{r})
	return r.at < end, err
}

// following hands the evidence to readers whose mu is held.
type following struct{ *Readers }

func (f following) take(m Message, entries []Entry) {
	fresh, missing := f.numbers.Meet(m)
	if missing > 0 {
		f.missing += missing
		f.doubt(m.Sequence)
	}
	if !fresh {
		return
	}
	for _, e := range entries {
		f.add(e)
	}
}

func (f following) flaw(one Flaw) {
	f.damaged += one.Messages
	f.doubt(one.Sequence)
	again := f.last.touches(one)
	f.last = one
	if !again && f.told < tells && f.Damaged != nil {
		f.told++
		f.Damaged(one)
	}
}

// doubt notes from where on the readers may be incomplete.
func (f following) doubt(sequence uint64) {
	if f.since == 0 {
		f.since = sequence
	}
}

// add takes an entry to the lines of its cases. It is called with mu held.
func (r *Readers) add(e Entry) {
	if !counts(e) {
		return
	}
	most := r.Lines
	if most == 0 {
		most = DefaultLines
	}
	for _, id := range e.Requests {
		lines, known := r.cases[id]
		if !known && r.lines >= most {
			r.left = true
			continue
		}
		before := len(lines)
		lines = merge(lines, e)
		r.lines += len(lines) - before
		r.cases[id] = lines
	}
}

// counts says whether an entry is somebody's read of a case, or an attempt. Its row alone is one only where that there is a
// case at all is the secret.
func counts(e Entry) bool {
	switch {
	case e.Person == "":
		return false
	case e.Outcome == Refused:
		return true
	case e.Outcome == Served && (e.Shows == access.ShowsContent || e.Shows == access.ShowsExport):
		return true
	case e.Outcome == Served && e.Shows == access.ShowsRows:
		return e.Level == marking.L3 && len(e.Requests) == 1
	}
	return false
}

func merge(lines []Reader, e Entry) []Reader {
	refused := e.Outcome == Refused
	for i := range lines {
		l := &lines[i]
		if l.Person == e.Person && l.Shows == e.Shows && l.Refused == refused {
			l.Times++
			if e.At.After(l.Last) {
				l.Last, l.Roles, l.Partner, l.Unit = e.At, e.Roles, e.Partner, e.Unit
			}
			if e.At.Before(l.First) {
				l.First = e.At
			}
			return lines
		}
	}
	return append(lines, Reader{
		Person: e.Person, Roles: e.Roles, Partner: e.Partner, Unit: e.Unit, Shows: e.Shows, Refused: refused,
		First: e.At, Last: e.At, Times: 1,
	})
}

// through looks all of the evidence through for one case.
func (r *Readers) through(ctx context.Context, id verification.RequestID, out *Account) error {
	about := func(e Entry) bool { return counts(e) && slices.Contains(e.Requests, id) }
	for at := (Place{}); ; {
		look, err := r.Log.Back(ctx, at, chunk, about)
		if err != nil {
			return err
		}
		for _, found := range look.Items {
			if found.Flaw == nil {
				out.Readers = merge(out.Readers, found.Entry)
			} else if out.Incomplete == 0 || found.Sequence < out.Incomplete {
				out.Incomplete = found.Sequence
			}
		}
		if at = look.Next; at == (Place{}) {
			return nil
		}
	}
}

func newestFirst(lines []Reader) []Reader {
	slices.SortStableFunc(lines, func(a, b Reader) int { return b.Last.Compare(a.Last) })
	return lines
}
