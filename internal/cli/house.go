package cli

import (
	"context"
	"fmt"
	"io"
	"strings"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/month"
)

// printMonths prints where each month stands, and what is under its key.
func printMonths(out io.Writer, all []month.Month) {
	for _, m := range all {
		fmt.Fprintf(out, "%s: %s; under %s %d requests, %d that outlive the month, %d erased and not destroyed yet, %d unused\n",
			m.Month, standing(m.Standing), strings.Join(m.Groups, " and "), m.Requests, m.Lasting, m.Erased, m.Unused)
	}
}

func standing(s month.Standing) string {
	switch s {
	case month.Running:
		return "running, or over for less than a month"
	case month.Kept:
		return "kept: a request of it is not erased"
	case month.Refile:
		return "only what outlives the month is left: verigate key group refile"
	case month.Erasing:
		return "erasures are under way"
	case month.Ending:
		return "ended by a decision, and its keys are being destroyed"
	case month.Ended:
		return "ended by a decision: its keys are destroyed"
	case month.Due:
		return "nothing is left of it to be read: it may be ended"
	}
	return string(s)
}

// RootKeysOf looks after the root keys and prints what is under which.
func RootKeysOf(ctx context.Context, e app.Env, s config.Stores, request admin.RootRequest) error {
	request.By = e.By
	return app.Administer(ctx, e, s, func(a admin.Service) error {
		r, err := a.RootKeys(ctx, request)
		if err != nil {
			return err
		}
		if r.Did != "" {
			fmt.Fprintln(e.Out, r.Did)
		}
		printMonths(e.Out, r.Months)
		for _, u := range r.Under {
			fmt.Fprintf(e.Out, "%s: %d keys (%s)%s\n", versionName(u.Version), len(u.Keys), strings.Join(u.Keys, ", "), absent(u.Here))
		}
		if r.InUse != "" {
			fmt.Fprintf(e.Out, "in use: %s; newest here: %s\n", versionName(r.InUse), r.Newest)
		}
		return nil
	})
}

func versionName(v string) string {
	if v == "" {
		return "a root file of before versions had names"
	}
	return v
}

func absent(here bool) string {
	if here {
		return ""
	}
	return ", which this gateway does not have"
}
