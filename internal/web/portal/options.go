package portal

import (
	"time"

	"verigate/internal/web/form"
	"verigate/internal/web/site"
)

// many is from how many choices on one is typed, with suggestions, instead of chosen.
const many = 60

// options are what a field is chosen from, or the id of the suggestions for it.
func (w *writer) options(f form.Field) (options []site.Choice, list string) {
	switch {
	case listOf(f) != "":
		return nil, listOf(f)
	case f.Member == "subjects" && f.Within == "questions", f.Within == "links" && (f.Member == "from" || f.Member == "to"):
		return w.named, ""
	case f.Member == "campaign":
		return w.v.Campaigns(), ""
	case f.Sort == form.Span:
		return w.leads(), ""
	}
	for _, code := range f.Choices {
		if f.Within == "questions" && (code == "MOD" || code == "OUT") {
			continue // types that nobody may ask here: the one asks nothing, the other is ours
		}
		options = append(options, site.Choice{Value: code, Text: w.option(f, code)})
	}
	return options, ""
}

// option is the word for a choice. A letter or number that people know by itself stands before its meaning.
func (w *writer) option(f form.Field, code string) string {
	set := setOf(f)
	said := w.v.Word(set, code)
	if said == code {
		said = w.v.Word("portal.choice", code)
	}
	if (set == "evaluation" || set == "question") && said != code {
		return code + " · " + said
	}
	return said
}

// setOf is the set of words to which the choices of a field belong.
func setOf(f form.Field) string {
	switch f.Member {
	case "tlp", "interpol_level", "vn_level", "codes", "compartment_hint":
		return "marking"
	case "channel", "degree", "stage":
		return f.Member
	case "justification":
		return "degree_reason"
	case "source", "information":
		return "evaluation"
	case "code":
		switch f.Within {
		case "handling":
			return "marking"
		case "questions":
			return "question"
		}
	case "type":
		if f.Within == "physical_event" {
			return f.Within
		}
	}
	return "portal.choice"
}

// leads are how long before an event something must have been done.
func (w *writer) leads() []site.Choice {
	var all []site.Choice
	for _, lead := range []struct {
		code   string
		length time.Duration
	}{
		{"PT30M", 30 * time.Minute},
		{"PT1H", time.Hour},
		{"PT2H", 2 * time.Hour},
		{"PT4H", 4 * time.Hour},
		{"PT8H", 8 * time.Hour},
		{"PT12H", 12 * time.Hour},
		{"P1D", 24 * time.Hour},
		{"P2D", 48 * time.Hour},
	} {
		all = append(all, site.Choice{Value: lead.code, Text: w.v.Language.Span(lead.length)})
	}
	return all
}
