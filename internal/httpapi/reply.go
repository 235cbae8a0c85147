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
	"verigate/internal/verification"
)

// requestPath is where a request is read again.
const requestPath = "/v1/verification-requests/"

// created answers 201. Its body is written as it is encoded here, so that a repeat gets the same bytes.
type created struct{ raw }

func (r created) VisitSubmitRequestResponse(w http.ResponseWriter) error   { return r.write(w) }
func (r created) VisitRegisterRequestResponse(w http.ResponseWriter) error { return r.write(w) }
func (r created) VisitRegisterStubResponse(w http.ResponseWriter) error    { return r.write(w) }
func (r created) VisitFollowUpResponse(w http.ResponseWriter) error        { return r.write(w) }

func (e *edge) created(ctx context.Context, c gateway.Created) (created, error) {
	form, err := json.Marshal(server.Created{
		ID: string(c.ID), Number: c.Number, Status: server.PartnerStatus(c.Status), Round: c.Round,
		ReceivedAt: c.ReceivedAt.UTC(), DueAt: utc(c.DueAt), Receipt: c.Receipt, Warnings: warnings(c.Warnings),
	})
	if err != nil {
		return created{}, fmt.Errorf("write what was created: %w", err)
	}
	tag, err := e.tagOf(ctx, c.ID)
	return created{raw{
		status: http.StatusCreated, media: mediaJSON, tag: tag, location: requestPath + string(c.ID), body: form,
	}}, err
}

// tagOf is the tag that the caller would read with a request now, none when the caller may not read it.
func (e *edge) tagOf(ctx context.Context, id verification.RequestID) (string, error) {
	c := e.call(ctx)
	c.Operation = access.OpGetRequest
	v, err := e.Gateway.Get(ctx, c, id)
	switch {
	case errors.Is(err, gateway.ErrHidden), errors.Is(err, gateway.ErrForbidden):
		return "", nil
	case err != nil:
		return "", err
	}
	return e.tag(v), nil
}

// staff answers a command with the staff's view. The error comes last in its parameters so that a handler can pass on
// what the gateway returned.
func (e *edge) staff(v gateway.View, err error) (server.StaffViewReplyJSONResponse, error) {
	if err != nil {
		return server.StaffViewReplyJSONResponse{}, err
	}
	view, err := e.staffView(v)
	return server.StaffViewReplyJSONResponse{
		Body: view, Headers: server.StaffViewReplyResponseHeaders{ETag: staffTag(v)},
	}, err
}

// partner answers a command with the partner's view.
func (e *edge) partner(v gateway.View, err error) (server.PartnerViewReplyJSONResponse, error) {
	if err != nil {
		return server.PartnerViewReplyJSONResponse{}, err
	}
	view, err := e.partnerView(v)
	return server.PartnerViewReplyJSONResponse{
		Body: view, Headers: server.PartnerViewReplyResponseHeaders{ETag: e.partnerTag(v)},
	}, err
}

// either answers with the view of whoever asks.
func (e *edge) either(v gateway.View, err error) (server.RequestViewReplyJSONResponse, error) {
	var reply server.RequestViewReplyJSONResponse
	if err != nil {
		return reply, err
	}
	switch access.ViewOf(v.By, access.ObjectOf(v.Request)) {
	case access.PartnerView:
		p, err := e.partner(v, nil)
		if err != nil {
			return reply, err
		}
		reply.Headers.ETag = p.Headers.ETag
		return reply, reply.Body.FromPartnerView(p.Body)
	case access.StaffView:
		s, err := e.staff(v, nil)
		if err != nil {
			return reply, err
		}
		reply.Headers.ETag = s.Headers.ETag
		return reply, reply.Body.FromStaffView(s.Body)
	case access.TaskView, access.EvidenceView, access.NoView:
	}
	return reply, gateway.ErrHidden
}

// task answers a command on a task with the task.
func (e *edge) task(id string, v gateway.View, err error) (server.TaskViewReplyJSONResponse, error) {
	if err != nil {
		return server.TaskViewReplyJSONResponse{}, err
	}
	t, ok := v.Request.Task(verification.TaskID(id))
	if !ok {
		return server.TaskViewReplyJSONResponse{}, gateway.ErrHidden
	}
	view, err := taskView(v, t)
	return server.TaskViewReplyJSONResponse{
		Body: view, Headers: server.TaskViewReplyResponseHeaders{ETag: staffTag(v)},
	}, err
}

// Health is what is known of the gateway's parts.
type Health struct {
	Ready  bool // RECORD and KEYS can be written and the clock is sane
	Demo   bool
	Checks []Check
}

// Check is one part.
type Check struct {
	Name   string
	Status string // ok, degraded, unavailable
	Code   string
	Lag    int64 // messages behind the end of RECORD; of the sweep: seconds by which the oldest due entry is late
	Since  time.Time
	Count  int // of keepers_on_duty: compartments without
}

// view tells the whole from its parts: not ready is unavailable, anything else that is not well degrades.
func (h Health) view() server.Health {
	view := server.Health{Status: "ok", Demo: h.Demo}
	for _, c := range h.Checks {
		if c.Status != "ok" {
			view.Status = "degraded"
		}
		view.Checks = append(view.Checks, server.HealthCheck{
			Name: c.Name, Status: server.HealthCheckStatus(c.Status), Code: c.Code, Lag: c.Lag, Count: c.Count, Since: utc(c.Since),
		})
	}
	if !h.Ready {
		view.Status = "unavailable"
	}
	return view
}
