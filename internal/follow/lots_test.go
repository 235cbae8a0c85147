package follow

import (
	"context"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"verigate/internal/record"

	"verigate/internal/board"
	"verigate/internal/marking"
	"verigate/internal/verification"
)

// lots is a Queue that notes how many tasks came at once, and when; only PutAll is called by what these tests send.
type lots struct {
	Queue
	began time.Time
	sizes []int
	at    []time.Duration
}

func (l *lots) PutAll(_ context.Context, items []Item) error {
	l.sizes = append(l.sizes, len(items))
	l.at = append(l.at, time.Since(l.began))
	return nil
}

// sent has the queuer write what bursts of new tasks bring, one burst every 10 ms.
func sent(t *testing.T, bursts ...int) *lots {
	t.Helper()
	l := &lots{began: time.Now()}
	steps := make(chan passed, readAhead)
	go func() {
		defer close(steps)
		n := uint64(0)
		for _, burst := range bursts {
			for range burst {
				n++
				task := verification.Assignment{Task: "r-01", Unit: "03"}
				after := State{Sequence: n, Request: verification.Request{
					ID: "r", State: verification.WithUnits, Intake: verification.Intake{Level: marking.L2}, Tasks: []verification.Task{{Assignment: task}},
				}}
				after.Rows.Tasks = []board.QueueItem{{Task: task.Task, Unit: task.Unit}}
				steps <- passed{place: record.Place{Sequence: n}, step: &Step{Entry: Entry{Place: record.Place{Sequence: n}}, Before: &State{}, After: &after}}
			}
			time.Sleep(10 * time.Millisecond)
		}
	}()
	if err := (Queuer{Queue: l, Positions: nowhere{}}).follow(t.Context(), record.Position{}, steps); err != nil {
		t.Fatal(err)
	}
	all := 0
	for _, burst := range bursts {
		all += burst
	}
	for _, size := range l.sizes {
		all -= size
	}
	if all != 0 {
		t.Errorf("%d tasks were not written", all)
	}
	return l
}

type nowhere struct{}

func (nowhere) Load(context.Context, string) (at record.Position, err error) { return at, nil }
func (nowhere) Save(context.Context, string, record.Position) error          { return nil }

func TestATaskThatComesAloneIsWrittenAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := sent(t, 1, 1, 1)
		if want := []time.Duration{0, 10 * time.Millisecond, 20 * time.Millisecond}; !slices.Equal(l.at, want) {
			t.Errorf("written after %v, want %v", l.at, want)
		}
	})
}

func TestWhileManyComeALotWaitsForMore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := sent(t, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)
		if len(l.sizes) > 4 {
			t.Errorf("lots of %v after %v", l.sizes, l.at)
		}
	})
}

func TestAFullLotDoesNotWait(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		l := sent(t, 3*readAhead)
		if l.at[len(l.at)-1] > lotWait || len(l.sizes) > 5 {
			t.Errorf("lots of %v after %v", l.sizes, l.at)
		}
	})
}
