package rdb

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"sync"

	"verigate/internal/board"
	"verigate/internal/record"
	"verigate/internal/statistics"
)

// cellsKept bounds what cellNames remembers. What is forgotten is sealed again.
const cellsKept = 16_384

// cellNames remembers how cells are written: each update of a request names a dozen, most of them those of the last one. It
// is safe for concurrent use.
type cellNames struct {
	mu    sync.Mutex
	known map[statistics.Cell]cellName // guarded by mu
}

// cellName is a cell as Redis holds it.
type cellName struct {
	hidden string
	line   string // how apply.lua is told of it
}

// cellName hides the name of a cell and seals it: the hash finds it, what is sealed tells which it is.
func (s *Store) cellName(c statistics.Cell) (cellName, error) {
	s.cells.mu.Lock()
	defer s.cells.mu.Unlock()
	if name, ok := s.cells.known[c]; ok {
		return name, nil
	}
	plain, err := json.Marshal(c)
	if err != nil {
		return cellName{}, fmt.Errorf("encode a cell: %w", err)
	}
	hidden := s.keys.names.blind("statistics cell", string(plain))
	sealed, err := s.seal.Seal(cellBinding(hidden), plain)
	if err != nil {
		return cellName{}, fmt.Errorf("seal a cell: %w", err)
	}
	var sheets []string
	for _, sheet := range c.Sheets() {
		sheets = append(sheets, s.keys.hiddenSheet(sheet))
	}
	name := cellName{hidden, hidden + " " + base64.RawStdEncoding.EncodeToString(sealed) + " " + strings.Join(sheets, ",") + "\n"}
	if s.cells.known == nil || len(s.cells.known) >= cellsKept {
		s.cells.known = map[statistics.Cell]cellName{}
	}
	s.cells.known[c] = name
	return name, nil
}

func cellBinding(hidden string) string { return "statistics cell " + hidden }

// enrolling tells of each cell that the updates add to, once.
func (s *Store) enrolling(updates []board.Update) (string, error) {
	var b strings.Builder
	told := map[statistics.Cell]bool{}
	for _, u := range updates {
		for _, share := range u.Counts {
			for _, c := range share.Cells {
				if told[c] {
					continue
				}
				told[c] = true
				name, err := s.cellName(c)
				if err != nil {
					return "", err
				}
				b.WriteString(name.line)
			}
		}
	}
	return b.String(), nil
}

// counted is a contribution as the script reads it: a line for each share, "cells|counter number …", always in one order.
func (s *Store) counted(of statistics.Contribution) (string, error) {
	var b strings.Builder
	for _, share := range of {
		for _, c := range share.Cells {
			name, err := s.cellName(c)
			if err != nil {
				return "", err
			}
			b.WriteString(name.hidden + " ")
		}
		b.WriteString("|")
		for _, counter := range slices.Sorted(maps.Keys(share.Counts)) {
			if strings.ContainsAny(string(counter), " \n|") || len(counter) < 2 {
				return "", errors.New("a counter whose name cannot be written")
			}
			b.WriteString(string(counter) + " " + strconv.FormatInt(share.Counts[counter], 10) + " ")
		}
		b.WriteString("\n")
	}
	return b.String(), nil
}

// cellsTogether is how many cells one run of the script reads: some thousand fields.
const cellsTogether = 64

// Counted is board.Reader's.
func (s *Store) Counted(ctx context.Context, sheets []statistics.Sheet, without ...board.RequestID) (out board.Counted, err error) {
	err = s.reading(ctx, func(g generation) error {
		out = board.Counted{}
		hidden, err := s.cellsOf(ctx, g, sheets)
		if err != nil {
			return err
		}
		rows := g.rowsOf(without)
		calls := []call{g.reading(nil, nil)} // also without cells: is the generation in use?
		for part := range slices.Chunk(hidden, cellsTogether) {
			calls = append(calls, g.reading(part, rows))
		}
		replies, err := s.run(ctx, s.scripts.cells, calls)
		if err != nil {
			return err
		}
		for i, reply := range replies {
			list, err := stringsOf(reply)
			if err != nil {
				return err
			}
			if len(list) < 2 {
				return errBehind(record.Position{})
			}
			if out.AsOf, err = positionOf(list[0], list[1]); err != nil {
				return err
			}
			from := max(i-1, 0) * cellsTogether
			if err := s.openCells(list[2:], hidden[from:], &out); err != nil {
				return err
			}
		}
		return nil
	})
	return out, err
}

// reading is one run of the script. It reads the rows in the same moment as the cells: each run leaves out what it counts.
func (g generation) reading(cells, without []string) call {
	c := call{keys: []string{g.position()}, args: []any{len(cells), g.cells()}}
	for _, cell := range cells {
		c.keys = append(c.keys, g.cell(cell))
	}
	c.keys = append(c.keys, without...)
	return c
}

// cellsOf lists the cells of sheets, each once.
func (s *Store) cellsOf(ctx context.Context, g generation, sheets []statistics.Sheet) ([]string, error) {
	var all []string
	for _, sheet := range sheets {
		members, err := s.client.SMembers(ctx, g.sheet(sheet)).Result()
		if err != nil {
			return nil, s.failure(ctx, err)
		}
		all = append(all, members...)
	}
	slices.Sort(all)
	return slices.Compact(all), nil
}

// openCells reads what the script says of cells. One that has gone meanwhile, or of which nothing is left, has no fields.
func (s *Store) openCells(list, hidden []string, out *board.Counted) error {
	for len(list) > 0 {
		n, err := strconv.Atoi(list[0])
		if err != nil || n < 0 || n > len(list)-1 || n%2 != 0 || len(hidden) == 0 {
			return errors.New("reply about cells that is none")
		}
		if n > 0 {
			cell, err := s.openCell(hidden[0], list[1:n+1])
			if err != nil {
				return fmt.Errorf("cell of the statistics: %w", err)
			}
			out.Cells = append(out.Cells, cell)
		}
		list, hidden = list[n+1:], hidden[1:]
	}
	return nil
}

func (s *Store) openCell(hidden string, fields []string) (statistics.Counted, error) {
	out := statistics.Counted{Counts: statistics.Counts{}}
	for ; len(fields) >= 2; fields = fields[2:] {
		switch name, value := fields[0], fields[1]; name {
		case "l":
		case "n":
			sealed, err := base64.RawStdEncoding.DecodeString(value)
			if err != nil {
				return out, fmt.Errorf("name: %w", err)
			}
			plain, err := s.seal.Open(cellBinding(hidden), sealed)
			if err != nil {
				return out, fmt.Errorf("open: %w", err)
			}
			if err := json.Unmarshal(plain, &out.Cell); err != nil {
				return out, fmt.Errorf("decode: %w", err)
			}
		default:
			n, err := strconv.ParseInt(value, 10, 64)
			if err != nil {
				return out, fmt.Errorf("counter: %w", err)
			}
			out.Counts[statistics.Counter(name)] = n
		}
	}
	return out, nil
}

// uncount removes the cells of a generation that has ended.
func (s *Store) uncount(ctx context.Context, g generation) error {
	hidden, err := s.cellsOf(ctx, g, []statistics.Sheet{statistics.AllCells})
	if err != nil {
		return err
	}
	var calls []call
	for part := range slices.Chunk(hidden, cellsTogether) {
		c := call{args: []any{g.sheets()}}
		for _, cell := range part {
			c.keys, c.args = append(c.keys, g.cell(cell)), append(c.args, cell)
		}
		calls = append(calls, c)
	}
	if len(calls) == 0 {
		return nil
	}
	_, err = s.run(ctx, s.scripts.uncount, calls)
	return err
}
