package compare

import (
	"cmp"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"
)

// token is something found in a text: what it is in one spelling, and where it stands.
type token struct {
	kind     Difference
	is       string // 1240, 2021-09-03, 08:15, ZZZU4002177
	unit     string // of a number: kg; empty: none
	word     bool   // a number in words
	from, to int    // bytes of the text
	met      bool   // the other text has it too
}

// form is a way in which something is written. Its pattern is tried where a word may begin.
type form struct {
	pattern *regexp.Regexp
	read    func(parts []string, language string) (token, bool)
}

func written(pattern string, read func(parts []string, language string) (token, bool)) form {
	return form{regexp.MustCompile(`^(?i:` + pattern + `)`), read}
}

const (
	spaces = `[\s\x{a0}]+`
	// grouped is a number with or without marks between its thousands, and its decimals.
	grouped = `(\d{1,3}(?:[ \x{a0}\x{202f}\x{2009}]\d{3})+(?:[.,]\d+)?|\d+(?:[.,]\d+)*)`
)

// forms are tried in this order: what is longer comes before what is part of it. Patterns are made once.
var forms = sync.OnceValue(func() []form {
	return []form{
		written(`(\d{4})-(\d{2})-(\d{2})`, func(p []string, _ string) (token, bool) { return date(p[1], p[2], p[3]) }),
		written(`(?:ngày`+spaces+`)?(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})`, dayFirst),
		written(`(?:ngày`+spaces+`)?(\d{1,2})`+spaces+`tháng`+spaces+`(\d{1,2})(?:`+spaces+`năm`+spaces+`(\d{4}))?`,
			func(p []string, _ string) (token, bool) { return date(p[3], p[2], p[1]) }),
		written(`tháng`+spaces+`(\d{1,2})(?:`+spaces+`năm`+spaces+`|/)(\d{4})`,
			func(p []string, _ string) (token, bool) { return monthOf(p[2], p[1]) }),
		written(`(\pL+)`+spaces+`(?:de`+spaces+`)?(\d{4})`, func(p []string, _ string) (token, bool) { return monthOf(p[2], month(p[1])) }),
		written(`ngày`+spaces+`(\d{1,2})/(\d{1,2})`, func(p []string, _ string) (token, bool) { return date("", p[2], p[1]) }),
		written(`(\d{1,2})(?:st|nd|rd|th|er|º)?`+spaces+`(?:of`+spaces+`|de`+spaces+`)?(\pL+)\.?(?:,?`+spaces+`(?:de`+spaces+`|del`+spaces+`)?(\d{4}))?`,
			func(p []string, _ string) (token, bool) { return date(p[3], month(p[2]), p[1]) }),
		written(`(\pL+)\.?`+spaces+`(\d{1,2})(?:st|nd|rd|th)?(?:,?`+spaces+`(\d{4}))?`,
			func(p []string, _ string) (token, bool) { return date(p[3], month(p[1]), p[2]) }),
		written(`(\d{1,2})(?:[:.](\d{2}))?[\s\x{a0}]*([ap])\.?m\b\.?`, halfDay),
		written(`(\d{1,2})(?:[\s\x{a0}]*(?:giờ|h)[\s\x{a0}]*|:)(\d{2})(?:`+spaces+`phút)?`,
			func(p []string, _ string) (token, bool) { return clock(p[1], p[2]) }),
		written(`lúc`+spaces+`(\d{1,2})[\s\x{a0}]*(?:giờ|h)(?:[\s\x{a0}]*(\d{2})(?:`+spaces+`phút)?)?`,
			func(p []string, _ string) (token, bool) { return clock(p[1], cmp.Or(p[2], "00")) }),
		written(`(US\$|\$|€|USD|EUR|VND)[\s\x{a0}]?`+grouped, func(p []string, language string) (token, bool) {
			return token{kind: Number, is: number(p[2], language), unit: measure(p[1])}, true
		}),
		written(grouped+`[\s\x{a0}\x{202f}]?(`+measures()+`)`, func(p []string, language string) (token, bool) {
			return token{kind: Number, is: number(p[1], language), unit: measure(p[2])}, true
		}),
		written(`(\pL+\d[\pL\d]*|\d+\pL[\pL\d]*)`, func(p []string, _ string) (token, bool) {
			return token{kind: Code, is: strings.ToUpper(p[1])}, true
		}),
		written(grouped, func(p []string, language string) (token, bool) {
			return token{kind: Number, is: number(p[1], language)}, true
		}),
		written(`(`+numerals()+`)(?:`+spaces+`(`+measures()+`))?`, func(p []string, _ string) (token, bool) {
			return token{kind: Number, is: numeral(p[1]), unit: measure(p[2]), word: true}, true
		}),
	}
})

// find reads a text from its beginning, and takes the first form that fits where a word begins.
func find(t Text) []token {
	var out []token
	all := forms()
	inside := false // of a word or a number
	for at := 0; at < len(t.Text); {
		if !inside {
			if found, ok := beginning(all, t, at); ok {
				out = append(out, found)
				at, inside = found.to, false
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(t.Text[at:])
		inside = unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r)
		at += size
	}
	return out
}

// beginning is what stands at a place, when it ends where a word may end.
func beginning(all []form, t Text, at int) (token, bool) {
	for _, f := range all {
		place := f.pattern.FindStringSubmatchIndex(t.Text[at:])
		if place == nil || !ends(t.Text[:at+place[1]], t.Text[at+place[1]:]) {
			continue
		}
		parts := make([]string, len(place)/2)
		for i := range parts {
			if place[2*i] >= 0 {
				parts[i] = t.Text[at+place[2*i] : at+place[2*i+1]]
			}
		}
		if found, ok := f.read(parts, t.Language); ok {
			found.from, found.to = at, at+place[1]
			return found, true
		}
	}
	return token{}, false
}

// ends says whether no letter or digit goes on where something ended with one.
func ends(before, after string) bool {
	last, _ := utf8.DecodeLastRuneInString(before)
	next, _ := utf8.DecodeRuneInString(after)
	goesOn := func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) }
	return !goesOn(last) || after == "" || !goesOn(next)
}

func date(year, month, day string) (token, bool) {
	m, _ := strconv.Atoi(month)
	d, _ := strconv.Atoi(day)
	if m < 1 || m > 12 || d < 1 || d > 31 {
		return token{}, false
	}
	return token{kind: Date, is: fmt.Sprintf("%s-%02d-%02d", year, m, d)}, true
}

func monthOf(year, month string) (token, bool) {
	found, ok := date(year, month, "1")
	found.is = strings.TrimSuffix(found.is, "-01")
	return found, ok
}

func dayFirst(p []string, _ string) (token, bool) {
	if m, _ := strconv.Atoi(p[2]); m > 12 {
		return date(p[3], p[1], p[2])
	}
	return date(p[3], p[2], p[1])
}

func clock(hour, minute string) (token, bool) {
	h, _ := strconv.Atoi(hour)
	m, _ := strconv.Atoi(minute)
	if h > 24 || m > 59 {
		return token{}, false
	}
	return token{kind: Time, is: fmt.Sprintf("%02d:%02d", h, m)}, true
}

func halfDay(p []string, _ string) (token, bool) {
	h, _ := strconv.Atoi(p[1])
	if h < 1 || h > 12 {
		return token{}, false
	}
	h %= 12
	if strings.EqualFold(p[3], "p") {
		h += 12
	}
	return clock(strconv.Itoa(h), cmp.Or(p[2], "00"))
}
