package identifier

import (
	"strings"
	"unicode"
)

// MRZ checks the machine-readable zone of a travel document (ICAO 9303): TD3
// passports, TD2 and TD1 cards, and visas. Every check digit is recomputed, the
// composite one too; line breaks and blanks are dropped. The issuing state is
// not looked up: `UTO` is used in specimens.
func MRZ(raw string) Check {
	n := strings.ToUpper(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, raw))
	return judged(KindMRZ, raw, n, validMRZ(n))
}

func validMRZ(n string) bool {
	if !every(n, func(c byte) bool { return isAlnum(c) || c == '<' }) {
		return false
	}
	switch len(n) {
	case 88:
		return validTwoLines(n[:44], n[44:])
	case 72:
		return validTwoLines(n[:36], n[36:])
	case 90:
		return validTD1(n[:30], n[30:60])
	default:
		return false
	}
}

// validTwoLines covers TD3, TD2 and both visas, which share the layout of the
// second line up to its 28th character. A visa ends there: it has no composite.
// A number of more than nine characters is for cards alone (part 6).
func validTwoLines(first, second string) bool {
	last := len(second) - 1
	visa, card := first[0] == 'V', last == 35
	number := mrzDigit(second[0:9]) == second[9]
	if card && !visa {
		number = validNumber(second[0:9], second[9], second[28:last])
	}
	dates := mrzDigit(second[13:19]) == second[19] && mrzDigit(second[21:27]) == second[27]
	if !number || !dates || visa {
		return number && dates
	}
	if !card && !optionalDigit(second[28:42], second[42]) {
		return false
	}
	return mrzDigit(second[0:10]+second[13:20]+second[21:last]) == second[last]
}

// optionalDigit accepts a filler in place of the check digit of an empty field.
func optionalDigit(field string, digit byte) bool {
	if digit == '<' {
		return strings.Trim(field, "<") == ""
	}
	return mrzDigit(field) == digit
}

func validTD1(first, second string) bool {
	return validNumber(first[5:14], first[14], first[15:30]) &&
		mrzDigit(second[0:6]) == second[6] &&
		mrzDigit(second[8:14]) == second[14] &&
		mrzDigit(first[5:30]+second[0:7]+second[8:15]+second[18:29]) == second[29]
}

// validNumber checks the number of a card. One of more than nine characters has a
// filler where its digit would stand, and its rest with its digit leads the
// optional field.
func validNumber(number string, digit byte, optional string) bool {
	if digit != '<' {
		return mrzDigit(number) == digit
	}
	rest, _, _ := strings.Cut(optional, "<")
	if len(rest) < 2 {
		return false
	}
	cut := len(rest) - 1
	return mrzDigit(number+rest[:cut]) == rest[cut]
}

// mrzDigit is the weighted sum 7-3-1 modulo 10 as a character; `<` counts 0.
func mrzDigit(field string) byte {
	weights := [3]int{7, 3, 1}
	sum := 0
	for i := range len(field) {
		if field[i] != '<' {
			sum += value(field[i]) * weights[i%3]
		}
	}
	return byte('0' + sum%10)
}
