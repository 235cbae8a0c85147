package blockfile

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats-server/v2/server"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const name = "KEYS"

// serve starts a server over a store with one stream, and returns that and what stops the server.
func serve(t *testing.T, dir string) (jetstream.Stream, jetstream.JetStream, func()) {
	t.Helper()
	return serveSyncing(t, dir, true)
}

// serveSyncing is serve of a server that syncs at each write, as ours do, or at its stop alone.
func serveSyncing(t *testing.T, dir string, always bool) (jetstream.Stream, jetstream.JetStream, func()) {
	t.Helper()
	ns, err := server.NewServer(&server.Options{DontListen: true, NoSigs: true, NoLog: true, JetStream: true, StoreDir: dir, SyncAlways: always})
	if err != nil {
		t.Fatal(err)
	}
	ns.Start()
	if !ns.ReadyForConnections(20 * time.Second) {
		t.Fatal("the server did not start")
	}
	nc, err := nats.Connect("", nats.InProcessServer(ns))
	if err != nil {
		t.Fatal(err)
	}
	js, err := jetstream.New(nc)
	if err != nil {
		t.Fatal(err)
	}
	s, err := js.CreateOrUpdateStream(t.Context(), jetstream.StreamConfig{Name: name, Subjects: []string{"key.>"}, AllowDirect: true, MaxMsgSize: 1 << 20})
	if err != nil {
		t.Fatal(err)
	}
	return s, js, func() {
		nc.Close()
		ns.Shutdown()
		ns.WaitForShutdown()
	}
}

func stream(dir string) string {
	return filepath.Join(dir, server.JetStreamStoreDir, server.DEFAULT_GLOBAL_ACCOUNT, "streams", name)
}

// secret is what a message has that must go: the last but one of its bytes differ from those of all others.
func secret(sequence uint64) string { return fmt.Sprintf("secret-%06d-%06d.", sequence, sequence*7) }

// remains are the sequences whose secret is in a file of the stream.
func remains(t *testing.T, dir string, upto uint64) (there []uint64) {
	t.Helper()
	all := []byte{}
	err := filepath.WalkDir(stream(dir), func(path string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		all = append(all, content...)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for sequence := range upto {
		if bytes.Contains(all, []byte(secret(sequence+1))) {
			there = append(there, sequence+1)
		}
	}
	return there
}

// A deletion without overwriting leaves in the files what a server leaves that is killed between its note and its
// overwriting: Finish makes of it what an overwriting deletion makes, and the server that starts over it then has the same
// stream, whether its index is there or not.
func TestWhatIsOnlyNotedIsOverwritten(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: nine stores of 10 MB, each read twice, 15 s")
	}
	t.Parallel()
	const all = 2400
	full := t.TempDir()
	fill(t, full, all)
	for what, deleted := range map[string][]uint64{
		"nothing":                {},
		"the first":              {1},
		"the last":               {all},
		"one in the middle":      {7},
		"two, the later first":   {9, 3},
		"neighbours":             {4, 5, 6},
		"of each block":          {2, 1200, 2300},
		"the end of a block":     {1900, 1901, 1902, 1903, 1904, 1905, 1906, 1907, 1908, 1909},
		"all but one of a block": upto(all - 1),
	} {
		t.Run(what, func(t *testing.T) {
			t.Parallel()
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS(full)); err != nil {
				t.Fatal(err)
			}
			s, _, stop := serve(t, dir)
			for _, sequence := range deleted {
				if err := s.DeleteMsg(t.Context(), sequence); err != nil {
					t.Fatal(err)
				}
			}
			stop()
			kept := slices.DeleteFunc(upto(all), func(sequence uint64) bool { return slices.Contains(deleted, sequence) })
			held := remains(t, dir, all) // a block of which nothing is left is gone
			left := len(held) - len(kept)
			if len(deleted) > 0 && left == 0 {
				t.Fatal("the store has overwritten by itself: nothing is tried here")
			}

			n, err := Finish(stream(dir))
			if err != nil || n != left {
				t.Errorf("%d of %d were finished: %v", n, left, err)
			}
			if diff := cmp.Diff(kept, remains(t, dir, all)); diff != "" {
				t.Errorf("in the files: %s", diff)
			}
			if n, err := Finish(stream(dir)); n != 0 || err != nil {
				t.Errorf("again: %d, %v", n, err)
			}
			for _, index := range []bool{true, false} {
				if !index {
					if err := os.Remove(filepath.Join(stream(dir), "msgs", "index.db")); err != nil {
						t.Fatal(err)
					}
				}
				mustHold(t, dir, kept, all)
			}
			if diff := cmp.Diff(kept, remains(t, dir, all)); diff != "" {
				t.Errorf("in the files after a start: %s", diff)
			}
		})
	}
}

// fill puts messages into a new store: 10 MB, which are two blocks. What is in them is the same when each is not synced, and a disk
// that others use is not waited for 2,400 times.
func fill(t *testing.T, dir string, all uint64) {
	t.Helper()
	_, js, stop := serveSyncing(t, dir, false)
	defer stop()
	padding := strings.Repeat("x", 4<<10)
	for _, sequence := range upto(all) {
		m := &nats.Msg{Subject: fmt.Sprintf("key.%d", sequence), Data: []byte(secret(sequence) + padding)}
		if sequence%3 == 0 {
			m.Header = nats.Header{"Vg-Group": {"g"}}
		}
		if _, err := js.PublishMsgAsync(m); err != nil {
			t.Fatal(err)
		}
	}
	select {
	case <-js.PublishAsyncComplete():
	case <-time.After(30 * time.Second):
		t.Fatal("the store did not take the messages")
	}
}

func upto(n uint64) (all []uint64) {
	for sequence := range n {
		all = append(all, sequence+1)
	}
	return all
}

// mustHold starts a server and reads everything.
func mustHold(t *testing.T, dir string, kept []uint64, last uint64) {
	t.Helper()
	s, _, stop := serve(t, dir)
	defer stop()
	info, err := s.Info(t.Context())
	if err != nil || info.State.LastSeq != last || info.State.Msgs != uint64(len(kept)) {
		t.Fatalf("%+v, %v", info.State, err)
	}
	for _, sequence := range kept {
		m, err := s.GetMsg(t.Context(), sequence)
		if err != nil || !strings.HasPrefix(string(m.Data), secret(sequence)) || m.Subject != fmt.Sprintf("key.%d", sequence) {
			t.Fatalf("message %d: %v", sequence, err)
		}
	}
}

// Where a block is damaged nothing is made up: a note whose checksum is wrong deletes nothing, and a message whose checksum
// is wrong is not blotted out, which would hide the damage.
func TestDamageIsLeftAsItIs(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	s, js, stop := serve(t, dir)
	for sequence := range uint64(4) {
		if _, err := js.Publish(t.Context(), fmt.Sprintf("key.%d", sequence+1), []byte(secret(sequence+1))); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.DeleteMsg(t.Context(), 2); err != nil {
		t.Fatal(err)
	}
	stop()
	path := file(stream(dir), 1)
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	note := len(whole) - smallest
	for what, at := range map[string]int{
		"the note's sequence": note + 4, "the note's length": note, "the note's end": len(whole) - 1,
		"the message": bytes.Index(whole, []byte(secret(2))), "the message before it": bytes.Index(whole, []byte(secret(1))),
	} {
		damaged := bytes.Clone(whole)
		damaged[at] ^= 1
		if err := os.WriteFile(path, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		n, err := Finish(stream(dir))
		if n != 0 || err != nil {
			t.Errorf("%s: %d were finished, %v", what, n, err)
		}
		if got, _ := os.ReadFile(path); !bytes.Equal(got, damaged) {
			t.Errorf("%s: the block was changed", what)
		}
	}
}

func TestAStreamThatIsNotThereHasNothing(t *testing.T) {
	t.Parallel()
	if n, err := Finish(filepath.Join(t.TempDir(), name)); n != 0 || err != nil {
		t.Error(n, err)
	}
}

// Whatever lies in a block, only what is intact and noted is changed, and in its own place.
func FuzzFinish(f *testing.F) {
	f.Add([]byte{})
	f.Add(bytes.Repeat([]byte{30, 0, 0, 0}, 20))
	f.Add(made(f, 1, "key.a", "", "content"))
	f.Add(append(made(f, 1, "key.a", "NATS/1.0\r\n\r\n", "content"), made(f, 1|notes, "", "", "")...))
	f.Add(append(made(f, 2|overwrote, "", "", "random"), 0xff, 0, 0, 0))
	f.Fuzz(func(t *testing.T, content []byte) {
		b, err := newBlock(name, 1, bytes.Clone(content))
		if err != nil {
			t.Fatal(err)
		}
		size := 0
		b.each(func(m message) {
			size += len(m.bytes)
			b.blot(m)
		})
		if len(b.content) != len(content) || !bytes.Equal(b.content[size:], content[size:]) {
			t.Error("bytes that are no message were changed")
		}
		over := 0
		b.each(func(m message) {
			if !m.over {
				t.Error("a message was not overwritten")
			}
			over += len(m.bytes)
		})
		if over != size {
			t.Errorf("%d bytes of messages, and %d after them", size, over)
		}
	})
}

// made is a message as it lies in block 1 of a stream.
func made(t testing.TB, sequence uint64, subject, headers, content string) []byte {
	t.Helper()
	b, err := newBlock(name, 1, nil)
	if err != nil {
		t.Fatal(err)
	}
	var behind []byte
	length := uint32(smallest + len(subject) + len(headers) + len(content))
	if headers != "" {
		length += 4
		behind = binary.LittleEndian.AppendUint32(behind, uint32(len(headers)))
		length |= hasHeaders
	}
	m := binary.LittleEndian.AppendUint32(nil, length)
	m = binary.LittleEndian.AppendUint64(m, sequence)
	m = binary.LittleEndian.AppendUint64(m, 1)
	m = binary.LittleEndian.AppendUint16(m, uint16(len(subject)))
	m = append(append(append(m, subject...), behind...), headers+content...)
	return append(m, b.checksum(m[4:20], []byte(subject), []byte(headers+content))...)
}
