package app

import (
	"context"
	"fmt"
	"io"
	"strings"

	"verigate/internal/follow"
	"verigate/internal/month"
)

// months are those of content, as KEYS and the record have them now.
func (p *Parts) months(ctx context.Context) ([]month.Month, error) {
	return follow.Months(ctx, p.Journal, p.Conn.Keys().Held, p.Now())
}

// refile moves what outlives its month from under the keys of months. Where it ends it is begun again.
func (p *Parts) refile(ctx context.Context) (string, error) {
	kids, err := follow.Lasting(ctx, p.Journal)
	if err != nil {
		return "", err
	}
	moved, err := p.lasting.RefileAll(ctx, kids)
	if err != nil {
		return "", fmt.Errorf("after %d keys: %w: nothing is lost, call it again to go on", moved, err)
	}
	return fmt.Sprintf("%d keys were moved, and all %d of what outlives its month are under keys that last", moved, len(kids)), nil
}

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
