package e2e_test

import (
	"bytes"
	"encoding/base64"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"verigate/internal/app"
	"verigate/internal/backup/backuptest"
	"verigate/internal/config"
	"verigate/internal/e2e/canarytest"
	"verigate/internal/web/webtest"
)

// moves says whether an answer is another at each reading or decision, whatever it was about: the evidence, and how long the
// ledger is. Of a sealed case it still names nothing.
func moves(at string) bool {
	return slices.ContainsFunc([]string{"auditor /evidence", "auditor /v1/evidence", "auditor /v1/ledger", "another OPERATOR /v1/ledger"}, func(of string) bool {
		return strings.HasPrefix(at, of)
	})
}

// TestACanaryOfASealedCaseIsNowhereForOthers looks for a sealed case, while it is made, worked on and known to who is of
// it, in all that others can read, in what is written down, and in what is different with and without it.
func TestACanaryOfASealedCaseIsNowhereForOthers(t *testing.T) {
	t.Parallel()
	w := watch(t)
	words := canarytest.Words{}
	c := w.guard(t, words, outsiders...)
	for _, works := range []string{"another DESK /v1/board", "another LEAD /v1/board", "another KEEPER /v1/alarms", "another OPERATOR /v1/ledger"} {
		if !strings.HasPrefix(c.before[works], "200") {
			t.Errorf("%s is answered %.3s: who may nothing at all sees nothing", works, c.before[works])
		}
	}
	var of string
	made := func(key string, body map[string]any) {
		t.Helper()
		r := w.Must(t, "partner:NL", "POST", "/v1/verification-requests", body, "Idempotency-Key", key)
		of = c.about(fmt.Sprint(r.Body["id"]), fmt.Sprint(r.Body["number"]))
	}
	made("canary", words.Secret())
	c.compare("received,")
	if fields := words.Found(w.read(t, "keeper", "", of)); len(fields) < 10 {
		t.Errorf("its keeper is shown %v only: the search finds nothing", fields)
	}

	cast := canarytest.Cast{Partner: "NL", Originator: "KE", Unit: "A1S2", Passing: "A1S1", Excluded: "03"}
	life := canarytest.Sealed(words, cast, func(who, method, path string, body any, header ...string) map[string]any {
		return w.Must(t, who, method, path, body, header...).Body
	}, c.id)
	life.Worked()
	c.compare("worked on,")
	life.Answered()
	c.compare("answered and asked more of,")

	made("canary-2", words.Open())
	w.settled(t)
	if fields := words.Found(w.read(t, "supervisor", "", of)); len(fields) < 10 {
		t.Errorf("what is open shows supervision %v only: nothing is sealed by what follows", fields)
	}
	w.Must(t, "desk:1", "POST", of+"/compartment", map[string]any{"compartment": "general-l3", "reason": words.Of("reason")})
	c.compare("sealed by hand,")

	w.everywhere(t, words)
}

// guarded is a case that some people may not know of, beside what they were shown before there was one.
type guarded struct {
	watched
	t       *testing.T
	words   canarytest.Words
	cookies map[string]string
	before  map[string]string // what does not differ by itself

	id, number string
}

// What stands for a case that does not exist.
const noID, noNumber = "00000000000000000000000000", "VR-0000-0000-0000"

// guard reads all that some people can read while there is no case, but one that everybody at headquarters and at unit 03
// may know of; twice, so that what differs by itself is known.
func (w watched) guard(t *testing.T, words canarytest.Words, who ...string) *guarded {
	t.Helper()
	c := &guarded{watched: w, t: t, words: words, cookies: map[string]string{}, before: map[string]string{}}
	for _, one := range who {
		c.cookies[one] = ""
		if one != "" {
			c.cookies[one] = w.cookie(t, one)
		}
	}
	w.Submit(t, "S01", "open")
	w.settled(t)
	webtest.Eventually(t, 20*time.Second, "the sweep has begun", func() bool {
		return bytes.Contains(w.read(t, "", "", "/health/ready"), []byte(`{"name":"sweep","status":"ok"}`))
	})
	for at, answer := range w.everything(t, c.cookies, noID, noNumber) {
		c.before[at] = steady(answer)
	}
	for at, answer := range w.everything(t, c.cookies, noID, noNumber) {
		if again := steady(answer); !moves(at) && again != c.before[at] {
			t.Errorf("%s answers twice with a difference, which would hide one that tells:\n%s", at, difference(c.before[at], again))
		}
	}
	return c
}

// settled waits until the board and what is hidden are as the record says.
func (w watched) settled(t *testing.T) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the board has caught up", func() bool {
		end, err := w.Parts.Journal.Last(t.Context())
		at, err2 := w.Parts.Store.Position(t.Context())
		return err == nil && err2 == nil && at.Record.Covers(end) && w.Parts.Watch.Position().Covers(end)
	})
}

// about makes it the case that is guarded, and returns its address.
func (c *guarded) about(id, number string) string {
	c.id, c.number, c.words["id"], c.words["number"] = id, number, id, number
	return "/v1/verification-requests/" + id
}

// compare holds all that can be read now against what there was before, and what is asked about the case against what is
// asked about one that does not exist.
func (c *guarded) compare(when string) {
	c.t.Helper()
	c.settled(c.t)
	words := c.words.Spelt()
	for at, answer := range c.everything(c.t, c.cookies, noID, noNumber) {
		if fields := words.Found(answer); len(fields) > 0 {
			c.t.Errorf("%s %s shows %v", when, at, fields)
		}
		if moves(at) {
			continue
		}
		if now := steady(answer); now != c.before[at] {
			c.t.Errorf("%s %s tells that there is a case:\n%s", when, at, difference(c.before[at], now))
		}
	}
	asked := c.words.Without("id", "number").Spelt() // they stand in what was asked
	for at, answer := range c.everything(c.t, c.cookies, c.id, c.number) {
		if fields := asked.Found(answer); len(fields) > 0 {
			c.t.Errorf("%s %s shows %v", when, at, fields)
		}
		if moves(at) {
			continue
		}
		nobody := strings.NewReplacer(c.id, noID, c.number, noNumber).Replace
		if got, want := nobody(steady(answer)), c.before[nobody(at)]; got != want {
			c.t.Errorf("%s %s tells it from a case that does not exist:\n%s", when, at, difference(want, got))
		}
	}
}

// difference is the first line in which two answers differ.
func difference(before, after string) string {
	a, b := strings.Split(before, "\n"), strings.Split(after, "\n")
	for i := range min(len(a), len(b)) {
		if a[i] != b[i] {
			return fmt.Sprintf("- %.300s\n+ %.300s", a[i], b[i])
		}
	}
	return fmt.Sprintf("%d lines, then %d", len(a), len(b))
}

// everywhere looks in what is written down: logs, Redis, every file of the data directory and of temporary files, the
// environment, and at last a backup. Ids are opaque and stand there; numbers do not.
func (w watched) everywhere(t *testing.T, words canarytest.Words) {
	t.Helper()
	delete(words, "id")
	spelt := words.Spelt()
	if fields := spelt.Found(w.log.bytes()); len(fields) > 0 || len(w.log.bytes()) == 0 {
		t.Errorf("the log of %d bytes holds %v", len(w.log.bytes()), fields)
	}
	c := redis.NewClient(&redis.Options{Addr: w.redis})
	defer c.Close()
	keys, err := c.Keys(t.Context(), "*").Result()
	if err != nil || len(keys) == 0 {
		t.Fatalf("%d keys of Redis, %v", len(keys), err)
	}
	for _, key := range keys {
		dump, err := c.Dump(t.Context(), key).Result()
		if err != nil && err != redis.Nil { //nolint:errorlint // as the library says
			t.Error(err)
		}
		if fields := spelt.Found([]byte(key + "\n" + dump)); len(fields) > 0 {
			t.Errorf("Redis holds %v under %q", fields, key)
		}
	}
	if fields := spelt.Found([]byte(strings.Join(os.Environ(), "\n"))); len(fields) > 0 {
		t.Errorf("the environment holds %v", fields)
	}
	look := func() []string {
		leaks, err := spelt.Below(w.Data)
		if err != nil {
			t.Error(err)
		}
		return leaks
	}
	for _, leak := range look() {
		t.Error(leak)
	}
	planted := base64.StdEncoding.EncodeToString([]byte("xy" + words["statement"] + "z"))
	if err := os.WriteFile(filepath.Join(w.Data, "planted"), []byte(planted), 0o600); err != nil {
		t.Fatal(err)
	}
	if leaks := look(); len(leaks) != 1 {
		t.Errorf("a planted word is found %d times: %v", len(leaks), leaks)
	}
	w.backedUp(t, spelt)
}

// backedUp ends the demonstration, and looks in a backup of what it leaves: in its files, and in what the keys of the backup
// open of them.
func (w watched) backedUp(t *testing.T, spelt *canarytest.Spelt) {
	t.Helper()
	w.Stop()
	out, ring := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "ring")
	env := app.Env{Out: io.Discard, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	err := app.BackupTake(t.Context(), env, config.BackupTake{
		Stores: config.Stores{Data: w.Data, Replicas: 1}, Kept: config.Kept{Keyring: ring}, Out: out, Keep: 24 * time.Hour,
	})
	taken, _ := filepath.Glob(filepath.Join(out, "*"))
	if err != nil || len(taken) != 1 {
		t.Fatalf("backups %v: %v", taken, err)
	}
	files, opened := backuptest.Shown(t, ring, taken[0])
	if opened < 5 {
		t.Errorf("only %d files of the backup were opened: the search proves nothing", opened)
	}
	for name, shown := range files {
		for _, s := range shown {
			if fields := spelt.Found(s); len(fields) > 0 {
				t.Errorf("%s of the backup holds %v", name, fields)
			}
		}
	}
}
