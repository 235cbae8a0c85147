package app

import (
	"context"
	"net"
	"time"

	"verigate/internal/admin"
)

// serveAdmin answers on the socket until ctx ends. What is under way then has half of the time for requests under way to end; what
// takes longer, as a verify or a backup may, is broken off, and the other half is there to say so. A service is killed that takes
// longer to stop than its manager waits (deploy/systemd).
func (p *Parts) serveAdmin(ctx context.Context, l net.Listener, drain time.Duration) error {
	work, breakOff := context.WithCancelCause(context.WithoutCancel(ctx))
	defer breakOff(nil)
	defer context.AfterFunc(ctx, func() {
		select {
		case <-time.After(drain / 2):
			breakOff(admin.ErrStopping)
		case <-work.Done():
		}
	})()
	s := p.server(admin.Handler(p, p.Log))
	s.ReadTimeout = 0 // it would end the context of a command that works for longer; what one says is short, and it is this user's own
	s.BaseContext = func(net.Listener) context.Context { return work }
	return p.serve(ctx, l, s, drain)
}
