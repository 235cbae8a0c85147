package sealed

import (
	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// room is a compartment that the visitor sees to.
type room struct {
	Name    string
	Members []member
}

// member is one of its persons, with how they came to be one.
type member struct {
	Who          string
	Keeper       bool
	Since, Until text.Moment
	Reason       string
	By           []string // who granted it: two persons, where a grant did
}

// rooms asks for the compartments; none: the visitor sees to none.
func rooms(v *site.Visit, labels map[string]string) ([]room, error) {
	if !v.May(access.OpListCompartments) {
		return nil, nil
	}
	all, err := site.Read[client.Compartments](v.API.ListCompartments(v.Context()))
	if err != nil {
		return nil, err
	}
	var out []room
	for _, c := range all.Items {
		one := room{Name: v.Word("request.compartment", c.Compartment)}
		for _, m := range c.Members {
			one.Members = append(one.Members, memberOf(v, m, labels))
		}
		out = append(out, one)
	}
	return out, nil
}

func memberOf(v *site.Visit, m client.CompartmentsItemMember, labels map[string]string) member {
	out := member{Who: labels[m.Person], Keeper: m.Keeper, Since: v.Moment(m.Since), Until: v.Moment(m.Until), Reason: m.Reason}
	for _, by := range []string{m.ProposedBy, m.ConfirmedBy} {
		if by != "" {
			out.By = append(out.By, labels[by])
		}
	}
	return out
}
