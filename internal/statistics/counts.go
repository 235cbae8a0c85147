package statistics

import (
	"cmp"
	"maps"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Counter names one number of a cell: a word, or a word and what it is of. It has no white space.
type Counter string

// The counters. Those with a colon go on: a party, a coded cause, a stage, a stage and a bucket.
const (
	received  Counter = "received"
	open      Counter = "open"
	answered  Counter = "answered"
	ended     Counter = "ended"
	overdue   Counter = "overdue"
	tasks     Counter = "tasks"
	forwarded Counter = "forwarded"
	answers   Counter = "answers"
	returned  Counter = "returned"
	breaches  Counter = "breaches"

	cause = "cause:"
	now   = "now:"
	spent = "spent:"
	late  = "late:"
	owed  = "owed:"
	took  = "took:"
)

// Counts are the numbers of a cell, or what one request adds to them. None of them is zero.
type Counts map[Counter]int64

func (c Counts) add(name Counter, n int64) {
	if c[name] += n; c[name] == 0 {
		delete(c, name)
	}
}

// Add adds up; sign is 1, or -1 to take away.
func (c Counts) Add(other Counts, sign int64) {
	for name, n := range other {
		c.add(name, sign*n)
	}
}

// Counted is a cell with its numbers.
type Counted struct {
	Cell   Cell
	Counts Counts
}

// Tally are counters by cell, as a recount keeps them. A cell without numbers is in none.
type Tally map[Cell]Counts

// Add counts a contribution in; with -1, out.
func (t Tally) Add(of Contribution, sign int64) {
	for _, s := range of {
		for _, c := range s.Cells {
			if t[c] == nil {
				t[c] = Counts{}
			}
			if t[c].Add(s.Counts, sign); len(t[c]) == 0 {
				delete(t, c)
			}
		}
	}
}

// Row is one place or division over all months of a query.
type Row struct {
	Unit          verification.UnitCode
	SubDepartment string
	Value         string
	Counts        Counts
}

// Sum adds up the months of what a query chooses: a row for each place and value, in their order, and all rows
// together.
func Sum(q Query, cells []Counted) (rows []Row, all Counts) {
	all = Counts{}
	found := map[Cell]Counts{}
	for _, c := range cells {
		if !q.has(c.Cell) {
			continue
		}
		at := c.Cell
		at.Month = ""
		if found[at] == nil {
			found[at] = Counts{}
		}
		found[at].Add(c.Counts, 1)
		all.Add(c.Counts, 1)
	}
	for at, counts := range found {
		rows = append(rows, Row{Unit: at.Unit, SubDepartment: at.SubDepartment, Value: at.Value, Counts: counts})
	}
	slices.SortFunc(rows, func(a, b Row) int {
		return cmp.Or(
			cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.SubDepartment, b.SubDepartment), cmp.Compare(rank(q.By, a.Value), rank(q.By, b.Value)),
			cmp.Compare(a.Value, b.Value),
		)
	})
	return rows, all
}

// rank puts degrees in their own order; everything else is ordered by its name.
func rank(b By, value string) int {
	if b == ByDegree {
		return verification.Degree(value).Rank()
	}
	return 0
}

// Figures are the numbers of a row as people read them.
type Figures struct {
	Received, Open, Answered, Ended int64 // received = open + answered + ended
	Overdue                         int64 // of the open
	Tasks, Forwarded                int64 // tasks with questions, and those of them whose unit passed some on
	Answers, Returned               int64 // final answers of units, and those of them that the desk sent back
	Breaches                        int64 // that nobody annulled
	Causes                          []Cause
	Waiting                         []Waiting
	Stages                          []Stage
}

// Cause is a coded cause of breaches; the code is none while nobody has given one.
type Cause struct {
	Code  string
	Count int64
}

// Waiting is who is waited for by what is open, and who was in what is over, in seconds of the wall's clock.
type Waiting struct {
	Party   string
	Now     int64
	Seconds int64
}

// Stage is how the clocks of a name were held whose work was done, and how much counted time they took (pauses and, on
// office hours, nights are not counted). Median and P90 are seconds by nearest rank, at most 1/32 off.
type Stage struct {
	Name            sla.Name
	Stopped, OnTime int64
	Owed            int64 // still run though a promise of theirs was broken
	Median, P90     int64
}

// Judged is how many clocks are known to be in time or late: what is late need not be over for that.
func (s Stage) Judged() int64 { return s.Stopped + s.Owed }

// Figures reads the counters.
func (c Counts) Figures() Figures {
	f := Figures{
		Received: c[received], Open: c[open], Answered: c[answered], Ended: c[ended], Overdue: c[overdue], Tasks: c[tasks],
		Forwarded: c[forwarded], Answers: c[answers], Returned: c[returned], Breaches: c[breaches],
	}
	for _, code := range c.of(cause) {
		f.Causes = append(f.Causes, Cause{Code: code, Count: c[Counter(cause+code)]})
	}
	slices.SortStableFunc(f.Causes, func(a, b Cause) int { return cmp.Compare(b.Count, a.Count) })
	parties := append(c.of(now), c.of(spent)...)
	slices.Sort(parties)
	for _, p := range slices.Compact(parties) {
		f.Waiting = append(f.Waiting, Waiting{Party: p, Now: c[Counter(now+p)], Seconds: c[Counter(spent+p)]})
	}
	for _, name := range Stages() {
		if s := c.stage(name); s.Judged() > 0 {
			f.Stages = append(f.Stages, s)
		}
	}
	return f
}

// Promise is the stage by which places of a level are measured: at headquarters the whole, below what a unit owes.
func (f Figures) Promise(l Level) Stage {
	name := sla.Answer
	if l == Headquarters {
		name = sla.Total
	}
	if i := slices.IndexFunc(f.Stages, func(s Stage) bool { return s.Name == name }); i >= 0 {
		return f.Stages[i]
	}
	return Stage{}
}

// of lists what the counters of a word are of, in order.
func (c Counts) of(word string) []string {
	var all []string
	for name := range maps.Keys(c) {
		if rest, ok := strings.CutPrefix(string(name), word); ok {
			all = append(all, rest)
		}
	}
	slices.Sort(all)
	return all
}

func (c Counts) stage(name sla.Name) Stage {
	h := histogram{}
	word := took + string(name) + ":"
	for _, b := range c.of(word) {
		if n, err := strconv.Atoi(b); err == nil {
			h[n] = c[Counter(word+b)]
		}
	}
	stopped := h.size()
	return Stage{
		Name: name, Stopped: stopped, OnTime: stopped - c[Counter(late+string(name))], Owed: c[Counter(owed+string(name))],
		Median: h.percentile(50), P90: h.percentile(90),
	}
}
