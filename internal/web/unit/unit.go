package unit

import (
	"embed"
	"maps"
	"slices"

	"verigate/api/client"
	"verigate/internal/access"
	"verigate/internal/verification"
	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what a unit has.
func Group() site.Group {
	pages := []site.Page{
		{Pattern: "GET /inbox", Handle: inbox},
		{Pattern: "GET /tasks/{task}", Handle: showTask},
		{Pattern: "GET /tasks/{task}/answer", Handle: showAnswer},
		{Pattern: "POST /tasks/{task}/answer", Handle: sendAnswer},
		{Pattern: "POST /tasks/{task}/draft", Handle: saveDraft},
		{Pattern: "POST /tasks/{task}/breaches/{n}", Handle: explainBreach},
		{Pattern: "GET /unit", Handle: lead},
	}
	all := commands()
	for _, name := range slices.Sorted(maps.Keys(all)) {
		pages = append(pages, site.Page{Pattern: "POST /tasks/{task}/" + name, Handle: give(all[name])})
	}
	return site.Group{
		Files: files, Pages: pages,
		Menu: []site.Entry{
			{Text: "unit.inbox", Path: "/inbox", Operation: access.OpGetUnitQueue, Place: 20},
			{Text: "unit.lead", Path: "/unit", Operation: access.OpGetUnitQueue, Role: verification.RoleUnitLead, Place: 70},
		},
	}
}

// people are the labels of the visitor's colleagues, by id.
type people map[string]string

func colleagues(v *site.Visit) (people, []client.PeopleItem, error) {
	all, err := site.Read[client.People](v.API.ListPeople(v.Context()))
	if err != nil {
		return nil, nil, err
	}
	labels := people{}
	for _, p := range all.Items {
		labels[p.Person] = p.Label
	}
	return labels, all.Items, nil
}

// name is what is shown of somebody; who is not one of the unit's is shown by an id.
func (p people) name(id string) string {
	if label, ok := p[id]; ok {
		return label
	}
	return id
}

func (p people) names(ids []string) []string {
	out := make([]string, len(ids))
	for i, id := range ids {
		out[i] = p.name(id)
	}
	return out
}
