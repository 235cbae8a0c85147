package site

import (
	"time"

	"verigate/api/client"
	"verigate/internal/web/text"
)

// Unit is the name of a unit in the visitor's language as it was on a day, with its code where there is no name.
func (v *Visit) Unit(code string, on time.Time) string {
	u, ok := v.site.Directory().Unit(code, on)
	switch {
	case !ok:
		return code
	case v.Language == text.English && u.NameEN != "":
		return u.NameEN
	}
	return u.NameVI
}

// Choice is one of a list to choose from.
type Choice struct{ Value, Text string }

// Units are those that there are today, in the order of their codes.
func (v *Visit) Units() []Choice {
	var all []Choice
	for _, u := range v.site.Directory().UnitsValid(v.Now) {
		all = append(all, Choice{Value: u.Code, Text: u.Code + " " + v.Unit(u.Code, v.Now)})
	}
	return all
}

// Partner is the name of a partner, its code when it is not known.
func (v *Visit) Partner(code string) string {
	if p, ok := v.site.Directory().Partner(code); ok {
		return p.Name
	}
	return code
}

// Outcomes are those that a question of a type can have.
func (v *Visit) Outcomes(question string) []string {
	t, _ := v.site.Directory().Type(question)
	return t.Outcomes
}

// Partners are all that there are, in the order of their codes.
func (v *Visit) Partners() []Choice {
	var all []Choice
	for _, p := range v.site.Directory().Partners() {
		all = append(all, Choice{Value: p.Code, Text: p.Code + " " + p.Name})
	}
	return all
}

// Campaigns are all that there have been.
func (v *Visit) Campaigns() []Choice {
	var all []Choice
	for _, c := range v.site.Directory().Campaigns() {
		all = append(all, Choice{Value: c.ID, Text: c.Name[string(v.Language)]})
	}
	return all
}

// Labels are what is shown in place of people's names, by id, of those whom the visitor may name.
func (v *Visit) Labels() (map[string]string, error) {
	people, err := Read[client.People](v.API.ListPeople(v.Context()))
	labels := make(map[string]string, len(people.Items))
	for _, p := range people.Items {
		labels[p.Person] = p.Label
	}
	return labels, err
}

// Choices are the codes of a closed set with the visitor's words, in the order given.
func (v *Visit) Choices(set string, codes ...string) []Choice {
	all := make([]Choice, len(codes))
	for i, code := range codes {
		all[i] = Choice{Value: code, Text: v.Word(set, code)}
	}
	return all
}
