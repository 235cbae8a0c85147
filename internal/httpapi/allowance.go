package httpapi

import (
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"slices"
	"strconv"

	"github.com/labstack/echo/v4"

	"verigate/internal/access"
	"verigate/internal/limit"
	"verigate/internal/verification"
)

// headerDegree declares a submission's degree before its body is read.
const headerDegree = "Urgency-Degree"

// stranger is how a call ends that has shown no identity: as it would, or 429 when its source has had enough of that.
// Whoever has a good credential is answered from the same source all the while.
func (e *edge) stranger(c echo.Context, end error) error {
	source, _ := limit.SourceOf(c.Request().RemoteAddr) // what has no address is one source
	if used := e.Limiter.Stranger(source.String()); used != nil {
		return &fault{code: codeTooManyRequests, used: used}
	}
	return end
}

// publicly is for calls that need no identity. Health is always answered.
func (e *edge) publicly(c echo.Context, rule access.Rule) error {
	if rule.Operation == access.OpGetLive || rule.Operation == access.OpGetReady {
		return nil
	}
	return e.stranger(c, nil)
}

// callerOf is whom an allowance belongs to: the principal, whichever of its keys it uses.
func callerOf(by access.Caller) limit.Caller {
	c := limit.Caller{ID: string(by.Person)}
	switch {
	case by.System && by.Partner != "":
		c.Kind = limit.PartnerSystem
	case by.System:
		c.Kind = limit.UnitSystem
	}
	return c
}

// forbidden is how a call ends that its caller may never make: it is one of the caller's calls all the same.
func (e *edge) forbidden(c echo.Context, a *admission, code string) error {
	if used := e.Limiter.Call(c.Request().Context(), callerOf(a.by), classOf(c.Request())); used != nil {
		return &fault{code: codeTooManyRequests, used: used}
	}
	return &fault{code: code}
}

// allowance lets a caller in as often, and as often at a time, as it may be. Nothing of the body is read before.
func (e *edge) allowance(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		ctx := c.Request().Context()
		a := admissionOf(ctx)
		if a.by.Person == "" { // public, or a route that is none
			return next(c)
		}
		if err := a.classify(c.Request()); err != nil {
			return err
		}
		caller := callerOf(a.by)
		if used := e.Limiter.Call(ctx, caller, a.class); used != nil {
			return &fault{code: codeTooManyRequests, used: used}
		}
		if isStream(a.op) {
			if !e.Limiter.Stream(caller) {
				return &fault{code: codeTooManyAtOnce}
			}
			defer e.Limiter.EndStream(caller)
			return next(c)
		}
		if !e.Limiter.Enter(caller) {
			return &fault{code: codeTooManyAtOnce}
		}
		defer e.Limiter.Leave(caller)
		return next(c)
	}
}

// classify says what gives way to the call, and to what it gives way.
func (a *admission) classify(r *http.Request) error {
	a.class = classOf(r)
	if a.op != access.OpSubmitRequest {
		return nil
	}
	switch given := r.Header.Values(headerDegree); {
	case len(given) == 0:
	case len(given) == 1 && slices.Contains(declarable(), verification.Degree(given[0])):
		a.class, a.declared = limit.Urgent, given[0]
	default:
		return &fault{code: codeParameter}
	}
	return nil
}

func classOf(r *http.Request) limit.Class {
	if r.Method == http.MethodGet {
		return limit.Reading
	}
	return limit.Changing
}

// declarable are the degrees that have a lane of their own.
func declarable() []verification.Degree {
	return []verification.Degree{verification.Flash, verification.Urgent}
}

// degreeOf reads the degree of a submission that fits its schema.
func degreeOf(body []byte) string {
	var said struct {
		Urgency struct {
			Degree string `json:"degree"`
		} `json:"urgency"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	return said.Urgency.Degree
}

// work takes a place among the calls at work for as long as it takes. A stream takes none, for it works seldom, and what
// is public is answered from memory.
func (e *edge) work(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		if a.by.Person == "" || isStream(a.op) {
			return next(c)
		}
		if !e.Limiter.Begin(a.class) {
			return &fault{code: codeOverloaded}
		}
		defer e.Limiter.End()
		return next(c)
	}
}

// tellLimit says which allowance is used up and when to come back; of what has no allowance, such as calls at once,
// when to come back only. The headers are those of draft-ietf-httpapi-ratelimit-headers. They stand on refusals alone:
// a count on every answer would make two answers differ that must not.
func tellLimit(h http.Header, used *limit.Refusal) {
	if used == nil {
		h.Set("Retry-After", "1")
		return
	}
	retry := max(1, int(math.Ceil(used.Retry.Seconds())))
	window := int(math.Ceil(used.Rate.Window().Seconds()))
	h.Set("Retry-After", strconv.Itoa(retry))
	h.Set("RateLimit-Policy", fmt.Sprintf("%q;q=%d;w=%d", used.Lane, used.Rate.Burst, window))
	h.Set("RateLimit", fmt.Sprintf("%q;r=0;t=%d", used.Lane, retry))
}
