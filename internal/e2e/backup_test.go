package e2e

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/backup/backuptest"
	"verigate/internal/cli"
	"verigate/internal/config"
	"verigate/internal/record"
)

// backupWithin bounds a backup and a restore of some hundred requests on a machine that others load.
const backupWithin = 60 * time.Second

// copies are where a test keeps its backups, and their keys.
type copies struct{ out, ring string }

func newCopies(t *testing.T) copies {
	return copies{out: filepath.Join(t.TempDir(), "out"), ring: filepath.Join(t.TempDir(), "ring")}
}

// take runs the command and returns the backup's directory.
func (c copies) take(t *testing.T, dir string, more ...string) string {
	t.Helper()
	began := time.Now()
	code, said := command(t, append([]string{"backup", "take", "--data", dir, "--out", c.out, "--keyring", c.ring, "--keep", "720h"}, more...)...)
	found := regexp.MustCompile(`(?m)^(/\S+): taken in`).FindStringSubmatch(said)
	if code != 0 || found == nil || time.Since(began) > backupWithin {
		t.Fatalf("backup: exit %d in %s\n%s", code, time.Since(began), said)
	}
	return found[1]
}

// restore runs the command into a directory that has the root key alone, and returns it.
func (c copies) restore(t *testing.T, backup, from string, code int, more ...string) (dir, said string) {
	t.Helper()
	dir = filepath.Join(t.TempDir(), "data")
	root, err := os.ReadFile(filepath.Join(from, "root.key"))
	if err = errors.Join(err, os.Mkdir(dir, 0o700), os.WriteFile(filepath.Join(dir, "root.key"), root, 0o600)); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	got, said := command(t, append([]string{"backup", "restore", backup, "--data", dir, "--keyring", c.ring}, more...)...)
	if got != code || time.Since(began) > backupWithin {
		t.Fatalf("restore: exit %d in %s\n%s", got, time.Since(began), said)
	}
	t.Logf("restored in %s\n%s", time.Since(began), said)
	return dir, said
}

// What was acknowledged before a backup was begun is in it, though all the while more came; and what it brings back is the
// record itself: verify finds no difference, the partner's receipt proves, a repeat finds the same request.
func TestABackupUnderLoadBringsBackAllThatWasAcknowledged(t *testing.T) {
	t.Parallel()
	dir, kept := filepath.Join(t.TempDir(), "data"), newCopies(t)
	g := serve(t, dir)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "before"), "Idempotency-Key", "before")

	ctx, stop := context.WithCancel(t.Context())
	var working sync.WaitGroup
	loading := make(chan int, 3)
	for client := range 3 {
		working.Go(func() {
			n := 0
			defer func() { loading <- n }()
			for ; ctx.Err() == nil; n++ {
				key := fmt.Sprintf("load-%d-%d", client, n)
				if c, err := try(ctx, w.url, w.keys.Partners["NG"], http.MethodPost, requests, named(t, key), "Idempotency-Key", key); err == nil && c.Status != 201 {
					t.Errorf("under a backup: %s", c.Raw)
				}
			}
		})
	}
	backup := kept.take(t, dir)
	stop()
	working.Wait()
	t.Logf("%d requests came meanwhile", <-loading+<-loading+<-loading)
	g.kill()

	restored, said := kept.restore(t, backup, dir, 0)
	if !strings.Contains(said, ", 0 differences") {
		t.Errorf("verify: %s", said)
	}
	g = serve(t, restored)
	w.url = g.url
	if again := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "before"), "Idempotency-Key", "before"); again.text("id") != sent.text("id") || again.text("receipt") != sent.text("receipt") {
		t.Errorf("a repeat: %s, want %s", again.Raw, sent.Raw)
	}
	w.must(200, w.keys.Lead, http.MethodGet, sent.Header.Get("Location"), nil)
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "after"), "Idempotency-Key", "after")
	g.kill()
	w.proves(restored, sent)
	mustVerify(t, restored)
}

// proves holds the bundle of a request, and the partner's receipt, against the real command.
func (w *world) proves(dir string, sent call) {
	w.t.Helper()
	at := w.t.TempDir()
	receipt, trust, bundle := filepath.Join(at, "receipt"), filepath.Join(at, "trust"), filepath.Join(at, "bundle")
	lines := exits(w.t, 0, "evidence", "keys", "--data", dir)
	if err := errors.Join(os.WriteFile(receipt, []byte(sent.text("receipt")), 0o600), os.WriteFile(trust, []byte(lines), 0o600)); err != nil {
		w.t.Fatal(err)
	}
	exits(w.t, 0, "evidence", "bundle", sent.text("id"), "--data", dir, "--out", bundle, "--receipt", receipt)
	mustSay(w.t, exits(w.t, 0, "evidence", "check", bundle, "--trust", trust, "--receipt", receipt), "intact, signed by", "receipt: of this request")
}

// What was erased after the backup comes back with neither its content nor its key: before a restore ends, and so before a
// door opens, what the witness knows is destroyed again.
func TestARestoreBringsNothingBackThatWasErasedSince(t *testing.T) {
	t.Parallel()
	dir, witness, kept := filepath.Join(t.TempDir(), "data"), t.TempDir(), newCopies(t)
	g := serve(t, dir, "--witness", witness)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	before := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-before"), "Idempotency-Key", "erased-before")
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-since"), "Idempotency-Key", "erased-since")
	w.must(200, w.keys.Lead, http.MethodPost, before.Header.Get("Location")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	backup := kept.take(t, dir)
	g.kill()
	key := keyOf(t, dir, sent.text("id"))
	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	w.must(200, w.keys.Lead, http.MethodPost, sent.Header.Get("Location")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	eventually(t, 20*time.Second, func() error {
		list, err := filepath.Glob(filepath.Join(witness, "verigate", "*", "erased", "*", "0*"))
		if err == nil && len(list) != 2 {
			err = errors.New("the witness has not been told of the erasure")
		}
		return err
	})
	g.kill()
	if without, _ := kept.restore(t, backup, dir, 0); !onDisk(t, without, key.Bytes) {
		t.Fatal("the backup does not have the key, or the search does not find it")
	}

	restored, said := kept.restore(t, backup, dir, 1, "--witness", witness)
	if !strings.Contains(said, "request "+sent.text("id")+" (1 messages): its key was destroyed, and the record has no event that erases it") {
		t.Errorf("the restore does not name it: %s", said)
	}
	if onDisk(t, restored, key.Bytes) {
		t.Error("the wrapped key is back")
	}
	g = serve(t, restored)
	w.url = g.url
	w.must(410, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-since"), "Idempotency-Key", "erased-since")
	w.must(410, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-before"), "Idempotency-Key", "erased-before")
}

// The ledger has another key since the backup: of what that has signed nothing comes back either, for the restore waits for it.
func TestARestoreBringsNothingBackThatALaterLedgerKeyErased(t *testing.T) {
	t.Parallel()
	dir, witness, kept := filepath.Join(t.TempDir(), "data"), t.TempDir(), newCopies(t)
	g := serve(t, dir, "--witness", witness)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-since"), "Idempotency-Key", "erased-since")
	backup := kept.take(t, dir)
	g.kill()
	key := keyOf(t, dir, sent.text("id"))
	g = serve(t, dir, "--witness", witness)
	w.url = g.url
	exits(t, 0, "evidence", "keys", "--rotate", "--data", dir)
	w.must(200, w.keys.Lead, http.MethodPost, sent.Header.Get("Location")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	eventually(t, 20*time.Second, func() error {
		list, err := filepath.Glob(filepath.Join(witness, "verigate", "*", "erased", "*", "0*"))
		if err == nil && len(list) != 1 {
			err = errors.New("the witness has not been told of the erasure")
		}
		return err
	})
	g.kill()

	restored, said := kept.restore(t, backup, dir, 1, "--witness", witness)
	if !strings.Contains(said, "not to be served yet") || !strings.Contains(said, "put the newest ledger.key of this record in place of") {
		t.Errorf("the restore does not ask for the key: %s", said)
	}
	bring(t, filepath.Join(dir, "ledger.key"), filepath.Join(restored, "ledger.key"))
	code, said := command(t, "backup", "restore", backup, "--data", restored, "--keyring", kept.ring, "--witness", witness)
	if code != 1 || !strings.Contains(said, "request "+sent.text("id")+" (1 messages): its key was destroyed, and the record has no event that erases it") {
		t.Errorf("the restore does not name it: exit %d: %s", code, said)
	}
	if onDisk(t, restored, key.Bytes) {
		t.Error("the wrapped key is back")
	}
	g = serve(t, restored)
	w.url = g.url
	w.must(410, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "erased-since"), "Idempotency-Key", "erased-since")
}

// What is erased between the copy of the record and that of KEYS makes both be copied again: the backup that was taken knows
// of it, and is whole. While something is erased each time there is no backup.
func TestWhatIsErasedWhileABackupIsTakenIsInNoBackup(t *testing.T) {
	t.Parallel()
	e, kept := newErasing(t), newCopies(t)
	e.must(201, e.keys.Partners["NG"], http.MethodPost, requests, named(t, "stays"), "Idempotency-Key", "stays")
	var doom []doomed
	for n := range 4 {
		doom = append(doom, e.sends(fmt.Sprintf("meanwhile-%d", n)))
	}
	next := 0
	var eraseNext func()
	eraseNext = func() { // and again, before the next copy of KEYS
		d := doom[next]
		next++
		if c, err := e.erase(d); err != nil || c.Status != http.StatusOK {
			t.Errorf("erase: %d %s, %v", c.Status, c.Raw, err)
		}
		e.mustBeErased(d)
		if next > 1 && next < len(doom) {
			e.nats.hold(snapshotOfKeys, eraseNext)
		}
	}
	e.nats.hold(snapshotOfKeys, eraseNext)
	backup := kept.take(t, e.dir, "--nats", "nats://"+e.nats.addr)
	e.nats.hold(snapshotOfKeys, eraseNext)
	code, said := command(t, "backup", "take", "--data", e.dir, "--out", kept.out, "--keyring", kept.ring, "--keep", "720h", "--nats", "nats://"+e.nats.addr)
	if code != 1 || !strings.Contains(said, "3 times, last by the erasure of a request: take the backup again") || next != len(doom) {
		t.Errorf("%d were erased, each before a copy of KEYS: exit %d\n%s", next, code, said)
	}
	if all, err := filepath.Glob(filepath.Join(kept.out, "*")); err != nil || len(all) != 1 || all[0] != backup {
		t.Error("left:", all, err)
	}
	e.gateway.kill()

	restored, said := kept.restore(t, backup, e.dir, 0)
	if !strings.Contains(said, "erased: 1 requests") || !strings.Contains(said, ": 5 requests, 4 queued tasks, 0 differences") {
		t.Errorf("verify: %s", said)
	}
	if onDisk(t, restored, doom[0].secrets["the wrapped key"]) {
		t.Error("the wrapped key is back")
	}
}

// snapshotOfKeys is how the copy of KEYS is asked for.
const snapshotOfKeys = "$JS.API.STREAM.SNAPSHOT.KEYS "

// A backup past its date: its key is destroyed, no file of it shows the erased key in clear or opened with any key that
// still exists, it is not restored, and the erasure says when the last copy ended.
func TestABackupPastItsDateHoldsNothingOfWhatWasErased(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.To("2026-11-02T02:00:00Z")
	dir, kept := filepath.Join(t.TempDir(), "data"), newCopies(t)
	w := begin(t, config.Stores{Data: dir}, c.Now, func(o *app.Options) { o.Elapsed = c.Elapsed })
	sent := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "token-in-a-backup"), "Idempotency-Key", "past")
	var said bytes.Buffer
	env := app.Env{Out: &said, Log: slog.New(slog.DiscardHandler), Now: c.Now}
	stores, ring := config.Stores{Data: dir, Replicas: 1}, config.Kept{Keyring: kept.ring}
	if err := app.BackupTake(t.Context(), env, config.BackupTake{Stores: stores, Kept: ring, Out: kept.out, Keep: 720 * time.Hour}); err != nil {
		t.Fatal(err)
	}
	all, err := w.parts.Journal.Read(t.Context(), requestOf(sent))
	if err != nil {
		t.Fatal(err)
	}
	key, err := w.parts.Conn.Keys().Get(t.Context(), all[0].KID)
	if err != nil {
		t.Fatal(err)
	}
	backup, err := filepath.Glob(filepath.Join(kept.out, "*"))
	if err != nil || len(backup) != 1 {
		t.Fatal(backup, err)
	}
	if found := kept.holds(t, backup[0], key.Bytes); found != "KEYS.age" {
		t.Fatalf("the search finds the key in %q, and must find it in KEYS.age", found)
	}
	w.must(200, w.keys.Lead, http.MethodPost, sent.Header.Get("Location")+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	dates := func() string {
		said.Reset()
		if err := cli.ErasureList(t.Context(), env, config.ErasureList{Stores: stores}); err != nil {
			t.Fatal(err)
		}
		return said.String()
	}
	eventually(t, 20*time.Second, func() error {
		if s := dates(); !strings.Contains(s, "the last backup of KEYS that has it runs out 2026-12-02T02:00:00Z") {
			return errors.New(s)
		}
		return nil
	})

	c.To("2026-12-02T02:00:00Z")
	if err := app.BackupExpire(t.Context(), env, config.BackupExpire{Stores: stores, Kept: ring}); err != nil {
		t.Fatal(err)
	}
	for _, what := range [][]byte{key.Bytes, []byte("token-in-a-backup")} {
		if found := kept.holds(t, backup[0], what); found != "" {
			t.Errorf("%s still shows it", found)
		}
	}
	if s := dates(); !strings.Contains(s, "the last backup of KEYS that has it ran out 2026-12-02T02:00:00Z") {
		t.Error(s)
	}
	elsewhere := config.Stores{Data: filepath.Join(t.TempDir(), "data"), Replicas: 1}
	err = app.BackupRestore(t.Context(), env, config.BackupRestore{Stores: elsewhere, Kept: ring, Backup: backup[0]})
	if err == nil || !strings.Contains(err.Error(), "the key of this backup of KEYS was destroyed") {
		t.Error("it is restored:", err)
	}
}

// holds names the file of a backup that shows some bytes, as it lies there or opened with any key of the keyring.
func (c copies) holds(t *testing.T, backup string, what []byte) (found string) {
	t.Helper()
	files, opened := backuptest.Shown(t, c.ring, backup)
	if opened < 5 {
		t.Fatalf("only %d files were opened: the search proves nothing", opened)
	}
	for name, shown := range files {
		if slices.ContainsFunc(shown, func(s []byte) bool { return bytes.Contains(s, what) }) {
			found = name
		}
	}
	return found
}

// A kill in the midst of a backup leaves nothing that looks whole.
func TestABackupThatIsKilledIsNone(t *testing.T) {
	t.Parallel()
	dir, kept := filepath.Join(t.TempDir(), "data"), newCopies(t)
	g := serve(t, dir)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	for n := range 20 {
		w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, fmt.Sprint("k-", n)), "Idempotency-Key", fmt.Sprint("k-", n))
	}
	killed := 0
	for n := range 8 {
		p := launch(t, built(t, verigate), "backup", "take", "--data", dir, "--out", kept.out, "--keyring", kept.ring, "--keep", "720h")
		eventually(t, 20*time.Second, func() error { // a file of it is there
			files, err := filepath.Glob(filepath.Join(kept.out, "*.unfinished", []string{"house.age", "LEDGER.age", "RECORD_0.age", "KEYS.age"}[n%4]))
			if whole, _ := filepath.Glob(filepath.Join(kept.out, "*", "manifest")); err == nil && len(files) == 0 && len(whole) == n-killed {
				err = errors.New("not begun")
			}
			return err
		})
		p.kill()
		if left, _ := filepath.Glob(filepath.Join(kept.out, "*.unfinished")); len(left) > 0 {
			killed++
			mustSay(t, exits(t, 1, "backup", "restore", left[0], "--data", filepath.Join(t.TempDir(), "data"), "--keyring", kept.ring), `\.unfinished is unfinished: cut off`)
			if err := os.RemoveAll(left[0]); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d of 8 were killed in the midst", killed)
	whole := kept.take(t, dir)
	g.kill()
	kept.restore(t, whole, dir, 0)
}

// requestOf is the aggregate of a request that was sent.
func requestOf(sent call) record.Subject { return record.Request(sent.text("id")) }
