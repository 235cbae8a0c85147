package ledger_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
	"pgregory.net/rapid"

	"verigate/internal/ledger"
)

const recordName = "0f1e2d3c4b5a69788796a5b4c3d2e1f0"

var (
	began = time.Date(2021, 9, 2, 16, 40, 0, 123456789, time.UTC)
	key   = keyOf(1)
)

func keyOf(first byte) ledger.Key {
	seed := make([]byte, ed25519.SeedSize)
	seed[0] = first
	return ledger.NewKey(ed25519.NewKeyFromSeed(seed))
}

// message is the n-th message of a stream, the version-th on its subject.
func message(subject string, n, version int) ledger.Message {
	return ledger.Message{
		Stream: "RECORD_0", Sequence: uint64(n), Subject: subject, Stored: began.Add(time.Duration(n) * time.Second),
		Header: map[string][]string{
			"Vg-Kid": {"k1"}, ledger.VersionHeader: {strconv.Itoa(version)}, "Nats-Expected-Last-Subject-Sequence": {"0"},
		},
		Data: []byte{byte(n), 0, 255, '\n'},
	}
}

func must[T any](v T, err error) func(testing.TB) T {
	return func(t testing.TB) T {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
}

// Leaves are for good: a release that writes another one cannot check what this one has promised.
func TestALeafHasTheSameBytesForEver(t *testing.T) {
	t.Parallel()
	golden := must(os.ReadFile("testdata/leaf.hex"))(t)
	m := message("record.0.request.01hzy3v7q2m8k4n6p9r1s3t5vw", 17, 2)
	m.Header["Vg-Kinds"] = []string{"routed.v1", "sealed.v1"}
	if got := hex.EncodeToString(m.Leaf()); got != strings.TrimSpace(string(golden)) {
		t.Errorf("the leaf has become\n%s", got)
	}
	if got, want := m.Hash().String(), "UM0D6dI1UAmIcEnIv4MXF8pVeAbx5bOWdJ0qhxZ4cAE="; got != want {
		t.Errorf("its hash has become %s", got)
	}
}

func TestALeafIsReadBackAndNothingElseIs(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[a-zA-Z0-9.\-]{0,12}`)
		m := ledger.Message{
			Stream: text.Draw(t, "stream"), Sequence: rapid.Uint64().Draw(t, "sequence"), Subject: text.Draw(t, "subject"),
			Stored: time.Unix(0, rapid.Int64().Draw(t, "stored")).UTC(),
			Header: rapid.MapOfN(text, rapid.SliceOfN(text, 1, 3), 0, 4).Draw(t, "header"),
			Data:   []byte(rapid.String().Draw(t, "data")),
		}
		leaf := m.Leaf()
		got, err := ledger.ParseLeaf(leaf)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(m, got); diff != "" {
			t.Fatalf("(-want +got):\n%s", diff)
		}
		changed := append([]byte(nil), leaf...)
		changed[rapid.IntRange(0, len(leaf)-1).Draw(t, "at")] ^= 1 << rapid.IntRange(0, 7).Draw(t, "bit")
		other, err := ledger.ParseLeaf(changed)
		if err == nil && cmp.Equal(m, other) {
			t.Fatal("another leaf is read as the same message")
		}
		if _, err := ledger.ParseLeaf(leaf[:rapid.IntRange(0, len(leaf)-1).Draw(t, "end")]); !errors.Is(err, ledger.ErrMalformed) {
			t.Fatalf("a leaf that was cut off: %v", err)
		}
	})
}

// The oracle is tlog over all stored hashes.
func TestTheEdgeOfATreeHasTheRootOfTheTree(t *testing.T) {
	t.Parallel()
	var edge ledger.Frontier
	var stored []tlog.Hash
	read := tlog.HashReaderFunc(func(indexes []int64) ([]tlog.Hash, error) {
		out := make([]tlog.Hash, len(indexes))
		for i, index := range indexes {
			out[i] = stored[index]
		}
		return out, nil
	})
	for n := range int64(300) {
		leaf := tlog.RecordHash([]byte(strconv.FormatInt(n, 10)))
		want := must(tlog.StoredHashesForRecordHash(n, leaf, read))(t)
		added := must(edge.Add(leaf))(t)
		if diff := cmp.Diff(want, added); diff != "" {
			t.Fatalf("leaf %d adds (-want +got):\n%s", n, diff)
		}
		stored = append(stored, added...)
		again := must(ledger.FrontierOf(uint64(n)+1, read))(t)
		root := must(tlog.TreeHash(n+1, read))(t)
		for _, e := range []*ledger.Frontier{&edge, again} {
			if got := must(e.Root())(t); got != root || e.Size() != uint64(n)+1 {
				t.Fatalf("size %d: root %v, want %v", e.Size(), got, root)
			}
		}
		edge = *again
	}
}

func TestACheckpointIsTheNoteThatOtherToolsRead(t *testing.T) {
	t.Parallel()
	c := ledger.Checkpoint{Origin: ledger.Origin(recordName, "RECORD_0"), Size: 20852163, Root: tlog.RecordHash([]byte("x"))}
	signed := must(key.Sign(c))(t)
	want := "verigate/0f1e2d3c4b5a6978/RECORD_0\n20852163\n" + c.Root.String() + "\n\n— verigate/0f1e2d3c4b5a6978/RECORD_0 "
	if !strings.HasPrefix(string(signed), want) {
		t.Errorf("note:\n%s", signed)
	}
	known := trust(t, key)
	if got, err := ledger.OpenCheckpoint(signed, known); err != nil || got != c {
		t.Errorf("opened: %v, %v", got, err)
	}
	if got, err := ledger.OpenCheckpoint(signed, trust(t, keyOf(9))); !errors.Is(err, ledger.ErrUnknownSigner) || got != c {
		t.Errorf("of an unknown signer: %v, %v", got, err)
	}
	forged := strings.Replace(string(signed), "20852163", "20852164", 1)
	if _, err := ledger.OpenCheckpoint([]byte(forged), known); !errors.Is(err, ledger.ErrForged) {
		t.Errorf("another size under the signature: %v", err)
	}
	other := c
	other.Origin = ledger.Origin(recordName, "RECORD_1")
	moved := must(key.Sign(other))(t)
	moved = []byte(strings.Replace(string(moved), "RECORD_1\n", "RECORD_0\n", 1))
	if _, err := ledger.OpenCheckpoint(moved, known); !errors.Is(err, ledger.ErrForged) {
		t.Errorf("signed under another origin: %v", err)
	}
}

// Two notes that say the same of a log would be two: whoever compares checkpoints compares them as they are.
func TestACheckpointHasOneForm(t *testing.T) {
	t.Parallel()
	origin := ledger.Origin(recordName, "RECORD_0")
	private, public, err := note.GenerateKey(rand.Reader, origin)
	if err != nil {
		t.Fatal(err)
	}
	known, root := must(ledger.ParseTrust(public))(t), tlog.RecordHash([]byte("x")).String()
	open := func(lines ...string) (ledger.Checkpoint, error) {
		text := strings.Join(lines, "\n") + "\n"
		return ledger.OpenCheckpoint(must(note.Sign(&note.Note{Text: text}, must(note.NewSigner(private))(t)))(t), known)
	}
	for name, lines := range map[string][]string{"as it is": {origin, "20", root}, "with a line of others": {origin, "20", root, "more"}, "empty": {origin, "0", root}} {
		if c, err := open(lines...); err != nil || c.Origin != origin {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
	other := root[:len(root)-2] + string(root[len(root)-2]+1) + "=" // bits that are not looked at
	for name, lines := range map[string][]string{
		"no origin": {"", "20", root}, "no root": {origin, "20"}, "a zero before": {origin, "020", root}, "a plus": {origin, "+20", root},
		"less than nothing": {origin, "-1", root}, "no number": {origin, "many", root}, "a size beyond counting": {origin, "9223372036854775808", root},
		"a short root": {origin, "20", root[4:]}, "a root written otherwise": {origin, "20", other},
	} {
		if c, err := open(lines...); !errors.Is(err, ledger.ErrMalformed) {
			t.Errorf("%s: %v, %v", name, c, err)
		}
	}
}

// trust are the keys of a record as a trust file has them.
func trust(t testing.TB, keys ...ledger.Key) ledger.Trust {
	t.Helper()
	var lines []string
	for _, k := range keys {
		for _, stream := range []string{"RECORD_0", "RECORD_1", "bundle"} {
			lines = append(lines, must(ledger.VerifierKey(ledger.Origin(recordName, stream), k.Public()))(t))
		}
	}
	return must(ledger.ParseTrust("# who signs\n\n" + strings.Join(lines, "\n") + "\n"))(t)
}

func TestATrustFileThatSaysNothingIsRefused(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{
		"empty": "", "comments alone": "# nobody\n", "a word": "trust me\n", "a damaged key": "verigate/0f1e/bundle+00000000+AQ==\n",
	} {
		if _, err := ledger.ParseTrust(file); !errors.Is(err, ledger.ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Who has the files of two days puts them together.
func TestATrustFileNamesEachKeyWithItsTimesAndMayNameItTwice(t *testing.T) {
	t.Parallel()
	seed := func(b byte) []byte { return append([]byte{b}, make([]byte, 31)...) }
	set := ledger.NewKeySet(seed(1), began).Rotated(seed(2), began.Add(time.Hour))
	public := must(set.Public(recordName, []string{"RECORD_0"}))(t)
	file := string(ledger.TrustFile(public))
	want := "# signs since 2021-09-02T17:40:00Z\n" + strings.Join(public[0].Lines, "\n") +
		"\n# signed from 2021-09-02T16:40:00Z to 2021-09-02T17:40:00Z\n" + strings.Join(public[1].Lines, "\n") + "\n"
	if diff := cmp.Diff(want, file); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	twice := must(ledger.ParseTrust(file + file))(t)
	if diff := cmp.Diff(must(ledger.TrustOf(public))(t).Lines(), twice.Lines()); diff != "" {
		t.Errorf("read twice (-want +got):\n%s", diff)
	}
	c := ledger.Checkpoint{Origin: ledger.Origin(recordName, "RECORD_0"), Size: 1, Root: tlog.RecordHash(nil)}
	if _, err := ledger.OpenCheckpoint(must(set.Current().Sign(c))(t), twice); err != nil {
		t.Error(err)
	}
}

func TestKeysAreKeptWithThosThatWereRetired(t *testing.T) {
	t.Parallel()
	seed := func(b byte) []byte { return append([]byte{b}, make([]byte, 31)...) }
	first := ledger.NewKeySet(seed(1), began)
	set := first.Rotated(seed(2), began.Add(time.Hour))
	content := must(set.Encode())(t)
	again := must(ledger.ParseKeySet(content))(t)
	public := must(again.Public(recordName, []string{"RECORD_0"}))(t)
	if len(public) != 2 || !public[0].Retired.IsZero() || !public[1].Retired.Equal(began.Add(time.Hour)) {
		t.Fatalf("public keys: %+v", public)
	}
	c := ledger.Checkpoint{Origin: ledger.Origin(recordName, "RECORD_0"), Size: 1, Root: tlog.RecordHash(nil)}
	for i, signer := range []ledger.Key{again.Current(), first.Current()} {
		known := must(ledger.ParseTrust(strings.Join(public[i].Lines, "\n")))(t)
		if _, err := ledger.OpenCheckpoint(must(signer.Sign(c))(t), known); err != nil {
			t.Errorf("key %d: %v", i, err)
		}
	}
	if strings.Contains(string(content), hex.EncodeToString(seed(1))) || len(must(first.Encode())(t)) == 0 {
		t.Error("the private half of the retired key is kept")
	}
	other := ledger.NewKeySet(seed(3), began)
	for name, c := range map[string]struct {
		later, earlier ledger.KeySet
		want           bool
	}{
		"itself": {set, again, true}, "before a rotation": {set, first, true}, "before two": {set.Rotated(seed(4), began.Add(2*time.Hour)), first, true},
		"the other way": {first, set, false}, "another's": {set, other, false}, "another's that was rotated": {other.Rotated(seed(4), began), set, false},
		"from then on another's": {first.Rotated(seed(5), began.Add(time.Hour)), set, false},
	} {
		if c.later.Continues(c.earlier) != c.want {
			t.Errorf("%s: continues is %v", name, !c.want)
		}
	}
	zeros := strings.Repeat("A", 43) + "="
	for name, bad := range map[string]string{
		"empty": "", "no seed": "{}", "short": `{"seed":"AAAA"}`, "no list of the retired": `{"seed":"` + zeros + `","retired":5}`,
		"a retired key that is cut short": `{"seed":"` + zeros + `","retired":[{"public":"AAAA","retired_at":"2021-09-02T00:00:00Z"}]}`,
		"one without its end":             `{"seed":"` + zeros + `","retired":[{"public":"` + zeros + `"}]}`,
	} {
		if _, err := ledger.ParseKeySet([]byte(bad)); err == nil {
			t.Errorf("%s is read as keys", name)
		}
	}
}
