package screen

import (
	"context"
	"errors"
	"time"

	"verigate/internal/access"
	"verigate/internal/verification"
)

// ErrUnavailable says that it is not known which devices wait.
var ErrUnavailable = errors.New("the codes of screens are not available")

// Waiting is a device that shows its code.
type Waiting struct {
	Key    verification.KeyID `json:"key"`
	Hash   access.Hash        `json:"hash"` // of the key
	EndsAt time.Time          `json:"ends_at"`
}

// Store keeps the devices that wait, for all gateways and over their restarts. It is safe for concurrent use. What it cannot
// say is an error that is ErrUnavailable, or ctx's.
type Store interface {
	// Put keeps a device under its code, durable when it returns, and says false when the code is another's; it may be
	// forgotten after `lives`.
	Put(ctx context.Context, code Code, w Waiting, lives time.Duration) (kept bool, err error)
	// Find gives the device of a code, and false when there is none, which is certain.
	Find(ctx context.Context, code Code) (Waiting, bool, error)
}
