package identifier

// VNTax checks a Vietnamese tax number: ten digits, or thirteen for a branch of
// a company (`0100109106-001`). The tenth digit is 10 - (sum mod 11) with the
// weights 31, 29, 23, 19, 17, 13, 7, 5, 3. Twelve digits are the number of a
// person's identity card, which serves as a tax number and has no such digit.
func VNTax(raw string) Check {
	n := compact(raw)
	if digits(n, 12) {
		return Check{Raw: raw, Normalised: n, Kind: KindVNTax, Status: NotApplicable}
	}
	valid := (digits(n, 10) || digits(n, 13)) &&
		10-weighted(n, 31, 29, 23, 19, 17, 13, 7, 5, 3)%11 == value(n[9])
	return judged(KindVNTax, raw, n, valid)
}

// LEI checks a legal entity identifier (ISO 17442): 18 letters or digits and
// two check digits, the whole being 1 modulo 97.
func LEI(raw string) Check {
	n := compact(raw)
	valid := len(n) == 20 && every(n, isAlnum) && digits(n[18:], 2) && mod97(n) == 1
	return judged(KindLEI, raw, n, valid)
}

// mod97 is the remainder of ISO 7064 MOD 97-10 with letters counted from A = 10.
// s is letters and digits only.
func mod97(s string) int {
	r := 0
	for i := range len(s) {
		v := value(s[i])
		if v > 9 {
			r *= 10
		}
		r = (r*10 + v) % 97
	}
	return r
}
