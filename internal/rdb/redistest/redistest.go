// Package redistest starts a real redis-server for tests.
package redistest

import (
	"bytes"
	"context"
	"net"
	"os/exec"
	"strings"
	"testing"
	"time"

	"verigate/internal/tooltest"
)

// Start runs a redis-server of its own on a free port of 127.0.0.1, without persistence, and returns its address. It
// ends with the test. Further arguments are settings, as redis-server takes them. Without redis-server the test is skipped, unless
// CI is set.
func Start(tb testing.TB, settings ...string) string {
	tb.Helper()
	path, port := tooltest.Program(tb, "redis-server"), tooltest.Port(tb)
	addr := net.JoinHostPort("127.0.0.1", port)
	ctx, stop := context.WithCancel(context.Background()) // outlives tb.Context, which ends before cleanups run
	args := append([]string{
		"--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", tb.TempDir(), "--loglevel", "warning",
	}, settings...)
	cmd := exec.CommandContext(ctx, path, args...) //nolint:gosec // the path is looked up, the arguments are the test's
	var said bytes.Buffer                          // read when it has ended
	cmd.Stdout, cmd.Stderr = &said, &said
	if err := cmd.Start(); err != nil {
		stop()
		tb.Fatalf("start redis-server: %v", err)
	}
	exited := make(chan struct{})
	go func() {
		defer close(exited)
		_ = cmd.Wait() // killed at the end
	}()
	tb.Cleanup(func() { stop(); <-exited })
	if !answers(addr, exited) {
		stop()
		<-exited
		tb.Fatalf("redis-server does not start\n%s", said.String())
	}
	return addr
}

// answers waits until the server says PONG, and gives up when it exits or after thirty seconds.
func answers(addr string, exited <-chan struct{}) bool {
	giveUp := time.After(30 * time.Second)
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

func pong(addr string) bool { return strings.HasPrefix(ask(addr, "PING"), "+PONG") }

// ask returns the beginning of the reply to a command, empty when there is none.
func ask(addr, command string) string {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(context.Background(), "tcp", addr)
	if err != nil {
		return ""
	}
	defer func() { _ = conn.Close() }() // nothing was promised on it
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return ""
	}
	if _, err := conn.Write([]byte(command + "\r\n")); err != nil {
		return ""
	}
	reply := make([]byte, 4096)
	n, err := conn.Read(reply)
	if err != nil {
		return ""
	}
	return string(reply[:n])
}

// Cluster is Start for a cluster of one node, which refuses whatever touches two slots.
func Cluster(tb testing.TB) string {
	tb.Helper()
	addr := Start(tb, "--cluster-enabled", "yes", "--cluster-config-file", "nodes.conf", "--cluster-port", tooltest.Port(tb))
	if said := ask(addr, "CLUSTER ADDSLOTSRANGE 0 16383"); !strings.HasPrefix(said, "+OK") {
		tb.Fatalf("give all slots to the node: %s", said)
	}
	for range 500 {
		if strings.Contains(ask(addr, "CLUSTER INFO"), "cluster_state:ok") {
			return addr
		}
		time.Sleep(20 * time.Millisecond)
	}
	tb.Fatal("the cluster of one node does not come up")
	return ""
}
