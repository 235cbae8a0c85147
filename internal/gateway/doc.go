// Package gateway holds the use cases. How a request travels through it is one loop, in decide.go:
//
//	wait for the turn on the aggregate ─▶ fold it (cache or record) ─▶ found the command before? answer as then
//	  ─▶ authorise what was folded ─▶ If-Match ─▶ build the command (due times, texts, hashes)
//	  ─▶ verification.Decide ─▶ sla: did this stop a clock too late? ─▶ seal and append, guarded
//	  ─▶ conflict: fold and decide again ─▶ answer from what was folded
//
// It promises: what it answered with success is on stable storage, once; a command repeated under its idempotency key
// has one effect for ever; nothing is answered about an object that was not authorised for this caller, as loaded by
// the path's id; a list is served only while the end of the record was confirmed within the last two seconds.
//
// identity.go derives ids, intake.go takes requests in, letters.go and packages.go write what a partner will read,
// rounds.go starts rounds, tasks.go takes a unit's answers, drafts.go keeps those that are being written, sweep.go records
// what time brings, reads.go, lists.go and notices.go are the reads, feed.go tells changes of the board as they happen and
// live.go that something else has changed, both by listen.go, statistics.go the numbers, watch.go knows what is sealed and
// whom a request excludes, arrival.go and alarms.go whom a sealed matter alarms, out of that memory alone, alarmtest.go how that is tried; compartments.go is
// what a keeper sees to. registry.go is what the record says of persons, directory and calendars; learnt.go lets a fold
// wait for it.
package gateway
