package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/demo"
)

// What is under load while the gateway is killed.
const (
	loadPartners = 6                       // clients that send requests
	loadUnits    = 2                       // officers of the unit that takes and answers them
	longestLoad  = 1200 * time.Millisecond // before the kill
	betweenPosts = 12 * time.Millisecond   // of one client: the history is to grow over rounds, not to fill the disk
	loadUnit     = "03"                    // where S01 is routed by rule
)

// post is one request as its sender knows it.
type post struct {
	key, id string
	body    []byte
	answer  []byte // of the 201; nil: not acknowledged
}

// step is one call of an officer: acceptance or answer of a task.
type step struct {
	task, does, key string
	body            []byte
	done            bool // acknowledged
}

// ledger is what the clients know, kept outside of what is killed.
type ledger struct {
	mu    sync.Mutex
	posts []*post
	steps map[string]*step // by key
}

func (l *ledger) send(p *post) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.posts = append(l.posts, p)
}

// open are the posts that nobody acknowledged.
func (l *ledger) open() (out []*post) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, p := range l.posts {
		if p.answer == nil {
			out = append(out, p)
		}
	}
	return out
}

// acknowledged marks the answer of a post; an acknowledged one must be answered with the very same bytes.
func (l *ledger) acknowledged(p *post, c call) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	if err := c.expect(http.StatusCreated, ""); err != nil {
		return fmt.Errorf("key %s: %w", p.key, err)
	}
	if p.answer != nil && string(p.answer) != string(c.Raw) {
		return fmt.Errorf("key %s was answered\n%s\nand now\n%s", p.key, p.answer, c.Raw)
	}
	p.answer, p.id = c.Raw, c.text("id")
	if p.id == "" || c.text("receipt") == "" {
		return fmt.Errorf("key %s: no id or no receipt: %s", p.key, c.Raw)
	}
	return nil
}

// step returns what an officer does to a task, the same for all officers: whoever comes second repeats it.
func (l *ledger) step(task, does string, body []byte) *step {
	l.mu.Lock()
	defer l.mu.Unlock()
	key := does + "-" + task
	s, ok := l.steps[key]
	if !ok {
		s = &step{task: task, does: does, key: key, body: body}
		l.steps[key] = s
	}
	return s
}

func (l *ledger) done(s *step) {
	l.mu.Lock()
	defer l.mu.Unlock()
	s.done = true
}

// rounds is a test over one data directory that is killed again and again.
type rounds struct {
	t      *testing.T
	dir    string
	stores []string // --redis ADDR
	random *rand.Rand
	ledger *ledger
	answer []byte
	keys   demo.Credentials
	count  int // rounds until now
}

func newRounds(t *testing.T, stores ...string) *rounds {
	t.Helper()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return &rounds{
		t: t, dir: filepath.Join(t.TempDir(), "data"), stores: stores,
		random: rand.New(rand.NewPCG(seed, 0)), ledger: &ledger{steps: map[string]*step{}}, answer: sample(t, 3),
	}
}

// A gateway that is killed at any instant has lost nothing of what it acknowledged, and a repeat does nothing twice.
func TestKilledAtAnyInstantNothingIsLostOrDoubled(t *testing.T) {
	t.Parallel()
	const n = 20
	t.Run("with everything embedded", func(t *testing.T) {
		t.Parallel()
		newRounds(t).run(n)
	})
	t.Run("with a redis-server", func(t *testing.T) {
		t.Parallel()
		newRounds(t, "--redis", redisServer(t).addr).run(n)
	})
}

func (r *rounds) run(n int) {
	for r.count = range n {
		if r.count%4 == 0 {
			r.killAtStart()
		}
		g := serve(r.t, r.dir, r.stores...)
		r.keys = credentials(r.t, r.dir)
		r.check(g, 20)
		if r.count%2 == 1 {
			r.verify()
		}
		r.load(g)
		if r.count%5 == 0 {
			mustVerify(r.t, r.dir, r.stores...) // nobody serves: the command opens the directory itself
		}
	}
	g := serve(r.t, r.dir, r.stores...)
	r.check(g, len(r.ledger.posts))
	r.verify()
	r.t.Logf("%d rounds: %d requests, %d steps of officers", n, len(r.ledger.posts), len(r.ledger.steps))
}

// killAtStart kills a gateway somewhere on its way to the greeting, or shortly behind it.
func (r *rounds) killAtStart() {
	p := launch(r.t, built(r.t, verigate), append([]string{"serve", "--demo", "--listen", "127.0.0.1:0", "--data", r.dir}, r.stores...)...)
	time.Sleep(time.Duration(r.random.Int64N(int64(250 * time.Millisecond))))
	p.kill()
	// Whatever there is by now, looking at it begins nothing: the next start is one of a demonstration.
	command(r.t, append([]string{"verify", "--data", r.dir}, r.stores...)...)
}

// check repeats what was not acknowledged, then looks for what was: all of the last round, and some of those before.
func (r *rounds) check(g server, some int) {
	r.t.Helper()
	for _, p := range r.ledger.open() {
		if err := r.repeat(g, p); err != nil {
			r.t.Fatalf("round %d: %v", r.count, err)
		}
	}
	if err := r.repeatSteps(g); err != nil {
		r.t.Fatalf("round %d: %v", r.count, err)
	}
	group := &errgroup.Group{}
	group.SetLimit(8)
	for _, p := range r.choose(some) {
		group.Go(func() error { return r.kept(g, p) })
	}
	if err := group.Wait(); err != nil {
		r.t.Fatalf("round %d: %v", r.count, err)
	}
}

// verify asks the running gateway. All that was sent has been acknowledged by now, so that each is there exactly once
// when the record holds as many requests as were sent.
func (r *rounds) verify() {
	r.t.Helper()
	if found := mustVerify(r.t, r.dir, r.stores...); found != len(r.ledger.posts) {
		r.t.Fatalf("round %d: %d requests in the record, %d were sent", r.count, found, len(r.ledger.posts))
	}
}

// choose returns the latest posts and some of the others.
func (r *rounds) choose(some int) []*post {
	all := slices.Clone(r.ledger.posts)
	latest := max(0, len(all)-60)
	r.random.Shuffle(latest, func(i, j int) { all[i], all[j] = all[j], all[i] })
	return append(all[latest:], all[:min(some, latest)]...)
}

func (r *rounds) repeat(g server, p *post) error {
	c, err := try(r.t.Context(), g.url, r.keys.Partners["NG"], http.MethodPost, requests, p.body, "Idempotency-Key", p.key)
	if err != nil {
		return err
	}
	return r.ledger.acknowledged(p, c)
}

// kept says whether an acknowledged post is there, and answered under its key as it was.
func (r *rounds) kept(g server, p *post) error {
	c, err := try(r.t.Context(), g.url, r.keys.Partners["NG"], http.MethodGet, requests+"/"+p.id, nil)
	if err != nil {
		return err
	}
	if c.Status != http.StatusOK || c.text("id") != p.id {
		return fmt.Errorf("request %s under key %s: %d %s", p.id, p.key, c.Status, c.Raw)
	}
	return r.repeat(g, p)
}

// repeatSteps repeats what the officers did and nobody acknowledged, and some of what was: it is answered as done.
func (r *rounds) repeatSteps(g server) error {
	keys := make([]string, 0, len(r.ledger.steps))
	for key, s := range r.ledger.steps {
		if !s.done || len(keys) < 20 {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys) // acceptances before answers
	for _, key := range keys {
		s := r.ledger.steps[key]
		c, err := try(r.t.Context(), g.url, r.keys.Units[loadUnit], http.MethodPost, "/v1/tasks/"+s.task+"/"+s.does, s.body, "Idempotency-Key", s.key)
		if err != nil {
			return err
		}
		if err := c.expect(http.StatusOK, ""); err != nil {
			return fmt.Errorf("%s (acknowledged: %t): %w", s.key, s.done, err)
		}
		s.done = true
	}
	return nil
}

// load lets partners and officers work until the gateway is killed in the midst of it.
func (r *rounds) load(g server) {
	ctx, stop := context.WithCancel(r.t.Context())
	defer stop()
	var working sync.WaitGroup
	var killed atomic.Bool
	failed := make(chan error, loadPartners+loadUnits)
	work := func(f func(context.Context) error) {
		working.Go(func() {
			if err := f(ctx); err != nil && !killed.Load() {
				failed <- err
			}
		})
	}
	for n := range loadPartners {
		work(func(ctx context.Context) error { return r.partner(ctx, g, n) })
	}
	for range loadUnits {
		work(func(ctx context.Context) error { return r.officer(ctx, g) })
	}
	time.Sleep(30*time.Millisecond + time.Duration(r.random.Int64N(int64(longestLoad))))
	killed.Store(true)
	g.signal(syscall.SIGKILL)
	<-g.exited
	stop()
	working.Wait()
	close(failed)
	for err := range failed {
		r.t.Fatalf("round %d, before the kill: %v\n%s", r.count, err, g.log.String())
	}
}

// partner sends requests until the connection breaks.
func (r *rounds) partner(ctx context.Context, g server, client int) error {
	for n := 0; ; n++ {
		key := fmt.Sprintf("r%d-c%d-%d", r.count, client, n)
		p := &post{key: key, body: named(r.t, key)}
		r.ledger.send(p)
		c, err := try(ctx, g.url, r.keys.Partners["NG"], http.MethodPost, requests, p.body, "Idempotency-Key", p.key)
		if err != nil {
			return err
		}
		if err := r.ledger.acknowledged(p, c); err != nil {
			return err
		}
		if err := wait(ctx, betweenPosts); err != nil {
			return err
		}
	}
}

// officer takes and answers what the unit's queue shows, until the connection breaks.
func (r *rounds) officer(ctx context.Context, g server) error {
	for {
		c, err := try(ctx, g.url, r.keys.Units[loadUnit], http.MethodGet, "/v1/units/"+loadUnit+"/queue?limit=20", nil)
		if err != nil {
			return err
		}
		if c.Status != http.StatusOK && c.Status != http.StatusServiceUnavailable { // 503: it catches up
			return c.expect(http.StatusOK, "")
		}
		for _, item := range c.items() {
			task := item.(map[string]any)["task"].(string)
			for _, s := range []*step{r.ledger.step(task, "acceptance", []byte("{}")), r.ledger.step(task, "answer", r.answer)} {
				if err := r.take(ctx, g, s); err != nil {
					return err
				}
			}
		}
		if err := wait(ctx, 20*time.Millisecond); err != nil {
			return err
		}
	}
}

func (r *rounds) take(ctx context.Context, g server, s *step) error {
	c, err := try(ctx, g.url, r.keys.Units[loadUnit], http.MethodPost, "/v1/tasks/"+s.task+"/"+s.does, s.body, "Idempotency-Key", s.key)
	if err != nil {
		return err
	}
	if err := c.expect(http.StatusOK, ""); err != nil {
		return fmt.Errorf("%s: %w", s.key, err)
	}
	r.ledger.done(s)
	return nil
}

func wait(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
