package identifier

import "strings"

// Country checks a country's code (ISO 3166-1 alpha-2) and `XK`, which is in
// general use. `XX` and `ZZ` say that the country is unknown: nothing is there
// to be checked. A failed country refuses.
func Country(raw string) Check {
	n := strings.ToUpper(strings.TrimSpace(raw))
	if n == "XX" || n == "ZZ" {
		return Check{Raw: raw, Normalised: n, Kind: KindCountry, Status: NotApplicable}
	}
	return judged(KindCountry, raw, n, countryKnown(n))
}

// countryKnown reports whether code is one of the assigned codes of ISO 3166-1.
func countryKnown(code string) bool {
	const assigned = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS " +
		"BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES " +
		"ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM " +
		"IN IO IQ IR IS IT JE JM JO JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME " +
		"MF MG MH MK ML MM MN MO MP MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG " +
		"PH PK PL PM PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY " +
		"SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS XK YE YT ZA " +
		"ZM ZW"
	return len(code) == 2 && every(code, isLetter) && strings.Contains(assigned, code)
}

// Subdivision checks the shape of a subdivision's code (ISO 3166-2): a country,
// a hyphen, one to three letters or digits.
func Subdivision(raw string) Check {
	n := strings.ToUpper(strings.TrimSpace(raw))
	valid := len(n) >= 4 && len(n) <= 6 && countryKnown(n[:2]) && n[2] == '-' && every(n[3:], isAlnum)
	return judged(KindSubdivision, raw, n, valid)
}

// LOCODE checks the shape of a UN/LOCODE: a country, then three letters or the
// digits 2 to 9. Whether the place exists is the directory's to say.
func LOCODE(raw string) Check {
	n := compact(raw)
	return judged(KindLOCODE, raw, n, validLOCODE(n))
}

func validLOCODE(n string) bool {
	return len(n) == 5 && countryKnown(n[:2]) && every(n[2:], func(c byte) bool {
		return isLetter(c) || '2' <= c && c <= '9'
	})
}
