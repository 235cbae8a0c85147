package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"verigate/api/server"
	"verigate/internal/board"
	"verigate/internal/gateway"
	"verigate/internal/session"
	"verigate/internal/verification"
)

// stream is the board's changes as server-sent events, for as long as the reader stays.
type stream struct {
	edge    *edge
	ctx     context.Context //nolint:containedctx // the generated server hands no context to what writes a reply
	call    gateway.Call
	session session.Open // by which the reader came; zero: by a key
	filter  board.Filter
	last    string
}

// StreamBoard tells the board's changes as they happen. What can be refused is refused before the first byte.
func (e *edge) StreamBoard(ctx context.Context, r server.StreamBoardRequestObject) (server.StreamBoardResponseObject, error) {
	p := r.Params
	f, err := filter(p.Degree, p.State, p.Unit, p.Partner, p.Campaign, p.Escalated)
	if err != nil {
		return nil, err
	}
	return stream{edge: e, ctx: ctx, call: e.call(ctx), session: admissionOf(ctx).session, filter: f, last: p.LastEventID}, nil
}

// VisitStreamBoardResponse writes until the reader leaves, is stuck, loses its rights, has been there for its time, or the
// server stops.
func (s stream) VisitStreamBoardResponse(w http.ResponseWriter) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	ended := make(chan struct{})
	defer close(ended)
	go s.watch(ended, cancel) // ends with the call, by `ended`
	out := &events{w: w, control: http.NewResponseController(w), patience: s.edge.Limits.Write, now: s.edge.Now}
	err := s.edge.Gateway.Stream(ctx, s.call, s.filter, s.last, func(event gateway.FeedEvent) error {
		if err := s.stillHolds(); err != nil {
			return err
		}
		return out.send(event)
	})
	if out.begun {
		return nil // whatever ended it, the reader comes back with its last id
	}
	if err == nil { // nothing to tell and over already
		return out.begin()
	}
	return err
}

// events writes server-sent events.
type events struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
	now      func() time.Time
	begun    bool
}

// begin sends the head once. The server's own limit on a reply's time does not hold for a stream.
func (o *events) begin() error {
	if o.begun {
		return nil
	}
	o.begun = true
	if err := o.control.SetWriteDeadline(time.Time{}); err != nil && !errors.Is(err, http.ErrNotSupported) {
		return fmt.Errorf("begin a stream: %w", err)
	}
	h := o.w.Header()
	h.Set("Content-Type", "text/event-stream")
	h.Set("X-Accel-Buffering", "no")
	o.w.WriteHeader(http.StatusOK)
	return o.flush()
}

func (o *events) flush() error {
	if err := o.control.Flush(); err != nil {
		return fmt.Errorf("flush a stream: %w", err)
	}
	return nil
}

func (o *events) send(event gateway.FeedEvent) error {
	text, err := sse(event, o.now())
	if err != nil {
		return err
	}
	// A reader that takes nothing for so long is left: a deadline in the past ends the write that waits for it.
	stuck := time.AfterFunc(o.patience, func() { _ = o.control.SetWriteDeadline(time.Unix(1, 0)) })
	defer stuck.Stop()
	if err := o.begin(); err != nil {
		return err
	}
	if _, err := o.w.Write(text); err != nil {
		return fmt.Errorf("write an event: %w", err)
	}
	return o.flush()
}

// sse writes one event as the board's pages read it; a heartbeat is a comment.
func sse(event gateway.FeedEvent, now time.Time) ([]byte, error) {
	var data any
	switch event.Kind {
	case gateway.FeedHeartbeat:
		return []byte(": alive\n\n"), nil
	case gateway.FeedRow:
		data = boardRow(event.Row, now)
	case gateway.FeedGone:
		data = gone{ID: event.Row.ID}
	case gateway.FeedReset:
		data = struct{}{}
	}
	form, err := json.Marshal(data)
	if err != nil {
		return nil, fmt.Errorf("write an event: %w", err)
	}
	return fmt.Appendf(nil, "id: %s\nevent: %s\ndata: %s\n\n", event.ID, event.Kind, form), nil
}

type gone struct {
	ID verification.RequestID `json:"id"`
}
