package sla

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"

	"verigate/internal/verification"
)

// What a new request is pinned to, with the current version of the calendars. A round in the peak of its campaign is
// around the clock instead.
const (
	PolicyVersion         = "2"
	AroundTheClockVersion = "24x7-1"
)

// Load reads every version of the policy and of the calendars from deploy/data. Its error names all problems together.
func Load(fsys fs.FS) (*Rules, error) {
	policies, problems := loadPolicies(fsys)
	files, err := LoadCalendars(fsys)
	if err == nil && len(files) == 0 {
		err = errors.New("no calendar is there")
	}
	if _, known := policies[PolicyVersion]; !known {
		problems = append(problems, fmt.Errorf("policy %q: %w", PolicyVersion, ErrUnknownVersion))
	}
	if err := errors.Join(append(problems, err)...); err != nil {
		return nil, fmt.Errorf("load limits: %w", err)
	}
	x := &Rules{policies: policies}
	x.versions.Store(ofFiles(files))
	return x, nil
}

// Policies lists the versions of the policy, sorted by their number.
func (x *Rules) Policies() []string {
	return slices.SortedFunc(maps.Keys(x.policies), func(a, b string) int { return cmp.Or(cmp.Compare(len(a), len(b)), cmp.Compare(a, b)) })
}

func loadPolicies(fsys fs.FS) (map[string]*Policy, []error) {
	files, err := fs.Glob(fsys, "policies/*.json")
	problems := []error{err}
	policies := map[string]*Policy{}
	for _, file := range files {
		raw, err := fs.ReadFile(fsys, file)
		if err != nil {
			problems = append(problems, fmt.Errorf("read a policy: %w", err))
			continue
		}
		r := &reader{file: file}
		p := r.policy(r.read(raw))
		if name := strings.TrimSuffix(path.Base(file), ".json"); p.Version != name {
			r.problem("/version", "%q is not the name of the file", p.Version)
		}
		policies[p.Version] = p
		problems = append(problems, r.problems...)
	}
	return policies, slices.DeleteFunc(problems, func(err error) bool { return err == nil })
}

// policy reads one version.
func (r *reader) policy(v *value) *Policy {
	r.fields(v, []string{
		"version", "degrees", "limits", "pauses", "holds_that_count", "ladder", "campaign", "leads", "types", "themes",
	})
	limits, campaign := v.member("limits"), v.member("campaign")
	r.fields(limits, []string{"confirm", "recall_notice", "red_cause"})
	r.fields(campaign, []string{"in_peak"})
	p := &Policy{
		Version:      r.text(v.member("version")),
		Degrees:      r.degrees(v.member("degrees")),
		Confirm:      r.limit(limits.member("confirm")),
		RecallNotice: r.limit(limits.member("recall_notice")),
		RedCause:     r.limit(limits.member("red_cause")),
		Pauses:       r.pauses(v.member("pauses")),
		Counting:     r.words(v.member("holds_that_count"), holdCodes()),
		InPeak:       r.word(campaign.member("in_peak"), []string{clockAround}),
		Leads:        r.limits(v.member("leads"), eventTypes()),
		Defaults:     map[string]verification.Degree{},
		Floors:       map[string]verification.Degree{},
		Extra:        map[string]Limit{},
		Windows:      map[string]Limit{},
	}
	p.Ladder = r.ladder(v.member("ladder"), p.Degrees)
	r.types(v.member("types"), p)
	r.themes(v.member("themes"), p)
	return p
}

// holdCodes are the codes with which a unit may wait (schemas/hold.json).
func holdCodes() []string {
	return []string{"laboratory", "other_force", "legal_authority", "physical_exam", "internal"}
}

// eventTypes are the physical events that have a lead of their own; any other has none but the body's.
func eventTypes() []string {
	return []string{"flight_arrival", "gate_out", "controlled_window", "vessel_arrival", "court_date"}
}

func degreeNames() []string {
	return []string{
		string(verification.Flash), string(verification.Urgent), string(verification.Priority),
		string(verification.Routine), string(verification.LookBack), string(verification.Complex),
	}
}

func (r *reader) degrees(v *value) map[verification.Degree]Degree {
	r.fields(v, degreeNames())
	out := map[verification.Degree]Degree{}
	for name, d := range v.all {
		r.fields(d, []string{"clock", "limits", "steps"})
		out[verification.Degree(name)] = Degree{
			Clock:  r.word(d.member("clock"), []string{clockAround, clockBusiness}),
			Limits: r.stages(d.member("limits")),
			Steps:  r.steps(d.member("steps")),
		}
	}
	return out
}

func (r *reader) stages(v *value) Limits {
	var l Limits
	into := map[string]*Limit{
		"acknowledge": &l.Acknowledge, "route": &l.Route, "accept": &l.Accept, "interim": &l.Interim, "answer": &l.Answer,
		"review": &l.Review, "total": &l.Total, "clarify": &l.Clarify, "consent": &l.Consent,
	}
	names := slices.Sorted(maps.Keys(into))
	r.fields(v, names)
	for _, name := range names {
		*into[name] = r.limit(v.member(name))
	}
	return l
}

func (r *reader) steps(v *value) []int {
	if !r.is(v, '[', "a list") {
		return nil
	}
	var out []int
	for _, item := range v.items {
		n := r.percent(item)
		if len(out) > 0 && n <= out[len(out)-1] {
			r.problem(item.pointer, "%d does not come after %d", n, out[len(out)-1])
		}
		out = append(out, n)
	}
	if !slices.Contains(out, 100) {
		r.problem(v.pointer, "100, the breach, is not among the steps")
	}
	return out
}

// pauses reads what each clock pauses for. It is checked against what the fold looks at: a clock that runs without
// regard to something cannot pause for it.
func (r *reader) pauses(v *value) map[Name][]string {
	can := map[string][]string{
		string(Total): {causeClarifying}, string(Route): {causeClarifying},
		string(Answer): {causeClarifying, causeAnyHold}, string(Interim): {causeClarifying, causeAnyHold},
		string(Review): {causeConsent},
	}
	r.fields(v, nil, slices.Collect(maps.Keys(can))...)
	out := map[Name][]string{}
	for name, causes := range v.all {
		out[Name(name)] = r.words(causes, can[name])
	}
	return out
}

// ladder reads who is told at which step: each step of every degree has somebody on both sides.
func (r *reader) ladder(v *value, degrees map[verification.Degree]Degree) map[string]map[int]Rung {
	r.fields(v, []string{sideUnit, sideDesk})
	rungs := []string{string(RungUnitOfficer), string(RungUnitLead), string(RungDesk), string(RungLead), string(RungHeadquarters)}
	out := map[string]map[int]Rung{}
	for name, side := range v.all {
		if !r.is(side, '{', "an object") {
			continue
		}
		out[name] = map[int]Rung{}
		for percent, rung := range side.all {
			n, err := strconv.ParseUint(percent, 10, 16)
			if err != nil {
				r.problem(rung.pointer, "is not a whole number of per cent")
			}
			out[name][int(n)] = Rung(r.word(rung, rungs))
		}
		for _, percent := range stepsOf(degrees) {
			if _, ok := out[name][percent]; !ok {
				r.problem(side.pointer+"/"+strconv.Itoa(percent), "is missing: nobody is told at that step")
			}
		}
	}
	return out
}

// stepsOf returns every step of any degree, ascending.
func stepsOf(degrees map[verification.Degree]Degree) []int {
	var out []int
	for _, d := range degrees {
		out = append(out, d.Steps...)
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (r *reader) limits(v *value, names []string) map[string]Limit {
	r.fields(v, nil, names...)
	out := map[string]Limit{}
	for name, limit := range v.all {
		out[name] = r.limit(limit)
	}
	return out
}

// types reads what a type of question brings: its degree, and for some a floor, the time of an outside agency, a
// window before the physical event.
func (r *reader) types(v *value, p *Policy) {
	r.is(v, '{', "an object")
	for code, t := range v.all {
		r.fields(t, []string{"default"}, "floor", "agency", "window")
		p.Defaults[code] = r.degree(t.member("default"))
		if floor := t.member("floor"); floor != nil {
			p.Floors[code] = r.degree(floor)
		}
		if agency := t.member("agency"); agency != nil {
			p.Extra[code] = r.limit(agency)
		}
		if window := t.member("window"); window != nil {
			p.Windows[code] = r.limit(window)
		}
	}
}

func (r *reader) themes(v *value, p *Policy) {
	r.is(v, '{', "an object")
	for theme, t := range v.all {
		r.fields(t, []string{"floor"})
		p.Floors[theme] = r.degree(t.member("floor"))
	}
}

func (r *reader) degree(v *value) verification.Degree {
	return verification.Degree(r.word(v, degreeNames()))
}
