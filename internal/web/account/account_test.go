package account_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"verigate/internal/app"
	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

const chosen = "mười hai tháng chín 2021"

// newcomer is somebody who has been handed both halves of a first password.
type newcomer struct {
	*webtest.Tab
	t        *testing.T
	name     string
	now      func() time.Time
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
	code, err := totp.GenerateCode(n.secret, n.now().Add(later))
	if err != nil {
		n.t.Fatal(err)
	}
	return code
}

// at sees to where the tab has come.
func (n *newcomer) at(path string) {
	n.t.Helper()
	if got := n.Path(); got != path {
		n.t.Fatalf("at %s, not at %s\n%s", got, path, n.Text("main"))
	}
}

// settle finishes the account, and leaves the recovery codes on the page.
func (n *newcomer) settle(screens bool) {
	n.t.Helper()
	n.at("/account?done=sign_in")
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
		t.Skip("skipped: browsers' journeys of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	for _, test := range []struct {
		language, title, codes, refused string
		first, last                     string // what is said after the first sign-in, and how after the second
		role                            verification.Role
		scripts, screens                bool
	}{
		{"vi", "Đăng nhập", "Mã dự phòng", "Không đăng nhập được", "Chưa ghi nhận lần đăng nhập nào trước lần này.", `^Lần đăng nhập trước: .*\d\d/\d\d/\d{4}, \d\d:\d\d \(giờ Hà Nội\), từ 127\.0\.0\.1\.$`, verification.RoleUnit, true, true},
		{"en", "Sign in", "Recovery codes", "Not signed in", "No sign-in before this one is known.", `^Last signed in [A-Z][a-z]{2} \d+ [A-Z][a-z]{2} \d{4}, \d\d:\d\d Hanoi \(UTC\+7\) from 127\.0\.0\.1\.$`, verification.RoleOperator, false, false},
	} {
		t.Run(fmt.Sprintf("%s, scripts %t", test.language, test.scripts), func(t *testing.T) {
			t.Parallel()
			n := &newcomer{Tab: w.Open(t), t: t, now: w.Parts.Now, name: strings.ToLower(string(test.role)) + ".lan"}
			n.password = w.Admit(t, n.name, "03", test.role)
			if !test.scripts {
				n.WithoutScripts()
			}
			n.Go("/account/proof?to=%2Fdemo") // whoever is not signed in is led to the sign-in, and back
			n.Speak(test.language)
			n.at("/sign-in?to=%2Faccount%2Fproof%3Fto%3D%252Fdemo")
			if got := n.Text("h1"); got != test.title {
				t.Errorf("the sign-in is titled %q", got)
			}
			n.shown(test.screens, "sign-in")
			n.signIn(n.password+"x", "")
			if got := n.Text("#trouble h2"); got != test.refused || n.Eval("document.querySelector('#password').value") != "" {
				t.Errorf("a wrong password: %q", got)
			}
			n.shown(test.screens, "sign-in-refused")
			n.patiently(n.password, "")
			if got := n.Text(".said"); got != test.first {
				t.Errorf("after the first sign-in it is said %q", got)
			}
			n.settle(test.screens)
			if got := n.Text("h1"); got != test.codes {
				t.Errorf("the last step is titled %q", got)
			}
			recovery := n.Text(".account-codes code")
			if !regexp.MustCompile(`^([0-9a-z]{4}-){3}[0-9a-z]{4}$`).MatchString(recovery) || n.Eval("'' + document.querySelectorAll('.account-codes li').length") != "10" {
				t.Errorf("recovery codes: %s", n.Text("main"))
			}
			if test.role == verification.RoleOperator { // who has two pages beside the own account, and begins with the house
				n.Submit("main a.main")
				n.at("/admin")
				if items := n.Eval("'' + document.querySelectorAll('header nav li').length"); items != "2" {
					t.Errorf("an operator has a menu of %s", items)
				}
			}
			n.Submit("form[action='/sign-out'] button")
			n.at("/sign-in?said=out")
			n.Go("/sign-in?to=%2Faccount")
			n.patiently(chosen, n.code(30*time.Second)) // that of the enrolment is used
			n.at("/account?done=sign_in")
			if got := n.Text(".said"); !regexp.MustCompile(test.last).MatchString(got) {
				t.Errorf("after the second sign-in it is said %q", got)
			}
			if got := n.Text("#account-before"); !strings.Contains(got, "127.0.0.1") {
				t.Errorf("the account says of the sign-in before %q", got)
			}
			n.shown(test.screens, "account")
			n.everywhere(w)
			n.Go("/account")
			n.at("/sign-in?to=%2Faccount") // the session is over
			n.Go("/sign-in?to=%2Faccount%2Fproof%3Fto%3D%252Faccount")
			n.patiently(chosen, recovery)
			n.at("/account/proof?done=sign_in&to=%2Faccount")
			n.shown(test.screens, "account-proof")
			n.Fill("#password", chosen)
			n.Fill("#code", recovery) // which is used
			n.Submit("form[action='/account/proof'] button")
			if !n.Has("#trouble") {
				t.Errorf("a recovery code is good twice: %s", n.Text("main"))
			}
		})
	}
}

// everywhere ends the person's sessions at every gateway, from another device.
func (n *newcomer) everywhere(w *webtest.World) {
	n.t.Helper()
	for _, p := range w.Parts.Registry.Keyring().Principals() {
		if own, has := p.Account(); has && own.Account == n.name {
			if err := w.Parts.Sessions.EndAll(n.t.Context(), p.ID); err != nil {
				n.t.Fatal(err)
			}
		}
	}
}

// shifted is the real clock, which a test moves ahead.
type shifted struct{ by atomic.Int64 }

func (s *shifted) now() time.Time { return time.Now().Add(time.Duration(s.by.Load())) }

func (s *shifted) pass(t *testing.T, w *webtest.World, by time.Duration) {
	t.Helper()
	s.by.Add(int64(by))
	if err := w.Parts.Sessions.Catch(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// What is grave asks once more who somebody is, after five minutes, and goes on from there; so does a role of the
// demonstration. Too many attempts are told when to come back.
func TestWhatIsGraveAsksOnceMoreWhoSomebodyIs(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	clock := &shifted{}
	w := webtest.Start(t, func(o *app.Options) { o.Now = clock.now })
	n := &newcomer{Tab: w.Open(t), t: t, now: clock.now, name: "duty.minh"}
	n.password = w.Admit(t, n.name, "A1K1", verification.RoleDesk)
	n.Go("/sign-in")
	n.Speak("en")
	n.patiently(n.password, "")
	n.settle(false)
	clock.pass(t, w, 6*time.Minute)
	begin := "form[action='/account/second-factor'] button"
	n.Go("/account")
	n.Eval("document.querySelectorAll('#secrets details').forEach(d => d.open = true), ''")
	n.Submit(begin)
	n.at("/account/proof?to=%2Faccount")
	n.Fill("#password", chosen)
	n.Fill("#code", n.code(0))
	n.Submit("form[action='/account/proof'] button")
	n.at("/account")
	n.Eval("document.querySelectorAll('#secrets details').forEach(d => d.open = true), ''")
	n.Submit(begin)
	if !n.Has("#secret") {
		t.Errorf("after the proof: %s", n.Text("main"))
	}
	n.Go("/account")
	n.Eval("document.querySelectorAll('#sessions details').forEach(d => d.open = true), ''")
	n.Submit("form[action='/account/sessions/end'] button")
	n.at("/sign-in?said=out")
	throttled := false
	for range 8 {
		n.signIn("a guess of somebody", "123456")
		if throttled = n.Has("#trouble[data-code=too_many_attempts]"); throttled {
			break
		}
	}
	if said := n.Text("#trouble"); !throttled || !regexp.MustCompile(`Try again in \d+\Ws\. The account is not locked\.`).MatchString(said) {
		t.Errorf("eight guesses are told %q", said)
	}
	if typed := n.Eval("document.documentElement.outerHTML"); strings.Contains(typed, "a guess of somebody") {
		t.Error("a password comes back on the page")
	}

	n.Enter("desk:2", "/account/proof?to=%2Faccount")
	n.Submit("form[action='/demo/enter'] button.main")
	n.at("/account")
	if who := n.Text(".person"); !strings.Contains(who, "Cán bộ trực 2") {
		t.Errorf("entered again as %s", who)
	}
}

// A way back leads to no other site.
func TestTheSignInLeadsToNoOtherSite(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"} {
		q, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.URL+"/sign-in?to="+url.QueryEscape(to), nil)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.DefaultClient.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		page, err := io.ReadAll(r.Body)
		r.Body.Close()
		if err != nil || !strings.Contains(string(page), `name="to" value="/"`) {
			t.Errorf("%s: %v %s", to, err, page)
		}
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

// What proves who somebody is stands on no page again, and outside of these pages none asks for it.
func TestASecretIsNotKeptForAnotherSession(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	const typed = "swordfish"
	form := url.Values{"name": {"nobody"}, "password": {typed}, "new_password": {typed}, "again": {typed}, "code": {typed}}
	for _, path := range []string{"/sign-in", "/account/password", "/account/second-factor", "/account/second-factor/confirmation", "/account/proof"} {
		if page := w.Visit(t, "", path, form, "Sec-Fetch-Site", "same-origin"); strings.Contains(page.Body, typed) {
			t.Errorf("%s: %d %s", path, page.Status, page.Body)
		}
	}
	pages, err := filepath.Glob("../*/*.html")
	if err != nil || len(pages) < 20 {
		t.Fatalf("%d files of pages, %v", len(pages), err)
	}
	for _, name := range pages {
		content, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if secret := regexp.MustCompile(`type="password"|one-time-code`).Find(content); secret != nil && !strings.HasPrefix(name, "../account/") {
			t.Errorf("%s asks for a secret: %s", name, secret)
		}
	}
}
