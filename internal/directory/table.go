package directory

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"
)

// row is one line of a table, by column.
type row struct {
	at    string // file:line, for problems
	cells map[string]string
}

func (r row) get(column string) string { return strings.TrimSpace(r.cells[column]) }

// list splits a cell at semicolons.
func (r row) list(column string) []string {
	var items []string
	for item := range strings.SplitSeq(r.get(column), ";") {
		if item = strings.TrimSpace(item); item != "" {
			items = append(items, item)
		}
	}
	return items
}

// number reads a cell of digits; 0 is none.
func (r row) number(column string) int {
	n, err := strconv.Atoi(r.get(column))
	if err != nil {
		return 0
	}
	return n
}

func (r row) validity() Validity {
	return Validity{From: r.get("valid_from"), To: r.get("valid_to")}
}

// loader reads files and gathers every problem instead of stopping at the first.
type loader struct {
	files    fs.FS
	problems []error
}

func (l *loader) problem(at, format string, args ...any) {
	l.problems = append(l.problems, fmt.Errorf("%s: %w", at, fmt.Errorf(format, args...)))
}

func (l *loader) err() error { return errors.Join(l.problems...) }

// table reads a file whose header has exactly these columns, in any order.
func (l *loader) table(file string, columns ...string) []row {
	f, err := l.files.Open(file)
	if err != nil {
		l.problem(file, "%w", err)
		return nil
	}
	defer func() { _ = f.Close() }() // read only: nothing is lost
	lines, err := csv.NewReader(f).ReadAll()
	if err != nil {
		l.problem(file, "%w", err)
		return nil
	}
	if len(lines) == 0 || !l.header(file, lines[0], columns) {
		return nil
	}
	rows := make([]row, 0, len(lines)-1)
	for i, line := range lines[1:] {
		cells := make(map[string]string, len(line))
		for c, cell := range line {
			cells[lines[0][c]] = cell
		}
		rows = append(rows, row{at: fmt.Sprintf("%s:%d", file, i+2), cells: cells})
	}
	return rows
}

func (l *loader) header(file string, got, want []string) bool {
	before := len(l.problems)
	for i, column := range got {
		if !slices.Contains(want, column) || slices.Contains(got[:i], column) {
			l.problem(file, "column %q is unknown or repeated", column)
		}
	}
	for _, column := range want {
		if !slices.Contains(got, column) {
			l.problem(file, "column %q is missing", column)
		}
	}
	return len(l.problems) == before
}
