package e2e

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/record"
	"verigate/internal/verification"
)

// unknownEvents is the family of requests in a version of the program that this one does not know.
type unknownEvents struct{ record.Requests }

const unknownKind = "teleported.v1"

// Head implements record.Codec.
func (u unknownEvents) Head(d verification.Decision) (string, []string) {
	command, _ := u.Requests.Head(d)
	return command, []string{unknownKind}
}

// Encode implements record.Codec.
func (u unknownEvents) Encode(d verification.Decision) ([]byte, error) {
	plain, err := u.Requests.Encode(d)
	return bytes.Replace(plain, []byte(d.Events[0].EventKind()), []byte(unknownKind), 1), err
}

// spoil writes into the record of a gateway that does not run.
func spoil(t *testing.T, dir string, write func(context.Context, *app.Parts) (uint64, error)) record.Place {
	t.Helper()
	p, err := app.Open(t.Context(), app.Options{
		Stores: config.Stores{Data: dir, Replicas: 1}, Demo: true, Now: time.Now, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	sequence, err := write(t.Context(), p)
	if err != nil {
		t.Fatal(err)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return placeOfForeign(sequence)
}

const foreign = "0000000000000000000000000a" // a request that nobody sent

// placeOfForeign is where its message with that sequence stands.
func placeOfForeign(sequence uint64) record.Place {
	return record.Place{Partition: record.Request(foreign).In(record.Partitions), Sequence: sequence}
}

func TestWhatCannotBeReadInTheRecordStopsTheFollowersAndIsNamed(t *testing.T) {
	t.Parallel()
	tests := map[string]func(context.Context, *app.Parts) (uint64, error){
		"bytes under a key that does not exist": func(ctx context.Context, p *app.Parts) (uint64, error) {
			return p.Journal.Append(ctx, record.Sealed{
				Subject: record.Request(foreign), Header: record.Header{KID: "nobodys", Command: "c", Kinds: []string{"submitted.v1"}, Wire: 1},
				Data: []byte("garbage"),
			}, 0)
		},
		"bytes that a good key does not open": func(ctx context.Context, p *app.Parts) (uint64, error) {
			kid, err := p.Vault.Take(ctx)
			if err != nil {
				return 0, err
			}
			return p.Journal.Append(ctx, record.Sealed{
				Subject: record.Request(foreign), Header: record.Header{KID: kid, Command: "c", Kinds: []string{"submitted.v1"}, Wire: 1},
				Data: bytes.Repeat([]byte("garbage "), 100),
			}, 0)
		},
		"an event of an unknown kind": func(ctx context.Context, p *app.Parts) (uint64, error) {
			kid, err := p.Vault.Take(ctx)
			if err != nil {
				return 0, err
			}
			return record.NewLog(p.Journal, p.Vault, unknownEvents{}).Append(ctx, record.Entry[verification.Decision]{
				Subject: record.Request(foreign), KID: kid, Decision: verification.Decision{
					Stamp:  verification.Stamp{At: time.Now(), By: verification.System(), Command: "c"},
					Events: []verification.Event{verification.Reopened{}},
				},
			}, 0)
		},
	}
	for name, write := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			g := serve(t, dir)
			w := &world{t: t, url: g.url, keys: credentials(t, dir)}
			good := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "good"), "Idempotency-Key", "good")
			g.kill()
			at := spoil(t, dir, write)
			g = serve(t, dir)
			w.url = g.url
			w.mustNameWhatIsBroken(g, at)
			later := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "later"), "Idempotency-Key", "later")
			for _, c := range []call{good, later} {
				w.must(200, w.keys.Partners["NG"], http.MethodGet, c.Header.Get("Location"), nil)
			}
			mustVerifyNot(t, dir, at)
			g.kill()
			mustVerifyNot(t, dir, at)
		})
	}
}

// mustNameWhatIsBroken holds the log, the health and the lists to what a follower that has stopped must say.
func (w *world) mustNameWhatIsBroken(g server, at record.Place) {
	w.t.Helper()
	followers := []string{"watch", "board", "queue"}
	eventually(w.t, 10*time.Second, func() error {
		ready := w.must(200, "", http.MethodGet, "/health/ready", nil)
		for _, follower := range followers {
			if !strings.Contains(string(ready.Raw), `"code":"stopped"`) || !strings.Contains(g.log.String(), "follower="+follower) {
				return fmt.Errorf("%s has not stopped: %s", follower, ready.Raw)
			}
		}
		return w.allLists(503, "catching_up")
	})
	for line := range strings.Lines(g.log.String()) {
		if strings.Contains(line, "a follower has stopped") && !strings.Contains(line, fmt.Sprintf("record %v:", at)) {
			w.t.Errorf("it does not name %v: %s", at, line)
		}
	}
}

// mustVerifyNot holds `verigate verify` to name a sequence and to fail.
func mustVerifyNot(t *testing.T, dir string, at record.Place, more ...string) {
	t.Helper()
	began := time.Now()
	code, said := command(t, append([]string{"verify", "--data", dir}, more...)...)
	if code != 1 || !strings.Contains(said, fmt.Sprintf("record %v:", at)) {
		t.Errorf("verify: exit %d, it does not name %v\n%s", code, at, said)
	}
	if took := time.Since(began); took > 20*time.Second {
		t.Errorf("verify took %s", took)
	}
}

// Of a message that says not even what it is about, nobody knows whom it lets in or shuts out: what runs stops
// following, and nothing starts over it.
func TestAMessageThatNothingWroteStopsTheFollowersAndRefusesTheStart(t *testing.T) {
	t.Parallel()
	store, dir := natsWithJetStream(t), filepath.Join(t.TempDir(), "data")
	g := serve(t, dir, "--nats", "nats://"+store.addr)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "good"), "Idempotency-Key", "good")
	eventually(t, 10*time.Second, func() error { return w.onBoard(1) })
	nc, err := nats.Connect("nats://" + store.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	js, err := nc.JetStream()
	if err != nil {
		t.Fatal(err)
	}
	ack, err := js.Publish(record.Request(foreign).Name(placeOfForeign(0).Partition), []byte("hello"))
	if err != nil {
		t.Fatal(err)
	}
	at := placeOfForeign(ack.Sequence)
	w.mustNameWhatIsBroken(g, at)
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "later"), "Idempotency-Key", "later")
	mustVerifyNot(t, dir, at, "--nats", "nats://"+store.addr)
	g.kill()
	mustVerifyNot(t, dir, at, "--nats", "nats://"+store.addr)
	code, said := command(t, "serve", "--demo", "--listen", "127.0.0.1:0", "--data", dir, "--nats", "nats://"+store.addr)
	if code != 1 || !strings.Contains(said, fmt.Sprintf("record %v:", at)) {
		t.Errorf("start: exit %d, it does not name %v\n%s", code, at, said)
	}
}

func TestARowRemovedFromRedisByHandIsNamedAndMadeAgain(t *testing.T) {
	t.Parallel()
	redis, dir := redisServer(t), filepath.Join(t.TempDir(), "data")
	g := serve(t, dir, "--redis", redis.addr)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	var ids []string
	for _, key := range []string{"a", "b", "c"} {
		ids = append(ids, w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key).text("id"))
	}
	mustVerified := func(want string) { // what monitoring is told of the last verify
		t.Helper()
		if got := w.must(200, "", http.MethodGet, "/health/ready", nil).healthOf("verified"); got != want {
			t.Errorf("health says %q of verify, want %q", got, want)
		}
	}
	mustVerified("")
	if found := mustVerify(t, dir); found != 3 {
		t.Fatalf("%d requests", found)
	}
	mustVerified("ok <nil>")
	c := redisClient(t, redis.addr)
	rows, err := c.Keys(t.Context(), "*:row:"+ids[1]).Result()
	if err != nil || len(rows) != 1 {
		t.Fatalf("rows %v, %v", rows, err)
	}
	if err := c.Del(t.Context(), rows...).Err(); err != nil {
		t.Fatal(err)
	}
	code, said := command(t, "verify", "--data", dir)
	if code != 1 || !strings.Contains(said, "board: "+ids[1]+": is missing\n") || !strings.Contains(said, " 1 differences") {
		t.Fatalf("verify: exit %d\n%s", code, said)
	}
	mustVerified("degraded differences")
	g.kill()
	g = serve(t, dir, "--redis", redis.addr)
	w.url = g.url
	mustVerified("degraded differences") // a restart is no answer
	if code, said := command(t, "rebuild", "--data", dir); code != 0 {
		t.Fatalf("rebuild: exit %d\n%s", code, said)
	}
	mustVerify(t, dir)
	mustVerified("ok <nil>")
	eventually(t, 5*time.Second, func() error { return w.onBoard(3) })
}
