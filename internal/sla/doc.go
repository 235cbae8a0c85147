// Package sla keeps the clocks of a request: how long each party may take, when a clock is due, what paused it and who
// was waited for meanwhile. It is pure. It reads no clock and stores no countdown: a clock is a fold over the decisions
// on a request, under the version of the policy (limits) and of the calendar that the request was pinned to at receipt.
//
// Around the clock every clock counts so. On a version of office hours a degree decides: flash and urgent count around
// the clock too, the others the hours of whoever must act, a unit those of its place, all else those of headquarters.
//
// How it is read, file by file:
//
//   - duration.go and calendar.go are time: limits as the law writes them (P3D, PT15M) and what they are worth in a
//     calendar, which alone knows how much of an interval counts. hours.go counts the office hours of a place, counted.go
//     tells an interval day by day.
//   - calendars.go is one version of the calendars, and the next that a decree makes; calendarfile.go reads it from
//     deploy/data and checks it. versions.go is all versions that are known: more are learnt while the program runs, and
//     the newest is what new rounds are pinned to.
//   - policy.go is one version of the policy: limits, steps, pauses; load.go reads it from deploy/data, strictly
//     (strict.go); rules.go holds all versions and answers what is asked before a decision: the promise, the degree,
//     when a reply is due. ladder.go is who is told of a step, and who above them of a cause that stays missing.
//   - clock.go is one clock and its arithmetic; apply.go is the fold. What starts, pauses and stops each clock is in
//     request.go (total, acknowledge, route, review), tasks.go (accept, answer, interim, action) and owed.go (what the
//     partner, an originator or the owner of a breach owes); promise.go is the squeeze and what a change of degree or
//     an extension does.
//   - missed.go says which breaches belong into the decision that stops a clock too late.
//   - segments.go says who was waited for; explain.go tells the arithmetic of a clock, origin.go where its limit comes
//     from, say.go one sentence of it in Vietnamese and English, in the words of words.go.
//
// A version is never edited: requests pinned to it are read with it for ever. (The regions of 2025 were written into
// vn-1 when the directory learnt of them: until then no task could be a region's, so no clock is counted otherwise. In
// a version that was decreed before, they are on headquarters' hours.) A new policy or calendar is a new
// version beside the old ones. Rules never forgets one, so that what was folded once can be folded again; a request
// pinned to a version that it does not know cannot be folded, and whoever folds waits for it or says so.
package sla
