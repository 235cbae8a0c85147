package text

import (
	"strings"

	"golang.org/x/text/unicode/bidi"
)

// Join writes values on one line. One of several that holds letters which are written from right to left is set apart by
// Unicode's isolates (UAX #9, FSI and PDI): what stands between the values, and a number in the next, stays in its place.
// The others carry nothing that a reader would copy with them.
func Join(values []string, by string) string {
	if len(values) < 2 {
		return strings.Join(values, by)
	}
	apart := make([]string, len(values))
	for i, v := range values {
		if apart[i] = v; strings.ContainsFunc(v, fromTheRight) {
			apart[i] = "\u2068" + v + "\u2069"
		}
	}
	return strings.Join(apart, by)
}

func fromTheRight(r rune) bool {
	p, _ := bidi.LookupRune(r)
	return p.Class() == bidi.R || p.Class() == bidi.AL
}
