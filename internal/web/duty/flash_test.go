package duty_test

import (
	"testing"

	"verigate/internal/web/webtest"
)

// Who types the note of a call keeps the list as it is, and hears of a flash all the same: the form may stand open for hours.
func TestAFlashSoundsWhileTheNoteOfACallIsOpen(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	onBoard(t, w, submit(t, w, "open-1", func(map[string]any) {}))
	tab := w.Open(t)
	tab.Enter("desk:1", "/demo")
	tab.GoUntil("/now", "a unit that can be called", `document.querySelector('.duty-call')`)
	tab.Press("c")
	tab.Await("the note", `document.activeElement?.name === 'text'`)
	tab.Fill(".duty-call textarea", "They look now.")
	rows := tab.Eval(`String(document.querySelectorAll('#duty-rows > ol > li').length)`)

	second := submit(t, w, "open-2", flash)
	onBoard(t, w, second)
	tab.Eval(`htmx.trigger('#duty-now', 'every'), ''`)
	tab.Await("the flash", `document.querySelector('[data-alarm]')?.innerText.includes('VR-')`)
	if got := tab.Eval(`document.querySelector('.duty-call[open] textarea').value + (document.activeElement?.name ?? '')`); got != "They look now.text" {
		t.Errorf("what was typed, and where the focus is: %q", got)
	}
	if got := tab.Eval(`String(document.querySelectorAll('#duty-rows > ol > li').length)`); got != rows {
		t.Errorf("%s rows are %s under who types", rows, got)
	}
	tab.Accessible("a flash above an open note")
	tab.Screens("now-flash-while-calling")
	w.Must(t, "desk:2", "POST", requests+"/"+second+"/claim", map[string]any{})
	tab.Eval(`(() => { const again = setInterval(() => document.querySelector('[data-alarm]') ? htmx.trigger('#duty-now', 'every') : clearInterval(again), 500); return ''; })()`)
	tab.Await("that a colleague has opened it", `!document.querySelector('[data-alarm]')`)
}
