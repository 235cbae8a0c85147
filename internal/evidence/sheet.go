package evidence

import (
	"slices"
	"sync"

	"verigate/internal/marking"
	"verigate/internal/verification"
)

// Sight is something that a call was let at, or was not.
type Sight struct {
	Request     verification.RequestID
	Task        verification.TaskID
	Level       marking.Level
	Compartment verification.Compartment
}

// Sheet is what one call was let at, written where it is authorised. A nil sheet takes anything and holds nothing: so calls
// that the gateway makes by itself. It is safe for concurrent use.
type Sheet struct {
	mu       sync.Mutex
	seen     []Sight
	denied   []Sight
	recorded []verification.RequestID
	again    bool
}

// Saw notes what the call may be answered with.
func (s *Sheet) Saw(all ...Sight) { s.add(func() { s.seen = append(s.seen, all...) }) }

// Denied notes what exists and was refused.
func (s *Sheet) Denied(one Sight) { s.add(func() { s.denied = append(s.denied, one) }) }

// Recorded notes that the call's own decision on a request is in the record: it is the evidence of what it is answered with.
func (s *Sheet) Recorded(id verification.RequestID) {
	s.add(func() { s.recorded = append(s.recorded, id) })
}

// Again notes that the answer shows more than what the call's decision is the evidence of.
func (s *Sheet) Again() { s.add(func() { s.again = true }) }

func (s *Sheet) add(what func()) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// Evident says whether the record already has all that the call could see.
func (s *Sheet) Evident() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return !s.again && len(s.seen) > 0 && !slices.ContainsFunc(s.seen, func(one Sight) bool { return !slices.Contains(s.recorded, one.Request) })
}

// Open says whether all that was seen may be read without evidence on the disk: what is of L0 and L1. Of what says no level
// it may not.
func (s *Sheet) Open() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen) > 0 && !slices.ContainsFunc(s.seen, func(one Sight) bool { return one.Level.Quiet() })
}

// Fill writes what was seen into an entry, or for a refusal what was refused.
func (s *Sheet) Fill(e Entry) Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	all := s.seen
	if e.Outcome == Refused && len(s.denied) > 0 {
		all = s.denied
	}
	return e.On(all)
}

// On is the entry about some cases.
func (e Entry) On(all []Sight) Entry {
	met := make(map[verification.RequestID]bool, len(all))
	for _, one := range all {
		if !met[one.Request] {
			met[one.Request] = true
			e.Requests = append(e.Requests, one.Request)
		}
		if one.Task != "" {
			e.Task = one.Task
		}
		if one.Compartment != "" && !slices.Contains(e.Inside, one.Compartment) {
			e.Inside = append(e.Inside, one.Compartment)
		}
		e.Level = max(e.Level, one.Level)
	}
	if len(e.Requests) > 1 {
		e.Task = ""
	}
	return e
}
