package duty

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

// ahead is how far a briefing looks.
const ahead = 24 * time.Hour

// inFlight is for how long a decision may still be on its way to the record under a time that has passed: the next briefing
// begins so long before this one ended, so that it rather tells something twice than never.
const inFlight = 15 * time.Second

type briefingView struct {
	site.Frame
	At       site.Due
	From     text.Moment // of what is told
	Signed   bool        // it is where this reader's last briefing ended, not only a day ago
	Until    string      // up to where it is read, as its form says it
	Told     told
	Month    string
	Figures  client.StatisticsFigures
	OnTime   string // per cent; empty: nothing to judge
	Open     client.BoardCounters
	Breaches []breachRow
	Missing  int // of Breaches, without a cause
	Causes   []counted
	Waiting  []counted
	Coming   []claimRow
	Mine     []nowRow                       // what waits for the visitor
	More     struct{ Breaches, Coming int } // than stand on the sheet
	StaleAt  site.Due
}

// told are the numbers, each of a list.
type told struct {
	Query                                string // of the lists: from when to when
	Received, Answered, InTime, Breached int
}

type breachRow struct {
	ID, Number, Clock, Unit string
	Due                     site.Due
	Cause                   string // empty: not given yet
}

type counted struct {
	Text, Path string
	N          int
}

// briefing gathers one page, since the reader's last one.
func briefing(v *site.Visit) error {
	view := briefingView{Frame: v.Frame("duty.briefing_title"), At: v.Due(v.Now)}
	board, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: site.Optional(1)}))
	if err != nil {
		return err
	}
	view.Open, view.StaleAt = board.Counters, v.Due(board.StaleSince)
	if err := view.since(v, board.AsOf); err != nil {
		return err
	}
	if err := view.month(v); err != nil {
		return err
	}
	rows, err := openRows(v)
	if err != nil {
		return err
	}
	view.ahead(v, rows)
	var next nowView
	if err := next.fromBoard(v); err != nil {
		return err
	}
	view.Mine = next.Rows
	view.fit()
	return v.Show("duty/briefing", view)
}

// since tells what happened between the last briefing and the picture that the board is.
func (b *briefingView) since(v *site.Visit, asOf time.Time) error {
	window, signed, err := windowOf(v)
	if err != nil {
		return err
	}
	b.From, b.Signed = v.Moment(window.from), signed
	b.Until = asOf.Add(-inFlight).UTC().Format(time.RFC3339)
	b.Told.Query = window.query()
	all, err := milestones(v, window, "")
	if err != nil {
		return err
	}
	causes := map[string]int{}
	for _, m := range all {
		switch m.Kind {
		case client.MilestoneKindReceived:
			b.Told.Received++
		case client.MilestoneKindAnswered:
			b.Told.Answered++
			if m.InTime {
				b.Told.InTime++
			}
		case client.MilestoneKindBreached:
			b.Told.Breached++
			causes[m.Cause]++
			b.Breaches = append(b.Breaches, breachOf(v, m))
		}
	}
	b.Missing = causes[""]
	for code, n := range causes {
		b.Causes = append(b.Causes, counted{Text: cause(v, code), N: n})
	}
	slices.SortFunc(b.Causes, func(x, y counted) int { return cmp.Or(cmp.Compare(y.N, x.N), v.Language.Compare(x.Text, y.Text)) })
	return nil
}

func breachOf(v *site.Visit, m client.Milestone) breachRow {
	row := breachRow{ID: m.Request, Number: m.Number, Clock: v.Word("clock", string(m.Clock)), Due: v.Due(m.DueAt)}
	if m.Unit != "" {
		row.Unit = v.Unit(m.Unit, m.DueAt)
	}
	if m.Cause != "" {
		row.Cause = cause(v, m.Cause)
	}
	return row
}

func cause(v *site.Visit, code string) string {
	if code == "" {
		return v.T("duty.no_cause")
	}
	return v.Word("breach_cause", code)
}

// month are the numbers of the present month, as supervision reads them.
func (b *briefingView) month(v *site.Visit) error {
	month := v.Now.In(text.Hanoi()).Format("2006-01")
	stats, err := site.Read[client.Statistics](v.API.GetStatistics(v.Context(), &client.GetStatisticsParams{From: &month, To: &month}))
	if err != nil {
		return err
	}
	b.Month, b.Figures = v.Now.In(text.Hanoi()).Format("01/2006"), stats.Tiles
	if share := stats.Tiles.OnTimePercent; share != nil {
		b.OnTime = strconv.FormatFloat(float64(*share), 'f', -1, 32)
	}
	return nil
}

// ahead is what the open rows say: who is waited for, what waits for approval, what comes due.
func (b *briefingView) ahead(v *site.Visit, rows []client.BoardRow) {
	waiting := map[string]int{}
	for _, row := range rows {
		if party := waitedFor(row); party != "" {
			waiting[party]++
		}
		if !row.DueAt.IsZero() && row.DueAt.After(v.Now) && row.DueAt.Before(v.Now.Add(ahead)) {
			b.Coming = append(b.Coming, rowOf(v, row))
		}
	}
	for party, n := range waiting {
		b.Waiting = append(b.Waiting, counted{Text: partyName(v, party), Path: "/briefing/waiting?on=" + party, N: n})
	}
	slices.SortFunc(b.Waiting, func(x, y counted) int { return cmp.Or(cmp.Compare(y.N, x.N), cmp.Compare(x.Text, y.Text)) })
}

// onSheet is how many lines of a list fit beside the others on one sheet of A4.
const onSheet = 12

// fit keeps the briefing on one sheet: the rest is in the lists that its numbers open.
func (b *briefingView) fit() {
	b.More.Breaches, b.More.Coming = max(len(b.Breaches)-onSheet, 0), max(len(b.Coming)-onSheet, 0)
	b.Breaches, b.Coming = b.Breaches[:min(len(b.Breaches), onSheet)], b.Coming[:min(len(b.Coming), onSheet)]
}

// waitedFor is the party that a row's clock is charged to: desk, unit, agency; units are not told apart.
func waitedFor(row client.BoardRow) string {
	party, _, _ := strings.Cut(row.WaitingOn, ":")
	return party
}

func partyName(v *site.Visit, party string) string {
	if party == "all" {
		return v.T("duty.promise")
	}
	return v.Word("waiting_on", party)
}

// sign says that the reader has read until there, and shows once more what they signed.
func sign(v *site.Visit) error {
	until, err := time.Parse(time.RFC3339, v.Form("until"))
	if err != nil { // nobody types it
		return site.Unreadable()
	}
	if err := site.Done(v.API.SetMark(v.Context(), client.Mark{Mark: client.MarkMarkBriefing, Until: until})); err != nil {
		return err
	}
	return v.GoSaying("/briefing?from="+v.Form("from"), "briefing")
}
