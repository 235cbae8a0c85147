package text

import (
	"golang.org/x/text/collate"
	"golang.org/x/text/language"
)

// Compare orders names as the language does: Đ after D, tones behind letters. A name is one text, never split.
func (l Language) Compare(a, b string) int {
	return collate.New(language.Make(string(l))).CompareString(a, b) // a collator is for one goroutine
}
