package site

import (
	"net/http"
	"slices"
	"strings"
	"time"

	"verigate/internal/web/text"
)

// remembers is how long a browser keeps how its owner reads.
const remembers = 365 * 24 * time.Hour

// settings keeps the reader's choices in their browser and goes back.
func settings(v *Visit) error {
	if l, ok := text.Known(v.Form("language")); ok {
		v.remember(cookieLanguage, string(l))
	}
	if t := v.Form("theme"); slices.Contains(Themes(), t) {
		v.remember(cookieTheme, t)
	}
	switch v.Form("keys") {
	case "on", "off":
		v.remember(cookieKeys, v.Form("keys"))
	}
	if name := v.Form("zone"); name != "" {
		if zone, err := time.LoadLocation(name); err == nil && zone != time.Local {
			v.remember(cookieZone, strings.ReplaceAll(name, "/", "."))
		}
	}
	return v.Go(local(v.Form("to")))
}

// remember sets a cookie of settings. Scripts of our own may read it; it opens nothing.
func (v *Visit) remember(name, value string) {
	http.SetCookie(v.Writer, &http.Cookie{ //nolint:gosec // Secure where there is TLS: a demonstration on loopback has none
		Name: name, Value: value, Path: "/", MaxAge: int(remembers / time.Second), HttpOnly: true, SameSite: http.SameSiteLaxMode,
		Secure: v.Request.TLS != nil,
	})
}
