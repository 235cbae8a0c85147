package story_test

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"verigate/internal/demo"
	"verigate/internal/web/webtest"
)

const board = "#story-board tbody tr"

func TestTheFirstPageShowsWhatIsGoingOn(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	w := webtest.StartSeeded(t)
	tab := w.Open(t)
	for _, one := range []struct{ language, promise, late, partner, laboratory, reviewer, sealed string }{
		{"vi", "Một đề nghị xác minh từ Abuja phải có câu trả lời trước", "quá hạn 2", "Tài liệu không đọc được", "Chờ giám định", "Chờ người duyệt thứ hai", "còn 1 đề nghị"},
		{"en", "A verification request from Abuja must be answered by", "overdue 2", "Document unreadable", "Laboratory", "Waits for a second reviewer", "1 more is sealed"},
	} {
		tab.Go("/")
		tab.Speak(one.language)
		tab.Await("the board", fmt.Sprintf("document.querySelectorAll(%q).length === 11", board))
		if got := tab.Text("h1"); !strings.HasPrefix(got, one.promise) || strings.Contains(got, "{{") {
			t.Errorf("it says %q", got)
		}
		said := tab.Text("#story-board")
		for _, want := range []string{one.late, one.partner, one.laboratory, one.reviewer, one.sealed} {
			if !strings.Contains(strings.ReplaceAll(said, "\u00a0", " "), want) {
				t.Errorf("%s: the board does not say %q\n%s", one.language, want, said)
			}
		}
		tab.Width(1440) // and 900 high
		for _, dark := range []bool{false, true} {
			tab.Dark(dark)
			if tall := tab.Eval(`((d) => d.scrollHeight > innerHeight || d.scrollWidth > innerWidth ? d.scrollWidth + 'x' + d.scrollHeight + ' in ' + innerWidth + 'x' + innerHeight : '')(document.documentElement)`); tall != "" {
				t.Errorf("%s, dark %v: it scrolls: %s", one.language, dark, tall)
			}
			if dark {
				tab.Screens("first-" + one.language + "-dark")
			}
		}
		tab.Dark(false)
		tab.Accessible("the first page")
		tab.Screens("first-" + one.language)
	}
}

func TestTheFirstPageIsLiveAndSaysWhenItIsNot(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Go("/")
	tab.Await("an empty board, once it has caught up", "document.querySelector('#story-board .empty')")
	visit(t, http.MethodPost, w.URL+"/demo/story", url.Values{})
	tab.Await("the story's request on the board", fmt.Sprintf("document.querySelectorAll(%q).length === 1", board))
	w.Stop()
	tab.Await("the sign that nobody answers", "!document.getElementById('stale').hidden")
	if tab.Eval(fmt.Sprintf("String(document.querySelectorAll(%q).length)", board)) != "1" {
		t.Error("the last picture is gone")
	}
}

func TestWhatIsSealedOnlyItsKeeperSees(t *testing.T) {
	t.Parallel()
	w := webtest.StartSeeded(t)
	seen := func(who string, rows int) string {
		var all []string
		webtest.Eventually(t, 20*time.Second, "a board for "+who, func() bool {
			r := w.Call(t, who, http.MethodGet, "/v1/board?limit=200", nil)
			items, _ := r.Body["items"].([]any)
			all = nil
			for _, item := range items {
				row, _ := item.(map[string]any)
				partner, _ := row["partner"].(string)
				all = append(all, partner)
			}
			return r.Status == http.StatusOK && len(all) >= rows
		})
		return strings.Join(all, " ")
	}
	if got := seen("keeper", 1); got != "NL" {
		t.Errorf("the keeper sees %s", got)
	}
	for _, who := range []string{"desk:1", "desk:2", "lead", "supervisor"} {
		if got := seen(who, 11); strings.Contains(got, "NL") || strings.Count(got, " ") != 10 {
			t.Errorf("%s sees %s", who, got)
		}
	}
}

// through plays the story from its first page to its end, step by step.
func through(t *testing.T, tab *webtest.Tab, check func(scene string)) {
	t.Helper()
	tab.Go("/demo")
	tab.Submit(`form[action="/demo/story"] button:not([name])`)
	for _, scene := range demo.Scenes() {
		tab.Await("the step "+scene, fmt.Sprintf("document.querySelector('#story-step-%s')", scene))
		check(scene)
		if tab.Has("#story-next") {
			tab.Click("#story-next")
		}
	}
	tab.Await("the end", "document.querySelector('.story-break')")
}

func TestTheStoryIsToldStepByStep(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	told := map[string]bool{}
	for _, one := range []struct{ language, refused, hidden string }{
		{"vi", "same_person", "not_found"}, {"en", "same_person", "not_found"},
	} {
		tab.Go("/demo")
		tab.Speak(one.language)
		through(t, tab, func(scene string) {
			said := tab.Text("#story-step-" + scene)
			want := map[string]string{
				"receipt": "VR-", "routed": "VNHPH", "refused": one.refused, "hidden": one.hidden, "read": "[…]", "readers": "p_",
			}[scene]
			if !strings.Contains(said, want) {
				t.Errorf("%s does not say %q\n%s", scene, want, said)
			}
			if strings.Contains(said, "Nguyễn Văn Thử") {
				t.Errorf("%s tells the masked name", scene)
			}
			if scene == "receipt" || scene == "read" {
				if len(told) == 0 { // the languages differ in words alone
					tab.Accessible("the story at " + scene)
				}
				tab.Screens("story-" + scene + "-" + one.language)
			}
		})
		if len(told) == 0 {
			tab.Accessible("the end of the story")
		}
		tab.Screens("story-end-" + one.language)
		if read := tab.Text("main"); one.language == "vi" && (strings.Contains(read, "refused") || strings.Contains(read, "KEEPER")) {
			t.Errorf("who has seen it is told in codes: %s", read)
		}
		request := tab.Eval("new URL(location).searchParams.get('request')")
		if told[request] {
			t.Errorf("the second telling is of the request of the first")
		}
		told[request] = true

		// What a process told that is gone, the next one still finds.
		tab.Go("/demo/story/run-gone?request=" + request)
		if said := tab.Text("#story-step-survived"); !strings.Contains(said, "VR-") {
			t.Errorf("after the end of its process\n%s", said)
		}
		tab.Accessible("the story after kill -9")
		tab.Screens("story-survived-" + one.language)
	}
}

// visit calls a page as a browser without scripts does, and gives where that ended and what it shows.
func visit(t *testing.T, method, url string, form url.Values) (at, page string) {
	t.Helper()
	q, err := http.NewRequestWithContext(t.Context(), method, url, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	if form != nil {
		q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil || r.StatusCode != http.StatusOK {
		t.Fatalf("%s %s: %d, %v", method, url, r.StatusCode, err)
	}
	return r.Request.URL.String(), string(body)
}

func TestTwoVisitorsTellTheirOwnStory(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	mine, first := visit(t, http.MethodPost, w.URL+"/demo/story", url.Values{})
	others, _ := visit(t, http.MethodPost, w.URL+"/demo/story", url.Values{})
	if mine == others || !strings.Contains(first, "story-step-receipt") {
		t.Fatalf("the first step of %s and of %s\n%s", mine, others, first)
	}
	address, _, _ := strings.Cut(mine, "?")
	for range 2 { // pressed twice, it is one step
		if _, page := visit(t, http.MethodPost, address+"/next", url.Values{"seen": {"1"}}); !strings.Contains(page, "story-step-routed") {
			t.Errorf("after the first step\n%s", page)
		}
	}
	if _, page := visit(t, http.MethodGet, others, nil); !strings.Contains(page, "story-step-receipt") {
		t.Errorf("the other's story went on\n%s", page)
	}
	for _, path := range []string{"/demo/story", "/demo/story/run-none", "/demo/story/run-none?request=00000000000000000000000000"} {
		if _, page := visit(t, http.MethodGet, w.URL+path, nil); !strings.Contains(page, "story-first") {
			t.Errorf("%s does not lead to the first page\n%s", path, page)
		}
	}
	_, found := visit(t, http.MethodGet, strings.Replace(mine, "run-", "run-gone", 1), nil)
	if !strings.Contains(found, "story-step-survived") {
		t.Errorf("a request whose telling is gone is not found\n%s", found)
	}
}

func TestTheStoryIsToldWithoutScripts(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 6 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.WithoutScripts()
	through(t, tab, func(string) {})
}

func TestTheStoryIsWatchedAndPaused(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: the story goes on by itself after 12 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Go("/demo")
	tab.Submit(`form[action="/demo/story"] [name=watch]`)
	tab.Await("the second step by itself", "document.querySelector('#story-step-routed')")
	tab.Eval("window.left = 'behind', ''")
	tab.Click("#story-pause")
	tab.Await("the paused page", "window.left !== 'behind' && document.querySelector('#story-goes-on')")
	if !tab.Has("#story-step-routed") || !tab.Has("#story-next") || tab.Has("[hx-trigger*=load]") {
		t.Error("it goes on while it is paused")
	}
}
