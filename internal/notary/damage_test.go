package notary_test

import (
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

	"github.com/nats-io/nats.go"

	"verigate/internal/evidence"
	"verigate/internal/jet"
	"verigate/internal/notary"
	"verigate/internal/record"
)

func subjectsOf(id string) map[string]string {
	all := map[string]string{}
	for i := range record.Partitions {
		all[fmt.Sprintf("RECORD_%d", i)] = record.Request(id).Name(i)
	}
	return all
}

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

func named(found []notary.Difference, stream string, sequence uint64) bool {
	for _, d := range found {
		if d.Stream == stream && d.From <= sequence && sequence <= d.To {
			return true
		}
	}
	return false
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
			flip(t, m.file, w.lengthOfHeaders(m)+int64(bit/8), 1<<(bit%8))
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

// lengthOfHeaders is where it stands in the file: behind the subject.
func (w *world) lengthOfHeaders(m stored) int64 {
	w.t.Helper()
	content, err := os.ReadFile(m.file)
	if err != nil {
		w.t.Fatal(err)
	}
	const fixed = 22 // bytes before the subject, the last two its length
	return m.at + fixed + int64(binary.LittleEndian.Uint16(content[m.at+fixed-2:]))
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

func TestAMessageThatWasDeletedIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	s, err := w.raw.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	if err := s.SecureDeleteMsg(t.Context(), 20); err != nil {
		t.Fatal(err)
	}
	if err := s.DeleteMsg(t.Context(), 299); err != nil {
		t.Fatal(err)
	}
	want := "[RECORD_0 sequence 20: missing or unreadable RECORD_0 sequence 299: missing or unreadable]"
	if got := fmt.Sprint(g.verify()); got != want {
		t.Errorf("while it runs: %s", got)
	}
	g.stop()
	if b := w.gateway("gateway").broken(stream); b.Sequence != 299 {
		t.Errorf("at the start: %v", b)
	}
}

func TestAStreamThatWasCutOffIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	w.stop()
	messages := w.files(stream)
	last := messages[len(messages)-40]
	if err := os.Truncate(last.file, last.at); err != nil {
		t.Fatal(err)
	}
	w.start()
	g = w.gateway("gateway")
	if b := g.broken(stream); b.Sequence != 261 {
		t.Errorf("at the start: %v", b)
	}
	if found := g.verify(); !named(found, stream, 261) || !named(found, stream, 300) || named(found, stream, 260) {
		t.Errorf("differences: %v", found)
	}
}

// Two messages are swapped by writing the stream anew from its messages, as somebody with all rights can.
func TestMessagesThatWereSwappedAreNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(600)
	g := w.gateway("gateway")
	g.sign()
	g.stop()
	s, err := w.raw.Stream(t.Context(), stream)
	if err != nil {
		t.Fatal(err)
	}
	config := s.CachedInfo().Config
	var messages []*nats.Msg
	for i := range 300 {
		m, err := s.GetMsg(t.Context(), uint64(i)+1)
		if err != nil {
			t.Fatal(err)
		}
		m.Header.Del("Nats-Expected-Last-Subject-Sequence")
		messages = append(messages, &nats.Msg{Subject: m.Subject, Header: m.Header, Data: m.Data})
	}
	messages[30], messages[31] = messages[31], messages[30]
	if err := w.raw.DeleteStream(t.Context(), stream); err != nil {
		t.Fatal(err)
	}
	if _, err := w.raw.CreateStream(t.Context(), config); err != nil {
		t.Fatal(err)
	}
	for _, m := range messages {
		if _, err := w.raw.PublishMsg(t.Context(), m); err != nil {
			t.Fatal(err)
		}
	}
	g = w.gateway("gateway")
	g.broken(stream)
	if found := g.verify(); !named(found, stream, 31) || !named(found, stream, 32) {
		t.Errorf("differences: %v", found)
	}
}

func TestAStoreThatWasRolledBackIsNamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	host := t.TempDir()
	w.fill(400)
	g := w.gateway("gateway", witnessed(host))
	g.sign()
	g.stop()
	w.stop()
	older := t.TempDir()
	copyTree(t, w.dir, older)
	w.start()
	w.fill(200)
	g = w.gateway("gateway", witnessed(host))
	g.sign()
	g.stop()
	w.stop()

	t.Log("the store alone is put back: this gateway knows more")
	newer := t.TempDir()
	copyTree(t, w.dir, newer)
	copyTree(t, filepath.Join(older, "nats"), w.store())
	w.start()
	g = w.gateway("gateway")
	if b := g.broken(stream); b.Sequence != 201 || !strings.Contains(b.Why, "this gateway has taken 300") {
		t.Errorf("found %v", b)
	}
	g.stop()
	w.stop()

	t.Log("the whole directory is put back: the witness knows more")
	copyTree(t, older, w.dir)
	w.start()
	g = w.gateway("gateway", witnessed(host))
	b := g.broken(stream)
	if b.Sequence != 201 || b.Origin != "verigate/0f1e2d3c4b5a6978/RECORD_0" || !strings.Contains(b.Why, "the witness knows 300 messages, the stream has 200") {
		t.Errorf("found %v", b)
	}
	if found := g.verify(); !named(found, stream, 201) {
		t.Errorf("differences: %v", found)
	}
	g.stop()

	t.Log("and has grown past it since")
	w.fill(400)
	g = w.gateway("gateway", witnessed(host))
	if b := g.broken(stream); b.Sequence != 201 {
		t.Errorf("found %v", b)
	}
}

// Evidence that was lost, and begun again where no backup had it, has a ledger of its own: what was signed stays, and says
// for good how much there was.
func TestEvidenceThatWasBegunAgainHasALedgerOfItsOwn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.read(20)
	g := w.gateway("gateway")
	g.sign()
	if err := w.raw.DeleteStream(t.Context(), evidence.Stream); err != nil {
		t.Fatal(err)
	}
	if got := fmt.Sprint(g.verify()); got != "[EVIDENCE sequences 1 to 20: the whole stream is lost]" {
		t.Errorf("of evidence that is lost it says %s", got)
	}
	next := jet.EvidenceLog(1)
	if err := g.notary.Begin(t.Context(), next); err != nil {
		t.Fatal(err)
	}
	if err := g.notary.Begin(t.Context(), next); err != nil {
		t.Errorf("said once more: %v", err)
	}
	if err := w.conn.Evidence().Begin(t.Context(), 1, 1); err != nil {
		t.Fatal(err)
	}
	w.read(30) // more than there was
	if b := g.broken(evidence.Stream); b.Origin != "verigate/0f1e2d3c4b5a6978/EVIDENCE" || b.Sequence != 21 || !strings.Contains(b.Why, "begun again") {
		t.Errorf("the running gateway says %v", b)
	}
	g.stop()
	again := w.gateway("gateway", func(p *notary.Parts) { p.Former = []string{evidence.Stream} })
	again.sign()
	if found := again.verify(); len(found) != 0 {
		t.Errorf("after a new start it finds %v", found)
	}
	if err := again.notary.Begin(t.Context(), next); !errors.Is(err, notary.ErrConflict) {
		t.Errorf("a log that goes on already is begun: %v", err)
	}
	heads := w.checkpoints(next)
	if len(heads) != 2 || heads[0].Size != 0 || heads[1].Size != 30 {
		t.Errorf("the new log has %v", heads)
	}
	lost, err := again.notary.Lost(t.Context())
	if want := "[verigate/0f1e2d3c4b5a6978/EVIDENCE was lost and begun again; it had 20 messages when that was last signed]"; err != nil || fmt.Sprint(lost) != want {
		t.Errorf("of what was lost it says %v, %v", lost, err)
	}
}
