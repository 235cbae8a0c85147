package e2e

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"verigate/internal/e2e/canarytest"
)

// erasingOverNodes is erasingOver with three nodes that replicate.
func erasingOverNodes(t *testing.T) (*erasing, *nodes) {
	t.Helper()
	n, board := newNodes(t), redisServer(t)
	return &erasing{
		world: &world{t: t}, dir: filepath.Join(t.TempDir(), "data"), replicas: 3, files: n.dirs,
		nats: tapped(t, "127.0.0.1:"+n.ports[0]), boards: tapped(t, board.addr),
		js: jetStream(t, n.urls()), redis: redisClient(t, board.addr), words: canarytest.Words{},
	}, n
}

// endedOverNodes are three nodes over which a month was ended, and a file of the names of its keys.
func endedOverNodes(t *testing.T) (e *erasing, n *nodes, p past, keys string) {
	t.Helper()
	e, n = erasingOverNodes(t)
	p = e.goBack(1)[0]
	e.starts()
	at := "/v1/retention/months/" + p.month
	e.must(200, e.keys.Lead, http.MethodPost, at+"/proposal", []byte(`{"reason":"Its retention is over."}`))
	e.must(200, e.keys.Desk[1], http.MethodPost, at+"/confirmation", []byte(`{}`))
	e.mustBeEnded(p)
	e.must(201, e.keys.Partners["NG"], http.MethodPost, requests, named(t, "stays"), "Idempotency-Key", "stays")
	n.current("KEYS")
	keys = filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(keys, []byte(exits(t, 0, "erasure", "keys", "--data", e.dir)), 0o600); err != nil {
		t.Fatal(err)
	}
	return e, n, p, keys
}

// On three nodes a month is ended by two persons, and its keys leave the files of all three. A backup that is taken of them
// comes back into a directory and into three other nodes: verify finds no difference, and the month is ended there too.
func TestOnThreeNodesAMonthIsEndedAndABackupComesBack(t *testing.T) {
	t.Parallel()
	var (
		e    *erasing
		n    *nodes
		p    past
		keys string
	)
	codes, _ := inEachRaftLog(t, func() (*nodes, string) {
		e, n, p, keys = endedOverNodes(t)
		return n, keys
	})
	n.forgets(keys, codes)
	for what, secret := range p.secrets {
		for i, dir := range n.dirs {
			if onDisk(t, dir, secret) {
				t.Errorf("%s is in a file of node %d", what, i)
			}
		}
	}

	kept := newCopies(t)
	backup := kept.take(t, e.dir, "--nats", n.urls())
	e.mustStillProve(e.dir, p.sent)
	e.gateway.kill()
	for i := range n.now {
		n.now[i].kill()
	}
	other := newNodes(t)
	for name, into := range map[string][]string{"a directory": nil, "three nodes": {"--nats", other.urls(), "--replicas", "3"}} {
		_, said := kept.restore(t, backup, e.dir, 0, into...)
		if !strings.Contains(said, "ended by decision: 1 months") || !strings.Contains(said, ": 2 requests, 1 queued tasks, 0 differences") {
			t.Errorf("into %s: %s", name, said)
		}
	}
	for _, stream := range []string{"LEDGER", "EVIDENCE", "RECORD_0", "RECORD_1", "KEYS"} {
		other.current(stream)
	}
}
