package account

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base32"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"verigate/internal/access"
)

// Step is how long a one-time code is shown (RFC 6238, 5.2); one step before and one after it are accepted, for clocks
// that differ.
const Step = 30 * time.Second

// CodeLives is for how long after its own step a code could still be accepted: as long must be remembered that it was
// used.
const CodeLives = 3 * Step

const secretBytes = 20 // RFC 4226, R6

// NewFactor draws the secret of an authenticator.
func NewFactor() ([]byte, error) {
	secret := make([]byte, secretBytes)
	_, err := rand.Read(secret)
	return secret, err
}

// FactorText is the secret as people type it.
func FactorText(secret []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
}

// FactorURI is what an authenticator reads as a picture: otpauth://totp/….
func FactorURI(account string, secret []byte) (string, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: "Verigate", AccountName: account, Secret: secret, Algorithm: otp.AlgorithmSHA1, Digits: otp.DigitsSix, Period: uint(Step / time.Second)})
	if err != nil {
		return "", fmt.Errorf("write a second factor: %w", err)
	}
	return key.URL(), nil
}

// StepOf says which step's code this is, of the three that are accepted at a time. No secret has no code. Whoever
// accepts it must remember the step: a code is good once.
func StepOf(secret []byte, code string, at time.Time) (step uint64, ok bool) {
	now := uint64(at.Unix()) / uint64(Step/time.Second) //nolint:gosec // after 1970
	for _, try := range []uint64{now - 1, now, now + 1} {
		want, err := hotp.GenerateCodeCustom(FactorText(secret), try, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && subtle.ConstantTimeCompare([]byte(want), []byte(code)) == 1 {
			step, ok = try, len(secret) > 0
		}
	}
	return step, ok
}

// IsCode says whether what was typed is a one-time code rather than a recovery code.
func IsCode(typed string) bool { return len(typed) == 6 && strings.Trim(typed, "0123456789") == "" }

const (
	symbols    = "0123456789abcdefghjkmnpqrstvwxyz" // Crockford's: nothing looks like another
	halfLength = 16                                 // symbols, 80 bits
	recoveries = 10
)

// Half is a half of a first password, or a recovery code: 16 symbols in groups of four, 80 random bits.
type Half string

// NewHalf draws one from random.
func NewHalf(random io.Reader) (Half, error) {
	var b [halfLength]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	text := make([]byte, halfLength)
	for i := range text {
		text[i] = symbols[b[i]%32]
	}
	return Half(fmt.Sprintf("%s-%s-%s-%s", text[:4], text[4:8], text[8:12], text[12:])), nil
}

// Hash is what is kept of it, however it is typed.
func (h Half) Hash() access.Hash { return sha256.Sum256([]byte(bare(string(h)))) }

func bare(typed string) string {
	return strings.NewReplacer("-", "", " ", "", "i", "1", "l", "1", "o", "0").Replace(strings.ToLower(typed))
}

// Halves splits a first password as typed: the half of who proposed the account, then the half of who confirmed it.
func Halves(typed string) [2]access.Hash {
	text := bare(typed)
	if len(text) != 2*halfLength {
		return [2]access.Hash{}
	}
	return [2]access.Hash{Half(text[:halfLength]).Hash(), Half(text[halfLength:]).Hash()}
}

// Recovery draws the recovery codes of a second factor, with what is kept of them.
func Recovery(random io.Reader) (codes []Half, kept []access.Hash, err error) {
	for range recoveries {
		code, err := NewHalf(random)
		if err != nil {
			return nil, nil, err
		}
		codes, kept = append(codes, code), append(kept, code.Hash())
	}
	return codes, kept, nil
}

// SameHalves compares in constant time. Halves that nobody was given are nobody's.
func SameHalves(kept, typed [2]access.Hash) bool {
	same := 1
	for i := range kept {
		same &= subtle.ConstantTimeCompare(kept[i][:], typed[i][:])
		same &= 1 - subtle.ConstantTimeCompare(kept[i][:], make([]byte, len(kept[i])))
	}
	return same == 1
}
