package jet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"verigate/internal/record"
)

// ErrNotDurable says that a server acknowledges before its disk has the bytes.
var ErrNotDurable = errors.New("the server's sync_interval is not \"always\"")

// How long one write or read waits for a certain answer: longer than the
// 4 to 9 seconds of an election, behind which it must still be written; and one
// attempt of it. Where no server is reached at all, link ends the wait sooner.
const (
	defaultPatience = 15 * time.Second
	attemptWithin   = 5 * time.Second
)

// Conn is one connection to the servers. It is safe for concurrent use.
type Conn struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	embedded *Server
	patience time.Duration
	attempt  time.Duration // that one question may stay unanswered
	link     *link
	// partitions is how many the record has; EnsureStreams finds out.
	partitions int
	looks      bool         // no stream is made or changed: FindStreams
	quota      int64        // of evidence, in bytes
	beginning  atomic.Int64 // how often evidence was begun again; EnsureStreams finds out
	// request is nc.RequestMsgWithContext; tests lose answers here.
	request func(ctx context.Context, m *nats.Msg) (*nats.Msg, error)
}

// Option is what a deployment needs of a connection: credentials, TLS.
type Option = nats.Option

// NKey is the user whose seed is in a file. Nothing of the file is in the error.
func NKey(seedFile string) (Option, error) {
	key, err := nats.NkeyOptionFromSeed(seedFile)
	if err != nil {
		return nil, fmt.Errorf("%s holds no seed of a user's NKey", seedFile)
	}
	return key, nil
}

// Authorities is TLS with servers whose certificates go back to one of these.
func Authorities(cas *x509.CertPool) Option {
	return nats.Secure(&tls.Config{RootCAs: cas, MinVersion: tls.VersionTLS12})
}

// Connect opens a connection to a server by URL. It reconnects for ever;
// what is asked meanwhile is asked again by the caller's retry, never
// buffered.
func Connect(url string, more ...Option) (*Conn, error) {
	pings := []Option{nats.PingInterval(pingsEvery), nats.MaxPingsOutstanding(pingsLost)}
	return dial(url, append(pings, more...)...)
}

func dial(url string, more ...Option) (*Conn, error) {
	l := newLink()
	options := append(l.options(),
		nats.Name("verigate"),
		nats.MaxReconnects(-1),
		nats.ReconnectWait(250*time.Millisecond),
		nats.ReconnectBufSize(-1),
	)
	nc, err := nats.Connect(url, append(options, more...)...)
	if err != nil {
		return nil, fmt.Errorf("connect to nats: %w", err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		nc.Close()
		return nil, fmt.Errorf("open jetstream: %w", err)
	}
	return &Conn{nc: nc, js: js, patience: defaultPatience, attempt: attemptWithin, link: l, request: nc.RequestMsgWithContext, quota: EvidenceQuota}, nil
}

// LimitEvidence says how many bytes of evidence are kept. It is called before EnsureStreams.
func (c *Conn) LimitEvidence(bytes int64) { c.quota = bytes }

// Close ends the connection; what is under way fails.
func (c *Conn) Close() { c.nc.Close() }

// Sync says whether an acknowledgement means that the bytes are on disk.
type Sync int

const (
	// SyncUnknown: this connection may not ask; the operator answers for it.
	SyncUnknown Sync = iota
	// SyncAlways: every server that answered syncs always.
	SyncAlways
)

// String is for the start-up log and /health.
func (s Sync) String() string {
	if s == SyncAlways {
		return "always"
	}
	return "not verifiable"
}

// Sync asks every server for its setting. The embedded server is asked
// directly. Another answers only to its system account, on
// $SYS.REQ.SERVER.PING.JSZ: a connection without those rights, which is the
// right way to run, gets SyncUnknown. A server that says no is ErrNotDurable.
func (c *Conn) Sync(ctx context.Context) (Sync, error) {
	if c.embedded != nil {
		return SyncAlways, c.embedded.ready(ctx)
	}
	ctx, cancel := context.WithTimeout(ctx, 500*time.Millisecond)
	defer cancel()
	inbox := c.nc.NewRespInbox()
	sub, err := c.nc.SubscribeSync(inbox)
	if err != nil {
		return SyncUnknown, fmt.Errorf("ask for the sync setting: %w", err)
	}
	defer func() { _ = sub.Unsubscribe() }()
	if err := c.nc.PublishRequest("$SYS.REQ.SERVER.PING.JSZ", inbox, nil); err != nil {
		return SyncUnknown, fmt.Errorf("ask for the sync setting: %w", err)
	}
	found := SyncUnknown
	for {
		m, err := sub.NextMsgWithContext(ctx)
		if err != nil {
			return found, nil // no rights, nobody there, or all have answered
		}
		always, err := syncsAlways(m.Data)
		if err != nil {
			return SyncUnknown, err
		}
		if !always {
			return SyncUnknown, ErrNotDurable
		}
		found = SyncAlways
	}
}

func syncsAlways(answer []byte) (bool, error) {
	var a struct {
		Data struct {
			Disabled bool `json:"disabled"`
			Config   struct {
				SyncAlways bool `json:"sync_always"`
			} `json:"config"`
		} `json:"data"`
	}
	if err := json.Unmarshal(answer, &a); err != nil {
		return false, fmt.Errorf("read the sync setting: %w", err)
	}
	return a.Data.Disabled || a.Data.Config.SyncAlways, nil
}

// errAgain marks an answer that settles nothing: the same is asked again.
var errAgain = errors.New("no certain answer")

// insist calls try until it has a certain answer, with growing pauses, for
// the connection's patience, or until no server has been reached for a while;
// then record.ErrUnavailable. The end of ctx comes back as ctx's error.
func (c *Conn) insist(ctx context.Context, what string, try func(ctx context.Context, attempt int) error) error {
	limit, cancel := context.WithTimeout(ctx, c.patience)
	defer cancel()
	for attempt := 0; ; attempt++ {
		err := c.once(limit, attempt, try)
		if err == nil || !uncertain(err) {
			return wrap(what, err)
		}
		if !c.link.isAway() && sleep(limit, pause(attempt)) {
			continue
		}
		if ctx.Err() != nil {
			return wrap(what, ctx.Err())
		}
		return fmt.Errorf("%s: %w: %v", what, record.ErrUnavailable, err) //nolint:errorlint // the cause is for people: its deadline is not the caller's
	}
}

// once is one attempt. It ends with the connection on which it was begun: on that no answer comes any more.
func (c *Conn) once(ctx context.Context, attempt int, try func(context.Context, int) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	ctx, stop := c.link.whileItLasts(ctx)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, attemptWithin)
	defer cancel()
	return try(ctx, attempt)
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

// pause grows from 20 to 250 ms.
func pause(attempt int) time.Duration {
	return min(20*time.Millisecond<<min(attempt, 4), 250*time.Millisecond)
}

// sleep says false when ctx ended first.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// uncertain says whether asking the same again can help.
func uncertain(err error) bool {
	for _, again := range []error{
		errAgain, context.DeadlineExceeded, context.Canceled, nats.ErrTimeout, nats.ErrNoResponders,
		nats.ErrDisconnected, nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting, nats.ErrStaleConnection,
	} {
		if errors.Is(err, again) {
			return true
		}
	}
	var refused *apiError
	if errors.As(err, &refused) {
		return refused.passing()
	}
	var fromClient *jetstream.APIError
	return errors.As(err, &fromClient) && fromClient.Code >= 500
}
