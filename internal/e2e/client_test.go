package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"verigate/internal/demo"
	"verigate/internal/limit/limittest"
	"verigate/internal/tooltest"
)

// What tests start as processes is built once, without cgo as users build it, into a directory that ends with the tests.
var (
	programs   string // set by TestMain
	verigate   = sync.OnceValues(func() (string, error) { return build("verigate", "verigate/cmd/verigate") })
	natsServer = sync.OnceValues(func() (string, error) { return build("nats-server", "github.com/nats-io/nats-server/v2") })
)

const (
	manyClients   = 256 // connections that are kept between calls
	startsWithin  = 30 * time.Second
	commandWithin = 2 * time.Minute
)

func TestMain(m *testing.M) {
	flag.Parse()
	if testing.Short() {
		fmt.Println("skipped: each test builds, starts or kills programs, all of them for ten minutes")
		return
	}
	os.Exit(run(m))
}

func run(m *testing.M) int {
	var err error
	if programs, err = os.MkdirTemp("", "verigate-e2e-"); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(programs)
	transport := http.DefaultTransport.(*http.Transport)
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 4*manyClients, manyClients
	return m.Run()
}

func build(name, pkg string) (string, error) {
	path := filepath.Join(programs, name)
	cmd := exec.CommandContext(context.Background(), "go", "build", "-buildvcs=false", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w\n%s", pkg, err, out)
	}
	return path, nil
}

// built returns the path of a program.
func built(t *testing.T, program func() (string, error)) string {
	t.Helper()
	path, err := program()
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// output keeps what a process writes.
type output struct {
	mu   sync.Mutex
	text bytes.Buffer
}

// Write implements io.Writer.
func (o *output) Write(b []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.Write(b)
}

// String is what was written until now.
func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.text.String()
}

// process is a program that runs beside the test. It is killed, by its own id, when the test ends.
type process struct {
	t        *testing.T
	cmd      *exec.Cmd
	out, log output // standard output and error
	exited   chan struct{}
}

func launch(t *testing.T, path string, args ...string) *process {
	t.Helper()
	p := &process{t: t, cmd: exec.CommandContext(context.WithoutCancel(t.Context()), path, args...), exited: make(chan struct{})}
	p.cmd.Stdout, p.cmd.Stderr = &p.out, &p.log
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.exited)
		_ = p.cmd.Wait() // the state says how
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends the process at once, if it is still there.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.exited
}

func (p *process) signal(s syscall.Signal) {
	p.t.Helper()
	if err := p.cmd.Process.Signal(s); err != nil {
		p.t.Fatal(err)
	}
}

// freezes stops the process and waits until each of its threads stands: one that is running is stopped a moment after
// the signal, and may have answered somebody in between.
func (p *process) freezes() {
	p.t.Helper()
	p.signal(syscall.SIGSTOP)
	eventually(p.t, 5*time.Second, func() error {
		threads, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/stat", p.cmd.Process.Pid))
		if err != nil {
			return err
		}
		for _, thread := range threads {
			stat, err := os.ReadFile(thread)
			if err != nil {
				return err
			}
			// pid (name) state …, proc(5); a name may hold anything
			if _, state, _ := bytes.Cut(stat, []byte(") ")); len(state) == 0 || state[0] != 'T' {
				return errors.New("a thread still runs")
			}
		}
		return nil
	})
}

// ended waits until the process has ended by itself, and returns its exit code.
func (p *process) ended() int {
	p.t.Helper()
	select {
	case <-p.exited:
	case <-time.After(commandWithin):
		p.t.Fatalf("%s did not end\n%s", p.cmd, p.log.String())
	}
	return p.cmd.ProcessState.ExitCode()
}

// server is a gateway in a process of its own.
type server struct {
	*process
	url string
}

// serve starts an empty demonstration over a directory and waits for its greeting, and until it answers commands.
func serve(t *testing.T, dir string, more ...string) server {
	t.Helper()
	return demonstrate(t, dir, append([]string{"--empty"}, more...)...)
}

// demonstrate starts a demonstration as it comes, with its twelve requests.
func demonstrate(t *testing.T, dir string, more ...string) server {
	t.Helper()
	return serveBy(t, dir, nil, more...)
}

// serveBy is demonstrate by a command that is given the gateway's own, as strace is.
func serveBy(t *testing.T, dir string, command []string, more ...string) server {
	t.Helper()
	all := slices.Concat(command, []string{built(t, verigate), "serve", "--demo", "--listen", "127.0.0.1:0", "--data", dir, "--limits", wide(t)}, more)
	p := launch(t, all[0], all[1:]...)
	giveUp := time.After(startsWithin)
	for {
		if _, rest, ok := strings.Cut(p.out.String(), "Verigate listens on "); ok && strings.Contains(rest, "\n") {
			url, _, _ := strings.Cut(rest, "\n")
			answersCommands(t, dir)
			return server{process: p, url: url}
		}
		select {
		case <-p.exited:
			t.Fatalf("the gateway ended at its start\n%s", p.log.String())
		case <-giveUp:
			t.Fatalf("the gateway does not start\n%s", p.log.String())
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// stops ends it in order.
func (s server) stops() {
	s.t.Helper()
	s.signal(syscall.SIGTERM)
	if code := s.ended(); code != 0 {
		s.t.Fatalf("the gateway ended with %d\n%s", code, s.log.String())
	}
}

// wide is a file of limits that no test reaches by what it is not about.
func wide(t *testing.T) string {
	t.Helper()
	raw, err := json.Marshal(limittest.Wide())
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "limits.json")
	if err := os.WriteFile(path, raw, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// credentials are the keys of a demonstration.
func credentials(t *testing.T, dir string) demo.Credentials {
	t.Helper()
	keys, err := demo.ReadCredentials(filepath.Join(dir, "demo-credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// command runs a command of verigate to its end, and returns its exit code and all that it said.
func command(t *testing.T, args ...string) (int, string) {
	t.Helper()
	p := launch(t, built(t, verigate), args...)
	return p.ended(), p.out.String() + p.log.String()
}

// mustVerify runs `verigate verify` and ends the test unless it finds nothing; it returns how many requests it counted.
func mustVerify(t *testing.T, dir string, more ...string) int {
	t.Helper()
	code, said := command(t, append([]string{"verify", "--data", dir}, more...)...)
	var sequence, requests, tasks, differences int
	last := said[strings.LastIndex(strings.TrimSpace(said), "\n")+1:]
	_, err := fmt.Sscanf(last, "record of %d messages: %d requests, %d queued tasks, %d differences", &sequence, &requests, &tasks, &differences)
	if code != 0 || err != nil || differences != 0 {
		t.Fatalf("verify: exit %d, %v\n%s", code, err, said)
	}
	return requests
}

// shared is a server of our own that loses all it holds, or only goes away, and comes back at the same address.
type shared struct {
	t     *testing.T
	addr  string
	start func(port string) *process
	now   *process
}

// begins starts it for the first time.
func (s *shared) begins() {
	s.t.Helper()
	s.addr = net.JoinHostPort("127.0.0.1", tooltest.Port(s.t))
	s.comes()
}

// comes starts it again and waits until it takes connections.
func (s *shared) comes() {
	s.t.Helper()
	_, port, _ := net.SplitHostPort(s.addr)
	s.now = s.start(port)
	for range 500 {
		c, err := (&net.Dialer{}).DialContext(s.t.Context(), "tcp", s.addr)
		if err == nil {
			c.Close()
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	s.t.Fatalf("%s does not start\n%s%s", s.now.cmd, s.now.out.String(), s.now.log.String())
}

// goes kills it.
func (s *shared) goes() { s.now.kill() }

// redisServer is a redis-server without persistence: when it comes back it is empty.
func redisServer(t *testing.T) *shared {
	t.Helper()
	return redisIn(t, t.TempDir(), "--save", "", "--appendonly", "no")
}

// redisIn is a redis-server whose files are in a directory.
func redisIn(t *testing.T, dir string, settings ...string) *shared {
	t.Helper()
	path := tooltest.Program(t, "redis-server")
	s := &shared{t: t, start: func(port string) *process {
		return launch(t, path, append([]string{"--port", port, "--bind", "127.0.0.1", "--dir", dir}, settings...)...)
	}}
	s.begins()
	return s
}

// natsWithJetStream is a nats-server that fsyncs before it acknowledges.
func natsWithJetStream(t *testing.T) *shared {
	t.Helper()
	return natsIn(t, t.TempDir())
}

// natsIn is one whose store is in a directory.
func natsIn(t *testing.T, dir string) *shared {
	t.Helper()
	path := built(t, natsServer)
	config := filepath.Join(dir, "nats.conf")
	text := fmt.Sprintf("jetstream { store_dir: %q, sync_interval: always, domain: hub }\nmax_payload: 4MB\n", filepath.Join(dir, "store"))
	if err := os.WriteFile(config, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	s := &shared{t: t, start: func(port string) *process {
		return launch(t, path, "--config", config, "--addr", "127.0.0.1", "--port", port)
	}}
	s.begins()
	return s
}

// redisClient speaks to a redis-server as nobody in the product does: by hand.
func redisClient(t *testing.T, addr string) *redis.Client {
	t.Helper()
	c := redis.NewClient(&redis.Options{Addr: addr})
	t.Cleanup(func() { c.Close() })
	return c
}

// named is the body of S01 under a reference of its own, so that no two are equal.
func named(t *testing.T, reference string) []byte {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(sample(t, 0), &body); err != nil {
		t.Fatal(err)
	}
	body["own_reference"] = reference
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// eventually waits until a check says nothing, and ends the test with what it said last.
func eventually(t *testing.T, within time.Duration, check func() error) {
	t.Helper()
	giveUp := time.Now().Add(within)
	for {
		err := check()
		if err == nil {
			return
		}
		if time.Now().After(giveUp) {
			t.Fatalf("after %s: %v", within, err)
		}
		time.Sleep(20 * time.Millisecond)
	}
}

// expect is an error unless a call was answered with a status and, for a problem, a code.
func (c call) expect(status int, code string) error {
	if c.Status != status || c.text("code") != code && status >= 400 {
		return fmt.Errorf("answered %d %q, want %d %q\n%s", c.Status, c.text("code"), status, code, c.Raw)
	}
	if status == http.StatusServiceUnavailable && c.Header.Get("Retry-After") == "" {
		return errors.New("503 without Retry-After")
	}
	return nil
}
