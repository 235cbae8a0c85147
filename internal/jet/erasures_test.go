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
