package account

import (
	"cmp"
	"errors"
	"slices"

	"verigate/api/client"
	"verigate/internal/web/site"
	"verigate/internal/web/text"
)

type mineView struct {
	site.Frame
	Session  openSession
	From     string // whence the session was opened
	Before   before
	Local    bool // an account of ours, not a provider's
	Needs    []string
	Factor   bool
	Belongs  string // unit or partner by its name
	Sessions []openSession
	Zones    []region
	Zone     string
	Flaw     string // of the new password
}

// before is the sign-in before this one; of the zero time: none is known.
type before struct {
	At        text.Moment
	Way, From string
}

// openSession is a session in words.
type openSession struct {
	Way, ID           string
	Began, Idle, Ends text.Moment
	Current           bool
}

const (
	needPassword = "password"
	needFactor   = "second_factor"
)

func hasFactor(s client.Session) bool {
	return !slices.Contains(s.Needs, client.SessionNeeds(needFactor))
}

func mine(v *site.Visit) error {
	view, err := newMine(v)
	if err != nil {
		return err
	}
	if said := v.Query("said"); said == needPassword {
		view.Said = v.T("account.said.password")
	}
	return v.Show("account/mine", view)
}

func newMine(v *site.Visit) (mineView, error) {
	open, err := site.Read[client.OwnSessions](v.API.ListSessions(v.Context()))
	if err != nil {
		return mineView{}, err
	}
	s := *v.Session // whose sessions were listed
	view := mineView{
		Frame: v.Frame("account.title"), Local: s.Way == client.SessionWayAccount, Factor: hasFactor(s), Zones: zones(v), Zone: home,
		From: s.From, Before: before{At: v.Moment(s.Before.At), Way: string(s.Before.Way), From: s.Before.From},
		Session: openSession{
			Way: string(s.Way), ID: s.ID, Began: v.Moment(s.BeganAt), Idle: v.Moment(s.IdleAt), Ends: v.Moment(s.EndsAt), Current: true,
		},
	}
	if v.Zone != nil {
		view.Zone = v.Zone.String()
	}
	switch {
	case s.Unit != "":
		view.Belongs = v.Unit(s.Unit, v.Now)
	case s.Partner != "":
		view.Belongs = v.Partner(s.Partner)
	}
	for _, need := range s.Needs {
		view.Needs = append(view.Needs, string(need))
	}
	for _, o := range open.Items {
		view.Sessions = append(view.Sessions, openSession{
			Way: string(o.Way), ID: o.ID, Began: v.Moment(o.BeganAt), Idle: v.Moment(o.IdleAt), Ends: v.Moment(o.EndsAt), Current: o.Current,
		})
	}
	return view, nil
}

// changePassword sets the password of somebody's choice.
func changePassword(v *site.Visit) error {
	if secret(v, "new_password") != secret(v, "again") {
		return notChanged(v, nil, "differs")
	}
	r, err := v.API.ChangePassword(v.Context(), client.PasswordChange{
		Password: secret(v, "password"), Code: code(v), NewPassword: secret(v, "new_password"),
	})
	if err := site.Done(r, err); err != nil {
		p, _ := errors.AsType[*site.Problem](err)
		return notChanged(v, err, p.At("/new_password"))
	}
	v.PassCookies(r)
	return v.Go("/account?said=" + needPassword)
}

// notChanged shows the account again, with what is wrong: with the new password, or with what was to prove the person.
func notChanged(v *site.Visit, err error, flaw string) error {
	trouble := refused(v, err)
	switch {
	case flaw != "":
		trouble = &site.Trouble{Code: "invalid_body", Title: v.T("account.not_taken"), Detail: v.Word("account.flaw", flaw)}
	case trouble == nil:
		return err
	}
	view, failed := newMine(v)
	if failed != nil {
		return cmp.Or(err, failed)
	}
	view.Trouble, view.Flaw = trouble, flaw
	return v.ShowAs(cmp.Or(statusOf(err), 422), "account/mine", view)
}

// statusOf is 0 of no error.
func statusOf(err error) int {
	if err == nil {
		return 0
	}
	return status(err)
}

// endSessions signs out everywhere.
func endSessions(v *site.Visit) error {
	r, err := v.API.SignOutEverywhere(v.Context())
	if err := site.Done(r, err); err != nil {
		return err
	}
	v.PassCookies(r)
	return v.Go("/sign-in?said=" + saidSignedOut)
}
