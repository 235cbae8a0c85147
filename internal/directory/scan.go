package directory

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"verigate/internal/identifier"
)

// shortestInText is the length below which a name of one word is not looked for
// in running text: "Vinh" and "Huế" are people's names as well.
const shortestInText = 5

// word is one word of a text as it is compared, and whether it begins with a
// capital or a digit. One of running text that does not is in no name, and is
// not folded: most words of a statement are such.
type word struct {
	raw, folded string
	proper      bool
}

func words(text string, running bool) []word {
	parts := strings.FieldsFunc(text, func(r rune) bool {
		return !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsMark(r)
	})
	list := make([]word, 0, len(parts))
	for _, raw := range parts {
		first, _ := utf8.DecodeRuneInString(raw)
		if running && unicode.IsLower(first) {
			list = append(list, word{raw: raw})
			continue
		}
		for folded := range strings.FieldsSeq(identifier.Fold(raw)) {
			list = append(list, word{raw, folded, !unicode.IsLower(first)})
		}
	}
	return list
}

// scan finds the gazetteer's names in a text, the longest first at each word, so
// that "Tân Cảng Long Bình" is not also "Tân Cảng". In running text every word of
// a name must begin with a capital ("how long an answer takes" is not Long An).
// Each name is listed once, so the result is bounded by the gazetteer.
func (g gazetteer) scan(list []word, running bool) []string {
	var names []string
	for at := 0; at < len(list); {
		name, length := g.longestAt(list[at:], running)
		if length == 0 {
			at++
			continue
		}
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
		at += length
	}
	return names
}

func (g gazetteer) longestAt(list []word, running bool) (name string, length int) {
	var joined strings.Builder
	for i := 0; i < min(len(list), g.beginnings[list[0].folded]); i++ {
		if running && !list[i].proper {
			break
		}
		if i > 0 {
			joined.WriteByte(' ')
		}
		joined.WriteString(list[i].folded)
		candidate := joined.String()
		if len(g.names[candidate]) > 0 && (i > 0 || !running || len(candidate) >= shortestInText) {
			name, length = candidate, i+1
		}
	}
	return name, length
}

// locodesIn lists the codes of the shape VNxxx that a text spells in capitals.
func locodesIn(list []word) []string {
	var codes []string
	for _, w := range list {
		if len(w.raw) == 5 && strings.HasPrefix(w.raw, "VN") && w.raw == strings.ToUpper(w.raw) &&
			identifier.LOCODE(w.raw).Status == identifier.OK {
			codes = append(codes, w.raw)
		}
	}
	return codes
}

// bareName folds a whole part of an address and takes off the words that say
// what sort of place it is: "Cau Treo border gate", "tỉnh Hà Tĩnh", "port of
// Hai Phong".
func bareName(part string) string {
	folded := identifier.Fold(part)
	for {
		shorter := folded
		for _, prefix := range []string{
			"tinh", "thanh pho", "tp", "cua khau", "san bay", "cang bien", "cang", "quoc te",
			"port of", "port", "airport of", "border gate of", "province of", "city of",
		} {
			shorter = strings.TrimPrefix(shorter, prefix+" ")
		}
		for _, suffix := range []string{
			"international border gate", "border gate", "border crossing", "international airport", "airport",
			"sea port", "seaport", "port", "province", "city", "customs",
		} {
			shorter = strings.TrimSuffix(shorter, " "+suffix)
		}
		if shorter == folded {
			return folded
		}
		folded = shorter
	}
}
