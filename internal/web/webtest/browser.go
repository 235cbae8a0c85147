package webtest

import (
	"context"
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"

	"verigate/internal/tooltest"
)

// visits is how long a browser may be at work in one test.
const visits = 2 * time.Minute

// Tab is a tab of a browser of its own. What its pages complain of, above all of their content policy, fails the test.
type Tab struct {
	Context context.Context //nolint:containedctx // chromedp's tab is its context
	t       testing.TB
	url     string

	mu      sync.Mutex
	trouble []string
}

// Open starts a browser, 1440 by 900. Without one a test is left out, and in CI it fails.
func (w *World) Open(t testing.TB, options ...chromedp.ExecAllocatorOption) *Tab {
	t.Helper()
	path := tooltest.Program(t, "chromium")
	limit, cancel := context.WithTimeout(t.Context(), visits)
	t.Cleanup(cancel)
	all := append(chromedp.DefaultExecAllocatorOptions[:], chromedp.ExecPath(path), chromedp.NoSandbox, chromedp.WindowSize(1440, 900))
	started, stop := chromedp.NewExecAllocator(limit, append(all, options...)...)
	t.Cleanup(stop)
	ctx, leave := chromedp.NewContext(started)
	t.Cleanup(leave)
	tab := &Tab{Context: ctx, t: t, url: w.URL}
	tab.do("start", chromedp.Do(ctx))
	tab.listen()
	t.Cleanup(tab.complain)
	return tab
}

// refused is an answer that the gateway means: what is not permitted, and what is away.
var refused = regexp.MustCompile(`the server responded with a status of (4\d\d|503)`)

// listen keeps what a page's scripts and its policy complain of.
func (tab *Tab) listen() {
	_, err := chromedp.Call(tab.Context, log.Enable, struct{}{})
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
	tab.do("go to "+path, chromedp.Do(tab.Context, chromedp.Navigate(tab.url+path)))
	tab.arrive("the page " + path)
}

// Path is where the tab is.
func (tab *Tab) Path() string { return tab.Eval("location.pathname + location.search") }

// Eval gives the text of an expression in the page.
func (tab *Tab) Eval(expression string) string {
	tab.t.Helper()
	said, err := chromedp.Run(tab.Context, chromedp.Evaluate[string](expression, chromedp.EvalAwaitPromise))
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
	const patience = 20 * time.Second
	var last error
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		is, err := chromedp.Run(tab.Context, chromedp.Evaluate[bool]("!!("+expression+")"))
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
	tab.do("click "+selector, chromedp.Do(tab.Context, chromedp.Click(chromedp.CSS(selector))))
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
	tab.do("press a key", chromedp.Do(tab.Context, chromedp.KeyEvent(key)))
}

// Width makes the window so wide.
func (tab *Tab) Width(pixels int64) {
	tab.t.Helper()
	height := int64(900)
	if pixels < 600 {
		height = 800
	}
	tab.do("set the width", chromedp.Do(tab.Context, chromedp.EmulateViewport(pixels, height)))
}

// Dark lets the device prefer dark or light.
func (tab *Tab) Dark(dark bool) {
	tab.t.Helper()
	value := "light"
	if dark {
		value = "dark"
	}
	_, err := chromedp.Call(tab.Context, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: value}, {Name: "prefers-reduced-motion", Value: "reduce"}},
	})
	tab.do("prefer "+value, err)
}

// WithoutScripts switches scripts off for the pages that follow.
func (tab *Tab) WithoutScripts() {
	tab.t.Helper()
	_, err := chromedp.Call(tab.Context, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: true})
	tab.do("switch scripts off", err)
}

//go:embed npm/package.json npm/package-lock.json
var packages embed.FS

// Accessible holds the page against WCAG 2.2 AA with axe-core, in light and in dark, and sees to it that nothing is wider
// than a window of 360 pixels.
func (tab *Tab) Accessible(what string) {
	tab.t.Helper()
	tree, err := fs.Sub(packages, "npm")
	tab.do("find the packages", err)
	axe, err := os.ReadFile(filepath.Join(tooltest.Packages(tab.t, tree), "node_modules", "axe-core", "axe.min.js"))
	tab.do("read axe", err)
	for _, dark := range []bool{false, true} {
		tab.Dark(dark)
		_, err = chromedp.Run(tab.Context, chromedp.Evaluate[chromedp.Void](string(axe)+";0"))
		tab.do("load axe", err)
		said := tab.Eval(`axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']}).then(r =>
			JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ' | ' + v.nodes.slice(0, 4).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | '))))`)
		var violations []string
		tab.do("read axe", json.Unmarshal([]byte(said), &violations))
		for _, v := range violations {
			tab.t.Errorf("%s, dark %v: %s", what, dark, v)
		}
	}
	tab.Dark(false)
	tab.Width(360)
	if wide := tab.Eval(`(() => { const w = document.documentElement.scrollWidth; return w > 361 ? w + ' ' + [...document.querySelectorAll('main *')].filter(e => e.getBoundingClientRect().right > 362 && !e.closest('.scroll')).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(' | ') : ''; })()`); wide != "" {
		tab.t.Errorf("%s is wider than 360 pixels: %s", what, wide)
	}
	tab.Width(1440)
}

// Screens writes the page at 1440 and 360 pixels to the directory that VERIGATE_SCREENS names; without it it does nothing.
func (tab *Tab) Screens(name string) {
	tab.t.Helper()
	dir := os.Getenv("VERIGATE_SCREENS")
	if dir == "" {
		return
	}
	tab.do("make the directory", os.MkdirAll(dir, 0o750))
	for _, width := range []int64{1440, 360} {
		tab.Width(width)
		picture, err := chromedp.Run(tab.Context, chromedp.FullScreenshot(100))
		tab.do("take a picture", err)
		tab.do("keep it", os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), picture, 0o600))
	}
	tab.Width(1440)
}
