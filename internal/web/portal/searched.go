package portal

import (
	"slices"

	"verigate/api/client"
	"verigate/internal/identifier"
)

// unsearched are the identifiers of a question's subjects that none of its searches looked for, as they were typed:
// "nothing held" says nothing of them. A question that names no subject is about all.
func unsearched(t told, q client.AnsweredQuestion) []string {
	if len(q.Searches) == 0 {
		return nil
	}
	var looked []string
	for _, s := range q.Searches {
		for _, i := range s.Identifiers {
			looked = append(looked, identifier.Plain(identifier.KindDocument, i).Normalised)
		}
	}
	var left []string
	for _, f := range identifier.In(t.about(q.N)) {
		plain := identifier.Plain(f.Kind, f.Raw).Normalised
		if !describes(f.Kind) && !slices.Contains(looked, plain) && !slices.Contains(looked, f.Normalised) && !slices.Contains(left, f.Raw) {
			left = append(left, f.Raw)
		}
	}
	return left
}

// describes says whether an identifier tells what something is like and not which it is: nobody looks for a country.
func describes(kind identifier.Kind) bool {
	switch kind {
	case identifier.KindCountry, identifier.KindSubdivision, identifier.KindLOCODE, identifier.KindOffice, identifier.KindAirport,
		identifier.KindHS, identifier.KindCAS:
		return true
	default:
		return false
	}
}

// about are the subjects of a question, all of them when it names none.
func (t told) about(n int) []map[string]any {
	for _, q := range t.Questions {
		if q.N != n || len(q.Subjects) == 0 {
			continue
		}
		var named []map[string]any
		for _, s := range t.Subjects {
			if id, _ := s["id"].(string); slices.Contains(q.Subjects, id) {
				named = append(named, s)
			}
		}
		return named
	}
	return t.Subjects
}
