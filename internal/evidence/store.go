package evidence

import (
	"context"
	"encoding/binary"
	"errors"

	"verigate/internal/record"
	"verigate/internal/verification"
)

// Stream is the name of the evidence. It is part of what every message's seal is bound to, so it never changes.
const Stream = "EVIDENCE"

// Nobody is the subject of a message that is about several requests, or about none.
const Nobody = "-"

// The ways in which a store refuses.
var (
	// ErrUnavailable says that there was no certain answer: the message may be there, or come yet. The same may be tried again.
	ErrUnavailable = errors.New("evidence store unavailable")
	// ErrFull says that the quota is used up and nothing was written.
	ErrFull = errors.New("evidence store full")
	// ErrLost says that there is no such store: what was in it is gone, or not restored yet.
	ErrLost = errors.New("evidence store lost")
)

// Header travels in clear beside the sealed bytes and is bound to them.
type Header struct {
	Subject string // a request's id, or Nobody
	Writer  string // one run of one gateway
	Number  uint64 // of the writer's messages, from 1
	KID     string // of the data key
	Wire    int    // version of the sealed form
}

// Message is one sealed group of entries. Sequence is where it stands, from 1; the store chooses it.
type Message struct {
	Header
	Sequence uint64
	Data     []byte
}

// Extent is how much a store holds. Bytes of its messages, and how many it takes in all; 0: no limit of its own.
type Extent struct {
	Last         uint64
	Bytes, Limit uint64
}

// Store keeps messages in the order in which they came, for good. It is safe for concurrent use.
type Store interface {
	// Append tries once to write a message behind all others. Without an error it is on stable storage. ErrFull and ErrLost
	// are certain; after any other error it may be there, and trying again may write it a second time.
	Append(ctx context.Context, m Message) (sequence uint64, err error)
	// Read returns up to n messages from a sequence on, oldest first; none behind the last. One whose clear header has no form
	// that is written here is among them with the zero Header, and so does not open.
	Read(ctx context.Context, from uint64, n int) ([]Message, error)
	// Extent is how much there is.
	Extent(ctx context.Context) (Extent, error)
}

// wire is the version of the sealed form that is written.
const wire = 1

// binding is the associated data of a message: the form, the stream, its subject, the writer and the number there, and the
// key. Each field is preceded by its length.
func (h Header) binding() []byte {
	b := make([]byte, 0, 160)
	b = field(b, "verigate evidence")
	b = binary.BigEndian.AppendUint32(b, uint32(h.Wire)) //nolint:gosec // a small constant of this package
	b = field(b, Stream)
	b = field(b, h.Subject)
	b = field(b, h.Writer)
	b = binary.BigEndian.AppendUint64(b, h.Number)
	return field(b, h.KID)
}

func field(b []byte, s string) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // names and ids
	return append(b, s...)
}

// subjectOf is the one request that entries are about, or Nobody.
func subjectOf(about [][]verification.RequestID) string {
	subject := ""
	for _, ids := range about {
		if len(ids) != 1 || subject != "" && subject != string(ids[0]) || !record.Request(string(ids[0])).Valid() {
			return Nobody
		}
		subject = string(ids[0])
	}
	if subject == "" {
		return Nobody
	}
	return subject
}

// Open reads what a message holds. Errors: ErrUnreadable, and those of the vault.
func Open(ctx context.Context, vault record.Vault, m Message) ([]Entry, error) {
	if m.Wire != wire {
		return nil, ErrUnreadable
	}
	plain, err := vault.Open(ctx, m.KID, m.binding(), m.Data)
	if err != nil {
		return nil, err
	}
	return Decode(plain)
}

// Numbers are the last numbers of each writer that were met. Handed each message in order, it tells a repeat and what is
// missing.
type Numbers map[string]uint64

// Meet says whether a message is new, and how many of its writer's are missing before it. A number that its writer gave up
// for good, when its gateway ended before the store answered, is the last one: nothing is missing then.
func (n Numbers) Meet(m Message) (fresh bool, missing uint64) {
	last := n[m.Writer]
	if m.Number <= last {
		return false, 0
	}
	n[m.Writer] = m.Number
	return true, m.Number - last - 1
}
