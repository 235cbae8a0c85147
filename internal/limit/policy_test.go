package limit_test

import (
	"strings"
	"testing"
	"testing/fstest"

	"verigate/deploy"
	"verigate/internal/limit"
)

func TestTheLimitsThatAreDeliveredAreWhole(t *testing.T) {
	t.Parallel()
	if _, err := limit.Load(deploy.Data, limit.File); err != nil {
		t.Error(err)
	}
}

func TestLimitsAreReadStrictlyAndAllProblemsAreTold(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		`{}`: {"/version is missing", "/connections/total is 0: from 1", "/connections/of_one_source is 0", "/urgent/burst is 0"},
		`{"version":"1","connections":{"total":5,"of_one_source":6}}`:               {"/connections/of_one_source is 6: from 1 to 5"},
		`{"version":"1","connections":{"total":5,"of_one_source":5,"unlimited":1}}`: {`unknown field "unlimited"`},
		`{"version":"1","connections":{"total":"many"}}`:                            {"cannot unmarshal string"},
		`{} {}`: {"more than one JSON value"},
		``:      {"EOF"},
	} {
		_, err := limit.Load(fstest.MapFS{"l.json": {Data: []byte(text)}}, "l.json")
		for _, problem := range want {
			if err == nil || !strings.Contains(err.Error(), problem) {
				t.Errorf("%s: %v, want %q", text, err, problem)
			}
		}
	}
	if _, err := limit.Load(fstest.MapFS{}, "l.json"); err == nil {
		t.Error("no file is a policy")
	}
}
