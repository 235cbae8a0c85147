package request_test

import (
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

func TestTheLeadLowersALevelByTheWordOfThePartner(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 9 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	bothRoles(t, w)
	tab, other := w.Open(t), w.Open(t)
	for _, said := range []struct{ language, consent, stated, done, fact string }{
		{"vi", "Chưa có văn bản đồng ý", "Mức bảo mật nêu kèm", "Đã hạ mức bảo mật", "Mục thông tin do đơn vị ghi mức"},
		{"en", "No stored consent", "Marking stated with it", "The level is lowered", "A fact as its unit marked it"},
	} {
		body := asks("M-"+said.language, "")
		body["handling"] = map[string]any{"code": "H3", "tlp": "RED", "marking_verbatim": "SECRET SOURCE - FICTIONAL"}
		id := sent(t, w, body)
		page := "/requests/" + id
		does(t, w, "desk:1", id, "claim", none())
		does(t, w, "desk:1", id, "clarification", map[string]any{"code": "marking_unclear", "text": "Which marking holds now?"})
		does(t, w, "partner:NG", id, "clarifications", map[string]any{"text": "It is in the papers.", "handling": map[string]any{"code": "H1", "tlp": "AMBER"}})
		other.Enter("supervisor", page)
		if !other.Has("#trouble[data-code=not_found]") {
			t.Errorf("supervision opens a sealed matter: %s", other.Text("main"))
		}
		tab.Enter("desk:2", page)
		if tab.Has("#do-lower_level") {
			t.Error("the desk lowers a level")
		}
		tab.Enter("lead", page)
		tab.Speak(said.language)
		if got := tab.Text(".request-asked"); !strings.Contains(got, said.stated) || !strings.Contains(got, "TLP: AMBER") {
			t.Errorf("what the partner stated is not on the page: %q", got)
		}
		lowerTo(tab, "L1")
		if got := tab.Text("#trouble"); !strings.Contains(got, said.consent) || !tab.Has("#do-lower_level[open]") {
			t.Errorf("lower than the partner agreed to: %q", got)
		}
		tab.Screens("request-lowering-" + said.language)
		tab.Accessible("a level to be lowered")
		lowerTo(tab, "L2")
		if got := tab.Text(".said"); !strings.Contains(got, said.done) {
			t.Errorf("lowered, the page says %q", got)
		}
		other.Go(page)
		if !other.Has(".request-head") {
			t.Errorf("supervision does not find what is sealed no more: %s", other.Text("main"))
		}

		does(t, w, "desk:1", id, "routing", map[string]any{"assignments": []any{map[string]any{"unit": "03", "questions": []int{1, 2}}}})
		does(t, w, "unit:03", id, "-01/acceptance", none())
		found := answer("final", 1, 2)
		does(t, w, "unit:03", id, "-01/answer", found)
		tab.Go(page)
		if got := tab.Text(".request-side"); tab.Has("#do-lower_level") || !strings.Contains(got, said.fact) {
			t.Errorf("what holds the level is not on the page: %q", got)
		}
	}
}

func lowerTo(tab *webtest.Tab, level string) {
	tab.Eval("document.querySelector('#do-lower_level').open = true, ''")
	tab.Fill("#do-lower_level-level", level)
	tab.Fill("#do-lower_level-agreed_in", "1")
	tab.Fill("#do-lower_level-code", "made_public")
	tab.Fill("#do-lower_level-text", "Published in Abuja.")
	tab.Eval("document.querySelector('#do-lower_level [name=sure]').checked = true, ''")
	tab.Submit("#do-lower_level button")
}
