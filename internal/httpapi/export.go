package httpapi

import (
	"bytes"
	"context"
	"errors"
	"time"

	"verigate/api/server"
	"verigate/internal/export"
	"verigate/internal/gateway"
	"verigate/internal/statistics"
)

// fileTime is how the name of a file holds a time: no sign of it means anything to a file system.
const fileTime = "20060102T150405Z"

// file is a table as an attachment. It is whole before its first byte leaves, so that what fails is a problem with its
// own status and never the beginning of a file.
func file[T any](name string, asOf, staleSince time.Time, columns []export.Column[T], rows []T) (server.TableReplyTextCsvCharsetUTF8Response, error) {
	body, err := export.CSV(columns, rows)
	if err != nil {
		return server.TableReplyTextCsvCharsetUTF8Response{}, err
	}
	name += "-" + asOf.UTC().Format(fileTime)
	if !staleSince.IsZero() {
		name += "-stale"
	}
	return server.TableReplyTextCsvCharsetUTF8Response{
		Body: bytes.NewReader(body), ContentLength: int64(len(body)),
		Headers: server.TableReplyResponseHeaders{ContentDisposition: `attachment; filename="` + name + `.csv"`},
	}, nil
}

// bounded tells the limit with the refusal of what is too long.
func bounded(err error) error {
	if errors.Is(err, gateway.ErrTooManyRows) {
		return &fault{code: codeTooManyRows, limit: gateway.MostRows, cause: err}
	}
	return err
}

// ExportBoard is all of the board that its reader may see.
func (e *edge) ExportBoard(ctx context.Context, r server.ExportBoardRequestObject) (server.ExportBoardResponseObject, error) {
	p := r.Params
	f, err := chosen{p.Degree, p.State, p.Unit, p.Partner, p.Campaign, p.Escalated, p.Number, p.Due, p.Flag}.filter()
	if err != nil {
		return nil, err
	}
	board, err := e.Gateway.ExportBoard(ctx, e.call(ctx), f)
	if err != nil {
		return nil, bounded(err)
	}
	now := e.Now()
	rows := make([]server.BoardRow, len(board.Rows))
	for i, r := range board.Rows {
		rows[i] = boardRow(r, now)
	}
	reply, err := file("board", board.AsOf, board.StaleSince, boardColumns(), rows)
	return server.ExportBoard200TextCsvCharsetUTF8Response{TableReplyTextCsvCharsetUTF8Response: reply}, err
}

// ExportStatistics is the rows of the statistics.
func (e *edge) ExportStatistics(ctx context.Context, r server.ExportStatisticsRequestObject) (server.ExportStatisticsResponseObject, error) {
	p := r.Params
	q, err := statisticsQuery{
		level: string(p.Level), by: string(p.By), unit: p.Unit, subDepartment: p.SubDepartment, from: p.From, to: p.To,
	}.read(statistics.MonthOf(e.Now()))
	if err != nil {
		return nil, err
	}
	s, err := e.Gateway.ExportStatistics(ctx, e.call(ctx), q)
	if err != nil {
		return nil, bounded(err)
	}
	view := statisticsView(s)
	rows := make([]countedRow, len(view.Rows))
	for i, row := range view.Rows {
		rows[i] = countedRow{of: view, StatisticsRow: row}
	}
	reply, err := file("statistics", s.AsOf, s.StaleSince, statisticsColumns(), rows)
	return server.ExportStatistics200TextCsvCharsetUTF8Response{TableReplyTextCsvCharsetUTF8Response: reply}, err
}
