package cli

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"

	"verigate/internal/app"
)

// stopped is what becomes of a context that ended while a command worked. serve is told to stop in no other way, so that its end is
// an ordered one; any other command has not done what it was called for, and must not look to a script as if it had.
func stopped(ctx context.Context, e app.Env, command string, err error) error {
	switch {
	case !errors.Is(err, context.Canceled):
		return err
	case command == "serve" && ctx.Err() != nil:
		e.Log.Info("told to stop before the door was open", slog.Any("error", err))
		return nil
	}
	return fmt.Errorf("interrupted: %s: %w", meaning(command), err)
}

// meaning says what a command has left that was interrupted, and what to do.
func meaning(command string) string {
	switch {
	case command == "verify":
		return "this call says nothing of the record: call verigate verify again"
	case command == "check":
		return "not everything was looked at: call verigate check again"
	case command == "rebuild":
		return "board and queues may be half made: call verigate rebuild again"
	case command == "backup take":
		return "there is no backup of this call; a key that it made for one opens nothing and ends with the others: call verigate backup take again"
	case command == "backup expire":
		return "keys whose time is over may be there still: call verigate backup expire again"
	case strings.HasPrefix(command, "backup restore"):
		return "nothing of it is to be served yet: call verigate backup restore again with the same backup"
	case strings.HasPrefix(command, "demo"):
		return "the stories were not told to their end"
	default:
		return "it may be done or not: look whether it was done before you call it again"
	}
}
