package httpapi

import (
	"context"
	"encoding/json"

	"verigate/internal/gateway"
)

// BoardEvent is an event of the board's stream before it is written.
type BoardEvent struct {
	Kind    string                 // row, gone, reset, heartbeat
	ID      string                 // resumes the stream behind it; a heartbeat has none
	Request string                 // whose row it is
	Version uint64                 // of a row: two of one version are the same
	Row     func() ([]byte, error) // the row as the contract writes it
}

type hearKey struct{}

// Hear lets a call of streamBoard that is made in this process, under the context that it returns, hand its events to emit
// instead of writing them: who makes something of a row for many readers makes it once. The call is admitted, counted,
// authorised and ended as any other. An error of emit ends it; before the first event a refusal is answered as ever.
func Hear(ctx context.Context, emit func(BoardEvent) error) context.Context {
	return context.WithValue(ctx, hearKey{}, emit)
}

// hand is write for a call of Hear.
func (s stream) hand(emit func(BoardEvent) error) error {
	told := false
	err := s.run(func(e gateway.FeedEvent) error {
		told = true
		return emit(BoardEvent{
			Kind: string(e.Kind), ID: e.ID, Request: string(e.Row.ID), Version: e.Version,
			Row: func() ([]byte, error) { return json.Marshal(boardRow(e.Row, s.edge.Now())) },
		})
	})
	if told {
		return nil // whatever ended it, the reader comes back with its last id
	}
	return err
}
