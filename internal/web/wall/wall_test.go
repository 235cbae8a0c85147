package wall_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"verigate/internal/app"
	"verigate/internal/rdb/redistest"
	"verigate/internal/web/webtest"
)

// shifted is the real clock, which a test moves ahead.
type shifted struct{ by atomic.Int64 }

func (s *shifted) now() time.Time { return time.Now().Add(time.Duration(s.by.Load())) }

// onTheWall waits until a device shows the wall.
func onTheWall(device *webtest.Tab) {
	device.Await("the wall", "document.querySelector('.wall-tiles')")
}

// codeOf is what a device shows.
func codeOf(device *webtest.Tab) string {
	device.Await("a code", "document.querySelector('.wall-code')")
	return device.Text(".wall-code")
}

// pair types a code into the form, as somebody who may, until it is looked at: attempts are a second apart.
func pair(t *testing.T, by *webtest.Tab, code, label, unit string) {
	t.Helper()
	webtest.Eventually(t, 20*time.Second, "the code is looked at", func() bool {
		by.Go("/admin/screens")
		by.Fill("#code", code)
		by.Fill("#label", label)
		by.Fill("#unit", unit)
		by.Submit("main form[action='/admin/screens'] button")
		return !by.Has("#trouble[data-code=too_many_attempts]")
	})
}

// The device shows a code without any sign-in, becomes the wall by itself once the lead has typed it, says nothing of whom a
// request is about, and shows a code again within five seconds of its removal.
func TestADeviceBecomesAWallAndEndsBySomebodysHand(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: browsers' journeys of 20 s")
	}
	t.Parallel()
	clock := &shifted{}
	w := webtest.StartSeeded(t, func(o *app.Options) { o.Now = clock.now })
	device, lead := w.Open(t), w.Open(t)
	for _, test := range []struct{ language, wait, title, flaw, paired, removed string }{
		{"vi", "Màn hình này chưa được ghép", "Đề nghị đang xử lý", "Không có màn hình nào đang hiện mã này", "Đã ghép", "Đã gỡ"},
		{"en", "This screen is not paired yet", "Requests in work", "No screen shows this code", "Paired", "Removed"},
	} {
		device.Go("/wall")
		device.Speak(test.language)
		code := codeOf(device)
		if got := device.Text("h1"); got != test.wait || !regexp.MustCompile(`^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$`).MatchString(code) {
			t.Fatalf("a new device shows %q and %q", got, code)
		}
		lead.Enter("lead", "/admin/screens")
		lead.Speak(test.language)
		if test.language == "vi" {
			device.Accessible("a device that waits")
			device.Screens("wall-waits")
			lead.Accessible("screens, none")
			lead.Screens("screens-none")
		}
		pair(t, lead, "0000-0000", "Trực ban", "")
		if got := lead.Text("#code-help"); !strings.Contains(got, test.flaw) || lead.Eval("document.querySelector('#label').value") != "Trực ban" {
			t.Errorf("of a wrong code it is said %q", got)
		}
		if test.language == "vi" {
			lead.Accessible("a wrong code")
			lead.Screens("screens-refused")
			if got := codeOf(device); got != code {
				t.Errorf("the device shows %s and then %s", code, got)
			}
			clock.by.Add(int64(11 * time.Minute))
			device.Await("another code", fmt.Sprintf("document.querySelector('.wall-code')?.innerText !== %q && document.querySelector('.wall-code')", code))
			lead.Enter("lead", "/admin/screens") // the session was over too
			lead.Speak(test.language)
			pair(t, lead, code, "Trực ban", "")
			if !lead.Has("#code[aria-invalid]") {
				t.Error("a code is good after ten minutes")
			}
			code = codeOf(device)
		}
		pair(t, lead, strings.ToLower(strings.ReplaceAll(code, "-", " ")), "Trực ban", "")
		if got := lead.Text(".said"); !strings.Contains(got, test.paired) {
			t.Errorf("paired, it is said %q", got)
		}
		onTheWall(device)
		if got := device.Text("h1"); got != test.title {
			t.Errorf("the wall is titled %q", got)
		}
		pair(t, lead, code, "Một màn hình khác", "")
		if !lead.Has("#code[aria-invalid]") {
			t.Error("a code is good twice")
		}
		nothingTells(t, w, device)
		if test.language == "vi" {
			device.Accessible("the wall")
			device.Screens("wall")
			large(t, device)
			lead.Go("/admin/screens")
			lead.Accessible("screens")
			lead.Screens("screens")
		}
		lead.Go("/admin/screens")
		lead.Eval("document.querySelector('main td details').open = true, ''")
		lead.Submit("form[action$='/removal'] button")
		began := time.Now()
		if got := lead.Text(".said"); !strings.Contains(got, test.removed) {
			t.Errorf("removed, it is said %q", got)
		}
		codeOf(device)
		if took := time.Since(began); took > 5*time.Second {
			t.Errorf("the picture ended %s after the removal", took)
		}
	}
}

// nothingTells looks at the whole page for what a wall must not say.
func nothingTells(t *testing.T, w *webtest.World, device *webtest.Tab) {
	t.Helper()
	page := device.Eval("document.documentElement.outerHTML")
	items, _ := w.Must(t, "desk:1", http.MethodGet, "/v1/board?limit=200", nil).Body["items"].([]any)
	if len(items) < 5 {
		t.Fatalf("%d requests are on the board", len(items))
	}
	secret := []string{"VR-", "/requests/", "Abuja", "Nigeria", "Trực ban"}
	for _, item := range items {
		row, _ := item.(map[string]any)
		for _, member := range []string{"id", "number", "holder"} {
			if s, _ := row[member].(string); s != "" {
				secret = append(secret, s)
			}
		}
		if code, _ := row["partner"].(string); code != "" {
			secret = append(secret, ">"+code+"<")
		}
	}
	for _, word := range secret {
		if strings.Contains(page, word) {
			t.Errorf("the wall says %q", word)
		}
	}
}

// large sees to it that the wall fits screens of any size without scrolling, with letters that grow with them: on 1.2 m of
// screen a timer of 2.5 per cent of its width is 30 mm high, which is read from five metres.
func large(t *testing.T, device *webtest.Tab) {
	t.Helper()
	for _, size := range []struct{ wide, high int64 }{{1440, 900}, {3840, 2160}} {
		device.Screen("wall", size.wide)
		device.Width(size.wide)
		said := device.Eval(fmt.Sprintf(`(() => { const r = document.documentElement, d = document.querySelector('.wall-timers .due');
			const said = [];
			if (r.scrollHeight > %d + 1 || r.scrollWidth > %d + 1) said.push('it is ' + r.scrollWidth + ' by ' + r.scrollHeight);
			if (parseFloat(getComputedStyle(d).fontSize) < %d * .025) said.push('timers of ' + getComputedStyle(d).fontSize);
			return said.join(', '); })()`, size.high, size.wide, size.wide))
		if said != "" {
			t.Errorf("the wall at %d by %d: %s", size.wide, size.high, said)
		}
	}
	device.Width(1440)
}

// Without an answer the picture stays, grey and with its time, and comes back by itself: after a restart of the gateway, and
// from a board that was away.
func TestAWallGreysOutAndComesBackByItself(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: a browser's journey of 25 s")
	}
	t.Parallel()
	redis, cut := webtest.Between(t, redistest.Start(t))
	w := webtest.Start(t, func(o *app.Options) { o.Stores.Redis = redis })
	device, lead := w.Open(t), w.Open(t)
	device.Go("/wall")
	lead.Enter("lead", "/admin/screens")
	pair(t, lead, codeOf(device), "Cảng", "03")
	onTheWall(device)
	if got := device.Text("h1"); !strings.Contains(got, "Hải Phòng") && !strings.Contains(got, "Hai Phong") {
		t.Errorf("the wall of a department is titled %q", got)
	}
	device.Screens("wall-department")
	drawn := device.Eval("document.querySelector('#wall').dataset.at")
	w.Stop()
	device.Await("that it greys out", "document.querySelector('#wall.wall-old')")
	at := device.Text(".wall-age time")
	if !regexp.MustCompile(`^\d\d:\d\d:\d\d$`).MatchString(at) || !device.Has(".wall-old .wall-grey") {
		t.Errorf("it is grey as of %q", at)
	}
	device.Screens("wall-old")
	w.Restart(t)
	device.Await("the new picture", fmt.Sprintf("!document.querySelector('#wall.wall-old') && document.querySelector('#wall').dataset.at > %q", drawn))
	cut()
	device.Await("that it greys out without its board", "document.querySelector('#wall.wall-old')")
	if !device.Has(".wall-old .wall-grey") || !device.Has(".wall-tiles") {
		t.Errorf("without its board it shows %s", device.Text("main"))
	}
	device.Go("/wall") // which has no picture to keep
	if got := device.Text("h1"); got != "No picture yet" && got != "Chưa có hình" {
		t.Errorf("a device that comes meanwhile shows %q", got)
	}
	device.Accessible("a device without a picture")
	device.Screens("wall-away")
}

// An address that many know must not be a way around a session: the page says nothing to whoever is signed in, and a sign-in
// is nothing to it.
func TestAPersonsSessionShowsNoWall(t *testing.T) {
	t.Parallel()
	w := webtest.Start(t)
	for _, who := range []string{"desk:1", "lead", "partner:NG"} {
		r, body := get(t, w, w.Cookie(t, who))
		if r.StatusCode != http.StatusOK || strings.Contains(body, "wall-tiles") || !strings.Contains(body, "wall-code") {
			t.Errorf("%s sees %d %s", who, r.StatusCode, body)
		}
	}
}

// Without scripts a device does the same: it asks again by itself.
func TestADeviceWithoutScriptsBecomesAWall(t *testing.T) {
	if testing.Short() {
		t.Skip("skipped: browsers' journeys of 10 s")
	}
	t.Parallel()
	w := webtest.Start(t)
	device, lead := w.Open(t), w.Open(t)
	device.WithoutScripts()
	device.Go("/wall")
	lead.Enter("lead", "/admin/screens")
	lead.WithoutScripts()
	pair(t, lead, codeOf(device), "Cảng", "")
	onTheWall(device)
}

// get reads the page of the device with a cookie.
func get(t *testing.T, w *webtest.World, cookie string) (*http.Response, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	q, err := http.NewRequestWithContext(ctx, http.MethodGet, w.URL+"/wall", nil)
	if err != nil {
		t.Fatal(err)
	}
	q.Header.Set("Cookie", cookie)
	r, err := http.DefaultClient.Do(q)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	return r, string(body)
}
