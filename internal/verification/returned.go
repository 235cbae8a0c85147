package verification

import "slices"

// What a return of an answer to its unit does to a request, and a dropped correction undoes; and what a recall takes back.

func (r Request) sentBack(s Stamp, e TaskSentBack) Request {
	switch {
	case e.New == nil:
		r = r.onTask(e.Task, func(t *Task) {
			t.State, t.ReturnCode, t.ReturnText = TaskReturned, e.Code, e.Text
			t.Questions = r.unsaid(t.Questions)
		}).onTask(e.Task, (*Task).takeBack)
	case r.Correction != nil:
		r.Tasks = append(r.Tasks, r.newTask(s, *e.New))
		r = r.takingBack(e.Task).onTask(e.Task, (*Task).takeBack)
	default:
		r = r.partSentBack(s, e)
	}
	r = r.voidPackage(VoidReturned)
	if r.State == ConsentPending {
		return r
	}
	return r.rested()
}

// partSentBack leaves with a task what has gone out of its answer, and is done with it; the rest is the new task's, which counts
// its returns on.
func (r Request) partSentBack(s Stamp, e TaskSentBack) Request {
	again := r.newTask(s, *e.New)
	again.ReturnCode, again.ReturnText = e.Code, e.Text
	r = r.onTask(e.Task, func(t *Task) {
		again.Returns = t.Returns + 1
		t.AskedAgain = append(slices.Clone(t.AskedAgain), e.New.Questions...)
		t.Questions = slices.DeleteFunc(slices.Clone(t.Questions), again.HoldsQuestion)
		if r.taskReleased(*t) {
			t.State = TaskDone
		}
	})
	r.Tasks = append(r.Tasks, again)
	return r
}

// takeBack makes what was answered so far say nothing more: the unit answers anew and repeats what it keeps.
func (t *Task) takeBack() {
	t.Returns++
	for i := range t.Answers {
		t.Answers[i].Returned = true
	}
}

// giveBack undoes takeBack for the answers at those places.
func (t *Task) giveBack(places []int) {
	t.Returns--
	for _, i := range places {
		t.Answers[i].Returned = false
	}
}

// takingBack notes in an open correction what a return is about to take back of a task.
func (r Request) takingBack(id TaskID) Request {
	t, known := r.Task(id)
	if r.Correction == nil || !known {
		return r
	}
	back := TakenBack{Task: id}
	for i, a := range t.Answers {
		if !a.Returned && !a.At.After(r.Correction.At) {
			back.Answers = append(back.Answers, i)
		}
	}
	return r.correctionTakes(append(slices.Clone(r.Correction.TakenBack), back))
}

// correctionTakes gives an open correction a list of its own; earlier states keep theirs.
func (r Request) correctionTakes(back []TakenBack) Request {
	if r.Correction != nil {
		correction := *r.Correction
		correction.TakenBack = back
		r.Correction = &correction
	}
	return r
}

// correctionDropped goes back to where the correction came from: what it took back stands again. Whom it asked anew is
// stopped.
func (r Request) correctionDropped(s Stamp) Request {
	if r.Correction == nil {
		return r
	}
	for _, back := range r.Correction.TakenBack {
		r = r.onTask(back.Task, func(t *Task) { t.giveBack(back.Answers) })
	}
	r.State, r.Correction = r.Correction.From, nil
	return r.stopTasks(s)
}

// recalled takes a version back. The notice takes the next number, which is in the bytes of what waits to go out. A part that is
// recalled before its round was answered has told nothing: what no other version gave waits to be told again. What was answered
// stays so until it is corrected.
func (r Request) recalled(s Stamp, e Recalled) Request {
	change(r.Releases, e.Release, func(v *Release) { v.Recalled = true })
	if !slices.ContainsFunc(r.Releases, func(v Release) bool { return v.Round == r.Round && v.Whole }) {
		r = r.untelling()
	}
	r = r.voidPackage(VoidRecalled).voidRefusal()
	return r.issued(s, Release{Kind: ReleaseRecall, Recalls: e.Release, Bytes: e.Bytes, Hash: e.Hash, Signature: e.Signature})
}

// untelling leaves told what a version of the round that stands gave, and done what of that is told whole.
func (r Request) untelling() Request {
	for i, q := range r.Questions {
		r.Questions[i].Released = q.Released && (q.Round != r.Round || slices.ContainsFunc(r.Releases, func(v Release) bool {
			return v.Round == r.Round && !v.Recalled && slices.Contains(v.Gave, q.N)
		}))
	}
	for i, t := range r.Tasks {
		if t.Round == r.Round && t.State == TaskDone && !r.taskReleased(t) {
			r.Tasks[i].State = TaskAnswered
		}
	}
	return r
}
