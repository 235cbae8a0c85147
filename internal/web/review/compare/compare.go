package compare

// Text is a text in a language, as in lang of HTML. The language says what 1.240 is.
type Text struct{ Language, Text string }

// Difference is what makes a piece differ from all of the other text.
type Difference string

// The differences. Same is that of words, and of what both texts have.
const (
	Same   Difference = ""
	Number Difference = "number"
	Unit   Difference = "unit" // the number is there, in another unit
	Date   Difference = "date"
	Time   Difference = "time"
	Code   Difference = "code" // letters and digits together: a container, a plate
)

// Piece is a part of a text. All pieces of a text in their order are that text.
type Piece struct {
	Text    string
	Differs Difference
}

// Texts cuts both texts into pieces and marks what the other does not have as often. Each piece of one answers for one of
// the other; a number in words (eleven, mười một) answers for one in figures and is itself never marked.
func Texts(a, b Text) (ofA, ofB []Piece) {
	left, right := find(a), find(b)
	meet(left, right, func(x, y token) bool { return !x.word && !y.word && x.is == y.is && x.unit == y.unit })
	meet(left, right, func(x, y token) bool { return x.word != y.word && x.is == y.is && x.unit == y.unit })
	sameNumber := func(x, y token) bool {
		return x.kind == Number && y.kind == Number && x.is == y.is && !x.word && !y.word
	}
	for i, j := range pairs(left, right, sameNumber) {
		left[i].kind, right[j].kind = Unit, Unit
	}
	return pieces(a.Text, left), pieces(b.Text, right)
}

// meet lets tokens of both sides answer for each other, the first for the first.
func meet(left, right []token, fits func(x, y token) bool) {
	for i, j := range pairs(left, right, fits) {
		left[i].met, right[j].met = true, true
	}
}

// pairs are the places of tokens that have met nobody yet and fit each other.
func pairs(left, right []token, fits func(x, y token) bool) map[int]int {
	found, taken := map[int]int{}, map[int]bool{}
	for i, x := range left {
		for j, y := range right {
			if !x.met && !y.met && !taken[j] && fits(x, y) {
				found[i], taken[j] = j, true
				break
			}
		}
	}
	return found
}

func pieces(text string, tokens []token) []Piece {
	var out []Piece
	at := 0
	for _, t := range tokens {
		if t.met || t.word {
			continue
		}
		if t.from > at {
			out = append(out, Piece{Text: text[at:t.from]})
		}
		out = append(out, Piece{Text: text[t.from:t.to], Differs: t.kind})
		at = t.to
	}
	if at < len(text) {
		out = append(out, Piece{Text: text[at:]})
	}
	return out
}
