package directory_test

import (
	"encoding/json"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/directory"
)

func TestMissingFieldsOfATypeAreNamed(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, body string
		want       []directory.Missing
	}{
		{"the contract's example is complete", exampleRequest(t), nil},
		{
			"a container without port and date",
			`{"subjects":[{"id":"a","kind":"container","number":"ZZZU4002177"}],"questions":[{"n":1,"code":"CON","subjects":["a"]}]}`,
			[]directory.Missing{{"/questions/0", "CON", "port"}, {"/questions/0", "CON", "eta_or_ata"}},
		},
		{
			"a subject of another question does not help",
			`{"subjects":[{"id":"a","kind":"vehicle","vin":"1"},{"id":"b","kind":"person"}],
			  "questions":[{"n":1,"code":"VEH","subjects":["a"]},{"n":2,"code":"VEH","subjects":["b"]},{"n":3,"code":"VEH"}]}`,
			[]directory.Missing{{"/questions/1", "VEH", "plate_or_vin"}},
		},
		{
			"an empty value is missing",
			`{"subjects":[{"kind":"company","names":[{"text":""}],"lei":"x"}],"questions":[{"n":1,"code":"COM"}]}`,
			[]directory.Missing{{"/questions/0", "COM", "company_name"}},
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := load(t).Incomplete(json.RawMessage(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("missing (-want +got):\n%s", diff)
			}
		})
	}
}

// A new required field in the data must get a place, or be put on this list.
func TestEveryRequiredFieldIsJudgedOrKnownNotToBe(t *testing.T) {
	t.Parallel()
	d := load(t)
	unjudged := map[string]bool{
		"period": true, "date": true, "summary": true, "question": true, "subject": true, "partner": true,
	}
	for _, typ := range d.Types() {
		got, err := d.Incomplete(json.RawMessage(`{"questions":[{"n":1,"code":"` + typ.Code + `"}]}`))
		if err != nil {
			t.Fatal(err)
		}
		judged := map[string]bool{}
		for _, m := range got {
			judged[m.Field] = true
		}
		for _, field := range typ.Required {
			if judged[field] == unjudged[field] {
				t.Errorf("%s: field %q judged %v", typ.Code, field, judged[field])
			}
		}
	}
}
