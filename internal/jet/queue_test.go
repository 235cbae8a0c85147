package jet

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/record"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/nats-io/nats.go"
)

func task(unit, name string, sequence uint64) Item {
	return Item{Unit: unit, Task: name, Record: sequence, Version: 1, Payload: fmt.Appendf(nil, "%s at %d", name, sequence)}
}

func list(t *testing.T, q *Queue, unit string) []Item {
	t.Helper()
	items, next, err := q.List(t.Context(), Page{Unit: unit, Limit: 1000})
	if err != nil || next != 0 {
		t.Fatalf("next %d, %v", next, err)
	}
	return items
}

func do(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func TestANewerStateReplacesAnOlderAndNeverTheOtherWay(t *testing.T) {
	t.Parallel()
	q := open(t).Queue()
	ctx := t.Context()
	do(t, q.Put(ctx, task("03", "r1-01", 5)))
	do(t, q.Put(ctx, task("03", "r1-01", 9)))
	do(t, q.Put(ctx, task("03", "r1-01", 9)))
	do(t, q.Put(ctx, task("03", "r1-01", 7)))
	do(t, q.Remove(ctx, task("03", "r1-01", 8)))
	if diff := cmp.Diff([]Item{task("03", "r1-01", 9)}, list(t, q, "03")); diff != "" {
		t.Fatal(diff)
	}
	do(t, q.Remove(ctx, task("03", "r1-01", 10)))
	do(t, q.Put(ctx, task("03", "r1-01", 9)))
	do(t, q.Remove(ctx, task("03", "never-there", 10)))
	do(t, q.Put(ctx, task("03", "never-there", 9))) // by somebody who makes the queues again and is behind
	if left := list(t, q, "03"); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
	end, err := q.c.end(ctx, queueStream)
	if err != nil || end.Last != 4 || end.Count != 2 {
		t.Fatalf("%d writes, %d kept, %v; want 4 and two tombstones", end.Last, end.Count, err)
	}
}

func TestAForwardLeavesOneQueueAndEntersAnother(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	q := c.Queue()
	ctx := t.Context()
	do(t, q.Put(ctx, task("03", "r1-01", 5)))
	lose(1)
	do(t, q.Move(ctx, task("03", "r1-01", 6), task("30", "r1-02", 6)))
	do(t, q.Move(ctx, task("03", "r1-01", 6), task("30", "r1-02", 6)))
	if left := list(t, q, "03"); len(left) != 0 {
		t.Fatalf("left: %v", left)
	}
	if diff := cmp.Diff([]Item{task("30", "r1-02", 6)}, list(t, q, "")); diff != "" {
		t.Fatal(diff)
	}
}

func TestAQueueIsListedByPages(t *testing.T) {
	t.Parallel()
	q := open(t).Queue()
	ctx := t.Context()
	var want []Item
	for n := range uint64(25) {
		it := task("03", fmt.Sprintf("r%d-01", n), n+1)
		do(t, q.Put(ctx, it))
		do(t, q.Put(ctx, task("30", it.Task, n+1)))
		if n%3 == 0 {
			it.Record = 100
			do(t, q.Remove(ctx, it))
			continue
		}
		want = append(want, it)
	}
	var got []Item
	for next := uint64(0); ; {
		items, more, err := q.List(ctx, Page{Unit: "03", After: next, Limit: 4})
		if err != nil || len(items) > 4 {
			t.Fatalf("%d items, %v", len(items), err)
		}
		got = append(got, items...)
		if more == 0 {
			break
		}
		next = more
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestAMachinePullsItsUnitsTasksOnce(t *testing.T) {
	t.Parallel()
	q := open(t).Queue()
	ctx := t.Context()
	do(t, q.Put(ctx, task("03", "r1-01", 1)))
	do(t, q.Put(ctx, task("30", "r2-01", 2)))
	do(t, q.Put(ctx, task("03", "r3-01", 3)))
	got, err := q.Pull(ctx, "03", 10, 200*time.Millisecond)
	if err != nil || len(got) != 2 {
		t.Fatalf("%d tasks, %v", len(got), err)
	}
	do(t, got[0].Done(ctx))
	do(t, got[1].Later(time.Millisecond))
	again, err := q.Pull(ctx, "03", 1, time.Second)
	if err != nil || len(again) != 1 {
		t.Fatalf("%d tasks again, %v", len(again), err)
	}
	if diff := cmp.Diff(task("03", "r3-01", 3), again[0].Item); diff != "" {
		t.Fatal(diff)
	}
	do(t, again[0].Done(ctx))
	do(t, q.Remove(ctx, task("03", "r1-01", 4)))
	gone, err := q.Pull(ctx, "03", 1, time.Second)
	if err != nil || len(gone) != 1 || !gone[0].Gone || gone[0].Task != "r1-01" {
		t.Fatalf("%v, %v, want the end of r1-01", gone, err)
	}
	do(t, gone[0].Done(ctx))
}

func TestTwoFollowersAtDifferentPlacesAgree(t *testing.T) {
	t.Parallel()
	q := open(t).Queue()
	follow := func(ctx context.Context) {
		for n := uint64(1); n <= 20; n++ {
			if err := q.Put(ctx, task("03", "r1-01", n)); err != nil {
				t.Error(err)
			}
		}
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { follow(t.Context()) })
	}
	wg.Wait()
	if diff := cmp.Diff([]Item{task("03", "r1-01", 20)}, list(t, q, "03")); diff != "" {
		t.Fatal(diff)
	}
}

func TestAPositionNeverGoesBackAndIsLostWithItsQueue(t *testing.T) {
	t.Parallel()
	c := open(t)
	p, ctx := c.Positions(), t.Context()
	var seen []record.Position
	for _, to := range []record.Position{{}, {4}, {9, 1}, {7, 3}, {9, 2}} {
		do(t, p.Save(ctx, "queue", to))
		at, err := p.Load(ctx, "queue")
		do(t, err)
		seen = append(seen, at)
	}
	if !slices.Equal(seen, []record.Position{{}, {4}, {9, 1}, {9, 3}, {9, 3}}) {
		t.Fatal(seen)
	}
	do(t, c.Queue().Put(ctx, task("03", "r1-01", 1)))
	do(t, c.Queue().Clear(ctx))
	at, err := p.Load(ctx, "queue")
	if err != nil || at != (record.Position{}) || len(list(t, c.Queue(), "")) != 0 {
		t.Fatalf("position %v, %v", at, err)
	}
}

func TestAStreamThatCouldForgetIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t)
	cfg := recordConfig(1, record.Partitions, 1)
	if err := fit(cfg, cfg); err != nil {
		t.Fatal(err)
	}
	cfg.MaxAge = time.Hour
	if _, err := c.js.UpdateStream(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureStreams(t.Context(), 1); err == nil {
		t.Fatal("accepted a maximum age")
	}
}

// The hint that a task is new saves a look and decides nothing.
func TestATaskThatIsSaidToBeNewAndIsNotIsCompared(t *testing.T) {
	t.Parallel()
	c := open(t)
	q, ctx := c.Queue(), t.Context()
	newer := task("03", "a-01", 7)
	do(t, q.Put(ctx, newer))
	older := task("03", "a-01", 5)
	older.New, older.Payload = true, []byte("older")
	do(t, q.Put(ctx, older))
	if got := list(t, q, "03"); len(got) != 1 || string(got[0].Payload) != string(newer.Payload) {
		t.Errorf("an older state replaced a newer: %+v", got)
	}
	latest := task("03", "a-01", 9)
	latest.New, latest.Payload = true, []byte("latest")
	do(t, q.Put(ctx, latest))
	if got := list(t, q, "03"); len(got) != 1 || string(got[0].Payload) != "latest" {
		t.Errorf("a newer state did not replace an older: %+v", got)
	}
}

// asked counts the requests of a connection.
func asked(c *Conn) *atomic.Int64 {
	var n atomic.Int64
	ask := c.request
	c.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
		n.Add(1)
		return ask(ctx, m)
	}
	return &n
}

// many are new tasks of unit 03.
func many(n int) []Item {
	out := make([]Item, n)
	for i := range out {
		out[i] = task("03", fmt.Sprintf("r%04d-01", i), uint64(i)+10)
		out[i].New = true
	}
	return out
}

// listed is what the queue should say of tasks: New is no state.
func listed(items []Item) []Item {
	out := slices.Clone(items)
	for i := range out {
		out[i].New = false
	}
	return out
}

func byName(items []Item) []Item {
	slices.SortFunc(items, func(a, b Item) int { return strings.Compare(a.Task, b.Task) })
	return items
}

func all(t *testing.T, q *Queue) (out []Item) {
	t.Helper()
	for page := (Page{Limit: 1000}); ; {
		items, next, err := q.List(t.Context(), page)
		if err != nil {
			t.Fatal(err)
		}
		if out = append(out, items...); next == 0 {
			return out
		}
		page.After = next
	}
}

func TestManyNewTasksAreOneWrite(t *testing.T) {
	t.Parallel()
	for n, requests := range map[int]int64{0: 0, 1: 1, worthBatch - 1: worthBatch - 1, worthBatch: 2, maxBatch: 2, maxBatch + 1: 3} {
		t.Run(fmt.Sprint(n), func(t *testing.T) {
			t.Parallel()
			c := open(t)
			count := asked(c)
			do(t, c.Queue().PutAll(t.Context(), many(n)))
			if got := count.Load(); got != requests {
				t.Errorf("%d requests, want %d", got, requests)
			}
			if diff := cmp.Diff(listed(many(n)), all(t, c.Queue()), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManyTasksOfWhichSomeAreThereEndAsEachPutForItself(t *testing.T) {
	t.Parallel()
	items := many(worthBatch)
	at := 40
	there := task("03", items[at].Task, 9000)
	for name, test := range map[string]struct {
		before func(*testing.T, *Conn)
		want   []Item
	}{
		"an older state": {
			before: func(t *testing.T, c *Conn) { do(t, c.Queue().Put(t.Context(), task("03", items[at].Task, 1))) },
			want:   listed(items),
		},
		"a newer state": {
			before: func(t *testing.T, c *Conn) { do(t, c.Queue().Put(t.Context(), there)) },
			want:   slices.Concat(listed(items[:at]), []Item{there}, listed(items[at+1:])),
		},
		"a newer tombstone": {
			before: func(t *testing.T, c *Conn) { do(t, c.Queue().Remove(t.Context(), there)) },
			want:   slices.Concat(listed(items[:at]), listed(items[at+1:])),
		},
		"all of them": {
			before: func(t *testing.T, c *Conn) { do(t, c.Queue().PutAll(t.Context(), items)) },
			want:   listed(items),
		},
		"all of them, by an answer that was lost": {
			before: func(_ *testing.T, c *Conn) { lossy(c)(1) },
			want:   listed(items),
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := open(t)
			test.before(t, c)
			for range 2 {
				do(t, c.Queue().PutAll(t.Context(), items))
				if diff := cmp.Diff(test.want, byName(all(t, c.Queue()))); diff != "" {
					t.Fatal(diff)
				}
			}
		})
	}
}

func TestOfManyTasksSomeThatAreThereDoNotSeparateTheOthers(t *testing.T) {
	t.Parallel()
	c := open(t)
	items := many(maxBatch)
	for _, at := range []int{3, 500, 998} {
		do(t, c.Queue().Put(t.Context(), task("03", items[at].Task, 1)))
	}
	count := asked(c)
	do(t, c.Queue().PutAll(t.Context(), items))
	// A batch that is refused, and one for each half: each opens and commits. A look is a stream of answers, and not counted.
	if got := count.Load(); got > 6 {
		t.Errorf("%d requests", got)
	}
	if diff := cmp.Diff(listed(items), byName(all(t, c.Queue()))); diff != "" {
		t.Error(diff)
	}
}

func TestOneTaskThatIsNotSaidToBeNewIsLookedFor(t *testing.T) {
	t.Parallel()
	c := open(t)
	items := many(worthBatch)
	items[7].New = false
	do(t, c.Queue().Put(t.Context(), task("03", items[7].Task, 1)))
	do(t, c.Queue().PutAll(t.Context(), items))
	if diff := cmp.Diff(listed(items), byName(all(t, c.Queue()))); diff != "" {
		t.Fatal(diff)
	}
}

func TestATaskWithoutASubjectFailsAlsoAmongMany(t *testing.T) {
	t.Parallel()
	items := many(worthBatch)
	items[7].Task = "not one token"
	if err := open(t).Queue().PutAll(t.Context(), items); err == nil {
		t.Error("it was put")
	}
}
