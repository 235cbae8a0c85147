package blockfile

import (
	"bytes"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"fmt"

	"github.com/minio/highwayhash"
)

// A message in a block: length of all (4, its top bit: has headers), sequence (8), time (8), length of the subject (2), then
// the subject, with headers their length (4) and they, the bytes, and a checksum of what stands behind the length but for
// both lengths. Little-endian.
const (
	headerSize   = 22
	checksumSize = 8
	smallest     = headerSize + checksumSize
	largest      = 32 << 20 // the server takes more for damage

	hasHeaders = 1 << 31 // in the length
	overwrote  = 1 << 63 // in the sequence: the message was here
	notes      = 1 << 62 // in the sequence: the message, wherever it is, is deleted
)

// block is the content of a block's file.
type block struct {
	content []byte
	sum     *highwayhash.Digest64
}

// newBlock is that of a stream's block, whose checksums are made with a key of its own.
func newBlock(stream string, index uint32, content []byte) (block, error) {
	key := sha256.Sum256(fmt.Appendf(nil, "%s-%d", stream, index))
	sum, err := highwayhash.NewDigest64(key[:])
	return block{content: content, sum: sum}, err
}

// message is one in a block, or a note that one is deleted, or the place of one that was overwritten.
type message struct {
	bytes    []byte // in the block
	sequence uint64
	note     bool
	over     bool
}

// each calls visit for each message up to the first that is damaged: the server cuts a block off there.
func (b block) each(visit func(message)) {
	for rest := b.content; len(rest) >= smallest; {
		length := binary.LittleEndian.Uint32(rest)
		size := length &^ hasHeaders
		if size < smallest || size > largest || int(size) > len(rest) {
			return
		}
		m := rest[:size:size]
		if !b.intact(m, length&hasHeaders != 0) {
			return
		}
		sequence := binary.LittleEndian.Uint64(m[4:])
		visit(message{bytes: m, sequence: sequence &^ (overwrote | notes), note: sequence&notes != 0, over: sequence&overwrote != 0})
		rest = rest[size:]
	}
}

func (b block) intact(m []byte, headers bool) bool {
	subject, content := int(binary.LittleEndian.Uint16(m[20:])), m[headerSize:len(m)-checksumSize]
	behind := subject
	if headers {
		behind += 4
	}
	if behind > len(content) {
		return false
	}
	return bytes.Equal(b.checksum(m[4:20], content[:subject], content[behind:]), m[len(m)-checksumSize:])
}

func (b block) checksum(of ...[]byte) []byte {
	b.sum.Reset()
	for _, part := range of {
		_, _ = b.sum.Write(part) // never fails
	}
	return b.sum.Sum(nil)
}

// blot puts random bytes in a message's place, as the server does.
func (b block) blot(m message) {
	header, content := m.bytes[:headerSize], m.bytes[headerSize:len(m.bytes)-checksumSize]
	binary.LittleEndian.PutUint32(header, uint32(len(m.bytes))) //nolint:gosec // at most largest
	binary.LittleEndian.PutUint64(header[4:], m.sequence|overwrote)
	clear(header[12:])        // no time, no subject
	_, _ = rand.Read(content) // never fails: it would stop the program
	copy(m.bytes[len(m.bytes)-checksumSize:], b.checksum(header[4:20], content))
}
