package sla

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// calendarReader reads and checks one version of the calendars and gathers every problem instead of stopping at the
// first.
type calendarReader struct {
	problems []error
	at       map[string]bool // where there is a problem already: what follows from it is no news
}

func (r *calendarReader) problem(at, format string, args ...any) {
	if r.at[at] {
		return
	}
	if r.at == nil {
		r.at = map[string]bool{}
	}
	r.at[at] = true
	r.problems = append(r.problems, fmt.Errorf("%s: %w", at, fmt.Errorf(format, args...)))
}

// read takes the JSON apart by hand: encoding/json would take the last of two equal members and any letter case, and
// name only the first problem.
func (r *calendarReader) read(raw []byte) calendarData {
	var data calendarData
	if !utf8.Valid(raw) || !json.Valid(raw) {
		r.problem("/", "not JSON")
		return data
	}
	r.fields("", raw, map[string]func(at string, raw json.RawMessage){
		"version": r.value(&data.Version),
		"zone":    r.value(&data.Zone),
		"from":    r.value(&data.From),
		"to":      r.value(&data.To),
		"places": func(at string, raw json.RawMessage) {
			data.Places = map[string]placeData{}
			r.members(at, raw, func(at, name string, raw json.RawMessage) { data.Places[name] = r.place(at, raw) })
		},
		"units": func(at string, raw json.RawMessage) {
			data.Units = map[string]string{}
			r.members(at, raw, func(at, code string, raw json.RawMessage) {
				var place string
				r.value(&place)(at, raw)
				data.Units[code] = place
			})
		},
		"days": func(at string, raw json.RawMessage) {
			r.items(at, raw, func(at string, raw json.RawMessage) { data.Days = append(data.Days, r.day(at, raw)) })
		},
	})
	return data
}

// ParseDecree reads what is decreed from a file {"days": […], "to": "2029-01-01"}, strictly: days as in the files of the
// calendars, to the new end of the covered years, left out when it stays. Its error is as that of ParseCalendars.
func ParseDecree(raw []byte) (Decree, error) {
	var r calendarReader
	var d Decree
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return d, errors.New("/: not JSON")
	}
	r.fields("", raw, map[string]func(at string, raw json.RawMessage){
		"to": r.value(&d.To),
		"days": func(at string, raw json.RawMessage) {
			r.items(at, raw, func(at string, raw json.RawMessage) { d.Days = append(d.Days, r.day(at, raw)) })
		},
	}, "to")
	return d, errors.Join(r.problems...)
}

func (r *calendarReader) place(at string, raw json.RawMessage) placeData {
	p := placeData{Week: map[string][]string{}}
	r.fields(at, raw, map[string]func(at string, raw json.RawMessage){
		"week": func(at string, raw json.RawMessage) {
			r.members(at, raw, func(at, weekday string, raw json.RawMessage) {
				spans := []string{}
				r.items(at, raw, func(at string, raw json.RawMessage) {
					var span string
					r.value(&span)(at, raw)
					spans = append(spans, span)
				})
				p.Week[weekday] = spans
			})
		},
	})
	return p
}

func (r *calendarReader) day(at string, raw json.RawMessage) Day {
	var d Day
	r.fields(at, raw, map[string]func(at string, raw json.RawMessage){
		"date":       r.value(&d.Date),
		"off":        r.value(&d.Off),
		"kind":       r.value(&d.Kind),
		"for":        r.value(&d.For),
		"confidence": r.value(&d.Confidence),
		"source":     r.value(&d.Source),
		"decreed_at": r.value(&d.DecreedAt),
		"name": func(at string, raw json.RawMessage) {
			r.fields(at, raw, map[string]func(at string, raw json.RawMessage){
				"vi": r.value(&d.Name.VI),
				"en": r.value(&d.Name.EN),
			})
		},
	}, "for", "source", "decreed_at")
	return d
}

// fields reads an object whose members are known; all must be there but the optional.
func (r *calendarReader) fields(at string, raw json.RawMessage, known map[string]func(at string, raw json.RawMessage), optional ...string) {
	seen := r.members(at, raw, func(at, name string, raw json.RawMessage) {
		read, ok := known[name]
		if !ok {
			r.problem(at, "the field is unknown")
			return
		}
		read(at, raw)
	})
	for _, name := range slices.Sorted(maps.Keys(known)) {
		if seen != nil && !seen[name] && !slices.Contains(optional, name) {
			r.problem(at+"/"+name, "the field is missing")
		}
	}
}

// members reads an object, each name once, and returns the names; nil when it is no object.
func (r *calendarReader) members(at string, raw json.RawMessage, member func(at, name string, raw json.RawMessage)) map[string]bool {
	d := json.NewDecoder(bytes.NewReader(raw))
	if token, _ := d.Token(); token != json.Delim('{') {
		r.problem(at, "not an object")
		return nil
	}
	seen := map[string]bool{}
	for d.More() {
		token, _ := d.Token() // read has seen that it is JSON
		name, _ := token.(string)
		var value json.RawMessage
		_ = d.Decode(&value)
		here := at + "/" + strings.ReplaceAll(strings.ReplaceAll(name, "~", "~0"), "/", "~1")
		if seen[name] {
			r.problem(here, "the field is repeated")
			continue
		}
		seen[name] = true
		member(here, name, value)
	}
	return seen
}

func (r *calendarReader) items(at string, raw json.RawMessage, item func(at string, raw json.RawMessage)) {
	var items []json.RawMessage
	if raw[0] != '[' || json.Unmarshal(raw, &items) != nil {
		r.problem(at, "not a list")
		return
	}
	for i, raw := range items {
		item(at+"/"+strconv.Itoa(i), raw)
	}
}

// value reads a text, a truth value or an instant.
func (r *calendarReader) value(into any) func(at string, raw json.RawMessage) {
	return func(at string, raw json.RawMessage) {
		if string(raw) == "null" {
			r.problem(at, "null is no value")
		} else if err := json.Unmarshal(raw, into); err != nil {
			r.problem(at, "not what belongs here: %w", err)
		}
	}
}

// build checks everything and makes the calendars.
func (r *calendarReader) build(data calendarData) (*Calendars, error) {
	if err := badName(data.Version); err != nil {
		r.problem("/version", "%w", err)
	}
	zone := r.zone(data.Zone)
	from, to := r.date("/from", data.From), r.date("/to", data.To)
	if from >= to {
		r.problem("/to", "%q is not after %q", data.To, data.From)
	}
	list := r.days(data.Days, from, to)
	weeks := r.weeks(data.Places)
	for _, code := range slices.Sorted(maps.Keys(data.Units)) {
		if _, ok := data.Places[data.Units[code]]; !ok {
			r.problem("/units/"+code, "the place %q is unknown", data.Units[code])
		}
	}
	if len(r.problems) > 0 {
		return nil, errors.Join(r.problems...)
	}
	c := &Calendars{data: data, places: map[string]Calendar{}}
	c.data.Days = make([]Day, 0, len(list))
	for _, l := range list {
		c.data.Days = append(c.data.Days, l.Day)
	}
	for name, h := range weeks {
		h.from, h.to = from, to
		for _, l := range list {
			h.mark(l)
		}
		h.inZone(zone)
		c.places[name] = Calendar{Version: data.Version + "/" + name, hours: h}
	}
	return c, nil
}

var nameForm = regexp.MustCompile(`^[a-z][a-z0-9-]{0,18}$`)

// badName says what is wrong with the name of a version or of a place. Both together fit where a full name is kept.
func badName(name string) error {
	switch {
	case strings.HasPrefix(name, "24x7"):
		return fmt.Errorf("%q is kept for the calendar around the clock", name)
	case !nameForm.MatchString(name):
		return fmt.Errorf("%q is not a name of up to 19 lower-case letters, digits and dashes", name)
	}
	return nil
}

// zone finds a zone of the IANA database; Local would differ from machine to machine.
func (r *calendarReader) zone(name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil || name == "" || name == "Local" {
		r.problem("/zone", "the zone %q is unknown", name)
		return time.UTC
	}
	return zone
}

func (r *calendarReader) date(at, text string) day {
	date, err := time.Parse(time.DateOnly, text)
	if err != nil {
		r.problem(at, "%q is not a date like 2021-09-02", text)
	}
	return dayOf(date)
}

var weekdays = [daysOfWeek]string{"mon", "tue", "wed", "thu", "fri", "sat", "sun"}

// weeks reads the hours of every place.
func (r *calendarReader) weeks(places map[string]placeData) map[string]*hours {
	if _, ok := places[Headquarters]; !ok {
		r.problem("/places/"+Headquarters, "the place is missing")
	}
	weeks := map[string]*hours{}
	for _, name := range slices.Sorted(maps.Keys(places)) {
		at := "/places/" + name
		if err := badName(name); err != nil {
			r.problem(at, "%w", err)
		}
		week := places[name].Week
		for _, weekday := range slices.Sorted(maps.Keys(week)) {
			if !slices.Contains(weekdays[:], weekday) {
				r.problem(at+"/week/"+weekday, "not a weekday from mon to sun")
			}
		}
		h := &hours{}
		for i, weekday := range weekdays {
			if spans, ok := week[weekday]; ok {
				h.week[i] = r.opening(at+"/week/"+weekday, spans)
			}
			h.starts[i] = h.total
			h.total += h.week[i].total
		}
		if h.total == 0 {
			r.problem(at+"/week", "the place is never open")
		}
		weeks[name] = h
	}
	return weeks
}

// opening reads the hours of a day. Two spans may touch.
func (r *calendarReader) opening(at string, spans []string) opening {
	var o opening
	if len(spans) == 0 {
		r.problem(at, "no hours; leave out a day that is closed")
	}
	end := int64(0)
	for i, text := range spans {
		here := at + "/" + strconv.Itoa(i)
		s, ok := parseSpan(text)
		switch {
		case !ok:
			r.problem(here, "%q is not of the form 08:00-12:00", text)
			continue
		case s.from >= s.to:
			r.problem(here, "%q is empty", text)
			continue
		case s.from < end:
			r.problem(here, "%q overlaps or is out of order", text)
		}
		s.before = o.total
		o.total += s.to - s.from
		o.spans = append(o.spans, s)
		end = s.to
	}
	return o
}

// parseSpan reads 08:00-12:00; a day ends at 24:00.
func parseSpan(text string) (span, bool) {
	from, to, _ := strings.Cut(text, "-")
	s := span{to: secondsOfDay}
	begin, err := time.Parse("15:04", from)
	if err != nil || len(from) != len("15:04") {
		return span{}, false
	}
	s.from = int64(begin.Hour()*3600 + begin.Minute()*60)
	if to == "24:00" {
		return s, true
	}
	end, err := time.Parse("15:04", to)
	s.to = int64(end.Hour()*3600 + end.Minute()*60)
	return s, err == nil && len(to) == len("15:04")
}

// days checks the list, whose dates lie in the covered years, and sorts it.
func (r *calendarReader) days(days []Day, from, to day) []listed {
	byDate := map[string]int{}
	for i, d := range days {
		if first, twice := byDate[d.Date]; twice {
			r.problem(fmt.Sprintf("/days/%d/date", i), "%s is at /days/%d already", d.Date, first)
			continue
		}
		byDate[d.Date] = i
	}
	list := make([]listed, 0, len(days))
	for i, d := range days {
		at := "/days/" + strconv.Itoa(i)
		l := listed{Day: d, on: r.date(at+"/date", d.Date)}
		if l.on < from || l.on >= to {
			r.problem(at+"/date", "%s is not covered", d.Date)
		}
		l.hours = l.on
		if r.checkDay(at, d); d.Kind == SwapWork {
			l.hours = r.date(at+"/for", d.For)
			if i, ok := byDate[d.For]; !ok || days[i].Kind != SwapOff {
				r.problem(at+"/for", "%s is not a day off in the list that is swapped", d.For)
			}
		}
		list = append(list, l)
	}
	slices.SortFunc(list, func(a, b listed) int { return int(a.on - b.on) })
	return list
}

// checkDay looks at what a day says of itself.
func (r *calendarReader) checkDay(at string, d Day) {
	if kinds := []DayKind{Statutory, Compensatory, SwapOff, SwapWork, Ordinary}; !slices.Contains(kinds, d.Kind) {
		r.problem(at+"/kind", "%q is unknown", d.Kind)
	} else if d.Off != d.Kind.off() {
		r.problem(at+"/off", "a day of kind %s has off %t", d.Kind, d.Kind.off())
	}
	if d.Kind != SwapWork && d.For != "" {
		r.problem(at+"/for", "only swap_work takes the hours of another day")
	}
	if d.Name.VI == "" || d.Name.EN == "" {
		r.problem(at+"/name", "a name is missing")
	}
	if levels := []Confidence{High, Medium, Low}; !slices.Contains(levels, d.Confidence) {
		r.problem(at+"/confidence", "%q is not high, medium or low", d.Confidence)
	}
}
