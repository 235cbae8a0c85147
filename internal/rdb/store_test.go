package rdb

import (
	"bytes"
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"net"
	"strings"
	"testing"

	"verigate/internal/record"

	"github.com/redis/go-redis/v9"

	"verigate/internal/board"
	"verigate/internal/board/boardtest"
	"verigate/internal/rdb/redistest"
	"verigate/internal/tooltest"
)

// testSealer seals under a key of its own.
type testSealer struct{ aead cipher.AEAD }

func sealer(tb testing.TB) Sealer {
	tb.Helper()
	block, err := aes.NewCipher(bytes.Repeat([]byte{7}, 32))
	if err != nil {
		tb.Fatal(err)
	}
	aead, err := cipher.NewGCM(block)
	if err != nil {
		tb.Fatal(err)
	}
	return testSealer{aead: aead}
}

func (s testSealer) Seal(boundTo string, plain []byte) ([]byte, error) {
	nonce := make([]byte, s.aead.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return nil, err
	}
	return s.aead.Seal(nonce, nonce, plain, []byte(boundTo)), nil
}

func (s testSealer) Open(boundTo string, sealed []byte) ([]byte, error) {
	if len(sealed) < s.aead.NonceSize() {
		return nil, errors.New("too short")
	}
	return s.aead.Open(nil, sealed[:s.aead.NonceSize()], sealed[s.aead.NonceSize():], []byte(boundTo))
}

func (s testSealer) Blind(purpose, value string) string {
	mac := hmac.New(sha256.New, []byte("blind "+purpose))
	mac.Write([]byte(value))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

func embedded(tb testing.TB) *Store {
	tb.Helper()
	s, err := Embedded(sealer(tb))
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { s.Close() })
	return s
}

func started(tb testing.TB) *Store {
	tb.Helper()
	s := Open(Options{Addrs: []string{redistest.Start(tb)}, Name: "test"}, sealer(tb))
	tb.Cleanup(func() { s.Close() })
	return s
}

func rig(tb testing.TB, s *Store) boardtest.Rig {
	tb.Helper()
	ctx := context.Background()
	return boardtest.Rig{
		Store: s,
		Forget: func() {
			for _, key := range s.client.Keys(ctx, "{"+s.keys.name+"}:*").Val() {
				s.client.Del(ctx, key)
			}
		},
		Lose: func(p board.Place) {
			g, err := s.live(ctx)
			if err != nil {
				tb.Fatal(err)
			}
			s.client.ZRem(ctx, g.set(p.Set), p.Member)
		},
	}
}

func TestMiniredisKeepsTheContract(t *testing.T) {
	t.Parallel()
	boardtest.Run(t, func(t *testing.T) boardtest.Rig { return rig(t, embedded(t)) })
}

func TestRedisKeepsTheContract(t *testing.T) {
	t.Parallel()
	addr := redistest.Start(t)
	boardtest.Run(t, func(t *testing.T) boardtest.Rig {
		s := Open(Options{Addrs: []string{addr}, Name: t.Name()}, sealer(t))
		t.Cleanup(func() { s.Close() })
		return rig(t, s)
	})
}

// A server in cluster mode refuses whatever touches two slots, in scripts too.
func TestAClusterKeepsTheContract(t *testing.T) {
	t.Parallel()
	addr := redistest.Cluster(t)
	boardtest.Run(t, func(t *testing.T) boardtest.Rig {
		client := redis.NewClusterClient(&redis.ClusterOptions{
			Addrs: []string{addr}, DisableIdentity: true, ContextTimeoutEnabled: true,
		})
		t.Cleanup(func() { client.Close() })
		return rig(t, newStore(client, t.Name(), sealer(t)))
	})
}

func TestAnUnreachableServerIsUnavailable(t *testing.T) {
	t.Parallel()
	s := Open(Options{Addrs: []string{net.JoinHostPort("127.0.0.1", tooltest.Port(t))}}, sealer(t))
	t.Cleanup(func() { s.Close() })
	for name, call := range map[string]func() error{
		"ping":     func() error { return s.Ping(t.Context()) },
		"position": func() error { _, err := s.Position(t.Context()); return err },
		"apply":    func() error { return s.Apply(t.Context(), board.Batch{}) },
		"page": func() error {
			_, err := s.Board(t.Context(), board.Filter{}, board.Page{}, boardtest.Everyone())
			return err
		},
	} {
		if err := call(); !errors.Is(err, board.ErrUnavailable) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAServerThatGoesAwayAndComesBackIsServedAgain(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	follow(t, s, boardtest.Sample(1))
	addr := s.embedded.Addr()
	s.embedded.Close()
	if _, err := s.Counters(t.Context(), boardtest.Start()); !errors.Is(err, board.ErrUnavailable) {
		t.Errorf("away: %v", err)
	}
	if err := s.embedded.StartAddr(addr); err != nil {
		t.Fatal(err)
	}
	s.embedded.FlushAll()
	if err := s.Apply(t.Context(), board.Batch{After: record.Position{1}, Upto: record.Position{2}}); !errors.Is(err, board.ErrBehind) {
		t.Errorf("back without memory: %v", err)
	}
	follow(t, s, boardtest.Sample(1))
}

func follow(t *testing.T, s *Store, rows ...board.Rows) {
	t.Helper()
	at, err := s.Position(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	b := board.Batch{After: at.Record, Upto: at.Record}
	for _, r := range rows {
		b.Upto[0]++
		b.Updates = append(b.Updates, board.Update{Sequence: b.Upto[0], Rows: r, Counts: boardtest.Adds(r)})
	}
	if err := s.Apply(t.Context(), b); err != nil {
		t.Fatal(err)
	}
}

func TestThePositionDoesNotPassWhatIsNotWritten(t *testing.T) {
	t.Parallel()
	for _, s := range []*Store{embedded(t), started(t)} {
		if _, err := s.Position(t.Context()); err != nil {
			t.Fatal(err)
		}
		const n = 3*together + 1
		b := board.Batch{Upto: record.Position{n}, At: boardtest.Start()}
		for i := range n {
			b.Updates = append(b.Updates, board.Update{Sequence: uint64(i + 1), Rows: boardtest.Sample(i)})
		}
		g, err := s.live(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if err := s.client.Set(t.Context(), g.row(boardtest.ID(together)), "no hash", 0).Err(); err != nil {
			t.Fatal(err)
		}
		if err := s.Apply(t.Context(), b); err == nil {
			t.Error("a row that cannot be written is passed")
		}
		if at, err := s.Position(t.Context()); err != nil || at != (board.Position{}) {
			t.Errorf("the position is %+v, %v", at, err)
		}
		s.client.Del(t.Context(), g.row(boardtest.ID(together)))
		if err := s.Apply(t.Context(), b); err != nil {
			t.Fatal(err)
		}
		if at, err := s.Position(t.Context()); err != nil || at.Record != (record.Position{n}) || !at.At.Equal(boardtest.Start()) {
			t.Errorf("the position is %+v, %v", at, err)
		}
		if held, err := s.Stored(t.Context(), boardtest.ID(0), boardtest.ID(together), boardtest.ID(n-1)); err != nil || len(held) != 3 {
			t.Errorf("stored are %d, %v", len(held), err)
		}
	}
}

func TestAnotherRequestsRowIsNotShown(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	follow(t, s, boardtest.Sample(1), boardtest.Sample(2))
	g, err := s.live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	foreign := s.client.HGetAll(ctx, g.row(boardtest.ID(2))).Val()
	s.client.HSet(ctx, g.row(boardtest.ID(1)), foreign)
	if _, err := s.Board(ctx, board.Filter{}, board.Page{Limit: 5}, boardtest.Everyone()); err == nil {
		t.Error("a row in another's place is shown")
	}
}

func TestAReplyThatBelongsToAnotherIsRefused(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	p, err := s.sealRows(board.Update{Sequence: 1, Rows: boardtest.Sample(2)})
	if err != nil {
		t.Fatal(err)
	}
	plain, err := s.seal.Open(boundTo(boardtest.ID(2), partRequest, "1"), p.request)
	if err != nil {
		t.Fatal(err)
	}
	sealed, err := s.seal.Seal(boundTo(boardtest.ID(1), partRequest, "1"), plain) // even if sealed for this place
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.openRequest(boardtest.ID(1), "1", sealed); !errors.Is(err, errForeign) {
		t.Errorf("got %v", err)
	}
}

func TestNoNameIsReadableInRedis(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	follow(t, s, boardtest.Sample(1, boardtest.SealedIn("drugs"), func(r *board.Rows) {
		r.Request.Partner, r.Partner.Partner = "TH-CUSTOMS", "TH-CUSTOMS"
	}), boardtest.Sample(2))
	all := s.embedded.Dump()
	// Long enough not to come about by chance in what is sealed.
	for _, name := range []string{"TH-CUSTOMS", "VR-0001", "urgent", "drugs", "with_units", "container", "queue", "sealed", "headquarters", "2021-09"} {
		if strings.Contains(all, name) {
			t.Errorf("%q is readable", name)
		}
	}
}

func TestAnEndedGenerationLeavesNoKey(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	rows := make([]board.Rows, 600)
	for n := range rows {
		rows[n] = boardtest.Sample(n)
	}
	follow(t, s, rows...)
	err := s.Rebuild(t.Context(), func(ctx context.Context, w board.Writer) error {
		return w.Apply(ctx, board.Batch{Upto: record.Position{1}, Updates: []board.Update{{Sequence: 1, Rows: boardtest.Sample(1)}}})
	})
	if err != nil {
		t.Fatal(err)
	}
	g, err := s.live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, key := range s.embedded.Keys() {
		if !strings.HasPrefix(key, g.prefix()+":") && key != s.keys.live() && key != s.keys.generations() {
			t.Errorf("%s is left", key)
		}
	}
}

func TestTheSecondOfTwoRebuildsEndsTheFirst(t *testing.T) {
	t.Parallel()
	s := embedded(t)
	follow(t, s, boardtest.Sample(1))
	err := s.Rebuild(t.Context(), func(ctx context.Context, _ board.Writer) error {
		return s.Rebuild(ctx, func(context.Context, board.Writer) error { return nil })
	})
	if !errors.Is(err, board.ErrBehind) {
		t.Errorf("the first: %v", err)
	}
}

func TestAServerThatCannotServeNowIsUnavailable(t *testing.T) {
	t.Parallel()
	for reply, passing := range map[string]bool{
		"LOADING Redis is loading the dataset in memory":               true,
		"READONLY You can't write against a read only replica.":        true,
		"MISCONF Redis is configured to save RDB snapshots":            true,
		"OOM command not allowed when used memory > 'maxmemory'.":      true,
		"ERR max number of clients reached":                            true,
		"WRONGTYPE Operation against a key holding the wrong kind":     false,
		"ERR Error running script (call to f_1): @user_script:1: oops": false,
	} {
		s := embedded(t)
		follow(t, s, boardtest.Sample(1))
		s.embedded.SetError(reply)
		_, err := s.Counters(t.Context(), boardtest.Start())
		if err == nil || errors.Is(err, board.ErrUnavailable) != passing {
			t.Errorf("%s: %v", reply, err)
		}
	}
}

func TestRunEndsWithItsContext(t *testing.T) {
	t.Parallel()
	for _, s := range []*Store{embedded(t), Open(Options{Addrs: []string{"127.0.0.1:1"}}, sealer(t))} {
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- s.Run(ctx) }()
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("an ordered stop: %v", err)
		}
	}
}

func TestTheFirstBoardOfAServerMayBeARebuild(t *testing.T) {
	t.Parallel()
	for _, s := range []*Store{embedded(t), started(t)} {
		err := s.Rebuild(t.Context(), func(ctx context.Context, w board.Writer) error {
			return w.Apply(ctx, board.Batch{Upto: record.Position{1}, Updates: []board.Update{{Sequence: 1, Rows: boardtest.Sample(1)}}})
		})
		if err != nil {
			t.Fatal(err)
		}
		if row, err := s.ByNumber(t.Context(), "VR-0001-0000-0000", boardtest.Outsiders()); err != nil || row.ID != boardtest.ID(1) {
			t.Errorf("%v, %v", row, err)
		}
	}
}
