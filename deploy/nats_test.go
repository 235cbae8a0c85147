package deploy_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/jet"
	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
)

// passwords gives every user of accounts.conf its own name as a password.
func passwords(t *testing.T) {
	t.Helper()
	for variable, user := range map[string]string{
		"GATEWAY": "gateway", "SETUP": "setup", "SYS": "sys", "UNIT_03": "unit-03", "UNIT_27": "unit-27",
	} {
		t.Setenv("VERIGATE_"+variable+"_PASSWORD", user)
	}
}

// oneNode starts a server as nats/one-node.conf says, but for its directory and ports.
func oneNode(t *testing.T) *server.Server {
	t.Helper()
	passwords(t)
	o, err := server.ProcessConfigFile("nats/one-node.conf")
	if err != nil {
		t.Fatal(err)
	}
	if !o.SyncAlways {
		t.Fatal("the configuration does not sync always")
	}
	o.StoreDir, o.Port, o.HTTPPort, o.NoSigs, o.NoLog = t.TempDir(), server.RANDOM_PORT, 0, true, true
	s, err := server.NewServer(o)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() {
		s.Shutdown()
		s.WaitForShutdown()
	})
	if !s.ReadyForConnections(10 * time.Second) {
		t.Fatal("the server does not start")
	}
	return s
}

func as(t *testing.T, s *server.Server, user string) *jet.Conn {
	t.Helper()
	c, err := jet.Connect(s.ClientURL(), nats.UserInfo(user, user))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func raw(t *testing.T, s *server.Server, user string) *nats.Conn {
	t.Helper()
	nc, err := nats.Connect(s.ClientURL(), nats.UserInfo(user, user), nats.ErrorHandler(func(*nats.Conn, *nats.Subscription, error) {}))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(nc.Close)
	return nc
}

// The allow-lists are held against what package jet really does: everything that a gateway does must be in them.
func TestTheCredentialsOfTheConfigurationDoTheirWorkAndNoMore(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: what is forbidden is not answered, which is waited for, 21 s")
	}
	s := oneNode(t)
	if err := as(t, s, "setup").EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal("the setup credential creates the streams:", err)
	}
	gateway := as(t, s, "gateway")
	if sync, err := gateway.Sync(t.Context()); sync != jet.SyncUnknown || err != nil {
		t.Fatalf("a gateway has no rights in the system account: %v, %v", sync, err)
	}
	t.Run("a gateway does its work", func(t *testing.T) { work(t, gateway) })
	t.Run("each is told what it may do too much", func(t *testing.T) { excess(t, gateway, as(t, s, "setup"), as(t, s, "unit-03")) })
	t.Run("a gateway administers no stream", func(t *testing.T) { noAdministration(t, raw(t, s, "gateway")) })
	t.Run("only the operator takes a backup", func(t *testing.T) { takesBackup(t, gateway, as(t, s, "setup")) })
	t.Run("a unit pulls its queue", func(t *testing.T) { pulls(t, raw(t, s, "unit-03")) })
	t.Run("a unit reaches nothing else", func(t *testing.T) { nothingElse(t, raw(t, s, "unit-03")) })
	if end, err := gateway.Journal().Last(t.Context()); end.Count() != 2 || err != nil {
		t.Errorf("the record ends at %v, error %v: something else was written to it", end, err)
	}
}

func excess(t *testing.T, gateway, setup, unit *jet.Conn) {
	if found, err := gateway.Excess(t.Context()); len(found) != 0 || err != nil {
		t.Errorf("a gateway may %q, error %v", found, err)
	}
	if found, err := setup.Excess(t.Context()); !slices.Contains(found, "$JS.API.STREAM.DELETE.RECORD_1") || err != nil {
		t.Errorf("setup may %q, error %v", found, err)
	}
	if found, err := unit.Excess(t.Context()); !errors.Is(err, jet.ErrNotTold) {
		t.Errorf("a unit may ask: %q, error %v", found, err)
	}
}

func work(t *testing.T, c *jet.Conn) {
	ctx := t.Context()
	if err := c.EnsureStreams(ctx, 1); err != nil {
		t.Fatal("streams that exist:", err)
	}
	journal := c.Journal()
	at, err := journal.Append(ctx, recordtest.Message("r1", 0), 0)
	if err != nil {
		t.Fatal("append:", err)
	}
	if _, err := journal.Append(ctx, recordtest.Message("r1", 1), at); err != nil {
		t.Fatal("append:", err)
	}
	source, book := c.Source(c.RecordStreams()[recordtest.Message("r1", 0).In(len(c.RecordStreams()))]), c.Ledger()
	if taken, err := source.Read(ctx, 1, 10); len(taken) != 2 || err != nil {
		t.Fatal("read for the ledger:", len(taken), err)
	}
	if err := book.Add(ctx, source.Name(), []byte("a checkpoint"), 0); err != nil {
		t.Fatal("add to the ledger:", err)
	}
	if note, _, err := book.Latest(ctx, source.Name()); string(note) != "a checkpoint" || err != nil {
		t.Fatal("read from the ledger:", string(note), err)
	}
	if err := book.All(ctx, source.Name(), func([]byte) error { return nil }); err != nil {
		t.Fatal("read all of the ledger:", err)
	}
	if all, err := journal.Read(ctx, recordtest.Message("r1", 0).Subject); len(all) != 2 || err != nil {
		t.Fatal("read:", len(all), err)
	}
	end, err := journal.Last(ctx)
	if err != nil {
		t.Fatal("end:", err)
	}
	if err := journal.ReplayUntil(ctx, record.Position{}, end, func(record.Sealed) error { return nil }); err != nil {
		t.Fatal("replay:", err)
	}
	keys := c.Keys()
	if err := keys.Put(ctx, []seal.Wrapped{{KID: "k1", Group: "g", Bytes: []byte("1")}, {KID: "k2", Group: "g", Bytes: []byte("2")}}); err != nil {
		t.Fatal("put keys:", err)
	}
	if err := keys.Erase(ctx, "k1"); err != nil {
		t.Fatal("erase a key:", err)
	}
	for _, first := range []bool{true, false} {
		if got, err := c.Nonces(time.Minute).Spend(ctx, "n1"); got != first || err != nil {
			t.Fatal("spend a nonce:", got, err)
		}
	}
	if err := c.Positions().Save(ctx, "queue", record.Position{7}); err != nil {
		t.Fatal("save a position:", err)
	}
	queue := c.Queue()
	if err := queue.Clear(ctx); err != nil {
		t.Fatal("clear the queues:", err)
	}
	for _, unit := range []string{"03", "27"} {
		if err := queue.Put(ctx, jet.Item{Unit: unit, Task: "t-" + unit, Record: 1, Version: 1, Payload: []byte("{}")}); err != nil {
			t.Fatal("put a task:", err)
		}
		// The place of each unit's machine, which a unit cannot make for itself.
		got, err := queue.Pull(ctx, unit, 1, 5*time.Second)
		if err != nil || len(got) != 1 {
			t.Fatal("pull a task:", len(got), err)
		}
		if err := got[0].Later(0); err != nil {
			t.Fatal("give a task back:", err)
		}
	}
	if items, _, err := queue.List(ctx, jet.Page{Limit: 10}); len(items) != 2 || err != nil {
		t.Fatal("list tasks:", len(items), err)
	}
}

func takesBackup(t *testing.T, gateway, setup *jet.Conn) {
	t.Run("a gateway copies no stream", func(t *testing.T) {
		t.Parallel() // what it may not is known by silence, for as long as an election may take
		if _, err := gateway.Snapshot(t.Context(), "RECORD_0", io.Discard); !errors.Is(err, jet.ErrNoBackupRights) {
			t.Error(err)
		}
	})
	t.Run("a gateway drops no stream", func(t *testing.T) {
		t.Parallel()
		if err := gateway.DropStream(t.Context(), "KEYS"); !errors.Is(err, jet.ErrNoBackupRights) {
			t.Error(err)
		}
	})
	streams, err := setup.BackupStreams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, stream := range streams {
		if _, err := setup.Snapshot(t.Context(), stream, io.Discard); err != nil {
			t.Error("the setup credential takes one:", err)
		}
	}
}

func noAdministration(t *testing.T, nc *nats.Conn) {
	js, err := jetstream.New(nc, jetstream.WithDefaultTimeout(300*time.Millisecond))
	if err != nil {
		t.Fatal(err)
	}
	if err := js.DeleteStream(t.Context(), "RECORD_0"); err == nil {
		t.Error("it deletes the record")
	}
	if _, err := js.CreateStream(t.Context(), jetstream.StreamConfig{Name: "MINE", Subjects: []string{"mine"}}); err == nil {
		t.Error("it creates a stream")
	}
	stream, err := js.Stream(t.Context(), "RECORD_0")
	if err != nil {
		t.Fatal(err)
	}
	if err := stream.Purge(t.Context()); err == nil {
		t.Error("it purges the record")
	}
	if err := stream.DeleteMsg(t.Context(), 1); err == nil {
		t.Error("it deletes from the record")
	}
}

// next asks for one task of a unit, answered at the given subject.
func next(t *testing.T, nc *nats.Conn, unit, answerAt string) {
	t.Helper()
	request := []byte(`{"batch":1,"expires":300000000}`)
	if err := nc.PublishRequest("$JS.API.CONSUMER.MSG.NEXT.QUEUE.unit-"+unit, answerAt, request); err != nil {
		t.Fatal(err)
	}
}

func pulls(t *testing.T, nc *nats.Conn) {
	inbox := nats.NewInbox()
	sub, err := nc.SubscribeSync(inbox)
	if err != nil {
		t.Fatal(err)
	}
	next(t, nc, "03", inbox)
	m, err := sub.NextMsg(5 * time.Second)
	if err != nil || m.Subject != "queue.03.t-03" || string(m.Data) != "{}" {
		t.Fatalf("%v, %v", m, err)
	}
	if _, err := nc.Request(m.Reply, []byte("+ACK"), 5*time.Second); err != nil {
		t.Fatal("acknowledge:", err)
	}
}

func nothingElse(t *testing.T, nc *nats.Conn) {
	foreign, err := nc.SubscribeSync("queue.27.*")
	if err != nil {
		t.Fatal(err)
	}
	everything, err := nc.SubscribeSync(">")
	if err != nil {
		t.Fatal(err)
	}
	next(t, nc, "27", nats.NewInbox())
	next(t, nc, "03", "record.0.request.forged") // an answer addressed to the record stays in the unit's account
	for _, subject := range []string{
		"$JS.API.STREAM.INFO.RECORD", "$JS.API.STREAM.NAMES", "$JS.API.STREAM.MSG.GET.QUEUE", "$JS.API.DIRECT.GET.QUEUE",
		"$JS.API.CONSUMER.CREATE.QUEUE.spy", "queue.03.t-03", "record.0.request.forged", "key.k2", "nonce.n2",
	} {
		if m, err := nc.Request(subject, []byte(`{"seq":1}`), 200*time.Millisecond); err == nil {
			t.Errorf("%s answers: %s", subject, m.Data)
		}
	}
	for _, sub := range []*nats.Subscription{foreign, everything} {
		if m, err := sub.NextMsg(100 * time.Millisecond); err == nil {
			t.Errorf("hears %s", m.Subject)
		} else if !errors.Is(err, nats.ErrTimeout) && !errors.Is(err, nats.ErrPermissionViolation) {
			t.Error(err)
		}
	}
}

func TestTheClusterConfigurationSyncsAlwaysOnEachNode(t *testing.T) {
	passwords(t)
	t.Setenv("NATS_NAME", "nats-1")
	path := filepath.Join(withoutTLS(t), "cluster.conf")
	o, err := server.ProcessConfigFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !o.SyncAlways || len(o.Routes) != 3 || o.ServerName != "nats-1" {
		t.Fatalf("sync always %v, %d routes, name %q", o.SyncAlways, len(o.Routes), o.ServerName)
	}
}

// withoutTLS copies the cluster's configuration without its tls blocks, whose certificates are the operator's, and
// returns the directory.
func withoutTLS(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	blocks := regexp.MustCompile(`(?s)\n *tls \{.*?\}`)
	for _, name := range []string{"accounts.conf", "cluster.conf"} {
		content, err := os.ReadFile(filepath.Join("nats", name))
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, name), blocks.ReplaceAll(content, nil), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}
