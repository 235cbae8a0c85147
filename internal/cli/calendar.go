package cli

import (
	"context"
	"fmt"
	"io"
	"os"
	"time"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/sla"
)

// decreed reads the flags of a decree, or its file.
func decreed(c config.CalendarDecree) (admin.CalendarRequest, error) {
	if c.File != "" {
		raw, err := os.ReadFile(c.File)
		if err != nil {
			return admin.CalendarRequest{}, fmt.Errorf("read the decree: %w", err)
		}
		if len(raw) > admin.DecreeLimit/2 {
			return admin.CalendarRequest{}, fmt.Errorf("nothing was decreed: %s is larger than %d bytes", c.File, admin.DecreeLimit/2)
		}
		d, err := sla.ParseDecree(raw)
		if err != nil {
			return admin.CalendarRequest{}, fmt.Errorf("nothing was decreed: %s is not a decree:\n%w", c.File, err)
		}
		return admin.CalendarRequest{Act: "decree", To: d.To, Days: d.Days}, nil
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
	return admin.CalendarRequest{Act: "decree", Days: []sla.Day{day}}, nil
}

// Calendar administers the calendars and prints what came of it.
func Calendar(ctx context.Context, e app.Env, s config.Stores, r admin.CalendarRequest) error {
	return app.Administer(ctx, e, s, func(a admin.Service) error {
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

func printVersion(out io.Writer, v admin.CalendarVersion, current bool) {
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
