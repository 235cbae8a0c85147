package rdb

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"
	"github.com/redis/go-redis/v9/maintnotifications"

	"verigate/internal/board"
)

// Sealer hides what must not be readable in Redis. It is safe for concurrent use, and its keys live as long as the
// board does: after another key a board is rebuilt.
type Sealer interface {
	// Seal encrypts and binds the bytes to a text, which must be given again to open them.
	Seal(boundTo string, plain []byte) ([]byte, error)
	// Open returns what was sealed under the same text; an error for anything else.
	Open(boundTo string, sealed []byte) ([]byte, error)
	// Blind names a value without telling it: letters and digits, the same for the same purpose and value.
	Blind(purpose, value string) string
}

// Options say where Redis is.
type Options struct {
	Addrs    []string    // one server; the nodes of a cluster; or, with Master, the Sentinels
	Master   string      // name of the master that the Sentinels watch; empty without them
	Username string      // empty: the default user
	Password string      // empty: none
	TLS      *tls.Config // nil: without
	Name     string      // of the board, the hash tag of all its keys; empty: vg
}

// Store is the board in Redis. It is safe for concurrent use.
type Store struct {
	client   redis.UniversalClient
	embedded *miniredis.Miniredis // nil with a real server
	keys     keys
	seal     Sealer
	scripts  scripts
	cells    cellNames

	mu      sync.Mutex
	serving string // generation that was live when last asked; guarded by mu
}

var _ board.Store = (*Store)(nil)

// Open returns a store on a real server. It does not connect: with Redis down the gateway starts, and calls answer
// board.ErrUnavailable until it is there.
func Open(o Options, seal Sealer) *Store {
	client := redis.NewUniversalClient(&redis.UniversalOptions{
		Addrs: o.Addrs, MasterName: o.Master, Username: o.Username, Password: o.Password, TLSConfig: o.TLS,
		DialTimeout: 2 * time.Second, ReadTimeout: 3 * time.Second, WriteTimeout: 3 * time.Second,
		ContextTimeoutEnabled: true, MaxRetries: 1,
		DialerRetries:            1,    // with Redis down a page is refused at once
		DisableIdentity:          true, // a late answer to CLIENT SETINFO was once taken for another's (CVE-2025-29923)
		MaintNotificationsConfig: &maintnotifications.Config{Mode: maintnotifications.ModeDisabled},
	})
	return newStore(client, o.Name, seal)
}

// Embedded returns a store on a miniredis in this process, empty at each start: for a first run and for tests. It sorts
// a whole set for each page, so it is good for some thousand open requests. Run keeps its time.
func Embedded(seal Sealer) (*Store, error) {
	m := miniredis.NewMiniRedis()
	// A pipeline over miniredis' own in-process connection deadlocks: it has no buffer.
	if err := m.StartAddr("127.0.0.1:0"); err != nil {
		return nil, fmt.Errorf("start miniredis: %w", err)
	}
	s := Open(Options{Addrs: []string{m.Addr()}}, seal)
	s.embedded = m
	return s, nil
}

func newStore(client redis.UniversalClient, name string, seal Sealer) *Store {
	if name == "" {
		name = "vg"
	}
	return &Store{client: client, seal: seal, scripts: newScripts(), keys: keys{name: name, names: newSetNames(seal.Blind)}}
}

// Embedded says whether this is the miniredis of a first run, which production refuses.
func (s *Store) Embedded() bool { return s.embedded != nil }

// Run lets time pass in an embedded server, second by second (its own clock would walk every key on every command),
// until ctx ends. With a real server it only waits.
func (s *Store) Run(ctx context.Context) error {
	if s.embedded == nil {
		<-ctx.Done()
		return nil
	}
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			s.embedded.FastForward(time.Second)
		}
	}
}

// Close ends the connections, and the embedded server with its content.
func (s *Store) Close() error {
	err := s.client.Close()
	if s.embedded != nil {
		s.embedded.Close()
	}
	return err
}

// Ping is board.Store's.
func (s *Store) Ping(ctx context.Context) error { return s.failure(ctx, s.client.Ping(ctx).Err()) }

// live returns the generation that is served, as last known; asked anew when nothing is known.
func (s *Store) live(ctx context.Context) (generation, error) {
	s.mu.Lock()
	id := s.serving
	s.mu.Unlock()
	if id != "" {
		return s.keys.generation(id), nil
	}
	return s.askLive(ctx)
}

// askLive asks which generation is served; board.ErrBehind when none is.
func (s *Store) askLive(ctx context.Context) (generation, error) {
	id, err := s.client.Get(ctx, s.keys.live()).Result()
	if err != nil && !errors.Is(err, redis.Nil) {
		return generation{}, s.failure(ctx, err)
	}
	s.mu.Lock()
	s.serving = id
	s.mu.Unlock()
	if id == "" {
		return generation{}, fmt.Errorf("no generation is served: %w", board.ErrBehind)
	}
	return s.keys.generation(id), nil
}

// reading runs a read on the generation that is served. A cached one may have been ended by a rebuild: then it is
// asked for, and the read runs once more.
func (s *Store) reading(ctx context.Context, read func(generation) error) error {
	g, err := s.live(ctx)
	if err != nil {
		return err
	}
	if err = read(g); !errors.Is(err, board.ErrBehind) {
		return err
	}
	if g, err = s.askLive(ctx); err != nil {
		return err
	}
	return read(g)
}
