// Package redistest starts a real redis-server for tests.
package redistest

import (
	"context"
	"net"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"
)

// Start runs a redis-server of its own on a free port of 127.0.0.1, without persistence, and returns its address. It
// ends with the test. Without redis-server the test is skipped, unless CI is set.
func Start(tb testing.TB) string {
	tb.Helper()
	path, err := exec.LookPath("redis-server")
	if err != nil {
		if os.Getenv("CI") != "" {
			tb.Fatal("redis-server is not installed: make deps")
		}
		tb.Skip("skipped: redis-server is not installed (make deps)")
	}
	for range 5 { // another process may take the free port first
		if addr, ok := try(tb, path); ok {
			return addr
		}
	}
	tb.Fatal("redis-server does not start")
	return ""
}

func try(tb testing.TB, path string) (string, bool) {
	tb.Helper()
	addr := freeAddr(tb)
	_, port, _ := net.SplitHostPort(addr)
	ctx, stop := context.WithCancel(context.Background()) // outlives tb.Context, which ends before cleanups run
	//nolint:gosec // the path is looked up, the arguments are ours
	cmd := exec.CommandContext(ctx, path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
		"--dir", tb.TempDir(), "--loglevel", "warning")
	if err := cmd.Start(); err != nil {
		stop()
		tb.Fatalf("start redis-server: %v", err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = cmd.Wait() // killed at the end
	}()
	end := func() { stop(); <-exited }
	if !answers(addr, exited) {
		end()
		return "", false
	}
	tb.Cleanup(end)
	return addr, true
}

func freeAddr(tb testing.TB) string {
	tb.Helper()
	l, err := (&net.ListenConfig{}).Listen(tb.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatalf("look for a free port: %v", err)
	}
	defer func() { _ = l.Close() }() // only its number was wanted
	return l.Addr().String()
}

// answers waits until the server says PONG, and gives up when it exits or after ten seconds.
func answers(addr string, exited <-chan struct{}) bool {
	giveUp := time.After(10 * time.Second)
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	for {
		select {
		case <-exited:
			return false
		case <-giveUp:
			return false
		case <-again.C:
			if pong(addr) {
				return true
			}
		}
	}
}

func pong(addr string) bool {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was promised on it
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return false
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	reply := make([]byte, 16)
	n, err := conn.Read(reply)
	return err == nil && strings.HasPrefix(string(reply[:n]), "+PONG")
}
