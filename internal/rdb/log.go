package rdb

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/redis/go-redis/v9"
)

// LogTo sends what the client library says of its connections to a logger, for diagnosis: with Redis away it says the
// same again and again, and who needs to know is told by the health of the board. It sets the library's one logger, so
// it is called once, before anything is opened.
func LogTo(l *slog.Logger) { redis.SetLogger(clientLog{l}) }

type clientLog struct{ to *slog.Logger }

// Printf is what the library asks of a logger.
func (c clientLog) Printf(ctx context.Context, format string, v ...any) {
	c.to.DebugContext(ctx, "redis client", slog.String("says", fmt.Sprintf(format, v...)))
}
