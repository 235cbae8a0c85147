package app

import (
	"context"
	"errors"
	"time"

	"verigate/internal/httpapi"
	"verigate/internal/record"
	"verigate/internal/seal"
)

// rootEvery is how often it is looked at whether the root key is there for the next month, and rootWithin how long one look
// may take.
const (
	rootEvery  = 30 * time.Second
	rootWithin = 15 * time.Second
)

// rootSight is what was seen of the root keys last.
type rootSight struct {
	code  string // of health; empty: all is well
	since time.Time
}

// watchRoot looks at the root keys until ctx ends. Nobody waits for it: what is asked of health must not wait for another
// machine.
func (p *Parts) watchRoot(ctx context.Context) error {
	tick := time.NewTicker(rootEvery)
	defer tick.Stop()
	for {
		p.lookAtRoot(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

func (p *Parts) lookAtRoot(ctx context.Context) {
	within, cancel := context.WithTimeout(ctx, rootWithin)
	defer cancel()
	status, err := p.Root.Status(within, p.Conn.Keys())
	if ctx.Err() != nil {
		return
	}
	sight := rootSight{code: rootCode(status, err), since: p.Now()}
	if was := p.rootSeen.Load(); was != nil && was.code == sight.code {
		return
	}
	p.rootSeen.Store(&sight)
	if sight.code == rootNoAnswer || sight.code == rootRefused {
		p.Log.Warn("the root key is away: the next month's key cannot be made, and a start would be refused", "error", err)
	}
}

// The codes of health on root keys.
const (
	rootNoAnswer = "no_answer"    // transit, or the store, does not answer
	rootRefused  = "no_key"       // the files or the answer are not what they must be
	rootUnknown  = "unknown_root" // something is under a root that is not here
	rootUnder    = "not_rotated"  // a rotation is not done
)

func rootCode(s seal.RootStatus, err error) string {
	if errors.Is(err, record.ErrUnavailable) || errors.Is(err, context.DeadlineExceeded) {
		return rootNoAnswer
	}
	if err != nil {
		return rootRefused
	}
	for _, u := range s.Under {
		if !u.Here {
			return rootUnknown
		}
	}
	for _, u := range s.Under {
		if u.Version != "" && u.Version != s.Newest { // those without a version go on until somebody rotates
			return rootUnder
		}
	}
	return ""
}

// root says whether the next month's key can be made, and a start would succeed. All months that there are go on without.
func (h *health) root() httpapi.Check {
	check := httpapi.Check{Name: "root", Status: "ok"}
	if seen := h.parts.rootSeen.Load(); seen != nil && seen.code != "" {
		check.Status, check.Code, check.Since = "degraded", seen.code, seen.since
	}
	return check
}
