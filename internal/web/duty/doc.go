// Package duty is what somebody on duty begins with and ends with.
//
//	/now       the next ten things that the visitor can do, by time left, each with what can be done and a key; what has
//	           moved since their last look; a flash that nobody has opened sounds until somebody does; who is on call
//	/shift     hand-over of the desk: open claims with their last note, packages that wait for a second person. Who goes
//	           signs with a note on each request, who comes by taking each over: both stand in the record under their names.
//	           The lead says here who is on call as second reviewer; the alarm itself is on every page (package site)
//	/briefing  for the lead and for supervision, on one page: this month's numbers, breaches with their cause, who is waited
//	           for, what comes due within a day. It ranks nobody
//
// What can be done is what the contract says of each request (allowed); this package only chooses which of it to offer.
package duty
