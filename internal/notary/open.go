package notary

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
)

// ErrLess says that a witness has less than it had: it was put back, or somebody took away the last of it, which leaves no gap.
var ErrLess = errors.New("the witness lacks what it was given")

// comparesAgain is how many messages before the last checkpoint a start reads once more, beside all behind it.
const comparesAgain = 256

// found is a checkpoint and where it is kept.
type found struct {
	ledger.Checkpoint
	where string
	note  []byte
}

// open holds the stream and the file of hashes against the checkpoints that are known, and takes the stream up to them.
func (l *Log) open(ctx context.Context) error {
	known, err := l.known(ctx)
	if err != nil {
		return err
	}
	if err := l.longEnough(ctx, known); err != nil {
		return err
	}
	suspect, err := l.compare(ctx, largest(known))
	if err != nil {
		return err
	}
	misfit, err := l.misfit(l.tree, known)
	if err != nil {
		return err
	}
	if suspect > 0 || misfit.where != "" {
		if err := l.anew(ctx, known, suspect); err != nil {
			return err
		}
	}
	l.accept(known)
	return nil
}

// anew makes the file of hashes again from the stream, because it does not fit. When the stream does not fit what was
// signed either, it was the stream, and the old file stays: it says what was taken.
func (l *Log) anew(ctx context.Context, known []found, suspect uint64) error {
	fresh, err := openTree(l.tree.path + ".new")
	if err != nil {
		return err
	}
	misfit, err := l.rebuilt(ctx, fresh, known)
	switch {
	case err != nil:
	case misfit.where == "":
		return l.tree.become(fresh)
	case suspect > 0:
		err = l.broken(suspect, "the message is another than the one that was taken, and %s has signed that", misfit.where)
	default:
		err = l.locate(ctx, fresh, misfit)
	}
	return errors.Join(err, fresh.remove())
}

// rebuilt takes the stream from its beginning.
func (l *Log) rebuilt(ctx context.Context, fresh *tree, known []found) (found, error) {
	if err := fresh.cut(0); err != nil {
		return found{}, err
	}
	if err := l.takeTo(ctx, fresh, max(largest(known), l.tree.size())); err != nil {
		return found{}, err
	}
	return l.misfit(fresh, known)
}

// known are the last checkpoints in LEDGER and at the witness. A witness that is away is asked at the next checkpoint.
func (l *Log) known(ctx context.Context) ([]found, error) {
	note, _, err := l.parts.Book.Latest(ctx, l.source.Name())
	if err != nil {
		return nil, err
	}
	all, err := l.parse(nil, "LEDGER", note)
	if err != nil || l.parts.Witness == nil {
		return all, err
	}
	if note, err = l.parts.Witness.Latest(l.origin); err != nil {
		l.retry(err)
		return all, nil
	}
	if all, err = l.parse(all, "the witness", note); err != nil {
		return nil, err
	}
	return all, l.compareWitness(all)
}

// compareWitness holds what the witness has against what it had. That it has less breaks nothing here: it is told, and the
// newest is given as ever. One whose directory is away has not less.
func (l *Log) compareWitness(known []found) error {
	w := l.parts.Witness
	if _, err := os.Stat(w.Dir); err != nil {
		return nil //nolint:nilerr // told where something is given to it
	}
	var at uint64
	for _, c := range known {
		if c.where != "LEDGER" {
			at = max(at, c.Size)
		}
	}
	lacks, err := l.given.ends(at, func(size uint64) bool {
		_, err := os.Stat(filepath.Join(w.shelf(l.origin, size), digits(size)))
		return err == nil
	})
	if err != nil {
		return fmt.Errorf("keep what the witness lacks: %w", err)
	}
	if lacks > 0 && l.State().Lacks != lacks {
		l.retry(fmt.Errorf("%w: the checkpoint of %s at size %d, which it had: its last is of size %d", ErrLess, l.origin, lacks, at))
	}
	l.note(func(s *State) { s.Lacks = lacks })
	return nil
}

func (l *Log) retry(err error) {
	if l.parts.Retry != nil {
		l.parts.Retry(l.source.Name(), err)
	}
}

// parse appends a checkpoint by its note, if there is one. Who signed does not matter where it is compared.
func (l *Log) parse(all []found, where string, note []byte) ([]found, error) {
	if note == nil {
		return all, nil
	}
	trusted, err := l.parts.trusted()
	if err != nil {
		return nil, err
	}
	c, err := ledger.OpenCheckpoint(note, trusted)
	switch {
	case err != nil && !errors.Is(err, ledger.ErrUnknownSigner):
		return nil, l.broken(1, "%s holds a checkpoint that cannot be believed: %v", where, err)
	case c.Origin != l.origin:
		return nil, l.broken(1, "%s holds a checkpoint of %s in its place: it is of another record", where, c.Origin)
	}
	return append(all, found{Checkpoint: c, where: where, note: note}), nil
}

func largest(known []found) (size uint64) {
	for _, c := range known {
		size = max(size, c.Size)
	}
	return size
}

// longEnough finds a stream that has lost its end, or was put back to what it once was.
func (l *Log) longEnough(ctx context.Context, known []found) error {
	end, err := l.source.Last(ctx)
	if err != nil {
		return err
	}
	for _, c := range known {
		if c.Size > end {
			return l.broken(end+1, "rolled back or cut off: %s knows %d messages, the stream has %d", c.where, c.Size, end)
		}
	}
	if taken := l.tree.size(); taken > end {
		return l.broken(end+1, "rolled back or cut off: this gateway has taken %d messages, the stream has %d", taken, end)
	}
	return nil
}

// compare reads the stream from a little before what is signed, as far as the tree has been, and takes it up to what is
// signed. A message up to there that is not the one in the tree is suspect: it is the stream, or the file of hashes, and
// the root will tell. Behind it nothing can tell but the file.
func (l *Log) compare(ctx context.Context, signed uint64) (suspect uint64, err error) {
	taken := l.tree.size()
	confirmed := min(taken, signed)
	at := confirmed - min(confirmed, comparesAgain)
	var tail []tlog.Hash // of what is not signed
	for at < taken {
		hashes, err := l.read(ctx, at+1)
		if err != nil {
			return 0, err
		}
		if len(hashes) == 0 {
			return 0, l.broken(at+1, "cut off: the stream has had %d messages", taken)
		}
		for _, h := range hashes[:min(uint64(len(hashes)), taken-at)] {
			at++
			was, err := l.tree.leaf(at)
			switch {
			case err != nil:
				return 0, err
			case was != h && was != tlog.Hash{}: // what a crash left unwritten is zero, and is nobody's hash
				if at > confirmed {
					return 0, l.broken(at, "the message is another than the one that was taken")
				}
				return at, nil
			case at > confirmed:
				tail = append(tail, h)
			}
		}
	}
	if err := l.tree.cut(confirmed); err != nil {
		return 0, err
	}
	if err := l.tree.add(tail); err != nil {
		return 0, err
	}
	return 0, l.takeTo(ctx, l.tree, signed)
}

// takeTo takes the stream up to a size that it has had.
func (l *Log) takeTo(ctx context.Context, to *tree, size uint64) error {
	for to.size() < size {
		n, err := l.take(ctx, to)
		if err != nil {
			return err
		}
		if n == 0 {
			return l.broken(to.size()+1, "cut off: the stream has had %d messages", size)
		}
	}
	return nil
}

// misfit is the first checkpoint that a tree does not have; one without a place: none.
func (l *Log) misfit(t *tree, known []found) (found, error) {
	for _, c := range known {
		root, err := t.root(c.Size)
		if err != nil {
			return found{}, err
		}
		if root != c.Root {
			return c, nil
		}
	}
	return found{}, nil
}

// accept takes what fits as signed and witnessed.
func (l *Log) accept(known []found) {
	l.mu.Lock()
	defer l.mu.Unlock()
	for _, c := range known {
		if c.where == "LEDGER" {
			if l.state.Signed != c.Checkpoint {
				l.state.SignedAt = l.parts.Now()
			}
			l.state.Signed, l.signed = c.Checkpoint, c.note
		} else {
			l.state.Witnessed = max(l.state.Witnessed, c.Size)
		}
	}
}

// locate names, by the older checkpoints, where the stream begins to be another one.
func (l *Log) locate(ctx context.Context, stream *tree, misfit found) error {
	good, bad := uint64(0), misfit.Size
	err := l.parts.Book.All(ctx, l.source.Name(), func(note []byte) error {
		older, err := l.parse(nil, "LEDGER", note)
		if err != nil {
			return err
		}
		c := older[0]
		root, err := stream.root(min(c.Size, stream.size()))
		if err != nil {
			return err
		}
		if c.Size <= stream.size() && root == c.Root {
			good = max(good, c.Size)
		} else if c.Size > good {
			bad = min(bad, c.Size)
		}
		return nil
	})
	if err != nil {
		return err
	}
	return l.broken(good+1, "%s has signed %d messages of which those from sequence %d to %d are not what the stream has now",
		misfit.where, misfit.Size, good+1, bad)
}
