package compare

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// units are measures by one spelling, with the words for them.
func units() map[string][]string {
	return map[string][]string{
		"mg": {"mg", "milligrams", "milligram", "miligam"},
		"g":  {"g", "gr", "grams", "gram", "gam"},
		"kg": {"kg", "kgs", "kilograms", "kilogram", "kilos", "kilo", "ki-lô-gam", "kilôgam", "cân"},
		"t":  {"t", "tấn", "tonnes", "tonne", "tons", "ton"},
		"ct": {"ct", "ca-ra", "cara", "carats", "carat"},
		"ml": {"ml", "millilitres", "millilitre", "milliliters", "milliliter", "mililít"},
		"l":  {"l", "lít", "litres", "litre", "liters", "liter"},
		"mm": {"mm", "millimetres", "millimeters", "milimét"},
		"cm": {"cm", "centimetres", "centimetre", "centimeters", "centimeter", "xăng-ti-mét"},
		"m":  {"m", "mét", "metres", "metre", "meters", "meter"},
		"km": {"km", "ki-lô-mét", "kilometres", "kilometre", "kilometers", "kilometer"},
		"m2": {"m2", "m²", "mét vuông", "square metres", "square meters"},
		"m3": {"m3", "m³", "mét khối", "cubic metres", "cubic meters"},
		"%":  {"%", "phần trăm", "per cent", "percent"},

		"hour":   {"giờ", "hours", "hour"},
		"minute": {"phút", "minutes", "minute"},
		"day":    {"ngày", "days", "day"},
		"month":  {"tháng", "months", "month"},
		"year":   {"năm", "years", "year"},

		"USD": {"USD", "US$", "$", "đô la Mỹ", "đô la", "US dollars", "dollars"},
		"EUR": {"EUR", "€", "euros", "euro"},
		"VND": {"VND", "VNĐ", "đồng", "₫", "dong"},
	}
}

// measures is a pattern of all words for units, the longer before what they begin with.
func measures() string {
	var all []string
	for _, words := range units() {
		all = append(all, words...)
	}
	return alternatives(all)
}

func alternatives(words []string) string {
	slices.SortFunc(words, func(a, b string) int { return len(b) - len(a) })
	for i, w := range words {
		words[i] = strings.ReplaceAll(regexp.QuoteMeta(w), " ", spaces)
	}
	return strings.Join(words, "|")
}

// measure is the unit that a word is for.
func measure(word string) string {
	word = strings.Join(strings.Fields(word), " ")
	for unit, words := range units() {
		if slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) }) {
			return unit
		}
	}
	return ""
}

// inWords are the numbers that are written out, but for those that are other words as well: một and one, năm (a year).
func inWords() [][]string {
	return [][]string{
		2: {"hai", "two", "both"}, 3: {"ba", "three"}, 4: {"bốn", "four"}, 5: {"five"}, 6: {"sáu", "six"},
		7: {"bảy", "seven"}, 8: {"tám", "eight"}, 9: {"chín", "nine"}, 10: {"mười", "ten"}, 11: {"mười một", "eleven"},
		12: {"mười hai", "twelve"}, 13: {"mười ba", "thirteen"}, 14: {"mười bốn", "fourteen"}, 15: {"mười lăm", "fifteen"},
		16: {"mười sáu", "sixteen"}, 17: {"mười bảy", "seventeen"}, 18: {"mười tám", "eighteen"}, 19: {"mười chín", "nineteen"},
		20: {"hai mươi", "twenty"},
	}
}

func numerals() string {
	return alternatives(slices.Concat(inWords()...))
}

func numeral(word string) string {
	word = strings.Join(strings.Fields(word), " ")
	i := slices.IndexFunc(inWords(), func(words []string) bool {
		return slices.ContainsFunc(words, func(w string) bool { return strings.EqualFold(w, word) })
	})
	return strconv.Itoa(i)
}

// month is the number of a month by its name in English, French, Spanish or Portuguese, or by its first three letters in
// English; "" when it is none.
func month(name string) string {
	name = strings.ToLower(name)
	for i, names := range [][]string{
		{"january", "jan", "janvier", "enero", "janeiro"},
		{"february", "feb", "février", "febrero", "fevereiro"},
		{"march", "mar", "mars", "marzo", "março"},
		{"april", "apr", "avril", "abril"},
		{"may", "mai", "mayo", "maio"},
		{"june", "jun", "juin", "junio", "junho"},
		{"july", "jul", "juillet", "julio", "julho"},
		{"august", "aug", "août", "agosto"},
		{"september", "sep", "sept", "septembre", "septiembre", "setembro"},
		{"october", "oct", "octobre", "octubre", "outubro"},
		{"november", "nov", "novembre", "noviembre", "novembro"},
		{"december", "dec", "décembre", "diciembre", "dezembro"},
	} {
		if slices.Contains(names, name) {
			return strconv.Itoa(i + 1)
		}
	}
	return ""
}
