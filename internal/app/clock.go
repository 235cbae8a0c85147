package app

import (
	"context"
	"errors"
	"fmt"
	"time"

	"verigate/internal/admin"
)

const (
	// behindAtMost is how far this machine's clock may be behind the store's: those of two machines are never equal.
	behindAtMost = 5 * time.Second
	// idleAtMost is how long a record may have rested before a clock is asked about that says so.
	idleAtMost = 30 * 24 * time.Hour
)

// ErrClock says that this machine's clock is not to be believed: with it a gateway would give wrong times of receipt, and
// record breaches of what is not due, which nothing takes back.
var ErrClock = errors.New("this machine's clock is not to be believed")

// believable refuses a clock that is before the last message of the record, or so far behind it that the record would have
// rested for a month (trust.md, P5). Only a person knows whether it did.
func believable(last, now time.Time, known bool) error {
	switch rested := now.Sub(last); {
	case last.IsZero():
		return nil
	case rested < -behindAtMost:
		return fmt.Errorf("%w: it says %s, and the record was written to at %s. Set the clock, then start again", ErrClock, admin.Moment(now), admin.Moment(last))
	case rested > idleAtMost && !known:
		return fmt.Errorf("%w: it says %s, and the record was last written to at %s, %d days before. Look at the clock. If it is right, start this once with --clock-is-right",
			ErrClock, admin.Moment(now), admin.Moment(last), int(rested.Hours()/24))
	}
	return nil
}

// rightTime is believable of this machine and its record. What a demonstration has rested harms nobody.
func (p *Parts) rightTime(ctx context.Context, now time.Time, known bool) error {
	last, err := p.Journal.Written(ctx)
	if err != nil {
		return fmt.Errorf("time of the record: %w", err)
	}
	return believable(last, now, known || p.Demo)
}
