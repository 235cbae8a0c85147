package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"time"

	"verigate/internal/config"
	"verigate/internal/gateway"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// decreeLimit is how large a decree may be, in bytes: hundreds of days.
const decreeLimit = 256 << 10

// CalendarRequest is one act on the calendars.
type CalendarRequest struct {
	Act  string    `json:"act"` // decree, list
	To   string    `json:"to,omitempty"`
	Days []sla.Day `json:"days,omitempty"`
}

// CalendarResult is the version that a decree made, or all of them.
type CalendarResult struct {
	Current  string            `json:"current"`
	Versions []CalendarVersion `json:"versions"`
}

// CalendarVersion is what people are told of a version.
type CalendarVersion struct {
	Version string    `json:"version"`
	From    string    `json:"from"`
	To      string    `json:"to"` // the first day that is not covered
	Listed  int       `json:"listed"`
	Added   []sla.Day `json:"added,omitempty"` // that the version before did not have so
}

// decreed reads the flags of a decree, or its file.
func decreed(c config.CalendarDecree) (CalendarRequest, error) {
	if c.File != "" {
		raw, err := os.ReadFile(c.File)
		if err != nil {
			return CalendarRequest{}, fmt.Errorf("read the decree: %w", err)
		}
		if len(raw) > decreeLimit/2 {
			return CalendarRequest{}, fmt.Errorf("nothing was decreed: %s is larger than %d bytes", c.File, decreeLimit/2)
		}
		d, err := sla.ParseDecree(raw)
		if err != nil {
			return CalendarRequest{}, fmt.Errorf("nothing was decreed: %s is not a decree:\n%w", c.File, err)
		}
		return CalendarRequest{Act: "decree", To: d.To, Days: d.Days}, nil
	}
	day := sla.Day{
		Date: c.Date, Off: c.Off, Kind: sla.Ordinary, For: c.WorkFor, Name: sla.DayName{VI: c.NameVI, EN: c.NameEN},
		Confidence: sla.High, Source: c.Source,
	}
	switch {
	case c.Off:
		day.Kind = sla.Statutory
	case c.WorkFor != "":
		day.Kind = sla.SwapWork
	}
	return CalendarRequest{Act: "decree", Days: []sla.Day{day}}, nil
}

// Calendar administers the calendars, as Key does principals.
func (p *Parts) Calendar(ctx context.Context, r CalendarRequest) (out CalendarResult, err error) {
	defer func() {
		p.acted(act{by: verification.System(), what: "calendar", kind: r.Act, looked: r.Act == "list"}, err)
	}()
	switch r.Act {
	case "decree":
		c, err := p.Registry.Decree(ctx, verification.System(), sla.Decree{To: r.To, Days: r.Days})
		if err != nil {
			return CalendarResult{}, p.notDecreed(err)
		}
		all := p.calendars()
		all.Versions = slices.DeleteFunc(all.Versions, func(v CalendarVersion) bool { return v.Version != c.Version() })
		return all, nil
	case "list":
		return p.calendars(), nil
	}
	return CalendarResult{}, fmt.Errorf("%q is no act on the calendars", r.Act)
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

func (p *Parts) calendars() CalendarResult {
	out := CalendarResult{Current: p.Rules.Current().Version()}
	var before []sla.Day
	for i, c := range p.Rules.Versions() {
		days := c.Days()
		v := CalendarVersion{Version: c.Version(), Listed: len(days)}
		v.From, v.To = c.Covered()
		if i > 0 {
			v.Added = slices.DeleteFunc(slices.Clone(days), func(d sla.Day) bool { return slices.Contains(before, d) })
		}
		out.Versions, before = append(out.Versions, v), days
	}
	return out
}

// Calendar implements Admin.
func (r remote) Calendar(ctx context.Context, request CalendarRequest) (out CalendarResult, err error) {
	err = r.ask(ctx, "/calendar", request, &out)
	return out, err
}

// Calendar administers the calendars and prints what came of it.
func Calendar(ctx context.Context, e Env, s config.Stores, r CalendarRequest) error {
	return with(ctx, e, s, func(a Admin) error {
		result, err := a.Calendar(ctx, r)
		if err != nil {
			return err
		}
		for _, v := range result.Versions {
			printVersion(e.Out, v, v.Version == result.Current)
		}
		if r.Act == "decree" {
			fmt.Fprintf(e.Out, afterDecree, result.Current)
		}
		return nil
	})
}

const afterDecree = `Rounds that begin from now on are pinned to it. Open requests keep the version and the times that they have: the head of
the desk moves one with POST /v1/verification-requests/{id}/policy and the body {}. Its clocks count by %s then, but the
date that the partner was promised stays; /extension promises a later one.
`

func printVersion(out io.Writer, v CalendarVersion, current bool) {
	mark := ""
	if current {
		mark = "  current"
	}
	fmt.Fprintf(out, "%s  %s until before %s  %d days listed%s\n", v.Version, v.From, v.To, v.Listed, mark)
	for _, d := range v.Added {
		hours := string(d.Kind)
		if d.For != "" {
			hours += " for " + d.For
		}
		fmt.Fprintf(out, "    %s  %s  %s / %s", d.Date, hours, d.Name.VI, d.Name.EN)
		if d.Source != "" {
			fmt.Fprintf(out, "  (%s)", d.Source)
		}
		if !d.DecreedAt.IsZero() {
			fmt.Fprintf(out, "  decreed %s", d.DecreedAt.Format(time.RFC3339))
		}
		fmt.Fprintln(out)
	}
}
