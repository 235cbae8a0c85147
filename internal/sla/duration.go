package sla

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Limit is a length of time as a policy writes it: ISO 8601 with days, hours, minutes and seconds (P3D, PT15M). What a
// day is worth only a calendar knows: 24 hours around the clock, the working hours of a day otherwise.
type Limit struct {
	Days int
	Time time.Duration
}

// ParseLimit reads a limit. Years, months and weeks are refused: their length is nobody's promise.
func ParseLimit(s string) (Limit, error) {
	bad := fmt.Errorf("duration %q is not of the form P1D, PT15M or P1DT2H", s)
	rest, ok := strings.CutPrefix(s, "P")
	if !ok || rest == "" {
		return Limit{}, bad
	}
	date, clock, timed := strings.Cut(rest, "T")
	var l Limit
	if days, found := strings.CutSuffix(date, "D"); found {
		n, err := strconv.ParseUint(days, 10, 16)
		if err != nil {
			return Limit{}, bad
		}
		l.Days = int(n)
	} else if date != "" {
		return Limit{}, bad
	}
	if !timed {
		return l, nil
	}
	t, ok := parseClock(clock)
	if !ok {
		return Limit{}, bad
	}
	l.Time = t
	return l, nil
}

// parseClock reads the part behind T: hours, minutes, seconds in that order, each at most once, at least one of them.
// Only seconds have a fraction.
func parseClock(s string) (time.Duration, bool) {
	var sum time.Duration
	found := false
	for _, part := range []struct {
		letter string
		unit   time.Duration
	}{{"H", time.Hour}, {"M", time.Minute}, {"S", time.Second}} {
		number, rest, ok := strings.Cut(s, part.letter)
		if !ok {
			continue
		}
		d, ok := parseNumber(number, part.unit)
		if !ok || sum > sum+d {
			return 0, false
		}
		sum, s, found = sum+d, rest, true
	}
	return sum, found && s == ""
}

func parseNumber(number string, unit time.Duration) (time.Duration, bool) {
	whole, fraction, split := strings.Cut(number, ".")
	n, err := strconv.ParseUint(whole, 10, 32)
	if err != nil || int64(n) > int64(1<<63-1)/int64(unit) || split && (unit != time.Second || fraction == "" || len(fraction) > 9) {
		return 0, false
	}
	d := time.Duration(n) * unit
	if !split {
		return d, true
	}
	nanos, err := strconv.ParseUint(fraction+strings.Repeat("0", 9-len(fraction)), 10, 32)
	return d + time.Duration(nanos), err == nil
}

// String is the ISO 8601 form; ParseLimit reads it back.
func (l Limit) String() string {
	switch {
	case l.Days == 0:
		return FormatDuration(l.Time)
	case l.Time == 0:
		return fmt.Sprintf("P%dD", l.Days)
	}
	return fmt.Sprintf("P%dD%s", l.Days, FormatDuration(l.Time)[1:])
}

// ParseDuration reads an ISO 8601 duration in which a day is 24 hours: lead times and other lengths of wall time.
func ParseDuration(s string) (time.Duration, error) {
	l, err := ParseLimit(s)
	if err != nil {
		return 0, err
	}
	return AroundTheClock().Length(l), nil
}

// FormatDuration writes a length of time in hours, minutes and seconds (PT24H, PT1H30M, PT0S), never in days: those
// depend on a calendar. What is negative has a sign in front, which no parser here reads.
func FormatDuration(d time.Duration) string {
	if d < 0 {
		return "-" + FormatDuration(-d)
	}
	var b strings.Builder
	b.WriteString("PT")
	hours, minutes, rest := d/time.Hour, d%time.Hour/time.Minute, d%time.Minute
	if hours > 0 {
		fmt.Fprintf(&b, "%dH", hours)
	}
	if minutes > 0 {
		fmt.Fprintf(&b, "%dM", minutes)
	}
	if rest > 0 || d == 0 {
		fmt.Fprintf(&b, "%sS", seconds(rest))
	}
	return b.String()
}

func seconds(d time.Duration) string {
	s := fmt.Sprintf("%d.%09d", d/time.Second, d%time.Second)
	return strings.TrimSuffix(strings.TrimRight(s, "0"), ".")
}
