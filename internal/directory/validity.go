package directory

import (
	"fmt"
	"time"
)

// Validity is a half-open span of civil days in Viet Nam (`2006-01-02`). An
// empty From or To means without beginning or end.
type Validity struct {
	From string `json:"valid_from,omitempty"`
	To   string `json:"valid_to,omitempty"`
}

// Holds reports whether the day of t in Viet Nam lies in the span.
func (v Validity) Holds(t time.Time) bool {
	if v == (Validity{}) {
		return true
	}
	day := t.In(vietNam()).Format(time.DateOnly)
	return (v.From == "" || v.From <= day) && (v.To == "" || day < v.To)
}

// vietNam is UTC+7 without summer time, as it was on every day this data covers. Zones of whole hours without a name
// are made once by package time.
func vietNam() *time.Location { return time.FixedZone("", 7*60*60) }

// within is the part of the span that lies in another; days tells whether there is
// one.
func (v Validity) within(w Validity) Validity {
	part := Validity{From: max(v.From, w.From), To: v.To}
	if v.To == "" || (w.To != "" && w.To < v.To) {
		part.To = w.To
	}
	return part
}

// days reports whether the span has a day.
func (v Validity) days() bool { return v.To == "" || v.From < v.To }

func (v Validity) check() error {
	for _, day := range []string{v.From, v.To} {
		if day == "" {
			continue
		}
		if _, err := time.Parse(time.DateOnly, day); err != nil {
			return fmt.Errorf("validity: %w", err)
		}
	}
	if !v.days() {
		return fmt.Errorf("validity ends on %s, before it begins on %s", v.To, v.From)
	}
	return nil
}
