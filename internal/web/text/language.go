package text

import (
	"golang.org/x/text/language"
)

// Language is one that pages are written in, as in lang of HTML (BCP 47).
type Language string

// The languages.
const (
	Vietnamese Language = "vi"
	English    Language = "en"
)

// Languages lists them, the staff's own first.
func Languages() []Language { return []Language{Vietnamese, English} }

// Known says whether a word is one of them.
func Known(word string) (Language, bool) {
	for _, l := range Languages() {
		if string(l) == word {
			return l, true
		}
	}
	return "", false
}

// Preferred is the first of an Accept-Language header that there is, else the given one (RFC 9110, 12.5.4).
func Preferred(header string, otherwise Language) Language {
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil {
		return otherwise
	}
	for _, tag := range tags {
		base, _ := tag.Base()
		if l, ok := Known(base.String()); ok {
			return l
		}
	}
	return otherwise
}

// Direction is how the language is written, as in dir of HTML. Pages use logical properties only, so that one from right
// to left needs no other.
func (l Language) Direction() string {
	switch script, _ := language.Make(string(l)).Script(); script.String() {
	case "Arab", "Hebr":
		return "rtl"
	default:
		return "ltr"
	}
}
