package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"time"
)

// client posts over one connection that is kept. It is as lean as a load generator: what it takes is taken from the
// gateway, for both share the machine. It belongs to one goroutine.
type client struct {
	conn  net.Conn
	in    *bufio.Reader
	head  string // up to the idempotency key
	body  [2][]byte
	frame []byte
	made  string // where the request is that was made last

	addr, key string
}

func dial(ctx context.Context, w *world) (*client, error) {
	conn, err := (&net.Dialer{Timeout: 5 * time.Second}).DialContext(ctx, "tcp", w.addr)
	if err != nil {
		return nil, fmt.Errorf("connect: %w", err)
	}
	size := len(w.body[0]) + len(mark) + len(w.body[1])
	head := "POST /v1/verification-requests HTTP/1.1\r\nHost: " + w.addr + "\r\nAuthorization: Bearer " + w.key +
		"\r\nContent-Type: application/json\r\nContent-Length: " + strconv.Itoa(size) + "\r\nIdempotency-Key: "
	return &client{conn: conn, in: bufio.NewReader(conn), head: head, body: w.body, addr: w.addr, key: w.key}, nil
}

func (c *client) close() { _ = c.conn.Close() } // nothing is under way on it

// create posts one new request and waits for 201: the gateway's word that it is on the disk.
func (c *client) create(ctx context.Context) error {
	ref := reference()
	c.frame = append(c.frame[:0], c.head...)
	c.frame = append(c.frame, ref...)
	c.frame = append(c.frame, "\r\n\r\n"...)
	c.frame = append(c.frame, c.body[0]...)
	c.frame = append(c.frame, ref...)
	c.frame = append(c.frame, c.body[1]...)
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.conn.SetDeadline(deadline); err != nil {
			return fmt.Errorf("post: %w", err)
		}
	}
	if _, err := c.conn.Write(c.frame); err != nil {
		return fmt.Errorf("post: %w", err)
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	if answer.StatusCode != http.StatusCreated {
		return fmt.Errorf("the answer is %d: %s", answer.StatusCode, said)
	}
	c.made = answer.Header.Get("Location")
	return nil
}

// get reads a path and waits for 200.
func (c *client) get(ctx context.Context, path string) error {
	if deadline, ok := ctx.Deadline(); ok {
		if err := c.conn.SetDeadline(deadline); err != nil {
			return fmt.Errorf("get: %w", err)
		}
	}
	if _, err := fmt.Fprintf(c.conn, "GET %s HTTP/1.1\r\nHost: %s\r\nAuthorization: Bearer %s\r\n\r\n", path, c.addr, c.key); err != nil {
		return fmt.Errorf("get: %w", err)
	}
	answer, err := http.ReadResponse(c.in, nil)
	if err != nil {
		return fmt.Errorf("read the answer: %w", err)
	}
	defer answer.Body.Close()
	said, err := io.ReadAll(answer.Body)
	if err == nil && answer.StatusCode != http.StatusOK {
		err = fmt.Errorf("the answer is %d: %s", answer.StatusCode, said)
	}
	return err
}
