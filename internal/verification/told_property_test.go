package verification_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	. "verigate/internal/verification" //nolint:revive // as in the stories
)

// What a partner is told, and what the request does by it, whatever order of commands led there.

// checkKinds: a version is final if and only if with it the round is answered, and what is answered has nothing left.
func (l *life) checkKinds(d Decision) {
	for _, e := range d.Events {
		out, ok := e.(Released)
		if !ok {
			continue
		}
		v, _ := l.r.Release(out.Release)
		whole := l.r.State == Answered && v.Kind != ReleaseCorrection
		if v.Whole != whole || v.Kind != ReleaseCorrection && (v.Kind == ReleaseFinal) != whole {
			l.fail("version %d is %s, whole: %t, and the request is %s", v.Version, v.Kind, v.Whole, l.r.State)
		}
	}
	if l.r.State != Answered {
		return
	}
	for _, q := range l.r.RoundQuestions() {
		if !q.Released || l.r.Open(q) {
			l.fail("answered, and question %d is not: told %t, open %t", q.N, q.Released, l.r.Open(q))
		}
	}
}

// checkTold: while nothing is corrected, what the partner was told stays answered, and units say to it what they said: no return
// and no silence takes it back.
func (l *life) checkTold(before Request) {
	if before.Round != l.r.Round || before.Correction != nil || l.r.Correction != nil || l.r.Erased {
		return
	}
	for i, q := range before.Questions {
		now := l.r.Questions[i]
		if !q.Released || !now.Released || q.Round != l.r.Round || q.Desk != nil || q.Silent { // what the desk says stands, whatever units do
			continue
		}
		if l.r.Open(now) {
			l.fail("question %d has gone out and is open again", q.N)
		}
		if diff := cmp.Diff(before.QuestionAnswers(q), l.r.QuestionAnswers(now), cmpopts.EquateEmpty()); diff != "" {
			l.fail("question %d has gone out and is answered otherwise:\n%s", q.N, diff)
		}
	}
	if l.r.State == Expired && before.State != Expired && slices.ContainsFunc(l.r.RoundQuestions(), func(q Question) bool { return q.Released }) {
		l.fail("it expired, and a part of the answer is out")
	}
}

// checkTelling: until a round was answered, told is what a version of it gave that was not recalled, and done the task of which
// all is told. The record says what each version gave.
func (l *life) checkTelling() {
	if l.r.Erased || slices.ContainsFunc(l.r.Releases, func(v Release) bool { return v.Round == l.r.Round && v.Whole }) {
		return
	}
	given := map[int]bool{}
	for i, d := range l.record {
		for _, e := range d.Events {
			out, ok := e.(Released)
			if !ok || l.states[i].Round != l.r.Round || l.r.Releases[out.Release-1].Recalled {
				continue
			}
			prepared, _, _ := l.preparation(i, out)
			for _, q := range prepared.Questions {
				given[q.N] = given[q.N] || q.Result != Pending
			}
		}
	}
	for _, q := range l.r.RoundQuestions() {
		if q.Released != given[q.N] {
			l.fail("question %d is told: %t; a version that stands gave it: %t", q.N, q.Released, given[q.N])
		}
	}
	for _, t := range l.r.Tasks {
		all := !slices.ContainsFunc(t.Questions, func(n int) bool { return !given[n] })
		if t.Round == l.r.Round && t.Kind != TaskNotice && (t.State == TaskDone) != all && (t.State == TaskDone || t.State == TaskAnswered) {
			l.fail("task %s is %s; all of it is told: %t", t.Task, t.State, all)
		}
	}
}

// checkWayOut: what is answered does not stay so for ever. The desk may replace what is recalled, or silence closes it.
func (l *life) checkWayOut() {
	another := Actor{Person: "p_another", Roles: []Role{RoleDesk}} // whom no routing excludes
	if l.r.State != Answered || slices.Contains(l.r.Allowed(another), NameCorrect) && !l.r.SilenceCloses() {
		return
	}
	at := l.at.Add(15 * day)
	if _, err := Decide(l.r, Order{Stamp: Stamp{At: at, By: System()}, Command: CloseSilent{Due: at}}); err != nil {
		l.fail("answered, and nothing ends it: %v", err)
	}
}

// checkTakenBack: what goes out takes back every fact that a version of its round which was not recalled gave, and that no unit
// says any more. The record says what each gave.
func (l *life) checkTakenBack(before Request, d Decision) {
	for _, e := range d.Events {
		out, ok := e.(Released)
		if !ok {
			continue
		}
		now, _, _ := l.preparation(len(l.record)-1, out)
		for i, earlier := range l.record[:len(l.record)-1] {
			for _, e := range earlier.Events {
				given, ok := e.(Released)
				if !ok || l.states[i].Round != before.Round || before.Releases[given.Release-1].Recalled {
					continue
				}
				prepared, _, _ := l.preparation(i, given)
				for _, id := range prepared.Facts {
					if before.Stands(id) == slices.Contains(now.TakenBack, id) {
						l.fail("version %d gave %s, which stands: %t; version %d takes back %v", given.Release, id, before.Stands(id), out.Release, now.TakenBack)
					}
				}
			}
		}
		l.taken += len(now.TakenBack)
	}
}

// checkRecalls: while the partner has not read that what it had read was recalled, and can read it, somebody has the request: work
// on it goes on, another answer can follow, or it waits for that (OwesRecall). The record says which were read.
func (l *life) checkRecalls() {
	read, unread := map[int]bool{}, map[int]bool{}
	for _, d := range l.record {
		for _, e := range d.Events {
			switch e := e.(type) { //nolint:gochecksumtype // the property is about these only
			case Pulled:
				read[e.Release] = true
				delete(unread, e.Release)
			case Recalled:
				if e.Unread == read[e.Release] {
					l.fail("version %d was recalled, unread: %t", e.Release, e.Unread)
				}
				if !e.Unread {
					unread[e.Notice] = true
				}
			case Erased, AboveCeilingFound:
				clear(unread)
			default:
			}
		}
	}
	if l.r.OwesRecall() && (len(unread) == 0 || l.r.State.Open()) {
		l.fail("%s, and it waits for the notice of a recall; unread: %v", l.r.State, unread)
	}
	last := Release{}
	for _, v := range l.r.Releases {
		if v.Kind != ReleaseRecall {
			last = v
		}
	}
	another := Actor{Person: "p_another", Roles: []Role{RoleDesk}} // whom no routing excludes
	correctable := slices.Contains(l.r.Allowed(another), NameCorrect)
	if len(unread) > 0 && !l.r.State.Open() && !correctable && !l.r.OwesRecall() || last.Recalled && correctable && !l.r.OwesAnswer() {
		l.fail("%s, recalled, and nobody has it; unread: %v", l.r.State, unread)
	}
}

// reviews are the orders that move what a partner is told, the usual more often.
func reviews() []Name {
	return []Name{
		NamePreparePackage, NamePreparePackage, NamePreparePackage, NameReleasePackage, NameReleasePackage, NameReleasePackage,
		NameSendToReview, NameSendToReview, NameAcceptTask, NameAcceptTask, NameAnswerTask, NameAnswerTask, NameReturnTask, NameReturnTask, NameRecall,
		NameAskConsent, NameDecideConsent, NameAnswerByDesk, NameRoute, NameAskPartner, NameExpireClarification, NameReplyToClarification,
		NameCorrect, NameDropCorrection, NameCloseSilent, NameFollowUp, NameFindAboveCeiling, NameRecordPull, NameWithdraw,
	}
}

// review looks for one of those that somebody may give now.
func (o *orders) review() (Actor, Name, TaskID) {
	everyone := company()
	for range 200 {
		by, n := everyone[o.from(len(everyone))], pick(o.from, reviews())
		if (n == NameAskPartner || n == NameCorrect) && o.from.chance(60) || n == NameWithdraw && o.from.chance(95) || n == NameFindAboveCeiling && (o.r.State != Answered || o.from.chance(80)) {
			continue // from there not much is possible
		}
		id := TaskID("")
		if isOnTask(n) {
			id = o.task()
		}
		if id == "" && o.r.Barred(n, by) == "" || id != "" && slices.Contains(o.r.AllowedOnTask(id, by), n) {
			return by, n, id
		}
	}
	return pick(o.from, everyone), pick(o.from, reviews()), o.task()
}

// partOfInterims sends out what a unit has found so far, while both of its questions are pending, and often what it says in the end.
func (l *life) partOfInterims() {
	l.order(officer("03"), NameAcceptTask, task(1), AcceptTask{Task: task(1)})
	first, second := l.answer(1, false), l.answer(2, false)
	first.Facts[0].Originator, second.Facts[0].Originator = "", ""
	l.order(officer("03"), NameAnswerTask, task(1), AnswerTask{Task: task(1), Questions: []QuestionAnswer{first, second}})
	l.order(desk(), NameSendToReview, "", SendToReview{})
	l.order(desk(), NamePreparePackage, "", pack(ReleasePartial, "part", l.known(), gives(1, Pending), gives(2, Pending), gives(3, Pending)))
	l.order(colleague(), NameReleasePackage, "", release("part"))
	l.order(deskLead(), NameReleasePackage, "", release("part")) // of what is L3 or H3
	if l.from.chance(60) {
		l.order(officer("03"), NameAnswerTask, task(1), AnswerTask{Task: task(1), Final: true, Questions: l.answers(task(1), true)})
		l.order(desk(), NameSendToReview, "", SendToReview{})
		l.order(desk(), NamePreparePackage, "", l.pack())
		l.order(colleague(), NameReleasePackage, "", ReleasePackage{Hash: l.hash()})
	}
}

// TestWhatAPartnerIsToldStands makes up reviews: of three questions with two units, one of them with both, all that may be
// done about them.
func TestWhatAPartnerIsToldStands(t *testing.T) {
	t.Parallel()
	kinds, taken := map[string]int{}, 0
	rapid.Check(t, func(t *rapid.T) {
		seed := rapid.Uint64().Draw(t, "seed")
		l := &life{orders: orders{at: start(), from: rand.New(rand.NewPCG(seed, 2)).IntN}}
		l.fail = func(format string, args ...any) { t.Fatalf(format+"\n%s", append(args, told(l.record))...) }
		l.order(liaison(), NameSubmit, "", submit(1, 2, 3))
		l.order(desk(), NameClaim, "", Claim{})
		l.order(desk(), NameRoute, "", route(toUnit("03", 1, 2), toUnit("30", 2, 3)))
		if seed%2 == 0 {
			l.partOfInterims()
		}
		for range 45 {
			l.step(l.review())
		}
		l.checkReleases()
		taken += l.taken
		for _, d := range l.record {
			for _, e := range d.Events {
				kinds[e.EventKind()]++
			}
		}
	})
	for _, e := range []Event{Released{}, TaskSentBack{}, Recalled{}, ClarificationExpired{}} {
		if kinds[e.EventKind()] == 0 {
			t.Errorf("never seen: %s", e.EventKind())
		}
	}
	if taken == 0 {
		t.Error("no version ever took a fact back")
	}
	t.Logf("%v, and %d facts taken back", kinds, taken)
}
