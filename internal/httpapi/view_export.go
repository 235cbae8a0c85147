package httpapi

import (
	"slices"

	"verigate/api/server"
	"verigate/internal/export"
	"verigate/internal/statistics"
)

// The columns of files are part of the contract: never renamed, new ones at the end. They hold what the same views say
// as JSON.

func boardColumns() []export.Column[server.BoardRow] {
	type row = server.BoardRow
	return []export.Column[row]{
		{Name: "id", Cell: func(r row) export.Cell { return export.Text(r.ID) }},
		{Name: "number", Cell: func(r row) export.Cell { return export.Text(r.Number) }},
		{Name: "kind", Cell: func(r row) export.Cell { return export.Text(r.Kind) }},
		{Name: "state", Cell: func(r row) export.Cell { return export.Text(r.State) }},
		{Name: "status", Cell: func(r row) export.Cell { return export.Text(string(r.Status)) }},
		{Name: "partner", Cell: func(r row) export.Cell { return export.Text(r.Partner) }},
		{Name: "units", Cell: func(r row) export.Cell { return export.Texts(r.Units) }},
		{Name: "campaign", Cell: func(r row) export.Cell { return export.Text(r.Campaign) }},
		{Name: "degree", Cell: func(r row) export.Cell { return export.Text(string(r.Degree)) }},
		{Name: "suggested_degree", Cell: func(r row) export.Cell { return export.Text(string(r.SuggestedDegree)) }},
		{Name: "level", Cell: func(r row) export.Cell { return export.Text(string(r.Level)) }},
		{Name: "clock", Cell: func(r row) export.Cell { return export.Text(r.Clock) }},
		{Name: "due_at", Cell: func(r row) export.Cell { return export.Instant(r.DueAt) }},
		{Name: "total_due_at", Cell: func(r row) export.Cell { return export.Instant(r.TotalDueAt) }},
		{Name: "overdue", Cell: func(r row) export.Cell { return export.Truth(r.Overdue) }},
		{Name: "waiting_on", Cell: func(r row) export.Cell { return export.Text(r.WaitingOn) }},
		{Name: "holder", Cell: func(r row) export.Cell { return export.Text(r.Holder) }},
		{Name: "received_at", Cell: func(r row) export.Cell { return export.Instant(r.ReceivedAt) }},
		{Name: "round", Cell: func(r row) export.Cell { return export.Integer(r.Round) }},
		{Name: "questions", Cell: func(r row) export.Cell { return export.Integers(r.Questions) }},
		{Name: "flags", Cell: func(r row) export.Cell { return export.Texts(r.Flags) }},
		{Name: "breaches", Cell: func(r row) export.Cell { return export.Integer(r.Breaches) }},
		{Name: "escalated_to", Cell: func(r row) export.Cell { return export.Text(string(r.EscalatedTo)) }},
		{Name: "escalated_clock", Cell: func(r row) export.Cell { return export.Text(string(r.EscalatedClock)) }},
		{Name: "step_reached", Cell: func(r row) export.Cell { return export.Integer(r.StepReached) }},
		{Name: "updated_at", Cell: func(r row) export.Cell { return export.Instant(r.UpdatedAt) }},
		{Name: "call_promised_at", Cell: func(r row) export.Cell { return export.Instant(r.CallPromisedAt) }},
		{Name: "waits_for_reviewer_since", Cell: func(r row) export.Cell { return export.Instant(r.WaitsForReviewerSince) }},
	}
}

// countedRow is a row with the query that it answers.
type countedRow struct {
	of server.Statistics
	server.StatisticsRow
}

func statisticsColumns() []export.Column[countedRow] {
	columns := []export.Column[countedRow]{
		{Name: "level", Cell: func(r countedRow) export.Cell { return export.Text(string(r.of.Level)) }},
		{Name: "from", Cell: func(r countedRow) export.Cell { return export.Text(r.of.From) }},
		{Name: "to", Cell: func(r countedRow) export.Cell { return export.Text(r.of.To) }},
		{Name: "unit", Cell: func(r countedRow) export.Cell { return export.Text(r.Unit) }},
		{Name: "sub_department", Cell: func(r countedRow) export.Cell { return export.Text(r.SubDepartment) }},
		{Name: "by", Cell: func(r countedRow) export.Cell { return export.Text(string(r.of.By)) }},
		{Name: "value", Cell: func(r countedRow) export.Cell { return export.Text(r.Value) }},
		count("received", func(f server.StatisticsFigures) int { return f.Received }),
		count("open", func(f server.StatisticsFigures) int { return f.Open }),
		count("answered", func(f server.StatisticsFigures) int { return f.Answered }),
		count("ended", func(f server.StatisticsFigures) int { return f.Ended }),
		count("overdue", func(f server.StatisticsFigures) int { return f.Overdue }),
		shares(onTimePercent, func(f server.StatisticsFigures) *float32 { return f.OnTimePercent }),
		count("tasks", func(f server.StatisticsFigures) int { return f.Tasks }),
		count("forwarded", func(f server.StatisticsFigures) int { return f.Forwarded }),
		shares("reroute_percent", func(f server.StatisticsFigures) *float32 { return f.ReroutePercent }),
		count("answers", func(f server.StatisticsFigures) int { return f.Answers }),
		count("returned", func(f server.StatisticsFigures) int { return f.Returned }),
		shares("return_percent", func(f server.StatisticsFigures) *float32 { return f.ReturnPercent }),
		count("breaches", func(f server.StatisticsFigures) int { return f.Breaches }),
	}
	for _, s := range statistics.Stages() {
		columns = append(columns, stageColumns(string(s))...)
	}
	for _, p := range statistics.Parties() {
		columns = append(columns,
			count("waiting_"+p+"_now", func(f server.StatisticsFigures) int { return waiting(f, p).Now }),
			count("waiting_"+p+"_seconds", func(f server.StatisticsFigures) int { return waiting(f, p).Seconds }),
		)
	}
	for _, c := range statistics.Causes() {
		columns = append(columns, count("cause_"+c, func(f server.StatisticsFigures) int { return caused(f, c).Count }))
	}
	return columns
}

func count(name string, of func(server.StatisticsFigures) int) export.Column[countedRow] {
	return export.Column[countedRow]{Name: name, Cell: func(r countedRow) export.Cell { return export.Integer(of(r.Figures)) }}
}

// shares leaves a share of nothing empty.
func shares(name string, of func(server.StatisticsFigures) *float32) export.Column[countedRow] {
	return export.Column[countedRow]{Name: name, Cell: func(r countedRow) export.Cell {
		if p := of(r.Figures); p != nil {
			return export.Decimal(*p)
		}
		return export.Cell{}
	}}
}

// onTimePercent is a column of a row, and of each stage in it.
const onTimePercent = "on_time_percent"

// stageColumns are empty but for their counts where there is nothing to tell a percentage or a time of.
func stageColumns(name string) []export.Column[countedRow] {
	told := func(what string, of func(server.StatisticsStage) export.Cell) export.Column[countedRow] {
		return export.Column[countedRow]{Name: name + "_" + what, Cell: func(r countedRow) export.Cell {
			if s := stageOf(r.Figures, name); s.Stopped > 0 || what == onTimePercent && s.Owed > 0 {
				return of(s)
			}
			return export.Cell{}
		}}
	}
	return []export.Column[countedRow]{
		count(name+"_stopped", func(f server.StatisticsFigures) int { return stageOf(f, name).Stopped }),
		count(name+"_owed", func(f server.StatisticsFigures) int { return stageOf(f, name).Owed }),
		count(name+"_on_time", func(f server.StatisticsFigures) int { return stageOf(f, name).OnTime }),
		told(onTimePercent, func(s server.StatisticsStage) export.Cell { return export.Decimal(s.OnTimePercent) }),
		told("median_seconds", func(s server.StatisticsStage) export.Cell { return export.Integer(s.MedianSeconds) }),
		told("p90_seconds", func(s server.StatisticsStage) export.Cell { return export.Integer(s.P90Seconds) }),
	}
}

func stageOf(f server.StatisticsFigures, name string) server.StatisticsStage {
	return find(f.Stages, func(s server.StatisticsStage) bool { return string(s.Stage) == name })
}

func waiting(f server.StatisticsFigures, party string) server.StatisticsWaiting {
	return find(f.WaitingOn, func(w server.StatisticsWaiting) bool { return string(w.Party) == party })
}

func caused(f server.StatisticsFigures, code string) server.StatisticsCause {
	return find(f.Causes, func(c server.StatisticsCause) bool { return c.Code == code })
}

// find returns the zero value of what is not there.
func find[T any](all []T, is func(T) bool) T {
	var none T
	if i := slices.IndexFunc(all, is); i >= 0 {
		return all[i]
	}
	return none
}
