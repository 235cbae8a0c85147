package portal_test

import (
	"context"
	"fmt"
	"html"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"verigate/internal/web/webtest"
)

// visitor is a browser that shows nothing: it keeps cookies and follows no redirection.
type visitor struct {
	t      *testing.T
	world  *webtest.World
	client *http.Client
}

// shown is a page.
type shown struct {
	status int
	path   string // where it leads
	body   string
}

func enter(t *testing.T, w *webtest.World, who string) visitor {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	v := visitor{t, w, &http.Client{Jar: jar, Timeout: patience, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}}
	webtest.Eventually(t, patience, "somebody may enter as "+who, func() bool { // the gateway has just begun
		return v.post("/demo/enter", url.Values{"who": {who}}).status == http.StatusSeeOther
	})
	return v
}

func (v visitor) get(path string) shown { return v.call(http.MethodGet, path, nil) }

func (v visitor) post(path string, form url.Values) shown { return v.call(http.MethodPost, path, form) }

func (v visitor) call(method, path string, form url.Values) shown {
	v.t.Helper()
	ctx, cancel := context.WithTimeout(v.t.Context(), patience)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, method, v.world.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		v.t.Fatal(err)
	}
	q.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r, err := v.client.Do(q)
	if err != nil {
		v.t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		v.t.Fatal(err)
	}
	return shown{r.StatusCode, r.Header.Get("Location"), string(body)}
}

// says wants a status and words on a page.
func (s shown) says(t *testing.T, status int, words ...string) {
	t.Helper()
	if s.status != status {
		t.Errorf("answered %d, not %d", s.status, status)
	}
	for _, w := range words {
		if !strings.Contains(html.UnescapeString(s.body), w) {
			t.Errorf("it does not say %q", w)
		}
	}
}

// good is a form that is taken as it is.
func good(key string) url.Values {
	return url.Values{
		"do": {"send"}, "key": {key}, "zone": {""}, "/kind": {"request"}, "/language": {"en"},
		"/subjects/0/id": {"s1"}, "/subjects/0/kind": {"container"}, "/subjects/0/number": {"ZZZU4002177"},
		"/questions/0/code": {"CON"}, "/questions/0/text": {"Has it arrived?"}, "/questions/0/subjects": {"s1"},
		"/purpose/statement": {"Believed to hold scales."}, "/handling/code": {"H2"}, "/handling/tlp": {"AMBER"},
	}
}

// Ports are offered by their names, and countries in the language of the page.
func TestCodesOfPortsAndCountriesAreOfferedByName(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	for language, germany := range map[string]string{"en": "Germany", "vi": "Đức"} {
		v.post("/settings", url.Values{"language": {language}, "to": {"/portal"}})
		for kind, field := range map[string]string{"consignment": "port", "place": "locode"} {
			form := good("codes-" + kind)
			form.Set("do", "add:/subjects")
			form.Set("add-kind", kind)
			v.post("/portal/new", form).says(
				t, http.StatusOK, `name="/subjects/1/`+field+`" value="" dir="auto" list="portal-ports"`, `<datalist id="portal-ports">`,
				`<option value="VNHPH">Hải Phòng</option>`, `<option value="DE">`+germany+`</option>`,
			)
		}
	}
}

// A liaison officer writes what a country, a port or a language is called. What is the name of nothing stays and is refused.
func TestANameIsReadAsItsCode(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	named := func(key, nationalities string) url.Values {
		form := good(key)
		for at, typed := range map[string]string{
			"/subjects/1/id": "s2", "/subjects/1/kind": "person", "/subjects/1/names/0/text": arabic, "/subjects/1/nationalities": nationalities,
			"/subjects/2/id": "s3", "/subjects/2/kind": "consignment", "/subjects/2/port": "hai phong", "/subjects/2/bl": "ZZZU1234", "/subjects/2/route": "VNDAD\r\nHải Phòng",
			"/subjects/3/id": "s4", "/subjects/3/kind": "vehicle", "/subjects/3/plate": "ABC 123", "/subjects/3/plate_country": "côte d'ivoire",
		} {
			form.Set(at, typed)
		}
		form.Set("/language", "Français")
		return form
	}
	look := named("names", "Nigeria\r\nđức\r\nVIỆT NAM\r\nfr\r\nألمانيا\r\nAtlantis")
	look.Set("do", "look")
	v.post("/portal/new", look).says(
		t, http.StatusOK, ">\nNG\nDE\nVN\nFR\nDE\nAtlantis</textarea>", `name="/subjects/2/port" value="VNHPH"`, ">\nVNDAD\nVNHPH</textarea>",
		`name="/subjects/3/plate_country" value="CI"`, `name="/language" value="fr"`,
	)
	v.post("/portal/new", named("names", "Nigeria\r\nAtlantis")).says(t, http.StatusUnprocessableEntity, ">\nNG\nAtlantis</textarea>")
	if taken := v.post("/portal/new", named("names-2", "Nigeria")); taken.status != http.StatusSeeOther {
		t.Error(taken.status, flawed.FindAllString(taken.body, -1))
	}
}

var flawed = regexp.MustCompile(`<p class="flaw" id="([^"]+)-flaw">([^<]*)</p>`)

func TestARefusalStandsBesideTheFieldAndKeepsWhatWasTyped(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	for name, tc := range map[string]struct {
		change url.Values
		field  string // id of the field beside which a flaw stands; empty: above the form
		says   []string
	}{
		"an urgent one without a reason": {url.Values{"/urgency/degree": {"urgent"}}, "f-urgency-justification", []string{"is needed"}},
		"another reason without words":   {url.Values{"/urgency/degree": {"flash"}, "/urgency/justification": {"other"}}, "f-urgency-justification_text", []string{"is needed"}},
		"no number":                      {url.Values{"/subjects/0/number": {""}}, "f-subjects-0-number", []string{"Container s1 · Container number", "is needed"}},
		"a number of things that is none": {
			url.Values{"/subjects/1/id": {"s2"}, "/subjects/1/kind": {"specimen"}, "/subjects/1/count": {"a lot"}}, "f-subjects-1-count", []string{`value="a lot"`},
		},
		"a telephone that is none": {
			url.Values{"/subjects/1/id": {"s2"}, "/subjects/1/kind": {"phone"}, "/subjects/1/e164": {"12"}}, "", []string{"12 is not valid"},
		},
		"an event at no time": {
			url.Values{"/urgency/physical_event/type": {"court_date"}, "/urgency/physical_event/at": {"soon"}}, "f-urgency-physical_event-at", []string{`value="soon"`},
		},
		"a country in the second line": {
			url.Values{"/subjects/1/id": {"s2"}, "/subjects/1/kind": {"person"}, "/subjects/1/names/0/text": {arabic}, "/subjects/1/nationalities": {"NG\r\nATLANTIS"}},
			"f-subjects-1-nationalities",
			[]string{arabic, "NG\nATLANTIS"},
		},
		"a state secret":    {url.Values{"/handling/vn_level": {"mat"}}, "f-handling-vn_level", []string{"do not send it here"}},
		"an unknown member": {url.Values{"/urgency/degree": {"tomorrow"}}, "", []string{"Urgency"}},
	} {
		form := good("k-" + strings.ReplaceAll(name, " ", "-"))
		for field, typed := range tc.change {
			form[field] = typed
		}
		got := v.post("/portal/new", form)
		got.says(t, http.StatusUnprocessableEntity, append(tc.says, "Believed to hold scales.")...)
		beside := ""
		for _, found := range flawed.FindAllStringSubmatch(got.body, -1) {
			beside += found[1] + " "
		}
		if tc.field != "" && strings.TrimSpace(beside) != tc.field {
			t.Errorf("%s: flaws beside %q, not %q", name, beside, tc.field)
		}
	}
	many := good("many")
	for n := range 51 {
		many.Set(fmt.Sprintf("/questions/%d/code", n), "CON")
		many.Set(fmt.Sprintf("/questions/%d/text", n), "Again?")
	}
	v.post("/portal/new", many).says(t, http.StatusUnprocessableEntity, "are too many (limit 50)")
	if got := v.get("/portal"); !strings.Contains(got.body, "empty") {
		t.Error("something was sent after all")
	}
}

func TestAFormSentTwiceIsOneRequest(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v, other := enter(t, w, "partner:NG"), enter(t, w, "partner:NG")
	first, second := v.post("/portal/new", good("once")), other.post("/portal/new", good("once"))
	first.says(t, http.StatusSeeOther)
	if second.path != first.path || second.status != http.StatusSeeOther {
		t.Errorf("once to %s, then to %s", first.path, second.path)
	}
	changed := good("once")
	changed.Set("/purpose/statement", "Other words.")
	got := other.post("/portal/new", changed)
	got.says(t, http.StatusConflict, "sent before", "Other words.")
	if strings.Contains(got.body, `name="key" value="once"`) {
		t.Error("the form can never be sent: it has the key that was used")
	}
}

func TestAWrongCheckDigitIsConfirmedAsSeen(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	form := good("digit")
	form.Set("/subjects/0/number", "ZZZU4002178")
	v.post("/portal/new", form).says(t, http.StatusUnprocessableEntity, "the check digit does not fit", `name="seen:/subjects/0/number" value="ZZZU4002178"`)
	form.Set("seen:/subjects/0/number", "ZZZU4002170") // said of another number
	v.post("/portal/new", form).says(t, http.StatusUnprocessableEntity, "Nothing is sent yet.")
	form.Set("seen:/subjects/0/number", "ZZZU4002178")
	got := v.post("/portal/new", form)
	got.says(t, http.StatusSeeOther)
	v.get(got.path).says(t, http.StatusOK, "Container s1: \u2068ZZZU4002178\u2069 · Number", "kept as seen")

	check := url.Values{"/subjects/3/id": {"s1"}, "/subjects/3/kind": {"vessel"}, "/subjects/3/imo": {"9074720"}}
	part := v.post("/portal/check?at=/subjects/3/imo", check)
	part.says(t, http.StatusOK, "9074720: the check digit does not fit")
	check.Set("/subjects/3/imo", "9074729")
	if part = v.post("/portal/check?at=/subjects/3/imo", check); strings.Contains(part.body, "does not fit") {
		t.Errorf("a right number: %s", part.body)
	}
}

func TestNobodyElseSeesARequest(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	sent := enter(t, w, "partner:NG").post("/portal/new", good("mine"))
	path, _, _ := strings.Cut(sent.path, "?")
	for _, who := range []string{"partner:KE", "desk:1", "unit:03"} {
		v := enter(t, w, who)
		nonsense := v.get("/portal/0000000000000000000000000a")
		for _, below := range []string{"", "/receipt", "/body", "/answers", "/reply", "/follow-up", "/withdrawal"} {
			got := v.get(path + below)
			if got.status != http.StatusNotFound || callless(got.body) != callless(strings.ReplaceAll(nonsense.body, "/portal/0000000000000000000000000a", path+below)) {
				t.Errorf("%s at %s: %d, and not the page of an address that there is not", who, below, got.status)
			}
		}
	}
}

// callless takes out what differs between any two pages: the number of the call and the time.
func callless(body string) string {
	return regexp.MustCompile(`<code>[a-z0-9]+</code>|data-server="\d+"`).ReplaceAllString(body, "")
}

func TestInstantsAreOfTheWritersClock(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	for zone, offset := range map[string]string{"Africa/Lagos": "+01:00", "": "+07:00"} {
		form := good("zone" + zone)
		form.Set("zone", zone)
		form.Set("/urgency/wanted_by", "2027-03-01T08:00")
		got := v.post("/portal/new", form)
		id := strings.TrimPrefix(strings.TrimSuffix(got.path, "?done=submit"), "/portal/")
		view := w.Must(t, "partner:NG", http.MethodGet, "/v1/verification-requests/"+id, nil)
		urgency, _ := view.Body["request"].(map[string]any)["urgency"].(map[string]any)
		if urgency["wanted_by"] != "2027-03-01T08:00:00"+offset {
			t.Errorf("in %q wanted by %v", zone, urgency["wanted_by"])
		}
	}
}

func TestLikeTheLastOneCopiesNoSubjects(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	before := good("before")
	before.Set("/handling/marking_verbatim", "DIFFUSION RESTREINTE")
	before.Set("/handling/onward/allowed_to", "KE\r\nTZ")
	before["/handling/codes"] = []string{"H1", "H2"}
	before.Set("/purpose/legal_basis", "Operation FICTION")
	v.post("/portal/new", before).says(t, http.StatusSeeOther)
	blank := url.Values{"do": {"like"}, "key": {"next"}, "/kind": {"request"}, "/questions/0/text": {"Typed before."}}
	webtest.Eventually(t, patience, "it is in the list", func() bool { return strings.Contains(v.get("/portal").body, "data-row") })
	got := v.post("/portal/new", blank)
	got.says(t, http.StatusOK, "DIFFUSION RESTREINTE", "Operation FICTION", "KE\nTZ", "Typed before.", `name="/handling/codes" value="H1" checked`)
	if strings.Contains(got.body, "ZZZU4002177") || strings.Contains(got.body, "/subjects/0") {
		t.Error("it copied a subject")
	}
}

func TestANumberLeadsToItsRequest(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	sent := v.post("/portal/new", good("number"))
	path, _, _ := strings.Cut(sent.path, "?")
	view := w.Must(t, "partner:NG", http.MethodGet, strings.Replace(path, "/portal/", "/v1/verification-requests/", 1), nil)
	number, _ := view.Body["number"].(string)
	webtest.Eventually(t, patience, "it is found", func() bool { return v.get("/portal?number="+number).path == path })
	wrong := number[:len(number)-1] + "0"
	if wrong == number {
		wrong = number[:len(number)-1] + "1"
	}
	v.get("/portal?number="+wrong).says(t, http.StatusBadRequest, "That number cannot be right")
	enter(t, w, "partner:KE").get("/portal?number="+number).says(t, http.StatusOK, "No request of yours has the number "+number)
}

func TestAWithdrawalIsAskedOnceAndSaysWhatChangedMeanwhile(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	sent := v.post("/portal/new", good("away"))
	path, _, _ := strings.Cut(sent.path, "?")
	id := strings.TrimPrefix(path, "/portal/")
	asks := v.get(path + "/withdrawal")
	asks.says(t, http.StatusOK, "This cannot be undone.")
	key, version := hidden(asks.body, "key"), hidden(asks.body, "version")
	desk(t, w, "desk:1", id, "claim", map[string]any{})
	desk(t, w, "desk:1", id, "clarification", map[string]any{"code": "other", "text": "Which terminal?"})
	v.post(path+"/withdrawal", url.Values{"key": {key}, "version": {version}, "text": {"No longer needed."}}).
		says(t, http.StatusPreconditionFailed, "No longer needed.", "Somebody changed this meanwhile")
	again := v.get(path + "/withdrawal")
	got := v.post(path+"/withdrawal", url.Values{"key": {hidden(again.body, "key")}, "version": {hidden(again.body, "version")}})
	got.says(t, http.StatusSeeOther)
	v.get(got.path).says(t, http.StatusOK, "Withdrawn")
	v.get(path+"/withdrawal").says(t, http.StatusOK, "It can no longer be withdrawn.")
}

func TestARecalledVersionSaysSo(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	v := enter(t, w, "partner:NG")
	sent := v.post("/portal/new", good("recalled"))
	path, _, _ := strings.Cut(sent.path, "?")
	id := strings.TrimPrefix(path, "/portal/")
	work(t, w, id)
	v.get(path).says(t, http.StatusOK, "not read yet", "Opening it is recorded")
	v.get(path+"/answers").says(t, http.StatusOK, "nothing held", "Will this answer do?")
	desk(t, w, "lead", id, "recall", map[string]any{"version": 1, "code": "factual_error", "text": "Another container was meant."})
	v.get(path).says(t, http.StatusOK, "A version was recalled.")
	got := v.get(path + "/answers")
	got.says(t, http.StatusOK, "This version was recalled.", "Its content is given out no more.", "Version 1 is recalled.", "Factual error", "Final · version 1")
	for _, wrong := range []string{"Will this answer do?", "nothing held", "Another container was meant."} { // the text stays with the desk
		if strings.Contains(got.body, wrong) {
			t.Errorf("of a version that was read and recalled it says %q", wrong)
		}
	}
}

// hidden is the value of a hidden field.
func hidden(body, name string) string {
	found := regexp.MustCompile(`name="` + name + `" value="([^"]*)"`).FindStringSubmatch(body)
	if found == nil {
		return ""
	}
	return html.UnescapeString(found[1])
}

// The form of a session that ends while somebody types is sent by who signs in again, once.
func TestAFormIsSentByWhoSignsInAgain(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	form := url.Values{"key": {"page-over"}, "do": {"add:/questions"}, "/questions/0/": {""}, "/questions/0/text": {"Has it arrived?"}, "/purpose/statement": {"Loaded at Apapa."}}
	over := w.Visit(t, "", "/portal/new", form, "Sec-Fetch-Site", "same-origin", "Accept-Language", "en")
	if over.Status != http.StatusUnauthorized || !strings.Contains(over.Body, `name="/purpose/statement" value="Loaded at Apapa."`) {
		t.Fatalf("%d to %q: %s", over.Status, over.To, over.Body)
	}
	_, kept, _ := strings.Cut(over.Body, `<form method="post" action="/portal/new">`)
	back := url.Values{}
	for _, f := range regexp.MustCompile(`<input type="hidden" name="([^"]*)" value="([^"]*)">`).FindAllStringSubmatch(kept, -1) {
		back.Add(html.UnescapeString(f[1]), html.UnescapeString(f[2]))
	}
	if back.Encode() != form.Encode() {
		t.Fatalf("sent %s, kept %s", form.Encode(), back.Encode())
	}
	again := w.Visit(t, w.Cookie(t, "partner:NG"), "/portal/new", back, "Sec-Fetch-Site", "same-origin")
	if again.Status != http.StatusOK || !strings.Contains(again.Body, "Loaded at Apapa.</textarea>") || !strings.Contains(again.Body, `name="/questions/1/text"`) {
		t.Errorf("sent again: %d %s", again.Status, again.Body)
	}
}
