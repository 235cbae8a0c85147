package record_test

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"runtime"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sync/errgroup"
	"pgregory.net/rapid"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

// counted is a journal that counts what is delivered, and to how many readers at once. As the real one it reads the
// partitions side by side, so that each reader meets them in an order of its own.
type counted struct {
	*recordtest.Fake
	delivered, readers atomic.Int64
}

func (c *counted) Replay(ctx context.Context, after record.Position, fn func(record.Sealed) error) error {
	c.readers.Add(1)
	defer c.readers.Add(-1)
	var once sync.Mutex
	var failed error // of fn, which is not called any more
	group, within := errgroup.WithContext(ctx)
	for n := range after {
		group.Go(func() error {
			return c.Fake.Replay(within, restOf(n, after), func(m record.Sealed) error {
				for range rand.IntN(4) {
					runtime.Gosched()
				}
				once.Lock()
				defer once.Unlock()
				if failed == nil {
					c.delivered.Add(1)
					failed = fn(m)
				}
				return failed
			})
		})
	}
	return group.Wait()
}

// restOf is a position after which nothing but the rest of one partition comes.
func restOf(partition int, after record.Position) record.Position {
	var p record.Position
	for n := range p {
		p[n] = math.MaxUint64
	}
	p[partition] = after[partition]
	return p
}

func newCounted() *counted { return &counted{Fake: recordtest.NewDivided(clock)} }

// grow appends n messages, each of its own subject.
func grow(t rapid.TB, j record.Journal, n int) {
	t.Helper()
	last, err := j.Last(context.Background())
	if err != nil {
		t.Fatalf("end: %v", err)
	}
	for i := range n {
		if _, err := j.Append(context.Background(), recordtest.Message(fmt.Sprintf("r%d", int(last.Count())+i), 0), 0); err != nil {
			t.Fatalf("append: %v", err)
		}
	}
}

// start runs f until stop, which says what it ended with.
func start(f func(context.Context) error) (stop func() error) {
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- f(ctx) }()
	return sync.OnceValue(func() error { cancel(); return <-done })
}

// run is start until the end of a test, of what ends without an error.
func run(t *testing.T, f func(context.Context) error) {
	t.Helper()
	stop := start(f)
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("ended with %v", err)
		}
	})
}

// grown is the position at which a record is that grew by n messages.
func grown(n uint64) (p record.Position) {
	for i := range n {
		p[record.Request(fmt.Sprintf("r%d", i)).In(len(p))]++
	}
	return p
}

// follower notes which messages it was given; of each partition each must come once and in order.
type follower struct {
	from record.Position // up to which it has had everything
	hold chan struct{}   // what it waits for at each message; nil: nothing
	at   atomic.Pointer[record.Position]
}

// newFollower has had those that grew before this one.
func newFollower(from uint64) *follower { return followerAfter(grown(from - 1)) }

func followerAfter(from record.Position) *follower {
	f := &follower{from: from}
	f.at.Store(&from)
	return f
}

func (f *follower) take(m record.Sealed) error {
	if f.hold != nil {
		<-f.hold
	}
	at := *f.at.Load()
	if m.Sequence != at[m.Partition]+1 || string(m.Data) != fmt.Sprintf("sealed %s 0", m.ID) {
		return fmt.Errorf("came %v %q at %v", m.Place, m.Data, at)
	}
	at = at.With(m.Place)
	f.at.Store(&at)
	return nil
}

func (f *follower) follow(w *record.Window) func(context.Context) error {
	return func(ctx context.Context) error { return w.Replay(ctx, f.from, f.take) }
}

// has says whether the follower was given the first n messages that grew.
func (f *follower) has(n uint64) func() bool {
	return func() bool { return f.at.Load().Covers(grown(n)) }
}

func eventually(t rapid.TB, what string, ok func() bool) {
	t.Helper()
	for until := time.Now().Add(20 * time.Second); !ok(); time.Sleep(100 * time.Microsecond) {
		if time.Now().After(until) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// only waits until n readers are at the journal itself.
func only(t *testing.T, j *counted, n int64) {
	t.Helper()
	eventually(t, fmt.Sprintf("%d read the journal itself", n), func() bool { return j.readers.Load() == n })
}

func TestAWindowKeepsTheContractOfAJournal(t *testing.T) {
	t.Parallel()
	for name, size := range map[string]int{"of one message": 1, "of two": 2, "of all": 4096} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			recordtest.Run(t, func(t *testing.T) recordtest.Rig {
				f := recordtest.NewDivided(clock)
				w := record.NewWindowOf(f, size, 1<<20)
				stop := start(w.Follow)
				t.Cleanup(func() { _ = stop() })
				return recordtest.Rig{Journal: w, LoseAcks: f.LoseAcks, Remove: func(at record.Place) {
					// What was read before it went missing was there: a hole is for those who come after a start.
					_ = stop()
					f.Remove(at)
					stop = start(w.Follow)
				}}
			})
		})
	}
}

func TestEachFollowerIsGivenEverySequenceOnceWhereverItStarts(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		before, during := rapid.IntRange(0, 30).Draw(t, "before"), rapid.IntRange(1, 60).Draw(t, "during")
		end := uint64(before + during)
		j := newCounted()
		w := record.NewWindowOf(j, rapid.IntRange(1, 20).Draw(t, "messages"), rapid.IntRange(1, 200).Draw(t, "bytes"))
		grow(t, j, before)
		begins := rapid.IntRange(0, during-1).Draw(t, "begins after")
		again := rapid.IntRange(begins, during).Draw(t, "begins again after")
		var all []*follower
		var stops []func() error
		enter := func(grew uint64) { // of each partition up to anywhere: no order joins them
			from := grown(grew)
			for n := range from {
				from[n] = rapid.Uint64Range(0, from[n]).Draw(t, "from")
			}
			f := followerAfter(from)
			all, stops = append(all, f), append(stops, start(f.follow(w)))
		}
		for range rapid.IntRange(1, 4).Draw(t, "followers") {
			enter(end)
		}
		halt := func() error { return nil }
		for i := range during {
			if i == begins || i == again {
				if err := halt(); err != nil {
					t.Errorf("the window: %v", err)
				}
				halt = start(w.Follow)
			}
			grow(t, j, 1)
			if i%7 == 3 {
				enter(uint64(before + i))
			}
		}
		for i, f := range all {
			eventually(t, fmt.Sprintf("follower %d after %s is at the end", i, f.from), f.has(end))
		}
		for _, stop := range append(stops, halt) {
			if err := stop(); err != nil {
				t.Error(err)
			}
		}
	})
}

func TestNearTheEndOneDeliveryServesAllFollowers(t *testing.T) {
	t.Parallel()
	j := newCounted()
	grow(t, j, 100)
	w := record.NewWindow(j)
	run(t, w.Follow)
	only(t, j, 1)
	all := []*follower{newFollower(1), newFollower(50), newFollower(101)}
	for _, f := range all {
		run(t, f.follow(w))
	}
	grow(t, j, 1)
	for _, f := range all {
		eventually(t, "all are at the end", f.has(101))
	}
	only(t, j, 1)
	before := j.delivered.Load()
	grow(t, j, 1000)
	for _, f := range all {
		eventually(t, "all are at the end", f.has(1101))
	}
	if n := j.delivered.Load() - before; n != 1000 {
		t.Errorf("1000 messages were delivered %d times to three followers", n)
	}
}

func TestAFollowerThatStandsHoldsUpNobodyAndComesBack(t *testing.T) {
	t.Parallel()
	j := newCounted()
	w := record.NewWindowOf(j, 16, 1<<20)
	run(t, w.Follow)
	only(t, j, 1)
	slow, quick := newFollower(1), newFollower(1)
	slow.hold = make(chan struct{})
	run(t, slow.follow(w))
	run(t, quick.follow(w))
	grow(t, j, 500)
	eventually(t, "the other is at the end", quick.has(500))
	if slow.has(1)() {
		t.Fatal("it did not stand")
	}
	close(slow.hold)
	eventually(t, "it has caught up", slow.has(500))
	grow(t, j, 1)
	eventually(t, "both go on", func() bool { return slow.has(501)() && quick.has(501)() })
	only(t, j, 1)
}

func TestAWindowHoldsNoMoreThanItsBytes(t *testing.T) {
	t.Parallel()
	j := newCounted()
	w := record.NewWindowOf(j, 4096, 100)
	run(t, w.Follow)
	only(t, j, 1)
	grow(t, j, 1000)
	quick := newFollower(1000)
	run(t, quick.follow(w))
	eventually(t, "it is at the end", quick.has(1000))
	before := j.delivered.Load()
	late := newFollower(1)
	run(t, late.follow(w))
	eventually(t, "it has read what the window dropped", late.has(1000))
	if n := j.delivered.Load() - before; n < 900 {
		t.Errorf("%d messages were read from the journal: the window holds the others", n)
	}
}

func TestWhatCannotBeReadReachesEachFollowerByName(t *testing.T) {
	t.Parallel()
	j := newCounted()
	w := record.NewWindow(j)
	ended := make(chan error, 4)
	go func() { ended <- w.Follow(t.Context()) }()
	only(t, j, 1)
	for range 3 {
		go func() { ended <- newFollower(1).follow(w)(t.Context()) }()
	}
	grow(t, j, 5)
	partition := record.Request("r5").In(record.Partitions)
	sixth := record.Place{Partition: partition, Sequence: grown(6)[partition]}
	j.Remove(sixth)
	grow(t, j, 3)
	for range cap(ended) {
		var broken *record.SequenceError
		if err := <-ended; !errors.As(err, &broken) || broken.Place != sixth || !errors.Is(err, record.ErrGap) {
			t.Errorf("ended with %v", err)
		}
	}
}

func TestAWindowThatBreaksLeavesItsFollowersToTheJournal(t *testing.T) {
	t.Parallel()
	j := newCounted()
	w := record.NewWindow(j)
	window := start(w.Follow)
	only(t, j, 1)
	f := newFollower(1)
	run(t, f.follow(w))
	grow(t, j, 5)
	eventually(t, "it follows", f.has(5))
	only(t, j, 1)
	if err := window(); err != nil {
		t.Fatal(err)
	}
	grow(t, j, 5)
	eventually(t, "it follows by itself", f.has(10))
	run(t, w.Follow)
	only(t, j, 2)
	grow(t, j, 1)
	eventually(t, "it follows", f.has(11))
	only(t, j, 1)
}

func TestAWaitingFollowerStops(t *testing.T) {
	t.Parallel()
	j := newCounted()
	w := record.NewWindow(j)
	run(t, w.Follow)
	only(t, j, 1)
	f := newFollower(1)
	stop := start(f.follow(w))
	grow(t, j, 1)
	eventually(t, "it waits for more", f.has(1))
	if err := stop(); err != nil {
		t.Errorf("an ordered end gave %v", err)
	}
}

// watched counts what is opened, and fails while it is away.
type watched struct {
	record.Vault
	opened atomic.Int64
	away   atomic.Bool
}

func (v *watched) Open(ctx context.Context, kid string, aad, sealed []byte) ([]byte, error) {
	if v.away.Load() {
		return nil, record.ErrUnavailable
	}
	v.opened.Add(1)
	return v.Vault.Open(ctx, kid, aad, sealed)
}

// windowed is a Log over a followed window, with what it reads and opens in sight.
func windowed(t *testing.T) (b bench, w *record.Window, v *watched, decoded *atomic.Int64) {
	t.Helper()
	b = newBench(t)
	j := &counted{Fake: b.journal}
	w, v, decoded = record.NewWindow(j), &watched{Vault: b.vault}, &atomic.Int64{}
	b.log = record.NewLog(w, v, counting{decoded: decoded})
	run(t, w.Follow)
	only(t, j, 1)
	return b, w, v, decoded
}

// entries follows a log until it has n entries.
func entries(t *testing.T, log *record.Log[verification.Decision], n int) (out []record.Entry[verification.Decision]) {
	t.Helper()
	enough := errors.New("enough")
	err := log.Replay(t.Context(), record.Position{}, func(e record.Entry[verification.Decision]) error {
		if out = append(out, e); len(out) == n {
			return enough
		}
		return nil
	})
	if !errors.Is(err, enough) {
		t.Fatal(err)
	}
	return out
}

func TestTheFollowersOfOneWindowOpenAMessageOnce(t *testing.T) {
	t.Parallel()
	b, _, v, decoded := windowed(t)
	_, want := b.history(t, "r1", 5)
	for range 3 {
		if diff := cmp.Diff(want, entries(t, b.log, 5)); diff != "" {
			t.Fatal(diff)
		}
	}
	if v.opened.Load() != 5 || decoded.Load() != 4 {
		t.Errorf("5 messages, one of them an own creation, were opened %d times, read %d times", v.opened.Load(), decoded.Load())
	}
}

func TestWhatTheRecordIsCheckedByIsReadFromTheRecord(t *testing.T) {
	t.Parallel()
	b, _, v, decoded := windowed(t)
	b.history(t, "r1", 5)
	entries(t, b.log, 5)
	opened, before := v.opened.Load(), decoded.Load()
	if err := b.log.ReplayUntil(t.Context(), record.Position{}, record.Position{5}, func(record.Entry[verification.Decision]) error { return nil }); err != nil {
		t.Fatal(err)
	}
	if v.opened.Load()-opened != 5 || decoded.Load()-before != 5 {
		t.Errorf("opened %d, read %d of 5", v.opened.Load()-opened, decoded.Load()-before)
	}
	b.journal.Remove(record.Place{Sequence: 3})
	if err := b.log.ReplayUntil(t.Context(), record.Position{}, record.Position{5}, func(record.Entry[verification.Decision]) error { return nil }); !errors.Is(err, record.ErrGap) {
		t.Errorf("a hole behind the window: %v", err)
	}
}

func TestAMessageThatCouldNotBeOpenedIsTriedAgain(t *testing.T) {
	t.Parallel()
	b, _, v, _ := windowed(t)
	b.history(t, "r1", 1)
	v.away.Store(true)
	if err := b.log.Replay(t.Context(), record.Position{}, never(t)); !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("got %v", err)
	}
	v.away.Store(false)
	entries(t, b.log, 1)
}

func TestALogIsNotGivenWhatAnotherHasOpened(t *testing.T) {
	t.Parallel()
	b, w, _, _ := windowed(t)
	b.history(t, "r1", 1)
	entries(t, b.log, 1)
	stranger := record.NewLog(w, sealtest.Vault(t), record.Requests{})
	if err := stranger.Replay(t.Context(), record.Position{}, never(t)); !errors.Is(err, record.ErrKeyMissing) {
		t.Errorf("got %v", err)
	}
}
