package app

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"verigate/internal/admin"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// Calendar administers the calendars, as Key does principals.
func (p *Parts) Calendar(ctx context.Context, r admin.CalendarRequest) (out admin.CalendarResult, err error) {
	defer func() {
		p.acted(act{by: verification.System(), what: "calendar", kind: r.Act, looked: r.Act == "list"}, err)
	}()
	switch r.Act {
	case "decree":
		c, err := p.Registry.Decree(ctx, verification.System(), sla.Decree{To: r.To, Days: r.Days})
		if err != nil {
			return admin.CalendarResult{}, p.notDecreed(err)
		}
		all := p.calendars()
		all.Versions = slices.DeleteFunc(all.Versions, func(v admin.CalendarVersion) bool { return v.Version != c.Version() })
		return all, nil
	case "list":
		return p.calendars(), nil
	}
	return admin.CalendarResult{}, fmt.Errorf("%q is no act on the calendars", r.Act)
}

// notDecreed says what an error means, and what to do.
func (p *Parts) notDecreed(err error) error {
	current := p.Rules.Current()
	from, to := current.Covered()
	switch {
	case errors.Is(err, sla.ErrDecreedAlready):
		return fmt.Errorf("nothing was decreed: %w; verigate calendar list shows what is decreed", err)
	case errors.Is(err, sla.ErrBadDecree):
		return fmt.Errorf("nothing was decreed, %s stays as it is: %w\n"+
			"Days lie from %s until before %s: more years need a --file with \"to\". A worked Saturday and the day off that it\n"+
			"replaces are decreed together, in one --file", current.Version(), err, from, to)
	case errors.Is(err, record.ErrConflict):
		return errors.New("nothing was decreed: another gateway decreed at the same moment; look at verigate calendar list and decree what is missing")
	case errors.Is(err, gateway.ErrUnavailable):
		return fmt.Errorf("the record gave no certain answer, the days may be decreed or not: look at verigate calendar list, and decree again what is missing: %w", err)
	}
	return fmt.Errorf("nothing was decreed: %w", err)
}

func (p *Parts) calendars() admin.CalendarResult {
	out := admin.CalendarResult{Current: p.Rules.Current().Version()}
	var before []sla.Day
	for i, c := range p.Rules.Versions() {
		days := c.Days()
		v := admin.CalendarVersion{Version: c.Version(), Listed: len(days)}
		v.From, v.To = c.Covered()
		if i > 0 {
			v.Added = slices.DeleteFunc(slices.Clone(days), func(d sla.Day) bool { return slices.Contains(before, d) })
		}
		out.Versions, before = append(out.Versions, v), days
	}
	return out
}
