package httpapi

import (
	"context"

	"verigate/api/server"
	"verigate/internal/statistics"
	"verigate/internal/verification"
)

// mostMonths bounds what one answer adds up.
const mostMonths = 36

// GetStatistics is what supervision reads of many requests.
func (e *edge) GetStatistics(ctx context.Context, r server.GetStatisticsRequestObject) (server.GetStatisticsResponseObject, error) {
	p := r.Params
	q, err := statisticsQuery{
		level: string(p.Level), by: string(p.By), unit: p.Unit, subDepartment: p.SubDepartment, from: p.From, to: p.To,
	}.read(statistics.MonthOf(e.Now()))
	if err != nil {
		return nil, err
	}
	s, err := e.Gateway.Statistics(ctx, e.call(ctx), q)
	if err != nil {
		return nil, err
	}
	return server.GetStatistics200JSONResponse{StatisticsReplyJSONResponse: server.StatisticsReplyJSONResponse(statisticsView(s))}, nil
}

// statisticsQuery is a query as it came.
type statisticsQuery struct {
	level, by           string
	unit, subDepartment string
	from, to            string
}

// read fills in what was left open but the level, which depends on the reader: the whole of places, the present month.
func (a statisticsQuery) read(present statistics.Month) (statistics.Query, error) {
	q := statistics.Query{
		Level: statistics.Level(a.level), By: statistics.By(a.by), Unit: verification.UnitCode(a.unit), SubDepartment: a.subDepartment,
	}
	if err := known("level", server.StatisticsLevel(a.level)); err != nil {
		return q, err
	}
	if err := known("by", server.StatisticsBy(a.by)); err != nil {
		return q, err
	}
	for name, m := range map[string]struct {
		text string
		to   *statistics.Month
	}{"from": {a.from, &q.From}, "to": {a.to, &q.To}} {
		month, ok := statistics.ParseMonth(m.text)
		if m.text != "" && !ok {
			return q, &fault{code: codeParameter, detail: name + " is a month, as in 2021-09."}
		}
		if m.text != "" {
			*m.to = month
		}
	}
	if q.By == "" {
		q.By = statistics.ByNone
	}
	if q.To == "" {
		q.To = max(q.From, present)
	}
	if q.From == "" {
		q.From = q.To
	}
	switch {
	case q.From > q.To || len(statistics.Months(q.From, q.To)) > mostMonths:
		return q, &fault{code: codeParameter, detail: "from to to are 1 to 36 months.", limit: mostMonths}
	case q.Level == statistics.Headquarters && q.Unit != "":
		return q, &fault{code: codeParameter, detail: "unit belongs to the levels below headquarters."}
	case q.Level != statistics.SubDepartment && q.SubDepartment != "":
		return q, &fault{code: codeParameter, detail: "sub_department belongs to the level of that name."}
	}
	return q, nil
}
