package verification

import (
	"slices"
	"time"
)

// Rows 16 to 22: what follows an answer, and the way back from an end.

// askAgainFor is how long a partner may ask more after the last release, or reopen what expired (rows 17, 22).
const askAgainFor = 30 * 24 * time.Hour

func (r Request) confirm(c Confirm) ([]Event, error) {
	version, ok := r.Release(c.Release)
	switch {
	case !ok:
		return nil, refuse(UnknownVersion, "there is no such version")
	case version.Recalled:
		return nil, refuse(IsRecalled, "the version was recalled")
	case version.PulledAt.IsZero():
		return nil, refuse(NotRead, "read the answer before you confirm it")
	}
	return one(AnswerConfirmed(c))
}

func (r Request) lastReleaseAt() time.Time {
	if len(r.Releases) == 0 {
		return time.Time{}
	}
	return r.Releases[len(r.Releases)-1].At
}

func (r Request) followUp(c FollowUp, o Order) ([]Event, error) {
	switch {
	case r.Kind == KindInformation:
		return nil, refuse(IsInformation, "information is circulated: send a request to ask")
	case len(r.Releases) == 0 || o.At.After(r.lastReleaseAt().Add(askAgainFor)):
		return nil, refuse(TooLate, "more is asked within 30 days of the last answer: send a new request")
	case len(c.Questions) == 0:
		return nil, refuse(NoQuestions, "name at least one question")
	}
	round := r.Round + 1
	return one(FollowedUp{
		Round: round, Questions: inRound(c.Questions, round), Body: c.Body,
		Receipt: c.Receipt, DueAt: c.DueAt, Level: max(r.Level, c.Level),
	})
}

func (r Request) closeSilent(c CloseSilent, o Order) ([]Event, error) {
	if err := due(c.Due, o.At); err != nil {
		return nil, err
	}
	if r.recalledLatest() {
		return nil, refuse(IsRecalled, "an answer that was recalled is not closed by silence")
	}
	return one(ClosedSilent{DueAt: c.Due})
}

// recalledLatest says whether the last answer was recalled and nothing has replaced it.
func (r Request) recalledLatest() bool {
	for _, rel := range slices.Backward(r.Releases) {
		if rel.Kind != ReleaseRecall {
			return rel.Recalled
		}
	}
	return false
}

func (r Request) correct(c Correct) ([]Event, error) {
	switch {
	case c.Code == "":
		return nil, refuse(ReasonMissing, "a correction needs a code")
	case len(r.Releases) == 0 || r.Kind == KindInformation || r.Stub:
		return nil, refuse(UnknownVersion, "nothing was answered that could be corrected")
	}
	return one(CorrectionOpened{K: r.Corrections + 1, Code: c.Code, Text: c.Text})
}

func (r Request) recall(c Recall) ([]Event, error) {
	version, ok := r.Release(c.Release)
	switch {
	case !ok || version.Kind == ReleaseRecall:
		return nil, refuse(UnknownVersion, "there is no such version")
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
	byPartner := !r.actsAs(RoleDesk, NameReopen, o.By, nil)
	switch {
	case r.Stub || r.Kind == KindInformation:
		return nil, refuse(IsInformation, "only a request with questions is reopened")
	case byPartner && r.State != Expired:
		return nil, refuse(NotPermitted, "the desk reopens what is closed: ask more instead")
	case byPartner && o.At.After(r.RoundEndAt.Add(askAgainFor)):
		return nil, refuse(TooLate, "an expired request is reopened within 30 days: send a new one")
	}
	questions := sorted(c.Questions)
	if r.State == Expired && len(questions) == 0 {
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
	return one(Reopened{Round: r.Round + 1, Questions: questions, Receipt: c.Receipt, DueAt: c.DueAt})
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
