package httpapi

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"time"

	"verigate/internal/access"
	"verigate/internal/limit"
	"verigate/internal/session"
	"verigate/internal/signature"
	"verigate/internal/signin"
)

// cookieName is that of the session's cookie. The prefix makes a browser hold it to this very host, to all paths and to
// TLS, so that neither a sister host nor a line without TLS can plant one (RFC 6265bis, 4.1.3.2). A demonstration on
// plain loopback sets the same cookie: browsers that take loopback for a trustworthy origin keep it (Chromium and Firefox
// do), others sign nobody in there.
const cookieName = "__Host-verigate"

// cookie is what the browser keeps until it closes, or until the session is over.
func cookie(token session.Token) string {
	c := http.Cookie{Name: cookieName, Value: token.Reveal(), Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode}
	return c.String()
}

// SessionCookie is the line of Set-Cookie by which a browser keeps a session that was opened beside the edge.
func SessionCookie(token session.Token) string { return cookie(token) }

// noCookie takes it back.
func noCookie() string {
	c := http.Cookie{Name: cookieName, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode, MaxAge: -1}
	return c.String()
}

// cookieOf is the value of a cookie that is there once; of several nobody can say which is meant.
func cookieOf(r *http.Request, name string) string {
	if all := r.CookiesNamed(name); len(all) == 1 {
		return all[0].Value
	}
	return ""
}

// source is where a call comes from.
func source(r *http.Request) string {
	at, _ := limit.SourceOf(r.RemoteAddr) // what has no address is one source
	return at.String()
}

// identify says who calls: by the one credential of the header, or by the one cookie. Two credentials are none, for
// nobody can say which was meant.
func (e *edge) identify(r *http.Request, a *admission) (err error) {
	if isWall(a.op) && len(r.CookiesNamed(screenCookie)) > 0 {
		a.by, err = e.screen(r)
		return err
	}
	cookies := r.CookiesNamed(cookieName)
	if len(cookies) == 0 {
		a.by, a.claim, err = e.authenticate(r)
		return err
	}
	if len(cookies) > 1 || len(r.Header.Values("Authorization")) > 0 || signature.Signed(r.Header) {
		return access.ErrUnauthenticated
	}
	if a.session, err = e.People.Book.Find(cookies[0].Value); err != nil {
		return err
	}
	a.by, err = e.letIn(a.session.Caller, nil)
	return err
}

// ready says whether a session reaches what is asked: not before its person's account is in order, and what is grave not
// without a fresh proof of who it is. A call that reaches it counts as activity; a stream, which goes on by itself, does not, nor
// what a page reads by itself.
func (e *edge) ready(ctx context.Context, a *admission, rule access.Rule) error {
	if rule.Object == access.OnSession && access.May(a.by, a.op, access.Absent()) != access.Allowed {
		return &fault{code: codeNotPermitted}
	}
	if a.session.ID == "" {
		return nil
	}
	if rule.Object != access.OnSession && len(e.People.Needs(a.session)) > 0 {
		return &fault{code: codeAccountUnfinished}
	}
	if access.NeedsProof(a.op) && !a.session.ProvedAt(e.Now()) {
		return &fault{code: codeProofNeeded}
	}
	if !isStream(a.op) && !a.alone {
		e.People.Book.Touch(ctx, a.session)
	}
	return nil
}

// current is who holds the call's credential now, without asking for its secret again.
func (e *edge) current(by access.Caller, open session.Open) (access.Caller, error) {
	if err := e.trusted(); err != nil {
		return access.Caller{}, err
	}
	if open.ID == "" {
		return e.letIn(e.Keyring.Current(by, e.Now()))
	}
	now, err := e.People.Book.Holds(open.ID)
	return e.letIn(now.Caller, err)
}

// stillHolds asks for the credential again: a revoked key, an ended session or a changed membership ends the stream, and
// the reader comes back as what it is now.
func (s stream) stillHolds() error {
	now, err := s.edge.current(s.call.By, s.session)
	if err != nil || !reflect.DeepEqual(now, s.call.By) {
		return access.ErrUnauthenticated
	}
	return nil
}

// watch ends a stream within seconds once its credential does not hold any more, also when there is nothing to tell; after
// its time; and when the server stops.
func (s stream) watch(ended <-chan struct{}, end func()) {
	defer end()
	check, over := time.NewTicker(s.edge.Limits.Check), time.NewTimer(s.edge.Limits.Stream)
	defer check.Stop()
	defer over.Stop()
	for {
		select {
		case <-s.edge.stopping:
			return
		case <-over.C:
			return
		case <-check.C:
			if s.stillHolds() != nil {
				return
			}
		case <-ended:
			return
		}
	}
}

// signInFault is the answer to somebody who does not sign in or prove who they are; code is of the refusal.
func signInFault(err error, code string) error {
	var throttled *signin.ThrottledError
	var flaw *signin.FlawError
	switch {
	case errors.Is(err, signin.ErrRefused):
		return &fault{code: code}
	case errors.As(err, &throttled):
		return &fault{code: codeTooManyAttempts, retry: throttled.Wait}
	case errors.As(err, &flaw):
		return flawed(flaw)
	}
	return err
}
