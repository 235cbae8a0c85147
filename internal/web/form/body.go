package form

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// minute is how a browser writes an instant of the clock on the wall (HTML, local date and time).
const minute = "2006-01-02T15:04"

// Body is the value that a shape describes, made of what was typed; instants are of the zone's clock. What was left empty
// is not there; a body without anything is an empty object.
func (s Shape) Body(v Values, zone *time.Location) map[string]any {
	return s.group("", v, zone)
}

func (s Shape) group(at string, v Values, zone *time.Location) map[string]any {
	body := map[string]any{}
	for _, m := range s.members {
		if value := m.value(at+"/"+m.Member, v, zone); value != nil {
			body[m.Member] = value
		}
	}
	return body
}

// value is what was typed at a place, nil when that is nothing.
func (s Shape) value(at string, v Values, zone *time.Location) any {
	switch s.Sort {
	case Fixed:
		return s.fixed
	case Group:
		if body := s.group(at, v, zone); len(body) > 0 {
			return body
		}
		return nil
	case Rows:
		return s.list(at, v, zone)
	case Lines, Ticks:
		return lines(v[at])
	default:
		return s.single(v.Get(at), zone)
	}
}

func (s Shape) list(at string, v Values, zone *time.Location) any {
	var rows []any
	for i := range v.Rows(at) {
		place := at + "/" + strconv.Itoa(i)
		rows = append(rows, s.rowOf(place, v).group(place, v, zone))
	}
	if rows == nil {
		return nil
	}
	return rows
}

func lines(typed []string) any {
	var all []string
	for line := range strings.SplitSeq(strings.Join(typed, "\n"), "\n") {
		if line = strings.TrimSpace(line); line != "" {
			all = append(all, line)
		}
	}
	if all == nil {
		return nil
	}
	return all
}

// yes is the value of a tick.
const yes = "true"

// single is one value. A number that is none stays text, which the edge refuses where it stands.
func (s Shape) single(text string, zone *time.Location) any {
	switch {
	case text == "":
		return nil
	case s.Sort == Tick:
		return text == yes
	case s.Sort == Whole || s.Sort == Number:
		if number := json.Number(text); json.Valid([]byte(number)) && strings.ContainsAny(text[:1], "-0123456789") {
			return number
		}
	case s.Sort == Moment:
		if at, err := time.ParseInLocation(minute, text, zone); err == nil {
			return at.Format(time.RFC3339)
		}
	}
	return text
}

// Fill types the value of a body into the fields of a shape at a place, as Body would read it again.
func (s Shape) Fill(at string, value any, v Values, zone *time.Location) {
	switch value := value.(type) {
	case map[string]any:
		for _, m := range s.members {
			if member, there := value[m.Member]; there {
				m.Fill(at+"/"+m.Member, member, v, zone)
			}
		}
	case []any:
		s.fillList(at, value, v, zone)
	case string:
		v.Set(at, s.typed(value, zone))
	case bool:
		v.Set(at, strconv.FormatBool(value))
	case float64:
		v.Set(at, strconv.FormatFloat(value, 'f', -1, 64))
	}
}

func (s Shape) fillList(at string, values []any, v Values, zone *time.Location) {
	var texts []string
	for i, value := range values {
		switch value := value.(type) {
		case string:
			texts = append(texts, value)
		case map[string]any:
			place := at + "/" + strconv.Itoa(i)
			if kind, _ := value[s.by].(string); s.by != "" {
				v.Set(place+"/"+s.by, kind)
			}
			s.rowOf(place, v).Fill(place, value, v, zone)
		}
	}
	switch s.Sort {
	case Ticks:
		v[at] = slices.Clone(texts)
	case Lines:
		v.Set(at, strings.Join(texts, "\n"))
	default:
	}
}

func (s Shape) typed(text string, zone *time.Location) string {
	if s.Sort != Moment {
		return text
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return text
	}
	return at.In(zone).Format(minute)
}
