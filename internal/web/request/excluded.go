package request

import (
	"slices"

	"verigate/internal/web/site"
)

// A conflict of interest: who is named in a routing as excluded is offered by no form, and shown to all who work with the
// request. Those it names do not find the request at all.

// units are those that a form may offer.
func (a asked) units() []site.Choice { return without(a.visit.Units(), a.request.Excluded.Units) }

// people are those of some that a form may offer.
func (a asked) people(all []site.Choice) []site.Choice {
	return without(all, a.request.Excluded.Persons)
}

func without(all []site.Choice, excluded []string) []site.Choice {
	return slices.DeleteFunc(all, func(c site.Choice) bool { return slices.Contains(excluded, c.Value) })
}
