// Package receipt signs what a partner may hold us to: that we received a body and by when we owe an answer, and later
// that we released exact bytes. A receipt also commits to how the ledger was before ([Claims.After]). Each is a compact JWS (EdDSA over Ed25519) that any JOSE library verifies with the public
// keys of [Keys.JWKS], for as long as the paper is kept: retired keys stay published with their dates.
//
// The private key lives in one file, see [Open]; a key that is rotated out is gone, only its public half remains.
package receipt

import (
	"errors"
	"fmt"
	"strings"
	"time"
)

// The `typ` of each kind of token keeps one from passing for another.
const (
	receiptType = "verigate-receipt+jwt"
	releaseType = "verigate-release+jwt"
)

// ErrIncomplete says that claims miss a value: a paper with a hole proves nothing, so none is signed or believed.
var ErrIncomplete = errors.New("incomplete claims")

// Claims are what a receipt says (fields.md, Receipt). Times are signed in UTC.
type Claims struct {
	ID            string    `json:"id"`
	Number        string    `json:"number"`
	Partner       string    `json:"partner"`
	BodySHA256    string    `json:"body_sha256"` // of the accepted body's canonical form; 64 lower-case hexadecimal digits
	ReceivedAt    time.Time `json:"received_at"`
	DueAt         time.Time `json:"due_at,omitzero"` // absent where nothing is owed (information only)
	PolicyVersion string    `json:"policy_version"`
	// LedgerCommitment is to the head of the ledger that was signed last before; see After. Empty: none was, or the receipt is of
	// before there were any.
	LedgerCommitment string `json:"ledger_commitment,omitempty"` // 64 lower-case hexadecimal digits
}

// ReleaseClaims are what a release says: these bytes, and no others, went to this partner at this time.
type ReleaseClaims struct {
	RequestID  string    `json:"request_id"`
	Version    int       `json:"version"` // of the package, from 1
	Hash       string    `json:"hash"`    // of the package's canonical bytes; 64 lower-case hexadecimal digits
	Partner    string    `json:"partner"`
	ReleasedAt time.Time `json:"released_at"`
}

func (c Claims) check() error {
	switch {
	case c.ID == "", c.Number == "", c.Partner == "", c.PolicyVersion == "", c.ReceivedAt.IsZero(), !isSHA256(c.BodySHA256):
		return fmt.Errorf("receipt: %w", ErrIncomplete)
	case c.LedgerCommitment != "" && !isSHA256(c.LedgerCommitment):
		return fmt.Errorf("receipt: %w", ErrIncomplete)
	}
	return nil
}

func (c ReleaseClaims) check() error {
	switch {
	case c.RequestID == "", c.Partner == "", c.Version < 1, c.ReleasedAt.IsZero(), !isSHA256(c.Hash):
		return fmt.Errorf("release: %w", ErrIncomplete)
	}
	return nil
}

func isSHA256(hash string) bool {
	return len(hash) == 64 && strings.Trim(hash, "0123456789abcdef") == ""
}
