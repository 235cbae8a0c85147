package httpapi

import (
	"verigate/api/server"
	"verigate/internal/gateway"
	"verigate/internal/statistics"
)

func statisticsView(s gateway.Statistics) server.Statistics {
	return server.Statistics{
		Level: server.StatisticsLevel(s.Query.Level), By: server.StatisticsBy(s.Query.By), From: string(s.Query.From), To: string(s.Query.To),
		AsOf: s.AsOf.UTC(), Stale: !s.StaleSince.IsZero(), StaleSince: utc(s.StaleSince),
		Tiles: figures(s.Query.Level, s.All.Figures()),
		Rows:  items(s.Rows, func(r statistics.Row) server.StatisticsRow { return statisticsRow(s.Query.Level, r) }),
	}
}

func statisticsRow(l statistics.Level, r statistics.Row) server.StatisticsRow {
	return server.StatisticsRow{
		Unit: string(r.Unit), SubDepartment: r.SubDepartment, Value: r.Value, Figures: figures(l, r.Counts.Figures()),
	}
}

func figures(l statistics.Level, f statistics.Figures) server.StatisticsFigures {
	promise := f.Promise(l)
	return server.StatisticsFigures{
		Received: int(f.Received), Open: int(f.Open), Answered: int(f.Answered), Ended: int(f.Ended), Overdue: int(f.Overdue),
		OnTimePercent: share(promise.OnTime, promise.Judged()), Tasks: int(f.Tasks), Forwarded: int(f.Forwarded), ReroutePercent: share(f.Forwarded, f.Tasks),
		Answers: int(f.Answers), Returned: int(f.Returned), ReturnPercent: share(f.Returned, f.Answers), Breaches: int(f.Breaches),
		Causes: items(f.Causes, func(c statistics.Cause) server.StatisticsCause {
			return server.StatisticsCause{Code: c.Code, Count: int(c.Count)}
		}),
		WaitingOn: items(f.Waiting, func(w statistics.Waiting) server.StatisticsWaiting {
			return server.StatisticsWaiting{Party: server.StatisticsWaitingParty(w.Party), Now: int(w.Now), Seconds: int(w.Seconds)}
		}),
		Stages: items(f.Stages, func(s statistics.Stage) server.StatisticsStage {
			return server.StatisticsStage{
				Stage: server.StatisticsStageStage(s.Name), Stopped: int(s.Stopped), OnTime: int(s.OnTime), Owed: int(s.Owed),
				OnTimePercent: percent(s.OnTime, s.Judged()), MedianSeconds: int(s.Median), P90Seconds: int(s.P90),
			}
		}),
	}
}

// percent is rounded down to a tenth: what is not all is never 100.
func percent(part, whole int64) float32 { return float32(part*1000/whole) / 10 }

// share is absent when it is one of nothing.
func share(part, whole int64) *float32 {
	if whole == 0 {
		return nil
	}
	p := percent(part, whole)
	return &p
}
