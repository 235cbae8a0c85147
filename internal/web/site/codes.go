package site

import (
	"slices"
	"strings"
	"unicode"

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

// Codes finds a code by itself or by a name of it, whatever the case. A name may be typed without its diacritics, as on a
// keyboard that has none; with other ones it is another name: Tân Thành is not the port of Tân Thanh.
type Codes struct {
	values []string
	exact  map[string]string // by the name in lower case; empty: it is the name of several
	plain  map[string]string // likewise, by the folded name
}

// CodesOf are the codes of choices. A code may have several names.
func CodesOf(choices []Choice) Codes {
	c := Codes{exact: map[string]string{}, plain: map[string]string{}}
	for _, choice := range choices {
		c.values = append(c.values, choice.Value)
		keep(c.exact, lower(choice.Text), choice.Value)
		keep(c.plain, identifier.Fold(choice.Text), choice.Value)
	}
	return c
}

// keep notes whose name it is, or that it is the name of several.
func keep(names map[string]string, name, code string) {
	if other, is := names[name]; is && other != code {
		code = ""
	}
	names[name] = code
}

// lower is a name in lower case, and with the apostrophe that keyboards have.
func lower(name string) string { return strings.ToLower(strings.ReplaceAll(name, "’", "'")) }

// Of is the code that was typed, or whose name was. What is neither, or the name of several, comes back as it is.
func (c Codes) Of(typed string) string {
	if i := slices.IndexFunc(c.values, func(code string) bool { return strings.EqualFold(code, typed) }); i >= 0 {
		return c.values[i]
	}
	code := c.exact[lower(typed)]
	if code == "" && strings.IndexFunc(typed, func(r rune) bool { return r > unicode.MaxASCII }) < 0 {
		code = c.plain[identifier.Fold(typed)]
	}
	if code == "" {
		return typed
	}
	return code
}
