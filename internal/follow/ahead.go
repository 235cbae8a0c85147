package follow

import (
	"context"
	"errors"

	"verigate/internal/record"
)

// readAhead is how many messages may be read and not yet written.
const readAhead = 512

// passed is one message read: its place, and the step when it changed a request.
type passed struct {
	place record.Place
	step  *Step
}

// ahead reads and folds the record behind a position while write works on what was read before. It ends with what
// either ends with.
func (f *folder) ahead(ctx context.Context, after record.Position, write func(context.Context, <-chan passed) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	steps := make(chan passed, readAhead)
	replayed := make(chan error, 1)
	go func() {
		defer close(steps)
		replayed <- f.replay(ctx, after, steps)
	}()
	err := write(ctx, steps)
	stop()
	drop(steps)
	return errors.Join(err, <-replayed)
}

func (f *folder) replay(ctx context.Context, after record.Position, steps chan<- passed) error {
	return f.Log.Replay(ctx, after, func(e Entry) error {
		step, changed, err := f.step(ctx, e)
		if err != nil {
			return err
		}
		p := passed{place: e.Place}
		if changed {
			p.step = step
		}
		select {
		case steps <- p:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	})
}

// drop forgets what was read ahead: it is read again from where the product stands.
func drop(steps <-chan passed) {
	for p := range steps {
		_ = p
	}
}
