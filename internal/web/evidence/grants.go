package evidence

import (
	"net/url"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// grants is what was opened to whom, and by whom.
type grants struct {
	site.Frame
	Items []grant
	Next  string // address of the next page; empty: there is none
}

// grant is one, with the two persons who gave it.
type grant struct {
	Person           person
	What             string // a role, or a membership
	State            string
	Waits            bool
	By, And          person // And: empty while it waits
	From, Until, End text.Moment
}

// showGrants lists them, those that wait for a second person first.
func showGrants(v *site.Visit) error {
	found, err := site.Read[client.GrantPage](v.API.ListGrants(v.Context(), &client.ListGrantsParams{Cursor: site.Optional(v.Query("cursor"))}))
	if err != nil {
		return err
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	page := grants{Frame: v.Frame("evidence.grants.title")}
	for _, g := range found.Items {
		shown := grant{
			Person: who(v, labels, g.Person, g.Role), State: v.Word("evidence.grants.states", string(g.State)),
			Waits: g.State == client.GrantStateWaiting, Until: v.Moment(g.Until),
		}
		if shown.What = shown.Person.Roles; g.Role == "" {
			shown.What = membership(v, g)
		}
		if g.ProposedBy != "" {
			shown.By = person{ID: g.ProposedBy, Label: labels[g.ProposedBy]}
		}
		if g.ConfirmedBy != "" {
			shown.And, shown.From = person{ID: g.ConfirmedBy, Label: labels[g.ConfirmedBy]}, v.Moment(g.ConfirmedAt)
		}
		if !g.EndedAt.IsZero() {
			shown.End = v.Moment(g.EndedAt)
		}
		page.Items = append(page.Items, shown)
	}
	if found.NextCursor != "" {
		page.Next = "/evidence/grants?" + url.Values{"cursor": {found.NextCursor}}.Encode()
	}
	return v.Show("evidence/grants", page)
}

// membership is of which compartment, to whom that is told.
func membership(v *site.Visit, g client.Grant) string {
	kind := "evidence.grants.member"
	if g.Keeper {
		kind = "evidence.grants.keeper"
	}
	if g.Compartment == "" {
		return v.T(kind)
	}
	return v.T(kind) + ": " + g.Compartment
}

// toGrants is the address of the grants; empty: they are not for the visitor.
func toGrants(v *site.Visit) string {
	if !v.May(access.OpListGrants) {
		return ""
	}
	return "/evidence/grants"
}
