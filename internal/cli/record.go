package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"path/filepath"
	"time"

	"verigate/internal/admin"
	"verigate/internal/app"
	"verigate/internal/config"
	"verigate/internal/demo"
	"verigate/internal/follow"
)

// Verify compares and prints each difference. It opens a record over which nobody may serve, and says what is wrong with it.
func Verify(ctx context.Context, e app.Env, c config.Verify) error {
	return app.Inspect(ctx, e, c.Stores, func(a admin.Service) error {
		report, err := a.Verify(ctx)
		if err != nil {
			return err
		}
		return printReport(e.Out, report)
	})
}

func printReport(out io.Writer, r follow.Report) error {
	for _, d := range r.Differences {
		fmt.Fprintf(out, "%s: %s\n", d.Where, d.What)
	}
	if r.Erased > 0 {
		where := "under way until verigate erasure scan finds none of their keys on any node"
		if r.Searched {
			where = "none of their keys is in a file of the store"
		}
		backups := "no backup of KEYS that may have one is known (" + otherCopies + ")"
		if !r.Backups.IsZero() {
			backups = "the last backup of KEYS that has one runs out " + admin.Moment(r.Backups)
		}
		fmt.Fprintf(out, "erased: %d requests; %s; %s\n", r.Erased, where, backups)
	}
	if r.Months > 0 {
		fmt.Fprintf(out, "ended by decision: %d months, the keys under which they were sealed among what is erased\n", r.Months)
	}
	for _, note := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", note)
	}
	for _, why := range r.Uncompared {
		fmt.Fprintf(out, "not compared: %s\n", why)
	}
	fmt.Fprintf(out, "record of %d messages: %d requests, %d queued tasks, %d differences\n", r.Upto.Count(), r.Requests, r.Tasks, len(r.Differences))
	return r.Err()
}

// Rebuild makes the board and the queues again.
func Rebuild(ctx context.Context, e app.Env, c config.Rebuild) error {
	return app.Administer(ctx, e, c.Stores, func(a admin.Service) error {
		rebuilt, err := a.Rebuild(ctx)
		if err != nil {
			return err
		}
		fmt.Fprintf(e.Out, "board and queues made again from the record of %d messages in %s\n", rebuilt.Messages, rebuilt.Took.Round(time.Millisecond))
		return nil
	})
}

// Demo plays the stories against a running demonstration.
func Demo(ctx context.Context, e app.Env, c config.Demo, colour bool) error {
	credentials, err := demo.ReadCredentials(filepath.Join(c.Data, app.CredentialFile))
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%w: start a demonstration first with make run", err)
		}
		return admin.AsOwner(err)
	}
	return demo.Play(ctx, demo.Options{
		Credentials: credentials, Out: e.Out, Colour: colour && !c.Plain, Now: e.Now,
		HTTP: &http.Client{Timeout: 30 * time.Second}, Stories: c.Stories,
	})
}
