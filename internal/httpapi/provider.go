package httpapi

import (
	"context"
	"errors"
	"fmt"
	"net/http"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/session"
	"verigate/internal/signin"
)

// waitCookie is that of a browser on its way to the provider and back. It comes back by a link of another site, so it is
// Lax where the session's is Strict.
const waitCookie = "__Host-verigate-wait"

const waitSeconds = 600

func onItsWay(sealed string) string {
	c := http.Cookie{
		Name: waitCookie, Value: sealed, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: waitSeconds,
	}
	return c.String()
}

func arrived() string {
	c := http.Cookie{Name: waitCookie, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteLaxMode, MaxAge: -1}
	return c.String()
}

// BeginAtProvider sends a browser to the provider; with a session its person is to be proved again.
func (e *edge) BeginAtProvider(ctx context.Context, _ server.BeginAtProviderRequestObject) (server.BeginAtProviderResponseObject, error) {
	if e.Provided == nil {
		return nil, &fault{code: codeNotFound}
	}
	open, err := e.People.Book.Find(admissionOf(ctx).cookie)
	if err != nil && !errors.Is(err, session.ErrNone) {
		return nil, err
	}
	location, wait, err := e.Provided.Begin(ctx, open)
	if err != nil {
		return nil, err
	}
	return server.BeginAtProvider200JSONResponse{ProviderWayReplyJSONResponse: server.ProviderWayReplyJSONResponse{
		Body: server.ProviderWay{Location: location}, Headers: server.ProviderWayReplyResponseHeaders{SetCookie: onItsWay(wait)},
	}}, nil
}

// cameBack answers with the session and takes back what the browser kept for its way.
type cameBack struct {
	server.FinishAtProvider200JSONResponse
}

// VisitFinishAtProviderResponse implements server.FinishAtProviderResponseObject.
func (r cameBack) VisitFinishAtProviderResponse(w http.ResponseWriter) error {
	return r.FinishAtProvider200JSONResponse.VisitFinishAtProviderResponse(withCookie{w})
}

// withCookie adds one to those of a reply as it begins.
type withCookie struct{ http.ResponseWriter }

// WriteHeader implements http.ResponseWriter.
func (w withCookie) WriteHeader(status int) {
	w.Header().Add("Set-Cookie", arrived())
	w.ResponseWriter.WriteHeader(status)
}

// FinishAtProvider opens a session for whoever comes back.
func (e *edge) FinishAtProvider(ctx context.Context, r server.FinishAtProviderRequestObject) (server.FinishAtProviderResponseObject, error) {
	if e.Provided == nil {
		return nil, &fault{code: codeNotFound}
	}
	a := admissionOf(ctx)
	signed, err := e.Provided.Finish(ctx, signin.Back{Wait: a.wait, State: r.Params.State, Code: r.Params.Code, Source: a.source})
	if err != nil {
		return nil, signInFault(err, codeSignInRefused)
	}
	return cameBack{server.FinishAtProvider200JSONResponse{SessionReplyJSONResponse: e.signed(ctx, signed)}}, nil
}

// EndByProvider ends sessions that the provider says are over.
func (e *edge) EndByProvider(ctx context.Context, r server.EndByProviderRequestObject) (server.EndByProviderResponseObject, error) {
	if e.Provided == nil {
		return nil, &fault{code: codeNotFound}
	}
	err := e.Provided.Logout(ctx, r.Body.LogoutToken)
	if errors.Is(err, signin.ErrRefused) {
		return nil, &fault{code: codeUnreadable}
	}
	return server.EndByProvider204Response{}, err
}

// form reads the one body that is no JSON, within the limit of all bodies.
func (e *edge) form(c echo.Context, op access.Operation) error {
	if op != access.OpEndByProvider {
		return nil
	}
	c.Request().Body = http.MaxBytesReader(c.Response(), c.Request().Body, e.Limits.Body)
	if _, err := c.FormParams(); err != nil {
		return &fault{code: codeUnreadable, cause: fmt.Errorf("read a form: %w", err)}
	}
	return nil
}
