package retention_test

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/app"
	"verigate/internal/verification"
	"verigate/internal/web/webtest"
)

// month keeps everything for the shortest period that there is.
const month = "rule,campaign,kind,months,valid_from,valid_to,source\nshort,,,1,,,a test\n"

// later is a demonstration of forty days ago, and what makes it today.
func later(t *testing.T) (w *webtest.World, passes func()) {
	t.Helper()
	return daysLater(t, 40)
}

func daysLater(t *testing.T, days int) (w *webtest.World, passes func()) {
	t.Helper()
	behind := time.Duration(days) * 24 * time.Hour
	file := filepath.Join(t.TempDir(), "retention.csv")
	if err := os.WriteFile(file, []byte(month), 0o600); err != nil {
		t.Fatal(err)
	}
	var back atomic.Int64
	back.Store(int64(behind))
	w = webtest.Start(t, func(o *app.Options) {
		began := time.Now()
		o.Periods = file
		o.Now = func() time.Time { return time.Now().Add(-time.Duration(back.Load())) }
		o.Elapsed = func() time.Duration { return time.Since(began) + behind - time.Duration(back.Load()) }
	})
	return w, func() { back.Store(0) }
}

// closed is a request that its partner took back.
func closed(t *testing.T, w *webtest.World, reference string) (id string) {
	t.Helper()
	id = fmt.Sprint(w.Must(t, "partner:NG", "POST", "/v1/verification-requests", map[string]any{
		"own_reference": reference, "purpose": map[string]any{"statement": "Fictional statement " + reference}, "handling": map[string]any{"code": "H1"},
		"subjects":  []any{map[string]any{"id": "s1", "kind": "container", "number": "ZZZU4002177"}},
		"questions": []any{map[string]any{"n": 1, "code": "CON", "text": "Has it arrived?", "subjects": []string{"s1"}}},
	}, "Idempotency-Key", "kept-"+reference).Body["id"])
	w.Must(t, "partner:NG", "POST", "/v1/verification-requests/"+id+"/withdrawal", map[string]any{"text": "not needed"})
	return id
}

// secondLead makes a duty officer a lead as well.
func secondLead(t *testing.T, w *webtest.World) {
	t.Helper()
	operator := func(n string) verification.Actor {
		return verification.Actor{Person: verification.PersonID("p_operator0000000" + n), Roles: []verification.Role{verification.RoleOperator}}
	}
	for _, p := range w.Parts.Registry.Keyring().Principals() {
		if p.Label != "Cán bộ trực 2" {
			continue
		}
		grant := access.ProposeGrant{Grant: "deputy", Role: verification.RoleLead, Until: w.Parts.Now().Add(24 * time.Hour), Reason: "Deputy."}
		if err := w.Parts.Registry.Principal(t.Context(), operator("1"), p.ID, grant); err != nil {
			t.Fatal(err)
		}
		if err := w.Parts.Registry.Principal(t.Context(), operator("2"), p.ID, access.ConfirmGrant{Grant: "deputy"}); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("there is no second duty officer")
}

func box(id string) string { return `input[name=request][value^="` + id + `"]` }

// find loads a list until it shows a request, for the board follows the record, and no longer when it is to be gone.
func find(t *testing.T, tab *webtest.Tab, list, id string, there bool) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, list+" follows", func() bool {
		tab.Go("/retention?list=" + list)
		return tab.Has(`tbody a[href="/requests/`+id+`"]`) == there
	})
}

// byHand sends a form that the page does not offer.
func byHand(tab *webtest.Tab, do, id string) {
	tab.Eval(fmt.Sprintf(`(() => { const f = document.createElement('form'); f.method = 'post'; f.action = '/retention?list=proposed'; f.id = 'by-hand';
		for (const [n, v] of [['do', %q], ['key', 'by-hand-' + %q], ['request', %q]]) { const i = document.createElement('input'); i.name = n; i.value = v; f.append(i); }
		const b = document.createElement('button'); f.append(b); document.querySelector('main').prepend(f); return ''; })()`, do, id, id))
	tab.Submit("#by-hand button")
}

func has(t *testing.T, tab *webtest.Tab, where string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if got := tab.Text("main"); !strings.Contains(got, part) {
			t.Errorf("%s: the page does not say %q:\n%s", where, part, got)
		}
	}
}

func hold(tab *webtest.Tab, id string) {
	tab.Go("/requests/" + id)
	tab.Click("#do-place_legal_hold > summary")
	tab.Fill("#do-place_legal_hold-reason", "Court file 12/2026.")
	tab.Submit("#do-place_legal_hold button")
}

type spoken struct {
	language, title, empty, none, proposed, same, many, goes, confirmed, held, erased string
}

func sentences() []spoken {
	return []spoken{
		{
			"vi", "Nội dung đang lưu và nội dung đến hạn xóa", "Không có đề xuất xóa nào chờ người thứ hai", "Chưa chọn đề nghị nào", "Đã đề xuất: 3. Bị từ chối: 0.", "Bị từ chối: Phải là hai người khác nhau",
			"Số đề nghị bị xóa nội dung: 3", "mọi bản đã phát hành", "Đã xóa: 2. Bị từ chối: 1.", "Bị từ chối: Đang giữ lại theo lệnh", "Nội dung đã bị xóa",
		},
		{
			"en", "What is kept, and what is due for erasure", "No erasure waits for a second person", "No request was chosen", "Proposed: 3. Refused: 0.", "Refused: Two different persons are needed",
			"Requests whose content is erased: 3", "every version that was released", "Erased: 2. Refused: 1.", "Refused: Under legal hold", "The content was erased",
		},
	}
}

// One lead proposes several and cannot confirm them; another does, in English without scripts; what is held meanwhile stays.
func TestTwoLeadsEraseSeveralThatAreDue(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 15 s")
	}
	t.Parallel()
	w, passes := later(t)
	ids := map[string][]string{}
	for _, said := range sentences() {
		for n := range 3 {
			ids[said.language] = append(ids[said.language], closed(t, w, fmt.Sprintf("%s-%d", said.language, n)))
		}
	}
	passes()
	secondLead(t, w)
	lead, deputy := w.Open(t), w.Open(t)
	lead.Enter("lead", "/retention")
	deputy.Enter("desk:2", "/retention")
	for _, said := range sentences() {
		if said.language == "en" {
			deputy.WithoutScripts()
			deputy.Go("/retention")
			deputy.Click(".drop summary")
			deputy.Submit(`form[action="/settings"] button[value="en"]`)
		} else {
			deputy.Speak(said.language)
		}
		lead.Speak(said.language)
		propose(t, lead, said, ids[said.language])
		confirm(t, lead, deputy, said, ids[said.language])
	}
}

// withYear is a date in either language.
var withYear = regexp.MustCompile(`^\d+[ /]\w+[ /]20\d\d$`)

func propose(t *testing.T, lead *webtest.Tab, said spoken, ids []string) {
	t.Helper()
	find(t, lead, "due", ids[2], true)
	lead.Go("/retention?list=proposed")
	has(t, lead, "nothing is proposed", said.empty)
	lead.Go("/retention")
	has(t, lead, "the register", said.title, "IP Abuja", "short")
	if got := lead.Text("tbody td:last-child"); !withYear.MatchString(got) {
		t.Errorf("it is due from %q", got)
	}
	lead.Submit("button[value=propose]")
	has(t, lead, "nothing was chosen", said.none)
	for _, id := range ids {
		lead.Click(box(id))
	}
	lead.Screens("retention-due-" + said.language)
	lead.Accessible("what is due")
	lead.Submit("button[value=propose]")
	has(t, lead, "proposed", said.proposed)
	lead.Screens("retention-proposed-" + said.language)
	lead.Accessible("what came of each")

	find(t, lead, "proposed", ids[2], true)
	if lead.Has("input[name=request]") {
		t.Error("who proposed may confirm")
	}
	byHand(lead, "confirm", ids[0])
	has(t, lead, "the same person", said.same)
}

func confirm(t *testing.T, lead, deputy *webtest.Tab, said spoken, ids []string) {
	t.Helper()
	find(t, deputy, "proposed", ids[2], true)
	deputy.Screens("retention-waits-" + said.language)
	deputy.Submit(`form[action^="/retention"] a.button`)
	deputy.Submit("button[value=ask]")
	has(t, deputy, "asked once", said.many, said.goes)
	if said.language == "vi" {
		deputy.Accessible("asked once")
	}
	deputy.Screens("retention-sure-" + said.language)
	hold(lead, ids[1])
	deputy.Submit("#sure button[value=confirm]")
	has(t, deputy, "confirmed", said.confirmed, said.held)
	deputy.Screens("retention-erased-" + said.language)

	find(t, deputy, "proposed", ids[0], false)
	find(t, deputy, "due", ids[0], false)
	find(t, lead, "held", ids[1], true)
	lead.Screens("retention-held-" + said.language)
	deputy.Submit(`.retention-tabs a[href="/retention?list=held"]`)
	deputy.Submit(`tbody a[href="/requests/` + ids[1] + `"]`)
	if !deputy.Has("#do-lift_legal_hold") {
		t.Error("the hold is not lifted where the register leads")
	}
	deputy.Go("/requests/" + ids[0])
	has(t, deputy, "erased", said.erased)
	if strings.Contains(deputy.Text("main"), "Fictional statement") {
		t.Error("what is erased is shown")
	}
}

// A page is what one call takes; what does not fit is on the page behind.
func TestAHundredAreProposedAtOnce(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 10 s")
	}
	t.Parallel()
	w, passes := later(t)
	var last string
	for n := range 101 {
		last = closed(t, w, fmt.Sprint("many-", n))
	}
	passes()
	tab := w.Open(t)
	tab.Enter("lead", "/retention")
	tab.Speak("vi")
	const boxes = "String(document.querySelectorAll('input[name=request]').length)"
	tab.Await("a full page", "document.querySelectorAll('input[name=request]').length === 100 && document.querySelector('a[href*=cursor]') || (setTimeout(() => location.reload(), 300), false)")
	tab.Submit("a[href*=cursor]")
	if got := tab.Eval(boxes); got != "1" || !tab.Has(box(last)) {
		t.Errorf("the page behind has %s rows", got)
	}
	tab.Submit(`form[action^="/retention"] a.button`)
	if got := tab.Eval(boxes); got != "1" || !tab.Has(box(last)+":checked") {
		t.Errorf("all of the page behind are %s", got)
	}
	tab.Go("/retention?all=yes")
	tab.Submit("button[value=propose]")
	has(t, tab, "a hundred", "Đã đề xuất: 100. Bị từ chối: 0.")
}

func TestTheRegisterOfWhatIsKeptRefuses(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 4 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	tab := w.Open(t)
	tab.Enter("desk:1", "/retention")
	if !tab.Has("#trouble[data-code=not_permitted]") || tab.Has(`nav a[href="/retention"]`) {
		t.Errorf("a duty officer sees %s", tab.Text("main"))
	}
	byHand(tab, "confirm", "00000000000000000000000000")
	if !tab.Has("#trouble[data-code=not_permitted]") {
		t.Errorf("a duty officer confirms: %s", tab.Text("main"))
	}
	tab.Enter("lead", "/retention?list=all")
	if !tab.Has("#trouble[data-code=invalid_parameter]") {
		t.Errorf("a list that there is not: %s", tab.Text("main"))
	}
	tab.Go("/retention")
	for do, code := range map[string]string{"confirm": "invalid_body", "propose": "invalid_body"} {
		byHand(tab, do, "no-id")
		if !tab.Has("#trouble[data-code=" + code + "]") {
			t.Errorf("%s of what is no request: %s", do, tab.Text("main"))
		}
	}
	byHand(tab, "else", "00000000000000000000000000")
	if !tab.Has(".retention-tabs") {
		t.Errorf("what nobody asks for: %s", tab.Text("main"))
	}
}
