package gateway

import (
	"fmt"
	"testing"

	"verigate/internal/verification"
)

func TestAStateThatWasReadBeforeAMessageIsNotKeptAfterIt(t *testing.T) {
	t.Parallel()
	s := newStates(10)
	s.put("a", aggregate{last: 1})
	s.outdated("a", 2)
	if _, ok := s.get("a"); ok {
		t.Error("an outdated state is still there")
	}
	s.put("a", aggregate{last: 1}) // read before, put after
	if _, ok := s.get("a"); ok {
		t.Error("an outdated state came back")
	}
	s.put("a", aggregate{last: 2})
	s.outdated("a", 2)
	if a, ok := s.get("a"); !ok || a.last != 2 {
		t.Error("the newest state is not kept")
	}
	for n := range uint64(2 * seenLately) {
		s.outdated(verification.RequestID(fmt.Sprint(n)), n)
	}
	if len(s.seen) > seenLately {
		t.Errorf("%d messages are remembered", len(s.seen))
	}
}

func TestWhoLosesTheWatchRemembersNothing(t *testing.T) {
	t.Parallel()
	s := newStates(3)
	s.put("a", aggregate{last: 1})
	s.lose()
	s.put("b", aggregate{last: 1})
	for _, id := range []verification.RequestID{"a", "b"} {
		if _, ok := s.get(id); ok {
			t.Errorf("%s is remembered", id)
		}
	}
	s.outdated("a", 2)
	s.drop("b")
}

func TestTheCacheIsBounded(t *testing.T) {
	t.Parallel()
	s := newStates(3)
	for n := range uint64(10) {
		s.put(verification.RequestID(fmt.Sprint(n)), aggregate{last: n + 1})
	}
	_, oldest := s.get("0")
	_, newest := s.get("9")
	if oldest || !newest || len(s.byID) != 3 || s.order.Len() != 3 {
		t.Errorf("holds %d states, the oldest %v, the newest %v", len(s.byID), oldest, newest)
	}
}
