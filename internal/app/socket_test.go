package app

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"verigate/internal/admin"
	"verigate/internal/config"
	"verigate/internal/record"
)

// gatewayOver runs a gateway over the record of a vault until the returned function is called, which says how long the stop took and
// what came of it. Nobody follows the record: a verify there waits for twelve seconds.
func (v *vault) gatewayOver(drain time.Duration) (p *Parts, stop func() (time.Duration, error)) {
	v.t.Helper()
	o := options(v.data)
	o.Alone = true
	p, err := Open(v.t.Context(), o)
	if err != nil {
		v.t.Fatal(err)
	}
	l, err := (&net.ListenConfig{}).Listen(v.t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		v.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(v.t.Context())
	ended := make(chan error, 1)
	go func() { ended <- p.Run(ctx, Listeners{API: l}, drain) }()
	for { // until the socket is there
		c, err := (&net.Dialer{}).DialContext(ctx, "unix", filepath.Join(v.data.Data, admin.SocketName))
		if err == nil {
			_ = c.Close()
			break
		}
		time.Sleep(10 * time.Millisecond)
	}
	return p, func() (time.Duration, error) {
		began := time.Now()
		cancel()
		err := <-ended
		return time.Since(began), errors.Join(err, p.Close())
	}
}

// verifies waits until the gateway of this process is at a verify. No other test may run beside.
func verifies() {
	stacks := make([]byte, 8<<20)
	for !bytes.Contains(stacks[:runtime.Stack(stacks, true)], []byte("(*Parts).verifyDerived")) {
		time.Sleep(10 * time.Millisecond)
	}
}

// drained is --drain of these tests. Beside it a stop has the five seconds for which net/http holds a connection that never spoke to
// be busy, and what a busy machine adds.
const drained = 8 * time.Second

// Whoever interrupts a command must not find that the gateway still works on it, and that it does not stop.
func TestACommandBesideAGatewayThatIsInterruptedIsWorkedOnNoMore(t *testing.T) {
	v := newVault(t)
	_, stop := v.gatewayOver(drained)
	ctx, cancel := context.WithCancel(t.Context())
	go func() {
		verifies()
		cancel()
	}()
	err := Inspect(ctx, v.env(), v.data, func(a admin.Service) error {
		_, err := a.Verify(ctx)
		return err
	})
	if !errors.Is(err, context.Canceled) {
		t.Errorf("the command ended with %v", err)
	}
	if took, err := stop(); err != nil || took > 2*drained {
		t.Errorf("the stop took %s: %v", took, err)
	}
}

// A gateway that stops tells a command that it will not do it, within the time for requests under way.
func TestACommandIsBrokenOffWhenTheGatewayStopsAndSaysSo(t *testing.T) {
	v := newVault(t)
	_, stop := v.gatewayOver(drained)
	told := make(chan error, 1)
	go func() {
		told <- Inspect(t.Context(), v.env(), v.data, func(a admin.Service) error {
			_, err := a.Verify(t.Context())
			return err
		})
	}()
	verifies()
	if took, err := stop(); err != nil || took > 2*drained {
		t.Errorf("the stop took %s: %v", took, err)
	}
	if err := <-told; err == nil || err.Error() != admin.ErrStopping.Error() {
		t.Errorf("the command was told %v", err)
	}
}

// Who takes a backup and does not read on holds no stop up: a service that takes longer to stop than its manager waits is killed.
func TestASlowReaderOfABackupHoldsNoStopUp(t *testing.T) {
	t.Parallel()
	v := newVault(t)
	p, stop := v.gatewayOver(drained)
	for i := range 4 {
		data := make([]byte, 700<<10)
		if _, err := rand.Read(data); err != nil { // which no snapshot makes small
			t.Fatal(err)
		}
		m := record.Sealed{
			Subject: record.Request("vr_" + strings.Repeat("x", i+1)), Data: data,
			Header: record.Header{KID: "k", Command: "submitted.v1", Kinds: []string{"submitted.v1"}, Wire: 1},
		}
		if _, err := p.Journal.Append(t.Context(), m, 0); err != nil {
			t.Fatal(err)
		}
	}
	var held []net.Conn
	for _, stream := range p.Conn.RecordStreams() { // one of them is more than a socket takes
		c, err := (&net.Dialer{}).DialContext(t.Context(), "unix", filepath.Join(v.data.Data, admin.SocketName))
		if err == nil {
			_, err = c.Write([]byte("POST /snapshot/" + stream + " HTTP/1.1\r\nHost: verigate\r\nContent-Length: 0\r\n\r\n"))
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := c.Read(make([]byte, 1)); err != nil {
			t.Fatal(err)
		}
		held = append(held, c)
	}
	if took, err := stop(); err != nil || took > 2*drained {
		t.Errorf("the stop took %s: %v", took, err)
	}
	for _, c := range held {
		_ = c.Close()
	}
}

// A socket's path is shorter than a file's may be. What cannot be listened at is said before anything is begun or a door is open.
func TestADataDirectoryWhosePathIsTooLongForASocketIsRefused(t *testing.T) {
	dir := filepath.Join(t.TempDir(), strings.Repeat("d", 100), "data")
	var out bytes.Buffer
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	e := Env{Out: &out, Log: slog.New(slog.DiscardHandler), Now: time.Now}
	err := Serve(ctx, e, config.Serve{Stores: config.Stores{Data: dir, Replicas: 1}, Listen: "127.0.0.1:0"})
	if err == nil || !strings.Contains(err.Error(), "the path of the data directory is too long") || strings.Contains(out.String(), "listens") {
		t.Errorf("%v, and it said %s", err, &out)
	}
	if exists(dir) {
		t.Error("a record was begun")
	}
}
