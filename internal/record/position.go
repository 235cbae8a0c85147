package record

import (
	"fmt"
	"strconv"
	"strings"
)

// Partitions is into how many partitions a record is divided at most. Each is a log of its own on the disk, so that
// one is synced while another is written; more than two gained nothing on two CPUs. An aggregate lies in one of them for
// good, whole and in order. There is no order between partitions: what needs one, such as principals and calendars, lies
// in the first.
const Partitions = 2

// Place is where a message stands in the record.
type Place struct {
	Partition int
	Sequence  uint64 // in the partition, from 1; 0 before the message is appended
}

// String is "partition 2 sequence 17".
func (p Place) String() string {
	return fmt.Sprintf("partition %d sequence %d", p.Partition, p.Sequence)
}

// Position is how much of the record somebody has taken, or how much there is: of each partition, the sequence of the
// last message. Zero is nothing. A record that has fewer partitions leaves the others at zero.
type Position [Partitions]uint64

// Has says whether the message at a place is among what was taken.
func (p Position) Has(at Place) bool { return at.Sequence <= p[at.Partition] }

// With is the position once the message at a place was taken too. It never goes back.
func (p Position) With(at Place) Position {
	p[at.Partition] = max(p[at.Partition], at.Sequence)
	return p
}

// Covers says whether everything up to another position was taken.
func (p Position) Covers(q Position) bool { return p.And(q) == q }

// And is what two have in common: of each partition the smaller.
func (p Position) And(q Position) Position {
	for i := range p {
		p[i] = min(p[i], q[i])
	}
	return p
}

// Or is what one of two has: of each partition the greater.
func (p Position) Or(q Position) Position {
	for i := range p {
		p[i] = max(p[i], q[i])
	}
	return p
}

// Count is how many messages there are up to the position.
func (p Position) Count() uint64 {
	var n uint64
	for _, sequence := range p {
		n += sequence
	}
	return n
}

// Lacks is how many messages up to an end were not taken.
func (p Position) Lacks(end Position) uint64 { return end.Count() - p.And(end).Count() }

// String is one number for each partition, "17.4": how a position is kept outside the program. Those at the end that are
// zero are left out, so that of a record of one partition it is one number, as it was before there were several.
func (p Position) String() string {
	used := len(p)
	for used > 1 && p[used-1] == 0 {
		used--
	}
	numbers := make([]string, used)
	for i := range numbers {
		numbers[i] = strconv.FormatUint(p[i], 10)
	}
	return strings.Join(numbers, ".")
}

// ParsePosition reads what String wrote.
func ParsePosition(s string) (Position, error) {
	var p Position
	parts := strings.Split(s, ".")
	if len(parts) > len(p) {
		return Position{}, fmt.Errorf("position of %d partitions, of which there are %d: %w", len(parts), len(p), ErrUnreadable)
	}
	for i, part := range parts {
		n, err := strconv.ParseUint(part, 10, 64)
		if err != nil {
			return Position{}, fmt.Errorf("position in partition %d: %w", i, ErrUnreadable)
		}
		p[i] = n
	}
	return p, nil
}

// In is the partition in which an aggregate lies, in a record of n: requests are spread by a hash of their id, all
// else is in the first.
func (s Subject) In(n int) int {
	if s.Kind != KindRequest || n < 2 {
		return 0
	}
	const offset, prime = 2166136261, 16777619 // FNV-1a: whoever computes it elsewhere, for good, gets the same
	h := uint32(offset)
	for _, c := range []byte(s.ID) {
		h = (h ^ uint32(c)) * prime
	}
	return int(h % uint32(n)) //nolint:gosec // n is small and positive
}
