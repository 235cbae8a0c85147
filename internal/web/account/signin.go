package account

import (
	"net/http"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
)

type signInView struct {
	site.Frame
	Name     string
	To       string
	Provider bool
}

func signInPage(v *site.Visit) error {
	to := v.Local(v.Query("to"))
	if v.Session != nil {
		return v.Go(to)
	}
	view, err := newSignIn(v, to)
	if err != nil {
		return err
	}
	if v.Query("said") == saidSignedOut {
		view.Said = v.T("account.said.out")
	}
	return v.Show("account/sign-in", view)
}

func newSignIn(v *site.Visit, to string) (signInView, error) {
	ways, err := site.Read[client.Ways](v.API.ListWays(v.Context()))
	return signInView{Frame: v.Frame("account.sign_in"), To: to, Provider: slices.Contains(ways.Items, client.WaysItemsProvider)}, err
}

// signIn leads to where somebody wanted to go; an account that is not finished, to the account.
func signIn(v *site.Visit) error {
	to := v.Local(v.Form("to"))
	r, err := v.API.SignIn(v.Context(), client.SignIn{Name: v.Form("name"), Password: secret(v, "password"), Code: code(v)})
	session, err := site.Read[client.Session](r, err)
	if err != nil {
		return notSignedIn(v, to, err)
	}
	v.PassCookies(r)
	if len(session.Needs) > 0 {
		return v.GoSaying("/account", site.SignedIn)
	}
	return v.GoSaying(to, site.SignedIn)
}

// notSignedIn shows the sign-in again, with the name that was typed and never with what was to prove it.
func notSignedIn(v *site.Visit, to string, err error) error {
	trouble := refused(v, err)
	if trouble == nil {
		return err
	}
	view, failed := newSignIn(v, to)
	if failed != nil {
		return failed
	}
	view.Name, view.Trouble = v.Form("name"), trouble
	return v.ShowAs(status(err), "account/sign-in", view)
}

// saidSignedOut tells the sign-in that somebody has just signed out.
const saidSignedOut = "out"

// signOut ends the session; one that is over already is as good.
func signOut(v *site.Visit) error {
	r, err := v.API.SignOut(v.Context())
	if err := site.Done(r, err); err != nil && status(err) != http.StatusUnauthorized {
		return err
	}
	v.PassCookies(r)
	return v.Go("/sign-in?said=" + saidSignedOut)
}
