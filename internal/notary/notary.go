package notary

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"verigate/internal/ledger"
)

// Source is a stream that is recorded: its messages stay as they are, each at its sequence. It is safe for concurrent
// use, and asks again by itself while the store gives no certain answer; what it gives up on is retried by whoever asks.
type Source interface {
	// Name is the stream's.
	Name() string
	// Last is its last sequence by the leader; ErrLost when there is no such stream.
	Last(ctx context.Context) (uint64, error)
	// Read returns messages from a sequence on, without a gap, at most so many: none only when the stream ends before it.
	// *MissingError when that very message is not to be had, though the stream goes on; ErrReplaced when the stream of that
	// name is another one now.
	Read(ctx context.Context, from uint64, most int) ([]ledger.Message, error)
	// Of returns all messages on a subject, oldest first, by the leader.
	Of(ctx context.Context, subject string) ([]ledger.Message, error)
}

// MissingError says that a message is not there, or cannot be read: it was deleted, cut off, or has rotted.
type MissingError struct{ Sequence uint64 }

// Error names the sequence.
func (e *MissingError) Error() string {
	return fmt.Sprintf("sequence %d is missing or unreadable", e.Sequence)
}

// ErrReplaced says that a stream was lost and begun again by somebody: what it holds now is of another log.
var ErrReplaced = errors.New("the stream was begun again")

// ErrLost says that there is no such stream: it is gone, or not restored yet.
var ErrLost = errors.New("the stream is lost")

// ErrConflict says that another checkpoint took the place.
var ErrConflict = errors.New("another checkpoint was added first")

// Book keeps checkpoints, of each log in the order of their making. It is safe for concurrent use.
type Book interface {
	// Latest returns the last note of a log, and its place; nil and 0 when there is none.
	Latest(ctx context.Context, log string) (note []byte, place uint64, err error)
	// Add adds a note behind a place, durably; ErrConflict when another stands there.
	Add(ctx context.Context, log string, note []byte, after uint64) error
	// All calls fn with each note of a log, oldest first.
	All(ctx context.Context, log string, fn func(note []byte) error) error
}

// Parts are what a notary works with.
type Parts struct {
	Record  string // its name: the fingerprint of its id.key
	Sources []Source
	Former  []string // logs of streams that were lost and begun again: their checkpoints stay, and are checked with the same keys
	Book    Book
	Witness *Witness // nil: checkpoints are given to nobody
	// Keys are read whenever something is signed or checked: a rotation counts at once.
	Keys  func() ledger.KeySet
	Dir   string // of the files of hashes; made with mode 0700
	Now   func() time.Time
	Retry func(log string, err error) // told of an error after which a log is tried again, at the next start when ctx has ended; nil: nobody
}

// Notary keeps one log for each source. Close it.
type Notary struct {
	parts  Parts
	logs   []*Log
	erased *given // the witness's list of erasures
}

// Open opens the files of hashes; what they are worth, each Log finds out when it runs.
func Open(p Parts) (*Notary, error) {
	if err := os.MkdirAll(p.Dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the directory of the ledger: %w", err)
	}
	n := &Notary{parts: p}
	var err error
	if n.erased, err = openGiven(filepath.Join(p.Dir, erased+".given"), p.Witness); err != nil {
		return nil, err
	}
	for _, source := range p.Sources {
		hashes, err := openTree(filepath.Join(p.Dir, source.Name()+".hashes"))
		if err != nil {
			return nil, errors.Join(err, n.Close())
		}
		had, err := openGiven(filepath.Join(p.Dir, source.Name()+".given"), p.Witness)
		if err != nil {
			return nil, errors.Join(err, hashes.close(), n.Close())
		}
		n.logs = append(n.logs, &Log{
			parts: &n.parts, source: source, tree: hashes, given: had, origin: ledger.Origin(p.Record, source.Name()),
			wake: make(chan chan error), opened: make(chan struct{}), ended: make(chan struct{}),
		})
	}
	return n, nil
}

// Close closes the files. Nothing runs any more.
func (n *Notary) Close() error {
	var all []error
	for _, l := range n.logs {
		all = append(all, l.tree.close())
	}
	return errors.Join(all...)
}

// Logs are what runs, one for each source.
func (n *Notary) Logs() []*Log { return n.logs }

// trusted are the keys of this gateway's own file, retired ones too.
func (p *Parts) trusted() (ledger.Trust, error) {
	keys, err := p.public()
	if err != nil {
		return ledger.Trust{}, err
	}
	return ledger.TrustOf(keys)
}

func (p *Parts) public() ([]ledger.PublicKey, error) {
	logs := slices.Clone(p.Former)
	for _, s := range p.Sources {
		logs = append(logs, s.Name())
	}
	return p.Keys().Public(p.Record, logs)
}

// Public are the keys with which bundles and checkpoints of this record are checked, the one that signs first.
func (n *Notary) Public() ([]ledger.PublicKey, error) { return n.parts.public() }

// State is what is known of a log.
type State struct {
	Origin    string
	Stream    string
	Taken     uint64 // messages that are in the tree
	Signed    ledger.Checkpoint
	SignedAt  time.Time // by this gateway's clock, or when it found it signed; zero: nothing is, since the start
	Witness   bool      // there is one
	Witnessed uint64    // the size that it was given last, as far as this gateway knows
	// UnwitnessedSince is since when there has been something that was not given to it; zero: all was.
	UnwitnessedSince time.Time
	// Lacks is the size of a checkpoint that the witness had and has no more: somebody took it away, or the witness was put back;
	// 0: none.
	Lacks  uint64
	Broken *BrokenError // nil: the stream is as it was signed
	// FailingSince is since when the stream could not be followed, and is tried again; zero: it is followed.
	FailingSince time.Time
}

// BrokenError says that a stream is not what its ledger says.
type BrokenError struct {
	Origin string
	// Sequence is the first that is gone or changed, as far as that can be told; all before it fit.
	Sequence uint64
	Why      string
}

// Error names origin, sequence and sizes.
func (e *BrokenError) Error() string {
	return fmt.Sprintf("%s is broken from sequence %d on: %s", e.Origin, e.Sequence, e.Why)
}

// Damage says in one word what is not as it was written, and where it begins.
func (e *BrokenError) Damage() (code, where string) {
	return "ledger_broken", fmt.Sprintf("%s sequence %d", e.Origin, e.Sequence)
}

// States are those of its logs.
func (n *Notary) States() []State {
	all := make([]State, len(n.logs))
	for i, l := range n.logs {
		all[i] = l.State()
	}
	return all
}

// Head is the checkpoint of a stream that was signed last, as a note; nil: none is known yet. Nobody changes it.
func (n *Notary) Head(stream string) []byte {
	for _, l := range n.logs {
		if l.source.Name() == stream {
			l.mu.Lock()
			defer l.mu.Unlock()
			return l.signed
		}
	}
	return nil
}

// Log is one log of a notary. Run it once; all else is safe for concurrent use meanwhile.
type Log struct {
	parts  *Parts
	source Source
	origin string
	tree   *tree
	given  *given          // the checkpoints of it that the witness had
	wake   chan chan error // asks for a checkpoint now
	opened chan struct{}   // closed once the tree fits what is known
	ended  chan struct{}   // closed when Run returns

	once   sync.Once
	mu     sync.Mutex
	state  State
	signed []byte    // the note of state.Signed; nil: none
	looked time.Time // when a checkpoint was last thought of
}

// Stream is the name of its source.
func (l *Log) Stream() string { return l.source.Name() }

// State is what is known of it now.
func (l *Log) State() State {
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.state
	s.Origin, s.Stream, s.Taken, s.Witness = l.origin, l.source.Name(), l.tree.size(), l.parts.Witness != nil
	return s
}

func (l *Log) note(change func(*State)) {
	l.mu.Lock()
	defer l.mu.Unlock()
	change(&l.state)
}

// broken makes the error that ends a log for good.
func (l *Log) broken(sequence uint64, format string, args ...any) error {
	return &BrokenError{Origin: l.origin, Sequence: sequence, Why: fmt.Sprintf(format, args...)}
}
