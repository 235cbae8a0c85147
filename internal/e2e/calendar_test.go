package e2e

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"verigate/internal/config"
)

// routine is a body that no campaign's peak and no hurry takes off office hours.
func routine(t *testing.T, reference string) []byte {
	t.Helper()
	var body map[string]any
	if err := json.Unmarshal(sample(t, 0), &body); err != nil {
		t.Fatal(err)
	}
	delete(body, "campaign")
	body["own_reference"], body["urgency"] = reference, map[string]any{"degree": "routine"}
	raw, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// dueOf is when the clocks of one name of a request are due, in their order.
func (w *world) dueOf(at, name string) (due []string) {
	w.t.Helper()
	var view struct {
		Clocks []struct {
			Name  string `json:"name"`
			DueAt string `json:"due_at"`
		} `json:"clocks"`
	}
	got := w.must(200, w.keys.Desk[0], http.MethodGet, at+"/clocks", nil)
	if err := json.Unmarshal(got.Raw, &view); err != nil {
		w.t.Fatal(err)
	}
	for _, c := range view.Clocks {
		if c.Name == name {
			due = append(due, c.DueAt)
		}
	}
	return due
}

// mustDue ends the test unless the request has one clock of that name, due then.
func (w *world) mustDue(at, name, want string) {
	w.t.Helper()
	if due := w.dueOf(at, name); len(due) != 1 || due[0] != want {
		w.t.Fatalf("%s is due %s, want %s", name, due, want)
	}
}

// calendar runs `verigate calendar …` over a directory, in a process of its own.
func calendar(t *testing.T, dir string, args ...string) (int, string) {
	t.Helper()
	return command(t, append(append([]string{"calendar"}, args...), "--data", dir)...)
}

// named both ways.
var decreedName = []string{"--name-vi", "Nghỉ theo quyết định", "--name-en", "Decreed day off"}

func TestADayIsDecreedWithoutARestart(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00") // a Monday
	dir := filepath.Join(t.TempDir(), "data")
	w := begin(t, config.Stores{Data: dir}, c.Now)
	submit := func(reference, due string) string {
		t.Helper()
		created := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, routine(t, reference), "Idempotency-Key", reference)
		if created.text("due_at") != due {
			t.Fatalf("%s is due %s, want %s", reference, created.text("due_at"), due)
		}
		return created.Header.Get("Location")
	}
	open := submit("open", "2021-09-15T03:00:00Z") // seven working days
	answer := w.dueOf(open, "answer")

	code, said := calendar(t, dir, append([]string{"decree", "--date", "2021-09-09", "--off", "--source", "QĐ 1"}, decreedName...)...)
	for _, want := range []string{"vn-2  ", "  current", "2021-09-09  statutory  Nghỉ theo quyết định / Decreed day off  (QĐ 1)", "/policy"} {
		if code != 0 || !strings.Contains(said, want) {
			t.Fatalf("decree: exit %d, %q is missing\n%s", code, want, said)
		}
	}
	later := submit("later", "2021-09-16T03:00:00Z") // the Thursday does not count
	w.mustDue(open, "total", "2021-09-15T03:00:00Z")
	if got := w.dueOf(open, "answer"); len(answer) != 1 || len(got) != 1 || got[0] != answer[0] {
		t.Fatalf("the answer was due %s and is due %s before anybody re-pinned it", answer, got)
	}
	moved := w.dueOf(later, "answer")
	w.must(200, w.keys.Lead, http.MethodPost, open+"/policy", map[string]any{}, "Idempotency-Key", "repin")
	w.mustDue(open, "total", "2021-09-15T03:00:00Z") // as the partner was told
	w.mustDue(open, "answer", moved[0])
	if moved[0] == answer[0] {
		t.Fatalf("the decreed day moves no answer: %s", moved)
	}

	eventually(t, 10*time.Second, func() error { return w.onBoard(2) })
	if found := mustVerify(t, dir); found != 2 {
		t.Errorf("%d requests", found)
	}
	w.stop()
	// A command without a gateway reads the record itself, and may decree as well.
	if code, said := calendar(t, dir, append([]string{"decree", "--date", "2021-09-10", "--off"}, decreedName...)...); code != 0 {
		t.Fatalf("decree: exit %d\n%s", code, said)
	}
	w = begin(t, config.Stores{Data: dir}, c.Now)
	w.mustDue(open, "answer", moved[0])
	w.mustDue(later, "total", "2021-09-16T03:00:00Z")
	submit("last", "2021-09-17T03:00:00Z")
	code, said = calendar(t, dir, "list")
	for _, want := range []string{"vn-1  2021-01-01 until before 2028-01-01", "vn-2  ", "vn-3  ", "    2021-09-09  ", "    2021-09-10  "} {
		if code != 0 || strings.Count(said, want) != 1 {
			t.Errorf("list: exit %d, not once %q\n%s", code, want, said)
		}
	}
	eventually(t, 10*time.Second, func() error { return w.onBoard(3) })
	if found := mustVerify(t, dir); found != 3 {
		t.Errorf("%d requests", found)
	}
	if code, said := command(t, "rebuild", "--data", dir); code != 0 {
		t.Errorf("rebuild: exit %d\n%s", code, said)
	}
	mustVerify(t, dir)
}

func TestADecreeThatCannotBeSaysWhy(t *testing.T) {
	t.Parallel()
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00")
	dir := filepath.Join(t.TempDir(), "data")
	begin(t, config.Stores{Data: dir}, c.Now)
	file := func(name, text string) string {
		t.Helper()
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	const (
		off    = `{"date":"2021-09-10","off":true,"kind":"swap_off","name":{"vi":"Nghỉ","en":"Off"},"confidence":"high"}`
		worked = `{"date":"2021-09-11","off":false,"kind":"swap_work","for":"2021-09-10","name":{"vi":"Làm bù","en":"Worked"},"confidence":"high"}`
	)
	for _, test := range []struct {
		name string
		args []string
		code int
		says []string
	}{
		{"beyond the covered years", append([]string{"--date", "2031-01-02", "--off"}, decreedName...), 1, []string{
			"nothing was decreed, vn-1 stays", "2031-01-02 is not covered", "until before 2028-01-01", `"to"`,
		}},
		{"no date", append([]string{"--date", "tomorrow", "--off"}, decreedName...), 1, []string{"nothing was decreed", "tomorrow"}},
		{"a swap without its pair", append([]string{"--date", "2021-09-11", "--work-for", "2021-09-10"}, decreedName...), 1, []string{
			"2021-09-10 is not a day off", "decreed together, in one --file",
		}},
		{"half a swap in a file", []string{"--file", file("half", `{"days":[`+worked+`]}`)}, 1, []string{"2021-09-10 is not a day off"}},
		{"a file that is none", []string{"--file", file("none", `{"days":[{"day":1}]}`)}, 1, []string{"is not a decree", "/days/0/day: the field is unknown"}},
		{"no file", []string{"--file", filepath.Join(dir, "nowhere")}, 2, []string{"no such file"}},
		{"no day", []string{"--off"}, 2, []string{"--date", "--file"}},
		{"no kind", []string{"--date", "2021-09-10"}, 2, []string{"--off, --work-for=DATE or --ordinary"}},
		{"two kinds", append([]string{"--date", "2021-09-10", "--off", "--ordinary"}, decreedName...), 2, []string{"can't be used together"}},
		{"a day and a file", []string{"--date", "2021-09-10", "--file", file("swap", `{}`)}, 2, []string{"can't be used together"}},
		{"a file and a kind", []string{"--off", "--file", file("swap", `{}`)}, 2, []string{"leave out the flags"}},
		{"no name", []string{"--date", "2021-09-10", "--off"}, 2, []string{"--name-vi and --name-en"}},
		{"an unknown flag", []string{"--date", "2021-09-10", "--holiday"}, 2, []string{"--holiday"}},
		{"a swap", []string{"--file", file("swap", `{"days":[`+off+`,`+worked+`]}`)}, 0, []string{"vn-2  ", "2021-09-11  swap_work for 2021-09-10"}},
		{"the same once more", []string{"--file", file("swap", `{"days":[`+off+`,`+worked+`]}`)}, 1, []string{"nothing was decreed: vn-2", "says so already"}},
	} {
		code, said := calendar(t, dir, append([]string{"decree"}, test.args...)...)
		if code != test.code {
			t.Errorf("%s: exit %d, want %d\n%s", test.name, code, test.code, said)
		}
		for _, want := range test.says {
			if !strings.Contains(said, want) {
				t.Errorf("%s: %q is missing\n%s", test.name, want, said)
			}
		}
	}
	if code, said := calendar(t, dir, "list"); code != 0 || strings.Contains(said, "vn-3") || !strings.Contains(said, "vn-2") {
		t.Errorf("list: exit %d\n%s", code, said)
	}
}

// What one gateway decrees another pins a moment later, and what either pinned both read.
func TestAnotherGatewayLearnsOfADecree(t *testing.T) {
	t.Parallel()
	store, redis := natsWithJetStream(t), redisServer(t)
	one, other := filepath.Join(t.TempDir(), "one"), filepath.Join(t.TempDir(), "other")
	stores := func(dir string) config.Stores {
		return config.Stores{Data: dir, NATS: "nats://" + store.addr, Redis: redis.addr}
	}
	c := &clock{}
	c.To("2021-09-06T10:00:00+07:00")
	first := begin(t, stores(one), c.Now)
	copyKeys(t, one, other)
	second := begin(t, stores(other), c.Now)
	if code, said := calendar(t, one, append([]string{"decree", "--date", "2021-09-09", "--off"}, decreedName...)...); code != 0 {
		t.Fatalf("decree: exit %d\n%s", code, said)
	}
	eventually(t, 10*time.Second, func() error {
		if code, said := calendar(t, other, "list"); code != 0 || !strings.Contains(said, "2021-09-09") {
			return fmt.Errorf("list: exit %d\n%s", code, said)
		}
		return nil
	})
	for n, w := range []*world{first, second} {
		reference := fmt.Sprint("by-", n)
		created := w.must(201, w.keys.Partners["NG"], http.MethodPost, requests, routine(t, reference), "Idempotency-Key", reference)
		for _, reader := range []*world{first, second} {
			reader.mustDue(created.Header.Get("Location"), "total", "2021-09-16T03:00:00Z")
		}
	}
	eventually(t, 10*time.Second, func() error { return second.onBoard(2) })
	second.mustBeClean(2)
}
