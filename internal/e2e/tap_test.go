package e2e

import (
	"bytes"
	"io"
	"net"
	"sync"
	"testing"
)

// tap stands between a gateway and a server that it writes to. Before some bytes reach the server, it does what a test has
// asked for, once, and lets nothing more through on that connection: so a test chooses the write before which a process ends.
// Or the bytes are held back meanwhile, and pass afterwards: so a test chooses between which two writes something happens.
type tap struct {
	addr string

	mu     sync.Mutex
	before []byte // what is waited for; nil: nothing
	do     func()
	passes bool // afterwards; other connections go on meanwhile
}

// tapped listens on loopback for the server at an address, until the test ends.
func tapped(t *testing.T, server string) *tap {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	x := &tap{addr: l.Addr().String()}
	var open sync.WaitGroup
	open.Go(func() {
		for {
			client, err := l.Accept()
			if err != nil {
				return
			}
			open.Go(func() { x.pass(client, server) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		open.Wait() // the processes on both sides have ended: they were launched later
	})
	return x
}

// arm waits for bytes.
func (x *tap) arm(before string, do func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.before, x.do, x.passes = []byte(before), do, false
}

// hold waits for bytes and holds them back while it does something.
func (x *tap) hold(before string, do func()) {
	x.mu.Lock()
	defer x.mu.Unlock()
	x.before, x.do, x.passes = []byte(before), do, true
}

func (x *tap) pass(client net.Conn, server string) {
	defer client.Close()
	up, err := net.Dial("tcp", server) //nolint:noctx // it ends with the client
	if err != nil {
		return
	}
	defer up.Close()
	var back sync.WaitGroup
	back.Go(func() {
		_, _ = io.Copy(client, up)
		_ = client.Close()
	})
	x.forward(up, client)
	_ = up.Close()
	back.Wait()
}

// forward passes on what the client says. What is waited for may come in two pieces: then the server has the first alone,
// which is no whole command.
func (x *tap) forward(up io.Writer, client io.Reader) {
	var seen []byte // the end of what was passed on, and what has come
	chunk := make([]byte, 64<<10)
	for {
		n, err := client.Read(chunk)
		if n > 0 {
			seen = append(seen[max(0, len(seen)-256):], chunk[:n]...)
			struck, passes := x.struck(seen)
			if struck && !passes {
				return
			}
			if struck { // what comes next may be waited for again
				seen = nil
			}
			if _, err := up.Write(chunk[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// struck does what was asked for when the bytes are there, and says whether they pass afterwards.
func (x *tap) struck(seen []byte) (struck, passes bool) {
	x.mu.Lock()
	if x.before == nil || !bytes.Contains(seen, x.before) {
		x.mu.Unlock()
		return false, false
	}
	x.before = nil
	do, passes := x.do, x.passes
	if passes { // others go on
		x.mu.Unlock()
		do()
		return true, true
	}
	defer x.mu.Unlock()
	do()
	return true, false
}
