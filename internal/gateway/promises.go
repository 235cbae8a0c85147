package gateway

import (
	"time"

	"verigate/internal/access"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Promise is what a request of a degree would be promised.
type Promise struct {
	Degree verification.Degree
	DueAt  time.Time
	Around bool // all hours count, not only the desk's
}

// Promises is what would be promised to a request of a campaign that came in now, the most urgent degree first, by the
// rules that intake goes by. An unknown campaign has no peak; intake will refuse it.
func (g *Gateway) Promises(c Call, campaign string) ([]Promise, error) {
	if access.May(c.By, c.Operation, access.Absent()) != access.Allowed {
		return nil, ErrForbidden
	}
	now := g.Now()
	known, _ := g.Directory().Campaign(campaign)
	calendar := g.calendar(sla.PolicyVersion, known, now)
	var all []Promise
	for _, d := range verification.Degrees() {
		all = append(all, Promise{
			Degree: d, DueAt: g.rules.Promise(sla.PolicyVersion, calendar, d, now, nil, nil), Around: g.rules.Around(sla.PolicyVersion, calendar, d),
		})
	}
	return all, nil
}
