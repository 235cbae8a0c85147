package gateway

import (
	"encoding/json"
	"fmt"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// grantPlace is behind which grant a page begins.
type grantPlace struct {
	Person verification.PersonID
	Grant  access.GrantID
}

// Grants are a page of what was opened to whom, those that wait for a second person first and then the newest. One that
// changes between two pages moves: it is then met twice or, when it moved to the front, on the first page.
func (g *Gateway) Grants(c Call, p Page) (List[access.Granted], error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return List[access.Granted]{}, ErrForbidden
	}
	out, bound := List[access.Granted]{AsOf: g.Now()}, turnOf(c, "grants")
	all := access.Grants(c.By, g.Everybody())
	if p.Cursor != "" {
		var after grantPlace
		plain, err := g.Blinds.OpenCursor(bound, p.Cursor)
		if err != nil || json.Unmarshal(plain, &after) != nil {
			return out, ErrBadCursor
		}
		for i, one := range all {
			if one.Person == after.Person && one.ID == after.Grant {
				all = all[i+1:]
				break
			}
		}
	}
	if len(all) <= p.Limit {
		out.Items = all
		return out, nil
	}
	out.Items = all[:p.Limit]
	last := out.Items[p.Limit-1]
	plain, err := json.Marshal(grantPlace{last.Person, last.ID})
	if err != nil {
		return out, fmt.Errorf("write a cursor: %w", err)
	}
	out.Next, err = g.Blinds.SealCursor(bound, plain)
	return out, err
}
