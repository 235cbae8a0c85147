package e2e

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

// slow opens a connection to the gateway that takes in as little as the system lets it.
func (w *world) slow() net.Conn {
	w.t.Helper()
	ctx, cancel := context.WithTimeout(w.t.Context(), 5*time.Second)
	defer cancel()
	c, err := (&net.Dialer{}).DialContext(ctx, "tcp", strings.TrimPrefix(w.url, "http://"))
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = c.Close() })
	if err := c.(*net.TCPConn).SetReadBuffer(4 << 10); err != nil {
		w.t.Fatal(err)
	}
	return c
}

// sends writes without waiting for anything longer than a moment.
func (w *world) sends(c net.Conn, text string) {
	w.t.Helper()
	if err := pushes(c, text); err != nil {
		w.t.Fatal(err)
	}
}

func pushes(c net.Conn, text string) error {
	if err := c.SetWriteDeadline(time.Now().Add(5 * time.Second)); err != nil {
		return err
	}
	_, err := io.WriteString(c, text)
	return err
}

// drip is a client that sends a byte at a time, and comes again when it was left.
type drip struct {
	net.Conn
	begins string
}

// drips sends the next byte.
func (w *world) drips(d *drip) {
	w.t.Helper()
	if d.Conn != nil && pushes(d.Conn, "a") == nil {
		return
	}
	d.Conn = w.slow()
	w.sends(d.Conn, d.begins)
}

// Clients that send their headers or their body a byte at a time, or read nothing of their answers.
const (
	slowHeaders = "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: "
	slowBody    = "POST /v1/verification-requests HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\nIdempotency-Key: k\r\n" +
		"Content-Type: application/json\r\nContent-Length: 200000\r\n\r\n{"
	slowReading = "GET /openapi.yaml HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
)

func TestTwoHundredSlowConnectionsKeepNobodyFromBeingAnswered(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	partner := w.keys.Partners["NG"]
	var dripping []*drip
	for n := range 200 {
		switch n % 3 {
		case 0:
			dripping = append(dripping, &drip{begins: slowHeaders})
		case 1:
			dripping = append(dripping, &drip{begins: fmt.Sprintf(slowBody, partner)})
		case 2:
			w.sends(w.slow(), strings.Repeat(slowReading, 32)) // eight megabytes that nobody takes
		}
	}
	for n := range 20 {
		for _, d := range dripping {
			w.drips(d)
		}
		began := time.Now()
		w.must(http.StatusCreated, partner, http.MethodPost, requests, named(t, fmt.Sprint("ref-", n)), "Idempotency-Key", fmt.Sprint("k-", n))
		w.must(http.StatusOK, "", http.MethodGet, "/health/live", nil)
		if took := time.Since(began); took > 5*time.Second {
			t.Fatalf("call %d took %s", n, took)
		}
	}
}

func TestSlowClientsAreLeft(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	for name, c := range map[string]struct {
		sends  string
		within time.Duration
	}{
		"slow headers": {slowHeaders, 15 * time.Second},
		"a slow body":  {fmt.Sprintf(slowBody, w.keys.Partners["NG"]), 40 * time.Second},
		"nothing":      {"", 15 * time.Second},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			conn := w.slow()
			w.sends(conn, c.sends)
			if err := conn.SetReadDeadline(time.Now().Add(c.within)); err != nil {
				t.Fatal(err)
			}
			said, err := io.ReadAll(conn)
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Fatalf("after %s it is still waited for", c.within)
			}
			if strings.HasPrefix(string(said), "HTTP/1.1 2") {
				t.Errorf("it is answered %s", said)
			}
		})
	}
}

func TestHeadersOfAnySizeAreNotTaken(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	for size, want := range map[int]string{16 << 10: "200", 64 << 10: "431"} {
		c := w.slow()
		w.sends(c, "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nX-Large: "+strings.Repeat("a", size)+"\r\n\r\n")
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		line := make([]byte, len("HTTP/1.1 200"))
		if _, err := io.ReadFull(c, line); err != nil || string(line) != "HTTP/1.1 "+want {
			t.Errorf("%d bytes: %q, %v, want %s", size, line, err, want)
		}
	}
}

// What no client library sends: the path is refused before anything takes it apart.
func TestPathsAsBytesAreRefused(t *testing.T) {
	t.Parallel()
	w := begin(t, config.Stores{}, time.Now)
	for name, target := range map[string]string{
		"raw bytes": "/v1/board\xff\xfe", "raw UTF-8": "/v1/bo\u0430rd", "a backslash": "/v1\\board", "a bad escape": "/v1/board%zz", "a fragment": "/v1/board#x",
		"another host": "http://elsewhere.example/v1/board", "no path": "v1/board", "a scheme alone": "mailto:x", "a star": "*",
		"steps": "/v1/../v1/board", "a query in front": "?/v1/board", "a zero byte": "/v1/board\x00",
	} {
		c := w.slow()
		w.sends(c, "GET "+target+" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\nAuthorization: Bearer "+w.keys.Desk[0]+"\r\n\r\n")
		if err := c.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
			t.Fatal(err)
		}
		said, err := io.ReadAll(c)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		status := strings.Fields(string(said) + " - -")[1]
		if status != "404" && status != "400" && status != "421" {
			t.Errorf("%s is answered %.200s", name, said)
		}
	}
}
