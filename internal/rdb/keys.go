package rdb

import (
	"slices"
	"sync"

	"verigate/internal/board"
	"verigate/internal/statistics"
)

// keys names everything that this program keeps in Redis. All names of one board share the hash tag {name}: scripts
// touch a row and its sets together, so in a cluster they must lie in one slot.
type keys struct {
	name  string
	names *setNames
}

// layout counts what was changed so that an earlier release's board would be misread: in 2 each compartment has twins of its
// own, in 3 the counters of the statistics leave out the clocks that an end cut off, in 4 information is acknowledged, and what
// the rules void and whom they exclude is gone from rows, in 5 rows are flagged for what the lead or the desk was proposed, and
// what is owed an answer again is on the board, in 6 also what has ended and whose recall the partner has not read, in
// 7 nobody waits to release what an answer has overtaken. A release with another layout begins its own board and follows the record
// from the beginning; what was before is removed by the next rebuild.
const layout = "7"

// live points to the generation that is served.
func (k keys) live() string { return "{" + k.name + "}:live:" + layout }

// generations is the set of all generations that may have keys.
func (k keys) generations() string { return "{" + k.name + "}:generations" }

// allowance is a string: when the burst of a caller's lane is whole again, in microseconds. Each has a hash tag of its own,
// for in a cluster they need not lie in one slot.
func (k keys) allowance(of string) string {
	return "{" + k.name + ":allowance:" + k.names.blind("allowance", of) + "}"
}

// generation names the keys of one board, from its beginning to its end.
type generation struct {
	keys
	id string
}

func (k keys) generation(id string) generation { return generation{keys: k, id: id} }

func (g generation) prefix() string { return "{" + g.name + "}:" + g.id }

// position is a hash: s the sequences, one of each partition of the record, t the time in microseconds. Its absence says that the generation is not in use.
func (g generation) position() string { return g.prefix() + ":position" }

// ids is a sorted set of all request ids, all with score 0.
func (g generation) ids() string { return g.prefix() + ":ids" }

// rows is what row names begin with.
func (g generation) rows() string { return g.prefix() + ":row:" }

// row is a hash: s the sequence, b p t n the sealed parts (n only where there are notices), x the entries in sets as packed
// gives them, c what it adds to counters as counted gives it; by x and c it is also left out of a reader's numbers.
func (g generation) row(id board.RequestID) string { return g.rows() + string(id) }

// rowsOf are the rows of requests, each once.
func (g generation) rowsOf(ids []board.RequestID) []string {
	var rows []string
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		rows = append(rows, g.row(id))
	}
	return rows
}

// sets is what the names of sets begin with.
func (g generation) sets() string { return g.prefix() + ":set:" }

// set is a sorted set. Its name tells nothing without the key.
func (g generation) set(s board.Set) string { return g.sets() + g.hidden(s) }

// cells is what the names of cells begin with.
func (g generation) cells() string { return g.prefix() + ":cell:" }

// cell is a hash: n the sealed name of the cell, l its sheets, all else counters. Its own name tells nothing without
// the key.
func (g generation) cell(hidden string) string { return g.cells() + hidden }

// sheets is what the names of sheets begin with.
func (g generation) sheets() string { return g.prefix() + ":sheet:" }

// sheet is a set of the hidden names of cells.
func (g generation) sheet(s statistics.Sheet) string { return g.sheets() + g.hiddenSheet(s) }

func (k keys) hiddenSheet(s statistics.Sheet) string {
	return k.names.blind("statistics sheet", string(s))
}

func (k keys) hidden(s board.Set) string { return k.names.of(s) }

// namesKept bounds what setNames remembers: no deployment has as many degrees, states, units, partners and campaigns.
const namesKept = 4096

// setNames hides the names of sets. Each update of a request names a dozen, most of them the same as the last one's: those
// that are shared are remembered. It is safe for concurrent use.
type setNames struct {
	blind func(purpose, value string) string

	mu    sync.RWMutex
	known map[board.Set]string // guarded by mu
}

func newSetNames(blind func(purpose, value string) string) *setNames {
	return &setNames{blind: blind, known: map[board.Set]string{}}
}

func (n *setNames) of(s board.Set) string {
	n.mu.RLock()
	name, ok := n.known[s]
	n.mu.RUnlock()
	if ok {
		return name
	}
	name = n.blind("board set", string(s))
	if s.Shared() {
		n.mu.Lock()
		if len(n.known) < namesKept {
			n.known[s] = name
		}
		n.mu.Unlock()
	}
	return name
}
