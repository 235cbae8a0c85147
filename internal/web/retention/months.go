package retention

import (
	"net/http"
	"slices"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// monthsPath is the address of the months whose key may be destroyed, or was.
const monthsPath = path + "/months"

// doDrop is what a form of that page asks for, beside doPropose and doConfirm.
const doDrop = "drop"

// months is that page.
type months struct {
	site.Frame
	Tabs []tab
	Rows []monthRow
}

// monthRow is one month.
type monthRow struct {
	client.MonthEnd
	Name                   string // in words
	Key, Typed             string
	Proposed, Ended        day
	Proposer, Ender        string
	Propose, Confirm, Drop bool
}

// refusedMonth is why the page is shown again, of which month, and what was typed.
type refusedMonth struct {
	problem      *site.Problem
	month, typed string
}

func showMonths(v *site.Visit, m refusedMonth) error {
	found, err := site.Read[client.MonthEnds](v.API.ListMonthEnds(v.Context()))
	if err != nil {
		return err
	}
	labels, err := v.Labels()
	if err != nil {
		return err
	}
	page := months{Frame: v.Frame("retention.title"), Tabs: tabs(monthsTab)}
	page.Trouble = v.Trouble(m.problem)
	for _, e := range slices.Backward(found.Items) { // the newest first
		row := monthRow{
			MonthEnd: e, Name: monthName(v.Language, e.Month), Key: v.NewKey(), Proposed: dayOf(v, e.ProposedAt), Ended: dayOf(v, e.EndedAt),
			Proposer: named(labels, e.ProposedBy), Ender: named(labels, e.EndedBy),
			Propose: slices.Contains(e.Allowed, "propose_month_end"), Confirm: slices.Contains(e.Allowed, "confirm_month_end"),
			Drop: slices.Contains(e.Allowed, "drop_month_end"),
		}
		if e.Month == m.month {
			row.Typed, row.Key = m.typed, v.KeyAfter(m.problem)
		}
		page.Rows = append(page.Rows, row)
	}
	status := http.StatusOK
	if m.problem != nil {
		status = m.problem.Status
	}
	return v.ShowAs(status, "retention/months", page)
}

// monthName is a month such as 2026-11 in words.
func monthName(l text.Language, month string) string {
	t, err := time.Parse("2006-01", month)
	switch {
	case err != nil:
		return month
	case l == text.Vietnamese:
		return t.Format("Tháng 01/2006")
	}
	return t.Format("January 2006")
}

// endMonth is a form of that page.
func endMonth(v *site.Visit) error {
	var r *http.Response
	var err error
	var done string
	month, reason := v.Form("month"), v.Form("reason")
	switch v.Form("do") {
	case doPropose:
		done = "propose_month_end"
		r, err = v.API.ProposeMonthEnd(v.Context(), month, &client.ProposeMonthEndParams{IdempotencyKey: v.Key()}, client.MonthEndProposal{Reason: reason})
	case doConfirm:
		done = "confirm_month_end"
		r, err = v.API.ConfirmMonthEnd(v.Context(), month, &client.ConfirmMonthEndParams{IdempotencyKey: v.Key()}, client.MonthEndConfirmation{})
	case doDrop:
		done = "drop_month_end"
		r, err = v.API.DropMonthEnd(v.Context(), month, &client.DropMonthEndParams{IdempotencyKey: v.Key()}, client.MonthEndDrop{Reason: reason})
	default:
		return v.Go(monthsPath)
	}
	err = site.Done(r, err)
	if p, no := site.Refused(err); no {
		return showMonths(v, refusedMonth{problem: p, month: month, typed: reason})
	}
	if err != nil {
		return err
	}
	return v.GoSaying(monthsPath, done)
}
