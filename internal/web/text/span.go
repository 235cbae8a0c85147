package text

import (
	"fmt"
	"time"
)

// Span writes how long something is, in its two greatest units: 2 giờ 05 phút, 3 d 4 h. Less than a minute is seconds.
func (l Language) Span(d time.Duration) string {
	if d < 0 {
		d = -d
	}
	u := l.units()
	days, hours, minutes := int(d/(24*time.Hour)), int(d/time.Hour)%24, int(d/time.Minute)%60
	switch {
	case d < time.Minute:
		return fmt.Sprintf("%d%s", int(d/time.Second), u.second)
	case days > 0 && hours > 0:
		return fmt.Sprintf("%d%s %d%s", days, u.day, hours, u.hour)
	case days > 0:
		return fmt.Sprintf("%d%s", days, u.day)
	case hours > 0 && minutes > 0:
		return fmt.Sprintf("%d%s %02d%s", hours, u.hour, minutes, u.minute)
	case hours > 0:
		return fmt.Sprintf("%d%s", hours, u.hour)
	}
	return fmt.Sprintf("%d%s", minutes, u.minute)
}

type units struct{ day, hour, minute, second string }

// A number and its unit stay on one line.
func (l Language) units() units {
	if l == English {
		return units{"\u00a0d", "\u00a0h", "\u00a0min", "\u00a0s"}
	}
	return units{"\u00a0ngày", "\u00a0giờ", "\u00a0phút", "\u00a0giây"}
}

// Left is the time until something is due, or since it was, in words: a minus sign is overlooked (ui.md, Time). At the
// due instant itself it is late (lifecycle.md, Clocks).
func (l Language) Left(due, now time.Time) string {
	late, left := !now.Before(due), l.Span(due.Sub(now))
	switch {
	case l == English && late:
		return "overdue " + left
	case l == English:
		return left + " left"
	case late:
		return "quá hạn " + left
	}
	return "còn " + left
}
