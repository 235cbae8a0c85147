package directory

import (
	"slices"
	"strings"
	"time"
)

// Why says why a rule did, or did not, route. Stable: it stands in events and on
// the board.
type Why string

// The outcomes of Route. Only the first two route.
const (
	OneUnit         Why = "one_unit"
	UnitPerQuestion Why = "unit_per_question"

	NoQuestions             Why = "no_questions"
	SealedRequest           Why = "sealed"
	TypeNeedsPerson         Why = "type_needs_person"
	UnitNotValid            Why = "unit_not_valid"
	PlaceUnknown            Why = "place_unknown"
	NoPlaceEvidence         Why = "no_place_evidence"
	OnlyHints               Why = "only_hints"
	EvidenceConflicts       Why = "evidence_conflicts"
	QuestionWithoutEvidence Why = "question_without_evidence"
	HintConflicts           Why = "hint_conflicts"
)

// Assignment gives questions to a unit.
type Assignment struct {
	Unit      string `json:"unit"`
	Questions []int  `json:"questions"`
}

// Routing is what a rule makes of a request: assignments when OK, and the
// candidates in every case, for the desk that triages or checks.
type Routing struct {
	OK          bool         `json:"ok"`
	Why         Why          `json:"why"`
	Assignments []Assignment `json:"assignments,omitempty"`
	Candidates  []Candidate  `json:"candidates,omitempty"`
}

// Route applies row 2 of the life cycle. sealed is true from L3 up. A rule may
// route when all place evidence points to one unit, or when that of each
// question points to one unit, valid on the day of `on`; when there are
// questions, none of a type that needs a person; when every place field could be
// read; and when no hint names only other units.
func (d *Directory) Route(e Evidence, sealed bool, on time.Time) Routing {
	read := d.readings(e, on)
	r := Routing{Candidates: candidates(e, read)}
	if r.Why = obstacle(e, read, sealed); r.Why != "" {
		return r
	}
	byQuestion, why := choose(e.Questions, read)
	if why == OneUnit || why == UnitPerQuestion {
		if contradicted(byQuestion, read) {
			why = HintConflicts
		} else {
			r.OK, r.Assignments = true, group(e.Questions, byQuestion)
		}
	}
	r.Why = why
	return r
}

// obstacle is what forbids a rule to route whatever the evidence says.
func obstacle(e Evidence, read []reading, sealed bool) Why {
	switch {
	case len(e.Questions) == 0:
		return NoQuestions
	case sealed:
		return SealedRequest
	case slices.ContainsFunc(e.Questions, func(q Asked) bool { return needsPerson(q.Code) }):
		return TypeNeedsPerson
	case slices.ContainsFunc(read, func(r reading) bool { return r.unknown }):
		return PlaceUnknown
	case slices.ContainsFunc(read, func(r reading) bool { return r.outdated }):
		return UnitNotValid
	default:
		return ""
	}
}

// choose finds the unit of each question from evidence proper.
func choose(questions []Asked, read []reading) (map[int]string, Why) {
	all := proven(read, func(reading) bool { return true })
	switch {
	case len(all) == 0 && len(read) == 0:
		return nil, NoPlaceEvidence
	case len(all) == 0:
		return nil, OnlyHints
	}
	chosen := make(map[int]string, len(questions))
	for _, q := range questions {
		units := all
		if len(all) > 1 {
			units = proven(read, func(r reading) bool { return r.about(q.N) })
		}
		switch len(units) {
		case 0:
			return nil, QuestionWithoutEvidence
		case 1:
			chosen[q.N] = units[0]
		default:
			return nil, EvidenceConflicts
		}
	}
	if len(all) == 1 {
		return chosen, OneUnit
	}
	return chosen, UnitPerQuestion
}

// proven lists the distinct units that the chosen readings prove.
func proven(read []reading, which func(reading) bool) []string {
	var units []string
	for _, r := range read {
		unit, ok := r.evidence()
		if ok && which(r) && !slices.Contains(units, unit) {
			units = append(units, unit)
		}
	}
	return units
}

// contradicted reports whether some reading means only units to which none of
// its questions goes.
func contradicted(chosen map[int]string, read []reading) bool {
	return slices.ContainsFunc(read, func(r reading) bool {
		units := r.units()
		for n, unit := range chosen {
			if r.about(n) && slices.Contains(units, unit) {
				return false
			}
		}
		return len(units) > 0
	})
}

// group turns the choice into assignments, by unit.
func group(questions []Asked, chosen map[int]string) []Assignment {
	var list []Assignment
	for _, q := range questions {
		i := slices.IndexFunc(list, func(a Assignment) bool { return a.Unit == chosen[q.N] })
		if i < 0 {
			i, list = len(list), append(list, Assignment{Unit: chosen[q.N]})
		}
		list[i].Questions = append(list[i].Questions, q.N)
	}
	slices.SortFunc(list, func(a, b Assignment) int { return strings.Compare(a.Unit, b.Unit) })
	return list
}
