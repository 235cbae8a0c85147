package account_test

import (
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

const chosen = "mười hai tháng chín 2021"

// newcomer is somebody who has been handed both halves of a first password.
type newcomer struct {
	*webtest.Tab
	t        *testing.T
	name     string
	password string
	secret   string
}

func (n *newcomer) signIn(password, code string) {
	n.t.Helper()
	n.Fill("#name", n.name)
	n.Fill("#password", password)
	n.Fill("#code", code)
	n.Submit("main form[action='/sign-in'] button")
}

// code is the authenticator's, of this step or of a later one.
func (n *newcomer) code(later time.Duration) string {
	n.t.Helper()
	code, err := totp.GenerateCode(n.secret, time.Now().Add(later))
	if err != nil {
		n.t.Fatal(err)
	}
	return code
}

// goes sees to where a tab has come.
func (n *newcomer) at(path string) {
	n.t.Helper()
	if got := n.Path(); got != path {
		n.t.Fatalf("at %s, not at %s\n%s", got, path, n.Text("main"))
	}
}

// settle finishes the account, and leaves the recovery codes on the page.
func (n *newcomer) settle(screens bool) {
	n.t.Helper()
	n.at("/account")
	if n.Has("header nav") {
		n.t.Error("an unfinished account has a menu")
	}
	n.Fill("#password", n.password)
	n.Fill("#new", "short")
	n.Fill("#again", "short")
	n.Submit("form[action='/account/password'] button")
	if !n.Has("#new[aria-invalid]") {
		n.t.Errorf("a short password is taken, or not told so: %s", n.Text("main"))
	}
	n.shown(screens, "account-password")
	n.Fill("#password", n.password)
	n.Fill("#new", chosen)
	n.Fill("#again", chosen)
	n.Submit("form[action='/account/password'] button")
	n.at("/account?said=password")
	n.shown(screens, "account-factor-begin")
	n.Submit("form[action='/account/second-factor'] button")
	n.shown(screens, "account-factor")
	n.secret = strings.ReplaceAll(n.Text("#secret"), " ", "")
	n.Fill("#code", "000000")
	n.Submit("form[action='/account/second-factor/confirmation'] button")
	if got := strings.ReplaceAll(n.Text("#secret"), " ", ""); got != n.secret || !n.Has("#trouble") {
		n.t.Fatalf("after a wrong code: another secret, or no word of it: %s", n.Text("main"))
	}
	n.Fill("#code", n.code(0)[:3]+" "+n.code(0)[3:]) // as authenticators show it
	n.Submit("form[action='/account/second-factor/confirmation'] button")
	n.shown(screens, "account-codes")
}

func (n *newcomer) shown(screens bool, name string) {
	n.t.Helper()
	if screens {
		n.Accessible(name)
		n.Screens(name)
	}
}

func TestSomebodySignsInForTheFirstTimeAndAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journeys of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	for language, words := range map[string]struct{ title, step, refused string }{
		"vi": {"Đăng nhập", "Mã dự phòng", "Không đăng nhập được"},
		"en": {"Sign in", "Recovery codes", "Not signed in"},
	} {
		t.Run(language, func(t *testing.T) {
			t.Parallel()
			n := &newcomer{Tab: w.Open(t), t: t, name: "lan." + language}
			n.password = w.Admit(t, n.name, "03", verification.RoleUnit)
			screens := language == "vi"
			n.Go("/account/proof?to=%2Fdemo") // whoever is not signed in is led to the sign-in, and back
			n.Speak(language)
			n.at("/sign-in?to=" + "%2Faccount%2Fproof%3Fto%3D%252Fdemo")
			if got := n.Text("h1"); got != words.title {
				t.Errorf("the sign-in is titled %q", got)
			}
			n.shown(screens, "sign-in")
			n.signIn(n.password+"x", "")
			if got := n.Text("#trouble h2"); got != words.refused || n.Eval("document.querySelector('#password').value") != "" {
				t.Errorf("a wrong password: %q", got)
			}
			n.shown(screens, "sign-in-refused")
			n.patiently(n.password, "")
			n.settle(screens)
			if got := n.Text("h1"); got != words.step {
				t.Errorf("the last step is titled %q", got)
			}
			recovery := n.Text(".account-codes code")
			if !regexp.MustCompile(`^([0-9a-z]{4}-){3}[0-9a-z]{4}$`).MatchString(recovery) || n.Eval("'' + document.querySelectorAll('.account-codes li').length") != "10" {
				t.Errorf("recovery codes: %s", n.Text("main"))
			}
			n.Submit("form[action='/sign-out'] button")
			n.at("/sign-in?said=out")
			n.Go("/sign-in?to=%2Faccount")
			n.patiently(chosen, n.code(30*time.Second)) // that of the enrolment is used
			n.at("/account")
			n.shown(screens, "account")
			n.Submit("form[action='/sign-out'] button")
			n.Go("/sign-in?to=%2Faccount%2Fproof%3Fto%3D%252Faccount")
			n.patiently(chosen, recovery)
			n.at("/account/proof?to=%2Faccount")
			n.shown(screens, "account-proof")
			n.Fill("#password", chosen)
			n.Fill("#code", recovery) // which is used
			n.Submit("form[action='/account/proof'] button")
			if !n.Has("#trouble") {
				t.Errorf("a recovery code is good twice: %s", n.Text("main"))
			}
		})
	}
}

// patiently signs in, again where somebody was too fast.
func (n *newcomer) patiently(password, code string) {
	n.t.Helper()
	webtest.Eventually(n.t, 20*time.Second, "sign in", func() bool {
		n.signIn(password, code)
		return !n.Has("#trouble[data-code=too_many_attempts]")
	})
	if n.Has("#trouble") {
		n.t.Fatalf("not signed in: %s", n.Text("main"))
	}
}
