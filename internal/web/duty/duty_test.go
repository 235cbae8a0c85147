package duty_test

import (
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/internal/web/webtest"
	"verigate/schemas"
)

// submit sends the body of a story, changed, and returns the request's id.
func submit(t *testing.T, w *webtest.World, key string, change func(map[string]any)) string {
	t.Helper()
	content, err := schemas.Examples.ReadFile("examples/S01.json")
	if err != nil {
		t.Fatal(err)
	}
	var story struct {
		Steps []struct {
			Body map[string]any `json:"body"`
		} `json:"steps"`
	}
	if err := json.Unmarshal(content, &story); err != nil {
		t.Fatal(err)
	}
	body := story.Steps[0].Body
	body["own_reference"] = "Ref " + key
	change(body)
	r := w.Must(t, "partner:NG", http.MethodPost, "/v1/verification-requests", body, "Idempotency-Key", key)
	id, _ := r.Body["id"].(string)
	return id
}

func onBoard(t *testing.T, w *webtest.World, id string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the board has "+id, func() bool {
		list := w.Call(t, "desk:1", http.MethodGet, "/v1/board?limit=200", nil)
		items, _ := list.Body["items"].([]any)
		for _, i := range items {
			if row, _ := i.(map[string]any); row["id"] == id {
				return true
			}
		}
		return false
	})
}

func flash(body map[string]any) {
	body["urgency"] = map[string]any{"degree": "flash", "justification": "goods_in_motion", "justification_text": "The vessel sails tonight."}
}

func TestADutyOfficerOpensAFlashNotesACallAndHandsOver(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 8 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submit(t, w, "flash-1", flash)
	onBoard(t, w, id)
	tab := w.Open(t)
	tab.Enter("desk:1", "/now")
	tab.Speak("vi")
	if got := tab.Text("[data-alarm] h2"); got != "Hỏa tốc chưa ai mở" {
		t.Errorf("the alarm says %q", got)
	}
	tab.Accessible("now")
	tab.Screens("now")
	calls(t, tab, id)
	tab.Go("/now")
	tab.Submit("[data-alarm] button")
	tab.Go("/now")
	if tab.Has("[data-alarm]") {
		t.Error("the flash sounds on after somebody opened it")
	}
	note := w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+id, nil)
	if holder, _ := note.Body["holder"].(map[string]any); holder == nil {
		t.Errorf("nobody holds it: %s", note.Raw)
	}
	tab.Speak("en")
	tab.Go("/shift")
	tab.Accessible("shift")
	tab.Screens("shift")
	tab.Fill("#give", "Unit 03 calls back at 21:00.")
	tab.Eval(`document.querySelector("form[action='/shift/give'] input[name=id]").checked = false, ''`)
	tab.Submit("form[action='/shift/give'] button.main")
	tab.Accessible("a shift of which nothing was ticked")
	tab.Eval(`document.querySelector("form[action='/shift/give'] input[name=id]").checked = true, ''`)
	tab.Submit("form[action='/shift/give'] button.main")
	if got := tab.Text(".said"); got != "The hand-over is recorded." {
		t.Errorf("after the hand-over: %q", got)
	}
	tab.Enter("desk:2", "/shift")
	tab.Await("the note", `document.body.innerText.includes('Unit 03 calls back at 21:00.')`)
	tab.Submit("form[action='/shift/take'] button.main")
	after := w.Must(t, "desk:2", http.MethodGet, "/v1/verification-requests/"+id, nil)
	before, _ := note.Body["holder"].(map[string]any)
	now, _ := after.Body["holder"].(map[string]any)
	if now == nil || now["person"] == before["person"] {
		t.Errorf("held by %v after the shift was taken over from %v", now, before)
	}
}

// What is handed over is what was ticked: of nothing no page says that it is recorded, and what was typed is not lost.
func TestAHandOverThatIsNotRecordedKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	id := submit(t, w, "give-1", flash)
	w.Must(t, "desk:1", http.MethodPost, "/v1/verification-requests/"+id+"/claim", map[string]any{})
	cookies := "verigate-language=en; " + w.Cookie(t, "desk:1")
	ticked := `name="id" value="` + id + `" checked`
	webtest.Eventually(t, 20*time.Second, "the shift shows what is held, ticked", func() bool {
		return strings.Contains(w.Visit(t, cookies, "/shift", nil).Body, ticked)
	})
	const typed = "Unit 03 <calls> at 21:00."
	shown := `maxlength="4000">Unit 03 &lt;calls&gt; at 21:00.</textarea>`
	whole := url.Values{"text": {typed}, "key": {"give-1"}, "number-" + id: {"VR-1"}}

	none := w.Visit(t, cookies, "/shift/give", whole)
	if none.Status != http.StatusUnprocessableEntity || !strings.Contains(none.Body, "Tick at least one request") || !strings.Contains(none.Body, shown) || strings.Contains(none.Body, ticked) {
		t.Errorf("nothing was ticked: %d to %q: %s", none.Status, none.To, none.Body)
	}
	if vi := w.Visit(t, w.Cookie(t, "desk:1"), "/shift/take", url.Values{"key": {"take-1"}}, "Accept-Language", "vi"); vi.Status != http.StatusUnprocessableEntity || !strings.Contains(vi.Body, "Đánh dấu ít nhất một đề nghị") {
		t.Errorf("nothing was ticked to take over: %d to %q: %s", vi.Status, vi.To, vi.Body)
	}

	const other = "01arz3ndektsv4rrffq69g5fav"
	whole["id"], whole["number-"+other] = []string{id, other}, []string{"VR-2"}
	some := w.Visit(t, cookies, "/shift/give", whole)
	if some.Status != http.StatusConflict || !strings.Contains(some.Body, "<bdi>VR-2</bdi>") || !strings.Contains(some.Body, shown) {
		t.Errorf("one of two was refused: %d %s", some.Status, some.Body)
	}
	if strings.Contains(some.Body, ticked) {
		t.Error("what is handed over already is to be handed over again")
	}
	if got := w.Must(t, "desk:1", http.MethodGet, "/v1/verification-requests/"+id, nil); strings.Count(string(got.Raw), "21:00") != 1 {
		t.Errorf("the one that was not refused: %s", got.Raw)
	}
}

// calls notes two calls: the first promises another, which the second one keeps. It goes on with a promise, at /shift.
func calls(t *testing.T, tab *webtest.Tab, id string) {
	t.Helper()
	promise := ".duty-calls a[href='/requests/" + id + "']"
	for i, again := range []string{"23:59", "", "23:58"} {
		tab.Go("/now")
		tab.Eval(`document.querySelector('.duty-call').open = true, ''`)
		tab.Fill(".duty-call textarea", "The unit looks for the papers.")
		if again != "" {
			tab.Fill(".duty-call input[type=time]", again)
		}
		if i == 0 {
			tab.Accessible("a call")
			tab.Screens("now-call")
		}
		tab.Submit(".duty-call button")
		webtest.Eventually(t, 20*time.Second, "the promise of "+again+", and no other", func() bool {
			tab.Go("/shift")
			return tab.Has(promise) == (again != "") && strings.Contains(tab.Text(".duty-calls"), again)
		})
	}
}

func TestAUnitSeesWhatWaitsForIt(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	id := submit(t, w, "unit-1", func(map[string]any) {})
	onBoard(t, w, id)
	tab := w.Open(t)
	tab.Enter("unit:03", "/now")
	tab.Await("the task", `document.querySelector('[data-row] .duty-open')?.getAttribute('href').startsWith('/tasks/`+id+`')`)
	tab.Accessible("now of a unit")
	tab.Screens("now-unit")
	tab.Enter("unit:20", "/now")
	if !tab.Has(".empty") {
		t.Errorf("unit 20 sees %s", tab.Text("main"))
	}
	if said := tab.Eval("document.documentElement.outerHTML"); strings.Contains(said, id) {
		t.Error("unit 20's page names a request of unit 03")
	}
}
