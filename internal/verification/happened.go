package verification

import (
	"slices"
	"strconv"
	"time"

	"verigate/internal/marking"
)

// What the larger events do to a request. Everything here works on a copy that Evolve made the request's own.

func (r Request) born(id RequestID, in Intake, questions []Question, state State) Request {
	r.ID, r.Intake, r.State = id, in, state
	r.Questions, r.Round, r.RoundAt = slices.Clone(questions), 1, in.ReceivedAt
	return r
}

// followedUp opens a round with what was sent for it. Its clocks begin in its degree.
func (r Request) followedUp(s Stamp, e FollowedUp) Request {
	if e.Degree != "" {
		r.Degree = e.Degree
	}
	r = r.nextRound(s, e.Round, e.DueAt, e.Receipt)
	r.Questions = append(r.Questions, e.Questions...)
	r.Level = max(r.Level, e.Level)
	r = r.learned("/follow_ups/"+strconv.Itoa(len(r.FollowUps))+"/request", e.Identifiers, e.Warnings)
	r.FollowUps = append(r.FollowUps, FollowUpBody{Round: e.Round, At: s.At, Body: e.Body})
	return r
}

// partnerReplied keeps the reply with what was asked. What it names may raise the level; a refusal that was proposed before
// did not know it.
func (r Request) partnerReplied(s Stamp, e PartnerReplied) Request {
	if r.Asked != nil {
		r.Asked.Reply, r.Asked.RepliedAt, r.Asked.Marked = e.Body, s.At, e.Marked
		r = r.learned("/clarifications/"+strconv.Itoa(len(r.Replied))+"/reply", e.Identifiers, e.Warnings)
		r.Replied = append(r.Replied, *r.Asked)
	}
	if e.Level > r.Level {
		r = r.voidPackage(VoidLevelRaised)
		r.Level = e.Level
	}
	return r.voidRefusal()
}

// learned adds the identifiers of a later body, and what was found odd in it. From then on their pointers begin where
// a view of the request shows that body.
func (r Request) learned(at string, found []Identifier, odd []Warning) Request {
	r.Identifiers, r.Warnings = slices.Clone(r.Identifiers), slices.Clone(r.Warnings)
	for _, i := range found {
		i.Pointer = at + i.Pointer
		r.Identifiers = append(r.Identifiers, i)
	}
	for _, w := range odd {
		r.Warnings = append(r.Warnings, Warning{Pointer: at + w.Pointer, Code: w.Code})
	}
	return r
}

func (r Request) routed(s Stamp, assignments []Assignment, exclude Exclusion) Request {
	r.Excluded = r.Excluded.with(exclude)
	r.Holder, r.Keeper = r.unlessExcluded(r.Holder), r.unlessExcluded(r.Keeper)
	for _, a := range assignments {
		r.Tasks = append(r.Tasks, r.newTask(s, a))
	}
	r.RoutedRound = r.Round
	return r.voidAskedAgain().voidRefusal().rested()
}

// unlessExcluded is nobody in place of a person who must not know of the request.
func (r Request) unlessExcluded(p PersonID) PersonID {
	if slices.Contains(r.Excluded.Persons, p) {
		return ""
	}
	return p
}

func (r Request) newTask(s Stamp, a Assignment) Task {
	return Task{Assignment: a, Round: r.Round, State: Queued, QueuedAt: s.At}
}

func (r Request) deskAnswered(s Stamp, e DeskAnswered) Request {
	for _, a := range e.Answers {
		if i := r.questionIndex(a.N); i >= 0 {
			a.By = s.By.Person
			r.Questions[i].Desk = &a
		}
	}
	r.RoutedRound = r.Round
	return r.withoutQuestions(s, e.Answers).voidRefusal().rested()
}

// withoutQuestions takes from live tasks what the desk has answered, and stops those that have nothing left: a live
// task always holds a question that is open.
func (r Request) withoutQuestions(s Stamp, answered []DeskAnswer) Request {
	for i, t := range r.Tasks {
		if t.Round != r.Round || !t.State.Live() || t.Kind == TaskNotice {
			continue
		}
		left := slices.DeleteFunc(slices.Clone(t.Questions), func(n int) bool {
			return slices.ContainsFunc(answered, func(a DeskAnswer) bool { return a.N == n })
		})
		if len(left) > 0 {
			r.Tasks[i].Questions = left
			continue
		}
		r = r.onTask(t.Task, func(t *Task) { t.stop(s) })
	}
	return r
}

// clarificationExpired ends the request, unless a question is answered: then the open ones become cannot_say
// no_reply, their tasks are stopped, and the rest can go out. Information that was distributed goes on to be read.
func (r Request) clarificationExpired(s Stamp) Request {
	if r.distributed() {
		return r.rested()
	}
	anyAnswered := slices.ContainsFunc(r.RoundQuestions(), func(q Question) bool { return !r.Open(q) })
	if !anyAnswered {
		return r.end(s, Expired, CodeNoReply)
	}
	for i, q := range r.Questions {
		if q.Round == r.Round && r.Open(q) {
			r.Questions[i].Silent = true
		}
	}
	return r.stopTasks(s).rested()
}

// refused sends out the refusal that was proposed.
func (r Request) refused(s Stamp, e RefusalApproved) Request {
	proposed := RefusalProposal{}
	if r.Refusal != nil {
		proposed = *r.Refusal
	}
	out := Release{Kind: ReleaseRefusal, Bytes: proposed.Bytes, Hash: e.Hash, Signature: e.Signature, PromiseAt: e.PromiseAt}
	return r.issued(s, out).end(s, Refused, proposed.Code)
}

// aboveCeiling leaves a stub of the highest level. What is open rests in triage; a correction has nothing left to correct.
// Who held the request before and is not its keeper cannot read the stub: it is nobody's until its keeper claims it.
func (r Request) aboveCeiling(s Stamp, e AboveCeilingFound) Request {
	r.Stub, r.Erased, r.ErasedAt, r.Level = true, true, s.At, marking.L4
	if e.Keeper != "" {
		r.Keeper = e.Keeper
	}
	if r.Compartment == "" && r.Holder != r.Keeper {
		r.Holder = ""
	}
	r = r.correctionDropped(s).erased(s)
	if r.State.Open() {
		r.State = Triage
	}
	return r
}

func (r Request) circulation(e Circulated) string {
	switch {
	case len(e.Unread) > 0:
		return CodeCirculatedInPart
	case len(r.Tasks) == 0:
		return CodeKeptUnread
	}
	return CodeCirculated
}

func (r Request) voidRefusal() Request {
	if r.Refusal != nil {
		r.Refusal.Void = true
	}
	return r
}

func (r Request) voidPackage(why VoidReason) Request {
	if r.Package != nil && r.Package.Void == "" {
		r.Package.Void, r.Package.Approvals = why, nil
	}
	return r
}

// voidAskedAgain voids a package that has a result for a question that is open: its answer is not the last word any more.
func (r Request) voidAskedAgain() Request {
	if r.Package != nil && slices.ContainsFunc(r.Package.Questions, func(given PackageQuestion) bool {
		q, ok := r.Question(given.N)
		return ok && given.Result != Pending && r.Open(q)
	}) {
		return r.voidPackage(VoidAskedAgain)
	}
	return r
}

func (r Request) voidPackageWith(facts []FactID, why VoidReason) Request {
	if r.Package != nil && slices.ContainsFunc(facts, func(f FactID) bool { return slices.Contains(r.Package.Facts, f) }) {
		return r.voidPackage(why)
	}
	return r
}

func (r Request) consentDecided(s Stamp, e ConsentDecided) Request {
	change(r.Consents, e.N, func(c *Consent) {
		c.State, c.Conditions, c.DecidedAt = e.State, e.Conditions, s.At
		if e.State != ConsentGranted {
			r = r.voidPackageWith(c.Facts, VoidConsentMissing)
		}
	})
	if r.State == ConsentPending && !slices.ContainsFunc(r.Consents, r.Awaits) {
		r.State = InReview
	}
	return r
}

// issued adds a version that the partner may pull. Old events do not tell the promise as its clock had moved it: then it is
// what the partner was told first.
func (r Request) issued(s Stamp, v Release) Request {
	v.Version, v.Round, v.At, v.By = len(r.Releases)+1, r.Round, s.At, s.By.Person
	if v.PromiseAt.IsZero() {
		v.PromiseAt = r.DueAt
	}
	r.Releases = append(r.Releases, v)
	return r
}

// released hands the package over. The round is answered when every question of it is released or refused; an open
// consent keeps the request where it is. A refusal that was proposed before has the number of this version in its bytes.
func (r Request) released(s Stamp, e Released) Request {
	var p Package
	if r.Package != nil {
		p = *r.Package
	}
	out := Release{Kind: p.Kind, Bytes: p.Bytes, Hash: e.Hash, Signature: e.Signature, PromiseAt: e.PromiseAt, Facts: p.Facts}
	for _, given := range p.Questions {
		if i := r.questionIndex(given.N); i >= 0 && given.Result != Pending {
			r.Questions[i].Released = true
			out.Gave = append(out.Gave, given.N)
		}
	}
	r = r.issued(s, out)
	for i, t := range r.Tasks {
		if t.State == TaskAnswered && r.taskReleased(t) {
			r.Tasks[i].State = TaskDone
		}
	}
	r = r.voidPackage(VoidReleased).voidRefusal()
	switch {
	case r.State == ConsentPending:
		return r.correctionTakes(nil)
	case r.allReleased():
		r.Releases[len(r.Releases)-1].Whole = r.Correction == nil
		r.State, r.Correction = Answered, nil
		return r
	}
	r.Correction = nil
	return r.rested()
}

func (r Request) taskReleased(t Task) bool {
	for _, n := range t.Questions {
		q, ok := r.Question(n)
		if t.Round == r.Round && ok && !q.Released {
			return false
		}
	}
	return true
}

func (r Request) nextRound(s Stamp, round int, due time.Time, receipt string) Request {
	r.Round, r.RoundAt, r.State = round, s.At, Triage
	r.DueAt, r.Receipt, r.Extended, r.Holder = due, receipt, false, ""
	r.RoundEndAt, r.Outcome, r.Asked, r.Erasure = time.Time{}, "", nil, nil
	return r.voidPackage(VoidMoreAsked).voidRefusal()
}

func (r Request) reopened(s Stamp, e Reopened) Request {
	receipt := r.Receipt
	if e.Receipt != "" {
		receipt = e.Receipt
	}
	var again []Question
	for _, q := range r.RoundQuestions() {
		if slices.Contains(e.Questions, q.N) {
			again = append(again, Question{Round: e.Round, N: q.N, Code: q.Code, Text: q.Text, Subjects: q.Subjects})
		}
	}
	r = r.nextRound(s, e.Round, e.DueAt, receipt)
	r.Questions = append(r.Questions, again...)
	return r
}

// end brings the request to an end: every live task is stopped in the same decision.
func (r Request) end(s Stamp, state State, outcome string) Request {
	r.State, r.Outcome, r.RoundEndAt = state, outcome, s.At
	return r.stopTasks(s).voidPackage(VoidEnded)
}

func (r Request) stopTasks(s Stamp) Request {
	for _, t := range r.Tasks {
		if t.State.Live() {
			r = r.onTask(t.Task, func(t *Task) { t.stop(s) })
		}
	}
	return r
}

// stop ends the unit's work: the hold with it.
func (t *Task) stop(s Stamp) {
	t.endHold(s)
	t.State = TaskStopped
}

// erased takes the content out. Number, partner, clocks, keeper, who did what and when stay.
func (r Request) erased(s Stamp) Request {
	r.Body, r.Identifiers, r.Warnings, r.OwnReference, r.Sender, r.Theme = nil, nil, nil, "", "", ""
	if r.PhysicalEvent != nil {
		event := *r.PhysicalEvent
		event.Place = ""
		r.PhysicalEvent = &event
	}
	for i, q := range r.Questions {
		r.Questions[i].Text, r.Questions[i].Subjects = "", nil
		if q.Desk != nil {
			desk := *q.Desk
			desk.Text = ""
			r.Questions[i].Desk = &desk
		}
	}
	for i := range r.Releases {
		r.Releases[i].Bytes = nil
	}
	for i := range r.Consents {
		r.Consents[i].Text, r.Consents[i].Conditions = "", ""
	}
	for i := range r.Breaches {
		r.Breaches[i].CauseText, r.Breaches[i].AnnulText = "", ""
	}
	if r.Correction != nil {
		correction := *r.Correction
		correction.Text = ""
		r.Correction = &correction
	}
	r.Notes, r.Proposals, r.Refusal, r.Asked, r.Package = nil, nil, nil, nil, nil
	r.FollowUps, r.Replied, r.Hold, r.Erasure = nil, nil, nil, nil
	r = r.stopTasks(s)
	for _, t := range r.Tasks {
		r = r.onTask(t.Task, (*Task).erase)
	}
	return r
}

func (t *Task) erase() {
	t.ReturnText, t.DeclineNote, t.SubDepartment, t.Reasons = "", "", "", nil
	for i := range t.Answers {
		t.Answers[i].Questions = nil // that it answered, and when, is what clocks and numbers go by
	}
	for i := range t.Holds {
		t.Holds[i].Evidence = ""
	}
}

// named names in the tasks of a request that is sealed who works on them, so that no one loses the own task. A task that
// names somebody already, or was given away, stays as it is; what nobody took is the unit's lead's.
func (r Request) named() Request {
	for i, t := range r.Tasks {
		if len(t.Officers) == 0 && t.State != TaskForwarded && t.State != TaskDeclined {
			r.Tasks[i].Officers = t.workers()
		}
	}
	return r
}

// workers are who accepted the task and who answered it.
func (t Task) workers() []PersonID {
	var out []PersonID
	add := func(p PersonID) {
		if p != "" && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	add(t.AcceptedBy)
	for _, a := range t.Answers {
		add(a.By)
	}
	return out
}
