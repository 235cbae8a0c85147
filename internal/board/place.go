package board

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Set names one ordered set of a store, in clear: a store that lies outside the process writes a keyed hash of it.
type Set string

// Place is an entry of a set: sets are ordered by Score, then by Member.
type Place struct {
	Set    Set
	Score  int64 // Unix microseconds, NoDue for what waits for no clock
	Member string
}

// NoDue is the score of what has no due time: after all that has one. It is the largest integer that a double (and so
// Redis) counts to exactly.
const NoDue int64 = 1<<53 - 1

// Score orders by time; a zero time comes last.
func Score(t time.Time) int64 {
	if t.IsZero() {
		return NoDue
	}
	return t.UnixMicro()
}

// SetDue is the due set of the sweep. It holds sealed matters too: no person reads it.
const SetDue Set = "due"

// The sets of what is on the board (Row.OnBoard), by the clock that runs out first. Each has twins for sealed matters, one for each compartment.
func setBoard() Set { return "board" }

// SetDegree holds rows of the board of a degree.
func SetDegree(d verification.Degree) Set { return Set("degree/" + string(d)) }

// SetState holds rows of the board in a state.
func SetState(s verification.State) Set { return Set("state/" + string(s)) }

// SetUnit holds rows of the board in which a unit has a live task.
func SetUnit(u verification.UnitCode) Set { return Set("unit/" + string(u)) }

// SetFrom holds rows of the board of a partner.
func SetFrom(p verification.PartnerCode) Set { return Set("from/" + string(p)) }

// SetCampaign holds rows of the board of a campaign.
func SetCampaign(c string) Set { return Set("campaign/" + c) }

// SetEscalated holds rows of the board whose open notices have climbed to that rung and no higher.
func SetEscalated(to sla.Rung) Set { return Set("escalated/" + string(to)) }

// SetFlag holds rows of the board with a flag.
func SetFlag(f Flag) Set { return Set("flag/" + string(f)) }

// SetQueue holds a unit's tasks, by due time; it has one twin for what is sealed, whatever compartment that lies in.
func SetQueue(u verification.UnitCode) Set { return Set("queue/" + string(u)) }

// SetPartner holds all requests of a partner, by their last visible change, sealed or not: sealing changes nothing
// that a partner can see.
func SetPartner(p verification.PartnerCode) Set { return Set("partner/" + string(p)) }

// SetNumber holds the one request of a number.
func SetNumber(n string) Set { return Set("number/" + strings.ToUpper(n)) }

// SetReference holds the requests that their partners call so, as ReferenceName writes it. It has twins for sealed matters.
func SetReference(name string) Set { return Set("reference/" + name) }

// SetIdentifier holds the requests that name an identifier; a compartment, and sealed matters without one, index
// under names of their own.
func SetIdentifier(c verification.Compartment, sealed bool, name string) Set {
	if sealed {
		return Set("sealed-ident/" + string(c) + "/" + name)
	}
	return Set("ident/" + name)
}

// Sealed is the twin of a set for the matters of one compartment, which only its members may know of. Whoever reads goes
// through the twins of their own compartments alone: how long that takes tells nothing of the others. A unit's own sets
// have the twin of no compartment: who of the unit may know of which task, the case itself says.
func (s Set) Sealed(c verification.Compartment) Set { return Set("sealed/"+string(c)+"/") + s }

// With is a set with the twins that a member of some compartments goes through.
func (s Set) With(in []verification.Compartment) []Set {
	all := []Set{s, s.Sealed("")}
	for _, c := range in {
		all = append(all, s.Sealed(c))
	}
	return all
}

// Shared says whether many requests are found in the set, as in those of a state or a partner. Of such there are few;
// of the others there is one for each number, each reference and each identifier.
func (s Set) Shared() bool {
	of := string(s)
	if twin, ok := strings.CutPrefix(of, "sealed/"); ok {
		_, of, _ = strings.Cut(twin, "/")
	}
	kind, _, _ := strings.Cut(of, "/")
	return kind != "number" && kind != "reference" && kind != "ident" && kind != "sealed-ident"
}

// Places are all entries that the rows have in sets, ordered by set and member, each once.
func (r Rows) Places() []Place {
	p := placing{id: string(r.Request.ID), sealed: r.Audience.Sealed(), in: r.Audience.Compartment}
	const single = 13 // board, degree, state, from, campaign, escalated, closed, held, proposed, partner, number, reference, due
	p.places = make([]Place, 0, single+len(r.Request.Units)+len(r.Request.Flags)+len(r.Tasks)+len(r.Identifiers)+2*len(r.Notices)+len(r.Milestones))
	if r.Request.OnBoard() {
		p.onBoard(r.Request)
	}
	if r.Request.Keeping != nil {
		p.keep(r.Request)
	}
	for _, n := range r.Notices {
		p.notice(r.Request.ID, n)
	}
	for _, m := range r.Milestones {
		p.shared(SetMilestones(m.Kind), Score(m.At), m.member(r.Request.ID))
	}
	for _, t := range r.Tasks {
		p.ofUnit(SetQueue(t.Unit), Score(t.dueAt()), string(t.Task))
	}
	if r.Partner.Partner != "" {
		p.add(SetPartner(r.Partner.Partner), Score(r.Partner.UpdatedAt), p.id)
	}
	if r.Request.Number != "" {
		p.add(SetNumber(r.Request.Number), 0, p.id)
	}
	if name := ReferenceName(r.Partner.OwnReference); name != "" {
		p.shared(SetReference(name), 0, p.id)
	}
	for _, name := range r.Identifiers {
		p.add(SetIdentifier(r.Audience.Compartment, p.sealed, name), 0, p.id)
	}
	if !r.Due.IsZero() {
		p.add(SetDue, Score(r.Due), p.id)
	}
	slices.SortFunc(p.places, func(a, b Place) int {
		return cmp.Or(cmp.Compare(a.Set, b.Set), cmp.Compare(a.Member, b.Member))
	})
	return p.places
}

type placing struct {
	id     string
	sealed bool
	in     verification.Compartment
	places []Place
}

func (p *placing) add(s Set, score int64, member string) {
	p.places = append(p.places, Place{Set: s, Score: score, Member: member})
}

// shared adds to the set, or to the twin of its compartment when the matter is sealed.
func (p *placing) shared(s Set, score int64, member string) {
	if p.sealed {
		s = s.Sealed(p.in)
	}
	p.add(s, score, member)
}

// ofUnit adds to a unit's own set, or to its one twin.
func (p *placing) ofUnit(s Set, score int64, member string) {
	if p.sealed {
		s = s.Sealed("")
	}
	p.add(s, score, member)
}

func (p *placing) onBoard(r Row) {
	due := Score(r.DueAt)
	p.shared(setBoard(), due, p.id)
	p.shared(SetDegree(r.Degree), due, p.id)
	p.shared(SetState(r.State), due, p.id)
	if r.Partner != "" {
		p.shared(SetFrom(r.Partner), due, p.id)
	}
	if r.Campaign != "" {
		p.shared(SetCampaign(r.Campaign), due, p.id)
	}
	for _, f := range r.Flags {
		p.shared(SetFlag(f), due, p.id)
	}
	if r.EscalatedTo != "" {
		p.shared(SetEscalated(r.EscalatedTo), due, p.id)
	}
	for _, u := range r.Units {
		p.shared(SetUnit(u), due, p.id)
	}
}
