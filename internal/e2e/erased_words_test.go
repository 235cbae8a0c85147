package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/e2e/canarytest"
	"verigate/internal/ledger"
	"verigate/internal/receipt"
	"verigate/internal/web/webtest"
)

// insiders are those who have to do with the case, and who read what nobody else does.
var insiders = []string{"partner:NG", "unit:03", "unit_lead:03", "desk:1", "desk:2", "keeper", "lead", "auditor", "supervisor"}

// TestOfAnErasedCaseNoWordIsLeft lets a case go through everything with a word in each field that takes a text. Those who have
// to do with it are shown every one; erased, nobody is shown any, none lies in a file, in Redis or in the log, and the proof of
// it is as good as before.
func TestOfAnErasedCaseNoWordIsLeft(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: 30 s of a gateway with a real Redis")
	}
	t.Parallel()
	w := watch(t)
	words, cookies := canarytest.Words{}, map[string]string{}
	for _, who := range insiders {
		cookies[who] = w.Cookie(t, who)
	}
	var signed, number string
	shown := map[string]bool{}
	look := func(id string) (found []string) {
		spelt := words.Spelt()
		for at, answer := range w.everything(t, cookies, id, number) {
			for _, field := range spelt.Found(answer) {
				shown[field] = true
				found = append(found, at+" shows "+field)
			}
		}
		return found
	}
	id := canarytest.Live(words, func(who, method, path string, body any, header ...string) map[string]any {
		answer := w.Must(t, who, method, path, body, header...)
		for _, field := range words.Found(answer.Raw) { // some are shown until the next step only
			shown[field] = true
		}
		if signed == "" {
			signed, number = fmt.Sprint(answer.Body["receipt"]), fmt.Sprint(answer.Body["number"])
		}
		return answer.Body
	})
	w.settled(t)
	look(id)
	if hidden := slices.DeleteFunc(slices.Sorted(maps.Keys(words)), func(field string) bool { return shown[field] }); len(hidden) > 0 {
		t.Errorf("of %d words nobody is shown %q: the search would find nothing of them either", len(words), hidden)
	}

	w.Must(t, "lead", http.MethodPost, "/v1/verification-requests/"+id+"/above-ceiling", map[string]any{"code": "state_secret_content"})
	w.settled(t)
	webtest.Eventually(t, 20*time.Second, "the erasure is carried out", func() bool {
		end, err := w.Parts.Journal.Last(t.Context())
		at, err2 := w.Parts.Conn.Erasures().Upto(t.Context())
		return err == nil && err2 == nil && at.Covers(end)
	})
	for _, leak := range look(id) {
		t.Error("erased, " + leak)
	}
	file, err := w.Parts.Bundle(t.Context(), app.BundleRequest{Request: id})
	if err != nil {
		t.Fatal(err)
	}
	if v := ledger.Check(file, ledger.Asked{}); len(v.Flaws) > 0 || len(v.Logs) != 1 {
		t.Errorf("its bundle: %v", v.Flaws)
	}
	if claims, err := receipt.Verify(w.Parts.Receipts.JWKS(), signed); err != nil || claims.ID != id {
		t.Errorf("its receipt: %v of %s", err, claims.ID)
	}
	w.everywhere(t, words)
}
