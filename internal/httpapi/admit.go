package httpapi

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"

	"verigate/api/server"
	"verigate/internal/access"
	"verigate/internal/contract"
	"verigate/internal/evidence"
	"verigate/internal/limit"
	"verigate/internal/session"
	"verigate/internal/signature"
)

const (
	headerKey     = "Idempotency-Key"
	headerIfMatch = "If-Match"
	maxKey        = 200
	mediaJSON     = "application/json"

	// headerAlone is how a page says that it reads again by itself: that is nobody's activity. It can take nothing that a
	// call without it has.
	headerAlone = "Verigate-Unattended"

	// believed is how many bytes of a body are made room for on the word of its Content-Length alone.
	believed = 8 << 10
)

// admission is what is known of a call once it has passed the door. The steps that follow complete it in place, one after
// the other.
type admission struct {
	by      access.Caller
	session session.Open // by which they call; zero: by a key
	cookie  string       // as sent, whatever it is worth
	wait    string       // the cookie of a way to the provider, likewise
	screen  string       // that of a screen, likewise
	source  string       // where the call comes from
	alone   bool         // made by a page by itself, as it says
	op      access.Operation
	path    string // as sent
	key     string // Idempotency-Key
	tags    ifMatch
	body    []byte // as accepted

	class    limit.Class
	declared string // Urgency-Degree; empty: none

	claim *signature.Claim // of a signed call; nil otherwise

	sheet   evidence.Sheet // what the call was let at
	entered session.Open   // that the call opened; zero: none
}

type admissionKey struct{}

// admissionOf returns the call's admission; an empty one before it has passed.
func admissionOf(ctx context.Context) *admission {
	if a, ok := ctx.Value(admissionKey{}).(*admission); ok {
		return a
	}
	return &admission{}
}

// admit finds the operation's row, says who calls, and whether the role may call it at all. A route that has no row is
// none of the contract's: it is a page's, or the router's own answer stands.
func (e *edge) admit(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		rule, ok := e.rules[c.Request().Method+" "+c.Path()]
		if !ok && e.isPage(c.Request()) {
			e.pages.ServeHTTP(c.Response(), c.Request())
			return nil
		}
		if !ok {
			return e.stranger(c, next(c))
		}
		a := &admission{op: rule.Operation, path: c.Request().URL.Path, source: source(c.Request()), alone: c.Request().Header.Get(headerAlone) != ""}
		if rule.Object != access.Public || opensSession(rule.Operation) {
			if err := e.trusted(); err != nil {
				return err
			}
		}
		if rule.Object != access.Public {
			if err := e.identify(c.Request(), a); err != nil {
				return e.stranger(c, err)
			}
		} else if err := e.publicly(c, rule); err != nil {
			return err
		} else {
			a.cookie, a.wait = cookieOf(c.Request(), cookieName), cookieOf(c.Request(), waitCookie)
			a.screen = cookieOf(c.Request(), screenCookie)
		}
		c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), admissionKey{}, a)))
		if bar := access.Barred(a.by, rule); bar != access.NotBarred {
			return e.forbidden(c, a, string(bar))
		}
		if !access.Ever(a.by, rule.Operation) { // the object is asked of access.May
			return e.forbidden(c, a, codeNotPermitted)
		}
		if err := errors.Join(e.ready(c.Request().Context(), a, rule), e.form(c, a.op)); err != nil {
			return err
		}
		return next(c)
	}
}

// opensSession says whether a call without a credential lets somebody in who has none yet.
func opensSession(op access.Operation) bool {
	return op == access.OpSignIn || op == access.OpFinishAtProvider
}

// isPage says whether a path without a row is for the pages to answer. Whoever makes it is counted by what the page asks of
// the contract.
func (e *edge) isPage(r *http.Request) bool {
	return e.pages != nil && !strings.HasPrefix(r.URL.Path, "/v1/") && !strings.HasPrefix(r.URL.Path, "/health/") && !strings.HasPrefix(r.URL.Path, "/.")
}

// headers reads what says how a call is to be taken.
func (e *edge) headers(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		if err := e.checkQuery(a.op, c.Request().URL.RawQuery); err != nil {
			return err
		}
		if err := checkNumbers(c.QueryParams()); err != nil {
			return err
		}
		if _, ok := e.bodies[a.op]; !ok {
			return next(c)
		}
		var err error
		h := c.Request().Header
		if a.key, err = idempotencyKey(h.Values(headerKey), needsKey(a.op)); err != nil {
			return err
		}
		if a.tags, err = parseIfMatch(h.Values(headerIfMatch)); err != nil {
			return err
		}
		return next(c)
	}
}

func idempotencyKey(given []string, needed bool) (string, error) {
	switch {
	case len(given) == 0 && needed:
		return "", &fault{code: codeKeyRequired}
	case len(given) == 0:
		return "", nil
	case len(given) > 1 || given[0] == "" || len(given[0]) > maxKey:
		return "", &fault{code: codeKeyInvalid, limit: maxKey}
	}
	if strings.IndexFunc(given[0], func(r rune) bool { return r <= ' ' || r > '~' }) >= 0 {
		return "", &fault{code: codeKeyInvalid, limit: maxKey}
	}
	return given[0], nil
}

// body reads a body once, and hands the same bytes on to the generated decoder.
func (e *edge) body(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		if _, ok := e.bodies[a.op]; !ok {
			return next(c)
		}
		var err error
		if a.body, err = e.read(c); err != nil {
			return err
		}
		c.Request().Body = io.NopCloser(bytes.NewReader(a.body))
		c.Request().ContentLength = int64(len(a.body))
		return next(c)
	}
}

// schema checks a body against its schema, and what was declared of it.
func (e *edge) schema(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		accepts, ok := e.bodies[a.op]
		if !ok {
			return next(c)
		}
		found, err := e.Contract.Check(accepts.schema, a.body)
		if err != nil {
			return fmt.Errorf("check the body of %s: %w", a.op, err)
		}
		if len(found) > 0 {
			return &fault{code: codeInvalidBody, errors: violations(found)}
		}
		if a.declared != "" && degreeOf(a.body) != a.declared {
			return &fault{code: codeDegreeDiffers}
		}
		return next(c)
	}
}

func (e *edge) read(c echo.Context) ([]byte, error) {
	r := c.Request()
	if !isJSON(r.Header) {
		return nil, &fault{code: codeMediaType}
	}
	tooLarge := &fault{code: codeTooLarge, limit: int(e.Limits.Body)}
	if r.ContentLength > e.Limits.Body {
		return nil, tooLarge
	}
	var data bytes.Buffer
	data.Grow(int(min(max(r.ContentLength, 0), believed)) + bytes.MinRead)
	_, err := data.ReadFrom(http.MaxBytesReader(c.Response(), r.Body, e.Limits.Body))
	var over *http.MaxBytesError
	switch {
	case errors.As(err, &over):
		return nil, tooLarge
	case err != nil:
		return nil, &fault{code: codeUnreadable, cause: err}
	}
	return data.Bytes(), nil
}

// isJSON accepts JSON in UTF-8 and in no further coding: nothing here unpacks.
func isJSON(h http.Header) bool {
	media, params, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil || media != mediaJSON || len(h.Values("Content-Encoding")) > 0 {
		return false
	}
	charset, given := params["charset"]
	return !given || strings.EqualFold(charset, "utf-8")
}

func violations(found []contract.Violation) []server.ProblemError {
	out := make([]server.ProblemError, 0, len(found))
	for _, v := range found {
		out = append(out, server.ProblemError{Pointer: v.Pointer, Code: v.Code, Limit: v.Limit})
	}
	return out
}
