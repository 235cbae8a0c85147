package site

import (
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// Countries are suggestions for a code of ISO 3166-1, by the names in the visitor's language.
func (v *Visit) Countries(codes []string) []Choice {
	names := display.Regions(language.Make(string(v.Language)))
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

// Languages are suggestions for the code of a language, by the names in the visitor's: the working ones of INTERPOL and the
// WCO, and our own.
func (v *Visit) Languages() []Choice {
	names := display.Languages(language.Make(string(v.Language)))
	var all []Choice
	for _, code := range []string{"en", "fr", "es", "ar", "vi"} {
		all = append(all, Choice{Value: code, Text: names.Name(language.Make(code))})
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
