package httpapi

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/labstack/echo/v4"

	"verigate/internal/gateway"
)

const (
	headerRequestID = "X-Request-Id"
	maxRequestID    = 64
)

type requestIDKey struct{}

// trace gives the call an id: the sender's, when it is one that a log line can bear, else one of ours.
func (e *edge) trace(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		id := c.Request().Header.Get(headerRequestID)
		if !saneRequestID(id) {
			id = strings.ToLower(rand.Text())
		}
		c.Response().Header().Set(headerRequestID, id)
		c.SetRequest(c.Request().WithContext(context.WithValue(c.Request().Context(), requestIDKey{}, id)))
		return next(c)
	}
}

func saneRequestID(id string) bool {
	return id != "" && len(id) <= maxRequestID && strings.IndexFunc(id, func(r rune) bool {
		return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("._-", r)
	}) < 0
}

func requestID(ctx context.Context) string {
	id, _ := ctx.Value(requestIDKey{}).(string)
	return id
}

// log writes one line for each call when it is over. The pattern of the route stands for the path, whose values are
// nobody's business here; an error is written here and nowhere else, and only when it is ours.
func (e *edge) log(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		start := e.Now()
		err := next(c)
		if err != nil {
			e.answerError(err, c)
		}
		ctx, status := c.Request().Context(), c.Response().Status
		attrs := []slog.Attr{
			slog.String("method", c.Request().Method), slog.String("route", route(c)), slog.Int("status", status),
			slog.Duration("took", e.Now().Sub(start)), slog.String("request_id", requestID(ctx)),
			slog.String("key", string(admissionOf(ctx).by.Key)),
		}
		if why := refusedFor(err); why != "" {
			attrs = append(attrs, slog.String("refused", why))
		}
		level := levelOf(ctx, err, status)
		if level > slog.LevelInfo {
			attrs = append(attrs, slog.Any("error", err))
		}
		e.Logger.LogAttrs(ctx, level, "call", attrs...)
		return nil
	}
}

// route is the pattern that the call's path fits: the contract's, or a page's.
func route(c echo.Context) string {
	if page := c.Request().Pattern; page != "" {
		return page
	}
	return c.Path()
}

// refusedFor is why a credential was not taken. The sender is not told; who looks after the gateway can tell a partner
// whose signatures are not in form. It holds nothing of the call.
func refusedFor(err error) string {
	if f, ok := errors.AsType[*fault](err); ok && f.code == codeUnauthenticated && f.cause != nil {
		return f.cause.Error()
	}
	return ""
}

// levelOf is where a call belongs that was answered with status: what is the caller's is no news, an outage that heals by
// itself and a caller who left are looked at when there are many, and the rest is looked at.
func levelOf(ctx context.Context, err error, status int) slog.Level {
	if err == nil || status < http.StatusInternalServerError {
		return slog.LevelInfo
	}
	// Who leaves while the record is asked gets no certain answer, and nobody is there to hear that.
	left := ctx.Err() != nil && (errors.Is(err, context.Canceled) || errors.Is(err, gateway.ErrUnavailable))
	if code := faultOf(err).code; left || code == codeBoardUnavailable || code == codeUnwitnessed || code == codeCatchingUp || code == codeOverloaded || code == codeIntakeStopped {
		return slog.LevelWarn
	}
	return slog.LevelError
}

// panicError is a panic that was caught: a defect like any other, with the place where it happened.
type panicError struct {
	value any
	stack []byte
}

func (p *panicError) Error() string { return fmt.Sprintf("panic: %v\n%s", p.value, p.stack) }

// recover turns a panic into an error. http.ErrAbortHandler goes on: it is how a connection is given up on purpose.
func (e *edge) recover(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) (err error) {
		defer func() {
			switch p := recover(); p {
			case nil:
			case http.ErrAbortHandler:
				panic(p)
			default:
				err = &panicError{value: p, stack: debug.Stack()}
			}
		}()
		return next(c)
	}
}

// host refuses names that are not ours.
func (e *edge) host(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if len(e.Limits.Hosts) == 0 {
			return next(c)
		}
		name := hostname(c.Request().Host)
		if !slices.ContainsFunc(e.Limits.Hosts, func(ours string) bool { return strings.EqualFold(hostname(ours), name) }) {
			return e.stranger(c, &fault{code: codeMisdirected})
		}
		return next(c)
	}
}

// hostname is a Host without its port and an address of version 6 without its brackets.
func hostname(host string) string {
	if bare, _, err := net.SplitHostPort(host); err == nil {
		return bare
	}
	return strings.Trim(host, "[]")
}
