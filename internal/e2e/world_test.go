package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"time"

	_ "time/tzdata"

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/demo"
	"verigate/internal/limit/limittest"
	"verigate/internal/signature"
	"verigate/internal/space/spacetest"
)

// clock is a clock that stories move.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

// Elapsed is a clock that goes as this one is moved: nobody set it.
func (c *clock) Elapsed() time.Duration { return c.Now().Sub(time.Unix(0, 0)) }

// To moves the clock to a moment, and lets a little real time pass as well.
func (c *clock) To(moment string) {
	t, err := time.Parse(time.RFC3339, moment)
	if err != nil {
		panic(err)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = t
}

// world is a running demonstration.
type world struct {
	t     *testing.T
	url   string
	keys  demo.Credentials
	parts *app.Parts
	stop  func()
}

// drain is what the product gives calls under way. It is more than the 5 seconds for which net/http holds a connection
// that was opened and never spoke to be busy: a client may have dialled one more than it then used.
const drain = 10 * time.Second

// begin starts a demonstration in a directory of its own, its clock at a moment or, without one, the real one.
func begin(t *testing.T, s config.Stores, now func() time.Time, more ...func(*app.Options)) *world {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return beginAt(t, l, s, now, more...)
}

// beginAt is begin at a door of the test's.
func beginAt(t *testing.T, l net.Listener, s config.Stores, now func() time.Time, more ...func(*app.Options)) *world {
	t.Helper()
	if s.Data == "" {
		s.Data = filepath.Join(t.TempDir(), "data")
	}
	s.Replicas = max(s.Replicas, 1)
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	wide := limittest.Wide()
	options := app.Options{
		Stores: s, Demo: true, Origin: signature.Origin("http://" + l.Addr().String()), Now: now, Log: log, Limits: &wide,
		Disk: spacetest.Roomy().Probe, // whatever else lies on the machine's
	}
	for _, change := range more {
		change(&options)
	}
	parts, err := app.Open(ctx, options)
	if err != nil {
		t.Fatal(err)
	}
	if err := parts.PrepareDemo(ctx, "http://"+l.Addr().String()); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- parts.Run(ctx, app.Listeners{API: l}, drain) }()
	w := &world{t: t, url: "http://" + l.Addr().String(), parts: parts}
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stop: %v", err)
		}
		if err := parts.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	t.Cleanup(w.stop)
	eventually(t, startsWithin, func() error { // commands ask the gateway, or find its lock
		c, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(s.Data, "admin.sock"))
		if err != nil {
			return err
		}
		return c.Close()
	})
	w.keys, err = demo.ReadCredentials(filepath.Join(s.Data, "demo-credentials.json"))
	if err != nil {
		t.Fatal(err)
	}
	return w
}

// call is one call of the API and its answer.
type call struct {
	Status int
	Header http.Header
	Raw    []byte
	Body   map[string]any
}

// do calls the API. Header pairs follow the body.
func (w *world) do(key, method, path string, body any, header ...string) call {
	w.t.Helper()
	c, err := try(w.t.Context(), w.url, key, method, path, body, header...)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// comingBack is do of a reader who comes back when told to: while the gateway catches up, and while the nodes of the store
// choose who takes the evidence.
func (w *world) comingBack(key, method, path string, body any, header ...string) (c call) {
	w.t.Helper()
	eventually(w.t, 20*time.Second, func() error {
		c = w.do(key, method, path, body, header...)
		if code := c.text("code"); code == "catching_up" || code == "evidence_unavailable" {
			return fmt.Errorf("%s %s: %s", method, path, c.Raw)
		}
		return nil
	})
	return c
}

func try(ctx context.Context, url, key, method, path string, body any, header ...string) (call, error) {
	var content io.Reader
	switch b := body.(type) {
	case nil:
	case []byte:
		content = bytes.NewReader(b)
	default:
		raw, err := json.Marshal(b)
		if err != nil {
			return call{}, err
		}
		content = bytes.NewReader(raw)
	}
	r, err := http.NewRequestWithContext(ctx, method, url+path, content)
	if err != nil {
		return call{}, err
	}
	if key != "" {
		r.Header.Set("Authorization", "Bearer "+key)
	}
	if content != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	if err != nil {
		return call{}, err
	}
	defer response.Body.Close()
	c := call{Status: response.StatusCode, Header: response.Header}
	if c.Raw, err = io.ReadAll(response.Body); err != nil {
		return call{}, err
	}
	if len(c.Raw) > 0 && c.Raw[0] == '{' {
		err = json.Unmarshal(c.Raw, &c.Body)
	}
	return c, err
}

// must calls the API and ends the test when the status is another.
func (w *world) must(status int, key, method, path string, body any, header ...string) call {
	w.t.Helper()
	c := w.do(key, method, path, body, header...)
	if c.Status != status {
		w.t.Fatalf("%s %s: status %d, want %d\n%s", method, path, c.Status, status, c.Raw)
	}
	return c
}

// text is a member of the answer, by its path.
func (c call) text(path ...string) string {
	var v any = c.Body
	for _, p := range path {
		m, ok := v.(map[string]any)
		if !ok {
			return ""
		}
		v = m[p]
	}
	s, _ := v.(string)
	return s
}

// items are those of a list.
func (c call) items() []any {
	l, _ := c.Body["items"].([]any)
	return l
}
