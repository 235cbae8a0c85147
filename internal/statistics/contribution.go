package statistics

import (
	"cmp"
	"maps"
	"slices"
	"strconv"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Share is what a request adds to each of some cells: the same to all of them.
type Share struct {
	Cells  []Cell
	Counts Counts
}

// Contribution is all that one request adds, in the order of its cells.
type Contribution []Share

// Stages are the clocks that are counted: those of the work itself, not those that wait for a partner's or an
// originator's word or for the cause of a breach.
func Stages() []sla.Name {
	return []sla.Name{
		sla.Total, sla.Acknowledge, sla.Route, sla.Accept, sla.Answer, sla.Interim, sla.Review, sla.Action,
	}
}

// Of is what a request contributes with its clocks as they are. Nothing else decides it, so whoever folds the same
// record gets the same. The rules must know the versions to which the request is pinned.
func Of(rules *sla.Rules, r verification.Request, clocks sla.Clocks) Contribution {
	if r.State == verification.Unborn || r.Stub || r.Level.Sealed() || r.Compartment != "" {
		return nil
	}
	c := counting{rules: rules, request: r, clocks: clocks, broken: broken(r, clocks)}
	out := Contribution{{Cells: c.cells(place{level: Headquarters}), Counts: c.whole()}}
	for _, p := range c.places() {
		out = append(out, Share{Cells: c.cells(p), Counts: c.part(p)})
	}
	return out
}

// place is where tasks are counted.
type place struct {
	level Level
	unit  verification.UnitCode
	sub   string
}

func (p place) has(t verification.Task) bool {
	return t.Unit == p.unit && t.Kind != verification.TaskAgency && (p.level == Department || t.SubDepartment == p.sub)
}

// counting is one request being counted.
type counting struct {
	rules   *sla.Rules
	request verification.Request
	clocks  sla.Clocks
	broken  map[int]breach // of clocks, by place
}

// places are the departments of the request's tasks, and the sub-departments that the tasks name.
func (c counting) places() []place {
	found := map[place]bool{}
	for _, t := range c.request.Tasks {
		if t.Kind == verification.TaskAgency || t.Unit.OfHeadquarters() {
			continue
		}
		found[place{level: Department, unit: t.Unit}] = true
		if t.SubDepartment != "" {
			found[place{level: SubDepartment, unit: t.Unit, sub: t.SubDepartment}] = true
		}
	}
	return slices.SortedFunc(maps.Keys(found), func(a, b place) int {
		return cmp.Or(cmp.Compare(a.level, b.level), cmp.Compare(a.unit, b.unit), cmp.Compare(a.sub, b.sub))
	})
}

func (c counting) cells(p place) []Cell {
	at := Cell{Month: MonthOf(c.request.ReceivedAt), Level: p.level, Unit: p.unit, SubDepartment: p.sub}
	var out []Cell
	for _, by := range []struct {
		by    By
		value string
	}{
		{ByNone, ""},
		{ByPartner, string(c.request.Partner)},
		{ByCampaign, c.request.Campaign},
		{ByDegree, string(c.request.Degree)},
	} {
		at.By, at.Value = by.by, by.value
		out = append(out, at)
	}
	return out
}

// whole counts the request.
func (c counting) whole() Counts {
	n := Counts{received: 1}
	switch {
	case c.request.State.Open():
		n.add(open, 1)
		n.add(Counter(now+c.waitedFor("")), 1)
		if c.overdue(func(*sla.Clock) bool { return true }) {
			n.add(overdue, 1)
		}
	case slices.ContainsFunc(c.request.Releases, func(v verification.Release) bool { return v.Whole }):
		n.add(answered, 1)
	default:
		n.add(ended, 1)
	}
	for _, t := range c.request.Tasks {
		c.work(n, t)
	}
	c.late(n, func(verification.TaskID) bool { return true })
	c.times(n, sla.Total, func(*sla.Clock) bool { return true })
	return n
}

// part counts the tasks of a place.
func (c counting) part(p place) Counts {
	n := Counts{}
	mine := map[verification.TaskID]bool{}
	for _, t := range c.request.Tasks {
		if !p.has(t) {
			continue
		}
		mine[t.Task] = true
		n.add(received, 1)
		switch {
		case t.State.Live():
			n.add(open, 1)
			n.add(Counter(now+c.waitedFor(t.Task)), 1)
			if c.overdue(func(k *sla.Clock) bool { return k.Task == t.Task }) {
				n.add(overdue, 1)
			}
		case t.Kind == verification.TaskQuestion && answeredBy(t):
			n.add(answered, 1)
		default:
			n.add(ended, 1)
		}
		c.work(n, t)
	}
	c.late(n, func(t verification.TaskID) bool { return mine[t] })
	c.times(n, sla.Answer, func(k *sla.Clock) bool { return mine[k.Task] })
	return n
}

// work counts what units did with a task that has questions.
func (c counting) work(n Counts, t verification.Task) {
	if t.Kind != verification.TaskQuestion {
		return
	}
	n.add(tasks, 1)
	if len(t.PassedOn) > 0 {
		n.add(forwarded, 1)
	}
	for _, a := range t.Answers {
		if !a.Final {
			continue
		}
		n.add(answers, 1)
		if a.Returned || len(t.AskedAgain) > 0 { // of the rest of one that went out in part: the others were returned before it
			n.add(returned, 1)
		}
	}
}

// late counts breaches that stand, by their cause.
func (c counting) late(n Counts, mine func(verification.TaskID) bool) {
	for _, b := range c.request.Breaches {
		if !b.Annulled && stage(sla.Name(b.Step.Clock)) && mine(b.Step.Task) {
			n.add(breaches, 1)
			n.add(Counter(cause+word(b.CauseCode)), 1)
		}
	}
}

// The causes that no code gives.
const (
	causeNone  = "none"
	causeOther = "other"
)

// Causes are the coded causes of the contract, none for a breach that nobody has explained yet, and other for whatever
// else.
func Causes() []string {
	return []string{
		causeNone, "staffing", "workload", "misrouted", "system_outage", "unit_late", "desk_late", "review_late", "agency_late", "partner_late",
		"laboratory", "legal_authority", "force_majeure", "line_down", causeOther,
	}
}

// word is the cause as which a code is counted: of a closed list, so that no counter's name comes from outside.
func word(code string) string {
	switch {
	case code == "":
		return causeNone
	case slices.Contains(Causes(), code):
		return code
	}
	return causeOther
}

// times counts the clocks whose work was done, those that are late with it, and of the stopped ones of one name who was
// waited for meanwhile.
func (c counting) times(n Counts, waits sla.Name, mine func(*sla.Clock) bool) {
	for i, k := range c.clocks {
		switch {
		case !stage(k.Name) || !mine(k):
			continue
		case k.State != sla.Stopped:
			if c.broken[i].ever {
				n.add(Counter(owed+string(k.Name)), 1)
			}
			continue
		case c.done(k):
			bucket := strconv.Itoa(bucketOf(c.rules.Used(*k, k.StoppedAt)))
			n.add(Counter(took+string(k.Name)+":"+bucket), 1)
			if c.broken[i].ever {
				n.add(Counter(late+string(k.Name)), 1)
			}
		}
		if k.Name != waits {
			continue
		}
		for _, s := range c.rules.Segments(*k, k.StoppedAt) {
			n.add(Counter(spent+party(s.ChargedTo)), s.To.Unix()-s.From.Unix())
		}
	}
}

// answeredBy says whether the unit of a task has said all it has to say.
func answeredBy(t verification.Task) bool {
	return slices.ContainsFunc(t.Answers, func(a verification.TaskAnswer) bool { return a.Final })
}

func stage(name sla.Name) bool { return slices.Contains(Stages(), name) }
