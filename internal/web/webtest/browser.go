package webtest

import (
	"context"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"

	"verigate/internal/tooltest"
)

// hangs is how long a browser may be at work on one thing.
const hangs = time.Minute

// patience is how long a page is waited for.
const patience = 20 * time.Second

// Tab is a tab of a browser of its own. What its pages complain of, above all of their content policy, fails the test.
type Tab struct {
	Context context.Context //nolint:containedctx // chromedp's tab is its context
	t       testing.TB
	url     string
	width   int64 // of the window, as Width made it; 0: as the browser was started

	mu      sync.Mutex
	trouble []string
}

// Open starts a browser, 1440 by 900. Without one a test is left out, and in CI it fails.
func (w *World) Open(t testing.TB, options ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	path := tooltest.Program(t, "chromium")
	all := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1440, 900),
		chromedp.Flag("js-flags", "--no-opt")) // a page is too short to live for what it is worth to compile its scripts well
	started, stop := chromedp.NewExecAllocator(t.Context(), append(all, options...)...)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(started)
	t.Cleanup(leave)
	tab := &Tab{Context: ctx, t: t, url: w.URL}
	tab.do("start", chromedp.Do(ctx))
	tab.listen()
	t.Cleanup(tab.complain)
	return tab
}

// run does one thing in the browser; one on which it hangs is an error.
func run[T any](tab *Tab, a chromedp.Action[T]) (T, error) {
	ctx, cancel := context.WithTimeout(tab.Context, hangs)
	defer cancel()
	return chromedp.Run(ctx, a)
}

// act is run of what gives nothing.
func act(tab *Tab, a chromedp.Action[chromedp.Void]) error {
	_, err := run(tab, a)
	return err
}

// call is run of a command of the protocol.
func call[P, R any](tab *Tab, c cdp.Command[P, R], params P) (R, error) {
	ctx, cancel := context.WithTimeout(tab.Context, hangs)
	defer cancel()
	return chromedp.Call(ctx, c, params)
}

// refused is an answer that the gateway means: what is not permitted, and what is away.
var refused = regexp.MustCompile(`the server responded with a status of (4\d\d|503)`)

// listen keeps what a page's scripts and its policy complain of.
func (tab *Tab) listen() {
	_, err := call(tab, log.Enable, struct{}{})
	tab.do("listen", err)
	tab.do("listen", chromedp.Listen(tab.Context, func(ev any) {
		switch e := ev.(type) {
		case *runtime.EventExceptionThrown:
			tab.note("script: " + e.ExceptionDetails.Text + " " + described(e.ExceptionDetails))
		case *log.EventEntryAdded:
			if e.Entry.Level == log.EntryLevelError && !refused.MatchString(e.Entry.Text) &&
				!strings.Contains(e.Entry.Text, "net::ERR_") {
				tab.note(string(e.Entry.Source) + ": " + e.Entry.Text)
			}
		}
	}))
}

func described(d *runtime.ExceptionDetails) string {
	if d.Exception != nil {
		return d.Exception.Description
	}
	return ""
}

func (tab *Tab) note(trouble string) {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	tab.trouble = append(tab.trouble, trouble)
}

func (tab *Tab) complain() {
	tab.mu.Lock()
	defer tab.mu.Unlock()
	for _, said := range tab.trouble {
		tab.t.Errorf("the page complains: %s", said)
	}
}

func (tab *Tab) do(what string, err error) {
	tab.t.Helper()
	if err != nil {
		tab.t.Fatalf("%s: %v", what, err)
	}
}

// Enter goes on as somebody of the demonstration, named as demo.Credentials.Of does, at a page.
func (tab *Tab) Enter(who, at string) {
	tab.t.Helper()
	tab.Go("/demo")
	tab.Eval(fmt.Sprintf(`(() => { window.left = 'behind'; const f = document.createElement('form'); f.method = 'post'; f.action = '/demo/enter';
		for (const [n, v] of [['who', %q], ['to', %q]]) { const i = document.createElement('input'); i.name = n; i.value = v; f.append(i); }
		document.body.append(f); f.submit(); return ''; })()`, who, at))
	tab.arrive("the first page of " + who)
}

// arrive waits for the page after the one whose window was marked as left behind.
func (tab *Tab) arrive(what string) {
	tab.t.Helper()
	tab.Await(what, "document.readyState === 'complete' && window.left !== 'behind'")
}

// Speak chooses the language, by the form that every page has.
func (tab *Tab) Speak(language string) {
	tab.t.Helper()
	tab.Eval(fmt.Sprintf(`window.left = 'behind', document.querySelector('form[action="/settings"] button[value=%q]').click(), ''`, language))
	tab.arrive("the page in " + language)
	if got := tab.Eval("document.documentElement.lang"); got != language {
		tab.t.Fatalf("the page speaks %s, not %s", got, language)
	}
}

// Go goes to a page. The end of a load that was under way before is not taken for its own.
func (tab *Tab) Go(path string) {
	tab.t.Helper()
	tab.Eval("window.left = 'behind', ''")
	tab.do("go to "+path, act(tab, chromedp.Navigate(tab.url+path)))
	tab.arrive("the page " + path)
}

// GoUntil goes to a page, and again until an expression is true there: a page that is made from the board, and stays as it was
// made, may be of a moment before the board has followed the record.
func (tab *Tab) GoUntil(path, what, expression string) {
	tab.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		tab.Go(path)
		if tab.Eval("String(!!("+expression+"))") == "true" {
			return
		}
	}
	tab.t.Fatalf("went in vain to %s for %s\n%s", path, what, tab.Text("main"))
}

// Path is where the tab is.
func (tab *Tab) Path() string { return tab.Eval("location.pathname + location.search") }

// Eval gives the text of an expression in the page.
func (tab *Tab) Eval(expression string) string {
	tab.t.Helper()
	said, err := run(tab, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
	if err != nil {
		tab.t.Fatalf("%s: %v", expression, err)
	}
	return said
}

// Text is what a reader reads of an element, the first that fits the selector.
func (tab *Tab) Text(selector string) string {
	tab.t.Helper()
	return tab.Eval(fmt.Sprintf(`document.querySelector(%q)?.innerText ?? 'there is no ' + %q`, selector, selector))
}

// Has says whether an element is there.
func (tab *Tab) Has(selector string) bool {
	tab.t.Helper()
	return tab.Eval(fmt.Sprintf(`document.querySelector(%q) ? 'yes' : 'no'`, selector)) == "yes"
}

// Await waits until an expression is true, across pages.
func (tab *Tab) Await(what, expression string) {
	tab.t.Helper()
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		is, err := run(tab, chromedp.Evaluate[bool]("!!("+expression+")"))
		if err == nil && is {
			return
		}
		last = err
	}
	tab.t.Fatalf("waited in vain for %s at %s: %v\n%s", what, tab.Path(), last, tab.Text("main"))
}

// Click presses the first element that fits, as a reader does.
func (tab *Tab) Click(selector string) {
	tab.t.Helper()
	tab.Await("to click "+selector, fmt.Sprintf(`document.querySelector(%q)`, selector))
	tab.do("click "+selector, act(tab, chromedp.Click(chromedp.CSS(selector))))
}

// Submit presses a button of a form and waits for the page that follows.
func (tab *Tab) Submit(selector string) {
	tab.t.Helper()
	tab.Eval("window.left = 'behind', ''")
	tab.Click(selector)
	tab.arrive("the page after " + selector)
}

// Fill types into a field what a reader would, in place of what is there; of a list it chooses the value.
func (tab *Tab) Fill(selector, value string) {
	tab.t.Helper()
	said := tab.Eval(fmt.Sprintf(`(() => { const f = document.querySelector(%q); if (!f) return 'there is no such field';
		f.focus(); f.value = %q; for (const e of ['input', 'change']) f.dispatchEvent(new Event(e, {bubbles: true})); return f.value === %q ? '' : 'it took ' + f.value; })()`,
		selector, value, value))
	if said != "" {
		tab.t.Fatalf("fill %s: %s", selector, said)
	}
}

// Press presses a key, such as j or kb.Enter.
func (tab *Tab) Press(key string) {
	tab.t.Helper()
	tab.do("press a key", act(tab, chromedp.KeyEvent(key)))
}

// Reach goes on by the Tab key alone until the focus is on what fits, as somebody does who has no mouse.
func (tab *Tab) Reach(selector string) {
	tab.t.Helper()
	const far = 200 // no page has more to reach
	for range far {
		if tab.Eval(fmt.Sprintf("String(document.activeElement?.matches(%q))", selector)) == "true" {
			return
		}
		tab.Press(kb.Tab)
	}
	tab.t.Fatalf("at %s no key leads to %s", tab.Path(), selector)
}

// Follow presses the Enter key on what Reach finds, and waits for the page that follows.
func (tab *Tab) Follow(selector string) {
	tab.t.Helper()
	tab.Reach(selector)
	tab.Eval("window.left = 'behind', ''")
	tab.Press(kb.Enter)
	tab.arrive("the page after " + selector)
}

// WithoutScripts switches scripts off for the pages that follow.
func (tab *Tab) WithoutScripts() {
	tab.t.Helper()
	_, err := call(tab, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.do("switch scripts off", err)
}
