package access

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"maps"
	"slices"
	"sync"

	"verigate/internal/verification"
)

// Audience names the set of those who may know of an object: 32 hex digits, comparable, opaque. Two objects of one
// audience are visible to the same callers, so a rendering may be cached by (language, view, audience). It names a
// set, not its members: nobody is let in by it.
type Audience string

// AudienceOf gives the audience of a request.
func AudienceOf(r verification.Request) Audience { return ObjectOf(r).Audience() }

// Audience gives the audience of an object. What does not exist has the empty one.
func (o Object) Audience() Audience {
	if o.ID == "" {
		return ""
	}
	of := o
	of.ID, of.State = "x", ""       // of the identity, existence alone; of the state, what visibility depends on
	of.Parts, of.Alarmed = nil, nil // an alarm shows the case to nobody
	set := map[string]Part{}
	for _, p := range o.parts() {
		p.Task, p.Officers = "", sorted(p.Officers)
		if !o.Sealed() {
			p.Officers = nil // all of the unit read it
		}
		p.Stopped = p.Stopped && o.State.Ended()
		set[string(p.Unit)+"\x00"+mustText(p)] = p
	}
	of.Excluded.Units, of.Excluded.Persons = sorted(o.Excluded.Units), sorted(o.Excluded.Persons)
	sum := sha256.Sum256([]byte(mustText([]any{
		of, o.task != "", o.unit, o.originator, o.State.Ended(), slices.Sorted(maps.Keys(set)),
	})))
	return Audience(hex.EncodeToString(sum[:16]))
}

// mustText is only for values of this package, which all have a text.
func mustText(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		return err.Error()
	}
	return string(b)
}

func sorted[S ~string](in []S) []S {
	out := slices.Clone(in)
	slices.Sort(out)
	return slices.Compact(out)
}

// Sealed holds what a gateway must know of every sealed case to drop it at read time: rows, events and hits of others
// come out of stores that many read, and a case may be sealed after they were written. A follower feeds it with every
// state that it folds; until it has caught up, nothing may be served that it filters. It is safe for concurrent use.
type Sealed struct {
	mu        sync.RWMutex
	cases     map[verification.RequestID]Object // guarded by mu
	conflicts conflicts                         // guarded by mu; of the cases, those that exclude somebody
}

// NewSealed holds nothing.
func NewSealed() *Sealed {
	return &Sealed{cases: map[verification.RequestID]Object{}, conflicts: newConflicts()}
}

// Put remembers a request that is sealed or names somebody as excluded, and forgets one that no longer is and does.
func (s *Sealed) Put(o Object) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if o.Sealed() || len(o.Excluded.Units)+len(o.Excluded.Persons) > 0 {
		s.cases[o.ID] = o
		s.conflicts.put(o)
		return
	}
	delete(s.cases, o.ID)
}

// Len is how many cases are held.
func (s *Sealed) Len() int {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return len(s.cases)
}

// Hides says whether the request must be dropped for the caller. It knows nothing of what is not held: such a row is
// measured by Visible as it stands.
func (s *Sealed) Hides(c Caller, id verification.RequestID) bool {
	s.mu.RLock()
	o, held := s.cases[id]
	s.mu.RUnlock()
	return held && !Visible(c)(o)
}

// HidesTask is Hides for a row that stands for a task.
func (s *Sealed) HidesTask(c Caller, id verification.TaskID) bool {
	request, ok := id.Request()
	if !ok {
		return true
	}
	s.mu.RLock()
	o, held := s.cases[request]
	s.mu.RUnlock()
	return held && !Visible(c)(o.OfTask(id))
}

// VisibleTo lists the held cases that the caller may know of, by id: what a member's list has beside the shared one.
func (s *Sealed) VisibleTo(c Caller) []verification.RequestID {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sees := Visible(c)
	var ids []verification.RequestID
	for id, o := range s.cases {
		if sees(o) {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}
