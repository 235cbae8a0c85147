package gateway_test

import (
	"testing"
	"time"

	"verigate/internal/access"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// While the partner is asked the clock shows a due that stands still, and the promise moves on with every hour that it takes:
// a date before that one would shorten the promise, whatever it is called.
func TestAnExtensionWhileThePartnerIsAskedIsLaterThanWhatItsSilenceMadeOfThePromise(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	w.Claim(gatewaytest.Editor(), c.ID)
	w.Do(gatewaytest.Editor(), access.OpAskPartner, c.ID, verification.AskPartner{Code: "identity", Text: "Which?", ReplyBy: w.Clock.Now().Add(10 * 24 * time.Hour)})
	w.Clock.Move(3 * 24 * time.Hour)
	moved := c.DueAt.Add(3 * 24 * time.Hour)
	extend := func(to time.Time) error {
		_, err := w.Gateway.Extend(t.Context(), gatewaytest.Call(gatewaytest.Lead(), access.OpExtendPromise), c.ID, verification.Extend{DueAt: to, Code: "laboratory"})
		return err
	}
	refused(t, extend(w.Clock.Now().Add(time.Hour)), verification.NotLater)
	refused(t, extend(moved), verification.NotLater)
	want(t, extend(moved.Add(time.Hour)), nil)
	v := w.Do(gatewaytest.Partner("NG"), access.OpReplyToClarification, c.ID, verification.ReplyToClarification{Body: []byte(`{"text":"this"}`)})
	if total, _ := v.Clocks.Find(sla.Total, ""); !total.DueAt.Equal(moved.Add(time.Hour)) {
		t.Errorf("due %s, not %s", total.DueAt, moved.Add(time.Hour))
	}
}
