package evidence

import (
	"context"
	"fmt"
)

// taker is handed the evidence in its order: each message that opens, and each flaw, one message or one gap at a time.
type taker interface {
	take(m Message, entries []Entry)
	flaw(f Flaw)
}

// forward hands on what is behind a sequence, some messages up to an end, and says how far it came. A sequence that is
// missing is a gap once something is behind it.
func (l Log) forward(ctx context.Context, after, end uint64, to taker) (at uint64, err error) {
	messages, err := l.Store.Read(ctx, after+1, int(min(end-after, chunk)))
	if err != nil {
		return after, err
	}
	if len(messages) == 0 {
		return after, fmt.Errorf("evidence behind sequence %d: %w", after, ErrUnavailable) // a replica that is behind
	}
	for _, m := range messages {
		entries, err := Open(ctx, l.Vault, m)
		var bad Flaw
		if err != nil {
			if bad, err = flawed(m, err); err != nil {
				return after, err
			}
		}
		if m.Sequence > after+1 {
			to.flaw(Flaw{Sequence: after + 1, Messages: m.Sequence - after - 1, Code: CodeGap})
		}
		if bad.Code != "" {
			to.flaw(bad)
		} else {
			to.take(m, entries)
		}
		after = m.Sequence
	}
	return after, nil
}

// flaws are those that were met, neighbours in one.
type flaws []Flaw

func (f *flaws) take(Message, []Entry) {}

func (f *flaws) flaw(one Flaw) {
	if n := len(*f); n > 0 && (*f)[n-1].touches(one) {
		(*f)[n-1].Messages += one.Messages
		return
	}
	*f = append(*f, one)
}

// Flaws opens the whole evidence and returns all that is not as it was written, in order. An error says that not all
// could be asked for.
func (l Log) Flaws(ctx context.Context) ([]Flaw, error) {
	end, err := l.Store.Extent(ctx)
	if err != nil {
		return nil, err
	}
	var all flaws
	for at := uint64(0); at < end.Last; {
		if at, err = l.forward(ctx, at, end.Last, &all); err != nil {
			return all, err
		}
	}
	return all, nil
}
