package httpapi

import (
	"net/http"
	"strings"

	"github.com/labstack/echo/v4"
)

// strict puts on every answer what keeps a browser from making anything else of it than data for its own page: no
// guess of its type, no script, no frame, no copy kept, no address told on. Whoever answers with a page replaces the
// content policy by that of the page.
func strict(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		h := c.Response().Header()
		for _, line := range strictHeaders() {
			h.Set(line[0], line[1])
		}
		if c.Request().TLS != nil {
			h.Set("Strict-Transport-Security", "max-age=31536000") // a year, RFC 6797 6.1.1
		}
		return next(c)
	}
}

func strictHeaders() [8][2]string {
	return [...][2]string{
		{"Cache-Control", "no-store"},
		{"Content-Security-Policy", "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"},
		{"Cross-Origin-Opener-Policy", "same-origin"},
		{"Cross-Origin-Resource-Policy", "same-origin"},
		{"Permissions-Policy", "camera=(), geolocation=(), microphone=()"},
		{"Referrer-Policy", "no-referrer"},
		{"X-Content-Type-Options", "nosniff"},
		{"X-Frame-Options", "DENY"}, // what does not know frame-ancestors
	}
}

// sameSite refuses what a page of another site makes a browser send, unless it changes nothing. A client that is no
// browser says nothing of where it comes from and passes: http.CrossOriginProtection.
func (e *edge) sameSite() echo.MiddlewareFunc {
	protection := http.NewCrossOriginProtection()
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if err := protection.Check(c.Request()); err != nil {
				return e.stranger(c, &fault{code: codeCrossOrigin, cause: err})
			}
			return next(c)
		}
	}
}

// longestPath is more than any path of the contract.
const longestPath = 256

// spelled refuses a path that is not spelled as the contract spells its own: unreserved characters of RFC 3986 between
// single slashes. Nothing is decoded, cleaned or joined, so no path has a second spelling that passes by a check of the
// first. It is answered as a path that nobody serves, before a credential is looked at.
func (e *edge) spelled(next echo.HandlerFunc) echo.HandlerFunc {
	return func(c echo.Context) error {
		if u := c.Request().URL; u.RawPath != "" || !plainPath(u.Path) {
			return e.stranger(c, &fault{code: codeNotFound})
		}
		return next(c)
	}
}

func plainPath(path string) bool {
	if path == "/" {
		return true
	}
	if !strings.HasPrefix(path, "/") || len(path) > longestPath || strings.IndexFunc(path[1:], notPlain) >= 0 {
		return false
	}
	for segment := range strings.SplitSeq(path[1:], "/") {
		if segment == "" || segment == "." || segment == ".." {
			return false
		}
	}
	return true
}

func notPlain(r rune) bool {
	return (r < 'a' || r > 'z') && (r < 'A' || r > 'Z') && (r < '0' || r > '9') && !strings.ContainsRune("-._~/", r)
}
