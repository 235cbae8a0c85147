package jet

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"golang.org/x/sync/errgroup"

	"verigate/internal/ledger"
	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
)

// taken is a backup in memory.
func taken(t *testing.T, c *Conn) (order []string, streams map[string][]byte) {
	t.Helper()
	order, err := c.BackupStreams(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	streams = map[string][]byte{}
	for _, stream := range order {
		var b bytes.Buffer
		told, err := c.Snapshot(t.Context(), stream, &b)
		if err != nil {
			t.Fatal(err)
		}
		head, err := ReadHead(HeadReader(bytes.NewReader(b.Bytes())))
		if err != nil {
			t.Fatal(err)
		}
		if extent, err := head.Extent(); err != nil || extent != told {
			t.Errorf("%s: %+v and in it %+v, %v", stream, told, extent, err)
		}
		streams[stream] = b.Bytes()
	}
	return order, streams
}

func allOf(t *testing.T, c *Conn, stream string) []ledger.Message {
	t.Helper()
	source := c.Source(stream)
	last, err := source.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out []ledger.Message
	for uint64(len(out)) < last {
		page, err := source.Read(t.Context(), uint64(len(out))+1, 1000)
		if err != nil || len(page) == 0 {
			t.Fatal(len(out), last, err)
		}
		out = append(out, page...)
	}
	return out
}

// A stream that is restored has every message where it was, with its time, and its guards go on.
func TestWhatIsRestoredIsWhatWasTakenWhileItWasWritten(t *testing.T) {
	t.Parallel()
	c := open(t)
	journal, keys := c.Journal(), c.Keys()
	if err := keys.Put(t.Context(), []seal.Wrapped{{KID: "gone", Group: "g", Bytes: []byte("secret-of-gone")}, {KID: "kept", Group: "g", Bytes: []byte("kept")}}); err != nil {
		t.Fatal(err)
	}
	if err := keys.Erase(t.Context(), "gone"); err != nil {
		t.Fatal(err)
	}
	write := func(ctx context.Context, n, from int) error {
		for i := range n {
			if _, err := journal.Append(ctx, recordtest.Message(fmt.Sprint("request-", from+i), 0), 0); err != nil {
				return err
			}
		}
		return nil
	}
	if err := write(t.Context(), 300, 0); err != nil {
		t.Fatal(err)
	}
	before, err := journal.Last(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	writing, ctx := errgroup.WithContext(t.Context())
	writing.Go(func() error { return write(ctx, 500, 300) })
	order, streams := taken(t, c)
	if err := writing.Wait(); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"LEDGER", "EVIDENCE", "RECORD_1", "RECORD_0", "KEYS"}, order); diff != "" {
		t.Error(diff)
	}

	dir := filepath.Join(t.TempDir(), "nats")
	r, err := Restore(dir)
	if err != nil {
		t.Fatal(err)
	}
	for stream, content := range streams {
		if err := r.RestoreStream(t.Context(), stream, 1, bytes.NewReader(content)); err != nil {
			t.Fatal(err)
		}
		head, err := ReadHead(HeadReader(bytes.NewReader(content)))
		if err != nil {
			t.Fatal(err)
		}
		want, err := head.Extent()
		if have, there, e := r.Extent(t.Context(), stream); err != nil || e != nil || !there || have != want {
			t.Errorf("%s: %+v, want %+v: %v %v", stream, have, want, err, e)
		}
	}
	if err := r.RestoreStream(t.Context(), "KEYS", 1, bytes.NewReader(streams["KEYS"])); !errors.Is(err, ErrStreamExists) {
		t.Errorf("a stream was restored over another: %v", err)
	}
	if err := r.Finish(t.Context()); err != nil {
		t.Fatal(err)
	}

	s, restored := startIn(t, dir)
	defer s.Close()
	defer restored.Close()
	end, err := restored.Journal().Last(t.Context())
	if err != nil || !end.Covers(before) {
		t.Errorf("the backup ends at %v and began behind %v, %v", end, before, err)
	}
	for i, stream := range restored.RecordStreams() {
		have := allOf(t, restored, stream)
		if diff := cmp.Diff(allOf(t, c, stream)[:end[i]], have); diff != "" {
			t.Errorf("%s: %s", stream, diff)
		}
	}
	if _, err := restored.Keys().Get(t.Context(), "gone"); !errors.Is(err, record.ErrErased) {
		t.Error("a key that was erased:", err)
	}
	if key, err := restored.Keys().Get(t.Context(), "kept"); string(key.Bytes) != "kept" || err != nil {
		t.Error(key, err)
	}
	if _, err := restored.Journal().Append(t.Context(), recordtest.Message("request-0", 1), 0); !errors.Is(err, record.ErrConflict) {
		t.Error("a request was begun anew:", err)
	}
}

func TestABackupThatCannotBeWrittenOrReadIsNone(t *testing.T) {
	t.Parallel()
	c := open(t)
	for i := range 50 {
		if _, err := c.Journal().Append(t.Context(), recordtest.Message(time.Duration(i).String(), 0), 0); err != nil {
			t.Fatal(err)
		}
	}
	full := errors.New("the disk is full")
	if _, err := c.Snapshot(t.Context(), "RECORD_0", failing{full}); !errors.Is(err, full) {
		t.Error(err)
	}
	if _, err := c.Snapshot(t.Context(), "NONE", io.Discard); !hasCode(err, codeNoStream) {
		t.Error("a stream that is not there:", err)
	}
	_, streams := taken(t, c)
	r, err := Restore(filepath.Join(t.TempDir(), "nats"))
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for name, content := range map[string][]byte{
		"nothing":             nil,
		"no description":      bytes.Repeat([]byte{'x'}, 2*headAtMost),
		"of another stream":   streams["RECORD_1"],
		"not to the end":      streams["RECORD_0"][:len(streams["RECORD_0"])-20],
		"a damaged byte":      spoilt(streams["RECORD_0"]),
		"without the archive": streams["RECORD_0"][:bytes.IndexByte(streams["RECORD_0"], '\n')+1],
	} {
		if err := r.RestoreStream(t.Context(), "RECORD_0", 1, bytes.NewReader(content)); err == nil {
			t.Errorf("%s: restored", name)
		}
		if _, there, _ := r.Extent(t.Context(), "RECORD_0"); there {
			if err := r.DropStream(t.Context(), "RECORD_0"); err != nil {
				t.Fatal(err)
			}
		}
	}
	unheard := 2 // as of three servers, until each knows who takes the chunks
	asked := r.request
	r.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
		if strings.Contains(m.Subject, ".RESTORE.") && !strings.HasPrefix(m.Subject, "$JS.API.") && unheard > 0 {
			unheard--
			return nil, nats.ErrNoResponders
		}
		return asked(ctx, m)
	}
	if err := r.RestoreStream(t.Context(), "RECORD_0", 1, bytes.NewReader(streams["RECORD_0"])); err != nil || unheard > 0 {
		t.Error("what is whole:", err)
	}
}

func spoilt(content []byte) []byte {
	out := bytes.Clone(content)
	out[len(out)-30] ^= 1
	return out
}

type failing struct{ err error }

func (f failing) Write([]byte) (int, error) { return 0, f.err }
