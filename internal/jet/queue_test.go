package jet

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
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
	var seen []uint64
	for _, sequence := range []uint64{0, 4, 9, 7, 9} {
		do(t, p.Save(ctx, "queue", sequence))
		at, err := p.Load(ctx, "queue")
		do(t, err)
		seen = append(seen, at)
	}
	if !slices.Equal(seen, []uint64{0, 4, 9, 9, 9}) {
		t.Fatal(seen)
	}
	do(t, c.Queue().Put(ctx, task("03", "r1-01", 1)))
	do(t, c.Queue().Clear(ctx))
	at, err := p.Load(ctx, "queue")
	if err != nil || at != 0 || len(list(t, c.Queue(), "")) != 0 {
		t.Fatalf("position %d, %v", at, err)
	}
}

func TestAStreamThatCouldForgetIsRefused(t *testing.T) {
	t.Parallel()
	c := open(t)
	cfg := streams(1)[0]
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
