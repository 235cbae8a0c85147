package e2e

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"verigate/internal/tooltest"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// chromium starts a real browser of its own for one test. Without one a test is left out, and in CI it fails.
func chromium(t *testing.T) context.Context {
	t.Helper()
	path := tooltest.Program(t, "chromium")
	limit, cancel := context.WithTimeout(t.Context(), time.Minute)
	t.Cleanup(cancel)
	options := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox)
	started, stop := chromedp.NewExecAllocator(limit, options...)
	t.Cleanup(stop)
	tab, leave := chromedp.NewContext(started)
	t.Cleanup(leave)
	return tab
}

// script runs in the page and gives its text.
func script(ctx context.Context, t *testing.T, text string) string {
	t.Helper()
	said, err := chromedp.Run(ctx, chromedp.Evaluate[string](text, chromedp.EvalAwaitPromise))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return said
}

// An officer signs in at the provider with a browser that knows its rules about cookies: one that is Strict is kept though
// another site led here, and both are kept on plain loopback, which the browser trusts.
func TestAnOfficerSignsInAtTheProviderThroughABrowser(t *testing.T) {
	t.Parallel()
	h, provider, _ := atProvider(t, map[string][]string{"lan": {"desk"}})
	id := h.appoint("lan", "A1K1", "DESK")
	h.bind(id, provider.issuer, "lan")
	tab := chromium(t)
	goTo := func(at string) {
		t.Helper()
		if err := chromedp.Do(tab, chromedp.Navigate(at)); err != nil {
			t.Fatalf("go to %s: %v", at, err)
		}
	}
	if err := chromedp.Do(tab); err != nil {
		t.Fatal(err)
	}
	// There are no pages of ours yet: the test speaks for them from an answer of the API.
	if _, err := chromedp.Call(tab, page.SetBypassCSP, page.SetBypassCSPParams{Enabled: true}); err != nil {
		t.Fatal(err)
	}
	goTo(h.url + "/health/live")
	const json = `{method: 'POST', headers: {'Content-Type': 'application/json'}, body: '{}'}`
	goTo(script(tab, t, `fetch('/v1/session/provider', `+json+`).then(r => r.json()).then(b => b.location)`))
	fill := func(prompt, more string) {
		t.Helper()
		eventually(t, 20*time.Second, func() error {
			said := script(tab, t, `(() => {
				const at = document.querySelector('input[name=prompt][value=`+prompt+`]');
				if (!at) return location.href;
				`+more+`
				at.form.submit();
				return '';
			})()`)
			if said != "" {
				return errors.New("no form of " + prompt + " at " + said)
			}
			return nil
		})
	}
	fill("login", `at.form.elements.login.value = 'lan'; at.form.elements.password.value = 'any';`)
	fill("consent", "")
	eventually(t, 20*time.Second, func() error {
		if at := script(tab, t, "location.href"); !strings.HasPrefix(at, h.url+"/v1/session/provider/callback") {
			return fmt.Errorf("at %s", at)
		}
		return nil
	})
	got := script(tab, t, `fetch('/v1/session').then(async r => r.status + ' ' + await r.text())`)
	if !strings.HasPrefix(got, "200 ") || !strings.Contains(got, id) {
		t.Errorf("the browser is not signed in: %s", got)
	}
	if seen := script(tab, t, "document.cookie"); seen != "" {
		t.Errorf("a script of the page reads %s", seen)
	}
	out := script(tab, t, `fetch('/v1/session', {method: 'DELETE'}).then(() => fetch('/v1/session')).then(r => '' + r.status)`)
	if out != "401" {
		t.Errorf("after signing out: %s", out)
	}
}
