package tooltest

import (
	"context"
	"errors"
	"math/rand/v2"
	"net"
	"strconv"
	"syscall"
	"testing"
)

// Ports are given out below those that a system takes for whoever connects, or listens on port 0 (Linux from 32768 on, others
// from 49152): nobody who asks for any port is given one of these, while its server starts, or is away for a moment.
const (
	firstPort = 20000
	pastPorts = 32768
)

// Port is a port of 127.0.0.1 for a server that is told its own before it starts, or that comes back at the same one. Until the
// test ends no other test is given it, of whichever process: its number is held meanwhile among those of UDP.
func Port(t testing.TB) string {
	t.Helper()
	var failed error
	for range 100 {
		port := strconv.Itoa(firstPort + rand.IntN(pastPorts-firstPort)) //nolint:gosec // nothing is secret in it
		held, err := hold(t.Context(), net.JoinHostPort("127.0.0.1", port))
		if err == nil {
			t.Cleanup(func() { _ = held.Close() }) // nobody wrote to it
			return port
		}
		failed = err
	}
	t.Fatalf("no port of a hundred is free: %v", failed)
	return ""
}

// hold takes the number of an address for itself, and asks whether somebody listens there. It does not listen to find out: a
// process that another goroutine starts meanwhile has a copy of every open socket until its exec, and would listen on.
func hold(ctx context.Context, addr string) (net.PacketConn, error) {
	held, err := (&net.ListenConfig{}).ListenPacket(ctx, "udp", addr)
	if err != nil {
		return nil, err
	}
	if c, err := (&net.Dialer{}).DialContext(ctx, "tcp", addr); err == nil {
		return nil, errors.Join(errors.New("somebody listens there"), c.Close(), held.Close())
	} else if !errors.Is(err, syscall.ECONNREFUSED) {
		return nil, errors.Join(err, held.Close())
	}
	return held, nil
}
