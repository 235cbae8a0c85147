package account

import (
	"net/http"
	"net/url"

	"verigate/api/client"
	"verigate/internal/web/site"
)

// wayBack is the cookie that keeps where somebody wanted to go, while they are at the provider. It is sent to these pages
// alone, and holds an address of ours.
const (
	wayBack    = "verigate-to"
	wayPath    = "/sign-in"
	wayHolds   = 600 // seconds, as the gateway's own cookie of that way
	wayForgets = -1
)

type onwardView struct {
	site.Frame
	To       string
	Provider bool // to where it leads
}

// onward shows a page that leads on by itself.
func onward(v *site.Visit, title, to string, provider bool) error {
	v.Writer.Header().Set("Refresh", "0; url="+to)
	return v.Show("account/onward", onwardView{Frame: v.Frame(title), To: to, Provider: provider})
}

// toProvider leads to the provider: to sign in or, in a session, to prove once more who one is.
func toProvider(v *site.Visit) error {
	to := v.Local(v.Form("to"))
	r, err := v.API.BeginAtProvider(v.Context(), client.ProviderStart{})
	way, err := site.Read[client.ProviderWay](r, err)
	if err != nil {
		return notSignedIn(v, to, err)
	}
	v.PassCookies(r)
	keepWay(v, to, wayHolds)
	return onward(v, "account.to_provider", way.Location, true)
}

// fromProvider is where the provider leads back.
func fromProvider(v *site.Visit) error {
	to := "/"
	if c, err := v.Request.Cookie(wayBack); err == nil {
		to = v.Local(c.Value)
	}
	r, err := v.API.FinishAtProvider(v.Context(), &client.FinishAtProviderParams{
		State: site.Optional(v.Query("state")), Code: site.Optional(v.Query("code")),
	})
	if err := site.Done(r, err); err != nil {
		return notSignedIn(v, to, err)
	}
	v.PassCookies(r)
	keepWay(v, "", wayForgets)
	return onward(v, "account.from_provider", saying(to), false)
}

func keepWay(v *site.Visit, to string, seconds int) {
	http.SetCookie(v.Writer, &http.Cookie{ //nolint:gosec // Secure where there is TLS: a demonstration on loopback has none
		Name: wayBack, Value: to, Path: wayPath, MaxAge: seconds, HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.Request.TLS != nil,
	})
}

// saying is where somebody wanted to go, and told there when they signed in before.
func saying(to string) string {
	u, err := url.Parse(to)
	if err != nil {
		return to
	}
	q := u.Query()
	q.Set("done", site.SignedIn)
	u.RawQuery = q.Encode()
	return u.String()
}
