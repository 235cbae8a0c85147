package text

import (
	"fmt"
	"strings"
	"time"
)

// Moment is an instant as a page shows it: for machines, in Hanoi, and where the reader lives when that is elsewhere.
type Moment struct {
	At    time.Time
	ISO   string // for datetime of HTML
	Main  string // with weekday, 24 h and zone
	Short string // without the weekday and year; what shows it shows the Zone with it
	Zone  string // of Main and Short
	Own   string // in the reader's zone; empty: it is Hanoi's
}

// Hanoi is +07:00 without summer time.
func Hanoi() *time.Location { return time.FixedZone("Hanoi", 7*60*60) }

// Moment writes an instant; of the zero time nothing. A nil zone is Hanoi's.
func (l Language) Moment(at time.Time, zone *time.Location) Moment {
	if at.IsZero() {
		return Moment{}
	}
	here := at.In(Hanoi())
	m := Moment{At: at, ISO: at.UTC().Format(time.RFC3339), Zone: l.Zone()}
	switch l {
	case English:
		m.Main = here.Format("Mon 2 Jan 2006, 15:04") + " Hanoi (UTC+7)"
		m.Short = here.Format("2 Jan 15:04")
	default:
		m.Main = l.weekday(here) + here.Format(" 02/01/2006, 15:04") + " (giờ Hà Nội)"
		m.Short = here.Format("02/01 15:04")
	}
	m.Own = l.own(at, zone)
	return m
}

// Zone names Hanoi's clock beside a short time.
func (l Language) Zone() string {
	if l == English {
		return "Hanoi"
	}
	return "giờ Hà Nội"
}

// Named is the short time with its zone, for a sentence.
func (m Moment) Named() string { return m.Short + " " + m.Zone }

// own is the instant in the reader's zone, with the offset that tells it from Hanoi's.
func (l Language) own(at time.Time, zone *time.Location) string {
	if zone == nil {
		return ""
	}
	own := at.In(zone)
	_, there := own.Zone()
	if _, here := at.In(Hanoi()).Zone(); there == here {
		return ""
	}
	place := strings.ReplaceAll(zone.String()[strings.LastIndex(zone.String(), "/")+1:], "_", " ")
	if l == English {
		return own.Format("Mon 2 Jan 2006, 15:04 ") + place + " (UTC" + offset(there) + ")"
	}
	return l.weekday(own) + own.Format(" 02/01/2006, 15:04 ") + "(giờ " + place + ", UTC" + offset(there) + ")"
}

// Since is the beginning of something that lasts.
type Since struct {
	Moment
	Said string // the time of day, with the day once it is a day ago
}

// Since writes since when something lasts, as of now; of the zero time nothing.
func (l Language) Since(at, now time.Time) Since {
	s := Since{Moment: l.Moment(at, nil)}
	switch {
	case at.IsZero():
	case now.Sub(at) < 24*time.Hour:
		s.Said = l.Clock(at)
	default:
		s.Said = s.Short
	}
	return s
}

func offset(seconds int) string {
	sign := "+"
	if seconds < 0 {
		sign, seconds = "-", -seconds
	}
	text := fmt.Sprintf("%s%d", sign, seconds/3600)
	if minutes := seconds % 3600 / 60; minutes > 0 {
		text += fmt.Sprintf(":%02d", minutes)
	}
	return text
}

func (l Language) weekday(at time.Time) string {
	if l == English {
		return at.Format("Mon")
	}
	return [...]string{"Chủ Nhật", "Thứ Hai", "Thứ Ba", "Thứ Tư", "Thứ Năm", "Thứ Sáu", "Thứ Bảy"}[at.Weekday()]
}

// Day writes a date of Hanoi.
func (l Language) Day(at time.Time) string {
	if l == English {
		return at.In(Hanoi()).Format("2 Jan 2006")
	}
	return at.In(Hanoi()).Format("02/01/2006")
}

// Date writes a date as the contract has it: 01/01/2018, in English as it stands (ui.md, Night). A part of a date, and what
// is none, stays as it is.
func (l Language) Date(date string) string {
	if at, err := time.Parse(time.DateOnly, date); err == nil && l == Vietnamese {
		return at.Format("02/01/2006")
	}
	return date
}

// Through writes an exclusive limit as the last day on which something may still be done: before 05/09 is through 04/09
// (ui.md, Time).
func (l Language) Through(before time.Time) string {
	last := before.Add(-time.Nanosecond)
	if l == English {
		return "through " + l.Day(last)
	}
	return "hết ngày " + l.Day(last)
}

// Clock writes the time of day in Hanoi; what shows it says that it is Hanoi's.
func (Language) Clock(at time.Time) string { return at.In(Hanoi()).Format("15:04") }
