package notary

import (
	"context"
	"errors"
	"time"

	"golang.org/x/mod/sumdb/tlog"

	"verigate/internal/ledger"
	"verigate/internal/pace"
)

// When a checkpoint is signed: so long after the last, or so many messages, whichever is first.
const (
	signsEvery    = time.Minute
	signsMessages = 1000
)

// looks are how often a stream is looked at for what is new. Nothing waits for the ledger, and it shall hold up nothing: a
// third of a second's messages of a busy stream, read at once, are felt by who waits for the next to be written.
var looks = pace.Pace{Quiet: 250 * time.Millisecond, Busy: 20 * time.Millisecond, Batch: 64}

// readsAtOnce is how many messages are asked for together.
const readsAtOnce = 500

// closesWithin bounds the last checkpoint at a stop.
const closesWithin = 3 * time.Second

// Run follows the stream until ctx ends, which is no error, and signs a last checkpoint then. A *BrokenError ends it for
// good; what passes is tried again.
func (l *Log) Run(ctx context.Context) error {
	defer close(l.ended)
	delay := looks.Quiet
	for {
		err := l.follow(ctx)
		broken, found := errors.AsType[*BrokenError](err)
		switch {
		case found:
			l.note(func(s *State) { s.Broken = broken })
			return err
		case err != nil:
			l.note(func(s *State) {
				if s.FailingSince.IsZero() {
					s.FailingSince = l.parts.Now()
				}
			})
			l.retry(err)
		}
		if ctx.Err() != nil {
			return nil
		}
		if asked := l.rest(ctx, delay); asked != nil {
			asked <- err
		}
		delay = min(2*delay, 5*time.Second)
	}
}

// follow checks what is known, then takes what comes, until an error.
func (l *Log) follow(ctx context.Context) error {
	err := l.open(ctx)
	if ctx.Err() != nil {
		return l.finish(ctx, err == nil)
	}
	if err != nil {
		return err
	}
	l.once.Do(func() { close(l.opened) })
	var asked chan error
	rest := looks.Quiet
	for {
		found, err := l.catchUp(ctx)
		if err == nil && (asked != nil || l.due()) {
			err = l.checkpoint(ctx)
		}
		if asked != nil {
			asked <- err
		}
		if ctx.Err() != nil {
			return l.finish(ctx, true)
		}
		if err != nil {
			return err
		}
		l.note(func(s *State) { s.FailingSince = time.Time{} })
		rest = looks.Next(rest, found)
		asked = l.rest(ctx, rest)
	}
}

// rest waits a while, or until somebody asks for a checkpoint, or ctx ends.
func (l *Log) rest(ctx context.Context, d time.Duration) (asked chan error) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	case asked = <-l.wake:
	}
	return asked
}

// finish takes and signs what there is when the gateway stops, be it that it stops before the log could be opened: what is
// not taken by then, nobody could find changed later.
func (l *Log) finish(ctx context.Context, opened bool) error {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), closesWithin)
	defer cancel()
	if !opened {
		if err := l.open(ctx); err != nil {
			return err
		}
	}
	if _, err := l.catchUp(ctx); err != nil {
		return err
	}
	return l.checkpoint(ctx)
}

// due says whether a checkpoint is to be signed, or one that the witness did not take to be given again.
func (l *Log) due() bool {
	taken := l.tree.size()
	l.mu.Lock()
	defer l.mu.Unlock()
	given := taken == l.state.Signed.Size && (l.parts.Witness == nil || l.state.Witnessed == taken)
	late := l.parts.Now().Sub(l.looked) >= signsEvery
	return taken-l.state.Signed.Size >= signsMessages || !given && late
}

// catchUp takes everything that the stream has, says how many messages that were, and signs on the way what is due.
func (l *Log) catchUp(ctx context.Context) (taken int, err error) {
	for {
		n, err := l.take(ctx, l.tree)
		if err != nil || n == 0 {
			return taken, err
		}
		taken += n
		if l.due() {
			if err := l.checkpoint(ctx); err != nil {
				return taken, err
			}
		}
	}
}

// take adds the next messages to a tree, and says how many.
func (l *Log) take(ctx context.Context, to *tree) (int, error) {
	hashes, err := l.read(ctx, to.size()+1)
	if err != nil || len(hashes) == 0 {
		return 0, err
	}
	l.note(func(s *State) {
		if s.UnwitnessedSince.IsZero() && l.parts.Witness != nil {
			s.UnwitnessedSince = l.parts.Now()
		}
	})
	return len(hashes), to.add(hashes)
}

// begunAgain is why a log ends whose stream is another one now.
const begunAgain = "the stream was lost and begun again: start this gateway anew, and it keeps the ledger of the new one"

// read makes the leaves of the messages from a sequence on, of none only when the stream ends before it.
func (l *Log) read(ctx context.Context, from uint64) ([]tlog.Hash, error) {
	messages, err := l.source.Read(ctx, from, readsAtOnce)
	if missing, ok := errors.AsType[*MissingError](err); ok {
		return nil, l.broken(missing.Sequence, "the message is missing or unreadable, and the stream goes on behind it")
	}
	if errors.Is(err, ErrReplaced) {
		return nil, l.broken(from, begunAgain)
	}
	hashes := make([]tlog.Hash, len(messages))
	for i, m := range messages {
		hashes[i] = m.Hash()
	}
	return hashes, err
}

// errEnded says that a log is not kept any more.
var errEnded = errors.New("the log is not followed any more: see the log of the gateway")

// Checkpoint takes everything that the stream has now, and signs it.
func (l *Log) Checkpoint(ctx context.Context) (ledger.Checkpoint, error) {
	done := make(chan error, 1)
	select {
	case l.wake <- done:
	case <-l.ended:
		if b := l.State().Broken; b != nil {
			return ledger.Checkpoint{}, b
		}
		return ledger.Checkpoint{}, errEnded
	case <-ctx.Done():
		return ledger.Checkpoint{}, ctx.Err()
	}
	select {
	case err := <-done:
		return l.State().Signed, err
	case <-ctx.Done():
		return ledger.Checkpoint{}, ctx.Err()
	}
}
