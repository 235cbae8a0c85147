package canonical

import (
	"bytes"
	"errors"
	"strconv"
	"strings"

	"github.com/go-json-experiment/json/jsontext"
)

// checkNumbers refuses the first number of doc that its canonical form would change. It does not judge syntax.
func checkNumbers(doc []byte) error {
	for i := 0; i < len(doc); {
		switch c := doc[i]; {
		case c == '"':
			i += stringLength(doc[i:])
		case c == '-' || '0' <= c && c <= '9':
			n := numberLength(doc[i:])
			if !exact(string(doc[i : i+n])) {
				return ErrNumber
			}
			i += n
		default:
			i++
		}
	}
	return nil
}

// stringLength is the length of the string literal that doc begins with, quotes included; an open one runs to the end.
func stringLength(doc []byte) int {
	for i := 1; i < len(doc); i++ {
		switch doc[i] {
		case '\\':
			i++
		case '"':
			return i + 1
		}
	}
	return len(doc)
}

func numberLength(doc []byte) int {
	if n := bytes.IndexFunc(doc, func(r rune) bool { return !strings.ContainsRune("+-.0123456789eE", r) }); n >= 0 {
		return n
	}
	return len(doc)
}

// exact says that literal and its canonical form are the same decimal value. A literal that is no number is left to the
// parser, which refuses it for what it is.
func exact(literal string) bool {
	if short(literal) {
		return true
	}
	f, err := strconv.ParseFloat(literal, 64)
	if err != nil {
		return !errors.Is(err, strconv.ErrRange)
	}
	return decimalOf(literal) == decimalOf(jsontext.Float(f).String())
}

// short tells the numbers that bodies have, a few digits and nothing else, which every double holds.
func short(literal string) bool {
	const certain = 15 // digits that a double keeps whatever they are
	return len(literal) <= certain && strings.Trim(literal, "0123456789") == ""
}

// decimal is a value written one way only: 0.digits × 10^exponent, digits without zeros at either end; zero has none.
type decimal struct {
	negative bool
	digits   string
	exponent int
}

// decimalOf reads a number literal. An exponent too large for an int gives one that no canonical form has, so the two
// differ, which is right: all such values but zero are out of range.
func decimalOf(literal string) decimal {
	unsigned, negative := strings.CutPrefix(literal, "-")
	mantissa, power, _ := strings.Cut(strings.ToLower(unsigned), "e")
	whole, fraction, _ := strings.Cut(mantissa, ".")
	exponent, _ := strconv.Atoi(power) // empty is 0; out of range is the largest int of that sign
	significant := strings.TrimLeft(whole+fraction, "0")
	if significant == "" {
		return decimal{}
	}
	exponent += len(whole) - (len(whole) + len(fraction) - len(significant))
	return decimal{negative: negative, digits: strings.TrimRight(significant, "0"), exponent: exponent}
}
