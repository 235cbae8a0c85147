package e2e

import (
	"bytes"
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

	"verigate/internal/demo"
	"verigate/internal/record"
	"verigate/internal/tooltest"
)

// failingSyncs is a gateway over a directory to which the kernel says, from some moment on, that what it wrote did not reach
// the disk: strace answers fsync with EIO, and the disk is as it was.
type failingSyncs struct {
	t    *testing.T
	dir  string
	keys demo.Credentials
	server
	trace string // what strace has written down
	posts []*post
}

// Promise P9 of trust.md: an fsync that fails stops every acknowledgement, whichever stream it was of, and is told. Nothing
// that was acknowledged is lost, and what was not is there once when it is sent again.
func TestASyncThatFailsStopsEveryAcknowledgement(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]struct {
		of   string // the stream whose fsync fails
		when string // by strace, for each thread: the third; from the third on
		ends syscall.Signal
	}{
		"once, and it is killed":                        {"RECORD_0", "3", syscall.SIGKILL},
		"once, and it is stopped":                       {"RECORD_1", "3", syscall.SIGTERM},
		"from then on, and it is killed":                {"RECORD_1", "3+", syscall.SIGKILL},
		"from then on, and it is stopped":               {"RECORD_0", "3+", syscall.SIGTERM},
		"of a stream that no acknowledgement waits for": {"QUEUE", "2+", syscall.SIGKILL},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			f := &failingSyncs{t: t, dir: filepath.Join(t.TempDir(), "data")}
			serve(t, f.dir).stops() // all streams are made
			f.keys = credentials(t, f.dir)
			f.server = f.underFailingSyncs(fault.of, fault.when)
			f.postsUntilRefused()
			f.mustBeAlarmed(fault.of)
			f.mustAcknowledgeNothing()
			f.signal(fault.ends)
			<-f.exited

			f.server = serve(t, f.dir)
			f.mustHaveLostNothing()
		})
	}
}

// underFailingSyncs starts the gateway so that the fsyncs of one stream fail; when, strace says, for each thread.
func (f *failingSyncs) underFailingSyncs(stream, when string) server {
	f.t.Helper()
	return f.underFailingSyncsOf(f.block(stream), when)
}

// underFailingSyncsOf is that of one file.
func (f *failingSyncs) underFailingSyncsOf(path, when string) server {
	f.t.Helper()
	f.trace = filepath.Join(f.t.TempDir(), "trace")
	return serveBy(f.t, f.dir, []string{
		tooltest.Program(f.t, "strace"), "-D", "-f", "--seccomp-bpf", "-qq", "-o", f.trace, "-P", path,
		"-e", "trace=fsync,fdatasync", "-e", "inject=fsync,fdatasync:error=EIO:when=" + when,
	}, "--empty")
}

// accepts lets the unit take the task of a request, always under the same key.
func (f *failingSyncs) accepts(p *post) call {
	f.t.Helper()
	c, err := try(f.t.Context(), f.url, f.keys.Units["03"], http.MethodPost, "/v1/tasks/"+p.id+"-01/acceptance", map[string]any{}, "Idempotency-Key", "accept-"+p.key)
	if err != nil {
		f.t.Fatal(err)
	}
	return c
}

// block is the file of a stream's messages.
func (f *failingSyncs) block(stream string) string {
	f.t.Helper()
	path := filepath.Join(f.dir, "nats", "jetstream", "$G", "streams", stream, "msgs", "1.blk")
	if _, err := os.Stat(path); err != nil {
		f.t.Fatal(err)
	}
	return path
}

// sends posts a request under a key of its own, and keeps what was answered.
func (f *failingSyncs) sends(key string) call {
	f.t.Helper()
	p := &post{key: key, body: named(f.t, key)}
	f.posts = append(f.posts, p)
	c, err := try(f.t.Context(), f.url, f.keys.Partners["NG"], http.MethodPost, requests, p.body, "Idempotency-Key", key)
	if err != nil {
		f.t.Fatal(err)
	}
	if c.Status == http.StatusCreated {
		p.answer, p.id = c.Raw, c.text("id")
	}
	return c
}

// postsUntilRefused sends requests until the fault is met, which is by whoever is first told no, or by the health. Who is told no
// reads in the health why, at once: a gateway that takes nothing is not ready.
func (f *failingSyncs) postsUntilRefused() {
	f.t.Helper()
	for n := range 400 {
		began := time.Now()
		c := f.sends(fmt.Sprint("before-", n))
		if took := time.Since(began); took > 3*time.Second {
			f.t.Errorf("answered after %s", took)
		}
		told := f.told()
		if c.Status == http.StatusCreated && told != nil {
			continue
		}
		if !f.hasFailed() {
			f.t.Fatalf("answered %d %s, health: %v, and no fsync has failed:\n%s", c.Status, c.Raw, told, f.log.String())
		}
		if c.Status != http.StatusCreated {
			f.mustBeUnavailable(c)
		}
		if told != nil {
			f.t.Errorf("answered %d %s, and %v", c.Status, c.Raw, told)
		}
		return
	}
	f.t.Fatalf("no fsync failed:\n%s", f.log.String())
}

// hasFailed says whether an fsync was answered with the error: strace writes that down before the gateway hears of it. So a
// refusal for another reason is not taken for the fault.
func (f *failingSyncs) hasFailed() bool {
	f.t.Helper()
	said, err := os.ReadFile(f.trace)
	if err != nil {
		f.t.Fatal(err)
	}
	return bytes.Contains(said, []byte("EIO (Input/output error) (INJECTED)"))
}

func (f *failingSyncs) mustBeUnavailable(c call) {
	f.t.Helper()
	if err := c.expect(http.StatusServiceUnavailable, "unavailable"); err != nil || c.Header.Get("Retry-After") == "" {
		f.t.Errorf("%v, Retry-After %q", err, c.Header.Get("Retry-After"))
	}
}

// told says whether the health names what is wrong.
func (f *failingSyncs) told() error {
	c, err := try(f.t.Context(), f.url, "", http.MethodGet, "/health/ready", nil)
	if err != nil {
		return err
	}
	if got := c.healthOf("record"); c.Status != http.StatusServiceUnavailable || got != "unavailable write_failed" {
		return fmt.Errorf("health is %d, record %s", c.Status, got)
	}
	return nil
}

// mustBeAlarmed holds health and log to name it.
func (f *failingSyncs) mustBeAlarmed(stream string) {
	f.t.Helper()
	eventually(f.t, 5*time.Second, func() error {
		if err := f.told(); err != nil {
			return err
		}
		if said := f.log.String(); !strings.Contains(said, "nothing is acknowledged") || !strings.Contains(said, stream+"' write error") {
			return fmt.Errorf("the log does not name the fault of %s:\n%s", stream, said)
		}
		return nil
	})
}

// mustAcknowledgeNothing asks for more than one stream would take, at once and again a while later: nobody mends it by itself.
func (f *failingSyncs) mustAcknowledgeNothing() {
	f.t.Helper()
	for _, round := range []string{"failed", "later"} {
		for n := range 12 {
			f.mustBeUnavailable(f.sends(fmt.Sprint(round, "-", n)))
		}
		first := f.posts[slices.IndexFunc(f.posts, func(p *post) bool { return p.answer != nil })]
		again, err := try(f.t.Context(), f.url, f.keys.Partners["NG"], http.MethodPost, requests, first.body, "Idempotency-Key", first.key)
		if err != nil || again.Status != http.StatusCreated || !bytes.Equal(again.Raw, first.answer) {
			f.t.Errorf("a repeat of what was acknowledged: %d %s, %v", again.Status, again.Raw, err)
		}
		f.mustBeUnavailable(f.accepts(first))
		time.Sleep(1500 * time.Millisecond)
	}
	if err := f.told(); err != nil {
		f.t.Error(err)
	}
}

// mustHaveLostNothing repeats all under their keys: what was acknowledged is answered as it was, and each is there once.
func (f *failingSyncs) mustHaveLostNothing() {
	f.t.Helper()
	acknowledged := 0
	partitions := map[int]bool{}
	for _, p := range f.posts {
		c, err := try(f.t.Context(), f.url, f.keys.Partners["NG"], http.MethodPost, requests, p.body, "Idempotency-Key", p.key)
		if err = errors.Join(err, c.expect(http.StatusCreated, "")); err != nil {
			f.t.Fatalf("%s: %v", p.key, err)
		}
		if p.answer != nil {
			acknowledged++
		}
		if p.answer != nil && !bytes.Equal(c.Raw, p.answer) {
			f.t.Errorf("%s was answered\n%s\nand now\n%s", p.key, p.answer, c.Raw)
		}
		partitions[record.Request(c.text("id")).In(record.Partitions)] = true
	}
	if acknowledged == 0 || len(partitions) != record.Partitions {
		f.t.Fatalf("%d were acknowledged, in %d partitions: nothing was tried", acknowledged, len(partitions))
	}
	if got := mustVerify(f.t, f.dir); got != len(f.posts) {
		f.t.Errorf("%d requests in the record, %d were sent", got, len(f.posts))
	}
}

// Nor is what was not acknowledged acknowledged by its repeat: a store that could not sync a message may have it in its memory.
func TestARepeatOfWhatWasNotSyncedIsNotAcknowledged(t *testing.T) {
	t.Parallel()
	f := &failingSyncs{t: t, dir: filepath.Join(t.TempDir(), "data")}
	f.server = serve(t, f.dir)
	f.keys = credentials(t, f.dir)
	for n := range 12 {
		if err := f.sends(fmt.Sprint("post-", n)).expect(http.StatusCreated, ""); err != nil {
			t.Fatal(err)
		}
	}
	f.stops()
	f.server = f.underFailingSyncs("RECORD_0", "1+")
	refused := map[string]*post{}
	for _, p := range f.posts {
		c := f.accepts(p)
		if c.Status != http.StatusOK {
			f.mustBeUnavailable(c)
			refused[p.key] = p
		}
	}
	if len(refused) == 0 || !f.hasFailed() {
		t.Fatalf("%d are refused: no fsync failed", len(refused))
	}
	for range 3 {
		for _, p := range refused {
			f.mustBeUnavailable(f.accepts(p))
		}
		time.Sleep(time.Second)
	}
	f.kill()
	f.server = serve(t, f.dir)
	for _, p := range f.posts {
		if err := f.accepts(p).expect(http.StatusOK, ""); err != nil {
			t.Errorf("%s: %v", p.key, err)
		}
	}
	f.mustHaveLostNothing()
}

// Nor is a key said to be destroyed whose place on the disk was not overwritten durably: the store tells such a failure to nobody
// but who asked for the overwriting, and shows the key as gone. The next start overwrites it.
func TestASyncThatFailsBehindAnErasureStopsEveryAcknowledgement(t *testing.T) {
	t.Parallel()
	f := &failingSyncs{t: t, dir: filepath.Join(t.TempDir(), "data")}
	// A block is written anew to this file, which takes its place then: at a first start nothing is overwritten yet.
	f.server = f.underFailingSyncsOf(filepath.Join(f.dir, "nats", "jetstream", "$G", "streams", "KEYS", "msgs", "1.blk.tmp"), "1+")
	f.keys = credentials(t, f.dir)
	for _, key := range []string{"kept", "erased"} {
		if err := f.sends(key).expect(http.StatusCreated, ""); err != nil {
			t.Fatal(err)
		}
	}
	id := f.posts[1].id
	f.posts = f.posts[:1]
	key := keyOf(t, copyOf(t, f.dir), id).Bytes
	w := &world{t: t, url: f.url, keys: f.keys}
	w.must(http.StatusOK, f.keys.Lead, http.MethodPost, requests+"/"+id+"/above-ceiling", []byte(`{"code":"state_secret_content"}`))
	f.mustBeAlarmed("KEYS")
	if code, said := command(t, "erasure", "list", "--data", f.dir); code == 0 || strings.Contains(said, "key destroyed") {
		t.Errorf("of a key that is on the disk: %d, %s", code, said)
	}
	f.mustAcknowledgeNothing()
	f.kill()
	if !onDisk(t, f.dir, key) {
		t.Error("the key is not on the disk: nothing was tried")
	}

	f.server = serve(t, f.dir)
	if onDisk(t, f.dir, key) {
		t.Error("the key is on the disk after a start")
	}
	mustSay(t, exits(t, 0, "erasure", "list", "--data", f.dir), id+": key destroyed ")
}
