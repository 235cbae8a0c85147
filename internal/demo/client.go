package demo

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"time"

	"verigate/api/client"
)

// reply is what came back, as far as every step is held to it.
type reply struct {
	code    int
	problem string // the code of a problem; empty when it is none
	state   string // of the request or task; for a partner the status that it sees
	number  string
	due     time.Time // of what is promised or owed next
	body    []byte

	method, path string // of the call
	retry        string // seconds after which a busy gateway may be asked again
}

// as decodes the reply into one of the contract's bodies.
func as[T any](r reply) (T, error) {
	var v T
	if err := json.Unmarshal(r.body, &v); err != nil {
		return v, fmt.Errorf("read the answer as %T: %w", v, err)
	}
	return v, nil
}

// caller makes calls under one key.
type caller struct {
	api *client.Client
}

func newCaller(base, key string, doer *http.Client) (caller, error) {
	authorise := func(_ context.Context, r *http.Request) error {
		r.Header.Set("Authorization", "Bearer "+key)
		return nil
	}
	api, err := client.NewClient(base, client.WithHTTPClient(doer), client.WithRequestEditorFn(authorise))
	if err != nil {
		return caller{}, fmt.Errorf("prepare a client: %w", err)
	}
	return caller{api}, nil
}

// given is a parameter, or none where there is nothing to say.
func given(s string) *string {
	if s == "" {
		return nil
	}
	return &s
}

// request is one call of the contract: id is what its path names, a request, a task, an ask or a unit.
type request struct {
	op, id, key string
	body        []byte
	breach      int    // setBreachCause: which, counted from 1
	cursor      string // of a list
	number      string // listRequests: only the request of this number
}

const (
	patience = 20              // times that a busy gateway is asked again
	longest  = 2 * time.Second // to wait between two times
)

// do makes a call. A gateway that is busy or catching up says when to come back: it is asked again with the same
// key, which cannot do anything twice.
func (c caller) do(ctx context.Context, r request) (reply, error) {
	for again := 0; ; again++ {
		got, err := c.once(ctx, r)
		if err != nil {
			return got, err
		}
		wait := got.retry
		busy := got.code == http.StatusServiceUnavailable || got.code == http.StatusTooManyRequests
		if !busy || wait == "" || again == patience {
			return got, nil
		}
		seconds, _ := strconv.Atoi(wait)
		if err := pause(ctx, min(longest, max(time.Duration(seconds)*time.Second, 50*time.Millisecond))); err != nil {
			return got, err
		}
	}
}

// once makes a call, whatever the gateway says.
func (c caller) once(ctx context.Context, r request) (reply, error) {
	response, err := c.send(ctx, r)
	if err != nil {
		return reply{}, fmt.Errorf("%s: %w", r.op, err)
	}
	got, err := read(response)
	if err != nil {
		return got, fmt.Errorf("%s: %w", r.op, err)
	}
	got.retry = response.Header.Get("Retry-After")
	return got, nil
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}

func read(response *http.Response) (reply, error) {
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		return reply{}, fmt.Errorf("read the answer: %w", err)
	}
	r := reply{code: response.StatusCode, body: body, method: response.Request.Method, path: response.Request.URL.Path}
	var said struct {
		Code        string    `json:"code"`
		Number      string    `json:"number"`
		State       string    `json:"state"`
		Status      any       `json:"status"` // a number in a problem
		DueAt       time.Time `json:"due_at"`
		AnswerDueAt time.Time `json:"answer_due_at"`
		AcceptDueAt time.Time `json:"accept_due_at"`
	}
	if err := json.Unmarshal(body, &said); err != nil {
		return r, fmt.Errorf("read the answer %d: %w", r.code, err)
	}
	if r.code >= http.StatusBadRequest {
		r.problem = said.Code
		return r, nil
	}
	r.number, r.state = said.Number, said.State
	if status, is := said.Status.(string); is && r.state == "" {
		r.state = status
	}
	for _, due := range []time.Time{said.DueAt, said.AnswerDueAt, said.AcceptDueAt} {
		if r.due.IsZero() {
			r.due = due
		}
	}
	return r, nil
}

// send is the generated client, one call a case.
func (c caller) send(ctx context.Context, r request) (*http.Response, error) {
	const form = "application/json"
	id, key, again, body := r.id, r.key, given(r.key), bytes.NewReader(r.body)
	switch r.op {
	case "submitRequest":
		return c.api.SubmitRequestWithBody(ctx, &client.SubmitRequestParams{IdempotencyKey: key}, form, body)
	case "registerRequest":
		return c.api.RegisterRequestWithBody(ctx, &client.RegisterRequestParams{IdempotencyKey: key}, form, body)
	case "registerStub":
		return c.api.RegisterStubWithBody(ctx, &client.RegisterStubParams{IdempotencyKey: key}, form, body)
	case "claimRequest":
		return c.api.ClaimRequestWithBody(ctx, id, &client.ClaimRequestParams{IdempotencyKey: again}, form, body)
	case "routeRequest":
		return c.api.RouteRequestWithBody(ctx, id, &client.RouteRequestParams{IdempotencyKey: again}, form, body)
	case "answerQuestions":
		return c.api.AnswerQuestionsWithBody(ctx, id, &client.AnswerQuestionsParams{IdempotencyKey: again}, form, body)
	case "askAgency":
		return c.api.AskAgencyWithBody(ctx, id, &client.AskAgencyParams{IdempotencyKey: again}, form, body)
	case "markDuplicate":
		return c.api.MarkDuplicateWithBody(ctx, id, &client.MarkDuplicateParams{IdempotencyKey: again}, form, body)
	case "proposeRefusal":
		return c.api.ProposeRefusalWithBody(ctx, id, &client.ProposeRefusalParams{IdempotencyKey: again}, form, body)
	case "approveRefusal":
		return c.api.ApproveRefusalWithBody(ctx, id, &client.ApproveRefusalParams{IdempotencyKey: again}, form, body)
	case "sendToReview":
		return c.api.SendToReviewWithBody(ctx, id, &client.SendToReviewParams{IdempotencyKey: again}, form, body)
	case "askConsent":
		return c.api.AskConsentWithBody(ctx, id, &client.AskConsentParams{IdempotencyKey: again}, form, body)
	case "decideConsent":
		return c.api.DecideConsentWithBody(ctx, id, &client.DecideConsentParams{IdempotencyKey: again}, form, body)
	case "putPackage":
		return c.api.PutPackageWithBody(ctx, id, &client.PutPackageParams{}, form, body)
	case "releasePackage":
		return c.api.ReleasePackageWithBody(ctx, id, &client.ReleasePackageParams{IdempotencyKey: again}, form, body)
	case "handleOutside":
		return c.api.HandleOutsideWithBody(ctx, id, &client.HandleOutsideParams{IdempotencyKey: again}, form, body)
	case "noteRequest":
		return c.api.NoteRequestWithBody(ctx, id, &client.NoteRequestParams{IdempotencyKey: again}, form, body)
	case "withdrawRequest":
		return c.api.WithdrawRequestWithBody(ctx, id, &client.WithdrawRequestParams{IdempotencyKey: again}, form, body)
	case "confirmAnswer":
		return c.api.ConfirmAnswerWithBody(ctx, id, &client.ConfirmAnswerParams{IdempotencyKey: again}, form, body)
	case "acceptTask":
		return c.api.AcceptTaskWithBody(ctx, id, &client.AcceptTaskParams{IdempotencyKey: again}, form, body)
	case "answerTask":
		return c.api.AnswerTaskWithBody(ctx, id, &client.AnswerTaskParams{IdempotencyKey: again}, form, body)
	case "acknowledgeStop":
		return c.api.AcknowledgeStopWithBody(ctx, id, &client.AcknowledgeStopParams{IdempotencyKey: again}, form, body)
	case "holdTask":
		return c.api.HoldTaskWithBody(ctx, id, &client.HoldTaskParams{IdempotencyKey: again}, form, body)
	case "confirmHold":
		return c.api.ConfirmHoldWithBody(ctx, id, &client.ConfirmHoldParams{IdempotencyKey: again}, form, body)
	case "askPartner":
		return c.api.AskPartnerWithBody(ctx, id, &client.AskPartnerParams{IdempotencyKey: again}, form, body)
	case "setBreachCause":
		return c.api.SetBreachCauseWithBody(ctx, id, r.breach, &client.SetBreachCauseParams{IdempotencyKey: again}, form, body)
	case "getRequest":
		return c.api.GetRequest(ctx, id)
	case "getTask":
		return c.api.GetTask(ctx, id)
	case "getCandidates":
		return c.api.GetCandidates(ctx, id)
	case "getClocks":
		return c.api.GetClocks(ctx, id)
	case "getReaders":
		return c.api.GetReaders(ctx, id)
	case "getKeySet":
		return c.api.GetKeySet(ctx)
	case "listAnswers":
		return c.api.ListAnswers(ctx, id)
	case "listRequests":
		return c.api.ListRequests(ctx, &client.ListRequestsParams{Number: given(r.number), Cursor: given(r.cursor)})
	case "getBoard":
		return c.api.GetBoard(ctx, &client.GetBoardParams{})
	case "listConsents":
		return c.api.ListConsents(ctx, &client.ListConsentsParams{Cursor: given(r.cursor)})
	case "getUnitQueue":
		return c.api.GetUnitQueue(ctx, id, &client.GetUnitQueueParams{Cursor: given(r.cursor)})
	}
	return nil, fmt.Errorf("no story makes the call %q", r.op)
}
