package rdb

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/redis/go-redis/v9"

	"verigate/internal/board"
)

// passing are the replies of a server that cannot serve now: it starts, follows, votes, is full, or does not let us in.
var passing = []string{
	"LOADING", "READONLY", "CLUSTERDOWN", "MASTERDOWN", "TRYAGAIN", "BUSY", "OOM", "MISCONF", "NOREPLICAS", "MOVED", "ASK",
	"NOAUTH", "WRONGPASS", "NOPERM", "UNBLOCKED", "ERR max number of clients",
}

// failure sorts an error: the caller's ended context, board.ErrUnavailable, or a defect.
func (s *Store) failure(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	if ended := ctx.Err(); ended != nil {
		return fmt.Errorf("redis: %w", ended)
	}
	var reply redis.Error
	if errors.As(err, &reply) {
		said := reply.Error()
		if !slices.ContainsFunc(passing, func(prefix string) bool { return strings.HasPrefix(said, prefix) }) {
			return fmt.Errorf("redis: %w", err)
		}
	}
	return fmt.Errorf("redis: %w: %w", board.ErrUnavailable, err)
}
