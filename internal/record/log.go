package record

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// wireForm is the version of the sealed form that is written: associated data
// as binding gives it, then the Vault's bytes. Every version ever written
// stays readable; testdata/sealed holds one file of each.
const wireForm = 1

// Codec is one family of decisions: how they become plain bytes and back. The
// form is for good: what Encode ever wrote, Decode reads, tolerating members
// that it does not know and refusing event kinds that it does not know.
type Codec[D any] interface {
	// Owns says whether aggregates of that kind hold this family.
	Owns(kind string) bool
	// Head gives what the clear header says of a decision.
	Head(d D) (command string, kinds []string)
	// Encode gives the plain form.
	Encode(d D) ([]byte, error)
	// Decode reads the plain form.
	Decode(plain []byte) (D, error)
	// Kept gives, of a decision that erases, each decision before it without
	// its content, oldest first; nil of any other. Whoever appends such a
	// decision seals it under a key of its own: the others are destroyed.
	Kept(d D) []D
}

// Content says what an Entry holds.
type Content int

const (
	// Whole is the decision as it was made.
	Whole Content = iota
	// Erased is a decision whose key was destroyed: the place and the kinds
	// are known, the Decision is zero.
	Erased
	// Kept is a decision before an erasure as its tombstone keeps it: who
	// decided what kind of thing when, without content. Only Read gives it.
	Kept
	// Foreign is a message of another family; the Decision is zero. A
	// follower passes it and moves its position.
	Foreign
)

// Entry is one decision in its place.
type Entry[D any] struct {
	Subject
	// KID is the data key that the decision is sealed under.
	KID string
	// Version is the number of messages before this one on the subject.
	Version uint64
	// Place is where it stands in the record; of a message that was only now
	// appended the Sequence is known, and nothing reads the Partition.
	Place
	// Command is the id of the command, as Decision has it.
	Command string
	// Kinds are the kinds of the decision's events; after Append or a read.
	Kinds    []string
	Content  Content
	Decision D
}

// Log is the record of one family of decisions in the open: it does the codec
// and the sealing, in both directions, and nothing else does. It is safe for
// concurrent use.
type Log[D any] struct {
	journal Journal
	vault   Vault
	codec   Codec[D]
	memo    *memo[D]
}

// NewLog joins a journal, a vault and a codec.
func NewLog[D any](j Journal, v Vault, c Codec[D]) *Log[D] {
	return &Log[D]{journal: j, vault: v, codec: c, memo: newMemo[D]()}
}

// Take reserves a data key for a new aggregate, or for a tombstone.
func (l *Log[D]) Take(ctx context.Context) (string, error) { return l.vault.Take(ctx) }

// Append seals e.Decision under e.KID, bound to its place, and writes it
// behind sequence `after` of its subject, 0 for the first. What it returns and
// promises is Journal.Append's. Command, Kinds, Place and Content of e are
// not read. Over a Window, followers are given the Decision of a first entry
// itself: nobody changes any more what it holds, and it is, member for member,
// what its plain form says (times in UTC, nil for what is left out).
func (l *Log[D]) Append(ctx context.Context, e Entry[D], after uint64) (uint64, error) {
	m, plain, err := l.seal(ctx, e)
	if err != nil {
		return 0, fmt.Errorf("append to %s %s: %w", e.Kind, e.ID, err)
	}
	if e.Version == 0 {
		l.memo.put(m.Command, plain, e.Decision)
	}
	return l.journal.Append(ctx, m, after)
}

// seal makes the message of an entry, and returns also the plain bytes in it.
func (l *Log[D]) seal(ctx context.Context, e Entry[D]) (m Sealed, plain []byte, err error) {
	if !l.codec.Owns(e.Kind) {
		return Sealed{}, nil, errors.New("an aggregate of another family")
	}
	command, kinds := l.codec.Head(e.Decision)
	if command == "" || len(kinds) == 0 {
		return Sealed{}, nil, errors.New("a decision without a command or without events")
	}
	if plain, err = l.codec.Encode(e.Decision); err != nil {
		return Sealed{}, nil, err
	}
	m = Sealed{
		Subject: e.Subject,
		Header:  Header{KID: e.KID, Command: command, Version: e.Version, Kinds: kinds, Wire: wireForm},
	}
	m.Data, err = l.vault.Seal(ctx, e.KID, binding(m.Subject, m.Header), plain)
	return m, plain, err
}

// Read returns an aggregate's decisions, oldest first. ErrNotFound when there
// is none. Decisions before an erasure come as Kept, whether their key is
// destroyed already or not; as Erased only if the tombstone is not there.
func (l *Log[D]) Read(ctx context.Context, s Subject) ([]Entry[D], error) {
	if !l.codec.Owns(s.Kind) {
		return nil, fmt.Errorf("read %s %s: an aggregate of another family", s.Kind, s.ID)
	}
	all, err := l.journal.Read(ctx, s)
	if err != nil {
		return nil, err
	}
	entries := make([]Entry[D], len(all))
	for i, m := range all {
		if entries[i], err = l.open(ctx, m); err != nil {
			return nil, err
		}
	}
	return entries, l.restore(entries)
}

// restore puts what the last tombstone keeps in the place of what was before it.
func (l *Log[D]) restore(entries []Entry[D]) error {
	for i := len(entries) - 1; i > 0; i-- {
		kept := l.codec.Kept(entries[i].Decision)
		if len(kept) == 0 {
			continue
		}
		if len(kept) != i {
			return At(entries[i].Place, fmt.Errorf("a tombstone keeps %d decisions and stands behind %d: %w", len(kept), i, ErrUnreadable))
		}
		for j, d := range kept {
			entries[j].Decision, entries[j].Content = d, Kept
		}
		return nil
	}
	return nil
}

// Last is Journal.Last.
func (l *Log[D]) Last(ctx context.Context) (Position, error) { return l.journal.Last(ctx) }

// Replay is Journal.Replay in the open: fn is called for every message, also
// for what is Erased or Foreign. Over a Window the Decision is shared with the
// other readers of the same Log: nobody changes what it holds.
func (l *Log[D]) Replay(ctx context.Context, after Position, fn func(Entry[D]) error) error {
	return l.journal.Replay(ctx, after, l.opening(ctx, fn))
}

// ReplayOwn is Replay for a follower whom nothing but this family concerns: what is certainly of another is told as Foreign
// where it stands, whether it can be read or not. What is of this family, or may be, is never passed.
func (l *Log[D]) ReplayOwn(ctx context.Context, after Position, fn func(Entry[D]) error) error {
	tell := func(e Entry[D]) error {
		if err := fn(e); err != nil {
			return err
		}
		after = after.With(e.Place)
		return nil
	}
	for {
		err := l.Replay(ctx, after, tell)
		var broken *SequenceError
		if !errors.As(err, &broken) || broken.Sequence != after[broken.Partition]+1 || !l.othersAt(broken) {
			return err
		}
		if err := tell(Entry[D]{Subject: broken.Of, Place: broken.Place, Content: Foreign}); err != nil {
			return err
		}
	}
}

// othersAt says whether what stands at a place is certainly of another family, as its subject says, or what is missing there,
// as only requests lie in that partition (Subject.In).
func (l *Log[D]) othersAt(broken *SequenceError) bool {
	if errors.Is(broken, ErrGap) {
		return broken.Partition > 0 && !l.codec.Owns(KindRequest)
	}
	return known(broken.Of.Kind) && !l.codec.Owns(broken.Of.Kind)
}

// ReplayUntil is Journal.ReplayUntil in the open.
func (l *Log[D]) ReplayUntil(ctx context.Context, after, last Position, fn func(Entry[D]) error) error {
	return l.journal.ReplayUntil(ctx, after, last, l.opening(ctx, fn))
}

func (l *Log[D]) opening(ctx context.Context, fn func(Entry[D]) error) func(Sealed) error {
	return func(m Sealed) error {
		e, err := l.open(ctx, m)
		if err != nil {
			return err
		}
		return fn(e)
	}
}

// open makes an entry of a message; whatever it cannot read is a
// *SequenceError.
func (l *Log[D]) open(ctx context.Context, m Sealed) (Entry[D], error) {
	e := Entry[D]{
		Subject: m.Subject, KID: m.KID, Version: m.Version, Place: m.Place, Command: m.Command, Kinds: m.Kinds,
	}
	if !l.codec.Owns(m.Kind) {
		if !known(m.Kind) {
			return e, At(m.Place, fmt.Errorf("aggregate kind %q: %w", m.Kind, ErrUnreadable))
		}
		e.Content = Foreign
		return e, nil
	}
	return l.once(m.read, func() (Entry[D], error) { return l.decrypt(ctx, m, e) })
}

// decrypt adds to an entry what is sealed in its message.
func (l *Log[D]) decrypt(ctx context.Context, m Sealed, e Entry[D]) (Entry[D], error) {
	if m.Wire != wireForm {
		return e, At(m.Place, fmt.Errorf("sealed form %d: %w", m.Wire, ErrUnreadable))
	}
	plain, err := l.vault.Open(ctx, m.KID, binding(m.Subject, m.Header), m.Data)
	if errors.Is(err, ErrKeyMissing) {
		err = l.missing(ctx, m, err)
	}
	if errors.Is(err, ErrErased) {
		e.Content = Erased
		return e, nil
	}
	if err != nil {
		return e, At(m.Place, err)
	}
	if e.Decision, err = l.decode(m, plain); err != nil {
		return e, At(m.Place, err)
	}
	command, kinds := l.codec.Head(e.Decision)
	if command != m.Command || !slices.Equal(kinds, m.Kinds) {
		return e, At(m.Place, fmt.Errorf("header and content differ: %w", ErrUnreadable))
	}
	return e, nil
}

// missing tells erased from lost: a key that is not in the store at all, as after a restore of KEYS, was destroyed when
// a tombstone behind the message opens, and is lost otherwise.
func (l *Log[D]) missing(ctx context.Context, m Sealed, lost error) error {
	all, err := l.journal.Read(ctx, m.Subject)
	if err != nil {
		return err
	}
	for _, later := range all {
		if later.Version <= m.Version || later.KID == m.KID || !later.Tombstone() {
			continue
		}
		plain, err := l.vault.Open(ctx, later.KID, binding(later.Subject, later.Header), later.Data)
		if err != nil {
			continue // erased itself, by one that comes after it
		}
		if d, err := l.codec.Decode(plain); err == nil && len(l.codec.Kept(d)) > 0 {
			return ErrErased
		}
	}
	return lost
}

// decode reads the plain form of a message. Followers are given an own creation as it was decided; whoever asks the record
// itself is told what the record says.
func (l *Log[D]) decode(m Sealed, plain []byte) (D, error) {
	if m.read != nil {
		if d, ok := l.memo.take(m.Command, plain); ok {
			return d, nil
		}
	}
	return l.codec.Decode(plain)
}

func known(kind string) bool {
	switch kind {
	case KindRequest, KindPrincipal, KindDirectory, KindGenesis:
		return true
	default:
		return false
	}
}
