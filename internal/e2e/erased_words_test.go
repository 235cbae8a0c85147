package e2e_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"verigate/internal/admin"
	"verigate/internal/e2e/canarytest"
	"verigate/internal/ledger"
	"verigate/internal/receipt"
	"verigate/internal/web/webtest"
)

// insiders are those who have to do with the case, and who read what nobody else does.
var insiders = []string{"partner:NG", "partner:AO", "unit:03", "unit_lead:03", "unit:45", "desk:1", "desk:2", "keeper", "lead", "auditor", "supervisor"}

// TestOfAnErasedCaseNoWordIsLeft lets cases go through everything with a word in each field of the contract that takes a text.
// Those who have to do with them are shown every one; erased, nobody is shown any, none lies in a file, in Redis or in the
// log, and the proof of the first is as good as before.
func TestOfAnErasedCaseNoWordIsLeft(t *testing.T) {
	t.Parallel()
	e := telling{watched: watch(t), t: t, words: canarytest.Words{}, fields: fieldsOf(t), shown: map[string]bool{}}
	e.enter()
	id := canarytest.Live(e.words, e.call)
	for _, task := range []string{"-04", "-05"} { // that of the answer, and that of the draft which is never sent
		e.tasks = append(e.tasks, id+task)
	}
	others := canarytest.Others(e.words, e.call, "another LEAD")
	all := append([]string{id}, others...)
	e.settled(t)
	e.look(all...)
	if hidden := slices.DeleteFunc(slices.Sorted(maps.Keys(e.words)), func(field string) bool { return e.shown[field] }); len(hidden) > 0 {
		t.Errorf("of %d words nobody is shown %q: the search would find nothing of them either", len(e.words), hidden)
	}
	if missing := e.fields.missing(); len(missing) > 0 {
		t.Errorf("of %d fields of the contract that take a text, no word was sent into %q", len(e.fields.sent), missing)
	}

	for _, one := range all {
		e.does(t, "lead", http.MethodPost, "/v1/verification-requests/"+one+"/above-ceiling", map[string]any{"code": "state_secret_content"})
	}
	e.settled(t)
	webtest.Eventually(t, 20*time.Second, "the erasure is carried out", func() bool {
		end, err := e.Parts.Journal.Last(t.Context())
		at, err2 := e.Parts.Conn.Erasures().Upto(t.Context())
		return err == nil && err2 == nil && at.Covers(end)
	})
	for _, leak := range e.look(all...) {
		if !strings.HasSuffix(leak, " shows registered/register") { // the house's own number of the papers stays, to find them by
			t.Error("erased, " + leak)
		}
	}
	file, err := e.Parts.Bundle(t.Context(), admin.BundleRequest{Request: id})
	if err != nil {
		t.Fatal(err)
	}
	if v := ledger.Check(file, ledger.Asked{}); len(v.Flaws) > 0 || len(v.Logs) != 1 {
		t.Errorf("its bundle: %v", v.Flaws)
	}
	if claims, err := receipt.Verify(e.Parts.Receipts.JWKS(), e.signed); err != nil || claims.ID != id {
		t.Errorf("its receipt: %v of %s", err, claims.ID)
	}
	e.everywhere(t, e.words)
}

// telling is a demonstration whose people say words, and are shown them.
type telling struct {
	watched
	t       *testing.T
	words   canarytest.Words
	fields  *fields
	shown   map[string]bool // by the word's field
	cookies map[string]string
	signed  string   // the first receipt
	tasks   []string // that are looked at beside the first of each request
}

func (e *telling) enter() {
	e.t.Helper()
	e.cookies = map[string]string{}
	for _, who := range insiders {
		e.cookies[who] = e.cookie(e.t, who)
	}
}

// call is a canarytest.Call. Some words are shown until the next step only, as the answer to this one.
func (e *telling) call(who, method, path string, body any, header ...string) map[string]any {
	e.t.Helper()
	e.now(time.Millisecond) // of two requests one came later
	answer := e.does(e.t, who, method, path, body, header...)
	for _, field := range e.words.Found(answer.Raw) {
		e.shown[field] = true
	}
	e.fields.note(method, path, body, e.words)
	if e.signed == "" {
		e.signed = fmt.Sprint(answer.Body["receipt"])
	}
	return answer.Body
}

// look says who is shown which words: at all addresses of the first request, and at those of the others that are theirs alone.
func (e *telling) look(ids ...string) (found []string) {
	e.t.Helper()
	var all []string
	for _, id := range ids {
		number := fmt.Sprint(e.does(e.t, "lead", http.MethodGet, "/v1/verification-requests/"+id, nil).Body["number"])
		for _, at := range addresses(id, number) {
			if id == ids[0] || strings.Contains(at, id) || strings.Contains(at, number) {
				all = append(all, at)
			}
		}
	}
	for _, task := range e.tasks {
		for _, at := range addresses("", "") {
			if strings.Contains(at, "/-01") {
				all = append(all, strings.Replace(at, "-01", task, 1))
			}
		}
	}
	spelt := e.words.Spelt()
	for at, answer := range e.reads(e.t, e.cookies, all) {
		for _, field := range spelt.Found(answer) {
			e.shown[field] = true
			found = append(found, at+" shows "+field)
		}
	}
	return found
}
