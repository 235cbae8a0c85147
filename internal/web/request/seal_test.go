package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestTheDeskSealsARequestThatOthersDoNotFindAgain(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	bothRoles(t, w)
	tab, other := w.Open(t), w.Open(t)
	for _, said := range []struct{ language, few, done string }{
		{"vi", "quá ít người", "Đã đưa vào hồ sơ kín"}, {"en", "too few persons", "Sealed. Only members"},
	} {
		id := submitted(t, w, "X-"+said.language, "")
		page := "/requests/" + id
		other.Enter("supervisor", page)
		if other.Has("#trouble") {
			t.Fatalf("supervision is not shown what is open: %s", other.Text("main"))
		}
		tab.Enter("desk:1", page)
		tab.Speak(said.language)
		seal(tab, "CASE-OF-NOBODY")
		if got := tab.Text("#trouble"); !strings.Contains(got, said.few) || !tab.Has("#do-seal[open]") {
			t.Errorf("a compartment of nobody: %q", got)
		}
		seal(tab, "")
		if got := tab.Text("main"); !strings.Contains(got, said.done) || !strings.HasSuffix(tab.Eval("location.pathname"), "/board") {
			t.Errorf("sealed, at %s: %.200q", tab.Eval("location.pathname"), got)
		}
		other.Go(page)
		if !other.Has("#trouble[data-code=not_found]") {
			t.Errorf("supervision still opens it: %s", other.Text("main"))
		}
		tab.Go(page) // the desk's persons are members
		if !tab.Has(".request-head") {
			t.Errorf("a member does not find it: %s", tab.Text("main"))
		}
	}
}

func seal(tab *webtest.Tab, named string) {
	tab.Eval("document.querySelector('#do-seal').open = true, ''")
	tab.Eval("document.querySelector('#do-seal-compartment').value = 'general-l3', ''")
	tab.Fill("#do-seal-named", named)
	tab.Fill("#do-seal-reason", "It names an informer.")
	tab.Eval("document.querySelector('#do-seal [name=sure]').checked = true, ''")
	tab.Submit("#do-seal button")
}
