package ledger_test

import (
	"bytes"
	"crypto/rand"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

const (
	requestID = "01hzy3v7q2m8k4n6p9r1s3t5vw"
	ofRequest = "record.0.request." + requestID
)

// log is a stream of twenty messages, of which those of every third sequence are of the request.
type log struct {
	messages []ledger.Message
	stored   []tlog.Hash
}

func newLog(t testing.TB, n int) *log {
	t.Helper()
	l := &log{}
	for i := 1; i <= n; i++ {
		subject, version := "record.0.request.other", i
		if i%3 == 0 {
			subject, version = ofRequest, i/3-1
		}
		l.add(t, message(subject, i, version))
	}
	return l
}

func (l *log) add(t testing.TB, m ledger.Message) {
	t.Helper()
	l.stored = append(l.stored, must(tlog.StoredHashes(int64(len(l.messages)), m.Leaf(), l))(t)...)
	l.messages = append(l.messages, m)
}

func (l *log) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, index := range indexes {
		out[i] = l.stored[index]
	}
	return out, nil
}

func (l *log) head(t testing.TB, size int) ledger.Checkpoint {
	t.Helper()
	root := must(tlog.TreeHash(int64(size), l))(t)
	return ledger.Checkpoint{Origin: ledger.Origin(recordName, "RECORD_0"), Size: uint64(size), Root: root}
}

func (l *log) note(t testing.TB, size int) string {
	t.Helper()
	return string(must(key.Sign(l.head(t, size)))(t))
}

// bundle is the request's at a size, and goes on from some earlier sizes.
func (l *log) bundle(t testing.TB, size int, since ...int) ledger.Bundle {
	t.Helper()
	p := ledger.Part{Subject: ofRequest, Checkpoint: l.note(t, size), Earlier: []ledger.Earlier{}}
	for _, m := range l.messages[:size] {
		if m.Subject != ofRequest {
			continue
		}
		proof := must(tlog.ProveRecord(int64(size), int64(m.Sequence)-1, l))(t)
		p.Messages = append(p.Messages, ledger.Entry{Leaf: m.Leaf(), Proof: proof})
	}
	for _, old := range since {
		proof := must(tlog.ProveTree(int64(size), int64(old), l))(t)
		p.Earlier = append(p.Earlier, ledger.Earlier{Checkpoint: l.note(t, old), Witnessed: true, Proof: proof})
	}
	return ledger.Bundle{
		Record: recordName, Request: requestID, MadeAt: began, Keys: trust(t, key).Lines(), Parts: []ledger.Part{p},
		ReceiptKeys: []byte(`{"keys":[]}`),
	}
}

func seal(t testing.TB, b ledger.Bundle) []byte {
	t.Helper()
	return must(key.Seal(b))(t)
}

func codes(v ledger.Verdict) []string {
	var all []string
	for _, f := range v.Flaws {
		all = append(all, f.Code)
	}
	return slices.Compact(all)
}

func TestABundleThatWasNotTouchedIsIntact(t *testing.T) {
	t.Parallel()
	l := newLog(t, 20)
	file := seal(t, l.bundle(t, 20, 10))
	v := ledger.Check(file, ledger.Asked{Trust: trust(t, key)})
	if len(v.Flaws) > 0 || !v.Trusted {
		t.Fatalf("trusted %v, flaws %v", v.Trusted, v.Flaws)
	}
	if len(v.Logs) != 1 || len(v.Logs[0].Messages) != 6 || v.Logs[0].Witnessed != 10 || v.Logs[0].Checkpoint.Size != 20 {
		t.Errorf("proves %+v", v.Logs)
	}
	if late := v.Logs[0].Unwitnessed(); len(late) != 3 || late[0].Sequence != 12 {
		t.Errorf("not witnessed: %v", late)
	}
	first, last := v.Logs[0].Span()
	if !first.Equal(began.Add(3*time.Second)) || !last.Equal(began.Add(18*time.Second)) {
		t.Errorf("from %v to %v", first, last)
	}
	alone := ledger.Check(seal(t, l.bundle(t, 4)), ledger.Asked{}).Logs[0]
	if first, last := alone.Span(); !first.Equal(began.Add(3*time.Second)) || !last.Equal(first) {
		t.Errorf("one message: from %v to %v", first, last)
	}
	unknown := ledger.Check(file, ledger.Asked{})
	if len(unknown.Flaws) > 0 || unknown.Trusted {
		t.Errorf("without keys: trusted %v, flaws %v", unknown.Trusted, unknown.Flaws)
	}
}

func TestTheFirstMessageOfALogIsInIt(t *testing.T) {
	t.Parallel()
	l := &log{}
	l.add(t, message(ofRequest, 1, 0))
	if v := ledger.Check(seal(t, l.bundle(t, 1)), ledger.Asked{Trust: trust(t, key)}); len(v.Flaws) > 0 || len(v.Logs[0].Messages) != 1 {
		t.Errorf("flaws %v", v.Flaws)
	}
}

func TestAWitnessKnowsOfWhatItWasGiven(t *testing.T) {
	t.Parallel()
	l := newLog(t, 20)
	for name, c := range map[string]struct {
		change func(all []ledger.Earlier)
		want   uint64
	}{
		"of both":            {func([]ledger.Earlier) {}, 15},
		"whatever the order": {slices.Reverse[[]ledger.Earlier], 15},
		"of the first":       {func(all []ledger.Earlier) { all[1].Witnessed = false }, 10},
		"of none":            {func(all []ledger.Earlier) { all[0].Witnessed, all[1].Witnessed = false, false }, 0},
		"not of another log": {func(all []ledger.Earlier) { all[1].Checkpoint = newForged(t).note(t, 15) }, 10},
	} {
		b := l.bundle(t, 20, 10, 15)
		c.change(b.Parts[0].Earlier)
		v := ledger.Check(seal(t, b), ledger.Asked{Trust: trust(t, key)})
		if v.Logs[0].Witnessed != c.want || len(v.Logs[0].Unwitnessed()) != 6-int(c.want)/3 {
			t.Errorf("%s: up to %d, and not of %v", name, v.Logs[0].Witnessed, v.Logs[0].Unwitnessed())
		}
	}
}

// Every byte counts: there is none that may be changed, left out or added.
func TestAChangeOfAnyByteIsFound(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a bundle is checked once for each of its bytes, 3 s")
	}
	t.Parallel()
	file := seal(t, newLog(t, 6).bundle(t, 6, 4))
	for _, asked := range []ledger.Asked{{}, {Trust: trust(t, key)}} {
		for i := range file {
			changed := bytes.Clone(file)
			changed[i] ^= 1 << (i % 8)
			if v := ledger.Check(changed, asked); len(v.Flaws) == 0 {
				t.Fatalf("byte %d (%q) changed to %q: nothing is found", i, file[i], changed[i])
			}
			if v := ledger.Check(slices.Delete(bytes.Clone(file), i, i+1), asked); len(v.Flaws) == 0 {
				t.Fatalf("byte %d left out: nothing is found", i)
			}
			if v := ledger.Check(slices.Insert(bytes.Clone(file), i, ' '), asked); len(v.Flaws) == 0 {
				t.Fatalf("a space before byte %d: nothing is found", i)
			}
			if v := ledger.Check(file[:i], asked); len(v.Flaws) == 0 {
				t.Fatalf("cut off at byte %d: nothing is found", i)
			}
		}
	}
}

// Whoever has the key that signs, or makes one, still cannot say what the log does not hold.
func TestWhatIsWrongInABundleIsNamed(t *testing.T) {
	t.Parallel()
	l := newLog(t, 20)
	parts := func(change func(p *ledger.Part)) func(*ledger.Bundle) {
		return func(b *ledger.Bundle) { change(&b.Parts[0]) }
	}
	for name, c := range map[string]struct {
		change func(*ledger.Bundle)
		code   string
		says   string
	}{
		"data of a message changed": {parts(func(p *ledger.Part) {
			m := l.messages[8]
			m.Data = []byte("forged")
			p.Messages[2].Leaf = m.Leaf()
		}), ledger.FlawNotLogged, "RECORD_0 sequence 9 "},
		"two messages swapped": {parts(func(p *ledger.Part) {
			p.Messages[1], p.Messages[2] = p.Messages[2], p.Messages[1]
		}), ledger.FlawOrder, "RECORD_0 sequence 6 stands behind sequence 9"},
		"the first two swapped": {parts(func(p *ledger.Part) {
			p.Messages[0], p.Messages[1] = p.Messages[1], p.Messages[0]
		}), ledger.FlawOrder, "RECORD_0 sequence 3 stands behind sequence 6"},
		"a checkpoint of another stream": {parts(func(p *ledger.Part) {
			head := l.head(t, 20)
			head.Origin = ledger.Origin(recordName, "RECORD_1")
			p.Checkpoint, p.Earlier = string(must(key.Sign(head))(t)), nil
		}), ledger.FlawForeign, "RECORD_0 sequence 3 is a message on"},
		"the sealed bytes of two swapped": {parts(func(p *ledger.Part) {
			a, b := l.messages[5], l.messages[8]
			a.Data, b.Data = b.Data, a.Data
			p.Messages[1].Leaf, p.Messages[2].Leaf = a.Leaf(), b.Leaf()
		}), ledger.FlawNotLogged, "RECORD_0 sequence 6 "},
		"a message left out": {parts(func(p *ledger.Part) {
			p.Messages = slices.Delete(p.Messages, 2, 3)
		}), ledger.FlawGap, `RECORD_0 sequence 12 has version "3" where 2 must come`},
		"a message twice": {parts(func(p *ledger.Part) {
			p.Messages = slices.Insert(p.Messages, 2, p.Messages[1])
		}), ledger.FlawGap, "RECORD_0 sequence 6 "},
		"a message of somebody else": {parts(func(p *ledger.Part) {
			proof := must(tlog.ProveRecord(20, 3, l))(t)
			p.Messages = slices.Insert(p.Messages, 1, ledger.Entry{Leaf: l.messages[3].Leaf(), Proof: proof})
		}), ledger.FlawForeign, "RECORD_0 sequence 4 is a message on record.0.request.other"},
		"before the first": {parts(func(p *ledger.Part) {
			m := l.messages[2]
			m.Sequence = 0
			p.Messages[0].Leaf = m.Leaf()
		}), ledger.FlawNotLogged, "RECORD_0 sequence 0 "},
		"no message": {parts(func(p *ledger.Part) { p.Messages = nil }), ledger.FlawEmpty, "no message"},
		"no log":     {func(b *ledger.Bundle) { b.Parts = nil }, ledger.FlawEmpty, "no log"},
		"another request": {func(b *ledger.Bundle) {
			b.Request = "01hzy3v7q2m8k4n6p9r1s3t5vx"
		}, ledger.FlawForeign, "is not of request 01hzy3v7q2m8k4n6p9r1s3t5vx"},
		"behind the checkpoint": {parts(func(p *ledger.Part) { p.Checkpoint = l.note(t, 10) }), ledger.FlawNotLogged, "RECORD_0 sequence 12 is behind the checkpoint's size 10"},
		"a checkpoint of another tree": {parts(func(p *ledger.Part) {
			p.Checkpoint = newForged(t).note(t, 20)
		}), ledger.FlawNotLogged, "RECORD_0 sequence 3 "},
		"a forged checkpoint": {parts(func(p *ledger.Part) {
			p.Checkpoint = strings.Replace(p.Checkpoint, "\n20\n", "\n21\n", 1)
		}), ledger.FlawTampered, "checkpoint of " + ofRequest},
		"a log that was longer": {parts(func(p *ledger.Part) {
			longer := newLog(t, 24)
			p.Earlier[0] = ledger.Earlier{Checkpoint: longer.note(t, 24), Witnessed: true}
		}), ledger.FlawRolledBack, "from sequence 21 on"},
		"a log that was another": {parts(func(p *ledger.Part) {
			p.Earlier[0].Checkpoint = newForged(t).note(t, 20)
		}), ledger.FlawForked, "two roots"},
		"a proof that shows nothing": {parts(func(p *ledger.Part) {
			p.Earlier[0].Proof = p.Earlier[0].Proof[1:]
		}), ledger.FlawUnproven, "at size 10"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := l.bundle(t, 20, 10)
			c.change(&b)
			v := ledger.Check(seal(t, b), ledger.Asked{Trust: trust(t, key)})
			found := slices.ContainsFunc(v.Flaws, func(f ledger.Flaw) bool { return f.Code == c.code && strings.Contains(f.What, c.says) })
			if !found {
				t.Errorf("found %v, want %s: …%s…", v.Flaws, c.code, c.says)
			}
		})
	}
}

// newForged is a log of the same origin whose first message is another.
func newForged(t testing.TB) *log {
	t.Helper()
	l, genuine := &log{}, newLog(t, 24)
	for i, m := range genuine.messages {
		if i == 0 {
			m.Data = []byte("another beginning")
		}
		l.add(t, m)
	}
	return l
}

func TestAWrongTrustFileIsSaid(t *testing.T) {
	t.Parallel()
	file := seal(t, newLog(t, 7).bundle(t, 7))
	v := ledger.Check(file, ledger.Asked{Trust: trust(t, keyOf(9))})
	if got := codes(v); !slices.Equal(got, []string{ledger.FlawUntrusted}) || v.Trusted {
		t.Errorf("flaws %v", v.Flaws)
	}
	if !strings.Contains(v.Flaws[0].What, ledger.Origin(recordName, "bundle")+"+") {
		t.Errorf("who signed it is not named: %v", v.Flaws[0])
	}
}

// Whoever makes all anew with a key of their own is found by those who have the true one.
func TestABundleOfAnotherMakerIsNotTrusted(t *testing.T) {
	t.Parallel()
	b := newForged(t).bundle(t, 20)
	other := keyOf(9)
	b.Keys = trust(t, other).Lines()
	b.Parts[0].Checkpoint = string(must(other.Sign(newForged(t).head(t, 20)))(t))
	file := must(other.Seal(b))(t)
	if v := ledger.Check(file, ledger.Asked{}); len(v.Flaws) > 0 || v.Trusted {
		t.Errorf("without keys it is intact, of an unknown signer: %v", v.Flaws)
	}
	if v := ledger.Check(file, ledger.Asked{Trust: trust(t, key)}); !slices.Contains(codes(v), ledger.FlawUntrusted) {
		t.Errorf("flaws %v", v.Flaws)
	}
}

// Who trusts two records is not told by the maker of one what is in the other.
func TestABundleThatAnotherTrustedRecordSignedIsNone(t *testing.T) {
	t.Parallel()
	other := ledger.Origin("ffffffffffffffffffffffffffffffff", "bundle")
	private, public, err := note.GenerateKey(rand.Reader, other)
	if err != nil {
		t.Fatal(err)
	}
	b := newLog(t, 20).bundle(t, 20)
	b.Parts[0].Messages, b.Keys = b.Parts[0].Messages[:2], append(b.Keys, public)
	genuine := string(seal(t, b))
	text := genuine[:strings.LastIndex(genuine, "\n\n")+1]
	signed := must(note.Sign(&note.Note{Text: text}, must(note.NewSigner(private))(t)))(t)
	both := must(ledger.ParseTrust(strings.Join(append(trust(t, key).Lines(), public), "\n")))(t)
	v := ledger.Check(signed, ledger.Asked{Trust: both})
	if got := codes(v); !slices.Equal(got, []string{ledger.FlawMalformed}) || v.Trusted || !strings.Contains(v.Flaws[0].What, other) {
		t.Errorf("flaws %v, trusted %v", v.Flaws, v.Trusted)
	}
	whole := seal(t, newLog(t, 20).bundle(t, 20))
	if v := ledger.Check(whole, ledger.Asked{Trust: both, Since: signed}); len(v.Flaws) == 0 {
		t.Error("as the earlier bundle it is believed")
	}
}

func TestABundleIsHeldAgainstAnEarlierOne(t *testing.T) {
	t.Parallel()
	l, forged := newLog(t, 24), newForged(t)
	earlier := seal(t, l.bundle(t, 10))
	for name, c := range map[string]struct {
		now   []byte
		since []byte
		codes []string
	}{
		"goes on, proven":            {seal(t, l.bundle(t, 20, 10)), earlier, nil},
		"goes on from a checkpoint":  {seal(t, l.bundle(t, 20, 10)), []byte(l.note(t, 10)), nil},
		"goes on from nothing":       {seal(t, l.bundle(t, 20)), []byte(l.note(t, 0)), nil},
		"the same":                   {earlier, earlier, nil},
		"goes on, not proven":        {seal(t, l.bundle(t, 20, 12)), earlier, []string{ledger.FlawUnproven}},
		"rolled back":                {seal(t, l.bundle(t, 7)), earlier, []string{ledger.FlawRolledBack, ledger.FlawChanged}},
		"rolled back, by checkpoint": {seal(t, l.bundle(t, 7)), []byte(l.note(t, 10)), []string{ledger.FlawRolledBack}},
		"forked":                     {seal(t, forged.bundle(t, 20, 10)), []byte(l.note(t, 10)), []string{ledger.FlawForked}},
		"of a log that is not in it": {seal(t, l.bundle(t, 20)), otherLog(t), []string{ledger.FlawForeign}},
		"no bundle":                  {seal(t, l.bundle(t, 20)), []byte("nothing\n"), []string{ledger.FlawTampered}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := ledger.Check(c.now, ledger.Asked{Trust: trust(t, key), Since: c.since})
			if got := codes(v); !slices.Equal(got, c.codes) {
				t.Errorf("flaws %v, want %v", v.Flaws, c.codes)
			}
		})
	}
}

func otherLog(t testing.TB) []byte {
	t.Helper()
	c := ledger.Checkpoint{Origin: ledger.Origin(recordName, "RECORD_1"), Size: 3}
	return must(key.Sign(c))(t)
}

func TestAMessageThatAnEarlierBundleHasOtherwiseIsNamed(t *testing.T) {
	t.Parallel()
	l := newLog(t, 20)
	m := l.messages[5]
	m.Data = []byte("before")
	earlier := l.bundle(t, 10)
	earlier.Parts[0].Messages[1].Leaf = m.Leaf()
	v := ledger.Check(seal(t, l.bundle(t, 20, 10)), ledger.Asked{Trust: trust(t, key), Since: seal(t, earlier)})
	want := "RECORD_0 sequence 6 is another message than in the earlier bundle"
	if len(v.Flaws) != 1 || v.Flaws[0].Code != ledger.FlawChanged || v.Flaws[0].What != want {
		t.Errorf("flaws %v", v.Flaws)
	}
}

func FuzzCheck(f *testing.F) {
	l := newLog(f, 7)
	file := seal(f, l.bundle(f, 7, 4))
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Add([]byte(l.note(f, 7)))
	f.Add([]byte("{}\n\n— a AAAAAAA=\n"))
	trusted := trust(f, key)
	f.Fuzz(func(t *testing.T, data []byte) {
		v := ledger.Check(data, ledger.Asked{Trust: trusted, Since: data})
		if v.Trusted && len(v.Flaws) == 0 && !bytes.Equal(data, file) {
			t.Error("a file that was never written is genuine")
		}
		if b, err := ledger.ParseBundle(data); err == nil {
			if again := seal(t, b); fmt.Sprint(must(ledger.ParseBundle(again))(t)) != fmt.Sprint(b) {
				t.Error("what was read is written otherwise")
			}
		}
	})
}

func FuzzParseLeaf(f *testing.F) {
	f.Add(message(ofRequest, 3, 0).Leaf())
	f.Fuzz(func(t *testing.T, leaf []byte) {
		m, err := ledger.ParseLeaf(leaf)
		if err == nil && !bytes.Equal(m.Leaf(), leaf) {
			t.Error("two leaves of one message")
		}
	})
}
