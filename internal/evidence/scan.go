package evidence

import (
	"context"
	"fmt"
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

// Found is an entry with its place, or a flaw, whose place is its first message.
type Found struct {
	Place
	Entry
	Flaw *Flaw // nil: it is an entry
}

// Look is a piece of the evidence, the newest first. Next is where it goes on, zero at the beginning of the evidence; To is the
// time that it went back to, zero when no entry was looked at.
type Look struct {
	Items []Found
	Next  Place
	To    time.Time
}

// Back looks back from a place for entries that fit, until there are as many as asked for, or as far as one look reaches. A
// message that stands twice is looked at once. What is not as it was written is an item of its own whatever fits, for what
// was in it might: it is never passed over, and what lies behind it is looked at all the same. An error says nothing
// of the evidence: the store, or the keys, could not be asked.
func (l Log) Back(ctx context.Context, from Place, limit int, fits func(Entry) bool) (Look, error) {
	b := lookingBack{Log: l, from: from, limit: limit, fits: fits, met: map[numbered]bool{}}
	if from == (Place{}) {
		at, err := l.Store.Extent(ctx)
		if err != nil {
			return b.out, err
		}
		b.from.Sequence = at.Last + 1
	} else if err := b.behind(ctx); err != nil {
		return b.out, err
	}
	for looked := 0; b.from.Sequence > 1 || b.from.Index > 0; looked += chunk {
		if looked >= reach {
			b.out.Next = b.from
			return b.out, nil
		}
		first, n := piece(b.from)
		messages, err := l.piece(ctx, first, n)
		if err != nil {
			return b.out, err
		}
		for sequence := first + uint64(n) - 1; sequence >= first; sequence-- { //nolint:gosec // at most a chunk
			m, there := messages[sequence]
			if full, err := b.message(ctx, sequence, m, there); full || err != nil {
				return b.out, err
			}
		}
		b.from = Place{Sequence: first}
	}
	return b.out, nil
}

// piece reads n messages from a sequence on, those that are there. One that is behind what could be read may be missing, or not
// have come to the replica that was asked yet: ErrUnavailable, until more is written.
func (l Log) piece(ctx context.Context, first uint64, n int) (map[uint64]Message, error) {
	read, err := l.Store.Read(ctx, first, n)
	if err != nil {
		return nil, fmt.Errorf("read evidence: %w", err)
	}
	last := first + uint64(n) - 1 //nolint:gosec // at most a chunk
	if len(read) == 0 || read[len(read)-1].Sequence < last {
		return nil, fmt.Errorf("evidence up to sequence %d: %w", last, ErrUnavailable)
	}
	messages := make(map[uint64]Message, n)
	for _, m := range read {
		messages[m.Sequence] = m
	}
	return messages, nil
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

// numbered is a message by its writer.
type numbered struct {
	writer string
	number uint64
}

// lookingBack is one look.
type lookingBack struct {
	Log
	from  Place
	limit int
	fits  func(Entry) bool
	met   map[numbered]bool // whatever is met again stands twice. Of what opened alone: the clear header of the rest proves nothing
	out   Look
}

// copies is within how many messages a repeat stands of what it repeats: seconds, in which other gateways write too.
const copies = 64

// behind finds out what was met before a place was reached.
func (b *lookingBack) behind(ctx context.Context) error {
	first := b.from.Sequence
	if b.from.Index > 0 {
		first++
	}
	messages, err := b.Store.Read(ctx, first, copies)
	if err != nil {
		return fmt.Errorf("read evidence: %w", err)
	}
	for _, m := range messages {
		if _, err := Open(ctx, b.Vault, m); err == nil {
			b.met[numbered{m.Writer, m.Number}] = true
		} else if _, err := flawed(m, err); err != nil {
			return err
		}
	}
	return nil
}

// message takes what is at a sequence, and says whether there is as much as asked for.
func (b *lookingBack) message(ctx context.Context, sequence uint64, m Message, there bool) (full bool, err error) {
	if !there {
		return b.flaw(Flaw{Sequence: sequence, Messages: 1, Code: CodeGap}), nil
	}
	entries, err := Open(ctx, b.Vault, m)
	if err != nil {
		flaw, err := flawed(m, err)
		return err == nil && b.flaw(flaw), err
	}
	one := numbered{m.Writer, m.Number}
	if b.met[one] {
		return false, nil
	}
	b.met[one] = true
	last := len(entries)
	if sequence == b.from.Sequence {
		last = min(b.from.Index, last)
	}
	for i := last - 1; i >= 0; i-- {
		b.out.To = entries[i].At
		if b.fits(entries[i]) && b.add(Found{Place: Place{Sequence: sequence, Index: i}, Entry: entries[i]}) {
			return true, nil
		}
	}
	return false, nil
}

// flaw adds what is not as it was written, to its neighbour where that is the same.
func (b *lookingBack) flaw(f Flaw) (full bool) {
	if n := len(b.out.Items); n > 0 && b.out.Items[n-1].Flaw != nil && f.touches(*b.out.Items[n-1].Flaw) {
		f.Messages += b.out.Items[n-1].Flaw.Messages
		b.out.Items[n-1] = Found{Place: Place{Sequence: f.Sequence}, Flaw: &f}
		return false
	}
	return b.add(Found{Place: Place{Sequence: f.Sequence}, Flaw: &f})
}

// add takes an item, and says whether there are as many as asked for, and where it goes on.
func (b *lookingBack) add(found Found) (full bool) {
	b.out.Items = append(b.out.Items, found)
	if len(b.out.Items) < b.limit {
		return false
	}
	if found.Place != (Place{Sequence: 1}) {
		b.out.Next = found.Place
	}
	return true
}
