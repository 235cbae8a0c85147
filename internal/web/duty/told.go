package duty

import (
	"net/url"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// window is the time that a briefing tells of.
type window struct{ from, until time.Time }

// look-back bounds: a day where nobody signed, and what the contract lists at most.
const (
	dayBack  = 24 * time.Hour
	mostBack = 31 * dayBack
)

// windowOf is the time of the address, else since the reader's last briefing, else since this hour yesterday. signed: a
// briefing of theirs ended where it begins.
func windowOf(v *site.Visit) (w window, signed bool, err error) {
	w.until = v.Now
	if at, err := time.Parse(time.RFC3339, v.Query("until")); err == nil && at.Before(w.until) {
		w.until = at
	}
	if at, err := time.Parse(time.RFC3339, v.Query("from")); err == nil {
		w.from = at
	} else if w.from, err = lastSigned(v); err != nil {
		return w, false, err
	}
	signed = !w.from.IsZero()
	if !signed {
		w.from = w.until.Add(-dayBack)
	}
	if oldest := w.until.Add(-mostBack); w.from.Before(oldest) || !w.from.Before(w.until) {
		w.from, signed = oldest, false
	}
	return w, signed, nil
}

// lastSigned is up to where the reader has read; zero: nobody knows.
func lastSigned(v *site.Visit) (time.Time, error) {
	marks, err := site.Read[client.Marks](v.API.GetMarks(v.Context()))
	for _, m := range marks.Items {
		if m.Mark == client.MarkMarkBriefing {
			return m.Until, err
		}
	}
	return time.Time{}, err
}

func (w window) query() string {
	return url.Values{"from": {w.from.UTC().Format(time.RFC3339)}, "until": {w.until.UTC().Format(time.RFC3339Nano)}}.Encode()
}

// milestones are all of a kind, or of all kinds, that the reader may see.
func milestones(v *site.Visit, w window, kind client.MilestoneKind) ([]client.Milestone, error) {
	const most = 200
	var all []client.Milestone
	for cursor := ""; ; {
		page, err := site.Read[client.MilestonePage](v.API.ListMilestones(v.Context(), &client.ListMilestonesParams{
			Kind: site.Optional(kind), From: &w.from, Until: &w.until, Limit: site.Optional(most), Cursor: site.Optional(cursor),
		}))
		if err != nil {
			return nil, err
		}
		all = append(all, page.Items...)
		if cursor = page.NextCursor; cursor == "" {
			return all, nil
		}
	}
}

type listView struct {
	site.Frame
	Heading     string
	From, Until text.Moment // of what happened; empty of what is open
	Rows        []listRow
}

type listRow struct {
	ID, Number, Degree, State, Partner string
	At                                 text.Moment // of what happened
	Said                               string
	Late                               bool
	Due                                site.Due // of what is open
}

// tell is the list that a number of a briefing is of.
func tell(v *site.Visit) error {
	w, _, err := windowOf(v)
	if err != nil {
		return err
	}
	kind := client.MilestoneKind(v.Query("kind"))
	all, err := milestones(v, w, kind)
	if err != nil {
		return err
	}
	view := listView{Frame: v.Frame("duty.briefing_title"), Heading: v.Word("duty.kind", string(kind)), From: v.Moment(w.from), Until: v.Moment(w.until)}
	for _, m := range all {
		row := listRow{
			ID: m.Request, Number: m.Number, Degree: string(m.Degree), State: v.Word("state", m.State), Partner: v.Partner(m.Partner), At: v.Moment(m.At),
		}
		switch m.Kind {
		case client.MilestoneKindAnswered:
			row.Late = !m.InTime
			row.Said = v.T(map[bool]string{true: "duty.in_time", false: "duty.too_late"}[m.InTime])
		case client.MilestoneKindBreached:
			row.Said = v.Word("clock", string(m.Clock)) + " · " + cause(v, m.Cause)
		case client.MilestoneKindReceived:
		}
		view.Rows = append(view.Rows, row)
	}
	return v.Show("duty/told", view)
}

// waiting is the list of who waits for a party.
func waiting(v *site.Visit) error {
	party := v.Query("on")
	rows, err := openRows(v)
	if err != nil {
		return err
	}
	view := listView{Frame: v.Frame("duty.briefing_title"), Heading: v.T("duty.waiting_for", "party", partyName(v, party))}
	for _, row := range rows {
		if waitedFor(row) == party && party != "" {
			view.Rows = append(view.Rows, listRow{
				ID: row.ID, Number: row.Number, Degree: string(row.Degree), State: v.Word("state", row.State), Partner: v.Partner(row.Partner),
				Due: v.Due(row.DueAt), Said: v.Word("clock", row.Clock),
			})
		}
	}
	return v.Show("duty/told", view)
}
