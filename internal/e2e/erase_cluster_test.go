package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	natsserver "github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/e2e/canarytest"
	"verigate/internal/tooltest"
)

// nodes are three nats-servers that replicate, each with a store of its own.
type nodes struct {
	t     *testing.T
	dirs  []string // store_dir of each
	conf  []string
	ports []string
	now   []*process
}

func newNodes(t *testing.T) *nodes {
	t.Helper()
	n := &nodes{t: t, now: make([]*process, 3)}
	var routes []string
	for range 3 {
		n.ports = append(n.ports, tooltest.Port(t))
		routes = append(routes, tooltest.Port(t))
	}
	for i := range 3 {
		dir := t.TempDir()
		n.dirs = append(n.dirs, filepath.Join(dir, "store"))
		n.conf = append(n.conf, filepath.Join(dir, "nats.conf"))
		text := fmt.Sprintf(`server_name: n%d
listen: "127.0.0.1:%s"
http: "127.0.0.1:-1"
ports_file_dir: %q
max_payload: 4MB
jetstream { store_dir: %q, sync_interval: always, domain: hub }
cluster { name: c, listen: "127.0.0.1:%s", routes: ["nats://127.0.0.1:%s"] }
`, i, n.ports[i], dir, n.dirs[i], routes[i], strings.Join(routes, `", "nats://127.0.0.1:`))
		if err := os.WriteFile(n.conf[i], []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for i := range 3 {
		n.starts(i)
	}
	for i, port := range n.ports { // a tap before one that does not listen yet lets its client in, and hangs up
		eventually(t, startsWithin, func() error {
			nc, err := nats.Connect("nats://127.0.0.1:" + port)
			if err != nil {
				return fmt.Errorf("node %d: %w\n%s", i, err, n.now[i].log.String())
			}
			nc.Close()
			return nil
		})
	}
	js := jetStream(t, n.urls())
	eventually(t, startsWithin, func() error { // until each knows of the others no stream finds three, and who wants one ends at once
		if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "TRIAL", Replicas: len(n.now)}); err != nil {
			return err
		}
		return js.DeleteStream(t.Context(), "TRIAL")
	})
	return n
}

func (n *nodes) starts(i int) { n.now[i] = launch(n.t, built(n.t, natsServer), "--config", n.conf[i]) }

// stops ends a node in order, as an operator does.
func (n *nodes) stops(i int) {
	n.t.Helper()
	n.now[i].signal(syscall.SIGTERM)
	select {
	case <-n.now[i].exited:
	case <-time.After(30 * time.Second):
		n.t.Fatalf("node %d does not stop\n%s", i, n.now[i].log.String())
	}
}

func (n *nodes) urls() string {
	return "nats://127.0.0.1:" + strings.Join(n.ports, ",nats://127.0.0.1:")
}

// current waits until every node has all of a stream.
func (n *nodes) current(stream string) {
	n.t.Helper()
	n.eventually(stream, func(_ *nats.Conn, c *jetstream.ClusterInfo) error {
		if len(c.Replicas) != 2 {
			return errors.New("not three replicas")
		}
		for _, r := range c.Replicas {
			if !r.Current || r.Offline || r.Lag != 0 {
				return fmt.Errorf("%s is behind", r.Name)
			}
		}
		return nil
	})
}

// eventually waits until a check says nothing of the Raft group of a stream, which has a leader.
func (n *nodes) eventually(stream string, check func(*nats.Conn, *jetstream.ClusterInfo) error) {
	n.t.Helper()
	nc, err := nats.Connect(n.urls())
	if err != nil {
		n.t.Fatal(err)
	}
	defer nc.Close()
	js, err := jetstream.New(nc)
	if err != nil {
		n.t.Fatal(err)
	}
	eventually(n.t, time.Minute, func() error {
		s, err := js.Stream(n.t.Context(), stream)
		if err != nil {
			return err
		}
		if c := s.CachedInfo().Cluster; c != nil && c.Leader != "" {
			return check(nc, c)
		}
		return errors.New("no leader")
	})
}

// settles waits until a node follows in the Raft group of a stream, and has applied all that its log of it holds. Stopped then,
// it makes a snapshot behind which there is nothing, and the log's file goes.
//
// With an entry behind the snapshot the file stays as it is, the beginning too: nats-server 2.15.2 writes it anew from 2 MB on
// only. A leader that is stopped always leaves one, which says to whom it hands over; a follower may for a moment, until it is told
// that what it has stored last is committed.
func (n *nodes) settles(i int, stream string) {
	n.t.Helper()
	n.eventually(stream, func(nc *nats.Conn, c *jetstream.ClusterInfo) error {
		if c.Leader == fmt.Sprint("n", i) {
			_, err := nc.Request("$JS.API.STREAM.LEADER.STEPDOWN."+stream, nil, 5*time.Second)
			return errors.Join(errors.New(c.Leader+" leads"), err)
		}
		g, err := n.raft(i, c.RaftGroup)
		if err != nil {
			return err
		}
		if g.State != natsserver.Follower.String() || g.Applied != g.PIndex {
			return fmt.Errorf("node %d is a %s that has applied %d of %d entries", i, g.State, g.Applied, g.PIndex)
		}
		return nil
	})
}

// raft is what a node says of its part in a Raft group, at the address that it has written down beside its configuration.
func (n *nodes) raft(i int, group string) (natsserver.RaftzGroup, error) {
	n.t.Helper()
	var at natsserver.Ports
	written := fmt.Sprintf("%s_%d.ports", filepath.Base(n.now[i].cmd.Path), n.now[i].cmd.Process.Pid)
	content, err := os.ReadFile(filepath.Join(filepath.Dir(n.conf[i]), written))
	if err == nil {
		err = json.Unmarshal(content, &at)
	}
	if err == nil && len(at.Monitoring) != 1 {
		err = fmt.Errorf("it listens at %v", at.Monitoring)
	}
	if err != nil {
		return natsserver.RaftzGroup{}, fmt.Errorf("where node %d tells of itself: %w", i, err)
	}
	said, err := try(n.t.Context(), at.Monitoring[0], "", http.MethodGet, "/raftz?acc=$G&group="+group, nil)
	var groups natsserver.RaftzStatus
	if err == nil {
		err = json.Unmarshal(said.Raw, &groups)
	}
	return groups["$G"][group], err
}

// scan is `verigate erasure scan` on each node.
func (n *nodes) scan(keys string) (codes []int, said string) {
	n.t.Helper()
	for _, dir := range n.dirs {
		code, out := command(n.t, "erasure", "scan", dir, "--keys", keys)
		codes, said = append(codes, code), said+out
	}
	return codes, said
}

// forgets stops and starts the nodes whose files have keys: one whose code is 0 has none. A server that stops in order makes a
// snapshot; one that runs does within three minutes. One to which an entry came between the look at its log and its stop, as when
// a gateway writes keys ahead, keeps its log, and is stopped once more, twice at most.
func (n *nodes) forgets(keys string, codes []int) {
	n.t.Helper()
	var said string
	for again := 0; again < 3 && slices.Max(codes) > 0; again++ {
		for i, code := range codes {
			if code > 0 {
				n.settles(i, "KEYS")
				n.stops(i)
				n.starts(i)
				n.current("KEYS")
			}
		}
		codes, said = n.scan(keys)
	}
	if slices.Max(codes) > 0 {
		n.t.Fatalf("the key is still there: exits %v\n%s", codes, said)
	}
}

// On three nodes a key that was erased stays in the Raft logs until each node makes a snapshot. The scan finds it there,
// names the file, and finds nothing afterwards; the ledger and the partner's receipt are as true as before.
func TestOnThreeNodesAnErasureIsUnderWayUntilNoRaftLogHasTheKey(t *testing.T) {
	t.Parallel()
	var e erasedOver
	codes, said := inEachRaftLog(t, func() (*nodes, string) {
		e = erasedOverNodes(t)
		return e.n, e.names
	})
	if !strings.Contains(said, "erasure under way") {
		t.Errorf("it does not say that this is not the end:\n%s", said)
	}

	e.n.forgets(e.names, codes)
	for i, store := range e.n.dirs {
		t.Logf("node %d", i)
		mustHoldNoWord(t, store, e.words)
	}
	e.notes(e.n, e.dir, e.names, requests+"/"+e.sent.text("id"))
	e.mustStillProve(e.dir, e.sent)
	e.must(410, e.keys.Partners["NG"], http.MethodPost, requests, e.words.Open(), "Idempotency-Key", "canary")
	if found := mustVerify(t, e.dir, e.stores...); found != 2 {
		t.Errorf("%d requests", found)
	}
}

// erasedOver is a gateway over three nodes in which a request was erased.
type erasedOver struct {
	*world
	n      *nodes
	dir    string
	stores []string
	words  canarytest.Words // that the request had
	sent   call             // of it
	names  string           // a file of the names of its keys
}

func erasedOverNodes(t *testing.T) erasedOver {
	t.Helper()
	e := erasedOver{world: &world{t: t}, n: newNodes(t), dir: filepath.Join(t.TempDir(), "data"), words: canarytest.Words{}}
	e.stores = []string{"--nats", e.n.urls(), "--replicas", "3"}
	e.url = serve(t, e.dir, e.stores...).url
	e.keys = credentials(t, e.dir)
	e.sent = e.lives(e.words)
	e.must(201, e.keys.Partners["NG"], http.MethodPost, requests, full(t, e.words, "another"), "Idempotency-Key", "another")
	e.must(200, e.keys.Lead, http.MethodPost, requests+"/"+e.sent.text("id")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	e.names = e.erasedKeys(e.dir, e.sent.text("id"))
	e.n.current("KEYS")
	return e
}

// inEachRaftLog destroys keys over three nodes, and holds the scan to find them in the Raft log of each. Nodes make snapshots by
// themselves too, as when one comes to lead that needs one: then nothing would be tried, and it is done over three others, twice at
// most.
func inEachRaftLog(t *testing.T, destroys func() (n *nodes, keys string)) (codes []int, said string) {
	t.Helper()
	for range 3 {
		n, keys := destroys()
		if codes, said = n.scan(keys); slices.Min(codes) > 0 {
			break
		}
	}
	if fmt.Sprint(codes) != "[1 1 1]" || !strings.Contains(said, filepath.Join("_js_", "S-R3F-")) {
		t.Errorf("a Raft log does not have the keys, or it is not named, so that nothing is tried: exits %v\n%s", codes, said)
	}
	return codes, said
}

// lives lets a case go through everything with a word in each field, and returns what its sender was told.
func (w *world) lives(words canarytest.Words) (sent call) {
	w.t.Helper()
	canarytest.Live(words, func(who, method, path string, body any, header ...string) map[string]any {
		key, _ := w.keys.Of(who)
		c := w.comingBack(key, method, path, body, header...)
		if c.Status >= http.StatusBadRequest {
			w.t.Fatalf("%s %s %s: %d %s", who, method, path, c.Status, c.Raw)
		}
		if sent.Status == 0 {
			sent = c
		}
		return c.Body
	})
	return sent
}

// erasedKeys writes the file that a scan wants, once the gateway has carried the erasure out, and returns its path.
func (w *world) erasedKeys(dir, id string) string {
	w.t.Helper()
	path := filepath.Join(w.t.TempDir(), "keys")
	eventually(w.t, 20*time.Second, func() error {
		code, said := command(w.t, "erasure", "keys", "--data", dir, "--request", id)
		if code != 0 {
			return errors.New(said)
		}
		return os.WriteFile(path, []byte(said), 0o600)
	})
	return path
}

// mustStillProve holds the bundle of an erased request, and the partner's receipt, against the real command.
func (w *world) mustStillProve(dir string, sent call) {
	w.t.Helper()
	at := w.t.TempDir()
	receipt, trust, bundle := filepath.Join(at, "receipt"), filepath.Join(at, "trust"), filepath.Join(at, "bundle")
	if err := os.WriteFile(receipt, []byte(sent.text("receipt")), 0o600); err != nil {
		w.t.Fatal(err)
	}
	code, lines := command(w.t, "evidence", "keys", "--data", dir)
	if code != 0 {
		w.t.Fatalf("the keys of the ledger: %s", lines)
	}
	if err := os.WriteFile(trust, []byte(lines), 0o600); err != nil {
		w.t.Fatal(err)
	}
	if code, said := command(w.t, "evidence", "bundle", sent.text("id"), "--data", dir, "--out", bundle, "--receipt", receipt); code != 0 {
		w.t.Fatalf("the bundle: exit %d\n%s", code, said)
	}
	code, said := command(w.t, "evidence", "check", bundle, "--trust", trust, "--receipt", receipt)
	for _, want := range []string{"request " + sent.text("id"), " messages, stored from", "intact, signed by", "receipt: of this request"} {
		if code != 0 || !strings.Contains(said, want) {
			w.t.Errorf("the check: exit %d, it does not say %q\n%s", code, want, said)
		}
	}
}
