package jet

import (
	"context"
	"errors"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// open starts a server of its own for one test, with its streams.
func open(t testing.TB) *Conn {
	t.Helper()
	c := serverOf(t)
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return c
}

// serverOf starts a server of its own for one test.
func serverOf(t testing.TB) *Conn {
	t.Helper()
	s, err := Embedded(t.Context(), Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	c, err := s.Connect()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

// startIn starts a server over a directory, with its streams; who calls it ends both, the connection first.
func startIn(t testing.TB, dir string) (*Server, *Conn) {
	t.Helper()
	s, err := Embedded(t.Context(), Options{Dir: dir})
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Connect()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.EnsureStreams(t.Context(), 1); err != nil {
		t.Fatal(err)
	}
	return s, c
}

// lossy makes the next n answers to writes vanish after they were made.
func lossy(c *Conn) func(n int) {
	var left atomic.Int32
	ask := c.request
	c.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
		answer, err := ask(ctx, m)
		settles := m.Header != nil && (m.Header.Get(headerBatchID) == "" || m.Header.Get(headerBatchCommit) != "")
		if settles && left.Add(-1) >= 0 {
			return nil, nats.ErrTimeout
		}
		return answer, err
	}
	return func(n int) { left.Store(int32(n)) }
}

func remove(t *testing.T, c *Conn) func(record.Place) {
	return func(at record.Place) {
		t.Helper()
		stream, err := c.js.Stream(t.Context(), recordStream(at.Partition, c.partitions))
		if err != nil {
			t.Fatal(err)
		}
		if err := stream.DeleteMsg(t.Context(), at.Sequence); err != nil {
			t.Fatal(err)
		}
	}
}

func TestJournalKeepsTheContract(t *testing.T) {
	t.Parallel()
	recordtest.Run(t, func(t *testing.T) recordtest.Rig {
		c := open(t)
		return recordtest.Rig{Journal: c.Journal(), LoseAcks: lossy(c), Remove: remove(t, c)}
	})
}

func TestAServerThatIsAwayIsUnavailable(t *testing.T) {
	t.Parallel()
	s, c := startIn(t, t.TempDir())
	defer c.Close()
	c.patience = 300 * time.Millisecond
	s.Close()
	_, err := c.Journal().Append(t.Context(), recordtest.Message("r1", 0), 0)
	if !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("append: %v", err)
	}
	if _, err := c.Journal().Read(t.Context(), record.Request("r1")); !errors.Is(err, record.ErrUnavailable) {
		t.Fatalf("read: %v", err)
	}
}

func TestTheRecordSurvivesARestart(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for n := range uint64(3) {
		s, c := startIn(t, dir)
		if _, err := c.Journal().Append(t.Context(), recordtest.Message("r1", n), n); err != nil {
			t.Fatal(err)
		}
		if all, err := c.Journal().Read(t.Context(), record.Request("r1")); err != nil || len(all) != int(n)+1 {
			t.Fatalf("start %d: %d messages, %v", n, len(all), err)
		}
		c.Close()
		s.Close()
	}
}

func TestEmbeddedSyncsAlways(t *testing.T) {
	t.Parallel()
	c := open(t)
	if sync, err := c.Sync(t.Context()); err != nil || sync != SyncAlways {
		t.Fatalf("got %v, %v", sync, err)
	}
}
