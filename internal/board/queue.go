package board

import (
	"reflect"
	"slices"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// QueueItem is a task in its unit's queue: due times, no content.
type QueueItem struct {
	Task          verification.TaskID     `json:"task"`
	Request       verification.RequestID  `json:"request"`
	Number        string                  `json:"number"`
	Unit          verification.UnitCode   `json:"unit"`
	Kind          verification.TaskKind   `json:"kind,omitempty"`
	State         verification.TaskState  `json:"state"`
	Degree        verification.Degree     `json:"degree"`
	Questions     []int                   `json:"questions,omitempty"`
	AcceptDueAt   time.Time               `json:"accept_due_at,omitzero"`
	AnswerDueAt   time.Time               `json:"answer_due_at,omitzero"`
	ActionDueAt   time.Time               `json:"action_due_at,omitzero"`
	InterimDueAt  time.Time               `json:"interim_due_at,omitzero"`
	Hold          string                  `json:"hold,omitempty"`        // code of the hold that lasts
	Unconfirmed   bool                    `json:"unconfirmed,omitempty"` // a hold, be it over, waits for the lead's word
	Officers      []verification.PersonID `json:"officers,omitempty"`
	SubDepartment string                  `json:"sub_department,omitempty"`
	UpdatedAt     time.Time               `json:"updated_at"` // of the last decision that changed the item
}

// First is the clock of the task that runs out first, and when; none when no clock of it runs.
func (q QueueItem) First() (clock string, due time.Time) {
	for _, c := range []struct {
		name sla.Name
		due  time.Time
	}{{sla.Accept, q.AcceptDueAt}, {sla.Answer, q.AnswerDueAt}, {sla.Action, q.ActionDueAt}, {sla.Interim, q.InterimDueAt}} {
		if !c.due.IsZero() && (due.IsZero() || c.due.Before(due)) {
			clock, due = string(c.name), c.due
		}
	}
	return clock, due
}

// dueAt is where the item stands in its queue: by the clock that runs out first. What was stopped under the unit's
// hands stands before all until the unit has acknowledged it; what waits for nobody's clock stands last.
func (q QueueItem) dueAt() time.Time {
	if q.State == verification.TaskStopped {
		return time.Unix(0, 0)
	}
	_, due := q.First()
	return due
}

// newQueue lists what units have to do: their live tasks, and the stopped ones that they have still to acknowledge.
func newQueue(prev []QueueItem, r verification.Request, clocks sla.Clocks, at time.Time) []QueueItem {
	var out []QueueItem
	for _, t := range r.Tasks {
		if t.State.Live() || t.StopWaits() {
			out = append(out, newQueueItem(prev, r, t, clocks, at))
		}
	}
	return out
}

func newQueueItem(prev []QueueItem, r verification.Request, t verification.Task, clocks sla.Clocks, at time.Time) QueueItem {
	q := QueueItem{
		Task: t.Task, Request: r.ID, Number: r.Number, Unit: t.Unit, Kind: t.Kind, State: t.State, Degree: r.Degree,
		Questions: slices.Clone(t.Questions), Officers: slices.Clone(t.Officers), SubDepartment: t.SubDepartment,
		AcceptDueAt: taskDue(clocks, t.Task, sla.Accept), AnswerDueAt: taskDue(clocks, t.Task, sla.Answer),
		ActionDueAt: taskDue(clocks, t.Task, sla.Action), InterimDueAt: taskDue(clocks, t.Task, sla.Interim),
	}
	q.Unconfirmed = decidable(r) && unconfirmed(t)
	if t.State == verification.OnHold && len(t.Holds) > 0 {
		q.Hold = t.Holds[len(t.Holds)-1].Code
	}
	if i := slices.IndexFunc(prev, func(p QueueItem) bool { return p.Task == t.Task }); i >= 0 {
		q.UpdatedAt = prev[i].UpdatedAt
		if reflect.DeepEqual(normal(q), normal(prev[i])) {
			return q
		}
	}
	q.UpdatedAt = at
	return q
}

// normal has empty lists as nil, as they come back from the store.
func normal(q QueueItem) QueueItem {
	if len(q.Questions) == 0 {
		q.Questions = nil
	}
	if len(q.Officers) == 0 {
		q.Officers = nil
	}
	return q
}
