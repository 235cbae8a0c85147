package account

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"time"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"
)

// ErrBusy says that more passwords are being proved than this machine has memory for: try again in some seconds.
var ErrBusy = errors.New("too many passwords are being proved at once")

// Cost is what one hash takes.
type Cost struct {
	Memory uint32 // KiB
	Passes uint32
	Lanes  uint8
}

// Recommended is the second recommended option of RFC 9106, section 4: 64 MiB, three passes, four lanes.
func Recommended() Cost { return Cost{Memory: 64 << 10, Passes: 3, Lanes: 4} }

// Hasher hashes passwords with argon2id, a few at once: each takes its memory, and a crowd of attempts must not take
// all that the gateway has. It is safe for concurrent use.
type Hasher struct {
	cost  Cost
	slots chan struct{}
	wait  time.Duration
	decoy string
}

// waitsFor is how long an attempt waits for its turn.
const waitsFor = 5 * time.Second

// NewHasher hashes at most `atOnce` passwords at a time.
func NewHasher(cost Cost, atOnce int) *Hasher {
	decoy := make([]byte, saltLength+hashLength)
	_, _ = rand.Read(decoy) // it cannot fail, says its package
	return &Hasher{
		cost: cost, slots: make(chan struct{}, atOnce), wait: waitsFor, decoy: phc(cost, decoy[:saltLength], decoy[saltLength:]),
	}
}

const (
	saltLength = 16
	hashLength = 32
)

// Hash gives the PHC form: $argon2id$v=19$m=65536,t=3,p=4$salt$hash. It is ErrBusy when no turn comes.
func (h *Hasher) Hash(ctx context.Context, password string) (string, error) {
	salt := make([]byte, saltLength)
	if _, err := rand.Read(salt); err != nil {
		return "", fmt.Errorf("draw a salt: %w", err)
	}
	sum, err := h.derive(ctx, password, salt, h.cost)
	if err != nil {
		return "", err
	}
	return phc(h.cost, salt, sum), nil
}

func phc(cost Cost, salt, sum []byte) string {
	text := base64.RawStdEncoding.EncodeToString
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, cost.Memory, cost.Passes, cost.Lanes, text(salt), text(sum))
}

// Proves says whether the password is the one that was hashed. An empty or unreadable hash is proved by nothing and
// takes as long as any other: whoever measures does not learn whether there is one.
func (h *Hasher) Proves(ctx context.Context, hashed, password string) (bool, error) {
	kept := true
	cost, salt, want, err := parse(hashed)
	if err != nil {
		kept = false
		if cost, salt, want, err = parse(h.decoy); err != nil {
			return false, err
		}
	}
	sum, err := h.derive(ctx, password, salt, cost)
	if err != nil {
		return false, err
	}
	return subtle.ConstantTimeCompare(sum, want) == 1 && kept, nil
}

// derive waits for its turn. A person's keyboard decides whether ế is one code point or three: both are one password.
func (h *Hasher) derive(ctx context.Context, password string, salt []byte, cost Cost) ([]byte, error) {
	turn := time.NewTimer(h.wait)
	defer turn.Stop()
	select {
	case h.slots <- struct{}{}:
		defer func() { <-h.slots }()
	case <-turn.C:
		return nil, ErrBusy
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	return argon2.IDKey([]byte(norm.NFKC.String(password)), salt, cost.Passes, cost.Memory, cost.Lanes, hashLength), nil
}

var errForm = errors.New("a hash of another form")

// parse reads the PHC form; it never tells what it read.
func parse(hashed string) (cost Cost, salt, sum []byte, err error) {
	parts := strings.Split(hashed, "$")
	if len(parts) != 6 || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return cost, nil, nil, errForm
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &cost.Memory, &cost.Passes, &cost.Lanes); n != 3 || err != nil {
		return cost, nil, nil, errForm
	}
	if cost.Passes < 1 || cost.Lanes < 1 || cost.Memory > 1<<20 {
		return cost, nil, nil, errForm
	}
	salt, err1 := base64.RawStdEncoding.DecodeString(parts[4])
	sum, err2 := base64.RawStdEncoding.DecodeString(parts[5])
	if err1 != nil || err2 != nil || len(salt) < saltLength || len(sum) != hashLength {
		return cost, nil, nil, errForm
	}
	return cost, salt, sum, nil
}
