package review_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"verigate/api/client"
	"verigate/internal/web/webtest"
)

// Two are asked about one fact. The second grants it, under a condition; the first says nothing. The page shows what each said,
// that the first is still waited for, and the condition: the fact is locked for as long as one of them does not grant it.
func TestEveryAskAboutAFactIsShown(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := container(t, w, "asks")
	fact := factIDs(t, w, id)[1]
	at := requests + "/" + id
	for _, originator := range []string{"TH", "RILO-AP"} {
		w.Must(t, "desk:2", http.MethodPost, at+"/consent", map[string]any{"facts": []string{fact}, "originator": originator})
	}
	consent := w.Asked(t, "partner:RILO-AP")
	w.Must(t, "partner:RILO-AP", http.MethodPost, "/v1/consents/"+consent+"/decision", map[string]any{"decision": "granted", "conditions": "Not in <court>."})

	page := w.Visit(t, "verigate-language=en; "+w.Cookie(t, "desk:2"), "/requests/"+id+"/review", nil)
	cards := strings.Split(page.Body, `<article class="card" id="ask-`+fact)
	if len(cards) != 3 {
		t.Fatalf("%d cards about the fact: %s", len(cards)-1, page.Body)
	}
	for i, wanted := range []string{`<span class="state">Open</span>`, `<span class="state">Granted</span>`} {
		card, _, _ := strings.Cut(cards[i+1], "</article>")
		if !strings.Contains(card, wanted) || strings.Contains(card, "Not in &lt;court&gt;.") != (i == 1) || strings.Contains(card, "Waits for an answer,") != (i == 0) {
			t.Errorf("ask %d: %s", i+1, card)
		}
		if again := strings.Contains(card, `action="/requests/`+id+`/review/consent"`); again != (i == 1) {
			t.Errorf("ask %d: it may be asked again: %t", i+1, again)
		}
	}
	if testing.Short() {
		return
	}
	tab := w.Open(t)
	tab.Enter("desk:2", "/requests/"+id+"/review")
	tab.Accessible("asks of two originators")
	tab.Screens("review-asks")
}

// What a reviewer typed of a return or an ask that is refused is in its form, which is open.
func TestARefusedReturnOrAskIsInItsFormAsItWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := container(t, w, "refused")
	facts := factIDs(t, w, id)
	w.Must(t, "desk:2", http.MethodPost, requests+"/"+id+"/consent", map[string]any{"facts": []string{facts[1]}, "originator": "TH"})
	consent := w.Asked(t, "partner:TH")
	w.Must(t, "partner:TH", http.MethodPost, "/v1/consents/"+consent+"/decision", map[string]any{"decision": "denied"})
	pages := w.Refusing(t, func(r *http.Request) *client.Problem {
		if r.Method == http.MethodGet {
			return nil
		}
		return &client.Problem{Status: http.StatusConflict, Code: "wrong_state"}
	})
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:2")
	for form, wanted := range map[string][]string{
		"return?task=" + id + "-01&code=wording&text=Which+<quay>?":            {`value="wording" selected`, `maxlength="2000" value="Which &lt;quay&gt;?">`},
		"consent?fact=" + facts[1] + "&originator=TH&text=Once+more,+<please>": {`<details open><summary>`, "Once more, &lt;please&gt;</textarea>"},
		"consent?fact=" + facts[0] + "&originator=KE&text=Is+it+<yours>?": {
			`id="other" open>`, `<option value="` + facts[0] + `" selected>`, `<option value="KE" selected>`, "Is it &lt;yours&gt;?</textarea>",
		},
	} {
		at, query, _ := strings.Cut(form, "?")
		values, err := url.ParseQuery(query)
		if err != nil {
			t.Fatal(err)
		}
		page := pages.Visit(t, cookies, "/requests/"+id+"/review/"+at, values, "Sec-Fetch-Site", "same-origin")
		for _, one := range append(wanted, `data-code="wrong_state"`) {
			if !strings.Contains(page.Body, one) {
				t.Errorf("%s: the page lacks %s", form, one)
			}
		}
		if strings.Contains(page.Body, `id="kept"`) {
			t.Errorf("%s: the words are there twice", form)
		}
	}
}
