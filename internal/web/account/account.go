// Package account is how somebody signs in, proves once more who they are, and looks after the own account.
//
// A password, a code and a secret pass from the form to the contract and stand nowhere else: in no address, in no log, and
// on no page but that of the second factor which is being enrolled.
//
// On the way back from an OpenID provider a browser keeps the session's cookie (SameSite=Strict) to itself until a page of
// our own has led on; and what a form leads to on another site is against our content policy. So the ways to the provider
// and back each end on a page that leads on by itself (onward).
package account

import (
	"embed"
	"errors"
	"net/http"
	"strings"

	"verigate/internal/web/site"
)

//go:embed *.html text.*.json assets
var files embed.FS

// Group is what it serves.
func Group() site.Group {
	return site.Group{Files: files, Pages: []site.Page{
		{Pattern: "GET /sign-in", Handle: signInPage},
		{Pattern: "POST /sign-in", Handle: signIn, Secret: true},
		{Pattern: "POST /sign-out", Handle: signOut},
		{Pattern: "POST /sign-in/provider", Handle: toProvider},
		{Pattern: "GET /sign-in/provider/callback", Handle: fromProvider},
		{Pattern: "GET /account", Handle: mine},
		{Pattern: "POST /account/password", Handle: changePassword, Secret: true},
		{Pattern: "POST /account/second-factor", Handle: beginFactor, Secret: true},
		{Pattern: "POST /account/second-factor/confirmation", Handle: confirmFactor, Secret: true},
		{Pattern: "POST /account/sessions/end", Handle: endSessions},
		{Pattern: "GET /account/proof", Handle: proofPage},
		{Pattern: "POST /account/proof", Handle: prove, Secret: true},
		// Whoever comes back to what only a form leads to, by a bookmark or another language, begins where that form is.
		{Pattern: "GET /sign-in/provider", Handle: instead("/sign-in")},
		{Pattern: "GET /account/password", Handle: instead("/account")},
		{Pattern: "GET /account/second-factor", Handle: instead("/account")},
		{Pattern: "GET /account/second-factor/confirmation", Handle: instead("/account")},
	}}
}

func instead(to string) site.Handler {
	return func(v *site.Visit) error { return v.Go(to) }
}

// secret is a field as it was typed: a password may begin or end with a space.
func secret(v *site.Visit, name string) string {
	if all := v.Forms(name); len(all) == 1 {
		return all[0]
	}
	return ""
}

// code is a one-time or recovery code without the spaces that authenticators and people put into it.
func code(v *site.Visit) string {
	return strings.Join(strings.Fields(v.Form("code")), "")
}

// refused is what somebody is told who did not prove who they are; nil: it is something else. Whatever was wrong, it is one
// answer, but for when to come back.
func refused(v *site.Visit, err error) *site.Trouble {
	p, ok := errors.AsType[*site.Problem](err)
	if !ok {
		return nil
	}
	t := &site.Trouble{Code: p.Code, RequestID: p.RequestID}
	switch {
	case p.Code == "sign_in_refused", p.Code == "proof_refused", p.Status == http.StatusUnprocessableEntity:
		t.Title, t.Detail = v.T("account.refused"), v.T("account.refused_help")
	case p.Code == "too_many_attempts":
		t.Title, t.Detail = v.T("account.throttled"), v.T("account.throttled_help", "after", v.Language.Span(p.Retry))
	case p.Code == "provider_unavailable":
		t.Title, t.Detail = v.T("account.provider_away"), v.T("account.provider_away_help")
	case p.Status == http.StatusServiceUnavailable, p.Status == http.StatusTooManyRequests:
		return v.Trouble(p)
	default:
		return nil
	}
	return t
}

// status is that of an error of the gateway.
func status(err error) int {
	if p, ok := errors.AsType[*site.Problem](err); ok {
		return p.Status
	}
	return http.StatusInternalServerError
}
