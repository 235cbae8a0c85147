package jet

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/tooltest"
)

// start runs a server with a listening port, as an operator would.
func start(t *testing.T, change func(*server.Options)) *server.Server {
	t.Helper()
	o := Options{Dir: t.TempDir()}.server()
	o.DontListen, o.Host, o.Port = false, "127.0.0.1", server.RANDOM_PORT
	change(o)
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	return s
}

func connect(t *testing.T, s *server.Server, more ...nats.Option) *Conn {
	t.Helper()
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("server does not start")
	}
	c, err := Connect(s.ClientURL(), more...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func TestAnotherServersSyncIsAskedWhereItMayBe(t *testing.T) {
	t.Parallel()
	accounts := func(always bool) func(*server.Options) {
		return func(o *server.Options) {
			sys := server.NewAccount("SYS")
			o.Accounts = []*server.Account{sys}
			o.SystemAccount = "SYS"
			o.Users = []*server.User{{Username: "sys", Password: "sys", Account: sys}, {Username: "gateway", Password: "gateway"}}
			o.SyncAlways = always
		}
	}
	durable, lax := start(t, accounts(true)), start(t, accounts(false))
	tests := map[string]struct {
		server *server.Server
		user   string
		want   Sync
		err    error
	}{
		"a durable server, asked with rights":    {durable, "sys", SyncAlways, nil},
		"a durable server, asked without rights": {durable, "gateway", SyncUnknown, nil},
		"a lax server, asked with rights":        {lax, "sys", SyncUnknown, ErrNotDurable},
		"a lax server, asked without rights":     {lax, "gateway", SyncUnknown, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := connect(t, test.server, nats.UserInfo(test.user, test.user))
			got, err := c.Sync(t.Context())
			if got != test.want || !errors.Is(err, test.err) {
				t.Fatalf("got %v, %v", got, err)
			}
		})
	}
}

// cluster starts three servers that replicate. Each must know the others'
// ports before it starts.
func cluster(t *testing.T) []*server.Server {
	t.Helper()
	return clusterOf(t, func(*server.Options) {})
}

// clusterOf is cluster that shows how each is started.
func clusterOf(t *testing.T, with func(*server.Options)) []*server.Server {
	t.Helper()
	var ports []int
	var routes []string
	for range 3 {
		port, err := strconv.Atoi(tooltest.Port(t))
		if err != nil {
			t.Fatal(err)
		}
		ports = append(ports, port)
		routes = append(routes, fmt.Sprintf("nats://127.0.0.1:%d", port))
	}
	var all []*server.Server
	for n, port := range ports {
		all = append(all, start(t, func(o *server.Options) {
			o.ServerName = fmt.Sprintf("n%d", n)
			o.Cluster = server.ClusterOpts{Name: "c", Host: "127.0.0.1", Port: port}
			o.Routes = server.RoutesFromStr(strings.Join(routes, ","))
			with(o)
		}))
	}
	return all
}

func TestThreeServersKeepTheGuardThroughTheLossOfTheLeader(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it starts three servers and kills one, 6 s")
	}
	t.Parallel()
	all := cluster(t)
	c := connect(t, all[0])
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	for {
		err := c.EnsureStreams(ctx, 3)
		if err == nil {
			break
		}
		if !sleep(ctx, 100*time.Millisecond) { // the cluster elects
			t.Fatal(err)
		}
	}
	j := c.Journal()
	var won, lost atomic.Int32
	var wg sync.WaitGroup
	for i := range 32 {
		wg.Go(func() {
			m := recordtest.Message("r1", 0)
			m.Data = fmt.Appendf(nil, "creator %d", i)
			switch _, err := j.Append(t.Context(), m, 0); {
			case err == nil:
				won.Add(1)
			case errors.Is(err, record.ErrConflict):
				lost.Add(1)
			default:
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if won.Load() != 1 || lost.Load() != 31 {
		t.Fatalf("%d won, %d lost", won.Load(), lost.Load())
	}
	written := recordStream(record.Request("r2").In(record.Partitions), record.Partitions)
	leader := -1
	for leader < 0 { // the write was to the other partition; this one may elect
		leader = slices.IndexFunc(all, func(s *server.Server) bool { return s.JetStreamIsStreamLeader("$G", written) })
		if leader < 0 && !sleep(ctx, 100*time.Millisecond) {
			t.Fatal("no leader")
		}
	}
	other := connect(t, all[(leader+1)%3])
	if err := other.EnsureStreams(t.Context(), 3); err != nil {
		t.Fatal(err)
	}
	j = other.Journal()
	all[leader].Shutdown()
	after := uint64(0)
	for n := range uint64(5) {
		seq, err := j.Append(t.Context(), recordtest.Message("r2", n), after)
		if err != nil {
			t.Fatal(err)
		}
		after = seq
	}
	if read, err := j.Read(t.Context(), record.Request("r2")); err != nil || len(read) != 5 {
		t.Fatalf("%d messages, %v", len(read), err)
	}
}
