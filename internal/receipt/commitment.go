package receipt

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"time"
)

// After is the claims with a commitment to a head of the ledger, as it was signed before what is received was recorded: no
// later than that the ledger was so long and so, and the request lies behind it. Whoever holds the receipt learns nothing of
// the head: its root cannot be guessed, and no two receipts show that they were made after the same one. A bundle tells it.
func (c Claims) After(head []byte) Claims {
	c.LedgerCommitment = c.commitment(head)
	return c
}

// MadeAfter says whether a head, as it was signed, is the one that the receipt commits to.
func (c Claims) MadeAfter(head []byte) bool {
	return c.LedgerCommitment != "" && c.LedgerCommitment == c.commitment(head)
}

// commitment is the SHA-256, in hexadecimal digits, of what tells this receipt from every other, and of the head. Before each
// field stands its length, in four bytes, the highest first. The form is for ever.
func (c Claims) commitment(head []byte) string {
	var of []byte
	for _, field := range [][]byte{
		[]byte("verigate receipt after ledger 1"), []byte(c.ID), []byte(c.BodySHA256), []byte(c.ReceivedAt.UTC().Format(time.RFC3339Nano)), head,
	} {
		of = binary.BigEndian.AppendUint32(of, uint32(len(field))) //nolint:gosec // ids, hashes and a note
		of = append(of, field...)
	}
	sum := sha256.Sum256(of)
	return hex.EncodeToString(sum[:])
}
