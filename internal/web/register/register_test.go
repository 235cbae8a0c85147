package register_test

import (
	"strings"
	"testing"
	"time"

	"verigate/internal/web/text"
	"verigate/internal/web/webtest"
)

// hanoi writes a time as a form takes it.
func hanoi(at time.Time) string { return at.In(text.Hanoi()).Format("2006-01-02T15:04") }

func TestTheDeskRegistersWhatCameByPaper(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 9 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	for _, said := range []struct{ language, title, unknown string }{
		{"vi", "Vào sổ đề nghị đến ngoài cổng", "Người gửi không xác định"}, {"en", "Register what did not come through the gateway", "Sender unknown"},
	} {
		tab.Enter("desk:1", "/register")
		tab.Speak(said.language)
		if got := tab.Text("h1"); got != said.title {
			t.Errorf("the page is called %q", got)
		}
		if said.language == "vi" {
			tab.Screens("register")
			tab.Accessible("the register")
		}
		tab.Fill("#partner", "unknown")
		tab.Fill("#number", "CV-"+said.language)
		tab.Fill("#channel", "email")
		tab.Fill("#sender-name", "Fictional Foundation")
		tab.Fill("#marking", "FOR INFORMATION ONLY")
		tab.Fill("#code", "H0")
		tab.Fill("#tlp", "CLEAR")
		tab.Fill("#statement", "Please confirm a seizure of ivory.")
		tab.Fill("#code-0", "SEI")
		tab.Fill("#question-0", "Was there a seizure?")
		tab.Fill("#kind-0", "container")
		tab.Fill("#named-0", "ZZZU4002177")
		tab.Submit(`button[value="more-questions"]`)
		if got := tab.Eval("document.querySelector('#statement').value + document.querySelectorAll('[name^=question-]').length"); got != "Please confirm a seizure of ivory.6" {
			t.Errorf("more rows lose what was typed: %q", got)
		}
		tab.Submit(`button[value="enter"]`)
		if !tab.Has("#received-flaw") || tab.Eval("document.querySelector('#question-0').value") != "Was there a seizure?" {
			t.Errorf("without an arrival: %s", tab.Text("main"))
		}
		tab.Fill("#received", hanoi(time.Now().Add(2*time.Hour)))
		tab.Submit(`button[value="enter"]`)
		if !tab.Has("#trouble") {
			t.Errorf("it arrived tomorrow: %s", tab.Text("main"))
		}
		tab.Fill("#received", hanoi(time.Now().Add(-2*time.Hour)))
		tab.Submit(`button[value="enter"]`)
		got := tab.Text("main")
		for _, part := range []string{said.unknown, "Fictional Foundation", "CV-" + said.language, "FOR INFORMATION ONLY", "ZZZU4002177"} {
			if !strings.HasPrefix(tab.Path(), "/requests/") || !strings.Contains(got, part) {
				t.Errorf("registered at %s, without %q: %s", tab.Path(), part, got)
			}
		}
	}
}

// A stub has no place for a word of the text, and the page says so.
func TestAStubTakesNothingOfTheText(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 7 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("desk:2", "/register")
	tab.Speak("vi")
	if tab.Has("#stub textarea") {
		t.Error("a stub has a field for text")
	}
	tab.Click("#stub > summary")
	if got := tab.Text("#stub .trouble"); !strings.Contains(got, "Không gõ bất kỳ chữ nào của nội dung") {
		t.Errorf("the warning says %q", got)
	}
	tab.Screens("register-stub")
	tab.Submit("#stub button.main")
	if !tab.Has("#stub[open]") || !tab.Has("#stub-received-flaw") {
		t.Errorf("an empty stub: %s", tab.Text("main"))
	}
	tab.Fill("#stub-partner", "NG")
	tab.Fill("#stub-received", hanoi(time.Now().Add(-time.Hour)))
	tab.Fill("#stub-number", "M-17")
	tab.Fill("#stub-channel", "paper")
	tab.Fill("#stub-degree", "urgent")
	tab.Fill("#stub-keeper", tab.Eval(`[...document.querySelectorAll('#stub-keeper option')].find(o => o.text === 'Người giữ hồ sơ kín').value`))
	tab.Submit("#stub button.main")
	if got := tab.Text(".said"); got != "Đã vào sổ, chỉ có số." {
		t.Errorf("registered, the page says %q", got)
	}

	tab.Enter("keeper", "/sealed")
	row := "tbody tr"
	tab.Await("the stub on the keeper's page", `document.querySelector("tbody tr") || (setTimeout(() => location.reload(), 300), false)`)
	if got := tab.Text(row); !strings.Contains(got, "IP Abuja") {
		t.Errorf("the keeper's list: %q", got)
	}
	tab.Screens("register-sealed")
	tab.Accessible("the keeper's page")
	tab.Submit(row + " a")
	path := tab.Path()
	if got := tab.Text("main"); !strings.Contains(got, "M-17") || tab.Has("#do-ask_partner") {
		t.Errorf("the stub: %s", got)
	}
	tab.Submit("#do-claim button")
	tab.Enter("desk:2", path)
	if !tab.Has("#trouble[data-code=not_found]") {
		t.Errorf("who is not its keeper: %s", tab.Text("main"))
	}
	tab.Enter("lead", path)
	tab.Click("#do-handle_outside > summary")
	tab.Click("#do-handle_outside input[name=sure]")
	tab.Submit("#do-handle_outside button")
	if got := tab.Text("main"); !strings.Contains(got, "Xử lý ngoài cổng") {
		t.Errorf("handled outside: %s", got)
	}
	tab.Enter("supervisor", "/sealed")
	if tab.Has("tbody tr") || !tab.Has(".empty") {
		t.Errorf("supervision is told of sealed matters: %s", tab.Text("main"))
	}
	tab.Enter("unit:03", "/register")
	if !tab.Has("#trouble[data-code=not_found]") {
		t.Errorf("a unit registers: %s", tab.Text("main"))
	}
}
