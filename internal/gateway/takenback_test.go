package gateway_test

import (
	"encoding/json"
	"slices"
	"testing"

	"verigate/internal/access"
	"verigate/internal/gateway"
	"verigate/internal/gateway/gatewaytest"
	"verigate/internal/verification"
)

// Facts of an interim answer go out while their question is pending. When the unit takes one back, with what it finds in the end,
// the next version says so: the partner has read it, and nothing else would tell.
func TestAVersionSaysWhichFactsOfEarlierOnesStandNoMore(t *testing.T) {
	t.Parallel()
	w := still(t)
	c := w.Submit(gatewaytest.Partner("NG"), "k", w.Example("S01", nil))
	officer := gatewaytest.Officer("03")
	w.DoTask(officer, access.OpAcceptTask, c.ID, 1, gatewaytest.Accept)
	v := w.Answer(officer, c.ID, 1, false, gatewaytest.Held(1, "ARRIVED", "It arrived."), gatewaytest.Held(2, "CONFIRMED", "It is registered."))
	kept, gone := factOf(t, v, 1, 0), factOf(t, v, 2, 0)
	w.Claim(gatewaytest.Editor(), c.ID)
	w.Do(gatewaytest.Editor(), access.OpSendToReview, c.ID, verification.SendToReview{})
	part := w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{Kind: verification.ReleasePartial}).Request.Package
	if !slices.Equal(part.Facts, []verification.FactID{kept, gone}) || len(takenBack(t, part.Bytes)) > 0 {
		t.Fatalf("the part gives %v and takes back %v", part.Facts, takenBack(t, part.Bytes))
	}
	w.Release(gatewaytest.Reviewer(), c.ID, part.Hash)
	nothing := func(n int) verification.QuestionAnswer {
		return verification.QuestionAnswer{N: n, Result: verification.VerifiedNegative, Outcome: "NOT_FOUND", Search: &verification.Search{
			Registers: []string{"declarations"}, Identifiers: []string{"container"}, From: "2020", To: "2021", DoneAt: w.Clock.Now(), Role: "officer",
		}}
	}
	w.Answer(officer, c.ID, 1, true, nothing(2), nothing(3))
	final := w.Prepare(gatewaytest.Editor(), c.ID, gateway.Edit{Kind: verification.ReleaseFinal}).Request.Package
	if got := takenBack(t, final.Bytes); !slices.Equal(got, []verification.FactID{gone}) {
		t.Errorf("the final answer takes back %v, want %v: %s", got, gone, final.Bytes)
	}
}

func takenBack(t *testing.T, form []byte) []verification.FactID {
	t.Helper()
	var doc struct {
		TakenBack []verification.FactID `json:"taken_back"`
	}
	if err := json.Unmarshal(form, &doc); err != nil {
		t.Fatal(err)
	}
	return doc.TakenBack
}
