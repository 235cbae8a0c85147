package httpapi_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/http"
	"strings"
	"testing"

	"verigate/internal/board"
	"verigate/internal/record"
)

const requests = "/v1/verification-requests"

// submitted is the body of S01.
func submitted(t *testing.T) string {
	t.Helper()
	return string(tell(t, "S01").Steps[0].Body)
}

// submit sends it and returns the id.
func (r *rig) submit(t *testing.T, key string) string {
	t.Helper()
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey(key)})
	return got.want(t, http.StatusCreated).text(t, "id")
}

func TestABadBodyIsRefusedByPointerAndCodeAndNeverByValue(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	good := submitted(t)
	for _, c := range []struct{ name, body, pointer, code string }{
		{"unknown field", strings.Replace(good, `"own_reference"`, `"secret_field"`, 1), "/secret_field", "unknown_field"},
		{"not JSON", `{"secret`, "", "invalid_json"},
		{"a member twice", strings.Replace(good, `"language":`, `"channel": "ncb", "language":`, 1), "/channel", "duplicate_key"},
		{"unknown type of question", strings.Replace(good, `"CON"`, `"SECRET"`, 1), "/questions/0/code", "unknown_value"},
		{"outbound", strings.Replace(good, `"CON"`, `"OUT"`, 1), "/questions/0/code", "wrong_direction"},
		{"two questions of one number", strings.Replace(good, `"n": 2`, `"n": 1`, 1), "/questions", "not_unique"},
		{"no language", strings.Replace(good, `"language": "en"`, `"language": "secret-language-x"`, 1), "/language", "malformed"},
	} {
		got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: c.body, header: withKey("k")})
		got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
		var p struct {
			Errors []struct{ Pointer, Code string }
		}
		if err := json.Unmarshal(got.body, &p); err != nil {
			t.Fatal(err)
		}
		found := false
		for _, e := range p.Errors {
			found = found || e.Pointer == c.pointer && e.Code == c.code
		}
		if !found || strings.Contains(strings.ToLower(string(got.body)), "secret") && c.pointer != "/secret_field" {
			t.Errorf("%s: want %s %s: %s", c.name, c.pointer, c.code, got.body)
		}
	}
	if end, err := r.journal.Last(t.Context()); err != nil || end.Count() != 0 {
		t.Errorf("%d messages were written: %v", end, err)
	}
}

func TestARefusalNamesTheLimitThatWasPassed(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	body := strings.Replace(submitted(t), "NCB/ABJ", strings.Repeat("x", 121), 1)
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: body, header: withKey("k")})
	got.problem(t, http.StatusUnprocessableEntity, "invalid_body")
	if want := `{"code":"too_long","limit":120,"pointer":"/own_reference"}`; !strings.Contains(string(got.body), want) {
		t.Errorf("no limit is named: %s", got.body)
	}
}

func TestABodyThatIsNotReadIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	large := ask{by: "ng", method: http.MethodPost, path: requests, body: `"` + strings.Repeat("x", 256<<10) + `"`, header: withKey("k")}
	if got := r.call(t, large).problem(t, http.StatusRequestEntityTooLarge, "too_large"); got.field(t, "limit") != 262144.0 {
		t.Errorf("the limit is not named: %s", got.body)
	}
	for _, header := range []map[string]string{
		{"Content-Type": "text/plain"}, {"Content-Type": "application/json; charset=latin1"}, {"Content-Encoding": "gzip"},
	} {
		header["Idempotency-Key"] = "k"
		r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: "{}", header: header}).
			problem(t, http.StatusUnsupportedMediaType, "unsupported_media_type")
	}
}

func TestAKeyIsRequiredWhereSomethingIsCreatedAndHoldsItsBody(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	send := func(body, key string) reply {
		header := map[string]string{}
		if key != "" {
			header["Idempotency-Key"] = key
		}
		return r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: body, header: header})
	}
	good := submitted(t)
	send(good, "").problem(t, http.StatusBadRequest, "idempotency_key_required")
	for _, key := range []string{"two words", strings.Repeat("k", 201), "ключ"} {
		send(good, key).problem(t, http.StatusBadRequest, "idempotency_key_invalid")
	}
	first, second := send(good, "a").want(t, http.StatusCreated), send(good, "a").want(t, http.StatusCreated)
	if !bytes.Equal(first.body, second.body) {
		t.Errorf("a repeat is answered otherwise:\n%s\n%s", first.body, second.body)
	}
	other := strings.Replace(good, "NCB/ABJ/ENS/FICT/0001/21", "another", 1)
	send(other, "a").problem(t, http.StatusConflict, "key_reused")
	if id := send(good, "b").text(t, "id"); id == first.text(t, "id") {
		t.Error("another key found the first one")
	}
}

// Every byte and header is the same, apart from the id of the call, whether it is another's, sealed or nothing.
func TestWhatIsHiddenIsAnsweredAsWhatIsAbsent(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for name, op := range r.operations {
		if !strings.Contains(op.path, "{id}") && !strings.Contains(op.path, "{task}") || name == "decideConsent" {
			continue
		}
		for _, by := range []string{"th", "unit02"} {
			there := strings.NewReplacer("{id}", id, "{task}", id+"-01", "{n}", "1").Replace(op.path)
			absent := strings.NewReplacer(
				"{id}", strings.Repeat("0", 26), "{task}", strings.Repeat("0", 26)+"-01", "{n}", "1").Replace(op.path)
			a := ask{by: by, method: op.method, body: "{}", header: map[string]string{"X-Request-Id": "same", "Idempotency-Key": "k"}}
			if op.method == http.MethodGet {
				a.body = ""
			}
			a.path = there
			hidden := r.call(t, a)
			a.path = absent
			nothing := r.call(t, a)
			if hidden.status != nothing.status || !bytes.Equal(hidden.body, nothing.body) || len(hidden.header) != len(nothing.header) {
				t.Errorf("%s by %s: hidden %d %s\nabsent %d %s", name, by, hidden.status, hidden.body, nothing.status, nothing.body)
			}
			if hidden.status < 400 || op.method == http.MethodGet && hidden.status != http.StatusNotFound && hidden.status != http.StatusForbidden {
				t.Errorf("%s by %s: %d %s", name, by, hidden.status, hidden.body)
			}
		}
	}
	r.get(t, "th", requests+"/"+id).problem(t, http.StatusNotFound, "not_found")
	r.get(t, "unit02", "/v1/tasks/"+id+"-01").problem(t, http.StatusNotFound, "not_found")
}

func TestAStaleVersionIsNotDecidedUpon(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	claim := func(match string) reply {
		return r.call(t, ask{by: "desk", method: http.MethodPost, path: requests + "/" + id + "/claim", body: "{}", header: map[string]string{"If-Match": match}})
	}
	claim(`1`).problem(t, http.StatusBadRequest, "if_match_invalid")
	claim(`"7"`).problem(t, http.StatusPreconditionFailed, "stale")
	claim(`W/"1"`).problem(t, http.StatusPreconditionFailed, "stale")
	if tag := claim(`"7", "1"`).want(t, http.StatusOK).header.Get("ETag"); tag != `"2"` {
		t.Errorf("the new tag is %s", tag)
	}
	partners := r.get(t, "ng", requests+"/"+id).header.Get("ETag")
	r.post(t, "desk", requests+"/"+id+"/notes", `{"text":"inside"}`).want(t, http.StatusOK)
	withdraw := func(match string) reply {
		return r.call(t, ask{by: "ng", method: http.MethodPost, path: requests + "/" + id + "/withdrawal", body: "{}", header: map[string]string{"If-Match": match}})
	}
	withdraw(`"2"`).problem(t, http.StatusPreconditionFailed, "stale")
	withdraw(partners).want(t, http.StatusOK) // an internal note has changed nothing for the partner
	withdraw("*").problem(t, http.StatusConflict, "wrong_state")
}

func TestTwoTasksUnderOneKeyAreTwoCommands(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	forward := `{"unit":"02","code":"not_our_area","questions":[2]}`
	r.call(t, ask{by: "unit03", method: http.MethodPost, path: "/v1/tasks/" + id + "-01/acceptance", body: "{}", header: withKey("k")}).want(t, http.StatusOK)
	r.post(t, "unit03", "/v1/tasks/"+id+"-01/forward", forward).want(t, http.StatusOK)
	second := r.call(t, ask{by: "unit02", method: http.MethodPost, path: "/v1/tasks/" + id + "-02/acceptance", body: "{}", header: withKey("k")})
	if second.want(t, http.StatusOK).text(t, "state") != "accepted" {
		t.Errorf("the second task: %s", second.body)
	}
}

func TestTheRecordAwayIsUnavailableAndNothingHalfDone(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.journal.FailNext(record.ErrUnavailable)
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("a")})
	got.problem(t, http.StatusServiceUnavailable, "unavailable")
	if got.header.Get("Retry-After") != "2" {
		t.Errorf("Retry-After %q", got.header.Get("Retry-After"))
	}
	r.submit(t, "a")
}

func TestTheBoardAwayStopsListsOnly(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.board.Fail(board.ErrUnavailable)
	id := r.submit(t, "a")
	r.get(t, "ng", requests+"/"+id).want(t, http.StatusOK)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool {
		return g.status == http.StatusServiceUnavailable && g.field(t, "code") == "board_unavailable"
	})
	if log := r.logged.String(); strings.Contains(log, `"ERROR"`) || !strings.Contains(log, `"WARN"`) {
		t.Errorf("an outage of the board is logged as\n%s", log)
	}
	r.board.Fail(nil)
	r.eventuallyGet(t, "desk", "/v1/board", func(g reply) bool { return g.status == http.StatusOK && g.field(t, "items.0.id") == id })
}

func (r *rig) eventuallyGet(t *testing.T, by, path string, is func(reply) bool) reply {
	t.Helper()
	var last reply
	eventually(t, by+" "+path, func() bool { last = r.get(t, by, path); return is(last) })
	return last
}

func TestParametersAreRefusedWithoutTheirValues(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	for _, path := range []string{
		"/v1/board?limit=0", "/v1/board?limit=201", "/v1/board?limit=secret", "/v1/board?degree=secret",
		"/v1/board?state=secret", "/v1/board/events?state=secret", "/v1/board.csv?state=secret",
		requests + "?status=secret", requests + "?updated_since=secret", requests + "?number=VR-SECR-ETSE-CRET",
	} {
		by := "desk"
		if strings.HasPrefix(path, requests) {
			by = "ng"
		}
		got := r.get(t, by, path).problem(t, http.StatusBadRequest, "invalid_parameter")
		if strings.Contains(strings.ToLower(string(got.body)), "secret") {
			t.Errorf("%s is answered with its value: %s", path, got.body)
		}
	}
	r.eventuallyGet(t, "desk", "/v1/board?cursor=nobodys", func(g reply) bool { return g.status == http.StatusBadRequest && g.field(t, "code") == "invalid_cursor" })
}

// A filter that is mistyped would be answered with all there is, and an export would take it out of the house.
func TestAParameterThatDoesNotExistIsRefused(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	for path, detail := range map[string]string{
		"/v1/board?sekret=1":               "cursor, limit, degree, state",
		"/v1/board?limit=5&Degree=flash":   "cursor, limit, degree, state",
		"/v1/board.csv?degre=flash":        "degree, state, unit",
		"/v1/board?degree=flash;state=new": "percent-encoded",
		"/v1/board?degree=%zz":             "percent-encoded",
		"/v1/board?degree=flash&degree=":   "",
		requests + "?own_reference=sekret": "cursor, limit",
		requests + "/" + id + "?sekret":    "has none",
	} {
		by := "desk"
		if strings.HasPrefix(path, requests) {
			by = "ng"
		}
		got := r.get(t, by, path).problem(t, http.StatusBadRequest, "invalid_parameter")
		if said := string(got.body); !strings.Contains(said, detail) || strings.Contains(said, "sekret") {
			t.Errorf("%s is answered %s", path, said)
		}
	}
	r.call(t, ask{by: "ng", method: http.MethodPost, path: requests + "?dry_run=true", body: submitted(t), header: withKey("b")}).
		problem(t, http.StatusBadRequest, "invalid_parameter")
	for _, path := range []string{"/health/live?at=1", "/.well-known/jwks.json?at=1"} {
		r.get(t, "", path).want(t, http.StatusOK)
	}
	r.submit(t, "b") // the refused one took nothing, its key neither
}

func TestWhatIsNotServedIsSaidAsAProblem(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.get(t, "desk", "/v1/nothing").problem(t, http.StatusNotFound, "not_found")
	r.call(t, ask{by: "desk", method: http.MethodDelete, path: "/v1/board"}).problem(t, http.StatusMethodNotAllowed, "method_not_allowed")
	r.post(t, "desk", requests+"/"+id+"/compartment", `{"compartment":"drugs"}`).problem(t, http.StatusUnprocessableEntity, "invalid_body")
	r.post(t, "desk", requests+"/"+id+"/compartment", `{"compartment":"MA-TUY-2021-01","reason":"x"}`).problem(t, http.StatusConflict, "compartment_too_small")
	r.ready = false
	r.get(t, "", "/health/ready").want(t, http.StatusServiceUnavailable)
	r.get(t, "", "/openapi.yaml").want(t, http.StatusOK)
}

func TestALogLineNamesTheRouteAndNoValue(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a-secret-key")
	r.journal.FailNext(errors.New("a defect"))
	r.call(t, ask{by: "desk", method: http.MethodPost, path: requests + "/" + id + "/claim", body: `{"reason":"secret-reason"}`}).
		problem(t, http.StatusInternalServerError, "internal")
	r.get(t, "desk", "/v1/board?partner=secret-query")
	line := r.logged.String()
	for _, value := range []string{id, "secret", "NCB/ABJ"} {
		if strings.Contains(line, value) {
			t.Errorf("the log has %s: %s", value, line)
		}
	}
	if !strings.Contains(line, `/v1/verification-requests/:id/claim`) || strings.Count(line, "a defect") != 1 {
		t.Errorf("the log does not say where, once: %s", line)
	}
}

func TestTheDurationsOfClocksAreWholeSeconds(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	id := r.submit(t, "a")
	r.clock.set(t, "2021-09-02T23:50:01.987654321+07:00")
	clocks := r.get(t, "desk", requests+"/"+id+"/clocks").want(t, http.StatusOK)
	if s := string(clocks.body); !strings.Contains(s, `"used":"PT10M1S"`) || strings.Contains(s, `.987654321S"`) {
		t.Errorf("clocks %s", s)
	}
}

func TestWhatIsCreatedHasTheTagThatItsReaderComparesWith(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: submitted(t), header: withKey("a")}).want(t, http.StatusCreated)
	tag := got.header.Get("ETag")
	if read := r.get(t, "ng", got.header.Get("Location")).header.Get("ETag"); tag == "" || tag != read {
		t.Errorf("created %s, read %s", tag, read)
	}
	r.call(t, ask{
		by: "ng", method: http.MethodPost, path: got.header.Get("Location") + "/withdrawal", body: "{}", header: map[string]string{"If-Match": tag},
	}).want(t, http.StatusOK)
}
