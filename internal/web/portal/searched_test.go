package portal //nolint:testpackage // how a page reads an answer: nothing outside needs it

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/api/client"
)

func TestWhatNobodySearchedForIsNamed(t *testing.T) {
	t.Parallel()
	var asked told
	err := json.Unmarshal([]byte(`{"subjects":[
		{"id":"s1","kind":"container","number":"ZZZU 400217-7"},
		{"id":"s2","kind":"company","names":[{"text":"Ví Dụ"}],"country":"VN","tax_no":"9900000129"},
		{"id":"s3","kind":"vehicle","plate":"00A-000.00"}],
		"questions":[{"n":1,"code":"CON","subjects":["s1","s2"]},{"n":2,"code":"VEH"}]}`), &asked)
	if err != nil {
		t.Fatal(err)
	}
	search := func(identifiers ...string) []client.Search { return []client.Search{{Identifiers: identifiers}} }
	for name, tc := range map[string]struct {
		question client.AnsweredQuestion
		left     []string
	}{
		"all of it":                        {client.AnsweredQuestion{N: 1, Searches: search("zzzu4002177", "9900000129")}, nil},
		"one of two":                       {client.AnsweredQuestion{N: 1, Searches: search("ZZZU4002177")}, []string{"9900000129"}},
		"in two searches":                  {client.AnsweredQuestion{N: 1, Searches: append(search("ZZZU4002177"), search("9900000129")...)}, nil},
		"a question about all":             {client.AnsweredQuestion{N: 2, Searches: search("00A00000")}, []string{"ZZZU 400217-7", "9900000129"}},
		"no search, so nothing is claimed": {client.AnsweredQuestion{N: 1}, nil},
	} {
		if diff := cmp.Diff(tc.left, unsearched(asked, tc.question)); diff != "" {
			t.Errorf("%s: %s", name, diff)
		}
	}
}
