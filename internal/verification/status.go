package verification

// Status is what the partner sees of the state.
type Status string

// The statuses of lifecycle.md.
const (
	StatusReceived       Status = "received"
	StatusInProgress     Status = "in_progress"
	StatusWaitingForYou  Status = "waiting_for_you"
	StatusPartlyAnswered Status = "partly_answered"
	StatusDelayed        Status = "delayed"
	StatusAnswered       Status = "answered"
	StatusClosed         Status = "closed"
	StatusRefused        Status = "refused"
	StatusNotCompetent   Status = "not_competent"
	StatusWithdrawn      Status = "withdrawn"
	StatusExpired        Status = "expired"
	StatusMerged         Status = "merged"
)

// Status is a function of the state and of nothing else. Waiting for the partner wins over all, a part that went out
// in this round, and was not recalled, over a delay. Consent, holds, hops, sealing and a decline change nothing here.
func (r Request) Status() Status {
	switch r.State {
	case Clarifying:
		return StatusWaitingForYou
	case Received, Triage, WithUnits, InReview, ConsentPending:
		return r.openStatus()
	case Answered:
		return StatusAnswered
	case Confirmed, Closed:
		return StatusClosed
	case Refused:
		return StatusRefused
	case NotCompetent:
		return StatusNotCompetent
	case Withdrawn:
		return StatusWithdrawn
	case Expired:
		return StatusExpired
	case Duplicate:
		return StatusMerged
	case Unborn:
		return ""
	}
	return ""
}

func (r Request) openStatus() Status {
	switch {
	case r.Correction != nil: // what was answered stays answered; correction_pending says the rest
		return Request{State: r.Correction.From}.Status()
	case r.releasedThisRound():
		return StatusPartlyAnswered
	case r.Extended:
		return StatusDelayed
	case r.RoutedRound == r.Round:
		return StatusInProgress
	}
	return StatusReceived
}

func (r Request) releasedThisRound() bool {
	for _, rel := range r.Releases {
		if rel.Round == r.Round && !rel.Recalled && (rel.Kind == ReleasePartial || rel.Kind == ReleaseFinal) {
			return true
		}
	}
	return false
}

// QuestionStatus is what the partner sees of a question: answered once a result of it went out, else in_progress, or
// received until the request is routed. What a round left open is closed with that round, whatever is asked later.
func (r Request) QuestionStatus(q Question) string {
	switch {
	case q.Released:
		return "answered"
	case q.Round < r.Round, !r.State.Open() && r.Correction == nil && r.State != Answered:
		return "closed"
	case r.RoutedRound < r.Round:
		return "received"
	}
	return "in_progress"
}
