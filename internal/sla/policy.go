package sla

import (
	"slices"
	"time"

	"verigate/internal/verification"
)

// Policy is one version of the limits, a file of deploy/data/policies. It is never edited: requests are pinned to it.
type Policy struct {
	Version      string
	Degrees      map[verification.Degree]Degree
	Confirm      Limit                          // how long an answer waits for the partner's word before it is closed
	RecallNotice Limit                          // how long a recall may stay unread
	RedCause     Limit                          // how long a breach may stay unexplained
	Pauses       map[Name][]string              // by clock: causeClarifying, causeHold, causeConsent
	Counting     []string                       // codes of holds that pause nothing
	Ladder       map[string]map[int]Rung        // by side (unit, desk) and per cent of a promise: who is told
	InPeak       string                         // the clock to which a campaign may switch the rounds of its peak
	Leads        map[string]Limit               // how long before a physical event of that type a unit must act
	Defaults     map[string]verification.Degree // by type of question: when the partner sends none
	Floors       map[string]verification.Degree // by type of question or theme: never slower
	Extra        map[string]Limit               // by type of question: what an outside agency gets beside the unit's time
	Windows      map[string]Limit               // by type of question: total ends that long before the physical event
}

// Degree is what one degree allows.
type Degree struct {
	Clock  string // which hours count: clockAround or clockBusiness
	Limits Limits
	Steps  []int // at which per cent of a promise somebody is told, ascending, with 100, the breach
}

// Limits is what one degree allows, clock by clock.
type Limits struct {
	Acknowledge, Route, Accept, Interim, Answer, Review, Total, Clarify, Consent Limit
}

// The clocks of a policy. Around the clock means so whatever calendar a request is pinned to.
const (
	clockAround   = "24x7"
	clockBusiness = "business"
)

// of returns what a degree allows; an unknown one is routine, as a letter without a stamp is.
func (p *Policy) of(d verification.Degree) Degree {
	if l, ok := p.Degrees[d]; ok {
		return l
	}
	return p.Degrees[verification.Routine]
}

// pauses says whether a clock stands still for a cause: clarifying, a consent or any hold.
func (p *Policy) pauses(name Name, cause string) bool { return slices.Contains(p.Pauses[name], cause) }

// extra returns the longest time that an outside agency gets for any of the types.
func (p *Policy) extra(codes []string, cal Calendar) time.Duration {
	var longest time.Duration
	for _, code := range codes {
		longest = max(longest, cal.Length(p.Extra[code]))
	}
	return longest
}

// actBy returns when a unit must have acted: the event less its lead, the policy's by type unless the body has one.
func (p *Policy) actBy(e verification.PhysicalEvent) time.Time {
	lead := time.Duration(e.LeadSeconds) * time.Second
	if lead == 0 {
		lead = AroundTheClock().Length(p.Leads[e.Type])
	}
	return e.At.Add(-lead)
}
