package directory

import (
	"slices"
	"strings"
)

// RequestType is what a question can ask: one row of request-types.csv.
type RequestType struct {
	Code           string
	NameEN         string
	NameVI         string
	Asks           string
	Required       []string // missing ones warn `incomplete`
	RoutingKeys    []string
	Urgency        string // Vietnamese degree: hoa_toc, thuong_khan, khan, thuong
	DefaultMarking string
	OutsideAgency  string
	Outcomes       []string
	Notes          string
}

// Type finds a request type by its code.
func (d *Directory) Type(code string) (RequestType, bool) {
	i := slices.IndexFunc(d.types, func(t RequestType) bool { return t.Code == code })
	if i < 0 {
		return RequestType{}, false
	}
	return d.types[i], true
}

// Types lists all request types in the order of the data.
func (d *Directory) Types() []RequestType { return slices.Clone(d.types) }

// Outcome reports whether the outcome is one of the type's list.
func (t RequestType) Outcome(code string) bool { return slices.Contains(t.Outcomes, code) }

// Degree is the default degree of the type in the words of the contract.
func (t RequestType) Degree() string {
	switch t.Urgency {
	case "hoa_toc":
		return "flash"
	case "thuong_khan":
		return "urgent"
	case "khan":
		return "priority"
	default:
		return "routine"
	}
}

// NeedsPerson reports whether a question of this type is never routed by rule:
// other agencies own the data, or too much hangs on who learns of it.
func (t RequestType) NeedsPerson() bool { return needsPerson(t.Code) }

func needsPerson(code string) bool {
	return slices.Contains([]string{"TRV", "CRI", "TEL", "FIN", "CDL"}, code)
}

func (l *loader) types() []RequestType {
	rows := l.table("request-types.csv", "code", "name_en", "name_vi", "asks", "required_fields", "routing_keys",
		"default_urgency", "default_marking", "outside_agency", "outcomes", "notes")
	types := make([]RequestType, 0, len(rows))
	for _, r := range rows {
		t := RequestType{
			Code: r.get("code"), NameEN: r.get("name_en"), NameVI: r.get("name_vi"), Asks: r.get("asks"),
			Required: strings.Split(r.get("required_fields"), ","), RoutingKeys: r.list("routing_keys"),
			Urgency: r.get("default_urgency"), DefaultMarking: r.get("default_marking"),
			OutsideAgency: r.get("outside_agency"), Outcomes: r.list("outcomes"), Notes: r.get("notes"),
		}
		if len(t.Code) != 3 || len(t.Outcomes) == 0 {
			l.problem(r.at, "a type needs a code of three letters and outcomes")
		}
		if !slices.Contains([]string{"hoa_toc", "thuong_khan", "khan", "thuong"}, t.Urgency) {
			l.problem(r.at, "urgency %q is unknown", t.Urgency)
		}
		types = append(types, t)
	}
	return types
}
