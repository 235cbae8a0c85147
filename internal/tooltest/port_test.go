package tooltest

import (
	"net"
	"os/exec"
	"strconv"
	"sync"
	"testing"
)

func TestAPortIsNobodyElses(t *testing.T) {
	t.Parallel()
	given := map[string]bool{}
	for range 200 {
		port := Port(t)
		number, err := strconv.Atoi(port)
		if err != nil || given[port] || number < firstPort || number >= pastPorts {
			t.Fatalf("port %q: %v, given before: %v", port, err, given[port])
		}
		given[port] = true
		if _, err := hold(t.Context(), net.JoinHostPort("127.0.0.1", port)); err == nil {
			t.Fatal("it is given to another")
		}
		l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", port))
		if err != nil {
			t.Fatalf("its server cannot have it: %v", err)
		}
		l.Close()
	}
}

func TestAPortIsFreeAgainBehindItsTest(t *testing.T) {
	t.Parallel()
	var addr string
	t.Run("one", func(t *testing.T) { addr = net.JoinHostPort("127.0.0.1", Port(t)) })
	held, err := hold(t.Context(), addr)
	if err != nil {
		t.Fatal(err)
	}
	held.Close()
}

func TestAPortAtWhichSomebodyListensIsNotGiven(t *testing.T) {
	t.Parallel()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	if held, err := hold(t.Context(), l.Addr().String()); err == nil {
		held.Close()
		t.Error("it is")
	}
}

func TestAPortCanBeHadWhileProcessesStart(t *testing.T) { // not beside the others, whose sockets its processes copy
	command := Program(t, "true")
	var started sync.WaitGroup
	over := make(chan struct{})
	defer func() { close(over); started.Wait() }()
	for range 4 {
		started.Go(func() {
			for {
				select {
				case <-over:
					return
				default:
					if err := exec.CommandContext(t.Context(), command).Run(); err != nil {
						t.Error(err)
						return
					}
				}
			}
		})
	}
	for range 1000 {
		t.Run("", func(t *testing.T) {
			l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", net.JoinHostPort("127.0.0.1", Port(t)))
			if err != nil {
				t.Fatal(err)
			}
			if err := l.Close(); err != nil {
				t.Error(err)
			}
		})
	}
}
