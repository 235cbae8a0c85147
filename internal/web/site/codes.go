package site

import (
	"slices"
	"strings"

	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"verigate/internal/identifier"
)

// working are the working languages of INTERPOL and the WCO, and our own.
var working = []string{"en", "fr", "es", "ar", "vi"}

// Countries are suggestions for a code of ISO 3166-1, by the names in the visitor's language.
func (v *Visit) Countries(codes []string) []Choice { return countriesIn(string(v.Language), codes) }

// CountriesInAll are the same by the names in each working language.
func (v *Visit) CountriesInAll(codes []string) []Choice {
	return inAll(func(in string) []Choice { return countriesIn(in, codes) })
}

func countriesIn(in string, codes []string) []Choice {
	names := display.Regions(language.Make(in))
	all := make([]Choice, 0, len(codes))
	for _, code := range codes {
		name := code
		if region, err := language.ParseRegion(code); err == nil {
			name = names.Name(region)
		}
		all = append(all, Choice{Value: code, Text: name})
	}
	return all
}

// Languages are suggestions for the code of a working language, by the names in the visitor's.
func (v *Visit) Languages() []Choice { return languagesIn(string(v.Language)) }

// LanguagesInAll are the same by the names in each of them.
func (v *Visit) LanguagesInAll() []Choice { return inAll(languagesIn) }

func languagesIn(in string) []Choice {
	names := display.Languages(language.Make(in))
	var all []Choice
	for _, code := range working {
		all = append(all, Choice{Value: code, Text: names.Name(language.Make(code))})
	}
	return all
}

func inAll(choices func(in string) []Choice) (all []Choice) {
	for _, in := range working {
		all = append(all, choices(in)...)
	}
	return all
}

// Ports are suggestions for a UN/LOCODE: the ports, airports and border gates of Viet Nam that have one today. Their names
// are proper names, the same in every language.
func (v *Visit) Ports() []Choice {
	var all []Choice
	for _, p := range v.site.Directory().Ports(v.Now) {
		all = append(all, Choice{Value: p.LOCODE, Text: p.Name})
	}
	return all
}

// Codes finds a code by itself or by a name of it, whatever the case and the diacritics.
type Codes struct {
	values []string
	named  map[string]string // by the folded name; empty: it is the name of several
}

// CodesOf are the codes of choices. A code may have several names.
func CodesOf(choices []Choice) Codes {
	c := Codes{named: map[string]string{}}
	for _, choice := range choices {
		c.values = append(c.values, choice.Value)
		name := identifier.Fold(choice.Text)
		if other, is := c.named[name]; is && other != choice.Value {
			c.named[name] = ""
			continue
		}
		c.named[name] = choice.Value
	}
	return c
}

// Of is the code that was typed, or whose name was. What is neither, or the name of several, comes back as it is.
func (c Codes) Of(typed string) string {
	if i := slices.IndexFunc(c.values, func(code string) bool { return strings.EqualFold(code, typed) }); i >= 0 {
		return c.values[i]
	}
	if code := c.named[identifier.Fold(typed)]; code != "" {
		return code
	}
	return typed
}
