package evidence

import (
	"context"
	"fmt"
	"slices"
	"time"

	"verigate/internal/record"
)

// Log reads what was written. It is safe for concurrent use.
type Log struct {
	Store Store
	Vault record.Vault
}

// chunk is how many messages are read at once.
const chunk = 256

// reach is how many messages one look goes back at most: about a second's work.
const reach = 20_000

// Place is where an entry stands: in which message, and there from 0. The zero value is behind the last.
type Place struct {
	Sequence uint64 `json:"s"`
	Index    int    `json:"i"`
}

// Found is an entry with its place.
type Found struct {
	Place
	Entry
}

// Look is a piece of the evidence, the newest first. Next is where it goes on, zero at the beginning of the evidence; To is the
// time that it went back to, zero when nothing was looked at.
type Look struct {
	Items []Found
	Next  Place
	To    time.Time
}

// Back looks back from a place for entries that fit, until there are as many as asked for, or as far as one look reaches. A
// message that stands twice is looked at once. One that does not open is an error that names its sequence, never passed over.
func (l Log) Back(ctx context.Context, from Place, limit int, fits func(Entry) bool) (out Look, err error) {
	met := map[string]uint64{} // of each writer the lowest number so far: what is not below it stands twice
	if from == (Place{}) {
		at, err := l.Store.Extent(ctx)
		if err != nil {
			return out, err
		}
		from.Sequence = at.Last + 1
	} else if met, err = l.behind(ctx, from); err != nil {
		return out, err
	}
	for looked := 0; from.Sequence > 1 || from.Index > 0; looked += chunk {
		if looked >= reach {
			out.Next = from
			return out, nil
		}
		first, n := piece(from)
		messages, err := l.Store.Read(ctx, first, n)
		if err != nil {
			return out, fmt.Errorf("read evidence: %w", err)
		}
		if len(messages) != n || messages[0].Sequence != first {
			return out, fmt.Errorf("read evidence: %d messages from sequence %d on: %w", len(messages), first, record.ErrGap)
		}
		for i := n - 1; i >= 0; i-- {
			m := messages[i]
			if last, known := met[m.Writer]; known && m.Number >= last {
				continue // the same, as it was written first
			}
			met[m.Writer] = m.Number
			if full, err := l.of(ctx, m, from, limit, fits, &out); full || err != nil {
				return out, err
			}
		}
		from = Place{Sequence: first}
	}
	return out, nil
}

// copies is within how many messages a repeat stands of what it repeats: seconds, in which other gateways write too.
const copies = 64

// behind says what was met before a place was reached.
func (l Log) behind(ctx context.Context, from Place) (map[string]uint64, error) {
	first := from.Sequence
	if from.Index > 0 {
		first++
	}
	messages, err := l.Store.Read(ctx, first, copies)
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	met := map[string]uint64{}
	for _, m := range slices.Backward(messages) {
		met[m.Writer] = m.Number
	}
	return met, nil
}

// piece is what to read so that everything before a place follows.
func piece(from Place) (first uint64, n int) {
	last := from.Sequence
	if from.Index == 0 {
		last--
	}
	first = 1
	if last > chunk {
		first = last - chunk + 1
	}
	return first, int(last - first + 1) //nolint:gosec // at most a chunk
}

// of takes the entries of a message that fit, the last first, and says whether there are as many as asked for.
func (l Log) of(ctx context.Context, m Message, from Place, limit int, fits func(Entry) bool, out *Look) (full bool, err error) {
	entries, err := Open(ctx, l.Vault, m)
	if err != nil {
		return false, fmt.Errorf("evidence at sequence %d: %w", m.Sequence, err)
	}
	last := len(entries)
	if m.Sequence == from.Sequence {
		last = min(from.Index, last)
	}
	for i := last - 1; i >= 0; i-- {
		out.To = entries[i].At
		if !fits(entries[i]) {
			continue
		}
		place := Place{Sequence: m.Sequence, Index: i}
		out.Items = append(out.Items, Found{Place: place, Entry: entries[i]})
		if len(out.Items) == limit {
			if place != (Place{Sequence: 1}) {
				out.Next = place
			}
			return true, nil
		}
	}
	return false, nil
}
