package jet

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"verigate/internal/record/recordtest"
)

// A stream that elects who leads it answers nobody about a snapshot, or too late: whoever takes one asks again, and what the first
// question brings after all does not come between. Who is never answered may not ask.
func TestASnapshotThatIsNotAnsweredIsAskedForAgain(t *testing.T) {
	t.Parallel()
	s, c := startIn(t, t.TempDir())
	defer func() { c.Close(); s.Close() }()
	appended(t, c.Journal(), 0, 0)
	n := c.Journal().partitions
	stream := recordStream(recordtest.Message("r1", 0).In(n), n)
	var whole bytes.Buffer
	want, err := c.Snapshot(t.Context(), stream, &whole)
	do(t, err)
	ask, asked := c.request, 0
	lose := func(losing int) {
		asked = 0
		c.request = func(ctx context.Context, m *nats.Msg) (*nats.Msg, error) {
			answer, err := ask(ctx, m)
			if strings.Contains(m.Subject, "SNAPSHOT") {
				if asked++; asked <= losing {
					return nil, context.DeadlineExceeded
				}
			}
			return answer, err
		}
	}
	lose(2)
	var again bytes.Buffer
	if got, err := c.Snapshot(t.Context(), stream, &again); err != nil || got != want || asked != 3 {
		t.Errorf("asked %d times: %+v, want %+v, %v", asked, got, want, err)
	}
	if a, b := whole.Len(), again.Len(); a == 0 || b > a+a/10 {
		t.Errorf("%d bytes, and then %d", a, b)
	}
	lose(1 << 30)
	c.patience = time.Second
	if _, err := c.Snapshot(t.Context(), stream, &again); !errors.Is(err, ErrNoBackupRights) {
		t.Error(err)
	}
}
