package sla

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
	"time"
)

// Headquarters is the place that every version has: the desk's, and that of a unit that no place is known for.
const Headquarters = "headquarters"

// Calendars is one version of the calendars: the hours of each place, the place of each unit, and the days whose hours
// are not those of their weekday. It is immutable and safe for concurrent use; its JSON is that of the files in
// deploy/data/calendars.
type Calendars struct {
	data   calendarData
	places map[string]Calendar
}

// calendarData is the JSON form. Dates are of the zone.
type calendarData struct {
	Version string               `json:"version"`
	Zone    string               `json:"zone"` // of the IANA database
	From    string               `json:"from"` // the covered years, half-open: beyond them only weekdays and hours count
	To      string               `json:"to"`
	Places  map[string]placeData `json:"places"`
	Units   map[string]string    `json:"units"` // code to place
	Days    []Day                `json:"days"`  // sorted by date
}

type placeData struct {
	Week map[string][]string `json:"week"` // mon to sun, each 08:00-12:00 and so on; a day that is closed is left out
}

// Day is a date of the list.
type Day struct {
	Date       string     `json:"date"` // 2021-09-02
	Off        bool       `json:"off"`
	Kind       DayKind    `json:"kind"`
	For        string     `json:"for,omitempty"` // of swap_work: the date whose hours it takes
	Name       DayName    `json:"name"`
	Confidence Confidence `json:"confidence"`
	Source     string     `json:"source,omitempty"`    // where it is written, in words
	DecreedAt  time.Time  `json:"decreed_at,omitzero"` // when it was added to a version; zero for those of the files
}

// DayName is what people call a day.
type DayName struct {
	VI string `json:"vi"`
	EN string `json:"en"`
}

// DayKind is why a day is in the list.
type DayKind string

// A day off that is worked on a Saturday instead is a pair: swap_off, and swap_work with the hours of the day off. An
// ordinary day has the hours of its weekday: it takes back what an earlier version said.
const (
	Statutory    DayKind = "statutory"
	Compensatory DayKind = "compensatory"
	SwapOff      DayKind = "swap_off"
	SwapWork     DayKind = "swap_work"
	Ordinary     DayKind = "ordinary"
)

func (k DayKind) off() bool { return k == Statutory || k == Compensatory || k == SwapOff }

// Confidence is how sure a day is. What is not high waits for the yearly notice.
type Confidence string

const (
	High   Confidence = "high"
	Medium Confidence = "medium"
	Low    Confidence = "low"
)

// LoadCalendars reads every version in calendars/ of deploy/data, sorted by file. Its error names all problems of all
// files together.
func LoadCalendars(fsys fs.FS) ([]*Calendars, error) {
	files, err := fs.Glob(fsys, "calendars/*.json")
	if err != nil {
		return nil, fmt.Errorf("list calendars: %w", err)
	}
	var out []*Calendars
	var problems []error
	for _, file := range files {
		c, err := loadCalendar(fsys, file)
		if err != nil {
			problems = append(problems, fmt.Errorf("%s: %w", file, err))
			continue
		}
		out = append(out, c)
	}
	if err := errors.Join(problems...); err != nil {
		return nil, fmt.Errorf("load calendars: %w", err)
	}
	return out, nil
}

// loadCalendar reads one file. It bears its version's name, so no version can be there twice.
func loadCalendar(fsys fs.FS, file string) (*Calendars, error) {
	raw, err := fs.ReadFile(fsys, file)
	if err != nil {
		return nil, err
	}
	c, err := ParseCalendars(raw)
	if err == nil && path.Base(file) != c.Version()+".json" {
		err = fmt.Errorf("/version: %q is not the name of the file", c.Version())
	}
	return c, err
}

// ParseCalendars reads one version strictly. Its error names all problems together, each with the JSON pointer of its
// place.
func ParseCalendars(raw []byte) (*Calendars, error) {
	var r calendarReader
	return r.build(r.read(raw))
}

// MarshalJSON writes the version as its file has it; ParseCalendars reads it back.
func (c *Calendars) MarshalJSON() ([]byte, error) { return json.Marshal(c.data) }

// UnmarshalJSON is ParseCalendars.
func (c *Calendars) UnmarshalJSON(raw []byte) error {
	parsed, err := ParseCalendars(raw)
	if err == nil {
		*c = *parsed
	}
	return err
}

// Version names it, without a place.
func (c *Calendars) Version() string { return c.data.Version }

// Days returns the list, sorted by date.
func (c *Calendars) Days() []Day { return slices.Clone(c.data.Days) }

// Covered returns the first date for which the list is complete and the first for which it is not any more.
func (c *Calendars) Covered() (from, to string) { return c.data.From, c.data.To }

// Place returns the calendar of a place, false for one that this version does not have.
func (c *Calendars) Place(name string) (Calendar, bool) {
	cal, ok := c.places[name]
	return cal, ok
}

// Unit returns the calendar of the place where a unit is, for an unknown unit that of headquarters.
func (c *Calendars) Unit(code string) Calendar {
	place, ok := c.data.Units[code]
	if !ok {
		place = Headquarters
	}
	return c.places[place]
}

// All returns the calendars of all places, sorted by the place.
func (c *Calendars) All() []Calendar {
	all := make([]Calendar, 0, len(c.places))
	for _, place := range slices.Sorted(maps.Keys(c.places)) {
		all = append(all, c.places[place])
	}
	return all
}

// ParseCalendarName splits the full name of a calendar on office hours (vn-1/north); false for any other.
func ParseCalendarName(full string) (version, place string, ok bool) {
	version, place, ok = strings.Cut(full, "/")
	if !ok || badName(version) != nil || badName(place) != nil {
		return "", "", false
	}
	return version, place, true
}

// Decree is what becomes known after a version was made.
type Decree struct {
	Version string    // names the new version
	At      time.Time // when it was decreed
	To      string    // the new end of the covered years, which never shrink; empty when it stays
	Days    []Day     // each is added, or replaces the day of its date; their DecreedAt is At
}

// With returns a new version with the days of a decree. What counts before the first of these days is the same in
// both. In an error, as in that of ParseCalendars, /days begins with the days of the decree.
func (c *Calendars) With(d Decree) (*Calendars, error) {
	var r calendarReader
	data := c.data
	if d.Version == data.Version {
		r.problem("/version", "%q is the version that is changed", d.Version)
	}
	data.Version = d.Version
	if d.At.IsZero() {
		r.problem("/decreed_at", "when it was decreed is missing")
	}
	if d.To != "" {
		if d.To < data.To {
			r.problem("/to", "%q is before %q, and the covered years never shrink", d.To, data.To)
		}
		data.To = d.To
	}
	data.Days = make([]Day, 0, len(d.Days)+len(c.data.Days))
	replaced := map[string]bool{}
	for _, day := range d.Days {
		day.DecreedAt = d.At.UTC()
		data.Days = append(data.Days, day)
		replaced[day.Date] = true
	}
	for _, day := range c.data.Days {
		if !replaced[day.Date] {
			data.Days = append(data.Days, day)
		}
	}
	return r.build(data)
}
