package jet

import (
	"testing"
	"time"

	"verigate/internal/screen"
	"verigate/internal/screen/screentest"
)

func TestPairingsKeepTheContract(t *testing.T) {
	t.Parallel()
	c := open(t)
	screentest.Run(t, func() screen.Store { return c.Pairings() })
}

func TestAScreenWhoseAnswerWasLostWaitsOnce(t *testing.T) {
	t.Parallel()
	c := open(t)
	lose := lossy(c)
	lose(1)
	if kept, err := c.Pairings().Put(t.Context(), "7Q4KM2XD", screen.Waiting{Key: "0123456789abcdef"}, time.Minute); !kept || err != nil {
		t.Errorf("%t, %v", kept, err)
	}
}

func TestACodeIsForgottenByTheServer(t *testing.T) {
	t.Parallel()
	p := open(t).Pairings()
	if _, err := p.Put(t.Context(), "7Q4KM2XD", screen.Waiting{Key: "0123456789abcdef"}, 0); err != nil {
		t.Fatal(err)
	}
	for end := time.Now().Add(20 * time.Second); ; time.Sleep(50 * time.Millisecond) {
		_, waits, err := p.Find(t.Context(), "7Q4KM2XD")
		if err != nil {
			t.Fatal(err)
		}
		if !waits {
			return
		}
		if time.Now().After(end) {
			t.Fatal("it is there after its time")
		}
	}
}
