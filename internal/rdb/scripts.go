package rdb

import (
	"context"
	_ "embed" // the scripts
	"errors"
	"fmt"

	"github.com/redis/go-redis/v9"
)

var (
	//go:embed allow.lua
	allowSource string
	//go:embed apply.lua
	applySource string
	//go:embed begin.lua
	beginSource string
	//go:embed switch.lua
	switchSource string
	//go:embed drop.lua
	dropSource string
	//go:embed page.lua
	pageSource string
	//go:embed count.lua
	countSource string
	//go:embed held.lua
	heldSource string
	//go:embed take.lua
	takeSource string
	//go:embed cells.lua
	cellsSource string
	//go:embed uncount.lua
	uncountSource string
)

type scripts struct {
	allow, apply, begin, turn, drop, page, count, held, take, cells, uncount *redis.Script
}

func newScripts() scripts {
	return scripts{
		allow: redis.NewScript(allowSource),
		apply: redis.NewScript(applySource), begin: redis.NewScript(beginSource), turn: redis.NewScript(switchSource), drop: redis.NewScript(dropSource), page: redis.NewScript(pageSource),
		count: redis.NewScript(countSource), held: redis.NewScript(heldSource), take: redis.NewScript(takeSource),
		cells: redis.NewScript(cellsSource), uncount: redis.NewScript(uncountSource),
	}
}

// call is one run of a script.
type call struct {
	keys []string
	args []any
}

// run runs the script once for each call in one round trip, and once more when the server did not know it yet: every
// script may be repeated.
func (s *Store) run(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	replies, err := s.pipeline(ctx, script, calls)
	if !redis.HasErrorPrefix(err, "NOSCRIPT") {
		return replies, s.failure(ctx, err)
	}
	if err := script.Load(ctx, s.client).Err(); err != nil {
		return nil, s.failure(ctx, err)
	}
	replies, err = s.pipeline(ctx, script, calls)
	return replies, s.failure(ctx, err)
}

// pipeline returns the first error among the replies. An empty reply is none.
func (s *Store) pipeline(ctx context.Context, script *redis.Script, calls []call) ([]*redis.Cmd, error) {
	pipe := s.client.Pipeline()
	replies := make([]*redis.Cmd, len(calls))
	for i, c := range calls {
		replies[i] = script.EvalSha(ctx, pipe, c.keys, c.args...)
	}
	if _, err := pipe.Exec(ctx); err != nil && !errors.Is(err, redis.Nil) {
		return nil, err
	}
	return replies, nil
}

// number runs the script for a result that is a number.
func (s *Store) number(ctx context.Context, script *redis.Script, c call) (int, error) {
	replies, err := s.run(ctx, script, []call{c})
	if err != nil {
		return 0, err
	}
	return replies[0].Int()
}

// strings runs the script for a result that is a list of strings.
func (s *Store) strings(ctx context.Context, script *redis.Script, c call) ([]string, error) {
	replies, err := s.run(ctx, script, []call{c})
	if err != nil {
		return nil, err
	}
	return stringsOf(replies[0])
}

func stringsOf(reply *redis.Cmd) ([]string, error) {
	list, err := reply.StringSlice()
	if err != nil {
		return nil, fmt.Errorf("reply of a script: %w", err)
	}
	return list, nil
}
