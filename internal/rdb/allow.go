package rdb

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"verigate/internal/limit"
)

var _ limit.Shared = (*Store)(nil)

// Take implements limit.Shared. What is kept of an allowance goes by itself when its burst is whole again.
func (s *Store) Take(ctx context.Context, key string, r limit.Rate, now time.Time) (limit.Verdict, error) {
	replies, err := s.run(ctx, s.scripts.allow, []call{{
		keys: []string{s.keys.allowance(key)}, args: []any{now.UnixMicro(), r.Interval().Microseconds(), r.Window().Microseconds()},
	}})
	if err != nil {
		return limit.Verdict{}, err
	}
	reply, err := replies[0].Slice()
	if err != nil {
		return limit.Verdict{}, fmt.Errorf("reply of an allowance: %w", err)
	}
	return verdict(reply, r, now)
}

func verdict(reply []any, r limit.Rate, now time.Time) (limit.Verdict, error) {
	if len(reply) != 2 {
		return limit.Verdict{}, errors.New("reply of an allowance: not two values")
	}
	ok, _ := reply[0].(int64)
	text, _ := reply[1].(string)
	full, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return limit.Verdict{}, fmt.Errorf("reply of an allowance: %w", err)
	}
	left := now.Add(r.Window()).Sub(time.UnixMicro(full))
	if ok == 1 {
		return limit.Verdict{OK: true, Remaining: int(left / r.Interval())}, nil
	}
	return limit.Verdict{Retry: r.Interval() - left}, nil
}
