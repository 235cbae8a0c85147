package compare

import (
	"strings"
	"unicode"
)

// number writes a number with a point before its decimals and no marks between thousands. Where one mark stands once, with
// three digits behind it, the language says which of the two it is.
func number(written, language string) string {
	plain := strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, written)
	mark := decimalMark(plain, language)
	whole, decimals := plain, ""
	if mark >= 0 {
		whole, decimals = plain[:mark], strings.TrimRight(plain[mark+1:], "0")
	}
	whole = strings.NewReplacer(".", "", ",", "").Replace(whole)
	if len(whole) <= 2 { // 04 lots are four; 0901234567 is no number to count with
		whole = strings.TrimLeft(whole, "0")
	}
	if whole == "" {
		whole = "0"
	}
	if decimals == "" {
		return whole
	}
	return whole + "." + decimals
}

// decimalMark is where the decimals begin, negative when there are none.
func decimalMark(plain, language string) int {
	last := strings.LastIndexAny(plain, ".,")
	if last < 0 {
		return -1
	}
	mark, behind := plain[last:last+1], len(plain)-last-1
	other := map[string]string{".": ",", ",": "."}[mark]
	switch {
	case strings.Contains(plain, other) && strings.Count(plain, mark) == 1:
		return last // 1,240.5
	case strings.Count(plain, mark) > 1:
		return -1 // 1.240.000
	case behind != 3:
		return last // 6,2
	case last > 3 || strings.HasPrefix(plain, "0"):
		return last // 12345.678, 0,125
	case mark == decimalOf(language):
		return last
	}
	return -1
}

// decimalOf is the mark before decimals: a point in English, Thai, Chinese, Japanese, Korean, Hebrew and Arabic figures as
// partners write them; a comma in Vietnamese and most others.
func decimalOf(language string) string {
	base, _, _ := strings.Cut(strings.ToLower(language), "-")
	switch base {
	case "en", "th", "zh", "ja", "ko", "he", "ar", "ms", "sw", "":
		return "."
	}
	return ","
}
