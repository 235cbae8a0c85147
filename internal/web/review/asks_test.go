package review_test

import (
	"net/http"
	"strings"
	"testing"

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
	consent := text(t, w.Must(t, "partner:RILO-AP", http.MethodGet, "/v1/consents", nil), "items.0.id")
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
