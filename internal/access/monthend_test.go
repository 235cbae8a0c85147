package access_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"verigate/internal/access"
	"verigate/internal/verification"
)

func leadNamed(person verification.PersonID) verification.Actor {
	return verification.Actor{Person: person, Roles: []verification.Role{verification.RoleLead}}
}

func TestTheEndOfAMonthIsDecidedByTwoPersons(t *testing.T) {
	t.Parallel()
	first, second := leadNamed("p_1111111111111111"), leadNamed("p_2222222222222222")
	officer := verification.Actor{Person: "p_3333333333333333", Roles: []verification.Role{verification.RoleDesk}}
	propose := access.ProposeMonthEnd{Month: "2026-01", Reason: "its retention is over", Due: true}
	confirm := access.ConfirmMonthEnd{Month: "2026-01", Groups: []string{"group.2026-01"}, Due: true}
	drop := access.DropMonthEnd{Month: "2026-01", Reason: "a court asks"}
	early, silent := propose, propose
	early.Due, silent.Reason = false, ""
	mute := drop
	mute.Reason = ""
	notYet := confirm
	notYet.Due = false

	var n access.Entry
	var last []access.Event
	for i, step := range []struct {
		by     verification.Actor
		do     access.Change
		refuse verification.Code // empty: it is done
		none   bool              // it was done before
	}{
		{by: leadNamed(""), do: confirm, refuse: verification.NoProposal}, // nobody ended it, which is no repeat of nobody's
		{by: officer, do: propose, refuse: verification.NotPermitted},
		{by: verification.System(), do: propose, refuse: verification.NotPermitted},
		{by: first, do: early, refuse: verification.NotDue},
		{by: first, do: silent, refuse: verification.ReasonMissing},
		{by: first, do: confirm, refuse: verification.NoProposal},
		{by: first, do: drop, refuse: verification.NoProposal},
		{by: first, do: propose},
		{by: first, do: propose, none: true},
		{by: second, do: propose, refuse: verification.ErasureWaits},
		{by: first, do: confirm, refuse: verification.SamePerson},
		{by: officer, do: confirm, refuse: verification.NotPermitted},
		{by: second, do: mute, refuse: verification.ReasonMissing},
		{by: second, do: drop},
		{by: second, do: confirm, refuse: verification.NoProposal},
		{by: second, do: propose},
		{by: first, do: notYet, refuse: verification.NotDue},
		{by: first, do: confirm},
		{by: first, do: confirm, none: true},
		{by: second, do: confirm, refuse: verification.ContentErased},
		{by: second, do: propose, refuse: verification.ContentErased},
		{by: second, do: drop, refuse: verification.ContentErased},
	} {
		s := verification.Stamp{At: noon.Add(time.Duration(i) * time.Minute), By: step.by}
		events, err := n.Decide(s, step.do)
		refusal, refused := errors.AsType[*verification.Refusal](err)
		switch {
		case refused != (step.refuse != "") || refused && refusal.Code != step.refuse:
			t.Fatalf("step %d: %v, want %q", i, err, step.refuse)
		case !refused && (len(events) == 0) != step.none:
			t.Fatalf("step %d: %v", i, events)
		}
		if len(events) > 0 {
			n, last = n.Apply(access.Decision{Stamp: s, Events: events}), events
		}
		if _, proposed := step.do.(access.ProposeMonthEnd); proposed && len(events) > 0 { // which another person reads, to confirm it or turn it down
			waits := access.MonthEnd{Month: "2026-01", Proposal: &access.MonthProposal{Reason: propose.Reason, By: step.by.Person, At: s.At}}
			if diff := cmp.Diff(waits, n.MonthEnd); diff != "" {
				t.Error(diff)
			}
		}
	}
	// The other gateways drop the keys of the groups that stand in it.
	ended := []access.Event{access.MonthEnded{Month: "2026-01", Groups: confirm.Groups, Reason: propose.Reason, ProposedBy: second.Person}}
	if diff := cmp.Diff(ended, last); diff != "" {
		t.Error(diff)
	}
	want := access.MonthEnd{
		Month: "2026-01", Reason: propose.Reason, Proposed: second.Person, EndedBy: first.Person, EndedAt: noon.Add(17 * time.Minute),
	}
	if diff := cmp.Diff(want, n.MonthEnd); diff != "" {
		t.Error(diff)
	}
}

// What a person may do is what is not refused of them.
func TestWhatIsAllowedOfTheEndOfAMonthIsWhatIsDone(t *testing.T) {
	t.Parallel()
	first, second := leadNamed("p_1111111111111111"), leadNamed("p_2222222222222222")
	officer := verification.Actor{Person: "p_3333333333333333", Roles: []verification.Role{verification.RoleDesk}}
	waits := &access.MonthProposal{Reason: "r", By: first.Person, At: noon}
	for _, m := range []access.MonthEnd{{}, {Proposal: waits}, {EndedAt: noon, EndedBy: "p_4444444444444444"}} {
		for _, by := range []verification.Actor{first, second, officer} {
			propose, confirm, drop := m.Allows(by)
			for c, may := range map[access.Change]bool{
				access.ProposeMonthEnd{Month: "2026-01", Reason: "another", Due: true}: propose,
				access.DropMonthEnd{Month: "2026-01", Reason: "r"}:                     drop,
			} {
				if _, err := (access.Entry{MonthEnd: m}).Decide(verification.Stamp{At: noon, By: by}, c); (err == nil) != may {
					t.Errorf("%+v by %s: %T %v, allowed %v", m, by.Person, c, err, may)
				}
			}
			if _, err := (access.Entry{MonthEnd: m}).Decide(verification.Stamp{At: noon, By: by}, access.ConfirmMonthEnd{Due: true}); (err == nil) != confirm {
				t.Errorf("%+v by %s: confirm %v, allowed %v", m, by.Person, err, confirm)
			}
		}
	}
}
