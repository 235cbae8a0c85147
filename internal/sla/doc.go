// Package sla keeps the clocks of a request: how long each party may take, when a clock is due, what paused it and who
// was waited for meanwhile. It is pure. It reads no clock and stores no countdown: a clock is a fold over the decisions
// on a request, under the version of the policy (limits) and of the calendar that the request was pinned to at receipt.
//
// How it is read, file by file:
//
//   - duration.go and calendar.go are time: limits as the law writes them (P3D, PT15M) and what they are worth in a
//     calendar, which alone knows how much of an interval counts.
//   - policy.go is one version of the policy: limits, steps, pauses, ladder; load.go reads it from deploy/data, strictly
//     (strict.go); rules.go holds all versions and answers what is asked before a decision: the promise, the degree,
//     when a reply is due.
//   - clock.go is one clock and its arithmetic; apply.go is the fold. What starts, pauses and stops each clock is in
//     request.go (total, acknowledge, route, review), tasks.go (accept, answer, interim, action) and owed.go (what the
//     partner, an originator or the owner of a breach owes); promise.go is the squeeze and what a change of degree or
//     an extension does.
//   - missed.go says which breaches belong into the decision that stops a clock too late; segments.go explains a clock.
//
// A version is never edited: requests pinned to it are read with it for ever. A new policy or calendar is a new
// version beside the old ones.
package sla
