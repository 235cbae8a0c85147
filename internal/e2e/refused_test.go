package e2e_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/web/webtest"
)

// refusals are what was refused about a case, by the auditor's list: code and operation, oldest first.
func refusals(t *testing.T, w *webtest.World, id string) (all []string) {
	t.Helper()
	var page struct {
		Items []struct {
			Operation, Code string
		}
	}
	r := w.Call(t, "auditor", http.MethodGet, "/v1/evidence?outcome=refused&limit=200&request="+id, nil)
	if r.Status == http.StatusServiceUnavailable {
		return nil // it catches up with a clock that moved
	}
	if err := json.Unmarshal(r.Raw, &page); err != nil {
		t.Fatal(err)
	}
	for _, e := range slices.Backward(page.Items) {
		all = append(all, e.Code+" "+e.Operation)
	}
	return all
}

// evidenced waits until each refusal is evidence.
func evidenced(t *testing.T, w *webtest.World, id string, want ...string) {
	t.Helper()
	var all []string
	defer func() {
		if t.Failed() {
			t.Logf("there is %q", all)
		}
	}()
	webtest.Eventually(t, 20*time.Second, "what was refused is evidence", func() bool {
		all = refusals(t, w, id)
		return !slices.ContainsFunc(want, func(one string) bool { return !slices.Contains(all, one) })
	})
}

// mustRefuse is a call that has to be refused by its code, naming nothing that was sent.
func mustRefuse(t *testing.T, w *webtest.World, who, path string, body any, status int, code string) {
	t.Helper()
	r := w.Call(t, who, http.MethodPost, path, body)
	if r.Status != status || r.Body["code"] != code {
		t.Errorf("%s %s: %d %s, want %d %s", who, path, r.Status, r.Raw, status, code)
	}
}

// consented is S05 as far as the question to another originator: the case, and where the consent is given.
func consented(t *testing.T, w *webtest.World, key string) (id, consent string) {
	t.Helper()
	for _, s := range steps(t, "S05-MW") {
		switch s.Call {
		case "submitRequest":
			s.Body["own_reference"] = "S05/" + key
			id = fmt.Sprint(w.Must(t, "partner:MW", http.MethodPost, "/v1/verification-requests", s.Body, "Idempotency-Key", key).Body["id"])
		case "acceptTask":
			w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
		case "answerTask":
			w.Must(t, "unit:03", http.MethodPost, "/v1/tasks/"+id+"-01/answer", s.Body)
		}
	}
	of := "/v1/verification-requests/" + id
	w.Must(t, "desk:1", http.MethodPost, of+"/claim", map[string]any{})
	var view struct {
		Tasks []struct {
			Answers []struct {
				Questions []struct{ Facts []struct{ ID string } }
			}
		}
	}
	if err := json.Unmarshal(w.Must(t, "desk:1", http.MethodGet, of, nil).Raw, &view); err != nil {
		t.Fatal(err)
	}
	facts := view.Tasks[0].Answers[0].Questions[1].Facts
	w.Must(t, "desk:1", http.MethodPost, of+"/consent", map[string]any{"originator": "NG", "facts": []string{facts[0].ID}})
	webtest.Eventually(t, 20*time.Second, "the originator is asked", func() bool {
		items, _ := w.Must(t, "partner:NG", http.MethodGet, "/v1/consents", nil).Body["items"].([]any)
		for _, item := range items {
			if m, _ := item.(map[string]any); m["state"] == "open" {
				consent = "/v1/consents/" + fmt.Sprint(m["id"]) + "/decision"
			}
		}
		return consent != ""
	})
	return id, consent
}

// A consent is given once, and only while it is waited for.
func TestAConsentGivenTwiceOrLateIsRefusedAndEvidence(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	var later time.Duration
	w := webtest.Start(t, func(o *app.Options) {
		o.Now = func() time.Time {
			mu.Lock()
			defer mu.Unlock()
			return time.Now().Add(later)
		}
		o.Elapsed = func() time.Duration { return o.Now().Sub(time.Unix(0, 0)) } // nobody set the clock: it went on
	})
	yes, no := map[string]any{"decision": "granted"}, map[string]any{"decision": "denied"}
	twice, consent := consented(t, w, "twice")
	w.Must(t, "partner:NG", http.MethodPost, consent, yes)
	mustRefuse(t, w, "partner:NG", consent, no, 409, "wrong_state")
	mustRefuse(t, w, "partner:KE", consent, yes, 404, "not_found")
	evidenced(t, w, twice, "wrong_state decideConsent")

	late, consent := consented(t, w, "late")
	mu.Lock()
	later = 11 * 24 * time.Hour // beyond every degree's limit
	mu.Unlock()
	webtest.Eventually(t, 30*time.Second, "the ask is over", func() bool {
		return bytes.Contains(w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+late, nil).Raw, []byte(`"state":"expired"`))
	})
	mustRefuse(t, w, "partner:NG", consent, yes, 409, "wrong_state")
	evidenced(t, w, late, "wrong_state decideConsent")
}

// inReview is a sample as far as its first package: the case, and the hash of the bytes.
func inReview(t *testing.T, w *webtest.World, sample, partner, unit, editor string) (of, hash string) {
	t.Helper()
	var id string
	for _, s := range steps(t, sample) {
		switch s.Call {
		case "submitRequest":
			id = fmt.Sprint(w.Must(t, partner, http.MethodPost, "/v1/verification-requests", s.Body, "Idempotency-Key", sample).Body["id"])
			of = "/v1/verification-requests/" + id
			w.Must(t, editor, http.MethodPost, of+"/claim", map[string]any{})
		case "routeRequest":
			w.Must(t, editor, http.MethodPost, of+"/routing", s.Body)
		case "acceptTask":
			w.Must(t, unit, http.MethodPost, "/v1/tasks/"+id+"-01/acceptance", map[string]any{})
		case "answerTask":
			w.Must(t, unit, http.MethodPost, "/v1/tasks/"+id+"-01/answer", s.Body)
		}
	}
	return of, edit(t, w, editor, of, "H1")
}

func edit(t *testing.T, w *webtest.World, editor, of, conditions string) string {
	t.Helper()
	return fmt.Sprint(w.Must(t, editor, http.MethodPut, of+"/package", map[string]any{"kind": "final", "conditions_of_use": conditions}).Body["hash"])
}

func approval(hash string) map[string]any { return map[string]any{"hash": hash} }

// What is refused is evidence, with the code that its caller was told.
func TestAnApprovalOfOtherBytesOrByTheEditorIsRefusedAndEvidence(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	of, first := inReview(t, w, "S01", "partner:NG", "unit_lead:03", "desk:2")
	second := edit(t, w, "desk:2", of, "H2")
	if first == second {
		t.Fatal("other bytes have the same hash")
	}
	mustRefuse(t, w, "desk:1", of+"/release", approval(first), 409, "package_void")
	mustRefuse(t, w, "desk:2", of+"/release", approval(second), 409, "same_person")
	evidenced(t, w, strings.TrimPrefix(of, "/v1/verification-requests/"), "package_void releasePackage", "same_person releasePackage")
}

// What is sealed is released by two persons who did not edit it, of the exact bytes, however many try at once and by
// whichever door.
func TestOfManyApprovalsThoseOfTwoPersonsCount(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	of, first := inReview(t, w, "S12", "partner:AO", "unit_lead:01", "keeper")
	release := of + "/release"
	w.Must(t, "desk:1", http.MethodPost, release, approval(first))

	t.Log("edited after an approval")
	second := edit(t, w, "keeper", of, "H2")
	mustRefuse(t, w, "lead", release, approval(first), 409, "package_void")

	t.Log("the same person by a key and by a session")
	w.Must(t, "desk:1", http.MethodPost, release, approval(second))
	if status, said := bySession(t, w, "desk:1", release, approval(second)); status != 409 || !bytes.Contains(said, []byte(`"same_person"`)) {
		t.Errorf("by a session: %d %s", status, said)
	}

	t.Log("a hundred at once, of the last bytes")
	third := edit(t, w, "keeper", of, "H0")
	people := []string{"desk:1", "desk:2", "lead", "keeper"}
	var mu sync.Mutex
	var done sync.WaitGroup
	counted, codes := map[string]int{}, map[string]int{}
	for i := range 100 {
		who := people[i%len(people)]
		done.Go(func() {
			r := w.Call(t, who, http.MethodPost, release, approval(third))
			mu.Lock()
			defer mu.Unlock()
			if r.Status == http.StatusOK {
				counted[who]++
			} else {
				codes[fmt.Sprint(r.Status, " ", r.Body["code"])]++
			}
		})
	}
	done.Wait()
	// One of the two is LEAD, the other a reviewer; of the desk's officers whoever was first.
	if counted["lead"] != 1 || counted["desk:1"]+counted["desk:2"] != 1 || counted["keeper"] != 0 {
		t.Errorf("%v approvals were counted, the others %v", counted, codes)
	}
	for code := range codes {
		if !slices.Contains([]string{"409 same_person", "409 wrong_state", "409 no_package"}, code) {
			t.Errorf("refused as %s", code)
		}
	}
	answers, _ := w.Must(t, "partner:AO", http.MethodGet, of+"/answers", nil).Body["items"].([]any)
	if len(answers) != 1 {
		t.Errorf("its partner has %d answers", len(answers))
	}
	if all := refusals(t, w, strings.TrimPrefix(of, "/v1/verification-requests/")); len(all) != 0 {
		t.Errorf("an auditor outside its compartment is told %v", all)
	}
}

// bySession is a call of the contract by somebody who signed in, beside the key that the same person has.
func bySession(t *testing.T, w *webtest.World, who, path string, body any) (int, []byte) {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+path, bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/json")
	q.Header.Set("Cookie", w.Cookie(t, who))
	q.Header.Set("Origin", w.URL)
	q.Header.Set("Sec-Fetch-Site", "same-origin")
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var said bytes.Buffer
	if _, err := said.ReadFrom(r.Body); err != nil {
		t.Fatal(err)
	}
	return r.StatusCode, said.Bytes()
}
