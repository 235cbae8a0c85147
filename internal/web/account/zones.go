package account

import (
	_ "embed"
	"slices"
	"strings"

	"verigate/internal/web/site"
)

// zoneNames are the zones of zone1970.tab of the IANA time zone database, which is in the public domain: one for each place
// whose clocks have differed since 1970. That of Viet Nam among them is home.
//
//go:embed zones.txt
var zoneNames string

const home = "Asia/Ho_Chi_Minh"

// region is a part of the world with its zones.
type region struct {
	Text  string
	Zones []site.Choice
}

// zones are all of them by region, in the order of the visitor's language.
func zones(v *site.Visit) []region {
	var all []region
	for name := range strings.Lines(zoneNames) {
		name = strings.TrimSpace(name)
		part, place, _ := strings.Cut(name, "/")
		part = v.Word("account.region", part)
		i := slices.IndexFunc(all, func(r region) bool { return r.Text == part })
		if i < 0 {
			i, all = len(all), append(all, region{Text: part})
		}
		all[i].Zones = append(all[i].Zones, site.Choice{Value: name, Text: strings.NewReplacer("_", " ", "/", ", ").Replace(place)})
	}
	slices.SortFunc(all, func(a, b region) int { return v.Language.Compare(a.Text, b.Text) })
	return all
}
