package identifier

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fold brings a name of a place or company to the form in which two of them are
// compared: decomposed, without diacritics, letter case, punctuation; words
// parted by one blank. "Đắk Lắk", "DAK LAK" and "dak-lak" are one. Signs of
// scripts that write vowels as marks (Thai, Devanagari) stay.
//
// Folding loses information on purpose: "Tân Thanh" and "Tân Thành" become the
// same. Equal folds are a guess, never an identity.
func Fold(name string) string {
	plain := strings.Map(foldRune, decompose(name))
	if !strings.Contains(plain, " ") {
		return plain
	}
	return strings.Join(strings.Fields(plain), " ")
}

// decompose lowers letter case between two decompositions, for each can make
// work for the other.
func decompose(s string) string {
	if every(s, func(c byte) bool { return c < 0x80 }) {
		return strings.ToLower(s) // most of what partners write
	}
	s = norm.NFKD.String(strings.ToValidUTF8(s, " "))
	s = strings.ReplaceAll(strings.ToLower(strings.Map(plainLetter, s)), "ß", "ss")
	return norm.NFKD.String(s)
}

// plainLetter replaces the letters whose stroke is no combining mark, so that
// decomposition leaves them. Eth is in Vietnamese texts a mistyped Đ.
func plainLetter(r rune) rune {
	switch r {
	case 'đ', 'Đ', 'ð', 'Ð':
		return 'd'
	case 'ø', 'Ø':
		return 'o'
	case 'ł', 'Ł':
		return 'l'
	case 'ı':
		return 'i'
	case 'ς':
		return 'σ'
	default:
		return r
	}
}

func foldRune(r rune) rune {
	switch {
	case diacritic(r):
		return -1
	case unicode.IsLetter(r), unicode.IsDigit(r), unicode.IsMark(r):
		return r
	case r == '\'' || r == '’':
		return -1
	default:
		return ' '
	}
}

// diacritic reports the blocks of combining marks that Latin, Greek and Cyrillic
// use; marks of other scripts carry vowels.
func diacritic(r rune) bool {
	return 0x0300 <= r && r <= 0x036f || 0x1ab0 <= r && r <= 0x1aff ||
		0x1dc0 <= r && r <= 0x1dff || 0x20d0 <= r && r <= 0x20ff
}
