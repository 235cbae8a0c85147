package identifier

import "strings"

// Phone checks a number in E.164: a plus, a country code that does not begin
// with 0, seven to fifteen digits in all. Blanks, hyphens, dots and brackets are
// dropped, nothing else is: a letter fails. A failed number refuses.
func Phone(raw string) Check {
	n := strings.Map(func(r rune) rune {
		if strings.ContainsRune(" -.()\u00a0\u202f", r) {
			return -1
		}
		return r
	}, raw)
	valid := len(n) >= 8 && len(n) <= 16 && n[0] == '+' && n[1] != '0' && every(n[1:], isDigit)
	return judged(KindPhone, raw, n, valid)
}

// IMEI checks a handset's number (3GPP TS 23.003): fifteen digits with Luhn's
// check digit. Sixteen digits (IMEISV) end in a software version instead and
// have none.
func IMEI(raw string) Check {
	n := compact(raw)
	if digits(n, 16) {
		return Check{Raw: raw, Normalised: n, Kind: KindIMEI, Status: NotApplicable}
	}
	return judged(KindIMEI, raw, n, digits(n, 15) && luhn(n))
}

func luhn(n string) bool {
	sum := 0
	for i := range len(n) {
		v := value(n[len(n)-1-i])
		if i%2 == 1 {
			v *= 2
		}
		sum += v/10 + v%10
	}
	return sum%10 == 0
}
