package notary_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/record"
)

// stored is where a message is in the files of a stream.
type stored struct {
	file     string
	at, size int64
	sequence uint64
}

// files reads where each message of a stream lies, as filestore.go of nats-server writes it: a length, whose highest bit
// says that there are headers, a sequence, …
func (w *world) files(stream string) []stored {
	w.t.Helper()
	blocks, err := filepath.Glob(filepath.Join(w.store(), "jetstream", "$G", "streams", stream, "msgs", "*.blk"))
	if err != nil || len(blocks) == 0 {
		w.t.Fatalf("files of %s: %v, %v", stream, blocks, err)
	}
	var all []stored
	for _, file := range blocks {
		content, err := os.ReadFile(file)
		if err != nil {
			w.t.Fatal(err)
		}
		for at := int64(0); at < int64(len(content)); {
			size := int64(binary.LittleEndian.Uint32(content[at:]) &^ (1 << 31))
			all = append(all, stored{file: file, at: at, size: size, sequence: binary.LittleEndian.Uint64(content[at+4:])})
			at += size
		}
	}
	return all
}

// highSequence is where a message has the upper bytes of its sequence. nats-server 2.15 counts from the message before it up
// to what stands there, and for a flip of these bits it does not come to an end: it never starts, which nobody overlooks.
var highSequence = [2]int64{4 + 2, 4 + 8}

// Bit rot is silent: the server says that it is well, and never delivers the message (trust.md, 2).
func TestAHundredFlippedBitsAreFoundAndNamed(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: it writes 1,400 messages to three streams, damages a hundred and reads all, 4 s")
	}
	t.Parallel()
	w := newWorld(t)
	w.size = 8 << 10 // so that a stream has several files
	w.fill(1400)
	w.read(700)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	w.stop()
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	random := rand.New(rand.NewPCG(seed, 1))
	flipped := map[string][]uint64{}
	for name, n := range map[string]int{"RECORD_0": 33, "RECORD_1": 33, "EVIDENCE": 34} {
		messages := w.files(name)
		for _, i := range random.Perm(len(messages))[:n] {
			m := messages[i]
			at := random.Int64N(m.size)
			for highSequence[0] <= at && at < highSequence[1] {
				at = random.Int64N(m.size)
			}
			flip(t, m.file, m.at+at, 1<<random.IntN(8))
			flipped[name] = append(flipped[name], m.sequence)
		}
	}
	w.start()
	g = w.gateway("gateway")
	found := g.verify()
	for name, sequences := range flipped {
		for _, sequence := range sequences {
			if !named(found, name, sequence) {
				t.Errorf("%s sequence %d was flipped and is not named", name, sequence)
			}
		}
	}
	t.Logf("%d differences named, such as %v", len(found), found[0])
}

// The length of a message's headers is in no sum that the server holds: the message comes, with headers that end early or
// late, and what the direct API adds behind them is lost with them.
func TestFlippedLengthsOfHeadersAreFoundAndNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(60)
	w.read(30)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	w.stop()
	flipped := map[string][]uint64{}
	for name, first := range map[string]int{"RECORD_0": 0, "EVIDENCE": 1} {
		messages := w.files(name)
		for bit := range 9 { // further ones reach past the message, which the server sees
			m := messages[first+2*bit]
			at, _ := w.lengthOfHeaders(m)
			flip(t, m.file, at+int64(bit/8), 1<<(bit%8))
			flipped[name] = append(flipped[name], m.sequence)
		}
	}
	w.start()
	found := w.gateway("gateway").verify()
	for name, sequences := range flipped {
		for _, sequence := range sequences {
			if !named(found, name, sequence) {
				t.Errorf("%s sequence %d was flipped and is not named", name, sequence)
			}
		}
	}
	for _, d := range found {
		for sequence := d.From; sequence <= d.To; sequence++ {
			if !slices.Contains(flipped[d.Stream], sequence) {
				t.Errorf("nobody has touched %s sequence %d, and it is named: %s", d.Stream, sequence, d.What)
			}
		}
	}
	unreadable := 0
	for i := range 8 {
		_, err := w.conn.Journal().Read(t.Context(), record.Request(fmt.Sprintf("r%d", i)))
		if errors.Is(err, record.ErrUnreadable) {
			unreadable++
		} else if err != nil {
			t.Errorf("a request with such messages is read: %v", err)
		}
	}
	if unreadable == 0 {
		t.Error("no request says that a message of it cannot be read")
	}
	var kept []uint64
	for from := uint64(1); from <= 30; from = kept[len(kept)-1] + 1 {
		page, err := w.conn.Evidence().Read(t.Context(), from, 256)
		if err != nil || len(page) == 0 {
			t.Fatalf("evidence from sequence %d: %v, %v", from, page, err)
		}
		for _, m := range page {
			kept = append(kept, m.Sequence)
		}
	}
	if len(kept) != 30 {
		t.Errorf("of 30 messages of evidence come %v", kept)
	}
}

// A log that cannot be opened is compared with nothing: verify says why, and does not wait until somebody has mended it.
func TestVerifyTellsWhyALogCannotBeOpened(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: what may pass by itself is given 10 s")
	}
	t.Parallel()
	w := newWorld(t)
	w.fill(20)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	w.stop()
	for _, m := range w.files("LEDGER") { // none of their headers can be read
		at, length := w.lengthOfHeaders(m)
		flip(t, m.file, at, byte(length)^5)
	}
	w.start()
	g = w.gateway("gateway")
	ctx, cancel := context.WithTimeout(t.Context(), 40*time.Second)
	defer cancel()
	_, err := g.notary.Verify(ctx)
	if !errors.Is(err, record.ErrUnreadable) || !strings.Contains(err.Error(), "last checkpoint of ") {
		t.Errorf("verify ends with %v", err)
	}
}

// lengthOfHeaders is what stands in the file behind the subject, and where.
func (w *world) lengthOfHeaders(m stored) (at int64, length uint32) {
	w.t.Helper()
	content, err := os.ReadFile(m.file)
	if err != nil {
		w.t.Fatal(err)
	}
	const fixed = 22 // bytes before the subject, the last two its length
	at = m.at + fixed + int64(binary.LittleEndian.Uint16(content[m.at+fixed-2:]))
	return at, binary.LittleEndian.Uint32(content[at:])
}

func flip(t *testing.T, file string, at int64, bit byte) {
	t.Helper()
	f, err := os.OpenFile(file, os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	var b [1]byte
	if _, err := f.ReadAt(b[:], at); err != nil {
		t.Fatal(err)
	}
	b[0] ^= bit
	if _, err := f.WriteAt(b[:], at); err != nil {
		t.Fatal(err)
	}
}
