package webtest

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"

	"verigate/internal/tooltest"
)

//go:embed npm/package.json npm/package-lock.json
var packages embed.FS

// axe is the source of axe-core.
func axe(t testing.TB) string {
	t.Helper()
	tree, err := fs.Sub(packages, "npm")
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile(filepath.Join(tooltest.Packages(t, tree), "node_modules", "axe-core", "axe.min.js"))
	if err != nil {
		t.Fatal(err)
	}
	return string(source)
}

// loadAxe lets the page have axe-core. Its source is 650 kB, which is more work to hand to a browser than to run: it is handed
// once to each tab, whose session keeps it.
func (tab *Tab) loadAxe() {
	tab.t.Helper()
	const keeps = "verigate-axe"
	if tab.Eval(fmt.Sprintf(`(() => { const s = sessionStorage.getItem(%q); if (s) (0, eval)(s); return s ? 'kept' : ''; })()`, keeps)) == "kept" {
		return
	}
	source, err := json.Marshal(axe(tab.t))
	tab.do("quote axe", err)
	_, err = run(tab, chromedp.Evaluate[chromedp.Void](
		fmt.Sprintf(`(s => { (0, eval)(s); sessionStorage.setItem(%q, s); })(%s)`, keeps, source)))
	tab.do("load axe", err)
}

// What axe-core looks for: all of WCAG 2.2 AA, or what another choice of colours may break.
const (
	allRules    = `['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']`
	colourRules = `{type: 'rule', values: ['color-contrast', 'link-in-text-block']}`
)

// Accessible holds the page against WCAG 2.2 AA with axe-core, in light, in dark and with more contrast, and sees to it that
// it can be read and touched (reads), that nothing is wider than the narrowest window: 320 pixels, which is a window of
// 1280 at 400 %; that it reflows with larger text (Reflows); and that it does not say that something is away. The window
// becomes narrower by each step, for to lay a page out anew is most of the work.
func (tab *Tab) Accessible(what string) {
	tab.t.Helper()
	tab.accessible(what)
	if tab.away() {
		tab.t.Errorf("%s: it is said not to be current: %s", what, tab.Text("#stale"))
	}
}

// AccessibleThoughAway is Accessible of a page that has to say that something is away.
func (tab *Tab) AccessibleThoughAway(what string) {
	tab.t.Helper()
	tab.accessible(what)
	if !tab.away() {
		tab.t.Errorf("%s: it is not said that it may be old", what)
	}
}

func (tab *Tab) away() bool { return tab.Has("#stale:not([hidden])") }

func (tab *Tab) accessible(what string) {
	tab.t.Helper()
	tab.loadAxe()
	for _, device := range []struct {
		name, rules string
		prefers     Media
	}{{"dark", allRules, Dark()}, {"more contrast", colourRules, Contrast()}, {"light", allRules, nil}} {
		tab.Prefer(device.prefers)
		// What passed is not told, nor where an element is: nobody reads it.
		said := tab.Eval(`axe.run(document, {runOnly: ` + device.rules + `, reporter: 'no-passes', selectors: false, preload: {assets: ['media']}}).then(r =>
			JSON.stringify(r.violations.map(v => v.id + ': ' + v.help + ' | ' + v.nodes.slice(0, 4).map(n => n.html.slice(0, 160) + ' ' + (n.any[0]?.message ?? '')).join(' | '))))`)
		var violations []string
		tab.do("read axe", json.Unmarshal([]byte(said), &violations))
		for _, v := range violations {
			tab.t.Errorf("%s, %s: %s", what, device.name, v)
		}
	}
	tab.Width(1440)
	tab.reads(what)
	tab.reflows(what)
	tab.TextSize(100)
	tab.touches(what)
	tab.Fits(what, 320)
}
