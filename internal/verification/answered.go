package verification

import (
	"slices"
	"time"
)

// Rows 16 to 22: what follows an answer, and the way back from an end.

// askAgainFor is how long a partner may ask more after the last release, or reopen what expired (rows 17, 22).
const askAgainFor = 30 * 24 * time.Hour

// closeAfter is how long an answer waits for a word of the partner (row 18).
const closeAfter = 14 * 24 * time.Hour

// confirm accepts the latest answer; that it was read and is not recalled, permitConfirm has seen.
func (r Request) confirm(c Confirm) ([]Event, error) {
	if latest, _ := r.latestAnswer(); c.Release != latest.Version {
		return nil, refuse(UnknownVersion, "the latest version of the answer is confirmed")
	}
	return one(AnswerConfirmed(c))
}

// permitConfirm is the guard of row 16.
func (r Request) permitConfirm() error {
	latest, ok := r.latestAnswer()
	switch {
	case !ok:
		return refuse(UnknownVersion, "there is no answer")
	case latest.Recalled:
		return refuse(IsRecalled, "the answer was recalled")
	case latest.PulledAt.IsZero():
		return refuse(NotRead, "read the answer before you confirm it")
	}
	return nil
}

// latestAnswer returns the last version that is not the notice of a recall.
func (r Request) latestAnswer() (Release, bool) {
	for _, version := range slices.Backward(r.Releases) {
		if version.Kind != ReleaseRecall {
			return version, true
		}
	}
	return Release{}, false
}

// tooLate says whether the thirty days of rows 17 and 22 are over for who asks. The desk reopens without a limit.
func (r Request) tooLate(n Name, by Actor, at time.Time) bool {
	switch n {
	case NameFollowUp:
		latest, _ := r.latestAnswer()
		return at.After(latest.At.Add(askAgainFor))
	case NameReopen:
		return !r.actsAs(RoleDesk, NameReopen, by, nil) && at.After(r.RoundEndAt.Add(askAgainFor))
	default:
		return false
	}
}

func (r Request) followUp(c FollowUp, o Order) ([]Event, error) {
	switch {
	case r.tooLate(NameFollowUp, o.By, o.At):
		return nil, refuse(TooLate, "more is asked within 30 days of the last answer: send a new request")
	case len(c.Questions) == 0:
		return nil, refuse(NoQuestions, "name at least one question")
	}
	if err := checkQuestions(c.Questions); err != nil {
		return nil, err
	}
	round := r.Round + 1
	followed := FollowedUp{
		Round: round, Questions: inRound(c.Questions, round), Body: c.Body, Identifiers: c.Identifiers, Warnings: c.Warnings,
		Receipt: c.Receipt, DueAt: c.DueAt, Level: max(r.Level, c.Level),
	}
	if r.slowerThan(c.Degree) {
		followed.Degree = c.Degree
	}
	events := append(r.roundPinned(c.Calendar), followed)
	return append(events, r.sealedBy(c.Level, c.Compartment)...), nil
}

// roundPinned moves a request to the calendar of the round that the decision begins, when it is another: the policy
// stays, the peak of a campaign may have begun or ended since. It comes before the round, whose clocks are to start in
// that calendar.
func (r Request) roundPinned(calendar string) []Event {
	if calendar == "" || calendar == r.Calendar {
		return nil
	}
	return []Event{PolicyRepinned{Policy: r.Policy, Calendar: calendar}}
}

// permitAnswered keeps rows 17 and 19 to requests that had an answer.
func (r Request) permitAnswered() error {
	_, answered := r.latestAnswer()
	switch {
	case r.Stub:
		return refuse(IsStub, "a stub has no content")
	case r.Kind == KindInformation:
		return refuse(IsInformation, "information is circulated, not answered: send a request to ask")
	case !answered:
		return refuse(UnknownVersion, "nothing was answered yet")
	}
	return nil
}

func (r Request) closeSilent(c CloseSilent, o Order) ([]Event, error) {
	if err := due(c.Due, o.At); err != nil {
		return nil, err
	}
	latest, _ := r.latestAnswer()
	switch {
	case !r.SilenceCloses():
		return nil, refuse(IsRecalled, "an answer that was recalled is not closed by silence: correct it")
	case o.At.Before(latest.At.Add(closeAfter)):
		return nil, refuse(NotDue, "14 days have not passed since the last answer")
	}
	return one(ClosedSilent{DueAt: c.Due})
}

// SilenceCloses says whether row 18 closes what is answered: not while its answer is recalled, for something is to replace it.
// What was erased nothing can replace.
func (r Request) SilenceCloses() bool {
	latest, _ := r.latestAnswer()
	return !latest.Recalled || r.Erased
}

func (r Request) correct(c Correct) ([]Event, error) {
	if c.Code == "" {
		return nil, refuse(ReasonMissing, "a correction needs a code")
	}
	return one(CorrectionOpened{K: r.Corrections + 1, Code: c.Code, Text: c.Text})
}

// permitRecall is the guard of row 20. What counts is the answer, not the request: as long as one is out it can be taken
// back, whatever was asked since or became of the request. Without one, only what was handled outside has a version.
func (r Request) permitRecall() error {
	if slices.ContainsFunc(r.Releases, func(v Release) bool { return v.Kind.answers() }) {
		return nil
	}
	if !after(r.State) {
		return refuse(WrongState, "no answer has gone out: there is nothing to recall")
	}
	if _, letter := r.latestAnswer(); !letter {
		return refuse(UnknownVersion, "nothing was released")
	}
	return nil
}

func (r Request) recall(c Recall) ([]Event, error) {
	version, ok := r.Release(c.Release)
	switch {
	case !ok || !version.Kind.Recallable():
		return nil, refuse(UnknownVersion, "there is no answer of that version to recall")
	case version.Recalled:
		return nil, nil
	case c.Code == "":
		return nil, refuse(ReasonMissing, "a recall needs a code")
	case !hashMatches(c.Bytes, c.Hash):
		return nil, refuse(HashMismatch, "the hash is not that of the notice")
	}
	return one(Recalled{
		Release: c.Release, Unread: version.PulledAt.IsZero(), Notice: len(r.Releases) + 1,
		Code: c.Code, Text: c.Text, Bytes: c.Bytes, Hash: c.Hash, Signature: c.Signature,
	})
}

// reopen starts a round with the unanswered questions; of a closed request the desk names them.
func (r Request) reopen(c Reopen, o Order) ([]Event, error) {
	if r.tooLate(NameReopen, o.By, o.At) {
		return nil, refuse(TooLate, "an expired request is reopened within 30 days: send a new one")
	}
	questions := sorted(c.Questions)
	if r.State == Expired {
		questions = r.unanswered()
	}
	if len(questions) == 0 {
		return nil, refuse(NoQuestions, "name the questions that are asked again")
	}
	for _, n := range questions {
		if _, ok := r.Question(n); !ok {
			return nil, refuse(UnknownQuestion, "the round has no question of that number")
		}
	}
	reopened := Reopened{Round: r.Round + 1, Questions: questions, Receipt: c.Receipt, DueAt: c.DueAt}
	return append(r.roundPinned(c.Calendar), reopened), nil
}

// permitReopen is the guard of row 22.
func (r Request) permitReopen(by Actor) error {
	switch {
	case r.Stub || r.Kind == KindInformation:
		return refuse(IsInformation, "only a request with questions is reopened")
	case r.State == Closed && !r.actsAs(RoleDesk, NameReopen, by, nil):
		return refuse(NotPermitted, "the desk reopens what is closed: ask more instead")
	}
	return nil
}

func (r Request) unanswered() []int {
	var out []int
	for _, q := range r.RoundQuestions() {
		if !q.Released {
			out = append(out, q.N)
		}
	}
	return out
}
