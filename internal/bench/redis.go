package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"time"
)

var errNoRedis = errors.New("no redis-server")

// withRedis runs a redis-server while do works in a directory; both are gone afterwards.
func withRedis(ctx context.Context, do func(dir, addr string) error) (err error) {
	dir, err := os.MkdirTemp("", "verigate-bench-")
	if err != nil {
		return fmt.Errorf("make a directory: %w", err)
	}
	defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	addr, stop, err := startRedis(ctx, dir)
	if err != nil {
		return err
	}
	defer stop()
	if addr == "" {
		return errNoRedis
	}
	return do(dir, addr)
}

// usedMemory asks Redis for what it has allocated.
func usedMemory(ctx context.Context, addr string) (int, error) {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return 0, fmt.Errorf("ask Redis for its memory: %w", err)
	}
	defer func() { _ = conn.Close() }() // it was asked only
	if _, err := conn.Write([]byte("INFO memory\r\n")); err != nil {
		return 0, fmt.Errorf("ask Redis for its memory: %w", err)
	}
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		if value, ok := strings.CutPrefix(lines.Text(), "used_memory:"); ok {
			return strconv.Atoi(strings.TrimSpace(value))
		}
	}
	return 0, errors.New("ask Redis for its memory: it does not say")
}

// startRedis runs a redis-server of its own on a free port of 127.0.0.1, without persistence. It returns an empty
// address when redis-server is not installed: then the board is in miniredis.
func startRedis(ctx context.Context, dir string) (addr string, stop func(), err error) {
	path, err := exec.LookPath("redis-server")
	if err != nil {
		return "", func() {}, nil //nolint:nilerr // its absence is a case, not a failure
	}
	addr, port, err := freeAddr(ctx)
	if err != nil {
		return "", nil, err
	}
	//nolint:gosec // the path was looked up, the arguments are ours
	cmd := exec.CommandContext(ctx, path, "--port", port, "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", dir, "--loglevel", "warning")
	if err := cmd.Start(); err != nil {
		return "", nil, fmt.Errorf("start redis-server: %w", err)
	}
	stop = func() {
		_ = cmd.Process.Kill() // it keeps nothing
		_ = cmd.Wait()
	}
	for range 500 {
		if pong(ctx, addr) {
			return addr, stop, nil
		}
		time.Sleep(10 * time.Millisecond)
	}
	stop()
	return "", nil, errors.New("redis-server does not answer")
}

func freeAddr(ctx context.Context) (addr, port string, err error) {
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return "", "", fmt.Errorf("look for a free port: %w", err)
	}
	defer func() { _ = l.Close() }() // only its number was wanted
	_, port, err = net.SplitHostPort(l.Addr().String())
	return l.Addr().String(), port, err
}

func pong(ctx context.Context, addr string) bool {
	conn, err := (&net.Dialer{Timeout: time.Second}).DialContext(ctx, "tcp", addr)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // nothing was promised on it
	if conn.SetDeadline(time.Now().Add(time.Second)) != nil {
		return false
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	reply := make([]byte, 64)
	n, err := conn.Read(reply)
	return err == nil && strings.HasPrefix(string(reply[:n]), "+PONG")
}
