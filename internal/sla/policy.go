package sla

import (
	"time"

	"verigate/internal/verification"
)

// Policy is one version of the limits. It is never edited: requests are pinned to it.
type Policy struct {
	Version      string
	Degrees      map[verification.Degree]Limits
	Confirm      Limit                          // how long an answer waits for the partner's word before it is closed
	RecallNotice Limit                          // how long a recall may stay unread
	RedCause     Limit                          // how long a breach may stay unexplained
	Leads        map[string]Limit               // how long before a physical event of that type a unit must act
	Defaults     map[string]verification.Degree // by type of question: when the partner sends none
	Floors       map[string]verification.Degree // by type of question or theme: never slower
	Extra        map[string]Limit               // by type of question: what an outside agency gets beside the unit's time
	Windows      map[string]Limit               // by type of question: total ends that long before the physical event
}

// Limits is what one degree allows, clock by clock.
type Limits struct {
	Acknowledge, Route, Accept, Interim, Answer, Review, Total, Clarify, Consent Limit
}

// of returns the limits of a degree; an unknown one is routine, as a letter without a stamp is.
func (p *Policy) of(d verification.Degree) Limits {
	if l, ok := p.Degrees[d]; ok {
		return l
	}
	return p.Degrees[verification.Routine]
}

// steps returns at which per cent of a promise somebody is told. Flash has no time for half-way.
func steps(d verification.Degree) []int {
	if d == verification.Flash {
		return []int{75, 90, 100, 125}
	}
	return []int{50, 75, 90, 100, 125}
}

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
