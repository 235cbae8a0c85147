package notary_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
	"verigate/internal/notary"
)

const stream = "RECORD_0"

func eventually(t *testing.T, what string, ok func() bool) {
	t.Helper()
	for range 200 {
		if ok() {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatalf("never: %s", what)
}

func TestACheckpointIsSignedAfterAMinuteOrAThousandMessages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(8)
	g := w.gateway("gateway")
	eventually(t, "the first is signed", func() bool { return g.state().Signed.Size == 4 })
	w.fill(8)
	eventually(t, "the new ones are taken", func() bool { return g.state().Taken == 8 })
	if got := g.state().Signed.Size; got != 4 {
		t.Errorf("signed at %d before a minute has passed", got)
	}
	w.now.minute()
	eventually(t, "it is signed after a minute", func() bool { return g.state().Signed.Size == 8 })
	w.fill(2000)
	eventually(t, "it is signed after a thousand", func() bool { return g.state().Signed.Size >= 1008 })
	w.fill(8)
	g.stop()
	all := w.checkpoints(stream)
	if last := all[len(all)-1]; last.Size != 1012 {
		t.Errorf("at the stop it signs %v", last)
	}
	for _, c := range all {
		if c.Origin != "verigate/0f1e2d3c4b5a6978/RECORD_0" {
			t.Errorf("signed for %s", c.Origin)
		}
	}
}

// counted counts what is read of a stream.
type counted struct {
	notary.Source
	messages *atomic.Int64
}

func (c counted) Read(ctx context.Context, from uint64, most int) ([]ledger.Message, error) {
	read, err := c.Source.Read(ctx, from, most)
	c.messages.Add(int64(len(read)))
	return read, err
}

func TestAStartReadsTheEndOfAStreamOnly(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(3000)
	g := w.gateway("gateway")
	g.sign()
	before := g.state()
	g.stop()
	var read atomic.Int64
	g = w.gateway("gateway", reading(func(s notary.Source) notary.Source { return counted{s, &read} }))
	g.sign()
	if got := read.Load(); got > 2*600 { // in two logs
		t.Errorf("%d of 3000 messages are read again", got)
	}
	if after := g.state(); after.Signed != before.Signed || after.Taken != before.Taken {
		t.Errorf("before %+v, after %+v", before, after)
	}
}

func TestAFileOfHashesThatIsLostOrDamagedIsMadeAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(1200)
	g := w.gateway("gateway")
	g.sign()
	want := g.state().Signed
	g.stop()
	file := filepath.Join(w.dir, "gateway", stream+".hashes")
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	for name, damage := range map[string]func() error{
		"lost":    func() error { return os.Remove(file) },
		"cut off": func() error { return os.Truncate(file, int64(len(content)/2+7)) },
		"torn": func() error {
			return os.WriteFile(file, append(content[:len(content)-640:len(content)-640], make([]byte, 640)...), 0o600)
		},
		"rotten": func() error { return os.WriteFile(file, bytes.Repeat([]byte{7}, len(content)), 0o600) },
		"one bit": func() error {
			changed := bytes.Clone(content)
			changed[32*int(tlog.StoredHashIndex(0, 590))] ^= 1
			return os.WriteFile(file, changed, 0o600)
		},
	} {
		t.Log(name)
		if err := damage(); err != nil {
			t.Fatal(err)
		}
		g := w.gateway("gateway")
		g.sign()
		if got := g.state().Signed; got != want {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
		if found := g.verify(); len(found) > 0 {
			t.Errorf("%s: %v", name, found)
		}
		g.stop()
	}
}

func TestGatewaysOfOneRecordKeepOneLog(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	a := w.gateway("a")
	b := w.gateway("b")
	for range 6 {
		w.fill(40)
		w.now.minute()
		done := make(chan struct{})
		go func() { defer close(done); a.sign() }()
		b.sign()
		<-done
	}
	if a.state().Signed != b.state().Signed {
		t.Errorf("one has signed %v, the other %v", a.state().Signed, b.state().Signed)
	}
	all := w.checkpoints(stream)
	for i := range len(all) - 1 {
		if all[i].Size >= all[i+1].Size {
			t.Errorf("%v is followed by %v", all[i], all[i+1])
		}
	}
	if found := append(a.verify(), b.verify()...); len(found) > 0 {
		t.Errorf("differences: %v", found)
	}
}

func TestACheckpointThatTheStreamDoesNotHaveIsLoud(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(200)
	g := w.gateway("gateway")
	g.sign()
	w.fill(20)
	forged := ledger.Checkpoint{Origin: ledger.Origin(recordName, stream), Size: 105, Root: tlog.RecordHash([]byte("another"))}
	note, err := w.keys.Current().Sign(forged)
	if err != nil {
		t.Fatal(err)
	}
	_, place, err := w.conn.Ledger().Latest(t.Context(), stream)
	if err == nil {
		err = w.conn.Ledger().Add(t.Context(), stream, note, place)
	}
	if err != nil {
		t.Fatal(err)
	}
	w.now.minute()
	b := g.broken(stream)
	if b.Sequence != 101 || b.Origin != forged.Origin {
		t.Errorf("found %v, want it from sequence 101 on", b)
	}
	g.stop()
	if b := w.gateway("gateway").broken(stream); b.Sequence != 101 {
		t.Errorf("after a restart: %v", b)
	}
}

func TestWhatIsNotWitnessedIsSaid(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(20)
	host := filepath.Join(w.dir, "witness")
	g := w.gateway("gateway", witnessed(host)) // which is away
	g.sign()
	s := g.state()
	if !s.Witness || s.Witnessed != 0 || !s.UnwitnessedSince.Equal(w.now.Now()) || s.Signed.Size != 10 {
		t.Errorf("with a witness that is away: %+v", s)
	}
	if err := os.Mkdir(host, 0o755); err != nil {
		t.Fatal(err)
	}
	w.now.minute()
	eventually(t, "it is given once the witness is back", func() bool { return g.state().Witnessed == 10 })
	if s := g.state(); !s.UnwitnessedSince.IsZero() {
		t.Errorf("all was given and yet: %+v", s)
	}
	w.fill(20)
	eventually(t, "the new ones are taken", func() bool { return g.state().Taken == 20 })
	if s := g.state(); s.Witnessed != 10 || s.UnwitnessedSince.IsZero() {
		t.Errorf("what came since: %+v", s)
	}
	g.sign()
	note, err := notary.Witness{Dir: host}.Latest(ledger.Origin(recordName, stream))
	if err != nil || !bytes.Contains(note, []byte("\n20\n")) {
		t.Errorf("the witness has %q, %v", note, err)
	}
	left, err := filepath.Glob(filepath.Join(host, "verigate", "*", "*", "*", ".*"))
	if err != nil || len(left) > 0 {
		t.Errorf("unfinished files: %v, %v", left, err)
	}
}

// A crash may leave a shelf without a file, or a file that is not finished.
func TestTheWitnessIsReadPastWhatACrashLeft(t *testing.T) {
	t.Parallel()
	w := notary.Witness{Dir: t.TempDir()}
	const origin = "verigate/x/RECORD_0"
	if note, err := w.Latest(origin); note != nil || err != nil {
		t.Fatalf("an empty one has %q, %v", note, err)
	}
	for _, size := range []uint64{9, 10, 9_999, 20_001} {
		if err := w.Give(origin, size, []byte{byte(size)}); err != nil {
			t.Fatal(err)
		}
	}
	shelf := filepath.Join(w.Dir, origin, "0000000000000007")
	if err := errors.Join(os.MkdirAll(shelf, 0o755), os.WriteFile(filepath.Join(shelf, ".unfinished-1"), nil, 0o600)); err != nil {
		t.Fatal(err)
	}
	if note, err := w.Latest(origin); err != nil || !slices.Equal(note, []byte{20_001 & 255}) {
		t.Errorf("the last is %v, %v", note, err)
	}
	if err := w.Give(origin, 9, []byte("other")); err != nil {
		t.Fatal(err)
	}
	kept, err := os.ReadFile(filepath.Join(w.Dir, origin, "0000000000000000", "0000000000000009"))
	if err != nil || !slices.Equal(kept, []byte{9}) {
		t.Errorf("what was given is now %q, %v", kept, err)
	}
}

func TestABundleProvesARequestWithoutAServer(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	host := t.TempDir()
	w.fill(80)
	g := w.gateway("gateway", witnessed(host))
	bundle := func(since []byte) []byte {
		t.Helper()
		file, err := g.notary.Bundle(t.Context(), notary.Wanted{
			Request: "r1", Subjects: subjectsOf("r1"), Since: since, ReceiptKeys: []byte(`{"keys":[]}`),
		})
		if err != nil {
			t.Fatal(err)
		}
		return file
	}
	first := bundle(nil)
	w.fill(80)
	second := bundle(first)
	public, err := g.notary.Public()
	if err != nil {
		t.Fatal(err)
	}
	trusted, err := ledger.TrustOf(public)
	if err != nil {
		t.Fatal(err)
	}
	v := ledger.Check(second, ledger.Asked{Trust: trusted, Since: first})
	if len(v.Flaws) > 0 || !v.Trusted || len(v.Logs) != 1 || len(v.Logs[0].Messages) != 20 {
		t.Fatalf("trusted %v, flaws %v, %d logs", v.Trusted, v.Flaws, len(v.Logs))
	}
	if late := v.Logs[0].Unwitnessed(); len(late) > 0 {
		t.Errorf("not witnessed: %v", late)
	}
	if v := ledger.Check(first, ledger.Asked{Trust: trusted, Since: second}); !slices.ContainsFunc(v.Flaws, func(f ledger.Flaw) bool { return f.Code == ledger.FlawRolledBack }) {
		t.Errorf("the first against the second: %v", v.Flaws)
	}
	head := g.notary.Head(stream)
	shown, err := g.notary.Bundle(t.Context(), notary.Wanted{
		Request: "r1", Subjects: subjectsOf("r1"), ReceiptKeys: []byte(`{"keys":[]}`), Head: func(note []byte) bool { return bytes.Equal(note, head) },
	})
	if err != nil {
		t.Fatal(err)
	}
	if v := ledger.Check(shown, ledger.Asked{Trust: trusted}); !slices.ContainsFunc(v.Logs[0].Before, func(h ledger.Head) bool { return h.Note == string(head) }) {
		t.Errorf("the head that was chosen is not shown: %v", v.Flaws)
	}
	if _, err := g.notary.Bundle(t.Context(), notary.Wanted{
		Request: "r1", Subjects: subjectsOf("r1"), Head: func([]byte) bool { return false },
	}); err == nil || !strings.Contains(err.Error(), "no checkpoint in the ledger") {
		t.Errorf("a head that the ledger does not have: %v", err)
	}
	if _, err := g.notary.Bundle(t.Context(), notary.Wanted{Request: "r99", Subjects: subjectsOf("r99")}); err == nil {
		t.Error("there is a bundle of a request that does not exist")
	}
}

// slow is a source of which no more than so many messages are taken. Nothing may ask it for what another gateway has
// signed: it would be said to have lost that.
type slow struct {
	notary.Source
	most uint64
}

func (s slow) Read(ctx context.Context, from uint64, n int) ([]ledger.Message, error) {
	if from > s.most {
		return nil, nil
	}
	return s.Source.Read(ctx, from, min(n, int(s.most-from)+1))
}

// What another gateway took and signed sooner is no difference.
func TestAGatewayThatIsBehindAnotherFindsNothingWrong(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(40)
	w.read(20)
	behind := w.gateway("behind", reading(func(s notary.Source) notary.Source { return slow{s, 5} }))
	for _, l := range behind.notary.Logs() {
		for l.State().Signed.Size < 5 { // signed too: a first checkpoint that comes second goes on to the other's
			time.Sleep(time.Millisecond)
		}
	}
	w.gateway("ahead").sign()
	if found := behind.verify(); len(found) != 0 {
		t.Errorf("it finds %v", found)
	}
}

// held is a source that answers nobody until its gateway stops.
type held struct {
	notary.Source
	asked chan<- string
}

func (h held) Last(ctx context.Context) (uint64, error) {
	select {
	case h.asked <- h.Name():
		<-ctx.Done()
		return 0, ctx.Err()
	default: // asked again
		return h.Source.Last(ctx)
	}
}

// What was written is in the ledger when the gateway stops, however soon that is after its start: what was not taken could be
// put in another's place until the next, and nobody would find it.
func TestAGatewayThatStopsBeforeItsLedgerIsOpenSignsWhatThereIs(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fill(40)
	asked := make(chan string, 1)
	g := w.gateway("g", reading(func(s notary.Source) notary.Source {
		if s.Name() == stream {
			return held{s, asked}
		}
		return s
	}))
	for len(asked) == 0 {
		time.Sleep(time.Millisecond)
	}
	g.stop()
	last, err := w.conn.Source(stream).Last(t.Context())
	if all := w.checkpoints(stream); err != nil || len(all) != 1 || all[0].Size != last {
		t.Errorf("signed is %v, want one checkpoint of %d messages (%v)", all, last, err)
	}
}
