package follow

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Item is one task in a unit's queue.
type Item struct {
	Unit string
	Task string
	// Record is the sequence, in the request's partition, of the decision that this state follows from: an older one
	// never replaces a newer.
	Record uint64
	// Version is the number of decisions of the aggregate up to it.
	Version uint64
	// Payload is clear: no content, no name, and nothing of level L3.
	Payload []byte
	// New says that the task was in no queue before this decision. It is a hint that saves a look: a task that is
	// there all the same is compared as ever.
	New bool
}

// Queue writes the units' queues. Every write is durable when it returns, may be repeated, and never replaces a newer
// state by an older.
type Queue interface {
	// Put makes item the state of its task.
	Put(ctx context.Context, item Item) error
	// PutAll is Put for each, many in one write where that is cheaper. When it fails some may be written.
	PutAll(ctx context.Context, items []Item) error
	// Remove takes the task out; one that is not there is no error. Payload is not read.
	Remove(ctx context.Context, item Item) error
	// Move takes one task out and puts others in, all or none: a forward.
	Move(ctx context.Context, from Item, to ...Item) error
}

// Positions keeps how far a follower has come.
type Positions interface {
	Load(ctx context.Context, follower string) (record.Position, error)
	Save(ctx context.Context, follower string, at record.Position) error
}

// Queuer keeps the units' queues: at most one message for each live task. What is sealed never enters one: who reads a
// queue is a program (access.Queued).
type Queuer struct {
	Log       Log
	Rules     *sla.Rules
	Learnt    gateway.Learnt // as in Folding
	Steps     *Steps         // shared with other followers; nil: not
	Queue     Queue
	Positions Positions
	// Reached is told up to where the queues are written; nil: nobody.
	Reached func(record.Position)
	Retry   Retry
}

// queuePosition is the follower's name.
const queuePosition = "queue"

// saveEvery is after how many messages the position is kept: after a crash as many are written again, to no effect.
const saveEvery = 64

// Run follows until ctx ends, or until a sequence cannot be read.
func (q Queuer) Run(ctx context.Context) error {
	return again(ctx, q.Retry, func(ctx context.Context) error {
		position, err := q.Positions.Load(ctx, queuePosition)
		if err != nil {
			return fmt.Errorf("position of the queues: %w", err)
		}
		q.reached(position)
		fold := newFolder(Folding{Log: q.Log, Rules: q.Rules, Learnt: q.Learnt, Steps: q.Steps})
		return fold.ahead(ctx, position, func(ctx context.Context, steps <-chan passed) error {
			return q.follow(ctx, position, steps)
		})
	})
}

func (q Queuer) reached(at record.Position) {
	if q.Reached != nil {
		q.Reached(at)
	}
}

// Every write is an fsync, which also holds up the record's on the same disk; many tasks in one write cost little more
// than one. So while decisions come faster than some tens a second, a lot waits a moment for more of them.
const (
	busyLot = 8
	lotWait = 100 * time.Millisecond
)

// follow writes what has been read, as much as is there at a time.
func (q Queuer) follow(ctx context.Context, saved record.Position, steps <-chan passed) error {
	at, busy := saved, false
	for first := range steps {
		var wait time.Duration
		if busy {
			wait = lotWait
		}
		lot := gather(ctx, first, steps, wait)
		busy = len(lot) >= busyLot
		if err := q.write(ctx, lot); err != nil {
			return err
		}
		for _, p := range lot {
			at = at.With(p.place)
		}
		q.reached(at)
		if saved.Lacks(at) < saveEvery {
			continue
		}
		if err := q.Positions.Save(ctx, queuePosition, at); err != nil {
			return err
		}
		saved = at
	}
	return nil
}

// gather is one message and what has been read behind it, or comes while it waits.
func gather(ctx context.Context, first passed, steps <-chan passed, wait time.Duration) []passed {
	ctx, cancel := context.WithTimeout(ctx, wait)
	defer cancel()
	lot := []passed{first}
	for len(lot) < readAhead {
		p, more := next(ctx, steps)
		if !more {
			return lot
		}
		lot = append(lot, p)
	}
	return lot
}

// next waits for a message until ctx ends; one that is there comes first.
func next(ctx context.Context, steps <-chan passed) (p passed, more bool) {
	select {
	case p, more = <-steps:
		return p, more
	default:
	}
	select {
	case p, more = <-steps:
		return p, more
	case <-ctx.Done():
		return p, false
	}
}

// write brings the queues to where a lot of decisions leaves them. Decisions that only bring new tasks, which are most
// of what waits when much is waiting, are written first and together. A task that was changed or has left meanwhile,
// and one that came back, end as they should all the same, for a newer state is never replaced by an older.
func (q Queuer) write(ctx context.Context, lot []passed) error {
	var fresh []Item
	var others []transition
	for _, p := range lot {
		if p.step == nil {
			continue
		}
		if t := transitionOf(p.step); t.onlyNew() {
			fresh = append(fresh, t.put...)
		} else {
			others = append(others, t)
		}
	}
	if err := q.Queue.PutAll(ctx, fresh); err != nil {
		return err
	}
	for _, t := range others {
		if err := q.apply(ctx, t); err != nil {
			return err
		}
	}
	return nil
}

// transition is what one decision changes in the queues.
type transition struct{ put, gone []Item }

func transitionOf(s *Step) transition {
	put, gone := difference(Items(*s.Before), Items(*s.After))
	for i := range gone {
		gone[i].Record, gone[i].Version = s.Entry.Sequence, s.After.Request.Version
	}
	return transition{put: put, gone: gone}
}

func (t transition) onlyNew() bool {
	return len(t.gone) == 0 && !slices.ContainsFunc(t.put, func(i Item) bool { return !i.New })
}

func (q Queuer) apply(ctx context.Context, t transition) error {
	if len(t.gone) == 1 && len(t.put) > 0 {
		return q.Queue.Move(ctx, t.gone[0], t.put...)
	}
	for _, item := range t.gone {
		if err := q.Queue.Remove(ctx, item); err != nil {
			return err
		}
	}
	return q.Queue.PutAll(ctx, t.put)
}

// Rebuild makes the queues again from the record up to its present end; they were emptied before.
func (q Queuer) Rebuild(ctx context.Context) error {
	end, err := q.Log.Last(ctx)
	if err != nil {
		return fmt.Errorf("end of the record: %w", err)
	}
	latest, err := Latest(ctx, Folding{Log: q.Log, Rules: q.Rules, Learnt: q.Learnt}, end)
	if err != nil {
		return err
	}
	var all []Item
	for _, s := range latest {
		for _, item := range Items(s) {
			item.New = true
			all = append(all, item)
		}
	}
	// What a follower puts meanwhile is among the last, and the others are written together.
	slices.SortFunc(all, func(a, b Item) int { return cmp.Compare(a.Record, b.Record) })
	if err := q.Queue.PutAll(ctx, all); err != nil {
		return err
	}
	return q.Positions.Save(ctx, queuePosition, end)
}

// difference returns the items that are new or changed, and those that left. A version alone is no change.
func difference(before, after []Item) (put, gone []Item) {
	was := map[string]Item{}
	for _, i := range before {
		was[i.Task] = i
	}
	for _, i := range after {
		old, there := was[i.Task]
		if i.New = !there; !there || !SameHeader(old.Payload, i.Payload) {
			put = append(put, i)
		}
		delete(was, i.Task)
	}
	for _, i := range before {
		if _, left := was[i.Task]; left {
			gone = append(gone, i)
		}
	}
	return put, gone
}

// SameHeader says whether two payloads say the same of a task, whatever the version of its request.
func SameHeader(a, b []byte) bool {
	var x, y header
	if json.Unmarshal(a, &x) != nil || json.Unmarshal(b, &y) != nil {
		return false
	}
	x.Version, y.Version = 0, 0
	return x == y
}

// header is all that a queue says of a task: the body is fetched over REST.
type header struct {
	Task     verification.TaskID    `json:"task"`
	Version  uint64                 `json:"version"` // decisions of the request when this was written
	State    verification.TaskState `json:"state"`
	Degree   verification.Degree    `json:"degree"`
	AcceptBy time.Time              `json:"accept_due_at,omitzero"`
	AnswerBy time.Time              `json:"answer_due_at,omitzero"`
}

// Items are the tasks that belong into queues: what units have to do, as far as a program of the unit may know of it.
func Items(s State) []Item {
	whole := access.ObjectOf(s.Request)
	var out []Item
	for _, t := range s.Rows.Tasks {
		if !access.Queued(t.Unit, whole.OfTask(t.Task)) {
			continue
		}
		payload, err := json.Marshal(header{
			Task: t.Task, Version: s.Request.Version, State: t.State, Degree: t.Degree, AcceptBy: t.AcceptDueAt.UTC(), AnswerBy: t.AnswerDueAt.UTC(),
		})
		if err != nil {
			panic(fmt.Sprintf("follow: a header of plain fields: %v", err)) // strings and times: cannot fail
		}
		out = append(out, Item{
			Unit: string(t.Unit), Task: string(t.Task), Record: s.Sequence, Version: s.Request.Version, Payload: payload,
		})
	}
	return out
}
