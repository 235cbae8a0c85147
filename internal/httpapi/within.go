package httpapi

import (
	"context"

	"github.com/labstack/echo/v4"
)

// within bounds the time of a call: who waits longer is told to try again, and what was asked of others is given up. A
// stream is bounded by each of its events.
func (e *edge) within(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if isStream(admissionOf(c.Request().Context()).op) {
			return next(c)
		}
		outer := c.Request()
		ctx, cancel := context.WithTimeout(outer.Context(), e.Limits.Answer)
		defer cancel()
		defer c.SetRequest(outer) // what follows looks whether the caller has left, not whether we have ended
		c.SetRequest(outer.WithContext(ctx))
		return next(c)
	}
}
