package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"time"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/directory"
	"verigate/internal/follow"
	"verigate/internal/limit/limittest"
	"verigate/internal/verification"
)

// world is one whole gateway in this process: embedded store, sealing, receipts, all checks, its door on a free port of
// 127.0.0.1. Its log is formatted and thrown away.
type world struct {
	parts  *app.Parts
	addr   string
	key    string                // of the partner's system that posts
	person verification.PersonID // that system
	body   [2][]byte

	stop  context.CancelFunc
	ended chan error
}

// discard takes log lines, written as `serve` writes them.
type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

// worldOptions say how a gateway is started.
type worldOptions struct {
	data  string
	redis string                            // empty: miniredis
	alone bool                              // without followers
	clock *shifted                          // nil: the machine's
	ticks func(follow.Ticker) follow.Ticker // stands before what the sweep asks; nil: nothing does
}

func open(ctx context.Context, o worldOptions) (*world, error) {
	wide := limittest.Wide()
	options := app.Options{
		Limits: &wide, // one partner asks for all that there is
		Stores: config.Stores{Data: o.data, Redis: o.redis, Replicas: 1}, Demo: true, Alone: o.alone,
		Now: time.Now, Log: slog.New(slog.NewTextHandler(discard{}, nil)),
	}
	if o.clock != nil {
		options.Now, options.Elapsed = o.clock.Now, o.clock.Elapsed
	}
	parts, err := app.Open(ctx, options)
	if err != nil {
		return nil, fmt.Errorf("open a gateway: %w", err)
	}
	if o.ticks != nil {
		parts.Sweep.Ticks = o.ticks(parts.Sweep.Ticks)
	}
	w := &world{parts: parts}
	if err := w.begin(ctx); err != nil {
		return nil, errors.Join(err, parts.Close())
	}
	return w, nil
}

// begin opens the door and makes the partner.
func (w *world) begin(ctx context.Context) (err error) {
	if w.body, err = newBody(w.parts.Now()); err != nil {
		return err
	}
	if _, err := w.parts.Key(ctx, admin.KeyRequest{Act: "partner", Partner: "NG", Name: "IP Abuja", Country: "NG", Kind: string(directory.NCB)}); err != nil {
		return fmt.Errorf("make a partner: %w", err)
	}
	made, err := w.parts.Key(ctx, admin.KeyRequest{
		Act: "create", Label: "bench", System: true, Roles: []verification.Role{verification.RolePartner}, Partner: "NG",
	})
	if err != nil {
		return fmt.Errorf("make a key: %w", err)
	}
	w.key, w.person = made.Secret, made.Person
	door, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return fmt.Errorf("open the door: %w", err)
	}
	w.addr = door.Addr().String()
	ctx, w.stop = context.WithCancel(ctx)
	w.ended = make(chan error, 1)
	go func() { w.ended <- w.parts.Run(ctx, app.Listeners{API: door}, 5*time.Second) }()
	return nil
}

// post sends a body with a key, and waits for 200.
func (w *world) post(ctx context.Context, key, path string, body []byte) error {
	q, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://"+w.addr+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	q.Header.Set("Authorization", "Bearer "+key)
	q.Header.Set("Content-Type", "application/json")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		return err
	}
	defer r.Body.Close()
	said, err := io.ReadAll(r.Body)
	if err == nil && r.StatusCode != http.StatusOK {
		err = fmt.Errorf("%s: %s: %s", path, r.Status, said)
	}
	return err
}

// close stops the gateway in the order of the flow.
func (w *world) close() error {
	w.stop()
	return errors.Join(<-w.ended, w.parts.Close())
}

// behind is how many messages the slowest follower has yet to take. The place of the queue's follower is kept every
// some messages only, so that a few may be counted that are done.
func (w *world) behind(ctx context.Context) (uint64, error) {
	end, err := w.parts.Journal.Last(ctx)
	if err != nil {
		return 0, fmt.Errorf("end of the record: %w", err)
	}
	board, err := w.parts.Store.Position(ctx)
	if err != nil {
		return 0, fmt.Errorf("place of the board: %w", err)
	}
	queue, err := w.parts.Conn.Positions().Load(ctx, "queue")
	if err != nil {
		return 0, err
	}
	queued := queue.Lacks(end)
	return max(board.Record.Lacks(end), w.parts.Watch.Position().Lacks(end), queued-min(queued, kept)), nil
}

// kept is after how many messages the queue's follower keeps its place.
const kept = 64

// settle waits, a bounded time, until the followers have taken everything, so that they do not run into the next
// measurement.
func (w *world) settle(ctx context.Context) error {
	for range 1000 {
		n, err := w.behind(ctx)
		if err != nil {
			return err
		}
		if n == 0 {
			return nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return errors.New("the followers did not catch up within 20 s")
}
