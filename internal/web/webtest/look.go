package webtest

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
)

// Media is what a device prefers or forces, by the names that CSS has for it.
type Media map[string]string

// Dark is a device at night.
func Dark() Media { return Media{"prefers-color-scheme": "dark"} }

// Contrast is a device of somebody who sees little.
func Contrast() Media { return Media{"prefers-contrast": "more"} }

// Forced is a device that puts its own few colours in place of the page's.
func Forced() Media { return Media{"forced-colors": "active"} }

// Prefer makes the device one that prefers that, in place of what it preferred before. Nothing moves on it, so that a
// picture is whole.
func (tab *Tab) Prefer(m Media) {
	tab.t.Helper()
	all := maps.Clone(m)
	if all == nil {
		all = Media{}
	}
	if all["prefers-color-scheme"] == "" {
		all["prefers-color-scheme"] = "light"
	}
	all["prefers-reduced-motion"] = "reduce"
	var features []*emulation.MediaFeature
	for _, name := range slices.Sorted(maps.Keys(all)) {
		features = append(features, &emulation.MediaFeature{Name: name, Value: all[name]})
	}
	_, err := call(tab, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: features})
	tab.do("prefer something", err)
}

// Dark lets the device prefer dark or light.
func (tab *Tab) Dark(dark bool) {
	tab.t.Helper()
	if dark {
		tab.Prefer(Dark())
	} else {
		tab.Prefer(nil)
	}
}

// Telephone is how wide a telephone is, in pixels.
const Telephone = 360

// Tablet is how wide a tablet is that is held upright.
const Tablet = 768

// Width makes the window so wide; as wide as a telephone it is one, which is touched.
func (tab *Tab) Width(pixels int64) {
	tab.t.Helper()
	if pixels == tab.width {
		return
	}
	height := int64(900)
	var device []chromedp.EmulateViewportOption
	switch {
	case pixels == Telephone:
		height = 800
		device = append(device, chromedp.EmulateTouch)
	case pixels < 600:
		height = 800
	case pixels > 3000:
		height = 2160
	}
	tab.do("set the width", act(tab, chromedp.EmulateViewport(pixels, height, device...)))
	tab.width = pixels
}

// Fits sees to it that in windows so wide nothing has to be scrolled sideways, but what is meant to (.scroll).
func (tab *Tab) Fits(what string, widths ...int64) {
	tab.t.Helper()
	for _, width := range widths {
		tab.Width(width)
		tab.fits(what, width)
	}
	tab.Width(1440)
}

func (tab *Tab) fits(what string, width int64) {
	tab.t.Helper()
	if wide := tab.Eval(`(() => { const w = document.documentElement.scrollWidth, has = innerWidth; return w > has + 1 ? w + ' ' +
		[...document.querySelectorAll('body *')].filter(e => { if (e.getBoundingClientRect().right <= has + 1) return false; for (let p = e.parentElement; p; p = p.parentElement) if (getComputedStyle(p).overflowX !== 'visible') return false; return true; }).slice(0, 5).map(e => e.outerHTML.slice(0, 120)).join(' | ') : ''; })()`); wide != "" {
		tab.t.Errorf("%s is wider than %d pixels: %s", what, width, wide)
	}
}

// TextSize is how large the reader has set text to be in the browser, in percent: what rem, and em in a medium, go by.
func (tab *Tab) TextSize(percent int64) {
	tab.t.Helper()
	_, err := call(tab, page.SetFontSizes, page.SetFontSizesParams{
		FontSizes: &page.FontSizes{Standard: 16 * percent / 100, Fixed: 13 * percent / 100},
	})
	tab.do("set the size of text", err)
}

// Reflows sees to it that somebody who has text at 200 % reads the page without scrolling sideways, at a desk, on a tablet
// and on a telephone (WCAG 1.4.4, 1.4.10), and that the page is as large as they want it.
func (tab *Tab) Reflows(what string) {
	tab.t.Helper()
	tab.reflows(what)
	tab.TextSize(100)
	tab.Width(1440)
}

// reflows is Reflows of a page in a window of 1440 pixels that leaves it on a telephone, with text at 200 %.
func (tab *Tab) reflows(what string) {
	tab.t.Helper()
	const size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
	before := tab.Eval("String(" + size + ")")
	tab.TextSize(200)
	for _, width := range []int64{1440, Tablet, Telephone} {
		tab.Width(width)
		tab.fits(what+" with text at 200 %", width)
		if grown := tab.Eval(fmt.Sprintf("String(%s / %s)", size, before)); grown < "1.7" {
			tab.t.Errorf("%s, %d pixels wide: at 200 %% text is %s times as large", what, width, grown)
		}
	}
}

// Screens writes the page at 1440 and 360 pixels to the directory that VERIGATE_SCREENS names; without it it does nothing.
func (tab *Tab) Screens(name string) {
	tab.t.Helper()
	for _, width := range []int64{1440, Telephone} {
		tab.Screen(name, width)
	}
}

// Devices is Screen for devices that change the colours, for a telephone at night, a window at 400 % and a wall of 4K, and for a
// tablet.
func (tab *Tab) Devices(name string) {
	tab.t.Helper()
	for device, prefers := range map[string]Media{"contrast": Contrast(), "forced": Forced()} {
		tab.Prefer(prefers)
		tab.Screens(name + "-" + device)
	}
	tab.Prefer(Dark())
	for _, width := range []int64{320, Telephone, 3840} {
		tab.Screen(name+"-dark", width)
	}
	tab.Prefer(nil)
	tab.Screen(name, Tablet)
}

// Screen is Screens at one width.
func (tab *Tab) Screen(name string, width int64) {
	tab.t.Helper()
	dir := os.Getenv("VERIGATE_SCREENS")
	if dir == "" {
		return
	}
	tab.do("make the directory", os.MkdirAll(dir, 0o750))
	tab.Width(width)
	tab.Eval("String(document.documentElement.offsetHeight)") // lays it out so wide
	picture, err := run(tab, chromedp.FullScreenshot(100))
	tab.do("take a picture", err)
	tab.do("keep it", os.WriteFile(filepath.Join(dir, fmt.Sprintf("%s-%d.png", name, width)), picture, 0o600))
	tab.Width(1440)
}
