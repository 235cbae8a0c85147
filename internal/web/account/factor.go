package account

import (
	"html/template"
	"strings"

	"verigate/api/client"
	"verigate/internal/web/site"
)

type factorView struct {
	site.Frame
	Secret string // in one piece, for the form
	Groups []string
	URI    template.URL
	Code   picture
}

// beginFactor draws a second factor and shows it. It counts for nothing until a code of it came.
func beginFactor(v *site.Visit) error {
	f, err := site.Read[client.SecondFactor](v.API.BeginSecondFactor(v.Context(), client.SecondFactorStart{}))
	if err != nil {
		return err
	}
	view, err := newFactor(v, f)
	if err != nil {
		return err
	}
	return v.Show("account/factor", view)
}

func newFactor(v *site.Visit, f client.SecondFactor) (factorView, error) {
	drawn, err := draw(f.URI)
	view := factorView{Frame: v.Frame("account.factor"), Secret: f.Secret, Groups: groups(f.Secret), Code: drawn}
	if strings.HasPrefix(f.URI, "otpauth://totp/") {
		view.URI = template.URL(f.URI) //nolint:gosec // its scheme was looked at, and html/template escapes the rest
	}
	return view, err
}

// groups parts a secret into fours, as people type it.
func groups(secret string) []string {
	var all []string
	for ; len(secret) > 4; secret = secret[4:] {
		all = append(all, secret[:4])
	}
	return append(all, secret)
}

type codesView struct {
	site.Frame
	Codes []string
}

// confirmFactor enrols the factor by a code of it and shows the recovery codes, this once. After a wrong code the form
// brings what it showed, for the gateway gives a secret away once.
func confirmFactor(v *site.Visit) error {
	r, err := v.API.ConfirmSecondFactor(v.Context(), client.SecondFactorCode{Code: code(v)})
	codes, err := site.Read[client.RecoveryCodes](r, err)
	if err == nil {
		v.PassCookies(r)
		return v.Show("account/codes", codesView{Frame: v.Frame("account.codes"), Codes: codes.RecoveryCodes})
	}
	trouble := refused(v, err)
	if trouble == nil {
		return err
	}
	trouble.Title, trouble.Detail = v.T("account.code_refused"), v.T("account.code_refused_help")
	view, failed := newFactor(v, client.SecondFactor{Secret: v.Form("secret"), URI: v.Form("uri")})
	if failed != nil {
		return err
	}
	view.Trouble = trouble
	return v.ShowAs(status(err), "account/factor", view)
}
