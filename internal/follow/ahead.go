package follow

import (
	"context"
	"errors"
)

// readAhead is how many messages may be read and not yet written.
const readAhead = 512

// passed is one message read: its sequence, and the step when it changed a request.
type passed struct {
	sequence uint64
	step     *Step
}

// ahead reads and folds the record from a sequence on while write works on what was read before. It ends with what
// either ends with.
func (f *folder) ahead(ctx context.Context, from uint64, write func(context.Context, <-chan passed) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	steps := make(chan passed, readAhead)
	replayed := make(chan error, 1)
	go func() {
		defer close(steps)
		replayed <- f.replay(ctx, from, steps)
	}()
	err := write(ctx, steps)
	stop()
	drop(steps)
	return errors.Join(err, <-replayed)
}

func (f *folder) replay(ctx context.Context, from uint64, steps chan<- passed) error {
	return f.Log.Replay(ctx, from, func(e Entry) error {
		step, changed, err := f.step(ctx, e)
		if err != nil {
			return err
		}
		p := passed{sequence: e.Sequence}
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
