package limit

import (
	"testing"
	"time"
)

// What declares itself urgent goes on in a lane of its own when its caller's writes are used up; nothing else does, and who
// reads too often can still write.
func TestTheUrgentHaveALaneOfTheirOwn(t *testing.T) {
	t.Parallel()
	one := Rate{PerMinute: 1, Burst: 1}
	l := New(Parts{
		Policy: Policy{Callers: Callers{PartnerSystem: Lanes{Reads: one, Writes: one}}, Urgent: one, Strangers: one},
		Now:    func() time.Time { return start },
	})
	caller := Caller{ID: "NG", Kind: PartnerSystem}
	for _, step := range []struct {
		class Class
		lane  string // in which it is refused; empty: it goes on
	}{
		{Reading, ""},
		{Reading, "reads"},
		{Changing, ""},
		{Changing, "writes"},
		{Urgent, ""},
		{Urgent, "urgent"},
		{Changing, "writes"},
		{Reading, "reads"},
	} {
		refused := l.Call(t.Context(), caller, step.class)
		switch {
		case refused == nil && step.lane != "", refused != nil && refused.Lane != step.lane:
			t.Errorf("class %d: %+v, want it refused in %q", step.class, refused, step.lane)
		case refused != nil && (refused.Retry <= 0 || refused.Rate != one):
			t.Errorf("class %d: nobody is told when to come again: %+v", step.class, refused)
		}
	}
	if refused := l.Call(t.Context(), Caller{ID: "KE", Kind: PartnerSystem}, Changing); refused != nil {
		t.Errorf("another caller pays for it: %+v", refused)
	}
	if l.Stranger("192.0.2.1") != nil || l.Stranger("192.0.2.1") == nil || l.Stranger("192.0.2.2") != nil {
		t.Error("of a source that nobody knows one call a minute is answered")
	}
}
