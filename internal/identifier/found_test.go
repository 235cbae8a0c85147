package identifier_test

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/identifier"
)

func TestEveryIdentifierOfABodyIsFoundWithItsPointer(t *testing.T) {
	t.Parallel()
	got := identifier.In(subjects(t, `[
		{"id":"s1","kind":"container","number":"ZZZU 400217-8","seals":["FICT/1",""]},
		{"id":"s2","kind":"person","nationalities":["VN"],"documents":[{"type":"passport","number":"S0000021","country":"QQ"}]},
		{"id":"s3","kind":"company","country":"NG","tax_no":"1"},
		{"id":"s4","kind":"consignment","form":"post","awb_no":"RR473124829GB","route":["VNHPH"]},
		{"id":"s5","kind":"martian","number":"1"},
		{"id":"s6","kind":"phone","e164":5},
		null]`))
	want := []identifier.Found{
		found("/subjects/0/number", "s1", "ZZZU 400217-8", "ZZZU4002178", identifier.KindContainer, identifier.Failed),
		found("/subjects/0/seals/0", "s1", "FICT/1", "FICT1", identifier.KindSeal, identifier.NotApplicable),
		found("/subjects/1/nationalities/0", "s2", "VN", "VN", identifier.KindCountry, identifier.OK),
		found("/subjects/1/documents/0/number", "s2", "S0000021", "S0000021", identifier.KindDocument, identifier.NotApplicable),
		found("/subjects/1/documents/0/country", "s2", "QQ", "QQ", identifier.KindCountry, identifier.Failed),
		found("/subjects/2/country", "s3", "NG", "NG", identifier.KindCountry, identifier.OK),
		found("/subjects/2/tax_no", "s3", "1", "1", identifier.KindForeignTax, identifier.NotApplicable),
		found("/subjects/3/awb_no", "s4", "RR473124829GB", "RR473124829GB", identifier.KindPost, identifier.OK),
		found("/subjects/3/route/0", "s4", "VNHPH", "VNHPH", identifier.KindLOCODE, identifier.OK),
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("found (-want +got):\n%s", diff)
	}
}

// subjects decodes those of a body.
func subjects(t testing.TB, list string) []map[string]any {
	t.Helper()
	var all []map[string]any
	if err := json.Unmarshal([]byte(list), &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func found(pointer, subject, raw, normalised string, kind identifier.Kind, status identifier.Status) identifier.Found {
	return identifier.Found{Pointer: pointer, Subject: subject, Check: identifier.Check{
		Raw: raw, Normalised: normalised, Kind: kind, Status: status,
	}}
}

func TestTheExampleOfTheContractHasNoFailedCheck(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../deploy/data/examples.json")
	if err != nil {
		t.Fatal(err)
	}
	var examples struct {
		Request struct {
			Subjects []map[string]any `json:"subjects"`
		} `json:"verification_request"`
	}
	if err := json.Unmarshal(raw, &examples); err != nil {
		t.Fatal(err)
	}
	all := identifier.In(examples.Request.Subjects)
	if len(all) < 6 {
		t.Fatalf("found %d identifiers", len(all))
	}
	for _, f := range all {
		if f.Status == identifier.Failed {
			t.Errorf("%s: %s failed", f.Pointer, f.Kind)
		}
	}
}

func TestCountriesAgreeWithTheReferenceData(t *testing.T) {
	t.Parallel()
	for _, code := range countryCodes(t) {
		if got := identifier.Country(code); got.Status != identifier.OK {
			t.Errorf("%s is %s", code, got.Status)
		}
	}
}
