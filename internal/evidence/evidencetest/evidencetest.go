// Package evidencetest is what every store of evidence promises, and one in memory.
package evidencetest

import (
	"context"
	"slices"
	"strconv"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/evidence"
)

// Run is the promise. Each call of open returns the same store, as another gateway has it.
func Run(t *testing.T, open func() evidence.Store) {
	t.Helper()
	one, other := open(), open()
	if at, err := one.Extent(t.Context()); err != nil || at.Last != 0 {
		t.Fatalf("an empty store has %+v, %v", at, err)
	}
	if all, err := one.Read(t.Context(), 1, 10); err != nil || len(all) != 0 {
		t.Fatalf("an empty store gives %d messages, %v", len(all), err)
	}
	want := []evidence.Message{
		message("w1", 1, "vr0000000000000000000000aa"), message("w2", 1, evidence.Nobody), message("w1", 2, "vr0000000000000000000000aa"),
		message("w1", 2, "vr0000000000000000000000aa"), // whose first answer was lost
	}
	for i, m := range want {
		sequence, err := []evidence.Store{one, other}[i%2].Append(t.Context(), m)
		if err != nil || sequence != uint64(i)+1 {
			t.Fatalf("message %d stands at %d: %v", i, sequence, err)
		}
		want[i].Sequence = sequence
	}
	for from := range uint64(6) {
		got, err := other.Read(t.Context(), from, 3)
		if err != nil {
			t.Fatal(err)
		}
		first := max(from, 1) - 1
		last := min(first+3, 4)
		if diff := cmp.Diff(want[min(first, last):last], got, cmp.Transformer("none", none)); diff != "" {
			t.Errorf("three from %d on: %s", from, diff)
		}
	}
	at, err := one.Extent(t.Context())
	if err != nil || at.Last != 4 || at.Bytes == 0 {
		t.Errorf("with four messages it has %+v, %v", at, err)
	}
	together(t, one, other)
}

// none is a list without the difference of nothing and empty.
func none(in []evidence.Message) []evidence.Message { return slices.Concat([]evidence.Message{}, in) }

// together: of all that is written at once each stands once, and nothing between.
func together(t *testing.T, one, other evidence.Store) {
	t.Helper()
	var all sync.WaitGroup
	for i := range 16 {
		s := []evidence.Store{one, other}[i%2]
		all.Go(func() {
			if _, err := s.Append(t.Context(), message("together", uint64(i)+1, evidence.Nobody)); err != nil { //nolint:gosec // a small number
				t.Error(err)
			}
		})
	}
	all.Wait()
	got, err := one.Read(t.Context(), 5, 100)
	if err != nil || len(got) != 16 {
		t.Fatalf("of sixteen written at once there are %d: %v", len(got), err)
	}
	met := map[uint64]bool{}
	for i, m := range got {
		if met[m.Number] || m.Sequence != uint64(i)+5 {
			t.Errorf("number %d stands at %d", m.Number, m.Sequence)
		}
		met[m.Number] = true
	}
}

func message(writer string, number uint64, subject string) evidence.Message {
	return evidence.Message{
		Header: evidence.Header{Subject: subject, Writer: writer, Number: number, KID: "k1", Wire: 1},
		Data:   []byte("sealed " + strconv.FormatUint(number, 10)),
	}
}

// Store is one in memory. It is safe for concurrent use.
type Store struct {
	mu      sync.Mutex
	all     []evidence.Message
	fails   error
	stored  bool          // although it fails: the answer is lost
	hangs   chan struct{} // nil: it answers
	appends int           // how often it was asked to write
}

// NewStore is empty.
func NewStore() *Store { return &Store{} }

// Fail lets it answer with an error from now on; nil: as it should. Stored: what is written is there all the same.
func (s *Store) Fail(err error, stored bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fails, s.stored = err, stored
}

// Asked is how often it was asked to write by now.
func (s *Store) Asked() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.appends
}

// Hang lets it answer nothing until the returned function is called.
func (s *Store) Hang() func() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hangs = make(chan struct{})
	hangs := s.hangs
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		if s.hangs == hangs {
			s.hangs = nil
			close(hangs)
		}
	}
}

// Append implements evidence.Store.
func (s *Store) Append(ctx context.Context, m evidence.Message) (uint64, error) {
	s.mu.Lock()
	hangs := s.hangs
	s.appends++
	s.mu.Unlock()
	if hangs != nil {
		select {
		case <-hangs:
		case <-ctx.Done():
			return 0, evidence.ErrUnavailable
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.fails == nil || s.stored {
		m.Sequence = uint64(len(s.all)) + 1
		s.all = append(s.all, m)
	}
	return uint64(len(s.all)), s.fails
}

// Read implements evidence.Store.
func (s *Store) Read(_ context.Context, from uint64, n int) ([]evidence.Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	first := min(max(from, 1)-1, uint64(len(s.all)))
	var out []evidence.Message
	for _, m := range s.all[first:] {
		if m.Sequence != 0 && len(out) < n {
			out = append(out, m)
		}
	}
	return out, nil
}

// Damage changes a message where it stands.
func (s *Store) Damage(sequence uint64, how func(*evidence.Message)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m := &s.all[sequence-1]
	m.Data = slices.Clone(m.Data)
	how(m)
}

// Remove takes a message out: the place stays empty.
func (s *Store) Remove(sequence uint64) {
	s.Damage(sequence, func(m *evidence.Message) { *m = evidence.Message{} })
}

// Extent implements evidence.Store.
func (s *Store) Extent(context.Context) (evidence.Extent, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	at := evidence.Extent{Last: uint64(len(s.all))}
	for _, m := range s.all {
		at.Bytes += uint64(len(m.Data))
	}
	return at, nil
}
