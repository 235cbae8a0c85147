// Package unseen finds the characters of a text that a reader does not see or that turn the order of what is read:
// bidirectional marks, characters without width, control characters. It is pure.
//
// A release is approved by what somebody reads, and is bound to bytes. Where the two can part, the characters between them
// are drawn (UTS 39 and UTR 36 tell of texts that read otherwise than they are).
package unseen

import (
	"fmt"
	"unicode"
)

// Kind is what a character does unseen.
type Kind string

// The kinds. Plain is that of text which is what it looks like.
const (
	Plain     Kind = ""
	Direction Kind = "direction" // turns the order in which characters are read
	NoWidth   Kind = "no_width"  // takes no room
	Control   Kind = "control"   // a control character other than tab and line feed, and U+2028 and U+2029
)

// Piece is a part of a text: a run of plain characters, or one that is unseen. All pieces in their order are the text.
type Piece struct {
	Text string
	Kind Kind
	Name string // of one that is unseen: U+202E
}

// Cut parts a text. A byte that is no UTF-8 is a piece of kind Control, for nobody can read it.
func Cut(text string) []Piece {
	var out []Piece
	begin := 0
	for at, r := range text {
		kind := kindOf(r)
		size := len(string(r))
		if r == unicode.ReplacementChar && !isReplacement(text[at:]) {
			kind, size = Control, 1
		}
		if kind == Plain {
			continue
		}
		if at > begin {
			out = append(out, Piece{Text: text[begin:at]})
		}
		out = append(out, Piece{Text: text[at : at+size], Kind: kind, Name: fmt.Sprintf("U+%04X", r)})
		begin = at + size
	}
	if begin < len(text) {
		out = append(out, Piece{Text: text[begin:]})
	}
	return out
}

// isReplacement says whether U+FFFD is written there, which is a byte that was lost before and can be seen.
func isReplacement(text string) bool {
	return len(text) >= 3 && text[:3] == string(unicode.ReplacementChar)
}

// Count is how many characters of a text are unseen.
func Count(text string) int {
	n := 0
	for _, p := range Cut(text) {
		if p.Kind != Plain {
			n++
		}
	}
	return n
}

func kindOf(r rune) Kind {
	switch {
	case unicode.Is(unicode.Bidi_Control, r):
		return Direction
	case r == '\t', r == '\n':
		return Plain
	case unicode.In(r, unicode.Cc, unicode.Zl, unicode.Zp):
		return Control
	case unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector):
		return NoWidth
	}
	return Plain
}
