package identifier

import "strings"

// IBAN checks an international account number (ISO 13616): a country that
// issues them, that country's length, and 1 modulo 97 after the first four
// characters have moved to the end. Viet Nam issues none; the account is then
// sent as country, bank and number. A failed IBAN refuses.
func IBAN(raw string) Check {
	n := compact(raw)
	valid := len(n) > 4 && every(n, isAlnum) && len(n) == ibanLength(n[:2]) && digits(n[2:4], 2) &&
		mod97(n[4:]+n[:4]) == 1
	return judged(KindIBAN, raw, n, valid)
}

// ibanLength is the length in the SWIFT registry, or in national use where a
// country of West and Central Africa or the Gulf has one outside the registry; 0
// means that the country issues no IBAN.
func ibanLength(country string) int {
	const table = "AD24 AE23 AL28 AO25 AT20 AZ28 BA20 BE16 BF28 BG22 BH22 BI27 BJ28 BR29 BY28 CF27 CG27 CH21 CI28 " +
		"CM27 CR22 CV25 CY28 CZ24 DE22 DJ27 DK18 DO28 DZ26 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GA27 GB22 GE22 GI23 " +
		"GL18 GQ27 GR27 GT28 GW25 HN28 HR21 HU28 IE22 IL23 IQ23 IR26 IS26 IT27 JO30 KM27 KW30 KZ20 LB28 LC32 LI21 " +
		"LT20 LU20 LV21 LY25 MA28 MC27 MD24 ME22 MG27 MK19 ML28 MN20 MR27 MT31 MU30 MZ25 NE28 NI28 NL18 NO15 OM23 " +
		"PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TD27 TG28 " +
		"TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30 "
	at := strings.Index(table, country)
	if at < 0 || at%5 != 0 {
		return 0
	}
	return number(table[at+2 : at+4])
}

// BIC checks the shape of a bank's code (ISO 9362): four letters, a country,
// two characters, and three more for a branch.
func BIC(raw string) Check {
	n := compact(raw)
	valid := (len(n) == 8 || len(n) == 11) && every(n, isAlnum) && every(n[:4], isLetter) && countryKnown(n[4:6])
	return judged(KindBIC, raw, n, valid)
}
