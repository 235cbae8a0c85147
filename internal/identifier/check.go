package identifier

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Kind names what an identifier identifies. The strings are part of the
// contract: they appear in warnings and in stored events.
type Kind string

// The kinds that requests can carry.
const (
	KindContainer    Kind = "container"
	KindSeal         Kind = "seal"
	KindIMO          Kind = "imo"
	KindMMSI         Kind = "mmsi"
	KindCallSign     Kind = "call_sign"
	KindFlight       Kind = "flight"
	KindAirport      Kind = "airport"
	KindAircraft     Kind = "aircraft_registration"
	KindVIN          Kind = "vin"
	KindPlate        Kind = "plate"
	KindVNTax        Kind = "vn_tax_no"
	KindForeignTax   Kind = "foreign_tax_no"
	KindRegistration Kind = "registration_no"
	KindLEI          Kind = "lei"
	KindIBAN         Kind = "iban"
	KindBIC          Kind = "bic"
	KindAccount      Kind = "account_no"
	KindWallet       Kind = "wallet"
	KindPhone        Kind = "phone"
	KindIMEI         Kind = "imei"
	KindMRZ          Kind = "mrz"
	KindDocument     Kind = "document_no"
	KindAWB          Kind = "awb"
	KindBillOfLading Kind = "bl_no"
	KindManifest     Kind = "manifest_no"
	KindPost         Kind = "s10"
	KindDeclaration  Kind = "declaration_no"
	KindHS           Kind = "hs_code"
	KindCountry      Kind = "country"
	KindSubdivision  Kind = "subdivision"
	KindLOCODE       Kind = "locode"
	KindOffice       Kind = "customs_office"
	KindPermit       Kind = "permit_no"
	KindSpecimenMark Kind = "specimen_mark"
	KindCAS          Kind = "cas"
	KindHandle       Kind = "handle"
	KindEmail        Kind = "email"
	KindCase         Kind = "case_no"
)

// Refuses reports whether a failed check of this kind refuses the whole body.
// For every other kind it is a warning that the sender may confirm "as seen".
func (k Kind) Refuses() bool {
	switch k {
	case KindCountry, KindPhone, KindIBAN:
		return true
	default:
		return false
	}
}

// Strong reports whether two who name the same value most likely mean the same thing: a container, a passport, an account.
// Where something is, what kind of goods it is and which line carries it, thousands have in common.
func (k Kind) Strong() bool {
	switch k {
	case KindFlight, KindAirport, KindBIC, KindHS, KindCountry, KindSubdivision, KindLOCODE, KindOffice, KindCAS:
		return false
	default:
		return true
	}
}

// Status is the outcome of a check.
type Status string

// NotApplicable means that the identifier has no check, or none in this case
// (a European VIN has no check digit): it says nothing against the value.
const (
	OK            Status = "ok"
	Failed        Status = "failed"
	NotApplicable Status = "not_applicable"
)

// Check is one identifier as it was sent, as it is compared, and what its own
// arithmetic says. Normalised is for matching and is never shown in place of
// Raw; it is filled for failed checks too, so that false marks match as well.
type Check struct {
	Raw        string `json:"raw"`
	Normalised string `json:"normalised"`
	Kind       Kind   `json:"kind"`
	Status     Status `json:"check"`
}

// Refused reports whether the body that holds this identifier must be refused.
func (c Check) Refused() bool { return c.Status == Failed && c.Kind.Refuses() }

// Warned reports whether the identifier is kept with a warning.
func (c Check) Warned() bool { return c.Status == Failed && !c.Kind.Refuses() }

// Code is the stable code for a problem or a warning: `invalid_<kind>` when the
// check refuses, `check_failed_<kind>` when it warns, empty when nothing is wrong.
func (c Check) Code() string {
	switch {
	case c.Refused():
		return "invalid_" + string(c.Kind)
	case c.Warned():
		return "check_failed_" + string(c.Kind)
	default:
		return ""
	}
}

// judged makes the check of a kind whose arithmetic said yes or no.
func judged(kind Kind, raw, normalised string, valid bool) Check {
	status := Failed
	if valid {
		status = OK
	}
	return Check{Raw: raw, Normalised: normalised, Kind: kind, Status: status}
}

// Plain is an identifier without any arithmetic (a plate, a seal, a bill of
// lading): letters and digits in upper case are what is compared.
func Plain(kind Kind, raw string) Check {
	return Check{Raw: raw, Normalised: compact(raw), Kind: kind, Status: NotApplicable}
}

// compact keeps letters, marks and digits, in upper case and compatibility form,
// so that "ZZZU 400217-7" and full-width letters compare equal to "ZZZU4002177".
// Composition comes again at the end: what was dropped may have stood between a
// letter and its mark.
func compact(raw string) string {
	return norm.NFKC.String(strings.Map(func(r rune) rune {
		if r == unicode.ReplacementChar || !(unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)) {
			return -1
		}
		return unicode.ToUpper(r)
	}, norm.NFKD.String(raw)))
}

// digits reports whether s is exactly n ASCII digits.
func digits(s string, n int) bool {
	return len(s) == n && every(s, isDigit)
}

func every(s string, is func(byte) bool) bool {
	for i := range len(s) {
		if !is(s[i]) {
			return false
		}
	}
	return true
}

func isDigit(c byte) bool  { return '0' <= c && c <= '9' }
func isLetter(c byte) bool { return 'A' <= c && c <= 'Z' }
func isAlnum(c byte) bool  { return isDigit(c) || isLetter(c) }

// value is the number of a digit, or of a letter counted from A = 10. Every
// caller has checked isAlnum before.
func value(c byte) int {
	if isDigit(c) {
		return int(c - '0')
	}
	return int(c-'A') + 10
}

// weighted is the sum of digit times weight; s has at least len(weights) digits.
func weighted(s string, weights ...int) int {
	sum := 0
	for i, w := range weights {
		sum += int(s[i]-'0') * w
	}
	return sum
}
