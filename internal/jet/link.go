package jet

import (
	"context"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
)

const (
	// A server of its own that answers no ping is left for another after three of these. It may hang with its connections open, or its
	// network may drop what is sent: without pings that would be seen after many minutes.
	pingsEvery = 2 * time.Second
	// pingsLost is how many may be without an answer.
	pingsLost = 2
	// awayWithin is how long no server at all may be reached before nothing waits for one any more: then there is no election
	// to wait for.
	awayWithin = 5 * time.Second
)

// link is how the connection stands. It is safe for concurrent use.
type link struct {
	mu    sync.Mutex
	now   context.Context // ends with the connection that there is
	ended context.CancelFunc
	gone  *time.Timer // runs while there is none
	away  bool        // there has been none for awayWithin
}

func newLink() *link {
	l := &link{}
	l.now, l.ended = context.WithCancel(context.Background())
	return l
}

func (l *link) options() []nats.Option {
	return []nats.Option{
		nats.DisconnectErrHandler(func(*nats.Conn, error) { l.lost() }),
		nats.ReconnectHandler(func(*nats.Conn) { l.back() }),
	}
}

// lost ends what waits for an answer on the connection that was: none will come.
func (l *link) lost() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.ended()
	l.now, l.ended = context.WithCancel(context.Background())
	if l.gone != nil {
		return
	}
	var timer *time.Timer
	timer = time.AfterFunc(awayWithin, func() {
		l.mu.Lock()
		defer l.mu.Unlock()
		l.away = l.gone == timer
	})
	l.gone = timer
}

func (l *link) back() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.gone != nil {
		l.gone.Stop()
	}
	l.gone, l.away = nil, false
}

// isAway says whether no server has been reached for awayWithin.
func (l *link) isAway() bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.away
}

// whileItLasts is a context that ends with the connection that there is, too. The function that comes with it ends it.
func (l *link) whileItLasts(ctx context.Context) (context.Context, func()) {
	l.mu.Lock()
	now := l.now
	l.mu.Unlock()
	ctx, cancel := context.WithCancel(ctx)
	stop := context.AfterFunc(now, cancel)
	return ctx, func() { stop(); cancel() }
}
