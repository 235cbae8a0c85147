package follow

import "time"

// A wall clock may be set while we run, by hand or by a time server that was wrong. Between two looks it must go on as
// the monotonic clock did, but for this much; otherwise it jumped, and is not believed again before it has gone on
// evenly for so long. What it jumped over is recorded then, late but with its due time; what would be recorded before
// its time would stay.
const (
	jump         = 3 * time.Second
	believeAfter = time.Minute
)

// steady says whether a wall clock goes on evenly. The zero value has seen nothing: it believes the first look, for
// which the record is the only witness.
type steady struct {
	looked, jumped bool
	wall           time.Time
	elapsed        time.Duration // of the monotonic clock, from any instant on
	since          time.Duration // of the last jump, by the monotonic clock
}

// look takes what both clocks say now.
func (s *steady) look(wall time.Time, elapsed time.Duration) bool {
	if s.looked && (wall.Sub(s.wall)-(elapsed-s.elapsed)).Abs() > jump {
		s.jumped, s.since = true, elapsed
	}
	s.looked, s.wall, s.elapsed = true, wall, elapsed
	s.jumped = s.jumped && elapsed-s.since < believeAfter
	return !s.jumped
}
