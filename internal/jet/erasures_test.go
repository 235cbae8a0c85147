package jet

import (
	"testing"

	"verigate/internal/record"
)

func TestThePositionOfTheErasuresGoesForwardOnlyAndFillsNoSubject(t *testing.T) {
	t.Parallel()
	c := open(t)
	e, ctx := c.Erasures(), t.Context()
	if at, err := e.Upto(ctx); err != nil || at != (record.Position{}) {
		t.Fatalf("at the beginning %v, %v", at, err)
	}
	for n := range uint64(40) { // a subject of KEYS takes 16 messages
		do(t, e.CarriedOut(ctx, record.Position{n, 40 - n}))
	}
	if at, err := e.Upto(ctx); err != nil || at != (record.Position{39, 40}) {
		t.Fatalf("in the end %v, %v", at, err)
	}
}

func TestThePositionOfTheErasuresGoesBackWithTheRecord(t *testing.T) {
	t.Parallel()
	e, ctx := open(t).Erasures(), t.Context()
	do(t, e.CarriedOut(ctx, record.Position{5000, 7}))
	for _, at := range []record.Position{{1000, 9}, {1000, 9}, {}, {3, 4}} {
		do(t, e.CarriedOutOnly(ctx, at))
		if got, err := e.Upto(ctx); err != nil || got != at {
			t.Fatalf("it is %v, %v; want %v", got, err, at)
		}
	}
	do(t, e.CarriedOut(ctx, record.Position{1, 6}))
	if got, err := e.Upto(ctx); err != nil || got != (record.Position{3, 6}) {
		t.Fatalf("then it is %v, %v", got, err)
	}
}

func TestThePlaceInTheWitnesssListGoesBackToo(t *testing.T) {
	t.Parallel()
	e, ctx := open(t).Erasures(), t.Context()
	for _, n := range []uint64{0, 7, 7, 3, 40} {
		do(t, e.CarriedOutWitnessed(ctx, n))
		if got, err := e.Witnessed(ctx); err != nil || got != n {
			t.Fatalf("it is %d, %v; want %d", got, err, n)
		}
	}
	do(t, e.CarriedOut(ctx, record.Position{1, 2}))
	if got, err := e.Witnessed(ctx); err != nil || got != 40 {
		t.Fatalf("the position took its place: %d, %v", got, err)
	}
}
