package httpapi_test

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"mime"
	"net/http"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"verigate/internal/board"
)

// table is a file as a spreadsheet reads it: a map from names of columns to values for each row.
func table(t *testing.T, g reply) []map[string]string {
	t.Helper()
	g.want(t, http.StatusOK)
	if kind, params, err := mime.ParseMediaType(g.header.Get("Content-Type")); err != nil || kind != "text/csv" || params["charset"] != "utf-8" {
		t.Errorf("Content-Type %q", g.header.Get("Content-Type"))
	}
	text, marked := strings.CutPrefix(string(g.body), "\ufeff")
	if !marked || strings.Count(text, "\n") != strings.Count(text, "\r\n") {
		t.Errorf("no mark, or a line that does not end in CR LF: %q", g.body)
	}
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(lines) == 0 {
		t.Fatalf("%q: %v", text, err)
	}
	out := []map[string]string{}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, name := range lines[0] {
			row[name] = line[i]
		}
		if len(row) != len(lines[0]) {
			t.Errorf("a column is there twice: %v", lines[0])
		}
		out = append(out, row)
	}
	return out
}

// asCell is a value of JSON as a file has it.
func asCell(v any) string {
	switch v := v.(type) {
	case nil:
		return ""
	case []any:
		words := make([]string, len(v))
		for i, one := range v {
			words[i] = asCell(one)
		}
		return strings.Join(words, " ")
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	default:
		return fmt.Sprint(v)
	}
}

// listed are the items of a reply, whatever the name of their list.
func listed(t *testing.T, g reply, list string) []map[string]any {
	t.Helper()
	var page map[string]json.RawMessage
	var rows []map[string]any
	if err := json.Unmarshal(g.body, &page); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(page[list], &rows); err != nil {
		t.Fatal(err)
	}
	return rows
}

// submitSealed submits what is L3 from its arrival, in the compartment drugs.
func (r *rig) submitSealed(t *testing.T) string {
	t.Helper()
	body := tell(t, "S12").Steps[0].Body
	got := r.call(t, ask{by: "ng", method: http.MethodPost, path: requests, body: string(body), header: withKey("sealed")})
	return got.want(t, http.StatusCreated).text(t, "id")
}

func TestTheBoardsFileIsTheBoardOfItsReader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	sealed := r.submitSealed(t)
	r.submit(t, "b")
	raised := r.submit(t, "c")
	r.post(t, "desk", requests+"/"+raised+"/degree", `{"degree":"flash","code":"risk_to_life"}`).want(t, http.StatusOK)
	r.eventuallyGet(t, "desk", "/v1/board?degree=flash", func(g reply) bool { // on the board it was urgent until now
		return g.status == http.StatusOK && len(listed(t, g, "items")) == 2 // with the sealed one
	})
	seen := map[string]int{}
	for by, most := range map[string]int{"desk": 3, "lead": 3, "keeper": 3, "supervisor": 2} {
		for _, filter := range []string{"", "unit=03", "degree=urgent", "partner=NG&state=with_units", "campaign=none-such"} {
			list := r.eventuallyGet(t, by, "/v1/board?limit=200&"+filter, func(g reply) bool {
				return g.status == http.StatusOK && (filter != "" || len(listed(t, g, "items")) == most)
			})
			rows, want := table(t, r.get(t, by, "/v1/board.csv?"+filter)), listed(t, list, "items")
			if len(rows) != len(want) {
				t.Fatalf("%s, %q: %d rows, the list has %d", by, filter, len(rows), len(want))
			}
			for i, row := range rows {
				for name, cell := range row {
					left := map[string]string{"overdue": "false", "breaches": "0", "step_reached": "0"}[name] // JSON leaves them out
					if told := asCell(want[i][name]); told != cell && (told != "" || cell != left) {
						t.Errorf("%s, %q: %s is %q, in the list %v", by, filter, name, cell, want[i][name])
					}
				}
				for name, value := range want[i] {
					if _, has := row[name]; !has && name != "row" { // a file has requests only
						t.Errorf("%s: the list has a %s (%v)", by, name, value)
					}
				}
				if row["id"] == sealed {
					seen[by]++
				}
			}
		}
	}
	if seen["desk"] == 0 || seen["supervisor"] != 0 {
		t.Errorf("the sealed case was seen: %v", seen)
	}
}

func TestTheStatisticsFileHasTheRowsOfItsReader(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submitSealed(t)
	id := r.submit(t, "b")
	task := "/v1/tasks/" + id + "-01"
	r.post(t, "unit03", task+"/acceptance", `{}`).want(t, http.StatusOK)
	r.post(t, "lead03", task+"/assignment", `{"officers":["p_unit030000000000"],"sub_department":"=cmd|' /C calc'!A0"}`).want(t, http.StatusOK)
	r.eventuallyGet(t, "desk", "/v1/statistics?level=sub_department", func(g reply) bool { // the assignment has been followed
		return g.status == http.StatusOK && g.field(t, "tiles.received") == 1.0 && strings.Contains(string(g.body), `"=cmd|`)
	})
	for _, by := range []string{"desk", "lead", "supervisor", "auditor", "unit03", "lead03", "unit02"} {
		for _, query := range []string{"", "level=department&by=partner", "level=sub_department&by=degree", "from=2021-01&to=2021-08"} {
			list := r.get(t, by, "/v1/statistics?"+query).want(t, http.StatusOK)
			rows, want := table(t, r.get(t, by, "/v1/statistics.csv?"+query)), listed(t, list, "rows")
			if len(rows) != len(want) {
				t.Fatalf("%s, %q: %d rows, the list has %d", by, query, len(rows), len(want))
			}
			for i, row := range rows {
				told := flat(t, list, want[i])
				for name, cell := range row {
					if expected := told[name]; expected != cell && (expected != "" || cell != "0") {
						t.Errorf("%s, %q: %s is %q, in the list %q", by, query, name, cell, expected)
					}
				}
				for name, value := range told {
					if _, has := row[name]; !has {
						t.Errorf("%s, %q: the list has %s (%s)", by, query, name, value)
					}
				}
			}
			if by == "unit02" && len(rows) != 0 {
				t.Errorf("another unit has %v", rows)
			}
		}
	}
}

// flat is a row of the statistics under the names of columns.
func flat(t *testing.T, g reply, row map[string]any) map[string]string {
	t.Helper()
	out := map[string]string{"level": g.text(t, "level"), "from": g.text(t, "from"), "to": g.text(t, "to"), "by": g.text(t, "by")}
	for _, name := range []string{"unit", "sub_department", "value"} {
		out[name] = asCell(row[name])
	}
	if strings.HasPrefix(out["sub_department"], "=") {
		out["sub_department"] = "'" + out["sub_department"]
	}
	figures := row["figures"].(map[string]any)
	for name, value := range figures {
		if _, list := value.([]any); !list {
			out[name] = asCell(value)
		}
	}
	parts := func(list, key, before string, of func(name string) string) {
		for _, one := range figures[list].([]any) {
			one := one.(map[string]any)
			for name, value := range one {
				if name != key {
					out[before+one[key].(string)+of(name)] = asCell(value)
				}
			}
		}
	}
	behind := func(name string) string { return "_" + name }
	parts("stages", "stage", "", behind)
	parts("waiting_on", "party", "waiting_", behind)
	parts("causes", "code", "cause_", func(string) string { return "" })
	return out
}

func TestAFileIsNamedAfterItsTime(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.submit(t, "a")
	for path, name := range map[string]string{"/v1/board.csv": "board", "/v1/statistics.csv": "statistics"} {
		got := r.eventuallyGet(t, "desk", path, func(g reply) bool { return g.status == http.StatusOK && len(table(t, g)) == 1 })
		said := got.header.Get("Content-Disposition")
		if !regexp.MustCompile(`^attachment; filename="` + name + `-20210902T16400\dZ\.csv"$`).MatchString(said) {
			t.Errorf("%s is named %q", path, said)
		}
		if length, _ := strconv.Atoi(got.header.Get("Content-Length")); length != len(got.body) {
			t.Errorf("%s says %d bytes and has %d", path, length, len(got.body))
		}
	}
}

func TestWhatCannotBeExportedIsAProblemAndNoFile(t *testing.T) {
	t.Parallel()
	r := newRig(t)
	r.eventuallyGet(t, "desk", "/v1/board.csv", func(g reply) bool { return g.status == http.StatusOK })
	for _, by := range []string{"ng", "unit03", "auditor"} {
		r.get(t, by, "/v1/board.csv").problem(t, http.StatusForbidden, "not_permitted")
	}
	r.get(t, "ng", "/v1/statistics.csv").problem(t, http.StatusForbidden, "not_permitted")
	r.get(t, "unit03", "/v1/statistics.csv?unit=02").problem(t, http.StatusForbidden, "not_permitted")
	r.get(t, "", "/v1/board.csv").problem(t, http.StatusUnauthorized, "unauthenticated")
	r.get(t, "desk", "/v1/board.csv?degree=none").problem(t, http.StatusBadRequest, "invalid_parameter")
	r.get(t, "desk", "/v1/statistics.csv?from=soon").problem(t, http.StatusBadRequest, "invalid_parameter")
	r.board.Fail(board.ErrUnavailable)
	defer r.board.Fail(nil)
	for _, path := range []string{"/v1/board.csv", "/v1/statistics.csv"} {
		got := r.get(t, "desk", path).problem(t, http.StatusServiceUnavailable, "board_unavailable")
		if got.header.Get("Content-Disposition") != "" || got.header.Get("Content-Type") != "application/problem+json" {
			t.Errorf("%s: %v", path, got.header)
		}
	}
}
