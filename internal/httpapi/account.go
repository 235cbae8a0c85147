package httpapi

import (
	"context"
	"errors"
	"strings"

	"verigate/api/server"
	"verigate/internal/session"
	"verigate/internal/signin"
)

func flawed(f *signin.FlawError) *fault {
	return &fault{code: codeInvalidBody, errors: []server.ProblemError{{Pointer: "/new_password", Code: string(f.Flaw)}}}
}

// SignIn opens a session. One that the browser had ends, and whatever its cookie said is not gone on with.
func (e *edge) SignIn(ctx context.Context, r server.SignInRequestObject) (server.SignInResponseObject, error) {
	a := admissionOf(ctx)
	signed, err := e.People.SignIn(ctx, signin.Attempt{Name: r.Body.Name, Password: r.Body.Password, Code: r.Body.Code, Source: a.source})
	if err != nil {
		return nil, signInFault(err, codeSignInRefused)
	}
	if before, err := e.People.Book.Find(a.cookie); err == nil {
		if err := e.People.Book.End(ctx, before.ID); err != nil {
			return nil, err
		}
	}
	return server.SignIn200JSONResponse{SessionReplyJSONResponse: e.signed(ctx, signed)}, nil
}

// GetSession says who is signed in.
func (e *edge) GetSession(ctx context.Context, _ server.GetSessionRequestObject) (server.GetSessionResponseObject, error) {
	return server.GetSession200JSONResponse{SessionViewReplyJSONResponse: server.SessionViewReplyJSONResponse(e.sessionView(admissionOf(ctx).session))}, nil
}

// SignOut ends the session, at every gateway.
func (e *edge) SignOut(ctx context.Context, _ server.SignOutRequestObject) (server.SignOutResponseObject, error) {
	if err := e.People.Book.End(ctx, admissionOf(ctx).session.ID); err != nil {
		return nil, err
	}
	return server.SignOut204Response{Headers: server.SignedOutReplyResponseHeaders{SetCookie: noCookie()}}, nil
}

// Reauthenticate proves once more who the person is.
func (e *edge) Reauthenticate(ctx context.Context, r server.ReauthenticateRequestObject) (server.ReauthenticateResponseObject, error) {
	a := admissionOf(ctx)
	signed, err := e.People.Reauthenticate(ctx, a.session, signin.Attempt{Password: r.Body.Password, Code: r.Body.Code, Source: a.source})
	if err != nil {
		return nil, signInFault(err, codeProofRefused)
	}
	return server.Reauthenticate200JSONResponse{SessionReplyJSONResponse: e.signed(ctx, signed)}, nil
}

// ChangePassword sets the password of the person's choice.
func (e *edge) ChangePassword(ctx context.Context, r server.ChangePasswordRequestObject) (server.ChangePasswordResponseObject, error) {
	a := admissionOf(ctx)
	proof := signin.Attempt{Password: r.Body.Password, Code: r.Body.Code, Source: a.source}
	signed, err := e.People.ChangePassword(ctx, a.session, proof, r.Body.NewPassword)
	if err != nil {
		return nil, signInFault(err, codeProofRefused)
	}
	return server.ChangePassword200JSONResponse{SessionReplyJSONResponse: e.signed(ctx, signed)}, nil
}

// BeginSecondFactor draws the secret of a second factor.
func (e *edge) BeginSecondFactor(ctx context.Context, _ server.BeginSecondFactorRequestObject) (server.BeginSecondFactorResponseObject, error) {
	factor, err := e.People.BeginFactor(ctx, admissionOf(ctx).session)
	if err != nil {
		return nil, ofFactor(err)
	}
	return server.BeginSecondFactor200JSONResponse{SecondFactorReplyJSONResponse: server.SecondFactorReplyJSONResponse{
		Secret: factor.Secret, URI: factor.URI,
	}}, nil
}

// ConfirmSecondFactor enrols it.
func (e *edge) ConfirmSecondFactor(ctx context.Context, r server.ConfirmSecondFactorRequestObject) (server.ConfirmSecondFactorResponseObject, error) {
	signed, codes, err := e.People.ConfirmFactor(ctx, admissionOf(ctx).session, r.Body.Code)
	if err != nil {
		return nil, ofFactor(err)
	}
	return server.ConfirmSecondFactor200JSONResponse{RecoveryCodesReplyJSONResponse: server.RecoveryCodesReplyJSONResponse{
		Body:    server.RecoveryCodes{RecoveryCodes: each[string](codes)},
		Headers: server.RecoveryCodesReplyResponseHeaders{SetCookie: cookie(signed.Token)},
	}}, nil
}

func ofFactor(err error) error {
	if errors.Is(err, signin.ErrNothingEnrolled) {
		return &fault{code: codeNothingEnrolled}
	}
	return signInFault(err, codeProofRefused)
}

// ListSessions lists the person's own.
func (e *edge) ListSessions(ctx context.Context, _ server.ListSessionsRequestObject) (server.ListSessionsResponseObject, error) {
	a := admissionOf(ctx)
	items := []server.OwnSessionsItem{}
	for _, o := range e.People.Book.Of(a.by.Person) {
		items = append(items, server.OwnSessionsItem{
			ID: o.ID.Short(), Way: server.OwnSessionsItemWay(o.Way), BeganAt: o.Began.UTC(), IdleAt: o.IdleAt().UTC(), EndsAt: o.EndsAt().UTC(),
			Current: o.ID == a.session.ID,
		})
	}
	return server.ListSessions200JSONResponse{OwnSessionsReplyJSONResponse: server.OwnSessionsReplyJSONResponse{Items: items}}, nil
}

// SignOutEverywhere ends all of them.
func (e *edge) SignOutEverywhere(ctx context.Context, _ server.SignOutEverywhereRequestObject) (server.SignOutEverywhereResponseObject, error) {
	if err := e.People.Book.EndAll(ctx, admissionOf(ctx).by.Person); err != nil {
		return nil, err
	}
	return server.SignOutEverywhere204Response{Headers: server.SignedOutReplyResponseHeaders{SetCookie: noCookie()}}, nil
}

func (e *edge) signed(ctx context.Context, s signin.Signed) server.SessionReplyJSONResponse {
	admissionOf(ctx).entered = s.Open
	return server.SessionReplyJSONResponse{
		Body: e.sessionView(s.Open), Headers: server.SessionReplyResponseHeaders{SetCookie: cookie(s.Token)},
	}
}

func (e *edge) sessionView(o session.Open) server.Session {
	return server.Session{
		ID: o.ID.Short(), Way: server.SessionWay(o.Way), Person: string(o.Person), Label: o.Caller.Label,
		Roles: append([]string{}, each[string](o.Caller.Roles)...), Partner: string(o.Caller.Partner), Unit: string(o.Caller.Unit),
		From: address(o.From), Before: signInBefore(o.Before), BeganAt: o.Began.UTC(), IdleAt: o.IdleAt().UTC(), EndsAt: o.EndsAt().UTC(),
		ProvedUntil: o.Proved.Add(session.Fresh).UTC(),
		Needs:       append([]server.SessionNeeds{}, each[server.SessionNeeds](e.People.Needs(o))...),
	}
}

// signInBefore is absent where none is known.
func signInBefore(s session.SignIn) server.SessionBefore {
	if s.At.IsZero() {
		return server.SessionBefore{}
	}
	return server.SessionBefore{At: s.At.UTC(), Way: server.SessionBeforeWay(s.Way), From: address(s.From)}
}

// address is a source as people read it: one address of version 4, a network of version 6.
func address(source string) string { return strings.TrimSuffix(source, "/32") }
