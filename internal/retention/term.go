package retention

import "time"

// Standing is where the content of a request stands on its way to erasure. It is part of the contract.
type Standing string

// The standings.
const (
	Open   Standing = "open"    // the request is not at an end: no period runs
	NoRule Standing = "no_rule" // no rule counts for it: it is kept
	Kept   Standing = "kept"    // its period runs
	Held   Standing = "held"    // under legal hold, whatever its period
	Due    Standing = "due"     // two persons may erase it
	Erased Standing = "erased"  // nothing is left to erase
)

// Matter is what of a request decides about its content.
type Matter struct {
	Group
	ReceivedAt time.Time
	ClosedAt   time.Time // zero while it is open; a correction and a further round open it again
	Held       bool      // under legal hold
	Erased     bool
}

// Term is what the rules say of a matter at a moment.
type Term struct {
	Standing Standing
	Rule     Rule // that decides; zero when no period runs
	Closed   Day
	Until    Day       // the last day of the period; empty when none runs
	DueAt    time.Time // the midnight behind, UTC; zero when no period runs
}

// Of says where a matter stands. What it says of the future holds as long as nothing changes: a longer rule that comes
// into force later, known today or not, counts from its first day on, and one that is known and begins before the period
// ends is counted already.
func (r *Rules) Of(m Matter, now time.Time) Term {
	switch {
	case m.Erased:
		return Term{Standing: Erased}
	case m.ClosedAt.IsZero() && m.Held:
		return Term{Standing: Held}
	case m.ClosedAt.IsZero():
		return Term{Standing: Open}
	}
	t := r.term(m, DayOf(now))
	switch {
	case m.Held:
		t.Standing = Held
	case t.Until == "":
		t.Standing = NoRule
	case now.Before(t.DueAt):
		t.Standing = Kept
	default:
		t.Standing = Due
	}
	return t
}

// term finds the rule that keeps the longest. A longer one that begins before the period ends makes the period end later,
// which may bring another: so until nothing is added.
func (r *Rules) term(m Matter, today Day) Term {
	t := Term{Closed: DayOf(m.ClosedAt)}
	first, last := DayOf(m.ReceivedAt), max(today, t.Closed)
	for longer := true; longer; {
		longer = false
		for _, rule := range r.all {
			if rule.of(m.Group) && rule.during(first, last) && rule.Months > t.Rule.Months {
				t.Rule, t.Until, longer = rule, t.Closed.months(rule.Months), true
			}
		}
		last = max(last, t.Until)
	}
	if t.Until != "" {
		t.DueAt = t.Until.next().Begin().UTC()
	}
	return t
}

// ClosedBefore is a bound for whoever looks for what is due among many: nothing of the group that closed at or after that
// instant is due now. False: nothing of the group is due at all.
func (r *Rules) ClosedBefore(g Group, now time.Time) (time.Time, bool) {
	today := DayOf(now)
	surely, perhaps := 0, 0 // the longest period that counts for all, the shortest that may count for some
	for _, rule := range r.all {
		switch {
		case !rule.of(g) || rule.From > today:
		case rule.during(today, today):
			surely = max(surely, rule.Months)
		case perhaps == 0 || rule.Months < perhaps:
			perhaps = rule.Months
		}
	}
	months := surely
	if months == 0 {
		months = perhaps
	}
	if months == 0 {
		return time.Time{}, false
	}
	yesterday := DayOf(today.Begin().AddDate(0, 0, -1))
	return yesterday.before(months).next().Begin().UTC(), true
}
