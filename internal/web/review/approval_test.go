package review_test

import (
	"maps"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/chromedp/kb"

	"verigate/internal/app"
	"verigate/internal/web/webtest"
)

// sealedFlight is S12 as far as its unit's final answer.
func sealedFlight(t *testing.T, w *webtest.World) string {
	t.Helper()
	id := submit(t, w, "partner:AO", "S12", "sealed")
	w.Must(t, "keeper", http.MethodPost, requests+"/"+id+"/claim", map[string]any{})
	w.Must(t, "keeper", http.MethodPost, requests+"/"+id+"/routing", nth(t, story(t, "S12"), "routeRequest", 1))
	answered(t, w, id, "unit_lead:01", "S12")
	return id
}

func tickAll(tab *webtest.Tab) {
	tab.Eval(`document.querySelectorAll('input[name="seen"], input[name="accept-unseen"]').forEach(b => b.checked || b.click()),
		document.querySelectorAll('select[name^="stay-"]').forEach(s => { s.value = 'other'; }), ''`)
}

func TestASealedAnswerNeedsTwoPersonsAndAnEditVoidsTheFirst(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	id := sealedFlight(t, w)
	prepared(t, w, "keeper", id, map[string]any{"kind": "final"})

	tab.Enter("desk:1", "/requests/"+id+"/review")
	tab.Speak("vi")
	tickAll(tab)
	tab.Submit(".review-approve button")
	if got := tab.Text("#approved"); !strings.Contains(got, "Cán bộ trực 1") || !strings.Contains(got, "người duyệt của Phòng") {
		t.Fatalf("the first approval: %s %s", got, tab.Text("main"))
	}
	if got := tab.Text("#barred"); !strings.Contains(got, "Quý vị đã duyệt bản này") || !strings.Contains(got, "Lãnh đạo Phòng") {
		t.Errorf("who approved once is told %s", got)
	}

	tab.Enter("lead", "/requests/"+id+"/review")
	tickAll(tab)
	prepared(t, w, "keeper", id, map[string]any{"kind": "final", "conditions_of_use": "For customs only."})
	tab.Submit(".review-approve button")
	if got := tab.Text("#trouble"); !strings.Contains(got, "Người giữ hồ sơ kín") {
		t.Errorf("who changed it is not said: %s", got)
	}
	if tab.Has(`input[name="seen"]:checked`) {
		t.Error("what was ticked of one version is ticked of another")
	}
	if got := tab.Text("#overtaken"); !strings.Contains(got, "Cán bộ trực 1") || !strings.Contains(got, said["vi"].overtaken) {
		t.Errorf("the void approval: %s", got)
	}
	tab.Screens("review-overtaken")
	tickAll(tab)
	tab.Submit(".review-approve button")
	if got := tab.Text(".said"); !strings.Contains(got, "chờ người thứ hai") {
		t.Errorf("the lead's approval, the first: %s", got)
	}

	tab.Enter("desk:2", "/requests/"+id+"/review")
	if got := tab.Text("#approved"); !strings.Contains(got, "lãnh đạo") {
		t.Errorf("the second sees of the first: %s", got)
	}
	tab.Screens("review-second")
	tab.Accessible("second approval")
	hash := text(t, w.Must(t, "desk:2", http.MethodGet, requests+"/"+id+"/package", nil), "hash")
	approveByKeys(t, tab)
	if _, ofBytes := pulled(t, w, "partner:AO", id); ofBytes != hash {
		t.Errorf("approved %s, pulled %s", hash, ofBytes)
	}
}

// approveByKeys ticks everything off and approves without a mouse.
func approveByKeys(t *testing.T, tab *webtest.Tab) {
	t.Helper()
	for range 80 {
		tab.Press(kb.Tab)
		switch tab.Eval(`(e => e.closest('.review-approve button') ? 'approve' : e.name === 'seen' && !e.checked ? 'tick' : '')(document.activeElement)`) {
		case "tick":
			tab.Press(" ")
		case "approve":
			tab.Eval(`window.left = 'behind', ''`)
			tab.Press(kb.Enter)
			tab.Await("what went out", `window.left !== 'behind' && document.querySelector('.review-gone')`)
			return
		}
	}
	t.Fatal("no key leads to the approval")
}

func TestAnApprovalAsksForAFreshProofAndComesBack(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 5 s")
	}
	t.Parallel()
	var later atomic.Int64
	w := webtest.Start(t, func(o *app.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	tab := w.Open(t)
	id := container(t, w, "proof")
	hash := prepared(t, w, "desk:1", id, map[string]any{"kind": "final"})
	tab.Enter("desk:2", "/requests/"+id+"/review")
	if tab.Has("#proof") {
		t.Error("a fresh proof is asked for again")
	}
	later.Store(int64(6 * time.Minute))
	settled(t, w)
	tab.Go("/requests/" + id + "/review")
	if got := tab.Eval(`document.querySelector('#proof a')?.getAttribute('href') ?? ''`); got != "/account/proof?to=%2frequests%2f"+id+"%2freview" {
		t.Errorf("the proof is given at %q", got)
	}
	if !tab.Has(".review-approve button[disabled]") {
		t.Error("the approval is offered before the proof")
	}
	tickAll(tab)
	tab.Eval(`window.left = 'behind', document.querySelector('.review-form').submit(), ''`)
	tab.Await("the proof", `window.left !== 'behind' && document.querySelector('#proof[role="alert"] a[target="_blank"]')`)
	if tab.Has(`input[name="seen"]:not(:checked)`) || tab.Has(".review-approve button[disabled]") {
		t.Error("what was ticked cannot be sent again")
	}
	tab.Accessible("a proof that ran out")
	if r := w.Must(t, "desk:2", http.MethodGet, requests+"/"+id+"/package", nil); text(t, r, "hash") != hash || text(t, r, "missing.0") != "reviewer" {
		t.Errorf("it went out without a proof: %s", r.Raw)
	}
}

// Who reads for longer than a proof lasts ticks nothing off twice: the page keeps what was given while the proof is given in
// another tab, and only then it goes out.
func TestTicksOutliveAProof(t *testing.T) {
	t.Parallel()
	var later atomic.Int64
	w := webtest.Start(t, func(o *app.Options) {
		o.Now = func() time.Time { return time.Now().Add(time.Duration(later.Load())) }
	})
	id := container(t, w, "ticks")
	facts := factIDs(t, w, id)
	hash := prepared(t, w, "desk:1", id, map[string]any{"kind": "final", "facts": []any{
		map[string]any{"fact": facts[1], "include": true}, map[string]any{"fact": facts[3], "include": true},
	}})
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:2")
	later.Store(int64(6 * time.Minute))
	settled(t, w)
	press := url.Values{"key": {"ticks-1"}, "hash": {hash}, "seen": {"q-1", facts[1], facts[3]}, "note": {"Read <twice>."}}
	for _, f := range []int{0, 2, 4, 5} {
		press["stay-"+facts[f]] = []string{"superseded"}
	}
	missed := maps.Clone(press)
	missed["seen"] = []string{facts[1]}
	for what, form := range map[string]url.Values{"all of it": press, "a part": missed} {
		for range 2 { // each press is asked for its proof
			page := w.Visit(t, cookies, "/requests/"+id+"/review/release", form)
			if page.Status != http.StatusForbidden && page.Status != http.StatusUnprocessableEntity {
				t.Fatalf("%s: %d to %q", what, page.Status, page.To)
			}
			for _, f := range form["seen"] {
				if kept := `name="seen" value="` + f + `" required checked`; f != "q-1" && !strings.Contains(page.Body, kept) {
					t.Errorf("%s: %s is not ticked any more", what, f)
				}
			}
			if n := strings.Count(page.Body, `<option value="superseded" selected>`); n != 4 {
				t.Errorf("%s: %d reasons of 4", what, n)
			}
			for _, wanted := range []string{">Read &lt;twice&gt;.</textarea>", `href="/account/proof?to=%2frequests%2f` + id + `%2freview" target="_blank"`, "what you ticked of this version is still here", `<button class="main">Approve`} {
				if !strings.Contains(page.Body, wanted) {
					t.Errorf("%s: the page lacks %s", what, wanted)
				}
			}
		}
	}
	if r := w.Must(t, "desk:2", http.MethodGet, requests+"/"+id+"/package", nil); text(t, r, "missing.0") != "reviewer" {
		t.Fatalf("it went out without a proof: %s", r.Raw)
	}
	cookies = w.Cookie(t, "desk:2") // in the other tab
	if page := w.Visit(t, cookies, "/requests/"+id+"/review/release", press); page.To != "/requests/"+id+"/review?done=release" {
		t.Errorf("after the proof: %d to %q: %s", page.Status, page.To, page.Body)
	}
}

// settled waits until sessions and lists are served again after the clock went on, as somebody in a session of their own.
func settled(t *testing.T, w *webtest.World) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	visitor := http.Client{Jar: jar, Timeout: 20 * time.Second}
	webtest.Eventually(t, 20*time.Second, "the gateway serves sessions and lists", func() bool {
		form := strings.NewReader(url.Values{"who": {"desk:2"}, "to": {"/consents"}}.Encode())
		q, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.URL+"/demo/enter", form)
		if err != nil {
			t.Fatal(err)
		}
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r, err := visitor.Do(q)
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		return r.StatusCode == http.StatusOK && r.Request.URL.Path == "/consents"
	})
}
