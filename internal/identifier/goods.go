package identifier

// AWB checks an air waybill: an airline's three digits, then eight of which the
// last is the first seven modulo 7 (IATA resolution 600a).
func AWB(raw string) Check {
	n := compact(raw)
	valid := digits(n, 11) && number(n[3:10])%7 == value(n[10])
	return judged(KindAWB, raw, n, valid)
}

// Post checks an item number of the post (UPU S10): two letters, eight digits,
// a check digit with weights 8 6 4 2 3 5 9 7, the country.
func Post(raw string) Check {
	n := compact(raw)
	return judged(KindPost, raw, n, validPost(n))
}

func validPost(n string) bool {
	if len(n) != 13 || !every(n[:2], isLetter) || !digits(n[2:11], 9) || !countryKnown(n[11:]) {
		return false
	}
	check := 11 - weighted(n[2:10], 8, 6, 4, 2, 3, 5, 9, 7)%11
	switch check {
	case 10:
		check = 0
	case 11:
		check = 5
	}
	return check == value(n[10])
}

// Declaration checks the shape of a customs declaration's number in VNACCS:
// twelve digits. The number holds no office and no check digit; numbers from
// before VNACCS and foreign ones fail and are kept with a warning.
func Declaration(raw string) Check {
	n := compact(raw)
	return judged(KindDeclaration, raw, n, digits(n, 12))
}

// HS checks the shape of a tariff code: 2, 4, 6, 8 or 10 digits.
func HS(raw string) Check {
	n := compact(raw)
	return judged(KindHS, raw, n, len(n) >= 2 && len(n) <= 10 && len(n)%2 == 0 && every(n, isDigit))
}

// CAS checks the number of a substance in the Chemical Abstracts registry: the
// last digit is the sum of the others, each times its place from the right, modulo 10.
func CAS(raw string) Check {
	n := compact(raw)
	return judged(KindCAS, raw, n, validCAS(n))
}

func validCAS(n string) bool {
	if len(n) < 5 || len(n) > 10 || !every(n, isDigit) || n[0] == '0' {
		return false
	}
	body, sum := n[:len(n)-1], 0
	for i := range len(body) {
		sum += value(body[i]) * (len(body) - i)
	}
	return sum%10 == value(n[len(n)-1])
}

// Office checks the shape of a customs office's code (`43PB`): two digits of the
// department, then up to four letters or digits of the branch and its teams.
// Whether it exists is the directory's to say.
func Office(raw string) Check {
	n := compact(raw)
	valid := len(n) >= 2 && len(n) <= 6 && digits(n[:2], 2) && every(n, isAlnum)
	return judged(KindOffice, raw, n, valid)
}

// number reads ASCII digits; the caller bounds their count.
func number(s string) int {
	total := 0
	for i := range len(s) {
		total = total*10 + value(s[i])
	}
	return total
}
