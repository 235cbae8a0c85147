package verification

import "slices"

// What units do with their tasks, as it changes a request.

func begun(t *Task) {
	if t.State == Accepted || t.State == TaskReturned {
		t.State = InProgress
	}
}

func (r Request) taskTaken(s Stamp, e TaskTaken) Request {
	r = r.onTask(e.Task, func(t *Task) {
		t.State, t.AcceptedBy = Accepted, s.By.Person
		if t.Kind == TaskNotice {
			t.State = TaskDone
		}
	})
	return r.followed()
}

// passedOn moves questions to another unit's task; what is left stays with the first. Without a new task they are
// the desk's again.
func (r Request) passedOn(s Stamp, e TaskPassedOn) Request {
	r = r.onTask(e.Task, func(t *Task) {
		t.PassedOn = append(slices.Clone(t.PassedOn), e.Questions...)
		t.Questions = slices.DeleteFunc(slices.Clone(t.Questions), func(n int) bool { return slices.Contains(e.Questions, n) })
		if len(t.Questions) > 0 {
			if t.State == OnHold {
				t.endHold(s)
				t.State = InProgress
			}
			return
		}
		t.endHold(s)
		t.State, t.Questions = TaskForwarded, t.PassedOn
		if e.New != nil {
			t.ForwardedTo = e.New.Task
		}
	})
	if e.New != nil {
		r = r.hopped(e.Questions)
		r.Tasks = append(r.Tasks, r.newTask(s, *e.New))
	}
	return r.voidRefusal().followed()
}

// hopped counts the forwards that moved a question on. One that gave it back to the desk is none.
func (r Request) hopped(questions []int) Request {
	for i, q := range r.Questions {
		if q.Round == r.Round && slices.Contains(questions, q.N) {
			r.Questions[i].Hops++
		}
	}
	return r
}

func (t *Task) confirmHold(n int) {
	change(t.Holds, t.holdNumber(n), func(h *Hold) { h.Confirmed = true })
}

// holdNumber is the number of the hold that an event names; of one that names none, which was the rule before, the latest.
func (t *Task) holdNumber(n int) int {
	if n == 0 {
		return len(t.Holds)
	}
	return n
}

func (t *Task) endHold(s Stamp) {
	if n := len(t.Holds); n > 0 && t.Holds[n-1].To.IsZero() {
		t.Holds[n-1].To = s.At
	}
}

// cancelPause undoes a hold: as if the unit had never stopped working. One that is over leaves the task as it is, be it in
// another hold.
func (t *Task) cancelPause(s Stamp, n int) {
	change(t.Holds, t.holdNumber(n), func(h *Hold) {
		h.Rejected = true
		if h.To.IsZero() {
			h.To, t.State = s.At, InProgress
		}
	})
}

func (r Request) replied(s Stamp, e TaskReplied) Request {
	r = r.onTask(e.Task, func(t *Task) {
		t.endHold(s)
		t.Answers = append(t.Answers, TaskAnswer{Final: e.Final, By: s.By.Person, At: s.At, Questions: e.Questions})
		t.State = InProgress
		if e.Final {
			t.State = TaskAnswered
		}
	})
	if e.Level > r.Level {
		r = r.voidPackage(VoidLevelRaised)
		r.Level = e.Level
	}
	if e.Compartment != "" && r.Compartment == "" {
		r.Compartment = e.Compartment
	}
	return r.voidRefusal().followed()
}
