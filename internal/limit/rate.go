package limit

import "time"

// Rate is an allowance: Burst calls at once when nothing was asked for a while, and PerMinute in the long run.
type Rate struct {
	PerMinute int `json:"per_minute"`
	Burst     int `json:"burst"`
}

// Interval is what one call costs, in whole microseconds.
func (r Rate) Interval() time.Duration {
	return (time.Minute / time.Duration(r.PerMinute)).Truncate(time.Microsecond)
}

// Window is what the whole burst costs: the time in which it comes back.
func (r Rate) Window() time.Duration { return r.Interval() * time.Duration(r.Burst) }

// unasked is which part of an allowance a gateway gives without asking the others.
const unasked = 8

// part is that part; false when the allowance is too small to have one.
func (r Rate) part() (Rate, bool) {
	p := Rate{PerMinute: r.PerMinute / unasked, Burst: r.Burst / unasked}
	return p, p.PerMinute > 0 && p.Burst > 0
}

// Verdict is the answer to one call.
type Verdict struct {
	OK        bool
	Remaining int           // calls that would be let in now
	Retry     time.Duration // until the next one is; 0 when OK
}

// Take spends one call of an allowance at a time now, when `full` is the time at which its burst is whole again (in the
// past, or zero: it is). It returns that time as it is then. A time further ahead than the window is none of this clock:
// another gateway's is wrong by more, or this one was set back. Then nothing is known and the burst is whole, for a wrong
// clock may let somebody in too often, but keeps nobody out.
func (r Rate) Take(full, now time.Time) (time.Time, Verdict) {
	end := now.Add(r.Window())
	if full.Before(now) || full.After(end) {
		full = now
	}
	taken := full.Add(r.Interval())
	if taken.After(end) {
		return full, Verdict{Retry: taken.Sub(end)}
	}
	return taken, Verdict{OK: true, Remaining: int(end.Sub(taken) / r.Interval())}
}
