package e2e

import (
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

// refusedStart holds a start to end with 1 within seconds, saying why.
func refusedStart(t *testing.T, why string, args ...string) {
	t.Helper()
	built(t, verigate) // or the first to come here would count the build as its start
	began := time.Now()
	code, said := command(t, append([]string{"serve"}, args...)...)
	if code != 1 || !strings.Contains(said, why) {
		t.Errorf("serve %s: exit %d, want 1 and %q\n%s", args, code, why, said)
	}
	if strings.Contains(said, "Verigate listens") {
		t.Errorf("serve %s: the door was open\n%s", args, said)
	}
	if took := time.Since(began); took > 10*time.Second {
		t.Errorf("serve %s: refused after %s", args, took)
	}
}

func TestASecondGatewayOverADirectoryIsRefused(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	g := serve(t, dir)
	refusedStart(t, "in use by another process", "--demo", "--listen", "127.0.0.1:0", "--data", dir)
	w := &world{t: t, url: g.url, keys: credentials(t, dir)}
	w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, named(t, "k"), "Idempotency-Key", "k")
	if found := mustVerify(t, dir); found != 1 { // it asks the first one: its socket is still there
		t.Errorf("%d requests", found)
	}
}

func TestARecordWithoutItsKeysIsRefused(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"id.key", "root.key"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			dir := filepath.Join(t.TempDir(), "data")
			serve(t, dir).kill()
			key, err := os.ReadFile(filepath.Join(dir, name))
			if err != nil {
				t.Fatal(err)
			}
			change := func(content []byte) {
				t.Helper()
				if err := os.Remove(filepath.Join(dir, name)); err != nil {
					t.Fatal(err)
				}
				if content == nil {
					return
				}
				if err := os.WriteFile(filepath.Join(dir, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			change(nil)
			refusedStart(t, name+" is missing and the record exists", "--demo", "--listen", "127.0.0.1:0", "--data", dir)
			if _, err := os.Stat(filepath.Join(dir, name)); err == nil {
				t.Fatalf("a new %s was made", name)
			}
			if err := os.WriteFile(filepath.Join(dir, name), nil, 0o600); err != nil {
				t.Fatal(err)
			}
			other := []byte(strings.Clone(string(key)))
			other[len(other)-1] ^= 1
			change(other)
			refusedStart(t, "", "--demo", "--listen", "127.0.0.1:0", "--data", dir)
			change(key)
			serve(t, dir)
		})
	}
}

func TestADemonstrationAndARealRecordAreNeverMistaken(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "demo")
	serve(t, dir).kill()
	refusedStart(t, "the record is a demonstration", "--listen", "127.0.0.1:0", "--data", dir)
	if err := os.Remove(filepath.Join(dir, "demo-credentials.json")); err != nil {
		t.Fatal(err)
	}
	refusedStart(t, "the record is a demonstration", "--listen", "127.0.0.1:0", "--data", dir)
	mustVerify(t, dir) // it looks into the record, not for the file

	dir = filepath.Join(t.TempDir(), "real")
	genuine := launch(t, built(t, verigate), "serve", "--listen", "127.0.0.1:0", "--data", dir)
	eventually(t, startsWithin, func() error {
		_, err := os.Stat(filepath.Join(dir, "admin.sock"))
		return err
	})
	if strings.Contains(genuine.out.String(), "Demonstration") {
		t.Errorf("it greets as a demonstration\n%s", genuine.out.String())
	}
	genuine.kill()
	refusedStart(t, "the record is not a demonstration", "--demo", "--listen", "127.0.0.1:0", "--data", dir)
	if _, err := os.Stat(filepath.Join(dir, "demo-credentials.json")); err == nil {
		t.Error("it made people")
	}
	mustVerify(t, dir)
}

func TestADemonstrationListensOnLoopbackOnly(t *testing.T) {
	t.Parallel()
	for _, address := range []string{"0.0.0.0:0", ":0", "[::]:0", "192.0.2.1:8080", "example.org:8080"} {
		dir := filepath.Join(t.TempDir(), "data")
		refusedStart(t, "a demonstration listens on loopback only", "--demo", "--listen", address, "--data", dir)
		if _, err := os.Stat(dir); err == nil {
			t.Errorf("%s: it made the directory", address)
		}
	}
}

func TestADemonstrationAnswersUnderItsOwnNamesOnly(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.url+"/health/live", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "gateway.example.org"
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	response.Body.Close()
	if response.StatusCode != http.StatusMisdirectedRequest {
		t.Errorf("status %d", response.StatusCode)
	}
}

func TestADemonstrationTellsWhatItIsAndWhatToDoNext(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "data")
	g := demonstrate(t, dir)
	want := "Verigate listens on " + g.url + `
Demonstration: all people, companies and numbers are fictional
Record: fsync before every answer (checked) · Board: miniredis, demonstration only
Next: open the page, or type make demo in a second terminal. Stop: Ctrl-C
`
	eventually(t, startsWithin, func() error {
		if got := g.out.String(); got != want {
			return fmt.Errorf("it says\n%s", got)
		}
		return nil
	})
	if said := g.log.String(); strings.Contains(said, "msg=call") {
		t.Errorf("before anybody came it tells of calls\n%s", said)
	}
	if found := mustVerify(t, dir); found != 12 {
		t.Errorf("%d requests", found)
	}
	g.kill()
	demonstrate(t, dir) // a later start makes them no second time
	if found := mustVerify(t, dir); found != 12 {
		t.Errorf("%d requests after a restart", found)
	}
	if code, said := command(t, "demo", "--data", dir, "S01", "S05"); code != 0 {
		t.Errorf("the stories are not played beside the twelve: exit %d\n%s", code, said)
	}
	refusedStart(t, "--empty is for a demonstration", "--empty", "--listen", "127.0.0.1:0", "--data", filepath.Join(t.TempDir(), "other"))
}

// answersCommands waits until a gateway answers for its directory: a moment before, a command finds the lock and nobody.
func answersCommands(t *testing.T, dir string) {
	t.Helper()
	eventually(t, startsWithin, func() error {
		c, err := (&net.Dialer{}).DialContext(t.Context(), "unix", filepath.Join(dir, "admin.sock"))
		if err != nil {
			return err
		}
		return c.Close()
	})
}
