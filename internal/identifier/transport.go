package identifier

// Container checks a container number after ISO 6346: three letters of the
// owner, a category (U, J or Z), six digits and the check digit. Letters count
// from A = 10 and skip 11, 22, 33; weights are 2^position from the left; the
// remainder 10 is written 0.
func Container(raw string) Check {
	n := compact(raw)
	return judged(KindContainer, raw, n, validContainer(n))
}

func validContainer(n string) bool {
	if len(n) != 11 || !every(n[:4], isLetter) || !digits(n[4:], 7) {
		return false
	}
	if n[3] != 'U' && n[3] != 'J' && n[3] != 'Z' {
		return false
	}
	sum := 0
	for i := range 10 {
		sum += containerValue(n[i]) << i
	}
	return sum%11%10 == value(n[10])
}

// containerValue skips the multiples of 11: A=10, B=12 … K=21, L=23 … U=32, V=34.
// Of a plain count v from A = 10 that is one more for every ten begun.
func containerValue(c byte) int {
	v := value(c)
	if isDigit(c) {
		return v
	}
	return v + (v-1)/10
}

// IMO checks a ship's number (IMO A.1117): seven digits, weights 7 to 2, the
// last digit of the sum. The letters "IMO" in front are allowed.
func IMO(raw string) Check {
	n := compact(raw)
	if len(n) == 10 && n[:3] == "IMO" {
		n = n[3:]
	}
	valid := digits(n, 7) && weighted(n, 7, 6, 5, 4, 3, 2)%10 == value(n[6])
	return judged(KindIMO, raw, n, valid)
}

// MMSI checks the shape of a maritime mobile identity (ITU-R M.585): nine
// digits, a form that is in use. It has no check digit, and the country in it
// is not compared with the flag: a false flag is the very thing looked for.
func MMSI(raw string) Check {
	n := compact(raw)
	return judged(KindMMSI, raw, n, digits(n, 9) && (n[0] != '1' || n[:3] == "111"))
}

// Flight checks the shape of a flight number: an airline's designator of two or
// three characters, one to four digits, at most one letter behind.
func Flight(raw string) Check {
	n := compact(raw)
	return judged(KindFlight, raw, n, validFlight(n, 2) || validFlight(n, 3))
}

func validFlight(n string, designator int) bool {
	if len(n) <= designator || !every(n, isAlnum) || every(n[:designator], isDigit) {
		return false
	}
	if designator == 3 && !every(n[:3], isLetter) {
		return false
	}
	number := n[designator:]
	if last := len(number) - 1; last > 0 && isLetter(number[last]) {
		number = number[:last]
	}
	return len(number) <= 4 && every(number, isDigit)
}

// Airport checks the shape of an airport's code: IATA (three letters), ICAO
// (four) or a UN/LOCODE.
func Airport(raw string) Check {
	n := compact(raw)
	short := (len(n) == 3 || len(n) == 4) && every(n, isLetter)
	return judged(KindAirport, raw, n, short || validLOCODE(n))
}

// VIN checks a vehicle's number (ISO 3779): 17 characters without I, O, Q. Only
// North America (first character 1 to 5) demands the check digit in ninth
// place; elsewhere a good shape is all there is, and the check is not applicable.
func VIN(raw string) Check {
	n := compact(raw)
	if !vinShape(n) {
		return judged(KindVIN, raw, n, false)
	}
	if n[0] < '1' || n[0] > '5' {
		return Check{Raw: raw, Normalised: n, Kind: KindVIN, Status: NotApplicable}
	}
	return judged(KindVIN, raw, n, n[8] == vinCheckDigit(n))
}

func vinShape(n string) bool {
	return len(n) == 17 && every(n, func(c byte) bool {
		return isAlnum(c) && c != 'I' && c != 'O' && c != 'Q'
	})
}

func vinCheckDigit(n string) byte {
	weights := [17]int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2}
	sum := 0
	for i, w := range weights {
		sum += vinValue(n[i]) * w
	}
	return "0123456789X"[sum%11]
}

// vinValue transliterates as ISO 3779 does: A-H 1-8, J-R 1-9, S-Z 2-9.
func vinValue(c byte) int {
	switch {
	case isDigit(c):
		return int(c - '0')
	case c <= 'H':
		return int(c-'A') + 1
	case c <= 'R':
		return int(c-'J') + 1
	default:
		return int(c-'S') + 2
	}
}
