package duty

import (
	"cmp"
	"slices"
	"strconv"
	"time"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// told is how far back a briefing lists breaches, ahead how far it looks.
const (
	told  = 24 * time.Hour
	ahead = 24 * time.Hour
)

type briefingView struct {
	site.Frame
	At       site.Due
	Month    string
	Figures  client.StatisticsFigures
	OnTime   string // per cent; empty: nothing to judge
	Open     client.BoardCounters
	Breaches []breachRow
	Missing  int // of Breaches, without a cause
	Causes   []counted
	Waiting  []counted
	Coming   []claimRow
	Approve  []claimRow
	StaleAt  site.Due
}

type breachRow struct {
	ID, Number, Clock, Charged string
	Due                        site.Due
	Cause                      string // empty: not given yet
}

type counted struct {
	Text string
	N    int
}

// briefing gathers one page.
func briefing(v *site.Visit) error {
	view := briefingView{Frame: v.Frame("duty.briefing_title"), At: v.Due(v.Now)}
	board, err := site.Read[client.BoardPage](v.API.GetBoard(v.Context(), &client.GetBoardParams{Limit: site.Optional(1)}))
	if err != nil {
		return err
	}
	view.Open, view.StaleAt = board.Counters, v.Due(board.StaleSince)
	if err := view.numbers(v); err != nil {
		return err
	}
	if err := view.breaches(v); err != nil {
		return err
	}
	rows, err := openRows(v)
	if err != nil {
		return err
	}
	for _, row := range rows {
		if row.State == string(client.RequestStateInReview) || slices.Contains(row.Flags, client.BoardFlagSecondReviewer) {
			view.Approve = append(view.Approve, rowOf(v, row))
		}
		if !row.DueAt.IsZero() && row.DueAt.After(v.Now) && row.DueAt.Before(v.Now.Add(ahead)) {
			view.Coming = append(view.Coming, rowOf(v, row))
		}
	}
	return v.Show("duty/briefing", view)
}

// numbers are those of the present month, as supervision reads them.
func (b *briefingView) numbers(v *site.Visit) error {
	month := v.Now.In(hanoi()).Format("2006-01")
	stats, err := site.Read[client.Statistics](v.API.GetStatistics(v.Context(), &client.GetStatisticsParams{From: &month, To: &month}))
	if err != nil {
		return err
	}
	b.Month, b.Figures = v.Now.In(hanoi()).Format("01/2006"), stats.Tiles
	if share := stats.Tiles.OnTimePercent; share != nil {
		b.OnTime = strconv.FormatFloat(float64(*share), 'f', -1, 32)
	}
	for _, c := range stats.Tiles.Causes {
		text := v.T("duty.no_cause")
		if c.Code != "none" {
			text = v.Word("breach_cause", c.Code)
		}
		b.Causes = append(b.Causes, counted{text, c.Count})
	}
	for _, w := range stats.Tiles.WaitingOn {
		if w.Now > 0 {
			b.Waiting = append(b.Waiting, counted{v.Word("waiting_on", string(w.Party)), w.Now})
		}
	}
	slices.SortStableFunc(b.Waiting, func(x, y counted) int { return cmp.Compare(y.N, x.N) })
	return nil
}

func hanoi() *time.Location { return time.FixedZone("Hanoi", 7*60*60) }

// breaches are those of the last day, with the cause that was given for each.
func (b *briefingView) breaches(v *site.Visit) error {
	most := 200
	list, err := site.Read[client.NoticePage](v.API.ListNotices(v.Context(), &client.ListNoticesParams{Limit: &most}))
	if err != nil {
		return err
	}
	for _, n := range list.Items {
		if n.Kind != client.NoticeKindBreach || n.At.Before(v.Now.Add(-told)) {
			continue
		}
		row := breachRow{
			ID: n.Request, Number: n.Number, Clock: v.Word("clock", string(n.Clock)), Charged: charged(v, n.ChargedTo), Due: v.Due(n.DueAt),
		}
		r, err := site.Read[client.StaffView](v.API.GetRequest(v.Context(), n.Request))
		if site.Gone(err) {
			continue
		}
		if err != nil {
			return err
		}
		for _, breach := range r.Breaches {
			if breach.N == n.Breach && breach.Cause.Code != "" {
				row.Cause = v.Word("breach_cause", breach.Cause.Code)
			}
		}
		if row.Cause == "" {
			b.Missing++
		}
		b.Breaches = append(b.Breaches, row)
	}
	return nil
}
