package record_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"verigate/internal/record"
	"verigate/internal/record/recordtest"
	"verigate/internal/seal"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// entry is one decision about request r, the version-th.
func entry(id, kid string, version uint64) record.Entry[verification.Decision] {
	d := decision(verification.Noted{Text: fmt.Sprintf("note %d", version)}, verification.SentToReview{})
	d.Command = verification.CommandID(fmt.Sprintf("c-%s-%d", id, version))
	return record.Entry[verification.Decision]{Subject: record.Request(id), KID: kid, Version: version, Decision: d}
}

type bench struct {
	journal *recordtest.Fake
	vault   *seal.Vault
	log     *record.Log[verification.Decision]
}

func newBench(t *testing.T) bench {
	t.Helper()
	b := bench{journal: recordtest.NewFake(clock), vault: sealtest.Vault(t)}
	b.log = record.NewLog(b.journal, b.vault, record.Requests{})
	return b
}

// history appends n decisions about one request under one key.
func (b bench) history(t *testing.T, id string, n uint64) (kid string, entries []record.Entry[verification.Decision]) {
	t.Helper()
	kid, err := b.log.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var after uint64
	for version := range n {
		e := entry(id, kid, version)
		seq, err := b.log.Append(t.Context(), e, after)
		if err != nil {
			t.Fatal(err)
		}
		e.Sequence, after = seq, seq
		e.Command = string(e.Decision.Command)
		e.Kinds = []string{"noted.v1", "sent_to_review.v1"}
		entries = append(entries, e)
	}
	return kid, entries
}

func TestWhatIsAppendedIsReadAndReplayed(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	_, want := b.history(t, "r1", 3)
	got, err := b.log.Read(t.Context(), record.Request("r1"))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
	got = nil
	err = b.log.ReplayUntil(t.Context(), record.Position{}, record.Position{3}, func(e record.Entry[verification.Decision]) error {
		got = append(got, e)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Fatal(diff)
	}
}

func TestSealedMessagesFitTheirPlaceOnly(t *testing.T) {
	t.Parallel()
	tests := map[string]func(m, other *record.Sealed){
		"another aggregate":       func(m, _ *record.Sealed) { m.ID = "r9" },
		"another kind":            func(m, _ *record.Sealed) { m.Kinds = []string{"noted.v1"} },
		"other order of kinds":    func(m, _ *record.Sealed) { m.Kinds = []string{"sent_to_review.v1", "noted.v1"} },
		"kinds joined":            func(m, _ *record.Sealed) { m.Kinds = []string{"noted.v1,sent_to_review.v1"} },
		"another command":         func(m, _ *record.Sealed) { m.Command = "c-r1-0" },
		"another version":         func(m, _ *record.Sealed) { m.Version = 0 },
		"another key":             func(m, other *record.Sealed) { m.KID = other.KID },
		"content of another":      func(m, other *record.Sealed) { m.Data = other.Data },
		"a later or unknown form": func(m, _ *record.Sealed) { m.Wire = 2 },
	}
	for name, change := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			b.history(t, "r1", 2)
			b.history(t, "r2", 2)
			mine, other := raw(t, b.journal, "r1")[1], raw(t, b.journal, "r2")[1]
			change(&mine, &other)
			forged := recordtest.NewFake(clock)
			if _, err := forged.Append(t.Context(), mine, 0); err != nil {
				t.Fatal(err)
			}
			err := record.NewLog(forged, b.vault, record.Requests{}).Replay(t.Context(), record.Position{}, never(t))
			var at *record.SequenceError
			if !errors.As(err, &at) || at.Sequence != 1 {
				t.Fatalf("got %v, want an error at sequence 1", err)
			}
			if !errors.Is(err, record.ErrTampered) && !errors.Is(err, record.ErrUnreadable) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func never(t *testing.T) func(record.Entry[verification.Decision]) error {
	return func(record.Entry[verification.Decision]) error {
		t.Error("it was given out")
		return nil
	}
}

func raw(t *testing.T, j record.Journal, id string) []record.Sealed {
	t.Helper()
	all, err := j.Read(t.Context(), record.Request(id))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestAnErasedRequestKeepsItsPlaceAndItsTombstone(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kid, entries := b.history(t, "r1", 2)
	tombstone := entry("r1", "", 2)
	tombstone.Decision.Events = []verification.Event{verification.Erased{Code: "retention"}}
	var err error
	if tombstone.KID, err = b.log.Take(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := b.log.Append(t.Context(), tombstone, entries[1].Sequence); err != nil {
		t.Fatal(err)
	}
	if err := b.vault.Erase(t.Context(), kid); err != nil {
		t.Fatal(err)
	}
	got, err := b.log.Read(t.Context(), record.Request("r1"))
	if err != nil {
		t.Fatal(err)
	}
	want := []record.Content{record.Erased, record.Erased, record.Whole}
	for i, e := range got {
		if e.Content != want[i] || len(e.Kinds) == 0 {
			t.Errorf("message %d: %v %v", i, e.Content, e.Kinds)
		}
	}
}

func TestAMissingKeyStopsTheReplayAndNamesTheSequence(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	b.history(t, "r1", 1)
	stranger := record.NewLog(b.journal, sealtest.Vault(t), record.Requests{})
	err := stranger.Replay(t.Context(), record.Position{}, never(t))
	var at *record.SequenceError
	if !errors.As(err, &at) || at.Sequence != 1 || !errors.Is(err, record.ErrKeyMissing) {
		t.Fatalf("got %v", err)
	}
}

func TestMessagesOfOtherFamiliesPassByName(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	if _, err := record.EnsureGenesis(t.Context(), b.journal, record.Genesis{IDKeyFingerprint: "f"}); err != nil {
		t.Fatal(err)
	}
	b.history(t, "r1", 1)
	var got []record.Content
	err := b.log.ReplayUntil(t.Context(), record.Position{}, record.Position{2}, func(e record.Entry[verification.Decision]) error {
		got = append(got, e.Content)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]record.Content{record.Foreign, record.Whole}, got); diff != "" {
		t.Fatal(diff)
	}
	unknown := recordtest.Message("x", 0)
	unknown.Kind = "novelty"
	if _, err := b.journal.Append(t.Context(), unknown, 0); err != nil {
		t.Fatal(err)
	}
	if err := b.log.Replay(t.Context(), record.Position{2}, never(t)); !errors.Is(err, record.ErrUnreadable) {
		t.Fatalf("an unknown kind of aggregate: %v", err)
	}
}

func TestAnEmptyDecisionIsNotRecorded(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	kid, err := b.log.Take(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	empty := entry("r1", kid, 0)
	empty.Decision.Events = nil
	if _, err := b.log.Append(t.Context(), empty, 0); err == nil {
		t.Fatal("recorded")
	}
	nameless := entry("r1", kid, 0)
	nameless.Decision.Command = ""
	if _, err := b.log.Append(t.Context(), nameless, 0); err == nil {
		t.Fatal("recorded")
	}
}

func TestDecodeRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	stamp := `"at":"2021-09-02T16:40:00Z","by":{},"command":"c1"`
	tests := map[string]struct {
		plain string
		fails bool
	}{
		"a known form":           {`{"v":1,` + stamp + `,"events":[{"kind":"noted.v1","data":{"text":"x"}}]}`, false},
		"unknown members":        {`{"v":1,"new":1,` + stamp + `,"events":[{"kind":"noted.v1","data":{"text":"x","new":1}}]}`, false},
		"an unknown event kind":  {`{"v":1,` + stamp + `,"events":[{"kind":"noted.v9","data":{}}]}`, true},
		"an unknown plain form":  {`{"v":2,` + stamp + `,"events":[]}`, true},
		"no form":                {`{` + stamp + `,"events":[]}`, true},
		"a member of wrong type": {`{"v":1,` + stamp + `,"events":[{"kind":"noted.v1","data":{"text":["secret"]}}]}`, true},
		"no JSON":                {`secret`, true},
		"cut short":              {`{"v":1,` + stamp, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := record.Requests{}.Decode([]byte(test.plain))
			if (err != nil) != test.fails || err != nil && !errors.Is(err, record.ErrUnreadable) {
				t.Fatalf("got %v", err)
			}
		})
	}
}

func TestReleasedBytesStayAsTheyWereHashed(t *testing.T) {
	t.Parallel()
	exact := json.RawMessage("{\"a\":\"<&> Đặng \u2028\u2029 \\u0007 é\",\"b\":1e21}")
	plain, err := record.Requests{}.Encode(decision(verification.PackagePrepared{Bytes: exact}))
	if err != nil {
		t.Fatal(err)
	}
	d, err := record.Requests{}.Decode(plain)
	if err != nil {
		t.Fatal(err)
	}
	if got := d.Events[0].(verification.PackagePrepared).Bytes; string(got) != string(exact) {
		t.Fatalf("got %q, want %q", got, exact)
	}
}

// sealedFile is a message of one sealed form, with all that opens it. The
// root key is sealtest's.
type sealedFile struct {
	Keys    []seal.Wrapped
	Message record.Sealed
	Plain   json.RawMessage
}

func TestEverySealedFormOpensForGood(t *testing.T) {
	t.Parallel()
	const form1 = "testdata/sealed/1.json"
	if _, err := os.Stat(form1); err != nil && *add {
		makeSealedFile(t, form1)
	}
	paths, err := filepath.Glob("testdata/sealed/*.json")
	if err != nil || len(paths) != 1 {
		t.Fatalf("%d files, want one for each sealed form, %v", len(paths), err)
	}
	for _, path := range paths {
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var f sealedFile
		if err := json.Unmarshal(data, &f); err != nil {
			t.Fatal(err)
		}
		store, journal := sealtest.NewStore(), recordtest.NewFake(clock)
		if err := store.Put(t.Context(), f.Keys); err != nil {
			t.Fatal(err)
		}
		if _, err := journal.Append(t.Context(), f.Message, 0); err != nil {
			t.Fatal(err)
		}
		vault := seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: clock})
		got, err := record.NewLog(journal, vault, record.Requests{}).Read(t.Context(), f.Message.Subject)
		if err != nil {
			t.Fatal(err)
		}
		want, err := record.Requests{}.Decode(f.Plain)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got[0].Decision); diff != "" {
			t.Fatal(diff)
		}
	}
}

func makeSealedFile(t *testing.T, path string) {
	t.Helper()
	store, journal := sealtest.NewStore(), recordtest.NewFake(clock)
	vault := seal.New(seal.Settings{Store: store, Root: sealtest.Root(t), Now: clock})
	b := bench{journal: journal, vault: vault, log: record.NewLog(journal, vault, record.Requests{})}
	kid, entries := b.history(t, "r1", 1)
	f := sealedFile{Message: raw(t, journal, "r1")[0]}
	var err error
	if f.Plain, err = (record.Requests{}).Encode(entries[0].Decision); err != nil {
		t.Fatal(err)
	}
	for _, id := range []string{"group.2021-09", kid} {
		key, err := store.Get(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		f.Keys = append(f.Keys, key)
	}
	data, err := json.MarshalIndent(f, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	write(t, path, data)
}
