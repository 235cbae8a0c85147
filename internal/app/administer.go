package app

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"path/filepath"
	"time"

	"golang.org/x/sync/errgroup"

	"verigate/internal/admin"
	"verigate/internal/config"
)

// Env is what commands need of the process.
type Env struct {
	Out io.Writer // what people read
	Log *slog.Logger
	Now func() time.Time
	By  admin.Credential // who gives an act on keys; zero: the console
}

// answering returns who answers for a data directory: the gateway that runs over it, or the parts, opened for this command
// alone. The returned function ends the latter.
func answering(ctx context.Context, e Env, o Options) (admin.Service, func() error, error) {
	s := o.Stores
	a, runs, err := admin.Running(ctx, s.Data)
	if err != nil {
		return nil, nil, err
	}
	if runs {
		return a, func() error { return nil }, nil
	}
	if !exists(filepath.Join(s.Data, idKeyFile)) && s.NATS == "" {
		return nil, nil, fmt.Errorf("%s holds no record: name the directory of a gateway with --data", s.Data)
	}
	o.Recorded, o.Now, o.Log = true, e.Now, e.Log
	parts, err := Open(ctx, o)
	if err != nil {
		return nil, nil, admin.AsOwner(err)
	}
	ctx, stop := context.WithCancel(ctx)
	work := parts.looks
	if parts.damaged == nil {
		work = func(ctx context.Context) *errgroup.Group { return parts.follow(ctx, newHealth(parts)) }
	}
	followers := work(ctx)
	return parts, func() error {
		stop()
		return errors.Join(followers.Wait(), parts.Close())
	}, nil
}

// Administer asks whoever answers for a data directory: the gateway that runs over it, or the parts, opened for this alone.
func Administer(ctx context.Context, e Env, s config.Stores, do func(admin.Service) error) error {
	return asking(ctx, e, Options{Stores: s}, do)
}

// Inspect is Administer for who only looks: also at a record over which nobody may serve.
func Inspect(ctx context.Context, e Env, s config.Stores, do func(admin.Service) error) error {
	return asking(ctx, e, Options{Stores: s, looking: true}, do)
}

func asking(ctx context.Context, e Env, o Options, do func(admin.Service) error) error {
	a, end, err := answering(ctx, e, o)
	if err != nil {
		return err
	}
	return errors.Join(do(a), end())
}
