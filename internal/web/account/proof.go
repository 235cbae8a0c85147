package account

import (
	"verigate/api/client"
	"verigate/internal/web/site"
)

type proofView struct {
	site.Frame
	Way    string
	To     string
	Factor bool // a code is asked for too
	Who    string
}

// proofPage asks once more who somebody is, in the way they signed in, and leads back.
func proofPage(v *site.Visit) error {
	session, err := site.Read[client.Session](v.API.GetSession(v.Context()))
	if err != nil {
		return err
	}
	return v.Show("account/proof", newProof(v, session, v.Local(v.Query("to"))))
}

func newProof(v *site.Visit, s client.Session, to string) proofView {
	return proofView{Frame: v.Frame("account.proof"), Way: string(s.Way), To: to, Factor: hasFactor(s), Who: "person:" + s.Person}
}

func prove(v *site.Visit) error {
	to := v.Local(v.Form("to"))
	r, err := v.API.Reauthenticate(v.Context(), client.Reauthentication{Password: secret(v, "password"), Code: code(v)})
	if err := site.Done(r, err); err != nil {
		trouble := refused(v, err)
		if trouble == nil || v.Session == nil {
			return err
		}
		view := newProof(v, *v.Session, to)
		view.Trouble = trouble
		return v.ShowAs(status(err), "account/proof", view)
	}
	v.PassCookies(r)
	return v.Go(to)
}
