// Package screentest holds a store of waiting devices in memory, and the suite that it and the real one pass.
package screentest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/screen"
)

// Fake is a screen.Store in memory. It forgets nothing by time. It is safe for concurrent use.
type Fake struct {
	mu      sync.Mutex
	waiting map[screen.Code]screen.Waiting
	away    error
}

var _ screen.Store = (*Fake)(nil)

// NewFake returns an empty one.
func NewFake() *Fake { return &Fake{waiting: map[screen.Code]screen.Waiting{}} }

// Away makes every call fail with err, until it is nil.
func (f *Fake) Away(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.away = err
}

// Put implements screen.Store.
func (f *Fake) Put(_ context.Context, code screen.Code, w screen.Waiting, _ time.Duration) (bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, taken := f.waiting[code]; taken || f.away != nil {
		return false, f.away
	}
	f.waiting[code] = w
	return true, nil
}

// Find implements screen.Store.
func (f *Fake) Find(_ context.Context, code screen.Code) (screen.Waiting, bool, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.away != nil {
		return screen.Waiting{}, false, f.away
	}
	w, waits := f.waiting[code]
	return w, waits, nil
}

// Run is what every store promises. Each call of open returns a store over the same devices, as another gateway has it.
func Run(t *testing.T, open func() screen.Store) {
	t.Helper()
	one, other := open(), open()
	if _, waits, err := one.Find(t.Context(), "7Q4KM2XD"); waits || err != nil {
		t.Fatalf("an empty store: %t, %v", waits, err)
	}
	first := screen.Waiting{Key: "0123456789abcdef", Hash: access.Hash{0: 1, 31: 0xff}, EndsAt: time.Date(2021, 9, 3, 12, 0, 0, 0, time.UTC)}
	if kept, err := one.Put(t.Context(), "7Q4KM2XD", first, time.Minute); !kept || err != nil {
		t.Fatalf("the first: %t, %v", kept, err)
	}
	second := first
	second.Key = "fedcba9876543210"
	if kept, err := other.Put(t.Context(), "7Q4KM2XD", second, time.Minute); kept || err != nil {
		t.Errorf("another under its code: %t, %v", kept, err)
	}
	got, waits, err := other.Find(t.Context(), "7Q4KM2XD")
	if diff := cmp.Diff(first, got); diff != "" || !waits || err != nil {
		t.Errorf("%t, %v\n%s", waits, err, diff)
	}
	if _, waits, err := other.Find(t.Context(), "00000000"); waits || err != nil {
		t.Errorf("another code: %t, %v", waits, err)
	}
}
