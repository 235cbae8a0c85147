package evidence_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/evidence"
	"verigate/internal/evidence/evidencetest"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/seal/sealtest"
	"verigate/internal/verification"
)

// add writes golden files that do not exist. One that exists is never rewritten: its bytes are in somebody's store.
var add = flag.Bool("add-golden", false, "write missing golden files")

func noon() time.Time { return time.Date(2021, 9, 2, 12, 0, 0, 0, time.UTC) }

func read(n string) evidence.Entry {
	return evidence.Entry{
		At: noon(), Person: "p_0123456789abcdef", Roles: []verification.Role{verification.RoleDesk}, Unit: "A1K1", Key: "k1",
		Operation: access.OpGetRequest, Shows: access.ShowsContent, Requests: []verification.RequestID{verification.RequestID(n)},
		Level: marking.L2, Outcome: evidence.Served, Call: "call-" + n, From: "192.0.2.1",
	}
}

// rig is a writer at work over a store in memory.
type rig struct {
	store  *evidencetest.Store
	vault  record.Vault
	writer *evidence.Writer
	end    func()
}

func newRig(t *testing.T) *rig {
	t.Helper()
	r := &rig{store: evidencetest.NewStore(), vault: sealtest.Vault(t)}
	r.begin(t)
	return r
}

// begin starts another run of a gateway.
func (r *rig) begin(t *testing.T) {
	t.Helper()
	r.writer = evidence.NewWriter(evidence.Parts{Store: r.store, Vault: r.vault, Now: noon})
	ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
	done := make(chan error, 1)
	go func() { done <- r.writer.Run(ctx) }()
	r.end = sync.OnceFunc(func() {
		stop()
		if err := <-done; err != nil {
			t.Error(err)
		}
	})
	t.Cleanup(r.end)
}

// all is what stands in the store, in order, without repeats.
func (r *rig) all(t *testing.T) (all []evidence.Entry) {
	t.Helper()
	messages, err := r.store.Read(t.Context(), 1, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	numbers := evidence.Numbers{}
	for _, m := range messages {
		fresh, missing := numbers.Meet(m)
		if missing > 0 {
			t.Errorf("%d are missing before number %d", missing, m.Number)
		}
		if !fresh {
			continue
		}
		entries, err := evidence.Open(t.Context(), r.vault, m)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, entries...)
	}
	return all
}

func calls(all []evidence.Entry) (ids []string) {
	for _, e := range all {
		ids = append(ids, e.Call)
	}
	slices.Sort(ids)
	return ids
}

func TestAnEntryIsInTheStoreBeforeNoteReturns(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.writer.Note(t.Context(), read("a")); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]evidence.Entry{read("a")}, r.all(t)); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWaitsTogetherSharesAMessage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		goOn := r.store.Hang()
		var all sync.WaitGroup
		for i := range 64 {
			all.Go(func() {
				if err := r.writer.Note(t.Context(), read(string(rune('A'+i)))); err != nil {
					t.Error(err)
				}
			})
			if i == 0 {
				eventually(t, func() bool { return r.store.Asked() == 1 }) // the first is under way by itself
			}
		}
		eventually(t, func() bool { return r.writer.State().Kept == 63 })
		goOn()
		all.Wait()
		if at, _ := r.store.Extent(t.Context()); at.Last != 2 {
			t.Errorf("64 entries lie in %d messages", at.Last)
		}
		if got := len(r.all(t)); got != 64 {
			t.Errorf("%d entries of 64", got)
		}
	})
}

func eventually(t *testing.T, is func() bool) {
	t.Helper()
	for range 1000 {
		if is() {
			return
		}
		time.Sleep(5 * time.Millisecond)
	}
	t.Fatal("not within five seconds")
}

func TestAStoreThatHangsIsNotWaitedForLongerThanThreeSeconds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		goOn := r.store.Hang()
		defer goOn()
		began := time.Now()
		if err := r.writer.Note(t.Context(), read("a")); !errors.Is(err, evidence.ErrUnavailable) {
			t.Errorf("got %v", err)
		}
		if took := time.Since(began); took != 3*time.Second {
			t.Errorf("it took %s", took)
		}
		eventually(t, func() bool { return r.writer.State().Away != nil })
		began = time.Now()
		if err := r.writer.Note(t.Context(), read("b")); !errors.Is(err, evidence.ErrUnavailable) {
			t.Errorf("while it is known: %v", err)
		}
		if took := time.Since(began); took > 0 {
			t.Errorf("while it is known it took %s", took)
		}
		r.writer.Tell(read("c"))
		goOn()
		eventually(t, func() bool { return r.writer.State().Away == nil })
		if err := r.writer.Note(t.Context(), read("d")); err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(calls(r.all(t)), " "); got != "call-a call-c call-d" {
			t.Errorf("in the store are %s: what was refused at once never was", got)
		}
	})
}

func TestAFullStoreIsToldAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		for _, refusal := range []error{evidence.ErrFull, evidence.ErrLost} {
			r.store.Fail(refusal, false)
			began := time.Now()
			if err := r.writer.Note(t.Context(), read("a")); !errors.Is(err, refusal) {
				t.Errorf("%v: got %v", refusal, err)
			}
			if took := time.Since(began); took > 0 {
				t.Errorf("%v took %s", refusal, took)
			}
			if state := r.writer.State(); !errors.Is(state.Away, refusal) || state.Since != noon() {
				t.Errorf("it stands as %+v", state)
			}
			r.store.Fail(nil, false)
			eventually(t, func() bool { return r.writer.State().Away == nil })
		}
	})
}

func TestAPassingFailureIsWaitedThrough(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.store.Fail(evidence.ErrUnavailable, false)
		time.AfterFunc(300*time.Millisecond, func() { r.store.Fail(nil, false) })
		if err := r.writer.Note(t.Context(), read("a")); err != nil {
			t.Errorf("after 300 ms: %v", err)
		}
	})
}

func TestALostAnswerIsAskedForAgainAndReadOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t)
		r.store.Fail(evidence.ErrUnavailable, true)
		time.AfterFunc(100*time.Millisecond, func() { r.store.Fail(nil, false) })
		if err := r.writer.Note(t.Context(), read("a")); err != nil {
			t.Fatal(err)
		}
		if at, _ := r.store.Extent(t.Context()); at.Last < 2 {
			t.Fatalf("it was written %d times", at.Last)
		}
		if got := r.all(t); len(got) != 1 {
			t.Errorf("it is read %d times", len(got))
		}
	})
}

func TestWhatHasNoRoomIsCountedAndTold(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.store.Fail(evidence.ErrFull, false)
	page := read("page")
	for i := range 10_000 {
		page.Requests = append(page.Requests, verification.RequestID(strings.Repeat("a", 20)+string(rune('a'+i%26))))
	}
	for range 40 { // 250 KiB each, of 8 MiB
		r.writer.Tell(page)
	}
	eventually(t, func() bool { return r.writer.State().Away != nil }) // or the next is taken in and written in the end
	if err := r.writer.Note(t.Context(), read("b")); !errors.Is(err, evidence.ErrFull) {
		t.Errorf("content beside a full store: %v", err)
	}
	r.store.Fail(nil, false)
	eventually(t, func() bool { s := r.writer.State(); return s.Away == nil && s.Kept == 0 })
	r.end()
	written, missed := 0, 0
	for _, e := range r.all(t) {
		switch e.Outcome {
		case evidence.Served:
			written++
		case evidence.Unwritten:
			missed += e.Count
			if e.Code != evidence.CodeNoRoom || e.At != noon() || e.Until != noon() {
				t.Errorf("told as %+v", e)
			}
		case evidence.Refused, evidence.Damaged:
		}
	}
	if written+missed != 40 || missed == 0 || written < 20 {
		t.Errorf("%d of 40 written, %d missed", written, missed)
	}
}

// Of two runs: what the first could not write when it was stopped, the first entry of the second tells.
func TestWhatAStopLeavesUnwrittenIsToldByTheNextRun(t *testing.T) {
	t.Parallel()
	at := func(minute int) evidence.Entry {
		e := read("left")
		e.At = noon().Add(time.Duration(minute) * time.Minute)
		return e
	}
	run := func(r *rig, p evidence.Parts) (w *evidence.Writer, end func()) {
		p.Store, p.Vault, p.Now = r.store, r.vault, noon
		w = evidence.NewWriter(p)
		ctx, stop := context.WithCancel(context.WithoutCancel(t.Context()))
		done := make(chan error, 1)
		go func() { done <- w.Run(ctx) }()
		return w, func() { stop(); <-done }
	}
	r := &rig{store: evidencetest.NewStore(), vault: sealtest.Vault(t)}
	var left evidence.Gap
	want := evidence.Gap{Count: 3, From: noon().Add(time.Minute), Until: noon().Add(5 * time.Minute)}
	r.store.Fail(evidence.ErrFull, false)
	w, end := run(r, evidence.Parts{Left: func(g evidence.Gap) { left = g }})
	w.Tell(at(2)) // under way when it ends
	eventually(t, func() bool { return w.State().Away != nil })
	w.Tell(at(5))
	w.Tell(at(1))
	end()
	if left != want {
		t.Fatalf("left %+v, want %+v", left, want)
	}

	// A run that could tell nobody either hands it on.
	w, end = run(r, evidence.Parts{Before: left, Left: func(g evidence.Gap) { left = g }})
	w.Tell(at(3))
	end()
	if want.Count = 4; left != want {
		t.Fatalf("handed on %+v, want %+v", left, want)
	}

	r.store.Fail(nil, false)
	told := make(chan struct{}, 1)
	w, end = run(r, evidence.Parts{Before: left, Left: func(g evidence.Gap) { t.Errorf("left %+v", g) }, Told: func() { told <- struct{}{} }})
	if err := w.Note(t.Context(), read("after")); err != nil {
		t.Fatal(err)
	}
	<-told
	end()
	all := r.all(t)
	if len(all) != 2 || all[0].Outcome != evidence.Unwritten || all[0].Code != evidence.CodeStopped ||
		(evidence.Gap{Count: all[0].Count, From: all[0].At, Until: all[0].Until}) != want {
		t.Errorf("told %+v, want %+v", all, want)
	}
}

func TestStrangersCannotFillTheStore(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	stranger := evidence.Entry{At: noon(), Operation: access.OpGetRequest, Outcome: evidence.Refused, Code: "unauthenticated", From: "192.0.2.1"}
	for range 1000 {
		r.writer.Tell(stranger)
	}
	r.writer.Tell(read("known"))
	r.end()
	one, missed := 0, 0
	for _, e := range r.all(t) {
		if e.Outcome == evidence.Refused {
			one++
		}
		if e.Code == evidence.CodeTooMany {
			missed += e.Count
		}
	}
	if one != 20 || missed != 980 {
		t.Errorf("%d strangers one by one, %d in all beside", one, missed)
	}
	if !slices.Contains(calls(r.all(t)), "call-known") {
		t.Error("whoever is known is not noted")
	}
}

func TestWhatWaitsIsWrittenBeforeTheEnd(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for i := range 100 {
		r.writer.Tell(read(string(rune('A' + i))))
	}
	r.end()
	if got := len(r.all(t)); got != 100 {
		t.Errorf("%d of 100", got)
	}
}

func TestAMessageOpensInItsPlaceAlone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	if err := r.writer.Note(t.Context(), read("a")); err != nil {
		t.Fatal(err)
	}
	all, err := r.store.Read(t.Context(), 1, 1)
	if err != nil {
		t.Fatal(err)
	}
	if all[0].Subject != "a" {
		t.Errorf("one request's message lies under %s", all[0].Subject)
	}
	for name, change := range map[string]func(*evidence.Message){
		"another number":  func(m *evidence.Message) { m.Number++ },
		"another writer":  func(m *evidence.Message) { m.Writer = "other" },
		"another subject": func(m *evidence.Message) { m.Subject = evidence.Nobody },
		"other bytes":     func(m *evidence.Message) { m.Data[3] ^= 1 },
	} {
		m := all[0]
		m.Data = slices.Clone(m.Data)
		change(&m)
		if _, err := evidence.Open(t.Context(), r.vault, m); !errors.Is(err, record.ErrTampered) {
			t.Errorf("%s: %v", name, err)
		}
	}
	m := all[0]
	m.Wire = 2
	if _, err := evidence.Open(t.Context(), r.vault, m); !errors.Is(err, evidence.ErrUnreadable) {
		t.Errorf("another form: %v", err)
	}
}

func TestNumbersTellARepeatAndAGap(t *testing.T) {
	t.Parallel()
	numbers := evidence.Numbers{}
	for _, step := range []struct {
		writer  string
		number  uint64
		fresh   bool
		missing uint64
	}{{"a", 1, true, 0}, {"b", 1, true, 0}, {"a", 1, false, 0}, {"a", 2, true, 0}, {"a", 5, true, 2}, {"b", 2, true, 0}, {"c", 3, true, 2}} {
		fresh, missing := numbers.Meet(evidence.Message{Header: evidence.Header{Writer: step.writer, Number: step.number}})
		if fresh != step.fresh || missing != step.missing {
			t.Errorf("%s %d: fresh %v, %d missing", step.writer, step.number, fresh, missing)
		}
	}
}

// TestGoldenEntriesDecodeForGood: an entry with every field set, as it was written first; and what came to it since.
func TestGoldenEntriesDecodeForGood(t *testing.T) {
	t.Parallel()
	first := evidence.Entry{
		At: noon(), Person: "p_0123456789abcdef", Roles: []verification.Role{verification.RoleDesk, verification.RoleKeeper},
		Partner: "NG", Unit: "A1K1", Key: "k1", Session: "s1", Operation: access.OpGetBoard, Shows: access.ShowsRows,
		Requests: []verification.RequestID{"vr0000000000000000000000aa", "vr0000000000000000000000bb"}, Task: "vr0000000000000000000000aa-01",
		Level: marking.L3, Inside: []verification.Compartment{"drugs"}, About: "p_fedcba9876543210", Outcome: evidence.Unwritten, Code: "no_room",
		Call: "call-1", From: "192.0.2.1", Until: noon().Add(time.Minute), Count: 3,
	}
	full := first
	full.Where = "record partition 1 sequence 7"
	for i := range reflect.TypeOf(full).NumField() {
		if reflect.ValueOf(full).Field(i).IsZero() {
			t.Errorf("%s is not set: it could be lost unseen", reflect.TypeOf(full).Field(i).Name)
		}
	}
	for file, want := range map[string][]evidence.Entry{"entries.v1.json": {first, read("a")}, "entries.v1.where.json": {full}} {
		golden, err := os.ReadFile(goldenFile(t, file, want))
		if err != nil {
			t.Fatal(err)
		}
		got, err := evidence.Decode(golden)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
	}
	for _, broken := range []string{"", "[]", `{"v":2,"entries":[]}`, `{"v":1,"entries":[{"at":"Nguyen"}]}`} {
		if _, err := evidence.Decode([]byte(broken)); !errors.Is(err, evidence.ErrUnreadable) || strings.Contains(err.Error(), "Nguyen") {
			t.Errorf("%s: %v", broken, err)
		}
	}
}

// goldenFile is the path of a golden file, which is written first if that was asked for and there is none.
func goldenFile(t *testing.T, name string, entries []evidence.Entry) string {
	t.Helper()
	path := filepath.Join("testdata", "golden", name)
	if !*add {
		return path
	}
	form, err := json.Marshal(map[string]any{"v": 1, "entries": entries})
	if err != nil {
		t.Fatal(err)
	}
	if f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644); err == nil {
		_, err = f.Write(form)
		if err := errors.Join(err, f.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return path
}

func TestTheStoreInMemoryKeepsThePromise(t *testing.T) {
	t.Parallel()
	s := evidencetest.NewStore()
	evidencetest.Run(t, func() evidence.Store { return s })
}
