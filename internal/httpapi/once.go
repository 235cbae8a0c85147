package httpapi

import (
	"context"
	"errors"

	"github.com/labstack/echo/v4"

	"verigate/internal/verification"
)

// Nonces remembers what signatures have used, for all gateways and over restarts, for as long as a signature can be good.
type Nonces interface {
	// Spend uses a nonce of a key up: true for the first who asks, false for all others. It is durable when it returns;
	// an error says that nothing is known.
	Spend(ctx context.Context, key verification.KeyID, nonce string) (first bool, err error)
}

var (
	errOtherContent = errors.New("the content is not what was signed")
	errReplayed     = errors.New("the nonce was used before")
)

// once lets each signed call pass one time. Its signature is checked by now: nobody fills the store of nonces without a
// key. Content comes first, read within its usual limit: whoever sends other content along under somebody's signature
// uses nothing up. Where no body is taken, none may have been signed.
func (e *edge) once(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		a := admissionOf(c.Request().Context())
		if a.claim == nil {
			return next(c)
		}
		if !a.claim.Covers(a.body) {
			return unauthenticated(errOtherContent)
		}
		first, err := e.Nonces.Spend(c.Request().Context(), a.by.Key, a.claim.Nonce)
		switch {
		case err != nil:
			return &fault{code: codeUnavailable, cause: err}
		case !first:
			return unauthenticated(errReplayed)
		}
		return next(c)
	}
}
