// Package pace says how long who follows a stream by looking at it rests before the next look: as long as is good while
// little comes, and the shorter the more there is. What is worked off at once then stays small at any load, and nobody who is
// waited for has to wait behind it.
package pace

import "time"

// Pace is how a stream is looked at.
type Pace struct {
	Quiet time.Duration // between two looks while little comes
	Busy  time.Duration // at the least
	Batch int           // how many messages a look should find at the most
}

// Next is the rest after a look that found so many messages, which had come since the rest before it began. It is between
// Busy and Quiet, and such that at the same rate the next look finds Batch, or fewer.
func (p Pace) Next(rest time.Duration, found int) time.Duration {
	if found == 0 {
		return p.Quiet
	}
	return min(max(rest/time.Duration(found)*time.Duration(p.Batch), p.Busy), p.Quiet)
}
