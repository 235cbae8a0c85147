package httpapi

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"time"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/session"
	"verigate/internal/verification"
)

// isStream says whether an operation goes on for as long as its reader stays.
func isStream(op access.Operation) bool {
	switch op {
	case access.OpStreamBoard, access.OpStreamRequest, access.OpStreamQueue, access.OpStreamTask:
		return true
	default:
		return false
	}
}

// stream is what the gateway tells as server-sent events, for as long as the reader stays.
type stream struct {
	edge    *edge
	ctx     context.Context //nolint:containedctx // the generated server hands no context to what writes a reply
	call    gateway.Call
	session session.Open // by which the reader came; zero: by a key
	tell    func(context.Context, gateway.Call, func(gateway.FeedEvent) error) error
}

func (e *edge) stream(ctx context.Context, tell func(context.Context, gateway.Call, func(gateway.FeedEvent) error) error) stream {
	return stream{edge: e, ctx: ctx, call: e.call(ctx), session: admissionOf(ctx).session, tell: tell}
}

// StreamBoard tells the board's changes as they happen. What can be refused is refused before the first byte.
func (e *edge) StreamBoard(ctx context.Context, r server.StreamBoardRequestObject) (server.StreamBoardResponseObject, error) {
	p := r.Params
	f, err := chosen{p.Degree, p.State, p.Unit, p.Partner, p.Campaign, p.Escalated, p.Number, p.Due, p.Flag}.filter()
	if err != nil {
		return nil, err
	}
	return e.stream(ctx, func(ctx context.Context, c gateway.Call, emit func(gateway.FeedEvent) error) error {
		return e.Gateway.Stream(ctx, c, f, p.LastEventID, emit)
	}), nil
}

// StreamRequest tells that a request is not what its reader saw.
func (e *edge) StreamRequest(ctx context.Context, r server.StreamRequestRequestObject) (server.StreamRequestResponseObject, error) {
	return e.stream(ctx, func(ctx context.Context, c gateway.Call, emit func(gateway.FeedEvent) error) error {
		return e.Gateway.StreamRequest(ctx, c, verification.RequestID(r.ID), r.Params.LastEventID, emit)
	}), nil
}

// StreamTask tells that a task is not what its reader saw.
func (e *edge) StreamTask(ctx context.Context, r server.StreamTaskRequestObject) (server.StreamTaskResponseObject, error) {
	return e.stream(ctx, func(ctx context.Context, c gateway.Call, emit func(gateway.FeedEvent) error) error {
		return e.Gateway.StreamTask(ctx, c, verification.TaskID(r.Task), r.Params.LastEventID, emit)
	}), nil
}

// StreamQueue tells that a unit's queue is not what its reader saw.
func (e *edge) StreamQueue(ctx context.Context, r server.StreamQueueRequestObject) (server.StreamQueueResponseObject, error) {
	return e.stream(ctx, func(ctx context.Context, c gateway.Call, emit func(gateway.FeedEvent) error) error {
		return e.Gateway.StreamQueue(ctx, c, verification.UnitCode(r.Unit), r.Params.LastEventID, emit)
	}), nil
}

// VisitStreamBoardResponse implements the generated server's reply, as the others do.
func (s stream) VisitStreamBoardResponse(w http.ResponseWriter) error { return s.write(w) }

// VisitStreamRequestResponse writes the events of a request.
func (s stream) VisitStreamRequestResponse(w http.ResponseWriter) error { return s.write(w) }

// VisitStreamTaskResponse writes the events of a task.
func (s stream) VisitStreamTaskResponse(w http.ResponseWriter) error { return s.write(w) }

// VisitStreamQueueResponse writes the events of a queue.
func (s stream) VisitStreamQueueResponse(w http.ResponseWriter) error { return s.write(w) }

// write writes until the reader leaves, is stuck, loses its rights, has been there for its time, or the server stops.
func (s stream) write(w http.ResponseWriter) error {
	if emit, heard := s.ctx.Value(hearKey{}).(func(BoardEvent) error); heard {
		return s.hand(emit)
	}
	out := &events{w: w, control: http.NewResponseController(w), patience: s.edge.Limits.Write}
	err := s.run(func(event gateway.FeedEvent) error {
		text, err := sse(event, s.edge.Now())
		if err != nil {
			return err
		}
		return out.send(text)
	})
	if out.begun {
		return nil // whatever ended it, the reader comes back with its last id
	}
	if err == nil { // nothing to tell and over already
		return out.begin()
	}
	return err
}

// run hands on what is told for as long as the reader may hear it.
func (s stream) run(emit func(gateway.FeedEvent) error) error {
	ctx, cancel := context.WithCancel(s.ctx)
	defer cancel()
	ended := make(chan struct{})
	defer close(ended)
	go s.watch(ended, cancel) // ends with the call, by `ended`
	noted := &told{stream: s}
	defer noted.flush()
	return s.tell(ctx, s.call, func(event gateway.FeedEvent) error {
		if err := s.stillHolds(); err != nil {
			return err
		}
		noted.hears(event)
		return emit(event)
	})
}

// events writes server-sent events.
type events struct {
	w        http.ResponseWriter
	control  *http.ResponseController
	patience time.Duration
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

func (o *events) send(text []byte) error {
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

// sse writes one event as it is read; a heartbeat is a comment.
func sse(event gateway.FeedEvent, now time.Time) ([]byte, error) {
	var data any
	switch event.Kind {
	case gateway.FeedHeartbeat:
		return []byte(": alive\n\n"), nil
	case gateway.FeedRow:
		data = boardRow(event.Row, now)
	case gateway.FeedGone:
		data = gone{ID: event.Row.ID}
	case gateway.FeedReset, gateway.FeedChanged:
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
