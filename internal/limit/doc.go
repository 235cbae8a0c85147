// Package limit says how much of the gateway anybody may have, so that one cannot take what others need:
//
//	strangers   calls without an identity, by source; in this process alone
//	callers     calls of one principal, by what it is: reading, changing, and the lane of what is urgent; before a body
//	            is read, counted in Redis for all gateways together, and here while Redis is away
//	at once     calls of one principal at a time, and calls at work in all, of which reading gives way first
//	streams     open streams of one principal, and in all
//	sign-in     attempts by account and source (Throttle)
//
// An allowance is GCRA, the virtual scheduling algorithm of ITU-T I.371: a burst at once, then one call for each
// interval. It is one number, the time at which all of the burst is there again, so that it needs no window that turns
// and two gateways cannot both give the last of it.
//
// The lane of what is urgent is an allowance of its own, spent when the ordinary one is used up, by a submission whose
// header declares the degree: what the body says cannot be known before the body is read, and a lane that any call could
// enter would be full of what filled the other one. The declaration is held against the body afterwards; a false one is
// refused, and has cost its sender a place in its own lane and nobody else's.
//
// What may be had is data, deploy/data/limits.json or the file of --limits, for a limit that fits one partner's load is
// changed without a release. Time is handed in; nothing here reads a clock.
package limit
