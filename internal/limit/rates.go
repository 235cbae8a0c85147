package limit

import (
	"context"
	"sync/atomic"
	"time"
)

// Shared keeps allowances for all gateways. It is safe for concurrent use.
type Shared interface {
	// Take is Rate.Take on what is kept under the key; an error when that is not known.
	Take(ctx context.Context, key string, r Rate, now time.Time) (Verdict, error)
}

const (
	// sharedWithin is how long a call waits to hear of its allowance.
	sharedWithin = 100 * time.Millisecond
	// sharedAgain is how long nobody asks after there was no answer.
	sharedAgain = time.Second
)

// rates are allowances that gateways share, and each has for itself while they cannot: N gateways then give up to N
// times as much. What is used up here is refused without asking, so that a flood stops at the door of one; and what stays
// within an eighth is let in without asking, so that who calls now and then waits for nobody. By that N gateways let in
// up to N eighths more than one would.
type rates struct {
	local  *local
	few    *local       // of each allowance its unasked part
	shared Shared       // nil: this gateway is alone
	failed func(error)  // told once, until there is an answer again
	away   atomic.Int64 // until when nobody asks, in nanoseconds of Unix time; 0: it answers
}

func (r *rates) take(ctx context.Context, key string, rate Rate, now time.Time) Verdict {
	own := r.local.take(key, rate, now)
	if !own.OK || r.shared == nil || now.UnixNano() < r.away.Load() {
		return own
	}
	if part, some := rate.part(); some && r.few.take(key, part, now).OK {
		return own
	}
	ctx, cancel := context.WithTimeout(ctx, sharedWithin)
	defer cancel()
	all, err := r.shared.Take(ctx, key, rate, now)
	if err == nil {
		r.away.Store(0)
		return all
	}
	if r.away.Swap(now.Add(sharedAgain).UnixNano()) == 0 {
		r.failed(err)
	}
	return own
}
