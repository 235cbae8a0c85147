package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/access"
	"verigate/internal/demo"
	"verigate/internal/httpapi"
	"verigate/internal/session"
)

// What is measured of pages: the board with rows, and viewers whom each change is told.
const (
	boardRows     = 200
	boardPages    = 40     // times that a page is asked for
	crowd         = 10_000 // open requests
	viewers       = 500
	changesASec   = 20
	changesFor    = 10 * time.Second
	quickViewers  = 50
	quickChanging = time.Second
)

// pages is the gateway as a browser of a duty officer meets it.
type pages struct {
	world  *world
	cookie string // of a session
	key    string // of the officer whose notes change the rows
	ids    []string
}

func measurePages(ctx context.Context, s settings, out io.Writer) error {
	return withRedis(ctx, func(dir, redis string) error { return measurePagesIn(ctx, s, out, dir, redis) })
}

func measurePagesIn(ctx context.Context, s settings, out io.Writer, dir, redis string) (err error) {
	data := filepath.Join(dir, "pages")
	w, err := open(ctx, worldOptions{data: data, redis: redis})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, w.close()) }()
	p := &pages{world: w}
	if err := p.prepare(ctx, data); err != nil {
		return err
	}
	fmt.Fprintln(out, "Pages")
	if err := p.reading(ctx, out); err != nil {
		return err
	}
	if err := p.crowded(ctx, out); err != nil {
		return err
	}
	if s.quick {
		return p.watching(ctx, out, quickViewers, quickChanging)
	}
	return p.watching(ctx, out, viewers, changesFor)
}

func (p *pages) prepare(ctx context.Context, dir string) error {
	if err := p.world.parts.PrepareDemo(ctx, "http://"+p.world.addr); err != nil {
		return err
	}
	keys, err := demo.ReadCredentials(filepath.Join(dir, "demo-credentials.json"))
	if err != nil {
		return err
	}
	p.key, _ = keys.Of("desk:1")
	c, err := dial(ctx, p.world)
	if err != nil {
		return err
	}
	defer c.close()
	for range boardRows {
		if err := c.create(ctx); err != nil {
			return err
		}
	}
	if err := p.world.settle(ctx); err != nil {
		return err
	}
	return p.enter(ctx)
}

// enter signs the officer in, as somebody who tries a demonstration is.
func (p *pages) enter(ctx context.Context) error {
	parts, now := p.world.parts, time.Now()
	caller, err := parts.Registry.Keyring().Identify(access.Proof{Key: p.key, At: now})
	if err != nil {
		return err
	}
	person, _ := parts.Registry.Keyring().Principal(caller.Person)
	token, _, err := parts.Sessions.Begin(ctx, session.Begin(person.ID, session.ByPlay, person.RightsAt(now), now))
	if err != nil {
		return err
	}
	p.cookie, _, _ = strings.Cut(httpapi.SessionCookie(token), ";")
	return nil
}

var (
	rowID  = regexp.MustCompile(`<tr id="row-([0-9a-z]+)"`)
	loaded = regexp.MustCompile(`(?:src|href)="(/assets/[^"]+\.(?:css|js))"`)
	onward = regexp.MustCompile(`href="(/board\?[^"]*cursor=[^"]+)"`)
)

// reading is how long the board's pages take, and what they weigh.
func (p *pages) reading(ctx context.Context, out io.Writer) error {
	var took []time.Duration
	var first []byte
	for range boardPages {
		p.ids = nil
		began := time.Now()
		for at := "/board"; at != "" && len(p.ids) < boardRows; {
			page, err := p.get(ctx, at, false)
			if err != nil {
				return err
			}
			if first == nil {
				first = page
			}
			for _, found := range rowID.FindAllSubmatch(page, -1) {
				p.ids = append(p.ids, string(found[1]))
			}
			at = ""
			if next := onward.FindSubmatch(page); next != nil {
				at = strings.ReplaceAll(string(next[1]), "&amp;", "&")
			}
		}
		took = append(took, time.Since(began))
	}
	fmt.Fprintf(out, "  board, %d rows in pages of 50: p50 %s, p99 %s\n", len(p.ids), round(percentile(took, .5)), round(percentile(took, .99)))
	css, js := 0, 0
	for _, found := range loaded.FindAllSubmatch(first, -1) {
		file, err := p.get(ctx, string(found[1]), true)
		if err != nil {
			return err
		}
		if bytes.HasSuffix(found[1], []byte(".css")) {
			css += len(file)
		} else {
			js += len(file)
		}
	}
	fmt.Fprintf(out, "  bytes: board %d, style sheet %d and scripts %d compressed, both once\n", len(first), css, js)
	for _, at := range []string{"/board?part=tiles", "/board/clock/" + p.ids[0]} {
		page, err := p.get(ctx, at, false)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "  bytes: %s %d\n", strings.TrimSuffix(at, p.ids[0]), len(page))
	}
	return nil
}

// crowded is how long the board's first page takes beside many open requests.
func (p *pages) crowded(ctx context.Context, out io.Writer) error {
	many := filled{store: p.world.parts.Store}
	if err := many.put(ctx, 0, crowd); err != nil {
		return err
	}
	var took []time.Duration
	for range boardPages {
		began := time.Now()
		if _, err := p.get(ctx, "/board", false); err != nil {
			return err
		}
		took = append(took, time.Since(began))
	}
	fmt.Fprintf(out, "  board of %d open, first page: p50 %s, p99 %s\n", crowd, round(percentile(took, .5)), round(percentile(took, .99)))
	return nil
}

func (p *pages) get(ctx context.Context, path string, zipped bool) ([]byte, error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.world.addr+path, nil)
	if err != nil {
		return nil, err
	}
	q.Header.Set("Cookie", p.cookie)
	if zipped {
		q.Header.Set("Accept-Encoding", "gzip")
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return nil, err
	}
	defer r.Body.Close()
	page, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s", path, r.Status)
	}
	return page, err
}

// watching is what it takes to tell each change to all who look at the board, the viewers' own work in this process
// included.
func (p *pages) watching(ctx context.Context, out io.Writer, n int, lasts time.Duration) error {
	streams, end := context.WithCancel(ctx)
	defer end()
	w := &watched{}
	ready := make(chan error, n)
	group, streams := errgroup.WithContext(streams)
	for range n {
		group.Go(func() error { p.watch(streams, w, ready); return nil })
	}
	for range n {
		if err := <-ready; err != nil {
			return err
		}
	}
	before, began := cpuTime(), time.Now()
	changes := 0
	for tick := time.NewTicker(time.Second / changesASec); time.Since(began) < lasts; changes++ {
		<-tick.C
		w.start(time.Now())
		if err := p.note(ctx, p.ids[changes%len(p.ids)]); err != nil {
			return err
		}
	}
	time.Sleep(time.Second) // what is under way arrives
	wall, cpu := time.Since(began), cpuTime()-before
	end()
	if err := group.Wait(); err != nil {
		return err
	}
	delays := w.all()
	if len(delays) == 0 {
		return errors.New("nobody was told anything")
	}
	fmt.Fprintf(out, "  %d viewers, %d changes in %s: %d of %d rows arrived, delay p50 %s, p99 %s, %.0f %% of one core for both sides\n",
		n, changes, round(wall), len(delays), n*changes, round(percentile(delays, .5)), round(percentile(delays, .99)),
		100*cpu.Seconds()/wall.Seconds())
	return nil
}

// watched is when changes were begun, and how long after that they were seen.
type watched struct {
	mu     sync.Mutex
	begun  []time.Time
	delays []time.Duration
}

func (w *watched) start(at time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.begun = append(w.begun, at)
}

// seen notes the n-th row of a viewer.
func (w *watched) seen(n int) {
	now := time.Now()
	w.mu.Lock()
	defer w.mu.Unlock()
	if n < len(w.begun) {
		w.delays = append(w.delays, now.Sub(w.begun[n]))
	}
}

func (w *watched) all() []time.Duration {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.delays
}

func (p *pages) watch(ctx context.Context, w *watched, ready chan<- error) {
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.world.addr+"/board/events", nil)
	if err != nil {
		ready <- err
		return
	}
	q.Header.Set("Cookie", p.cookie)
	r, err := (&http.Transport{}).RoundTrip(q)
	if err != nil {
		ready <- err
		return
	}
	defer r.Body.Close()
	begun, rows := false, 0
	for s := bufio.NewScanner(r.Body); s.Scan(); {
		switch s.Text() {
		case "event: reset":
			if !begun {
				begun = true
				ready <- nil
			}
		case "event: row":
			w.seen(rows)
			rows++
		}
	}
	if !begun {
		ready <- fmt.Errorf("a stream of the board: %s", r.Status)
	}
}

func (p *pages) note(ctx context.Context, id string) error {
	return p.world.post(ctx, p.key, "/v1/verification-requests/"+id+"/notes", []byte(`{"text":"seen"}`))
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }
