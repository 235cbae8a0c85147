package statistics

import (
	"slices"
	"strings"
	"time"

	"verigate/internal/verification"
)

// Level is how far down one looks.
type Level string

// The three levels of supervision.
const (
	Headquarters  Level = "headquarters"
	Department    Level = "department"
	SubDepartment Level = "sub_department"
)

// By is what a place is divided by.
type By string

// ByNone is the whole place.
const (
	ByNone     By = "none"
	ByPartner  By = "partner"
	ByCampaign By = "campaign"
	ByDegree   By = "degree"
)

// Month is a calendar month in Hanoi: 2021-09.
type Month string

// hanoi has known no other offset since 1975.
func hanoi() *time.Location { return time.FixedZone("+07:00", 7*60*60) }

// monthForm is how a month is written.
const monthForm = "2006-01"

// MonthOf is the month in which an instant lies.
func MonthOf(at time.Time) Month { return Month(at.In(hanoi()).Format(monthForm)) }

// ParseMonth reads a month; false for anything else.
func ParseMonth(s string) (Month, bool) {
	at, err := time.Parse(monthForm, s)
	return Month(s), err == nil && at.Format(monthForm) == s
}

// Months are all months from one to another, both included; none when the first is after the last.
func Months(from, to Month) []Month {
	at, err := time.Parse(monthForm, string(from))
	if err != nil {
		return nil
	}
	var all []Month
	for m := from; m <= to && len(m) == len(to); m = Month(at.Format(monthForm)) { // a year of five digits would go on for ever
		all = append(all, m)
		at = at.AddDate(0, 1, 0)
	}
	return all
}

// Cell is one place in one month, or the part of it that belongs to a partner, campaign or degree.
type Cell struct {
	Month         Month                 `json:"month"`
	Level         Level                 `json:"level"`
	Unit          verification.UnitCode `json:"unit,omitempty"`           // below headquarters
	SubDepartment string                `json:"sub_department,omitempty"` // as the unit's assignment names it
	By            By                    `json:"by"`
	Value         string                `json:"value,omitempty"` // empty: no campaign, an unknown partner
}

// String names the cell for an operator.
func (c Cell) String() string {
	words := []string{string(c.Month), string(c.Level), string(c.Unit), c.SubDepartment, "by", string(c.By), c.Value}
	return strings.Join(slices.DeleteFunc(words, func(w string) bool { return w == "" }), " ")
}

// Sheet names the cells that are read together.
type Sheet string

// AllCells is the sheet of every cell.
const AllCells Sheet = "all"

// sheet is a month of one level and division; with a unit, that unit's part of it.
func sheet(m Month, l Level, b By, unit verification.UnitCode) Sheet {
	return Sheet(strings.Join([]string{string(m), string(l), string(b), string(unit)}, " "))
}

// Sheets are those that the cell is in.
func (c Cell) Sheets() []Sheet {
	in := []Sheet{AllCells, sheet(c.Month, c.Level, c.By, "")}
	if c.Unit != "" {
		in = append(in, sheet(c.Month, c.Level, c.By, c.Unit))
	}
	return in
}

// Query chooses cells. Unit and SubDepartment may be empty: all of the level.
type Query struct {
	Level         Level
	Unit          verification.UnitCode
	SubDepartment string
	By            By
	From, To      Month // both included
}

// Sheets are those whose cells answer the query.
func (q Query) Sheets() []Sheet {
	var all []Sheet
	for _, m := range Months(q.From, q.To) {
		all = append(all, sheet(m, q.Level, q.By, q.Unit))
	}
	return all
}

// has says whether the query chooses a cell.
func (q Query) has(c Cell) bool {
	return c.Level == q.Level && c.By == q.By && c.Month >= q.From && c.Month <= q.To &&
		(q.Unit == "" || q.Unit == c.Unit) && (q.SubDepartment == "" || q.SubDepartment == c.SubDepartment)
}
