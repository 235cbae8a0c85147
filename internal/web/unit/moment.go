package unit

import (
	"time"

	"verigate/internal/web/text"
)

// How a moment and a day are typed: as people write them here, and as the contract does. Without a zone it is Hanoi's.
const (
	momentVietnamese = "02/01/2006 15:04"
	momentEnglish    = "2006-01-02 15:04"
	dayVietnamese    = "02/01/2006"
)

// moment reads one. Nothing is none; false: nobody can say what is meant.
func moment(typed string) (at time.Time, ok bool) {
	if typed == "" {
		return at, true
	}
	for _, form := range []string{momentVietnamese, momentEnglish, "2006-01-02T15:04"} {
		if at, err := time.ParseInLocation(form, typed, text.Hanoi()); err == nil {
			return at, true
		}
	}
	return at, false
}

// momentIn writes a moment as it is typed.
func momentIn(l text.Language, at time.Time) string {
	if l == text.English {
		return at.In(text.Hanoi()).Format(momentEnglish)
	}
	return at.In(text.Hanoi()).Format(momentVietnamese)
}

// day is a date, or a part of one, as the contract writes it. What is no date stays as it is, to be refused there.
func day(typed string) string {
	for form, as := range map[string]string{dayVietnamese: time.DateOnly, "01/2006": "2006-01"} {
		if at, err := time.Parse(form, typed); err == nil {
			return at.Format(as)
		}
	}
	return typed
}
