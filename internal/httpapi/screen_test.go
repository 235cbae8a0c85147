package httpapi_test

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"verigate/internal/limit"
	"verigate/internal/screen"
)

// screens is where screens are paired, over the record of the rig.
func (r *rig) screens() *screen.Desk {
	return screen.New(screen.Parts{
		Store: r.unpaired, Principals: r.registry.Keyring(), Registry: r.registry, Throttle: limit.NewThrottle(r.clock.now), Random: rand.Reader,
		Now: r.clock.now,
	})
}

const wallCookie = "__Host-verigate-screen"

// device is a browser on a wall.
type device struct {
	r      *rig
	cookie string // as the browser sends it; empty: none
}

func (d *device) call(t *testing.T, method, path, body string) reply {
	t.Helper()
	a := ask{method: method, path: path, body: body, header: map[string]string{}}
	if d.cookie != "" {
		a.header["Cookie"] = d.cookie
	}
	got := d.r.call(t, a)
	if set := got.header.Get("Set-Cookie"); set != "" {
		for _, rule := range []string{"; Path=/", "; Max-Age=34560000", "; HttpOnly", "; Secure", "; SameSite=Strict"} {
			if !strings.Contains(set, rule) {
				t.Errorf("the cookie lacks %q: %s", rule, set)
			}
		}
		d.cookie, _, _ = strings.Cut(set, ";")
	}
	return got
}

// waits asks for a code.
func (d *device) waits(t *testing.T) string {
	t.Helper()
	got := d.call(t, http.MethodPost, "/v1/wall/pairing", `{}`).want(t, http.StatusOK)
	d.r.fits(t, "pairing", got.body)
	if key, _ := strings.CutPrefix(d.cookie, wallCookie+"="); key == "" || strings.Contains(string(got.body), key[len(key)-20:]) {
		t.Errorf("the key is in the answer, or in no cookie: %s", got.body)
	}
	return got.text(t, "code")
}

// wall asks for it, again while the gateway catches up with a clock that was moved.
func (d *device) wall(t *testing.T) (got reply) {
	t.Helper()
	eventually(t, "a gateway that has caught up", func() bool {
		got = d.call(t, http.MethodGet, "/v1/wall", "")
		return got.status != http.StatusServiceUnavailable
	})
	return got
}

func pairs(code, label, unit string) string {
	form := map[string]string{"code": code, "label": label}
	if unit != "" {
		form["unit"] = unit
	}
	text, _ := json.Marshal(form)
	return string(text)
}

// pair types a code some seconds after the one before.
func (r *rig) pair(t *testing.T, by, body string) reply {
	t.Helper()
	r.pass(t, 2*time.Second)
	return r.post(t, by, "/v1/screens", body)
}

func TestAScreenIsPairedReadsTheWallAndIsRemoved(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "one")
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK && strings.Contains(string(g.body), "VR-") })
	d := &device{r: r}
	d.wall(t).problem(t, http.StatusUnauthorized, "unauthenticated")
	code := d.waits(t)
	if again := d.waits(t); again != code {
		t.Errorf("asked again it shows %s, not %s", again, code)
	}
	d.wall(t).problem(t, http.StatusUnauthorized, "unauthenticated")
	screen := r.pair(t, "lead", pairs(strings.ToLower(code), "Trực ban", "")).want(t, http.StatusCreated)
	r.fits(t, "screen", screen.body)
	if again := r.pair(t, "lead", pairs(code, "Trực ban", "")).want(t, http.StatusCreated); string(again.body) != string(screen.body) {
		t.Errorf("sent again: %s, not %s", again.body, screen.body)
	}
	got := d.wall(t).want(t, http.StatusOK)
	r.fits(t, "wall", got.body)
	if got.field(t, "open") != 1.0 || got.field(t, "timers.0.degree") == nil || got.field(t, "bars.0.unit") != "03" {
		t.Errorf("the wall is %s", got.body)
	}
	list := r.get(t, "lead", "/v1/screens").want(t, http.StatusOK)
	r.fits(t, "screens", list.body)
	if list.text(t, "items.0.label") != "Trực ban" || list.field(t, "items.0.unit") != nil {
		t.Errorf("the list is %s", list.body)
	}
	if people := r.get(t, "desk", "/v1/people"); strings.Contains(string(people.body), screen.text(t, "screen")) {
		t.Errorf("a screen is among the people: %s", people.body)
	}
	path := "/v1/screens/" + screen.text(t, "screen")
	r.call(t, ask{by: "lead", method: http.MethodDelete, path: path}).want(t, http.StatusNoContent)
	d.wall(t).problem(t, http.StatusUnauthorized, "unauthenticated")
	r.call(t, ask{by: "lead", method: http.MethodDelete, path: path}).problem(t, http.StatusNotFound, "not_found")
	r.call(t, ask{by: "lead", method: http.MethodDelete, path: "/v1/screens/p_desk000000000000"}).problem(t, http.StatusNotFound, "not_found")
	if next := d.waits(t); next == code {
		t.Error("a removed screen shows the code that it had")
	}
}

func TestOfAnotherUnitAScreenShowsItsOwnWall(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "one") // to 03
	for unit, open := range map[string]float64{"03": 1, "45": 0} {
		d := &device{r: r}
		screen := r.pair(t, "lead", pairs(d.waits(t), "Cảng", unit)).want(t, http.StatusCreated)
		if screen.text(t, "unit") != unit {
			t.Errorf("paired %s", screen.body)
		}
		eventually(t, "the wall has what is open", func() bool { return d.wall(t).field(t, "open") == open })
		if got := d.wall(t); got.text(t, "unit") != unit {
			t.Errorf("the wall of %s is %s", unit, got.body)
		}
	}
}

func TestAPairingThatCannotBeIsToldWhy(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := &device{r: r}
	code := d.waits(t)
	flaw := func(what, body, pointer, want string) {
		t.Helper()
		got := r.pair(t, "lead", body).problem(t, http.StatusUnprocessableEntity, "invalid_body")
		if got.field(t, "errors.0.pointer") != pointer || got.field(t, "errors.0.code") != want || strings.Contains(string(got.body), code) {
			t.Errorf("%s: %s", what, got.body)
		}
	}
	flaw("a wrong code", pairs("0000-0000", "x", ""), "/code", "unknown_code")
	flaw("what is no code", pairs("Ü", "x", ""), "/code", "unknown_code")
	flaw("no code", pairs("", "x", ""), "/code", "too_short")
	flaw("no label", pairs(code, "", ""), "/label", "too_short")
	flaw("a unit that there is not", pairs(code, "x", "ZZ"), "/unit", "unknown_value")
	flaw("one of headquarters as a department", pairs(code, "x", "A1K1"), "/unit", "unknown_value")
	r.pair(t, "desk", pairs(code, "x", "")).problem(t, http.StatusForbidden, "not_permitted")
	r.pass(t, time.Minute)
	r.pair(t, "lead", pairs(code, "x", "")).want(t, http.StatusCreated)
	flaw("a code that was used", pairs(code, "another", ""), "/code", "unknown_code")
	late := &device{r: r}
	old := late.waits(t)
	r.pass(t, 10*time.Minute)
	flaw("a code of ten minutes ago", pairs(old, "x", ""), "/code", "unknown_code")
	for range 8 {
		got := r.pair(t, "lead", pairs("0000-0000", "x", ""))
		if got.status == http.StatusTooManyRequests {
			if got.problem(t, http.StatusTooManyRequests, "too_many_attempts").header.Get("Retry-After") == "" {
				t.Error("it is not told when to come back")
			}
			return
		}
	}
	t.Error("eight wrong codes are looked at one after the other")
}

func TestAScreensCookieOpensTheWallAndNothingElse(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	d := &device{r: r}
	r.pair(t, "lead", pairs(d.waits(t), "x", "")).want(t, http.StatusCreated)
	d.wall(t).want(t, http.StatusOK)
	for name, op := range r.operations {
		if op.public || name == "getWall" {
			continue
		}
		d.call(t, op.method, op.of(), "{}").problem(t, http.StatusUnauthorized, "unauthenticated")
	}
	key := strings.TrimPrefix(d.cookie, wallCookie+"=")
	for name, header := range map[string]map[string]string{
		"two cookies":           {"Cookie": d.cookie + "; " + d.cookie},
		"a key beside it":       {"Cookie": d.cookie, "Authorization": "Bearer lead"},
		"the key, altered":      {"Cookie": wallCookie + "=" + key[:len(key)-6] + "AAAAAA"},
		"the session's cookie":  {"Cookie": "__Host-verigate=" + key},
		"nothing in the cookie": {"Cookie": wallCookie + "="},
	} {
		if got := r.call(t, ask{method: http.MethodGet, path: "/v1/wall", header: header}); got.status != http.StatusUnauthorized {
			t.Errorf("%s: %d %s", name, got.status, got.body)
		}
	}
}

// TestNothingInAWallNamesARequestAPartnerOrAPerson looks at the bytes of the view beside everything that the gateway holds of
// its requests: ids, numbers, tasks, references, partners, people. The only codes are those of units, degrees and clocks.
func TestNothingInAWallNamesARequestAPartnerOrAPerson(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "one")
	r.packaged(t, r.submit(t, "two"), "unit03")
	view := r.get(t, "desk", "/v1/verification-requests/"+id).want(t, http.StatusOK)
	secret := []string{id, view.text(t, "number"), "NG", "Trực ban", "unit03", "desk", "p_"}
	for _, unit := range []string{"", "03"} {
		d := &device{r: r}
		r.pair(t, "lead", pairs(d.waits(t), "Trực ban", unit)).want(t, http.StatusCreated)
		eventually(t, "both are on the wall", func() bool { return d.wall(t).field(t, "open") != 0.0 })
		body := string(d.wall(t).want(t, http.StatusOK).body)
		for _, word := range secret {
			if strings.Contains(body, word) {
				t.Errorf("the wall holds %q: %s", word, body)
			}
		}
		for _, word := range regexp.MustCompile(`"([^"]*)"`).FindAllStringSubmatch(body, -1) {
			if !onWall.MatchString(word[1]) {
				t.Errorf("the wall holds %q, which is no member, time, unit, degree or clock: %s", word[1], body)
			}
		}
	}
}

// onWall is all that stands between quotes on a wall.
var onWall = regexp.MustCompile(`^(?:` + strings.Join([]string{
	"as_of|bars|months|timers|open|overdue|soon|unrouted|more|unit|degree|clock|due_at|month|received|on_time_percent|stale|stale_since",
	fmt.Sprintf(`%[1]s-%[2]s|%[1]s-%[2]s-%[2]sT%[2]s:%[2]s:%[2]sZ`, `\d{4}`, `\d{2}`),
	`\d{2}`, // a department
	"flash|urgent|priority|routine|look_back|complex",
	"total|acknowledge|route|accept|answer|interim|review|action|clarify|confirm|consent|recall_notice|red_cause",
}, "|") + `)$`)
