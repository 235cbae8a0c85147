package notary

import (
	"context"
	"errors"
	"fmt"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

// Difference is something that a stream, or the hashes of it, do not have as it was taken or signed.
type Difference struct {
	Stream   string
	From, To uint64 // the sequences that it is about, both included
	What     string
}

// String names the sequences.
func (d Difference) String() string {
	if d.From == d.To {
		return fmt.Sprintf("%s sequence %d: %s", d.Stream, d.From, d.What)
	}
	return fmt.Sprintf("%s sequences %d to %d: %s", d.Stream, d.From, d.To, d.What)
}

// Verify makes every leaf of every log again from the streams and holds it against what was taken and what was signed.
// It reads everything, and goes on behind whatever it finds.
func (n *Notary) Verify(ctx context.Context) ([]Difference, error) {
	var all []Difference
	for _, l := range n.logs {
		found, err := l.verify(ctx)
		if err != nil {
			return all, fmt.Errorf("verify %s against the ledger: %w", l.origin, err)
		}
		all = append(all, found...)
	}
	return all, nil
}

// verification is one run over a log.
type verification struct {
	*Log
	size     uint64 // of the tree when it began
	end      uint64 // of the stream then
	edge     ledger.Frontier
	signed   map[uint64]found // by size
	good     uint64           // the largest signed size whose root was met
	found    []Difference
	unfit    bool             // the file of hashes was found to be damaged
	messages []ledger.Message // read and not looked at yet
	most     int              // to be read next
}

func (l *Log) verify(ctx context.Context) ([]Difference, error) {
	if _, err := l.source.Last(ctx); errors.Is(err, ErrLost) { // until it is there nothing opens
		return []Difference{{Stream: l.source.Name(), From: 1, To: max(l.tree.size(), 1), What: "the whole stream is lost"}}, nil
	}
	if err := l.ready(ctx); err != nil {
		return nil, err
	}
	end, err := l.source.Last(ctx)
	if err != nil {
		return nil, err
	}
	v := &verification{Log: l, size: l.tree.size(), end: end, signed: map[uint64]found{}, most: readsAtOnce}
	if b := l.State().Broken; b != nil && b.Why != begunAgain { // which is told of all of it
		v.add(b.Sequence, b.Sequence, b.Why)
	}
	if err := v.promises(ctx); err != nil {
		return nil, err
	}
	for sequence := uint64(1); sequence <= v.size; sequence++ {
		err := v.message(ctx, sequence)
		if errors.Is(err, ErrReplaced) {
			return append(v.found, Difference{Stream: v.source.Name(), From: 1, To: v.size, What: begunAgain}), nil
		}
		if err != nil {
			return nil, err
		}
		if err := v.promised(sequence); err != nil {
			return nil, err
		}
	}
	return v.found, nil
}

// opensWithin is how long what keeps a log from being opened may go away by itself, before verify is told of it.
const opensWithin = 10 * time.Second

// ready waits until the log is open, or has ended. One that is being made again takes its time; one that cannot be opened says
// why.
func (l *Log) ready(ctx context.Context) error {
	patience := time.NewTimer(opensWithin)
	defer patience.Stop()
	var resting chan<- chan error // nobody is asked yet
	failure := make(chan error, 1)
	for {
		select {
		case <-l.opened:
			return nil
		case <-l.ended:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		case <-patience.C:
			resting = l.wake
		case resting <- failure: // it rests behind a failure, or has just been opened
			resting = nil
		case err := <-failure:
			if !isClosed(l.opened) {
				return fmt.Errorf("not opened since the start: %w", err)
			}
			return nil
		}
	}
}

func isClosed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

// add puts what is wrong with neighbours in one line.
func (v *verification) add(from, to uint64, what string) {
	if n := len(v.found); n > 0 && v.found[n-1].What == what && v.found[n-1].To+1 == from {
		v.found[n-1].To = to
		return
	}
	v.found = append(v.found, Difference{Stream: v.source.Name(), From: from, To: to, What: what})
}

// promises are all checkpoints that LEDGER has, and the witness's last.
func (v *verification) promises(ctx context.Context) error {
	add := func(where string, note []byte) error {
		known, err := v.parse(nil, where, note)
		if broken, ok := errors.AsType[*BrokenError](err); ok {
			v.add(broken.Sequence, broken.Sequence, broken.Why)
			return nil
		}
		if err != nil || len(known) == 0 {
			return err
		}
		c := known[0]
		if other, twice := v.signed[c.Size]; twice && other.Root != c.Root {
			v.add(1, c.Size, "two roots of one size were signed")
		}
		if c.Size > v.size {
			return v.ahead(ctx, where, c.Size)
		}
		v.signed[c.Size] = c
		return nil
	}
	err := v.parts.Book.All(ctx, v.source.Name(), func(note []byte) error { return add("LEDGER", note) })
	if err != nil || v.parts.Witness == nil {
		return err
	}
	if lacks := v.State().Lacks; lacks > 0 {
		v.add(lacks, lacks, "the witness had the checkpoint of this size, and has it no more: somebody took it away, or the witness was put back")
	}
	note, err := v.parts.Witness.Latest(v.origin)
	if err != nil {
		return err
	}
	return add("the witness", note)
}

// ahead looks at a checkpoint of more than this gateway has taken: another gateway took it sooner, if the stream has it.
func (v *verification) ahead(ctx context.Context, where string, size uint64) error {
	end, err := v.source.Last(ctx)
	if err == nil && size > end {
		v.add(v.size+1, size, where+" knows more than was taken")
	}
	return err
}

// message makes one leaf again. The edge goes on with the leaf that was taken, so that what stands behind a message that
// is lost can be checked too.
func (v *verification) message(ctx context.Context, sequence uint64) error {
	taken, err := v.tree.leaf(sequence)
	if err != nil {
		return err
	}
	m, err := v.next(ctx, sequence)
	switch {
	case err != nil:
		return err
	case m == nil:
		v.add(sequence, sequence, "missing or unreadable")
	case m.Hash() != taken:
		v.add(sequence, sequence, "another message than the one that was taken")
	}
	added, err := v.edge.Add(taken)
	if err != nil {
		return err
	}
	return v.stored(sequence, added)
}

// next is the message with a sequence; nil when it is not to be had.
func (v *verification) next(ctx context.Context, sequence uint64) (*ledger.Message, error) {
	if len(v.messages) == 0 {
		if sequence > v.end {
			return nil, nil
		}
		read, err := v.source.Read(ctx, sequence, v.most)
		if _, missing := errors.AsType[*MissingError](err); missing {
			v.most = 1 // where one is lost, others are: ask no more for what stands behind them
			return nil, nil
		}
		if err != nil || len(read) == 0 {
			return nil, err
		}
		v.messages, v.most = read, readsAtOnce
	}
	m := v.messages[0]
	v.messages = v.messages[1:]
	return &m, nil
}

// stored holds the hashes above a leaf against the file.
func (v *verification) stored(sequence uint64, added []tlog.Hash) error {
	indexes := make([]int64, len(added))
	first := tlog.StoredHashIndex(0, int64(sequence)-1) //nolint:gosec // of a store
	for i := range indexes {
		indexes[i] = first + int64(i)
	}
	have, err := v.tree.ReadHashes(indexes)
	if err != nil {
		return err
	}
	for i := range have {
		if have[i] != added[i] && !v.unfit {
			v.unfit = true
			v.add(sequence, sequence, "the file of hashes does not fit itself from here on: stop the gateway, remove it, and start again")
		}
	}
	return nil
}

// promised holds the root at a size that was signed against what is there now.
func (v *verification) promised(size uint64) error {
	c, ok := v.signed[size]
	if !ok {
		return nil
	}
	root, err := v.edge.Root()
	if err != nil {
		return err
	}
	if root != c.Root {
		v.add(v.good+1, size, "not what was signed: "+c.where+" has another root")
		return nil
	}
	v.good = size
	return nil
}
