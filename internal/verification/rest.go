package verification

import (
	"slices"
)

// Task returns the task of that id.
func (r Request) Task(id TaskID) (Task, bool) {
	if i := r.taskIndex(id); i >= 0 {
		return r.Tasks[i], true
	}
	return Task{}, false
}

func (r Request) taskIndex(id TaskID) int {
	return slices.IndexFunc(r.Tasks, func(t Task) bool { return t.Task == id })
}

// Question returns the question of that number in the current round.
func (r Request) Question(n int) (Question, bool) {
	if i := r.questionIndex(n); i >= 0 {
		return r.Questions[i], true
	}
	return Question{}, false
}

func (r Request) questionIndex(n int) int {
	return slices.IndexFunc(r.Questions, func(q Question) bool { return q.Round == r.Round && q.N == n })
}

// RoundQuestions returns the questions of the current round.
func (r Request) RoundQuestions() []Question {
	n := 0
	for _, q := range r.Questions {
		if q.Round == r.Round {
			n++
		}
	}
	out := slices.Grow([]Question(nil), n)
	for _, q := range r.Questions {
		if q.Round == r.Round {
			out = append(out, q)
		}
	}
	return out
}

// Open says whether a question still waits for an answer: until the desk has answered it, or a task has finally and
// no live task still holds it.
func (r Request) Open(q Question) bool {
	if q.Desk != nil || q.Silent {
		return false
	}
	answered := false
	for _, t := range r.Tasks {
		if t.Round != q.Round || !t.HoldsQuestion(q.N) {
			continue
		}
		if t.State.Live() {
			return true
		}
		answered = answered || t.State == TaskAnswered || t.State == TaskDone
	}
	return !answered
}

// unsaid leaves of some numbers those whose question neither the desk nor the partner's silence has answered.
func (r Request) unsaid(numbers []int) []int {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int) bool {
		q, ok := r.Question(n)
		return !ok || q.Desk != nil || q.Silent
	})
}

// untold leaves of some numbers those whose question has not gone out.
func (r Request) untold(numbers []int) []int {
	return slices.DeleteFunc(slices.Clone(numbers), func(n int) bool {
		q, ok := r.Question(n)
		return ok && q.Released
	})
}

// waits says whether an open question of the round has no live task: nobody works on it.
func (r Request) waits(q Question) bool {
	return r.Open(q) && !slices.ContainsFunc(r.Tasks, func(t Task) bool {
		return t.Round == q.Round && t.State.Live() && t.HoldsQuestion(q.N)
	})
}

// rest is the resting place: the state follows from the questions.
func (r Request) rest() State {
	if r.Stub {
		return Triage
	}
	if r.Kind == KindInformation {
		if r.hasLiveTask() {
			return WithUnits
		}
		return Triage
	}
	if slices.ContainsFunc(r.RoundQuestions(), r.waits) {
		return Triage
	}
	if r.hasLiveTask() {
		return WithUnits
	}
	return InReview
}

func (r Request) hasLiveTask() bool {
	return slices.ContainsFunc(r.Tasks, func(t Task) bool { return t.State.Live() })
}

// followsQuestions says whether the state follows from the questions, or stays until its own row ends it.
func (r Request) followsQuestions() bool { return r.State == Triage || r.State == WithUnits }

func (r Request) sealedLevel() bool { return r.Level.Sealed() }

// allReleased says whether the partner was given a result, be it a refusal, of every question of the round, and none
// was opened again: then the request is answered, and no unit still works on it.
func (r Request) allReleased() bool {
	for _, q := range r.RoundQuestions() {
		if !q.Released || r.Open(q) {
			return false
		}
	}
	return true
}

// Undecided says whether somebody may still confirm or reject the hold.
func (h Hold) Undecided() bool { return !h.Confirmed && !h.Rejected }

// Undecided returns the hold on which a person decides next: the oldest undecided one that somebody else set; where there is
// none, the oldest of the person's own, which is another's to decide.
func (t Task) Undecided(p PersonID) (Hold, bool) {
	if i := t.undecided(p); i >= 0 {
		return t.Holds[i], true
	}
	return Hold{}, false
}

func (t Task) undecided(p PersonID) int {
	if i := slices.IndexFunc(t.Holds, func(h Hold) bool { return h.Undecided() && h.By != p }); i >= 0 {
		return i
	}
	return slices.IndexFunc(t.Holds, Hold.Undecided)
}

// Stands says whether a fact is part of what units say now: a later negative or refusal of the same task takes its
// facts back, and so does a return.
func (r Request) Stands(id FactID) bool {
	for _, t := range r.Tasks {
		for _, n := range t.answered() {
			a, ok := t.standing(n)
			if ok && slices.ContainsFunc(a.Facts, func(f Fact) bool { return f.ID == id }) {
				return true
			}
		}
	}
	return false
}

// holds says whether a fact is in the answer.
func (a TaskAnswer) holds(id FactID) bool {
	return slices.ContainsFunc(a.Questions, func(qa QuestionAnswer) bool {
		return slices.ContainsFunc(qa.Facts, func(f Fact) bool { return f.ID == id })
	})
}

// Fact returns a fact of any answer, with the number and round of its question.
func (r Request) Fact(id FactID) (f Fact, round, n int, ok bool) {
	for _, t := range r.Tasks {
		for _, a := range t.Answers {
			for _, qa := range a.Questions {
				for _, fact := range qa.Facts {
					if fact.ID == id {
						return fact, t.Round, qa.N, true
					}
				}
			}
		}
	}
	return Fact{}, 0, 0, false
}
