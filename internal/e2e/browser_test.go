package e2e

import (
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
)

// atPrompt fills in the form of one of the provider's prompts.
func atPrompt(t *testing.T, tab *webtest.Tab, prompt, more string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the provider's form of "+prompt, func() bool {
		return tab.Eval(`(() => {
			const at = document.querySelector('input[name=prompt][value=`+prompt+`]');
			if (!at || document.readyState === 'loading') return 'not yet';
			`+more+`
			at.form.submit();
			return '';
		})()`) == ""
	})
}

const atLogin = `at.form.elements.login.value = 'lan'; at.form.elements.password.value = 'any';`

// An officer signs in at the provider with a browser that knows its rules about cookies: the session's, which is Strict, is
// kept though another site led here, and sent once a page of ours has led on; both are kept on plain loopback, which the
// browser trusts. No form is led to another site, which the pages' policy would stop.
func TestAnOfficerSignsInAtTheProviderThroughABrowser(t *testing.T) {
	t.Parallel()
	h, provider, _ := atProvider(t, map[string][]string{"lan": {"desk"}, "minh": {"desk"}})
	h.bind(h.appoint("lan", "A1K1", "DESK"), provider.issuer, "lan")
	tab := (&webtest.World{URL: h.url}).Open(t)
	tab.Go("/account")
	tab.Await("the sign-in", `location.pathname === '/sign-in'`)
	tab.Click("form[action='/sign-in/provider'] button")
	atPrompt(t, tab, "login", atLogin)
	atPrompt(t, tab, "consent", "")
	tab.Await("the account", `location.pathname === '/account' && document.readyState === 'complete'`)
	if who := tab.Text(".person"); !strings.Contains(who, "Officer lan") {
		t.Errorf("signed in as %q", who)
	}
	if seen := tab.Eval("document.cookie"); strings.Contains(seen, "__Host") {
		t.Errorf("a script of the page reads %s", seen)
	}
	proved := func() string { return tab.Eval(`fetch('/v1/session').then(r => r.json()).then(s => s.proved_until)`) }
	before := proved()
	tab.Go("/account/proof?to=%2Faccount")
	tab.Click("form[action='/sign-in/provider'] button")
	atPrompt(t, tab, "login", atLogin) // again, though it knows the browser
	tab.Await("the account", `location.pathname === '/account' && document.readyState === 'complete'`)
	if after := proved(); after <= before {
		t.Errorf("proved until %s, before that until %s", after, before)
	}
	tab.Submit("form[action='/sign-out'] button")
	if at := tab.Path(); at != "/sign-in?said=out" {
		t.Errorf("after signing out at %s", at)
	}
	if status := tab.Eval(`fetch('/v1/session').then(r => '' + r.status)`); status != "401" {
		t.Errorf("after signing out: %s", status)
	}
}

// Whoever the provider knows and nobody here does comes back to the sign-in and is told no more than anybody else.
func TestAStrangerComesBackFromTheProviderToTheSignIn(t *testing.T) {
	t.Parallel()
	h, _, _ := atProvider(t, map[string][]string{"lan": {"desk"}})
	tab := (&webtest.World{URL: h.url}).Open(t)
	tab.Go("/sign-in?to=%2Faccount")
	tab.Click("form[action='/sign-in/provider'] button")
	atPrompt(t, tab, "login", atLogin)
	atPrompt(t, tab, "consent", "")
	tab.Await("the sign-in", `location.pathname === '/sign-in/provider/callback' && document.querySelector('#trouble')`)
	if code := tab.Eval(`document.querySelector('#trouble').dataset.code`); code != "sign_in_refused" {
		t.Errorf("told %s", code)
	}
	if to := tab.Eval(`document.querySelector('form[action="/sign-in"] [name=to]').value`); to != "/account" {
		t.Errorf("the way back is %s", to)
	}
}
