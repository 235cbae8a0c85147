// Package webtest runs a whole demonstration in the process of a test, and real browsers that visit it.
package webtest

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	_ "time/tzdata" // as the binary

	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/demo"
	"verigate/internal/limit/limittest"
	"verigate/internal/signature"
	"verigate/internal/space/spacetest"
	"verigate/internal/tooltest"
)

// World is a running demonstration: the gateway with its store, its board and its pages.
type World struct {
	URL   string
	Keys  demo.Credentials
	Parts *app.Parts
	Data  string // its directory

	operators sync.Once
	operator  [2]string // keys of those who admit people

	options app.Options
	prepare func(*app.Parts, context.Context, string) error
	stop    func()
}

// drain is more than the 5 seconds for which net/http holds a connection that was opened and never spoke to be busy.
const drain = 10 * time.Second

// startsWithin is how long a gateway is waited for that starts.
const startsWithin = 30 * time.Second

// Start starts an empty demonstration in a directory of its own, which ends with the test. Its limits are wide.
func Start(t testing.TB, change ...func(*app.Options)) *World {
	t.Helper()
	return start(t, (*app.Parts).PrepareDemo, change...)
}

// StartSeeded is Start of a demonstration with its twelve requests, as somebody sees it who tries it for the first time.
func StartSeeded(t testing.TB, change ...func(*app.Options)) *World {
	t.Helper()
	return start(t, (*app.Parts).SeedDemo, change...)
}

func start(t testing.TB, prepare func(*app.Parts, context.Context, string) error, change ...func(*app.Options)) *World {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", tooltest.Port(t))) // to come back at
	if err != nil {
		t.Fatal(err)
	}
	w := &World{URL: "http://" + l.Addr().String(), Data: filepath.Join(t.TempDir(), "data"), prepare: prepare}
	log := slog.New(slog.DiscardHandler)
	if testing.Verbose() {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	wide := limittest.Wide()
	options := app.Options{
		Stores: config.Stores{Data: w.Data, Replicas: 1}, Demo: true, Origin: signature.Origin(w.URL), Now: time.Now, Log: log, Limits: &wide,
		Disk: spacetest.Roomy().Probe, // whatever else lies on the machine's
	}
	for _, c := range change {
		c(&options)
	}
	w.options = options
	w.run(t, l)
	t.Cleanup(func() { w.stop() })
	return w
}

// Stop ends it in order before the test does.
func (w *World) Stop() { w.stop() }

// Restart stops the gateway in order and starts it again over what it left, at the same address.
func (w *World) Restart(t testing.TB) {
	t.Helper()
	w.stop()
	var l net.Listener
	Eventually(t, startsWithin, "no process that was being started has a copy of the socket", func() bool {
		var err error
		l, err = (&net.ListenConfig{}).Listen(t.Context(), "tcp", strings.TrimPrefix(w.URL, "http://"))
		if err != nil && !errors.Is(err, syscall.EADDRINUSE) {
			t.Fatal(err)
		}
		return err == nil
	})
	w.run(t, l)
}

// run opens the gateway and lets it serve until it is stopped. It returns when lists are served.
func (w *World) run(t testing.TB, l net.Listener) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context()))
	var err error
	if w.Parts, err = app.Open(ctx, w.options); err != nil {
		t.Fatal(err)
	}
	if err := w.prepare(w.Parts, ctx, w.URL); err != nil {
		t.Fatal(err)
	}
	if w.Keys, err = demo.ReadCredentials(filepath.Join(w.Data, "demo-credentials.json")); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	parts := w.Parts
	go func() { ended <- parts.Run(ctx, app.Listeners{API: l}, drain) }()
	w.stop = sync.OnceFunc(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("stop: %v", err)
		}
		if err := parts.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	Eventually(t, startsWithin, "lists are served", func() bool { return parts.Watch.Current(w.options.Now()) == nil })
}
