package httpapi

import (
	"context"
	"errors"
	"net/http"
	"time"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/screen"
	"verigate/internal/verification"
)

// screenCookie is that of a device on a wall, under the same rules as a session's (cookieName). A browser keeps it for as
// long as browsers keep any; then the device is paired anew.
const (
	screenCookie = "__Host-verigate-screen"
	screenKeeps  = 400 * 24 * time.Hour
)

func cookieOfScreen(key access.Secret) string {
	c := http.Cookie{
		Name: screenCookie, Value: key.Reveal(), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
		MaxAge: int(screenKeeps.Seconds()),
	}
	return c.String()
}

// isWall says whether a screen's cookie is a credential for the call: nowhere else is it looked at, so that beside a session it
// changes nothing.
func isWall(op access.Operation) bool { return op == access.OpGetWall }

// screen says which screen calls, by its one cookie. Two credentials are none.
func (e *edge) screen(r *http.Request) (access.Caller, error) {
	key := cookieOf(r, screenCookie)
	if key == "" || len(r.Header.Values("Authorization")) > 0 {
		return access.Caller{}, access.ErrUnauthenticated
	}
	return e.letIn(e.Keyring.Identify(access.Proof{Key: key, Certificate: leaf(r), At: e.Now()}))
}

// GetWall is what a screen shows.
func (e *edge) GetWall(ctx context.Context, _ server.GetWallRequestObject) (server.GetWallResponseObject, error) {
	w, err := e.Gateway.Wall(ctx, e.call(ctx))
	if err != nil {
		return nil, err
	}
	return server.GetWall200JSONResponse{WallReplyJSONResponse: server.WallReplyJSONResponse(wallView(w))}, nil
}

func wallView(w gateway.Wall) server.Wall {
	return server.Wall{
		Unit: string(w.Unit), Open: w.Open, Overdue: w.Overdue, Soon: w.Soon, Unrouted: w.Unrouted, More: w.More,
		Timers: items(w.Timers, func(t gateway.Timer) server.WallTimer {
			return server.WallTimer{Degree: server.Degree(t.Degree), Clock: server.ClockName(t.Clock), DueAt: t.DueAt.UTC()}
		}),
		Bars: items(w.Bars, func(b gateway.Bar) server.WallBar {
			return server.WallBar{Unit: string(b.Unit), Degree: server.Degree(b.Degree), Open: b.Open, Overdue: b.Overdue}
		}),
		Months: items(w.Months, func(m gateway.Month) server.WallMonth {
			return server.WallMonth{Month: string(m.Month), Received: m.Received, OnTimePercent: share(m.OnTime, m.Judged)}
		}),
		AsOf: w.AsOf.UTC(), Stale: !w.StaleSince.IsZero(), StaleSince: utc(w.StaleSince),
	}
}

// BeginPairing lets a device wait for whoever reads its code.
func (e *edge) BeginPairing(ctx context.Context, _ server.BeginPairingRequestObject) (server.BeginPairingResponseObject, error) {
	shown, err := e.Screens.Begin(ctx, admissionOf(ctx).screen)
	if err != nil {
		return nil, err
	}
	return server.BeginPairing200JSONResponse{PairingReplyJSONResponse: server.PairingReplyJSONResponse{
		Body:    server.Pairing{Code: shown.Code.String(), EndsAt: shown.EndsAt.UTC()},
		Headers: server.PairingReplyResponseHeaders{SetCookie: cookieOfScreen(shown.Key)},
	}}, nil
}

// ListScreens lists those in use.
func (e *edge) ListScreens(context.Context, server.ListScreensRequestObject) (server.ListScreensResponseObject, error) {
	return server.ListScreens200JSONResponse{ScreensReplyJSONResponse: server.ScreensReplyJSONResponse{
		Items: items(e.Screens.Screens(), screenView),
	}}, nil
}

func screenView(p access.Principal) server.Screen {
	view := server.Screen{Screen: string(p.ID), Label: p.Label}
	if !p.Unit.OfHeadquarters() {
		view.Unit = string(p.Unit)
	}
	if len(p.Keys) > 0 {
		view.PairedAt = p.Keys[0].CreatedAt.UTC()
	}
	return view
}

// PairScreen makes a screen of the device that shows a code.
func (e *edge) PairScreen(ctx context.Context, r server.PairScreenRequestObject) (server.PairScreenResponseObject, error) {
	unit := verification.DeskUnit
	if r.Body.Unit != "" {
		unit = verification.UnitCode(r.Body.Unit)
		if _, known := e.Gateway.Directory().Unit(r.Body.Unit, e.Now()); !known || unit.OfHeadquarters() {
			return nil, invalidAt("/unit", "unknown_value")
		}
	}
	a := admissionOf(ctx)
	paired, err := e.Screens.Pair(ctx, a.by.Actor, screen.Pairing{Code: r.Body.Code, Label: r.Body.Label, Unit: unit, Source: a.source})
	var throttled *screen.ThrottledError
	switch {
	case errors.Is(err, screen.ErrUnknownCode):
		return nil, invalidAt("/code", "unknown_code")
	case errors.As(err, &throttled):
		return nil, &fault{code: codeTooManyAttempts, retry: throttled.Wait}
	case err != nil:
		return nil, err
	}
	return server.PairScreen201JSONResponse{ScreenReplyJSONResponse: server.ScreenReplyJSONResponse(screenView(paired))}, nil
}

func invalidAt(pointer, code string) error {
	return &fault{code: codeInvalidBody, errors: []server.ProblemError{{Pointer: pointer, Code: code}}}
}

// RemoveScreen takes a screen's wall away.
func (e *edge) RemoveScreen(ctx context.Context, r server.RemoveScreenRequestObject) (server.RemoveScreenResponseObject, error) {
	if err := e.Screens.Remove(ctx, admissionOf(ctx).by.Actor, verification.PersonID(r.Screen)); err != nil {
		return nil, err
	}
	return server.RemoveScreen204Response{}, nil
}
