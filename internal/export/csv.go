// Package export writes tables for spreadsheets: CSV as RFC 4180 has it, in UTF-8 with a byte order mark, by which the
// common programs know the encoding. A text that such a program would take for a formula is written with an apostrophe
// before it, so that it stays a text; what is ours (numbers, times) is written as it is. Nothing is known here of what
// the rows mean or who may read them.
package export

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode"
)

// mark is the byte order mark of UTF-8.
const mark = "\ufeff"

// Cell is one value of a row, written safely. The zero Cell is empty.
type Cell struct{ written string }

// Text is a text of whatever origin. What is no UTF-8 in it is replaced, and each of its line ends is that of the file.
func Text(s string) Cell {
	s = strings.ToValidUTF8(s, "\ufffd")
	if formula(s) {
		s = "'" + s
	}
	return Cell{strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(s)} // encoding/csv writes CR LF and drops a lone CR
}

// Texts are several texts in one cell, separated by spaces.
func Texts[T ~string](all []T) Cell {
	words := make([]string, len(all))
	for i, s := range all {
		words[i] = string(s)
	}
	return Text(strings.Join(words, " "))
}

// Integers are several whole numbers in one cell, separated by spaces.
func Integers(all []int) Cell {
	words := make([]string, len(all))
	for i, n := range all {
		words[i] = strconv.Itoa(n)
	}
	return Text(strings.Join(words, " "))
}

// Integer is a whole number.
func Integer(n int) Cell { return Cell{strconv.Itoa(n)} }

// Decimal is a number with a point, as short as it can be.
func Decimal(n float32) Cell { return Cell{strconv.FormatFloat(float64(n), 'f', -1, 32)} }

// Truth is true or false.
func Truth(b bool) Cell { return Cell{strconv.FormatBool(b)} }

// Instant is RFC 3339 in UTC; empty for the zero time.
func Instant(t time.Time) Cell {
	if t.IsZero() {
		return Cell{}
	}
	return Cell{t.UTC().Format(time.RFC3339Nano)}
}

// formula says whether a spreadsheet may take the text for a formula: by its first sign, also behind white space and
// signs that are not drawn, and in the full width in which some input methods write it.
func formula(s string) bool {
	if s != "" && strings.ContainsRune("\t\r\n", rune(s[0])) {
		return true
	}
	s = strings.TrimLeftFunc(s, func(r rune) bool { return unicode.IsSpace(r) || unicode.In(r, unicode.Cf, unicode.Cc) })
	return strings.IndexAny(s, "=+-@＝＋－＠") == 0
}

// Column is a column of a table of T.
type Column[T any] struct {
	Name string // stable, snake_case
	Cell func(T) Cell
}

// CSV writes a table: a line of names, then one for each row, each ended by CR LF. Whole, so that nobody is sent the
// beginning of what then fails.
func CSV[T any](columns []Column[T], rows []T) ([]byte, error) {
	var out bytes.Buffer
	out.WriteString(mark)
	w := csv.NewWriter(&out)
	w.UseCRLF = true
	line := make([]string, len(columns))
	for i, c := range columns {
		line[i] = c.Name
	}
	if err := w.Write(line); err != nil {
		return nil, fmt.Errorf("write the names of columns: %w", err)
	}
	for _, r := range rows {
		for i, c := range columns {
			line[i] = c.Cell(r).written
		}
		if err := w.Write(line); err != nil {
			return nil, fmt.Errorf("write a row: %w", err)
		}
	}
	w.Flush()
	return out.Bytes(), w.Error()
}
