package identifier_test

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"verigate/internal/identifier"
)

// checks are all functions that take one raw value.
func checks() map[string]func(string) identifier.Check {
	return map[string]func(string) identifier.Check{
		"container": identifier.Container, "imo": identifier.IMO, "mmsi": identifier.MMSI, "flight": identifier.Flight,
		"airport": identifier.Airport, "vin": identifier.VIN, "tax": identifier.VNTax, "lei": identifier.LEI,
		"iban": identifier.IBAN, "bic": identifier.BIC, "phone": identifier.Phone, "imei": identifier.IMEI,
		"mrz": identifier.MRZ, "awb": identifier.AWB, "post": identifier.Post, "declaration": identifier.Declaration,
		"hs": identifier.HS, "cas": identifier.CAS, "country": identifier.Country,
		"subdivision": identifier.Subdivision, "locode": identifier.LOCODE, "office": identifier.Office,
	}
}

// Checks that promise to find every single wrong digit. A container is not among
// them: its remainders 0 and 10 share a check digit. Nor is an air waybill, for
// 0 and 7 are one modulo 7.
func TestOneWrongDigitIsFound(t *testing.T) {
	t.Parallel()
	tests := []struct {
		check func(string) identifier.Check
		good  string
	}{
		{identifier.LEI, "5493001KJTIIGC8Y1R12"},
		{identifier.IBAN, "GB82WEST12345698765432"},
		{identifier.IMEI, "490154203237518"},
		{identifier.VNTax, "0100109106"},
	}
	for _, tt := range tests {
		for at := range len(tt.good) {
			for digit := byte('0'); digit <= '9'; digit++ {
				if c := tt.good[at]; c < '0' || c > '9' || c == digit {
					continue
				}
				bad := tt.good[:at] + string(digit) + tt.good[at+1:]
				if got := tt.check(bad); got.Status == identifier.OK {
					t.Errorf("%s: %s passes for %s", got.Kind, bad, tt.good)
				}
			}
		}
	}
}

func TestAContainerHasExactlyOneCheckDigit(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		body := rapid.StringMatching(`[A-Z]{3}[UJZ][0-9]{6}`).Draw(t, "body")
		passed := 0
		for digit := range 10 {
			if identifier.Container(fmt.Sprintf("%s%d", body, digit)).Status == identifier.OK {
				passed++
			}
		}
		if passed != 1 {
			t.Fatalf("%s has %d check digits", body, passed)
		}
	})
}

func TestNormalisingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		raw := rapid.OneOf(rapid.String(), rapid.StringMatching(`[A-Za-z0-9 +.<-]{0,44}`)).Draw(t, "raw")
		for name, check := range checks() {
			first := check(raw)
			again := check(first.Normalised)
			if again.Normalised != first.Normalised || again.Status != first.Status {
				t.Fatalf("%s: %q → %q %s → %q %s", name, raw,
					first.Normalised, first.Status, again.Normalised, again.Status)
			}
		}
	})
}

func TestFoldingTwiceChangesNothing(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		name := rapid.String().Draw(t, "name")
		once := identifier.Fold(name)
		if twice := identifier.Fold(once); twice != once {
			t.Fatalf("%q → %q → %q", name, once, twice)
		}
	})
}

func FuzzChecksNeverPanic(f *testing.F) {
	for _, seed := range []string{"", "CSQU3054383", "GB82WEST12345698765432", "+84", "\xff", "ＺＺＺＵ４００２１７７", strings.Repeat("<", 90)} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		for name, check := range checks() {
			if got := check(raw); got.Raw != raw {
				t.Errorf("%s changed the raw value", name)
			}
		}
		identifier.Fold(raw)
		if got := identifier.In([]map[string]any{{"kind": "container", "number": raw}}); len(got) != min(1, len(raw)) {
			t.Errorf("%d identifiers found", len(got))
		}
	})
}

func FuzzInNeverPanics(f *testing.F) {
	f.Add([]byte(`[{"kind":"person","documents":[{"mrz":"x"},1],"nationalities":["VN",null]}]`))
	f.Add([]byte(`[null,{"kind":1}]`))
	f.Fuzz(func(_ *testing.T, list []byte) {
		var subjects []map[string]any
		if json.Unmarshal(list, &subjects) == nil {
			identifier.In(subjects)
		}
	})
}
