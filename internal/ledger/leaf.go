package ledger

import (
	"encoding/binary"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"golang.org/x/mod/sumdb/tlog"
)

// leafForm begins every leaf and is its version. Leaves are for good: testdata/leaf.hex is one of this form.
const leafForm = "verigate leaf 1"

// ErrMalformed says that bytes do not have the one form in which this package writes them.
var ErrMalformed = errors.New("malformed")

// Message is one message of a stream as the store holds it.
type Message struct {
	Stream   string // RECORD_0
	Sequence uint64 // from 1
	Subject  string
	Stored   time.Time // by the store's clock; counts to the nanosecond
	Header   map[string][]string
	Data     []byte
}

// Leaf is everything of a message that counts, in one form: each text preceded by its length in four bytes, numbers in
// eight, all big-endian:
//
//	"verigate leaf 1" stream sequence stored(ns since 1970, UTC) subject
//	number of header values (four bytes), name value …, by name, values of one name in their order
//	data
func (m Message) Leaf() []byte {
	b := make([]byte, 0, 256+len(m.Data))
	b = text(b, leafForm)
	b = text(b, m.Stream)
	b = binary.BigEndian.AppendUint64(b, m.Sequence)
	b = binary.BigEndian.AppendUint64(b, uint64(m.Stored.UnixNano()))
	b = text(b, m.Subject)
	values := 0
	for _, of := range m.Header {
		values += len(of)
	}
	b = binary.BigEndian.AppendUint32(b, uint32(values))
	for _, name := range slices.Sorted(maps.Keys(m.Header)) {
		for _, value := range m.Header[name] {
			b = text(text(b, name), value)
		}
	}
	return text(b, m.Data)
}

// Hash is the hash of the leaf in its tree (RFC 6962, 2.1).
func (m Message) Hash() tlog.Hash { return tlog.RecordHash(m.Leaf()) }

func text[T string | []byte](b []byte, s T) []byte {
	b = binary.BigEndian.AppendUint32(b, uint32(len(s))) //nolint:gosec // parts of one message of a MiB
	return append(b, s...)
}

// ParseLeaf reads what Leaf wrote, byte for byte: ErrMalformed for anything else.
func ParseLeaf(leaf []byte) (Message, error) {
	r := reader{rest: leaf}
	if r.text() != leafForm {
		return Message{}, fmt.Errorf("leaf: %w: another form than %q", ErrMalformed, leafForm)
	}
	m := Message{Stream: r.text(), Sequence: r.uint64()}
	m.Stored = time.Unix(0, int64(r.uint64())).UTC() //nolint:gosec // the same bits
	m.Subject = r.text()
	m.Header = r.header()
	m.Data = []byte(r.text())
	if r.short || len(r.rest) > 0 {
		return Message{}, fmt.Errorf("leaf: %w: its parts do not fill its %d bytes", ErrMalformed, len(leaf))
	}
	return m, nil
}

// reader takes parts off the front; once they are short, all further ones are empty.
type reader struct {
	rest  []byte
	short bool
}

func (r *reader) take(n uint64) []byte {
	if n > uint64(len(r.rest)) {
		r.short, r.rest = true, nil
		return nil
	}
	taken := r.rest[:n]
	r.rest = r.rest[n:]
	return taken
}

func (r *reader) uint32() uint32 {
	if b := r.take(4); b != nil {
		return binary.BigEndian.Uint32(b)
	}
	return 0
}

func (r *reader) uint64() uint64 {
	if b := r.take(8); b != nil {
		return binary.BigEndian.Uint64(b)
	}
	return 0
}

func (r *reader) text() string { return string(r.take(uint64(r.uint32()))) }

// header reads values by name, which must not go back.
func (r *reader) header() map[string][]string {
	header, before := map[string][]string{}, ""
	for range r.uint32() {
		name, value := r.text(), r.text()
		if r.short || name < before {
			r.short = true
			return nil
		}
		header[name], before = append(header[name], value), name
	}
	return header
}
