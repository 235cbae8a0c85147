package sla

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"time"

	"verigate/internal/verification"
)

// What a new request is pinned to.
const (
	PolicyVersion   = "1"
	CalendarVersion = "24x7-1"
)

// Load reads every version of the policy and of the calendar from deploy/data. Its error names all problems together.
//
// Version 1 is sla-policy.csv, sla-by-type.csv, for the types that those do not name request-types.csv, and the
// limits of lifecycle.md that no table holds.
func Load(fsys fs.FS) (*Rules, error) {
	l := &loader{files: fsys}
	policy := &Policy{
		Version:      PolicyVersion,
		Degrees:      l.degrees(),
		Confirm:      Limit{Time: 14 * 24 * time.Hour},
		RecallNotice: Limit{Time: 4 * time.Hour},
		RedCause:     Limit{Days: 1},
		Leads: map[string]Limit{
			"flight_arrival": {Time: 2 * time.Hour}, "gate_out": {Time: 2 * time.Hour},
			"controlled_window": {Time: 2 * time.Hour}, "vessel_arrival": {Time: time.Hour}, "court_date": {Days: 1},
		},
		Floors:  map[string]verification.Degree{"CDL": verification.Flash, "drugs": verification.Priority},
		Windows: map[string]Limit{"CDL": {Time: 2 * time.Hour}},
	}
	policy.Defaults, policy.Extra = l.types()
	if err := errors.Join(l.problems...); err != nil {
		return nil, fmt.Errorf("load limits: %w", err)
	}
	cal := AroundTheClock()
	return &Rules{
		policies:  map[string]*Policy{policy.Version: policy},
		calendars: map[string]Calendar{cal.Version: cal},
	}, nil
}

// degreeOf maps the words of the data to those of the contract.
func degreeOf(urgency string) (verification.Degree, bool) {
	d, ok := map[string]verification.Degree{
		"hoa_toc": verification.Flash, "thuong_khan": verification.Urgent, "khan": verification.Priority,
		"thuong": verification.Routine, "tra_cuu_cu": verification.LookBack, "phuc_tap": verification.Complex,
	}[urgency]
	return d, ok
}

// consent is how long an originator may take; no table holds it.
func consent(d verification.Degree) Limit {
	return map[verification.Degree]Limit{
		verification.Flash: {Time: 4 * time.Hour}, verification.Urgent: {Time: 12 * time.Hour}, verification.Priority: {Days: 1},
		verification.Routine: {Days: 3}, verification.LookBack: {Days: 5}, verification.Complex: {Days: 10},
	}[d]
}

// loader reads files and gathers every problem instead of stopping at the first.
type loader struct {
	files    fs.FS
	problems []error
}

func (l *loader) problem(at, format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf("%s: %w", at, fmt.Errorf(format, args...)))
}

// row is one line of a table by column, with file:line for problems.
type row struct {
	at    string
	cells map[string]string
}

// table reads a file that has at least these columns.
func (l *loader) table(file string, columns ...string) []row {
	f, err := l.files.Open(file)
	if err != nil {
		l.problem(file, "%w", err)
		return nil
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil || len(lines) == 0 {
		l.problem(file, "no table: %w", errors.Join(err))
		return nil
	}
	for _, column := range columns {
		if !slices.Contains(lines[0], column) {
			l.problem(file, "column %q is missing", column)
			return nil
		}
	}
	var rows []row
	for i, line := range lines[1:] {
		cells := map[string]string{}
		for c, cell := range line {
			cells[lines[0][c]] = cell
		}
		rows = append(rows, row{at: fmt.Sprintf("%s:%d", file, i+2), cells: cells})
	}
	return rows
}

func (l *loader) limit(r row, column string) Limit {
	limit, err := ParseLimit(r.cells[column])
	if err != nil {
		l.problem(r.at, "%s: %w", column, err)
	} else if limit == (Limit{}) {
		l.problem(r.at, "%s: a limit of nothing", column)
	}
	return limit
}

// degrees reads the limits. Their columns have the words of the desk; Limits has those of the clocks.
func (l *loader) degrees() map[verification.Degree]Limits {
	out := map[verification.Degree]Limits{}
	for _, r := range l.table("sla-policy.csv", "urgency", "acknowledge_partner", "triage_and_route", "unit_acknowledge",
		"unit_interim", "unit_answer", "desk_review_release", "total", "partner_clarification_wait_before_reminder") {
		d, ok := degreeOf(r.cells["urgency"])
		if _, twice := out[d]; !ok || twice {
			l.problem(r.at, "urgency %q is unknown or repeated", r.cells["urgency"])
			continue
		}
		out[d] = Limits{
			Acknowledge: l.limit(r, "acknowledge_partner"), Route: l.limit(r, "triage_and_route"),
			Accept: l.limit(r, "unit_acknowledge"), Interim: l.limit(r, "unit_interim"), Answer: l.limit(r, "unit_answer"),
			Review: l.limit(r, "desk_review_release"), Total: l.limit(r, "total"),
			Clarify: l.limit(r, "partner_clarification_wait_before_reminder"), Consent: consent(d),
		}
	}
	if len(out) != 6 {
		l.problem("sla-policy.csv", "limits for %d degrees of 6: %v", len(out), slices.Sorted(maps.Keys(out)))
	}
	return out
}

// types reads the default degree of every type of question, and what an outside agency gets beside it, which the
// table says in words: "add P2D for the outside agency".
func (l *loader) types() (map[string]verification.Degree, map[string]Limit) {
	defaults, extra := map[string]verification.Degree{}, map[string]Limit{}
	agency := regexp.MustCompile(`^add (P\w+) for the outside agency`)
	for _, r := range l.table("request-types.csv", "code", "default_urgency") {
		defaults[r.cells["code"]] = l.degree(r, "default_urgency")
	}
	for _, r := range l.table("sla-by-type.csv", "request_type", "default_urgency", "rule") {
		code := r.cells["request_type"]
		if _, known := defaults[code]; !known {
			l.problem(r.at, "type %q is unknown", code)
		}
		defaults[code] = l.degree(r, "default_urgency")
		if words := agency.FindStringSubmatch(r.cells["rule"]); words != nil {
			limit, err := ParseLimit(words[1])
			if err != nil {
				l.problem(r.at, "rule: %w", err)
			}
			extra[code] = limit
		}
	}
	return defaults, extra
}

func (l *loader) degree(r row, column string) verification.Degree {
	d, ok := degreeOf(r.cells[column])
	if !ok {
		l.problem(r.at, "%s %q is unknown", column, r.cells[column])
	}
	return d
}
