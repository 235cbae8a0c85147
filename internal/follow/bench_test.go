package follow

import (
	"fmt"
	"testing"
	"time"

	"verigate/deploy"
	"verigate/internal/marking"
	"verigate/internal/record"
	"verigate/internal/sla"
	"verigate/internal/verification"
)

// BenchmarkThreeFollowersOfNewRequests is what they spend on a new request before any of them writes: one folds it, and
// all three remember it.
func BenchmarkThreeFollowersOfNewRequests(b *testing.B) {
	rules, err := sla.Load(deploy.Data)
	if err != nil {
		b.Fatal(err)
	}
	e := submittedEntry(b, rules)
	shared := NewSteps()
	var followers [3]*folder
	for i := range followers {
		followers[i] = newFolder(Folding{Rules: rules, Steps: shared})
	}
	b.ReportAllocs()
	for n := uint64(1); b.Loop(); n++ {
		e.Sequence, e.ID = n, fmt.Sprintf("%026d", n)
		for _, f := range followers {
			if _, changed, err := f.step(b.Context(), e); err != nil || !changed {
				b.Fatal(changed, err)
			}
		}
	}
}

// submittedEntry is a request with one question, routed to a unit by rule.
func submittedEntry(b *testing.B, rules *sla.Rules) Entry {
	b.Helper()
	at := time.Date(2021, 9, 1, 3, 5, 0, 0, time.UTC)
	by := verification.Actor{Person: "p_partner", Roles: []verification.Role{verification.RolePartner}, Partner: "NG"}
	stamp := verification.Stamp{At: at, By: by}
	events, err := verification.Decide(verification.Request{}, verification.Order{Stamp: stamp, Command: verification.Submit{
		ID: "0123456789abcdefghjkmnpqrs", Questions: []verification.Question{{N: 1, Code: "CON"}},
		Route: []verification.Assignment{{Unit: "03", Questions: []int{1}}},
		Intake: verification.Intake{
			Number: "VR", Partner: "NG", Kind: verification.KindRequest, Degree: verification.Urgent, Level: marking.L1,
			Policy: sla.PolicyVersion, Calendar: rules.Current().Version(), ReceivedAt: at,
		},
	}})
	if err != nil {
		b.Fatal(err)
	}
	return Entry{Content: record.Whole, Decision: verification.Decision{Stamp: stamp, Events: events}}
}
