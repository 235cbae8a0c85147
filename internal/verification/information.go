package verification

import "slices"

// distributed says whether the request is information that a unit reads, or has read.
func (r Request) distributed() bool {
	return r.Kind == KindInformation && slices.ContainsFunc(r.Tasks, func(t Task) bool { return t.State.Live() || t.State == TaskDone })
}
