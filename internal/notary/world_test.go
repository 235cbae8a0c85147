package notary_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"go.uber.org/goleak"

	"verigate/internal/evidence"
	"verigate/internal/jet"
	"verigate/internal/ledger"
	"verigate/internal/notary"
	"verigate/internal/record"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const recordName = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

// world is a record in a real nats-server that may be stopped, changed and started again.
type world struct {
	t    testing.TB
	dir  string
	ns   *server.Server
	conn *jet.Conn
	raw  jetstream.JetStream
	nc   *nats.Conn
	now  *clock
	keys ledger.KeySet
	size int // of a message, in bytes
}

type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// minute lets one pass.
func (c *clock) minute() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(time.Minute)
}

func newWorld(t testing.TB) *world {
	t.Helper()
	w := &world{
		t: t, dir: t.TempDir(), now: &clock{at: time.Date(2021, 9, 2, 16, 40, 0, 0, time.UTC)},
		size: 400,
		keys: ledger.NewKeySet(append([]byte("one"), make([]byte, 29)...), time.Date(2021, 9, 1, 0, 0, 0, 0, time.UTC)),
	}
	w.start()
	t.Cleanup(w.stop)
	return w
}

func (w *world) store() string { return filepath.Join(w.dir, "nats") }

func (w *world) start() {
	w.t.Helper()
	var err error
	w.ns, err = server.NewServer(&server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, NoSigs: true, NoLog: true, JetStream: true, StoreDir: w.store(), SyncAlways: true,
		JetStreamMaxMemory: 64 << 20, JetStreamMaxStore: 64 << 30,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.ns.Start()
	if !w.ns.ReadyForConnections(20 * time.Second) {
		w.t.Fatal("nats-server does not start")
	}
	if w.conn, err = jet.Connect(w.ns.ClientURL()); err != nil {
		w.t.Fatal(err)
	}
	if w.nc, err = nats.Connect(w.ns.ClientURL()); err != nil {
		w.t.Fatal(err)
	}
	if w.raw, err = jetstream.New(w.nc); err != nil {
		w.t.Fatal(err)
	}
	if err := w.conn.EnsureStreams(context.Background(), 1); err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) stop() {
	if w.ns == nil {
		return
	}
	w.nc.Close()
	w.conn.Close()
	w.ns.Shutdown()
	w.ns.WaitForShutdown()
	w.ns = nil
}

// fill appends n messages, in turns to some requests of either partition.
func (w *world) fill(n int) {
	w.t.Helper()
	j := w.conn.Journal()
	last, versions := map[string]uint64{}, map[string]uint64{}
	for i := range 8 {
		id := fmt.Sprintf("r%d", i)
		if history, err := j.Read(context.Background(), record.Request(id)); err == nil {
			last[id], versions[id] = history[len(history)-1].Sequence, uint64(len(history))
		}
	}
	for i := range n {
		id := fmt.Sprintf("r%d", i%8)
		m := record.Sealed{
			Subject: record.Request(id),
			Header:  record.Header{KID: "k" + id, Command: fmt.Sprintf("c%d-%d", versions[id], i), Version: versions[id], Kinds: []string{"noted.v1"}, Wire: 1},
			Data:    []byte(strings.Repeat(fmt.Sprintf("sealed %s %4d ", id, versions[id]), w.size/15)),
		}
		seq, err := j.Append(context.Background(), m, last[id])
		if err != nil {
			w.t.Fatal(err)
		}
		last[id], versions[id] = seq, versions[id]+1
	}
}

// read notes so many readings in the evidence.
func (w *world) read(n int) {
	w.t.Helper()
	for i := range n {
		m := evidence.Message{
			Header: evidence.Header{Subject: fmt.Sprintf("r%d", i%8), Writer: "w", Number: uint64(i) + 1, KID: "e", Wire: 1},
			Data:   []byte(strings.Repeat(fmt.Sprintf("sealed %8d ", i), w.size/15)),
		}
		if _, err := w.conn.Evidence().Append(context.Background(), m); err != nil {
			w.t.Fatal(err)
		}
	}
}

// gateway is a notary that runs over the world, with a directory of its own.
type gateway struct {
	t        testing.TB
	notary   *notary.Notary
	stopped  context.CancelFunc
	ended    sync.WaitGroup
	mu       sync.Mutex
	failures map[string]error // how logs ended, by stream
	retries  []error
}

type option func(*notary.Parts)

func witnessed(dir string) option {
	return func(p *notary.Parts) { p.Witness = &notary.Witness{Dir: dir} }
}

func reading(wrap func(notary.Source) notary.Source) option {
	return func(p *notary.Parts) {
		for i := range p.Sources {
			p.Sources[i] = wrap(p.Sources[i])
		}
	}
}

// gateway starts one whose hashes are in a directory by a name.
func (w *world) gateway(name string, options ...option) *gateway {
	w.t.Helper()
	g := &gateway{t: w.t, failures: map[string]error{}}
	p := notary.Parts{
		Record: recordName, Book: w.conn.Ledger(), Keys: func() ledger.KeySet { return w.keys }, Dir: filepath.Join(w.dir, name), Now: w.now.Now,
		Retry: func(_ string, err error) {
			g.mu.Lock()
			defer g.mu.Unlock()
			g.retries = append(g.retries, err)
		},
	}
	for _, stream := range w.conn.RecordStreams() {
		p.Sources = append(p.Sources, w.conn.Source(stream))
	}
	p.Sources = append(p.Sources, w.conn.Evidence().Source())
	for _, o := range options {
		o(&p)
	}
	var err error
	if g.notary, err = notary.Open(p); err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	g.stopped = cancel
	for _, l := range g.notary.Logs() {
		g.ended.Go(func() {
			err := l.Run(ctx)
			g.mu.Lock()
			defer g.mu.Unlock()
			g.failures[l.Stream()] = err
		})
	}
	w.t.Cleanup(g.stop)
	return g
}

func (g *gateway) stop() {
	if g.notary == nil {
		return
	}
	g.stopped()
	g.ended.Wait()
	if err := g.notary.Close(); err != nil {
		g.t.Error(err)
	}
	g.notary = nil
}

// sign takes all there is and signs it.
func (g *gateway) sign() {
	g.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	for _, l := range g.notary.Logs() {
		if _, err := l.Checkpoint(ctx); err != nil {
			g.t.Fatalf("sign %s: %v", l.Stream(), err)
		}
	}
}

// broken waits until a log has ended, and says how.
func (g *gateway) broken(stream string) *notary.BrokenError {
	g.t.Helper()
	for range 200 {
		for _, l := range g.notary.Logs() {
			if b := l.State().Broken; l.Stream() == stream && b != nil {
				return b
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	g.t.Fatalf("%s is not found to be broken", stream)
	return nil
}

// state is that of the first log.
func (g *gateway) state() notary.State {
	g.t.Helper()
	for _, l := range g.notary.Logs() {
		if l.Stream() == stream {
			return l.State()
		}
	}
	g.t.Fatalf("no log of %s", stream)
	return notary.State{}
}

func (g *gateway) verify() []notary.Difference {
	g.t.Helper()
	found, err := g.notary.Verify(context.Background())
	if err != nil {
		g.t.Fatal(err)
	}
	return found
}

// checkpoints are all that LEDGER has of a stream.
func (w *world) checkpoints(stream string) []ledger.Checkpoint {
	w.t.Helper()
	keys, err := w.keys.Public(recordName, []string{stream})
	if err != nil {
		w.t.Fatal(err)
	}
	trusted, err := ledger.TrustOf(keys)
	if err != nil {
		w.t.Fatal(err)
	}
	var all []ledger.Checkpoint
	err = w.conn.Ledger().All(context.Background(), stream, func(note []byte) error {
		c, err := ledger.OpenCheckpoint(note, trusted)
		all = append(all, c)
		return err
	})
	if err != nil {
		w.t.Fatal(err)
	}
	return all
}

func copyTree(t testing.TB, from, to string) {
	t.Helper()
	if err := errors.Join(os.RemoveAll(to), os.CopyFS(to, os.DirFS(from))); err != nil {
		t.Fatal(err)
	}
}
